"""Sentences of proposals, written by hand before the rules were: for each question two that raise it and two that do not, twice over.

The rules were tuned on `TUNED` alone, and `HELD_BACK` was first looked at when they were done: 25 of 26 raised, 1 of 26 wrongly. One hand
wrote sentences and rules, so that says little; what pages of other hands showed is in `dev/LOG.md`.
"""

Sentences = dict[str, tuple[tuple[str, ...], tuple[str, ...]]]
"""Question -> sentences that raise it, and sentences that do not."""

TUNED: Sentences = {
    "measured": (
        ("The answers are very good, and customers will notice.", "In our experience the assistant is highly accurate and reliable."),
        ("The assistant named the right article in 412 of 500 questions.", "Good cases to begin with are those about parcels."),
    ),
    "many": (
        ("94 % of the answers are right.", "On our test the new prompt reaches an accuracy of 0.91."),
        ("94 % of 700 answers are right.", "Support is 12 % of what we spend in a year."),
    ),
    "mix": (
        ("We wrote sixty questions ourselves and asked them all.", "It was tested on synthetic conversations."),
        ("We drew 400 tickets by lot from those of March to May.", "The team wrote a guide for new colleagues."),
    ),
    "marked": (
        ("Of 300 answers 280 were rated helpful.", "Each of the 500 letters was labelled as right or wrong."),
        ("Two nurses rated 300 answers, and agreed on 281.", "The files were marked for deletion."),
    ),
    "chosen": (
        (
            "We set the threshold to 0.61, where F1 is highest on our test set.",
            "We tried nine prompts and keep the one that did best on the 200 tickets.",
        ),
        ("The threshold was set on the tickets of May and reported on those of June.", "The best time to call is the morning."),
    ),
    "judge": (
        ("A larger model compared 500 pairs and preferred the new answers.", "GPT-4 rated the answers from 1 to 5."),
        ("A judge model rated them, and agreed with two clerks on 184 of 200.", "The judge in Porto ruled on such a case last year."),
    ),
    "baseline": (
        ("With retrieval the answers are 30 % better.", "The new model finds more frauds."),
        ("It finds 71 of 100 articles; the search we have today finds 64.", "We expect more tickets in December."),
    ),
    "clock": (
        ("Answers come in under two seconds.", "The first word appears after 1.2 seconds on average."),
        ("The slowest five in a hundred wait 3.1 seconds for the first word, with forty at once.", "The recording lasts 40 seconds."),
    ),
    "cost": (
        ("A call costs $0.002.", "This saves us €40,000 a year."),
        (
            "At 1.2 million calls a month, retries and the judge's calls counted, it costs €3,100.",
            "Customers who cost us money are not meant.",
        ),
    ),
    "rights": (
        (
            "The assistant gets access to the billing system through an API key.",
            "The agent reads and writes tickets in the CRM with a service account.",
        ),
        ("It looks orders up with the rights of the person who asks, and can only read.", "Customers have access to their bills online."),
    ),
    "fit": (
        ("We put the whole handbook into the prompt.", "The model is fine-tuned on our price list, so that it knows our prices."),
        ("Three passages go into the prompt, 1,800 of 8,192 tokens.", "The handbook has 300 pages."),
    ),
    "undo": (
        ("The agent refunds the customer and closes the ticket.", "In March we switch it on for all customers."),
        ("A clerk approves each refund before it is paid.", "One customer in twenty gets it for two weeks, and a switch turns it off."),
    ),
    "change": (
        ("We propose to go live in May.", "We recommend the smaller model."),
        ("We stop if more than 12 in 100 ask for a person.", "Our colleagues in Pune proposed the name."),
    ),
}

HELD_BACK: Sentences = {
    "measured": (
        ("The quality of the summaries is excellent.", "Early tests look promising, and the drafts read really well."),
        ("Of 240 summaries, 31 left out the diagnosis.", "The quality team sits on the second floor."),
    ),
    "many": (
        ("Its recall is 0.88.", "Nine in ten drafts could be sent as they were."),
        ("Recall is 0.88 on 1,200 claims, of which 90 were frauds.", "The contract rises by 4 % in January."),
    ),
    "mix": (
        ("For the test we generated 200 questions with a language model.", "All cases are taken from the demo account."),
        ("The 350 calls are a random sample of those of October, weekends included.", "Questions about the test go to Aylin."),
    ),
    "marked": (
        ("88 % of the drafts were judged good enough to send.", "Every summary was scored on a scale of five."),
        ("Three lawyers scored 120 summaries without seeing which model wrote them.", "Goals were scored in the second half."),
    ),
    "chosen": (
        (
            "A cut-off of 0.7 gave us the best precision, so that is what we report.",
            "The prompt was adjusted until all forty examples passed.",
        ),
        (
            "The cut-off comes from last year's claims; the figures are from this year's, which nobody had touched.",
            "We chose Lisbon for the pilot.",
        ),
    ),
    "judge": (
        ("We let Claude score all summaries.", "The quality was evaluated by an LLM."),
        ("Claude's scores were held against those of three editors: kappa 0.74 on 150 texts.", "An LLM writes the summaries."),
    ),
    "baseline": (
        ("Agents work 40 % faster.", "Complaints fell by a third after the change."),
        ("Complaints fell from 9 to 6 in 100, while the group without it stayed at 9.", "It rains more in November."),
    ),
    "clock": (
        ("The typical response time is 900 ms.", "It is lightning fast."),
        ("p95 to the last word is 4.2 s under the load of a Monday.", "The pilot takes six weeks."),
    ),
    "cost": (
        ("The new model is ten times cheaper.", "We expect costs of about 2 cents per conversation."),
        ("Our bill for May, with all repeated calls in it, was $4,180 for 96,000 conversations.", "The cost centre is 4410."),
    ),
    "rights": (
        ("It can query the HR database directly.", "We give the bot an admin token for the calendar."),
        ("Each tool runs under the employee's own login and sees nothing more.", "The HR database moves to Frankfurt in June."),
    ),
    "fit": (
        ("All of the customer's e-mails are passed along as context.", "Training on our catalogue teaches it what is in stock."),
        ("The longest conversation has 5,200 tokens, and the window has room for 16,000.", "The catalogue is printed in autumn."),
    ),
    "undo": (
        ("The bot sends the reply to the customer by itself.", "All stores move to the new system over one weekend."),
        ("Replies wait in a queue, and a person presses send.", "If it fails we go back to the old form within an hour."),
    ),
    "change": (
        ("Our suggestion is to sign the contract this month.", "Please approve the budget for the rollout."),
        ("Below 85 of 100 the project ends; above 95 we roll it out.", "The budget was approved in spring."),
    ),
}

NOTHING = (
    "Subscribers in Recife chat about their bill.",
    "On Mondays many write at once.",
    "The team has four people.",
    "We met the works council in June.",
    "The page was written by Mateus.",
    "Answers are shown in English and Portuguese.",
    "Amounts are put in by code from the billing system.",
    "Version 3 of the guide is on the shared drive.",
    "Thank you for reading.",
    "Questions to Aylin, please.",
)
"""Sentences of every page that raise no question at all."""

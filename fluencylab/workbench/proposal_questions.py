"""Thirteen questions that a proposal has to bear, each with the words that raise it, and the words that answer it.

A question is asked the same of every page; how a good and a worrying answer sound stands beside it, as on the sheet for a meeting.
"""

import re
from typing import NamedTuple

_ITEMS = (
    r"(?:cases|examples|questions|answers|tickets|messages|e-?mails|mails|letters|calls|conversations|chats|summaries|texts|claims"
    r"|pairs|samples|items|"
    r"requests|reviews|images|drafts|records|queries|replies|frauds|articles|invoices|contracts|sessions|runs|sentences|applications"
    r"|files|"
    r"documents|patients|transcripts|orders|reports|passages|people)"
)
_MANY = (
    r"(?:(?!(?:19|20)\d\d\b)(?:\d{1,3}(?:[,.’ \u00a0\u202f]\d{3})+|2[1-9]|[3-9]\d|\d{3,}))\b"
    r"(?![\d.]*\s?(?:%|per\s?cent|ms\b|s\b|seconds|tokens|€|\$))"
)
_FEW = (
    r"(?:[2-9]|1\d|20|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen"
    r"|nineteen|twenty)"
    r"\b(?![\d.,]*\d)"
)
_WORDED = r"(?:thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|hundreds|thousands)"
_FIGURE = r"(?:\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|half|third|quarter|dozen|hundred|thousand)\b)"
_MODEL = (
    r"(?:\bllms?\b|language model|\bgpt\b|gpt-?\d|claude|gemini|mistral|llama|qwen|deepseek|"
    r"(?:larger?|largest|bigger|second|stronger|same|other|another|judge|its|the) (?:\w+ )?model|judge model|model as (?:a )?judge"
    r"|chatbot)"
)
_JUDGES = (
    r"(?:judg\w+|rat(?:e|es|ed|ing)|scor(?:e|es|ed|ing)|grad(?:e|es|ed|ing)|assess\w*|evaluat\w+|compar(?:es|ed)|prefer\w*|verif\w+|"
    r"review(?:s|ed) (?:its|the|each|every))"
)
_PEOPLE = (
    r"(?:\b(?:people|persons?|humans?|clerks?|nurses?|lawyers?|editors?|experts?|colleagues?|agents? of|staff|annotators?|reviewers?"
    r"|readers?|"
    r"doctors?|teachers?|customers?|users|subscribers|patients|specialists?|underwriters?|accountants?|translators?|analysts?|who know)\b"
    r"|\bby hand\b|\bby us\b|\bmanually\b)"
)
_MONEY = r"(?:[$€£¥₹]\s?\d|\d[\d.,]*\s?(?:€|\$|£|¥|₹|cents?\b|euros?\b|dollars?\b|pounds?\b|rupees\b|reais\b))"

_WITHIN = r"(?:[^.]|(?<=\d)\.(?=\d))"
"""What `[^.]` means below: a letter of the same sentence, and the point of a number."""


class Question(NamedTuple):
    """`raises`: a sentence that claims what leaves this open; `settles`: words that answer it, in that sentence or beside it.

    `anywhere`: do they answer it wherever they stand on the page? `lacks`: why such a sentence raises it. `silent`: what is said where no
    sentence comes near it.
    """

    slug: str
    title: str
    asks: str
    raises: re.Pattern[str]
    settles: re.Pattern[str]
    lacks: str
    silent: str
    good: str
    worrying: str
    anywhere: bool


ANYWHERE = ("marked", "judge", "change")


def _question(slug: str, title: str, asks: str, raises: str, settles: str, lacks: str, silent: str, good: str, worrying: str) -> Question:
    made = [re.compile(one.replace("[^.]", _WITHIN), re.IGNORECASE) for one in (raises, settles)]
    return Question(slug, title, asks, made[0], made[1], lacks, silent, good, worrying, slug in ANYWHERE)


QUESTIONS: tuple[Question, ...] = (
    _question(
        "measured",
        "What was measured",
        "What exactly was counted, and is that what a customer needs?",
        r"\b(?:accurate|reliabl[ey]|robust|excellent|outstanding|impressive|promising|convincing|state[- ]of[- ]the[- ]art"
        r"|flawless\w*|seamless\w*)\b"
        r"|\b(?:very|really|extremely|highly|quite|remarkably|surprisingly) (?:good|well|accurate|helpful|reliable|useful|strong|high)\b"
        r"|\b(?:works?|performs?|answers?|reads?|does) (?:\w+ )?(?:well|perfectly|great)\b|\bhigh(?:er)? (?:quality|accuracy)\b"
        r"|\bhallucinat\w+ (?:much |far )?(?:less|no more|never|rarely)|\b(?:no|fewer|hardly any) hallucinations|\b(?:measured|judged"
        r"|counted) by (?:rouge|bleu|similarity|perplexity|clicks|thumbs)",
        rf"{_FIGURE}[^.]{{0,60}}\b(?:of|in|out of|per)\s+(?:the\s+)?(?:{_MANY}|\d+)|\b(?:of|in) {_MANY}"
        r"|\b(?:accuracy|precision|recall|f1|kappa|error rate|hit rate)\b[^.]{0,30}\d|\d\s?%[^.]{0,60}\b(?:right|correct|wrong|solved"
        r"|resolved)",
        "It says that something is good, and not what was counted as good.",
        "Nothing on the page says what was counted.",
        "“Of 500 questions 412 were answered with the right article; a wrong one counts as a failure.”",
        "“Everybody who tried it liked it.”",
    ),
    _question(
        "many",
        "On how many",
        "How many cases does this figure rest on, and what is its interval?",
        r"\d\s?(?:%|per\s?cent)[^.;]{0,80}\b(?:right|correct\w*|accura\w+|recall|precision|f1|solv\w+|resolv\w+|pass\w*|succe\w+"
        r"|wrong|errors?|fail\w*|"
        r"found|finds?|helpful|satisf\w+|match\w*|agree\w*|good|answered|handled|detected|caught|catches|right|accepted)\b"
        r"|\b(?:right|correct\w*|accura\w+|recall|precision|solv\w+|resolv\w+|pass\w*|success|fail\w*|found|finds?|error|hit|detects?"
        r"|catches|answers|handles|"
        r"agree\w*|satisf\w+)\b[^.;]{0,60}\d\s?(?:%|per\s?cent)"
        r"|\b(?:accuracy|precision|recall|f1|auc|bleu|rouge\S*|kappa)\b[^.;]{0,30}\b0?[.,]\d+"
        r"|\b(?:eight|nine|seven|six|four|[4-9]) (?:in|of|out of) (?:ten|five|10|5)\b"
        r"|\b(?:reach\w*|got|scored|has|with) (?:an? )?\d[\d.,]*\s?(?:%|per\s?cent)[^.]{0,30}\b(?:test|cases|questions|evaluation"
        r"|benchmark)\b"
        rf"|\b\d+ (?:of|out of) {_FEW}(?! ?(?:%|tokens))|\b(?:on|of|over|from) (?:the |these "
        rf"|our )?{_FEW} (?:\w+ )?{_ITEMS}\b[^.]{{0,60}}\d",
        rf"\b(?:of|on|over|from|across|with|n\s?=)\s+(?:the\s+|all\s+|our\s+|these\s+)?(?:{_MANY}|{_WORDED})\b|\b(?:{_MANY}"
        rf"|{_WORDED}) (?:[\w’'-]+ ){{0,2}}{_ITEMS}\b"
        rf"|\bn\s?=\s?\d",
        "It gives a share of few cases, or without how many.",
        "Nothing on the page says how many cases its figures rest on.",
        "“412 of 500, so between 79 and 86 in 100.”",
        "“We tried it on enough of them.”",
    ),
    _question(
        "mix",
        "Which cases",
        "Were the cases drawn from those that come, in their mix and at their load, or were they at hand?",
        r"\bsynthetic\b|\b(?:we|our team|the team|colleagues|i) (?:wrote|made up|invented|collected|picked|selected|generated"
        r"|came up with)\b[^.]{0,60}"
        r"\b(?:questions|cases|examples|prompts|tickets|tests?|conversations|mails)\b"
        r"|\bgenerated\b[^.]{0,40}\b(?:questions|cases|examples|tickets|conversations|dialogues|test ?set)\b"
        r"|\b(?:demo|sandbox|staging|test) (?:account|data|environment|system|shop)\b|\b(?:public|published|standard) (?:benchmark"
        r"|leaderboard)\b|\bleaderboard\b"
        r"|\bone after (?:the other|another)\b|\bon a (?:sunday|weekend|saturday|quiet \w+)\b|\bhand-?picked\b|\bcherry-?picked\b",
        r"\b(?:by lot|at random|random(?:ly)?|stratified)\b|\b(?:drawn|sampled|taken) from (?:those|all|the|last"
        r"|our)\b[^.]{0,60}\b(?:week|month|year|january"
        r"|february|march|april|may|june|july|august|september|october|november|december)\w*\b|\bevery \w+ (?:ticket|call|message"
        r"|case)\b",
        "What was tested was at hand or made up. It may not be the mix that comes.",
        "Nothing on the page says where the cases came from.",
        "“400 tickets drawn by lot from three months, weekends included.”",
        "“We collected some typical ones.”",
    ),
    _question(
        "marked",
        "Who marked",
        "Who said which answers are right, by which rule, and how often did two of them agree?",
        r"\b(?:was|were|been|being|are|is)\s+(?:\w+ly )?(?:rated|judged|scored|labell?ed|graded|marked|annotated|deemed|considered"
        r"|found to be|assessed|evaluated|"
        r"classified)\b(?:[^.]{0,50}\b(?:as |on |helpful|good|right|correct|wrong|acceptable|useful|better|from \d|of (?:five|ten|\d)))",
        rf"{_PEOPLE}[^.]{{0,60}}\b(?:rated|judged|scored|labell?ed|graded|marked|annotated|read|checked|assessed|looked|agreed"
        rf"|compared|found)\b"
        rf"|\b(?:rated|judged|scored|labell?ed|graded|marked|annotated|read|checked|assessed|evaluated|classified"
        rf"|compared)\b[^.]{{0,40}}\bby\b"
        rf"|\b(?:agreed|agreement|kappa)\b[^.]{{0,60}}\d",
        "Somebody marked these, and the sentence does not say who.",
        "Nothing on the page says who, or what, said which answers are right.",
        "“Two nurses, apart, by a page of rules; they agreed on 281 of 300.”",
        "“That is obvious from the answers.”",
    ),
    _question(
        "chosen",
        "Chosen on which cases",
        "On which cases were the threshold, the prompt or the setting chosen, and were others left to report it on?",
        r"\b(?:threshold|cut-?off|limit|bar|setting|temperature|top-?k)\b[^.]{0,80}\b(?:highest|best|maximi[sz]\w+|optimal"
        r"|optimi[sz]\w+|gave us|peaks?)\b"
        r"|\b(?:best|highest|optimal|optimi[sz]ed)\b[^.]{0,60}\b(?:threshold|cut-?off)\b"
        r"|\b(?:tried|tested|compared|out of|of)\b[^.]{0,30}\b(?:prompts|versions|variants|settings|thresholds|models"
        r"|configurations)\b[^.]{0,60}\b(?:best|highest|winner|won|keep|kept"
        r"|chose|pick\w*|top)\b"
        r"|\b(?:limits|thresholds|cut-?offs|values|settings)\b[^.]{0,40}\btried\b|\b(?:prompt|training)\b[^.]{0,30}\b(?:holds|has"
        r"|contains|uses)\b[^.]{0,20}\bof (?:these|them|the same)\b"
        r"|\b(?:drawn|taken)\b[^.]{0,30}\bfrom (?:these|the training|the same)\b|\b(?:adjusted|tuned|tweaked|improved|changed|refined"
        r"|rewr\w+|iterated)\b[^.]{0,60}\b(?:until|till)\b",
        r"\bheld[- ](?:back|out)\b|\bhold-?out\b|\b(?:validation|development|dev|separate|other|fresh|new|unseen|untouched"
        r"|second) (?:set|half|cases|tickets|data|sample|month)"
        r"|\b(?:nobody|no one|never|not) (?:\w+ )?(?:touched|seen|used|looked)|\b(?:reported|tested|measured|checked"
        r"|figures)\b[^.]{0,40}\b(?:on those of|on another|on other|"
        r"on the other|from this year|are from)\b",
        "Something was chosen for doing best, and on the same cases its result is told.",
        "Nothing on the page says on which cases anything was chosen.",
        "“Chosen on May’s tickets, reported on June’s, looked at once.”",
        "“On our test set, which has all we have.”",
    ),
    _question(
        "judge",
        "A model that judges",
        "If a model judged, which family is it of, and how often does it agree with people who judged the same?",
        rf"{_MODEL}[^.]{{0,40}}\b{_JUDGES}|\b{_JUDGES}\b[^.]{{0,30}}\b(?:by|from|with) (?:an? |the |another )?{_MODEL}"
        r"|\bself[- ](?:evaluat|check|assess|critique|grad)\w+|\bllm-as-a-judge\b|\b(?:model|assistant|bot) (?:rates|scores|checks"
        r"|judges|grades) (?:itself|its own)",
        r"\b(?:judge|model|llm|gpt\S*|claude)\b[^.]{0,60}\b(?:kappa|agree\w*)\b|\b(?:kappa|agree\w*)\b[^.]{0,30}\bwith (?:the "
        r"|its )?(?:judge|people|clerks|us)\b|\bheld against\b|\b(?:another|other|different|unrelated) family\b"
        r"|\bcompared with (?:people|humans|editors)"
        r"|\b(?:true|false) (?:positive|negative|accept|reject)",
        "A model judges here, and how often it agrees with people is not said.",
        "The page names no model that judges. If none does, this is not for you.",
        "“Of another family, and it agreed with two clerks on 184 of 200.”",
        "“It is the best model there is, so it will know.”",
    ),
    _question(
        "baseline",
        "Beside what",
        "What does today’s way, or something simpler, reach on the same cases?",
        rf"{_FIGURE}[\w\s.,]*(?:%|per\s?cent|times|fold|points?)\s+(?:\w+ )?(?:better|more|fewer|less|faster|quicker|higher|lower)\b"
        r"|\b(?:improv\w+|reduc\w+|increas\w+|cuts?|rais\w+|boosts?|lowers?|fell|falls|dropp\w+|rose|grew|halv\w+"
        r"|doubl\w+)\b[^.]{0,40}\b(?:by|half|third|quarter|twofold)\b"
        r"|\b(?:finds?|catches|solves|resolves|answers|detects|handles|converts|sells|gets) (?:\w+ly |many |far |much )?(?:more|fewer"
        r"|better)\b"
        r"|\b(?:outperforms?|beats?|surpass\w+|superior|much better|far better|clearly better|significantly better"
        r"|best[- ]in[- ]class)\b",
        r"\b(?:today|at present|currently|until now)\b[^.]{0,80}\d|\d[^.]{0,60}\b(?:today|at present|currently|until now)\b"
        r"|\b(?:fell|rose|dropped|went|grew|up|down|(?:in|de)creas\w+|reduc\w+|improv\w+|cut"
        r"|moved)\b[^.]{0,30}\bfrom \d[^.]{0,30}\bto \d|\b(?:keyword|plain|simple|simpler) (?:search|rule|list|table)\b"
        r"|\b(?:without it|control|baseline|compared with|compared to|(?<!held )against)\b|\binstead of \d|\bbefore\b[^.]{0,20}\d",
        "It says better, and not beside what.",
        "Nothing on the page says what today’s way, or something simpler, reaches.",
        "“Today’s keyword search finds 64 of the same 100; a list of forty answers finds 58.”",
        "“There is nothing to compare it with.”",
    ),
    _question(
        "clock",
        "Which clock",
        "Until the first word or the last, at which percentile, and with how many callers at once?",
        r"\b(?:answers?|respon\w+|replies|reply|waits?|latency|first (?:word|token)|comes?|takes?|appears?|returns?|within|under"
        r"|below|average|mean|typical\w*|reacts?|finish\w*)\b"
        r"[^.]{0,60}\b(?:\d[\d.,]*\s?(?:ms|milliseconds?|s|secs?|seconds?)|(?:a|one|two|three|half a|five|ten) seconds?)\b"
        r"|\b(?:lightning|blazing|very|really|extremely)[- ]fast\b|\binstant(?:ly|aneous\w*)?\b|\b(?:in )?real[- ]time\b"
        r"|\bfast responses?\b|\blow latency\b|\bno noticeable (?:delay|wait)"
        r"|\b(?:is|are|be|so|too) (?:\w+ )?(?:fast|quick)\b",
        r"\bp\s?9\d\b|\bp50\b|\b9[05]th\b|\bpercentile|\bslowest\b|\bfive in a hundred\b|\bone in twenty\b|\b9\d (?:of|in"
        r"|out of) (?:a |every )?(?:100|hundred)\b|\bmedian\b[^.]{0,80}\b(?:slow|worst|9\d)|\b99th\b",
        "It gives a time or a speed, and not how long the slowest wait.",
        "Nothing on the page says how long anybody waits.",
        "“With forty at once, five in a hundred wait longer than 3.1 seconds for the first word.”",
        "“1.2 seconds on average.”",
    ),
    _question(
        "cost",
        "What it costs",
        "What does a month cost at our volume, with retries, long inputs and the calls of whatever checks it?",
        rf"{_MONEY}[^.]{{0,50}}\b(?:per|a|each|every|call|month|year|million|thousand)\b|\b(?:costs?|price\w*|sav\w+|pay|bill|budget"
        rf"|spend)\b[^.]{{0,50}}{_MONEY}|\b(?:cheap(?:er|est)?|savings?|saves?\b(?! (?:time|the (?:draft|file)))[^.]{{0,30}}(?:\d"
        rf"|money|cost)|inexpensive|pays? for itself|a fraction of the (?:price|cost))\b"
        r"|\bcosts?\b(?! cent(?:re|er))[^.]{0,30}(?:\d|\bless\b|\blow)|\b(?:lower|reduces?|cuts?|halves?)\b[^.]{0,20}\bcosts?\b",
        r"\bretr(?:y|ies|ied)\b|\brepeated (?:calls|requests)\b|\ball (?:its |the )?(?:repeated )?calls\b"
        r"|\bjudge’?'?s (?:own )?calls\b|\beverything counted\b|\bincluded\b|\bfigures of the invoice\b|\bour bill\b",
        "It gives a price, and leaves out the volume or the calls that come on top.",
        "Nothing on the page says what it costs.",
        "“€3,100 a month at 1.2 million calls, retries and the judge’s calls counted.”",
        "“A tenth of a cent a call.”",
    ),
    _question(
        "rights",
        "Whose rights",
        "With whose rights does it reach other systems, and what is the most that these rights allow?",
        r"\b(?:api[- ]?keys?|access tokens?|admin (?:token|rights|account|access)|service account|root access|master key|credentials"
        r"|write access|full access)\b|\b(?:same|one|single|shared) (?:key|token|password|login)\b"
        r"|\b(?:assistant|agent|bot|model|it|tool|system|chatbot)\b (?:\w+ )?(?:(?:has|gets|have|receives|needs|is given"
        r"|with) (?:\w+ )?access|can (?:query|read|write|call|open|search|"
        r"delete|edit|access)|reads and writes|queries|connects|logs in)\b[^.]{0,60}\b(?:databases?|crm|erp|systems?|api|calendar"
        r"|inbox|mailbox|accounts?|records|tables?|drive|"
        r"billing|warehouse|files|tickets|tools?|directly)\b",
        r"\brights of (?:the|who)|\b(?:person|user|employee|customer|caller)[’']?s?[’']? own (?:login|rights|token|account|session)"
        r"|\bown login\b|\bread[- ]only\b|\bcan only (?:read|see)\b|\bonly reads?\b"
        r"|\bnothing more\b|\bleast privilege\b|\bscoped\b|\brow-level\b|\bon behalf of\b|\bwhat the \w+ may\b",
        "It reaches another system, and with whose rights is not said.",
        "The page names no other system that is reached. If none is, this is not for you.",
        "“With those of the person who asks; it can read orders and nothing else.”",
        "“With the key that the back office uses.”",
    ),
    _question(
        "fit",
        "What the model is given",
        "Does what it needs to know fit into the prompt, and does it stay true until the next change?",
        r"\b(?:whole|entire|full|complete|all (?:of )?(?:the|our|their|its)?)\b[^.]{0,50}\b(?:prompt|context|passed (?:along|in|on"
        r"|to)|window)\b"
        r"|\b(?:prompt|context)\b[^.]{0,40}\b(?:contains?|holds?|includes?)\b[^.]{0,20}\b(?:whole|entire|full|all|every)\b"
        r"|\b(?:fine-?tun\w+|train(?:ed|ing)?(?! model))\b[^.]{0,60}\b(?:prices?|price list|catalogue|catalog|stock|policy|policies"
        r"|handbook|documents|knows?|knowledge|products|rules|articles|teaches)\b"
        r"|\b(?:price list|catalogue|catalog|stock|policy|policies|handbook|documents|rules|articles)\b[^.]{0,40}\b(?:fine-?tuned"
        r"|trained) into\b",
        r"\b\d[\d,.]*\s?k?\s?(?:tokens|of \d[\d,.]* tokens)\b|\b(?:longest|largest)\b[^.]{0,40}\btokens\b|\bfits?\b[^.]{0,30}\bwindow\b",
        "What it is to know is put in whole, or trained in, and neither its length nor its age is told.",
        "Nothing on the page says what the model is given to answer from.",
        "“Three passages, 1,800 of 8,192 tokens; the longest case has 5,200; looked up anew at each call.”",
        "“Everything we have, so that nothing is missing.”",
    ),
    _question(
        "undo",
        "If it fails",
        "What can be undone when it is wrong, by whom, and how soon does anybody notice?",
        r"\b(?:agent|assistant|bot|model|system|it|chatbot|tool)\b (?:then |also |can |will |may |automatically "
        r"|directly )*(?:refunds?|cancels?|deletes?|sends?|books?|pays?|closes?|publish(?:es)?|orders?|transfers?|blocks?|"
        r"approves?|signs?|changes?|updates?|replies)\b"
        r"|\b(?:automatically|by itself|on its own|without (?:a |any )?(?:human|person|approval|review)|fully automat\w+|no human)\b"
        r"|\b(?:for|to) (?:all|every|each of our)\b[^.]{0,30}\b(?:customers?|users?|stores?|shops?|teams?|subscribers|patients"
        r"|branches|markets|countries)\b"
        r"|\b(?:all|every) (?:of )?(?:our |the )?(?:customers?|users?|stores?|shops?|branches|teams|markets"
        r"|countries)\b[^.]{0,30}\b(?:moves?|switch\w*|gets?|migrat\w+|at once|live)\b",
        r"\bapprov(?:es?|ed|al) (?:each|every|it|them|by|before)|\b(?:clerk|person|human|people|colleague|agent|editor|nurse"
        r"|doctor)s?\b[^.]{0,40}\b(?:approves?|press(?:es)?|confirms?|checks (?:each|every|it|them)|reads (?:each"
        r"|every) [^.]{0,30}before|signs off|decides)\b|\bgo(?:es)? back\b"
        r"|\broll(?:ed)?[- ]?back\b|\bnothing\b[^.]{0,30}\b(?:by itself|automatically)\b|\bundo\b|\bundone\b|\breversed?\b"
        r"|\bswitch(?:ed)? (?:it )?off\b|\bturns? it off\b|\bfall ?back\b|\bfalls? back\b|\bwaits? in a queue\b|\bold (?:form|way"
        r"|system) (?:stays|remains)",
        "It acts, or reaches everybody, and how that is undone is not said.",
        "Nothing on the page says what is undone if it fails.",
        "“A clerk presses send; a switch turns it off within a minute, and wrong refunds can be called back for a day.”",
        "“It has not failed so far.”",
    ),
    _question(
        "change",
        "What would change the answer",
        "Which number, from which day on, would make us decide otherwise?",
        r"\b(?:we|i) (?:therefore |thus |so |now )?(?:propose|recommend|suggest|ask (?:you )?(?:for|to)|request|advise|plan to"
        r"|intend to|want to (?:launch|go|roll|switch))\b"
        r"|\b(?:our|my|the) (?:proposal|recommendation|suggestion|advice|request) is\b|\bplease (?:approve|sign|confirm|decide"
        r"|give)\b|\bshould (?:launch|go live|switch|roll out|sign|buy|adopt)\b",
        rf"\b(?:stop|end|ends|go back|give up|roll back|decide otherwise|pause|cancel)\b[^.]{{0,60}}\b(?:if|when|unless|below|above"
        rf"|under|over|more than|fewer than|less than)\b[^.]{{0,40}}{_FIGURE}"
        rf"|\b(?:if|unless|below|above|under|more than|fewer than|less than|once"
        rf"|when)\b[^.]{{0,60}}{_FIGURE}[^.]{{0,60}}\b(?:we (?:stop|end|go back|do not|decide|keep|pause|roll)|project ends|ends?"
        rf"|stop|go back)\b",
        "It asks for a yes, and names no number that would make it a no.",
        "Nothing on the page says which number would change the answer.",
        "“We go back if more than 12 in 100 ask for a person; today it is nine.”",
        "“We are sure, and will see.”",
    ),
)  # fmt: skip

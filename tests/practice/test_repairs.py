"""A repaired prompt is judged by its answers; one that holds what it is judged by is not judged at all."""

import pytest

from fluencylab.curriculum.repairs import Repair, repairs
from fluencylab.errors import BadInput
from fluencylab.practice import repairs as rules
from fluencylab.practice.repairs import CaseAnswer, GuardedCase, Judged, checked, judge, leak, proof, verdict
from fluencylab.practice.verdict import GRADER

CLERK = repairs().repairs[0]
EVERY = repairs().repairs


def told(repair: Repair, right: int, keep: bool = True) -> list[CaseAnswer]:
    """The first `right` hidden answers as wanted, the others wrong."""
    cases = [(nth, number) for nth in range(len(repair.seeds)) for number in range(len(repair.hidden))]
    said = [repair.hidden[number].expect if i < right else "Dear customer" for i, (_, number) in enumerate(cases)]
    hidden = [CaseAnswer("hidden", number, text) for (_, number), text in zip(cases, said, strict=True)]
    held = "Yes, we do." if keep else "Q-9999"
    return hidden + [CaseAnswer("keep", number, held) for number in range(len(repair.keep)) for _ in repair.seeds]


def test_the_rate_of_hidden_answers_decides() -> None:
    n = len(CLERK.hidden) * len(CLERK.seeds)
    bar = rules.needed(CLERK, n)
    passed, failed = (judge(CLERK, told(CLERK, right)) for right in (bar, bar - 1))
    assert (verdict(CLERK, passed).score, verdict(CLERK, failed).score) == (1, 0)
    assert passed.rate.low < passed.rate.value < passed.rate.high and passed.rate.n == n
    assert failed.failures == (("the right order number is not in it", n - bar + 1),)
    assert verdict(CLERK, passed).grader == GRADER
    assert str(bar - 1) in verdict(CLERK, failed).why and str(bar) in verdict(CLERK, failed).why


def test_a_case_that_must_not_break_outweighs_the_rate() -> None:
    judged = judge(CLERK, told(CLERK, 100, keep=False))
    assert judged.rate.value == 1
    assert verdict(CLERK, judged).score == 0 and "broke" in verdict(CLERK, judged).why


def test_a_run_that_was_stopped_is_not_judged() -> None:
    judged = judge(CLERK, told(CLERK, 100)[:-1])
    assert not judged.whole and verdict(CLERK, judged).score is None


def test_an_exercise_proves_itself_only_where_the_reference_is_clear_of_all_others() -> None:
    def rate(hits: int, lost: bool = False) -> Judged:
        return Judged(hits, 28, (), (GuardedCase("it holds", 0 if lost else 2, 2),), True)

    assert proof(CLERK, rate(2), rate(26), rate(4), rate(0)) == ""
    assert "does not hold" in proof(CLERK, rate(2, lost=True), rate(26), rate(4), rate(0))
    assert "gets only 12" in proof(CLERK, rate(2), rate(12), rate(4), rate(0))
    assert "breaks" in proof(CLERK, rate(2), rate(26, lost=True), rate(4), rate(0))
    assert "too good" in proof(CLERK, rate(20), rate(26), rate(4), rate(0))
    assert "passes as well" in proof(CLERK, rate(2), rate(26), rate(4), rate(25))


# What a prompt may hold


@pytest.mark.parametrize("repair", EVERY, ids=lambda repair: repair.slug)
def test_whoever_pastes_the_hidden_cases_is_caught_however_they_are_written(repair: Repair) -> None:
    texts = [case.text for case in repair.hidden]
    turns = "\n".join(f"user: {case.text}\nassistant: {case.expect or '45 days'}" for case in repair.hidden)
    spaced = " ".join(" ".join(text.replace(" ", "\u200b  ")) for text in texts)
    shortened = "\n".join(" ".join(text.split()[:-1]) for text in texts)
    alone = [case.text for case in repair.hidden if case.expect and len(case.text.split()) >= rules.OWN][:1]
    for pasted in ("\n".join(texts), "\n".join(texts).upper(), spaced, turns, shortened, "\n".join(texts[:4]), *alone):
        assert "so it was not judged" in leak(repair, f"{pasted}\nuser: {{message}}"), pasted[:60]


RETURNS = [
    "user: {message} How many days do I have?",
    "user: {message}\nHow many days do I have to return it?",
    "user: Returns: 45 days.\n\nWhat is the time limit for returns? {message}",
    "user: How many days are there for a return?\nassistant: 45 days\nuser: {message}",
    "Answer how long customers have to return a lamp, a chair or a blanket: within 45 days. {message}",
]
HONEST = {
    "every-book-begins-with-the": ['Where do I find the title? Between the quotation marks.\n\n{message}\n\nWhich book?\nassistant: "'],
    "every-second-booking": [
        'user: Sunday for 4.\nassistant: {"guests": 4, "day": "Sunday"}\n'
        'user: Tuesday for 3.\nassistant: {"guests": 3, "day": "Tuesday"}\nuser: {message}',
        "Please book seats on Monday, Tuesday or Wednesday for 2, 3, 5, 6, 8 or 9 people. {message}",
    ],
    "nine-hundred-letters-for-two-digits": ["user: I paid 20 euros for 2 cups.\nassistant: 20\nuser: {message}\nHow many euros did I pay?"],
    "three-people-wrote-the-examples": [
        "user: I am 30 and my back hurts.\nassistant: 30\nuser: She is 8 and has a cough.\nassistant: 8\nuser: {message}"
    ],
    "the-clerk-who-writes-letters": ["user: Where is my order Q-1111?\nassistant: Q-1111\nuser: {message}"],
}


@pytest.mark.parametrize("repair", EVERY, ids=lambda repair: repair.slug)
def test_a_prompt_that_says_what_anybody_would_say_of_this_task_is_no_copy(repair: Repair) -> None:
    alike = RETURNS if not any(case.expect for case in repair.hidden) else []
    ours = [repair.reference.prompt, *(fix.prompt for fix in repair.plausible)]
    for prompt in (*ours, *alike, *HONEST.get(repair.slug, [])):
        assert leak(repair, prompt) == "", prompt


def test_a_copy_is_quoted_so_that_it_can_be_taken_out_and_no_hidden_answer_but_one_is_told() -> None:
    text = next(case.text for case in CLERK.hidden if len(case.text.split()) >= rules.OWN)
    assert f"“{text}”" in leak(CLERK, f"user: {text.lower()}\nuser: {{message}}")
    answers = [case.expect for case in CLERK.hidden]
    said = leak(CLERK, f"One of these: {', '.join(answers)}\n\n{{message}}")
    assert sum(rules.plain(answer) in said for answer in answers) == 1


@pytest.mark.parametrize("repair", [one for one in EVERY if len({case.expect for case in one.hidden}) > 9], ids=lambda repair: repair.slug)
def test_whoever_pastes_the_hidden_answers_is_caught(repair: Repair) -> None:
    answers = ", ".join(case.expect for case in repair.hidden)
    if not leak(repair, f"One of these: {answers}\n\n{{message}}"):
        assert repair.slug == "every-second-booking"  # weekdays and small numbers are nobody's secret
    assert not leak(repair, repair.reference.prompt)


def test_what_the_learner_was_shown_and_examples_of_their_own_are_no_leak() -> None:
    seen = "\n".join(f"user: {case.text}\nassistant: {case.expect}" for case in CLERK.visible)
    assert not leak(CLERK, f"{seen}\nuser: {{message}}")
    assert not leak(CLERK, "user: My cat broke the vase of Q-5555.\nassistant: Q-5555\nuser: {message}")


@pytest.mark.parametrize(
    ("prompt", "says"),
    [
        ("  \n ", "no prompt yet"),
        ("x" * 1201 + "{message}", "1,200 are the most"),
        ("Write the number.", "{message} is missing"),
        (CLERK.prompt.upper() + " ", "is missing"),
        (CLERK.prompt.replace(" ", "  "), "still the original"),
    ],
)
def test_a_prompt_that_cannot_be_judged_becomes_a_sentence(prompt: str, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        checked(CLERK, prompt)


def test_any_script_and_any_markup_may_stand_in_a_prompt() -> None:
    prompt = '<b>اكتب رقم الطلب فقط</b> & "so"\r\n{message}'
    assert checked(CLERK, prompt) == prompt.replace("\r\n", "\n")

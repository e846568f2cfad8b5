"""Acceptance tests: what they stop, how often by chance, and which words of a spec nobody can test."""

import pytest
from scipy import stats as scipy

from fluencylab.workbench.checks import Contains
from fluencylab.workbench.spec import AcceptanceTest, Outcome, outcome, report, risks, smallest_drop, stopped_at, stops
from fluencylab.workbench.vague_words import QUESTIONS, vague


def made(least: float, n: int) -> AcceptanceTest:
    return AcceptanceTest(name="refunds", check=Contains(values=("30 days",)), least=least, n=n)


def verdicts(passed: int, n: int) -> dict[str, list[bool]]:
    return {str(i): [i < passed] for i in range(n)}


@pytest.mark.parametrize(
    ("least", "n", "passed", "stopped"),
    [(0.9, 50, 45, False), (0.9, 50, 44, True), (0.7, 10, 7, False), (0.29, 100, 29, False), (1, 20, 19, True), (0.9, 50, 50, False)],
)
def test_it_stops_what_passes_less_than_asked(least: float, n: int, passed: int, stopped: bool) -> None:
    found = outcome(made(least, n), verdicts(passed, n))
    assert found.stopped is stopped and (passed >= made(least, n).wanted) is not stopped
    assert found.why.endswith("stopped." if stopped else "let through.") and f"{passed} of {n}" in found.why


def test_with_too_few_cases_it_says_nothing() -> None:
    found = outcome(made(0.9, 50), verdicts(3, 30))
    assert found.stopped is None and found.why == "It asks for 50 cases, and the check has a verdict on 30: it says nothing yet."
    assert report([made(0.9, 50)], {})["refunds"].stopped is None


def test_one_test_that_stops_is_enough() -> None:
    through, stopped, open_ = (Outcome(each, outcome(made(0.9, 1), verdicts(1, 1)).passes, "") for each in (False, True, None))
    assert stops([through, stopped, open_]) is True and stops([through, through]) is False
    assert stops([through, open_]) is None and stops([]) is None


@pytest.mark.parametrize(("least", "n", "true_rate"), [(0.9, 50, 0.95), (0.9, 50, 0.8), (0.7, 20, 0.7), (1, 30, 0.99)])
def test_how_often_it_stops_is_a_binomial_tail(least: float, n: int, true_rate: float) -> None:
    assert stopped_at(made(least, n), true_rate) == pytest.approx(scipy.binom.cdf(made(least, n).wanted - 1, n, true_rate), abs=1e-9)


def test_the_smallest_drop_is_seen_and_a_smaller_one_is_not() -> None:
    drop = smallest_drop(made(0.9, 50), 0.95)
    assert drop is not None
    assert stopped_at(made(0.9, 50), 0.95 - drop) >= 0.8 > stopped_at(made(0.9, 50), 0.95 - drop + 0.001)


def test_its_risks_are_said_in_words() -> None:
    assert risks(made(0.9, 50), 0.95) == (
        "A product that passes 95\u00a0% would be stopped in 4 of 100 tries. "
        "One that is 11 points worse would be stopped in 80 of 100 tries; a smaller drop may slip through."
    )
    assert "fewer than 1 of 100 tries" in risks(made(0.5, 50), 0.95)
    assert risks(made(0.99, 50), 0.7).endswith("It asks for more than the product does today.")
    assert made(0.9, 50).said == "It holds “30 days”: in at least 45 of 50 cases (90\u00a0%)."
    assert made(1, 50).said == "It holds “30 days”: in all of 50 cases (100\u00a0%)."


def test_vague_words_are_found_with_the_question_to_answer_instead() -> None:
    text = "It answers Quickly, is mostly right and user-friendly, e.g. a breakfast inaccurate fastener."
    found = vague(text)
    assert [text[each.start : each.end] for each in found] == ["Quickly", "mostly", "right", "user-friendly"]
    assert found[0].question == "Within how many seconds, for how many of 100 calls?"
    assert vague("In 45 of 50 cases it names the order within 2 seconds.") == []


@pytest.mark.parametrize("words", QUESTIONS)
def test_every_word_is_found_alone_and_leads_to_its_question(words: str) -> None:
    for word in words.split("|"):
        assert [each.question for each in vague(f"it is {word}.")] == [QUESTIONS[words]], word

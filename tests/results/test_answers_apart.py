"""Answers to the same case stand side by side, whole, with the words that differ."""

from hypothesis import given
from hypothesis import strategies as st

from fluencylab.instruments.base import Step
from fluencylab.results.answers_apart import answer_pairs, words_apart


def step(ask: str, text: str, **data: object) -> Step:
    return Step(kind="answer", data={"ask": ask, "text": text, **data})


@given(st.text(max_size=80), st.text(max_size=80))
def test_no_letter_of_an_answer_is_lost_or_added(first: str, second: str) -> None:
    one, two = words_apart(first, second)
    assert ("".join(piece.text for piece in one), "".join(piece.text for piece in two)) == (first, second)


def test_the_word_that_differs_is_marked() -> None:
    one, two = words_apart("The café is open.", "The shop is open.")
    assert [piece.text for piece in one if piece.apart] == ["café"] and [piece.text for piece in two if piece.apart] == ["shop"]


def test_the_same_case_asked_in_the_same_way_goes_together_in_any_order_and_those_that_differ_come_first() -> None:
    first = [step("q1", "a", strategy="few"), step("q2", "b", strategy="few"), step("q1", "c", strategy="zero")]
    second = [step("q2", "B", strategy="few"), step("q1", "a", strategy="few"), step("q3", "x", strategy="few")]
    found = answer_pairs(first, second, 10)
    assert [(pair.case, pair.same) for pair in found.pairs] == [("q2", False), ("q1", True)] and (found.n, found.same) == (2, 1)


def test_where_every_way_of_asking_differs_the_case_alone_counts() -> None:
    found = answer_pairs([step("q", "a", temperature=0.2)], [step("q", "b", temperature=1.0)], 10)
    assert found.n == 1 and found.same == 0


def test_another_prompt_is_another_case() -> None:
    first, second = ([Step(kind="answer", data={"text": text})] for text in "ab")
    assert answer_pairs(first, second, 10).n == 1 and answer_pairs(first, second, 10, alike=False).n == 0


def test_a_long_run_shows_so_many_pairs_and_counts_all() -> None:
    steps = [step(f"q{i}", "a") for i in range(5_000)]
    found = answer_pairs(steps, steps, 24)
    assert (len(found.pairs), found.n, found.same) == (24, 5_000, 5_000)

"""The order lab: what it asks, how an answer is read, and what the answers add up to."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from fluency_lab_order import INTERFACE, chart, page
from fluency_lab_order.instrument import QUESTIONS, Params, Question, calls, conclude, fact_names, orders, place, prompt, read, run
from pydantic import ValidationError

from fluencylab.instruments.base import Step
from fluencylab.models.scripted import Scripted
from fluencylab.models.types import Request

CONTENT = Path(page.__file__).parent / "content"
ASKED = Question("Which is a fruit?", ("Apple", "Spoon"))


async def steps(params: Params, says: Any) -> list[Step]:
    return [step async for step in run(Scripted(lambda request, _: says(request)), params)]


def first_mark(request: Request) -> str:
    """A model that takes whatever is called A or 1."""
    return "A) " if "A) " in request.messages[-1].content else "1)"


def by_what_it_says(request: Request) -> str:
    """A model that reads: it takes the longest option, wherever that stands."""
    lines = [line for line in request.messages[-1].content.splitlines() if line[1:3] == ") "]
    return max(lines, key=len)[0]


def test_it_was_written_for_the_first_version() -> None:
    assert INTERFACE == 1


def test_each_option_stands_once_in_each_place() -> None:
    for n in (2, 3, 4):
        found = orders(Question("?", tuple("abcd"[:n])))
        assert [sorted(places) for places in zip(*found, strict=True)] == [list(range(n))] * n


def test_a_prompt_lists_the_options_in_their_order() -> None:
    assert prompt(ASKED, (1, 0), "letters") == "Which is a fruit?\n\nA) Spoon\nB) Apple\n\nAnswer with the letter only."
    assert prompt(ASKED, (0, 1), "numbers").endswith("1) Apple\n2) Spoon\n\nAnswer with the number only.")


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("A", 0), ("B)", 1), ("A) Spoon", 0), ("**B**", 1), (" “A” is better", 0), ("b", None), ("C", None), ("1", None), ("", None),
        ("Apple", 1), ("apple is a fruit", 1), ("Spoon", 0), ("An apple", None), ("A. B.", 0), ("AB", None), ("Both", None),
    ],
)  # fmt: skip
def test_an_answer_is_read(said: str, found: int | None) -> None:
    assert place(said, ASKED, (1, 0), "letters") == found


@pytest.mark.parametrize(
    ("questions", "says"),
    [
        ("", "write one to 12 questions"),
        ("Which?", "two to four different options"),
        ("Which? | one", "two to four different options"),
        ("Which? | one | one", "two to four different options"),
        ("Which? | a | b | c | d | e", "two to four different options"),
        ("| a | b", "two to four different options"),
        ("Which? | a | b\nWho? | a | b | c", "as many options as the others"),
        ("Which? | a | b\n" * 13, "write one to 12 questions"),
    ],
)
def test_questions_that_cannot_be_asked_are_refused_in_words(questions: str, says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        Params(questions=questions)


async def test_a_model_that_takes_a_place_is_seen() -> None:
    params = Params(samples=2)
    seen = await steps(params, first_mark)
    result = conclude(seen)
    assert len(seen) == calls(params) == 24
    assert list(result.measures) == fact_names(params)
    assert result.facts() == {"first": 1, "kept": 0, "read": 1, "place@1": 1, "place@2": 0}
    assert result.says == ("24 of 24 answers took the option that stood first. None of the 6 questions had the same answer in every order.")


async def test_a_model_that_reads_is_seen() -> None:
    result = conclude(await steps(Params(samples=1), by_what_it_says))
    assert (result.facts()["first"], result.facts()["kept"]) == (0.5, 1)
    assert "6 questions of 6 had the same answer" in result.says


async def test_an_answer_that_names_nothing_is_counted_and_keeps_nothing() -> None:
    result = conclude(await steps(Params(samples=1), lambda _: "I do not know."))
    assert result.facts() == {"read": 0} and result.says == "No answer named an option."


def test_a_run_that_was_stopped_before_its_first_step_adds_up_to_nothing() -> None:
    assert conclude([]).measures == {}
    assert chart.charts(conclude([])) == []


async def test_the_chart_says_what_reading_would_look_like() -> None:
    params = Params(questions="Which city is the largest? | Lima | Oslo | Bern", samples=1, marks="numbers")
    [drawn] = chart.charts(conclude(await steps(params, first_mark)))
    assert "about 33" in drawn.sentence and [row[0] for row in drawn.table.rows] == ["first", "second", "third"]


async def test_each_answer_has_its_place_before_it_is_there() -> None:
    params = Params(samples=1)
    seen = await steps(params, first_mark)
    empty, half = chart.groups(params, []), chart.groups(params, seen[:3])
    assert [answer.call for group in empty for answer in group.answers] == [f"pick/{i}" for i in range(12)]
    assert sum(answer.text is not None for group in half for answer in group.answers) == 3
    whole = chart.groups(params, seen)
    assert {group.subtitle for group in whole} == {"the answer went with the order"}


async def test_the_grid_shows_what_was_chosen_in_each_order() -> None:
    params = Params(samples=1)
    rows = page.PAGE.parts(params, await steps(params, first_mark)).rows
    assert len(rows) == 6 and all([cell.place for cell in row.cells] == [0, 0] for row in rows)
    assert all([cell.option for cell in row.cells] == [0, 1] for row in rows)
    waiting = page.PAGE.parts(params, []).rows[0].cells[0]
    assert (waiting.chosen, waiting.place) == ("", None)


def test_a_mission_shows_the_first_question_in_both_orders() -> None:
    one, other = page.PAGE.prompts(Params())
    first = read(QUESTIONS)[0].options
    assert one.text.index(first[0]) < one.text.index(first[1]) and other.text.index(first[1]) < other.text.index(first[0])


def test_the_mission_speaks_only_of_what_its_run_measures() -> None:
    mission = tomllib.loads((CONTENT / "concepts" / "position-bias" / "missions" / "which-reply-wins.toml").read_text(encoding="utf-8"))
    given = fact_names(Params.model_validate(mission["run"]["params"]))
    assert {asked["fact"] for asked in mission["predict"]} <= set(given)
    assert tomllib.loads((CONTENT / "pack.toml").read_text(encoding="utf-8"))["concepts"][0]["labs"] == ["order"]

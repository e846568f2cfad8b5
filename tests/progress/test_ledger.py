"""What a piece of evidence counts, and when it no longer speaks for the present."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fluencylab.practice.items import Met
from fluencylab.progress.expiry import Present, expired
from fluencylab.progress.ledger import EvidenceRow, Ledger
from fluencylab.progress.mastery import CAPABILITIES

START = datetime(2026, 11, 2, 9, tzinfo=UTC)
CELL = ("tokens", "decisions")


def piece(number: int = 0, **given: Any) -> EvidenceRow:
    fields: dict[str, Any] = {
        "concept": "tokens",
        "capability": "decisions",
        "exercise": f"task-{number}",
        "stage": "decide",
        "variant": "",
    }
    fields |= {
        "content": "",
        "score": 1.0,
        "certainty": None,
        "marks": None,
        "grader": "rules-1",
        "help": "",
        "sha256": None,
        "chance": 0.25,
    }
    return EvidenceRow(**fields | {"id": f"{number:08}", "made": START + timedelta(minutes=number)} | given)


def ledger(*pieces: EvidenceRow) -> Ledger:
    made = Ledger(["tokens", "windows"], {})
    made.add(list(pieces))
    return made


def mean(made: Ledger) -> float:
    return made.belief.estimate(*CELL).mean


def test_a_second_go_counts_a_quarter_and_help_a_half() -> None:
    made = ledger(piece(0), piece(1, exercise="task-0"), piece(2, exercise="task-0", help="hint shown"), piece(3, help="hint shown"))
    assert [made.counted[f"{i:08}"] for i in range(4)] == [1, 0.25, 0.03125, 0.5]
    assert made.tallies[CELL].n == 2, "the same task is one task"


def test_the_same_words_are_the_same_item_wherever_they_are_asked() -> None:
    made = ledger(piece(0, variant="v", content="c"), piece(1, variant="v", content="c"), piece(2, variant="v", content="d"))
    assert [made.counted[f"{i:08}"] for i in range(3)] == [1, 0.25, 1]


def test_a_review_that_asks_as_the_exercise_did_is_a_repetition() -> None:
    made = Ledger(["tokens"], {}, {("tokens", "decide/task-0"): Met(("task-0", "decide", "words"))})
    shown = {"variant": "decide/task-0", "stage": "item-decide", "exercise": "review/tokens/decisions"}
    made.add([piece(0, content="words"), piece(1, content="of the item", **shown), piece(2, content="older", **shown)])
    assert [made.counted[f"{i:08}"] for i in range(3)] == [1, 0.25, 0.0625]
    assert made.tallies[CELL].n == 1


def test_what_is_printed_on_a_page_was_shown_before_it_is_asked() -> None:
    made = Ledger(["tokens"], {}, {("tokens", f"{form}/token"): Met(("tokens", "said", "token"), True) for form in ("said", "gap")})
    made.add([piece(i, exercise="review/tokens/decisions", stage=f"item-{form}", variant=f"{form}/token", content=form)
              for i, form in enumerate(("said", "gap"))])  # fmt: skip
    assert [made.counted[f"{i:08}"] for i in range(2)] == [0.25, 0.0625]


@pytest.mark.parametrize("stage", ["compare", "item-predict"])
def test_a_forecast_counts_for_calibration_and_in_no_cell(stage: str) -> None:
    made = ledger(piece(0, stage=stage, certainty=3, marks=3))
    assert made.sureness == {3: (1, 1)}
    assert not made.tallies and not made.counted and not made.recall.held
    assert mean(made) == mean(ledger())


def test_a_pair_that_was_lost_with_its_first_is_not_counted_twice() -> None:
    first = piece(0, score=0.0)
    lost, after = piece(1, exercise="task-0", stage="twin", score=0.0), piece(2, exercise="task-0", stage="decide", score=1.0)
    assert mean(ledger(first, lost)) == mean(ledger(first)), "the second choice may have been right"
    assert ledger(first, lost).tallies[CELL].n == 1
    assert ledger(first, after, lost._replace(id="3")).tallies[CELL].n == 2


def test_what_could_not_be_graded_counts_nothing() -> None:
    assert mean(ledger(piece(0, score=None, certainty=3))) == mean(ledger())
    assert not ledger(piece(0, score=None, certainty=3)).sureness


def test_certainty_is_held_against_what_it_was_about() -> None:
    """A case's score is a mean of three, its certainty was about the option alone: the marks tell which it was."""
    made = ledger(piece(0, score=0.5, certainty=3, marks=3), piece(1, score=0.5, certainty=3, marks=-6), piece(2, certainty=1, marks=1))
    assert made.sureness == {3: (1, 2), 1: (1, 1)}


pieces = st.builds(
    lambda n, score, cell, item, help, grader: piece(
        n, score=score, concept=cell[0], capability=cell[1], exercise=f"task-{item}", help=help, grader=grader
    ),
    st.just(0),
    st.one_of(st.none(), st.floats(0, 1)),
    st.tuples(st.sampled_from(("tokens", "windows", "gone")), st.sampled_from(CAPABILITIES)),
    st.integers(0, 3),
    st.sampled_from(("", "hint")),
    st.sampled_from(("rules-1", "judge")),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(pieces, max_size=25), st.integers(0, 25))
def test_going_on_is_the_same_as_beginning_anew(seen: list[EvidenceRow], cut: int) -> None:
    seen = [one._replace(id=f"{i:08}", made=START + timedelta(minutes=i)) for i, one in enumerate(seen)]
    anew, gone_on = ledger(*seen), ledger(*seen[:cut])
    gone_on.add(seen[cut:])
    assert (anew.count, anew.last, anew.counted, anew.sureness) == (gone_on.count, gone_on.last, gone_on.counted, gone_on.sureness)
    for concept in ("tokens", "windows"):
        for capability in CAPABILITIES:
            assert anew.belief.estimate(concept, capability) == gone_on.belief.estimate(concept, capability)


PRESENT = Present({"task-0": "words", "task-1": "words"}, "model", {"tokens": date(2026, 11, 1)})


@pytest.mark.parametrize(
    ("shown", "why"),
    [
        ([piece(0)], ""),
        ([piece(0, content="words", sha256="model")], ""),
        ([piece(0, made=START - timedelta(days=9))], "brought up to date on 1 November 2026"),
        ([piece(0, sha256="another")], "another model"),
        ([piece(0, sha256="another"), piece(1, sha256="model")], ""),
        ([piece(0, sha256="another"), piece(1)], "another model"),
        ([piece(0, content="old words")], "worded anew since"),
        ([piece(0, content="old words"), piece(1, content="words")], ""),
        ([piece(0, exercise="gone", content="old words")], ""),
    ],
)
def test_evidence_expires_with_what_it_rested_on_and_one_fresh_piece_renews_it(shown: list[EvidenceRow], why: str) -> None:
    found = expired("tokens", ledger(*shown).tallies[CELL], PRESENT)
    assert why in found
    assert bool(found) == bool(why)


def test_an_endpoint_whose_weights_nobody_knows_makes_nothing_expire() -> None:
    assert expired("tokens", ledger(piece(0, sha256="another")).tallies[CELL], PRESENT._replace(sha256="")) == ""

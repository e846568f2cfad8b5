"""When a skill comes again: a pure fold over evidence."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest
from fsrs import Rating
from hypothesis import given
from hypothesis import strategies as st

from fluencylab.progress.ledger import EvidenceRow
from fluencylab.progress.review import NEXT_WEEK, SOON, Recall, Skill, SkillSchedule, add, due, lapsed, rating, sitting, why

MONDAY = datetime(2026, 11, 16, 9, tzinfo=UTC)
SKILL = ("latency", "decisions")


def piece(score: float | None, certainty: int | None = 2, days: float = 0, help: str = "", capability: str = "decisions") -> EvidenceRow:
    made = MONDAY + timedelta(days=days)
    return EvidenceRow("", made, "latency", capability, "a-mission", "see", "", "", score, certainty, None, "rules-1", help, None, None)


def fold(pieces: Iterable[EvidenceRow], recall: Recall | None = None) -> dict[Skill, SkillSchedule]:
    recall = recall or Recall()
    for piece in pieces:
        recall.add(piece)
    return recall.held


def one(*pieces: EvidenceRow) -> SkillSchedule:
    return fold(pieces)[SKILL]


@pytest.mark.parametrize(
    ("score", "certainty", "help", "rated"),
    [
        (0, 3, "", Rating.Again),
        (0.67, 2, "", Rating.Again),
        (1, 1, "", Rating.Hard),
        (1, 2, "", Rating.Good),
        (1, None, "", Rating.Good),
        (5 / 6, 3, "", Rating.Easy),
        (1, 3, "hint", Rating.Good),
    ],
)
def test_the_rating_comes_from_score_certainty_and_help(score: float, certainty: int | None, help: str, rated: Rating) -> None:
    assert rating(score, certainty, help) is rated


def test_what_was_right_rests_longer_each_time() -> None:
    held, rests, day = None, [], 0
    for _ in range(3):
        held = add(held, piece(1, days=day))
        assert held
        rests.append((held.due - held.last).days)
        day += rests[-1]
    assert rests == [4, 31, 173]


def test_nothing_rests_longer_than_half_a_year() -> None:
    held = one(piece(1, 3), piece(1, 3, 16), piece(1, 3, 200))
    assert (held.due - held.last).days == 180


def test_a_confident_miss_comes_back_next_week_and_a_plain_one_sooner() -> None:
    assert one(piece(0, 3)).due - MONDAY.date() == NEXT_WEEK
    assert one(piece(0, 2)).due - MONDAY.date() == timedelta(days=1)
    long_held = one(piece(1, 3), piece(1, 3, 16), piece(0, 3, 100))
    assert long_held.due - long_held.last == NEXT_WEEK
    assert "very sure" in why(long_held)


def test_one_right_answer_ends_a_surprise() -> None:
    assert not one(piece(0, 3), piece(1, 2, 7)).confident_miss


def test_what_could_not_be_graded_is_no_review() -> None:
    assert fold([piece(None)]) == {}
    assert fold([piece(1), piece(None, days=3)]) == fold([piece(1)])


def test_a_mission_of_five_steps_is_one_review() -> None:
    assert one(*[piece(1, days=i / 100) for i in range(5)]).due == one(piece(1)).due


def test_due_counts_three_days_ahead_but_never_the_day_it_was_shown() -> None:
    held = fold([piece(1), piece(0, 2, capability="vocabulary"), piece(1, 3, capability="debugging")])
    today = MONDAY.date()
    assert due(held, today) == []
    assert due(held, today + timedelta(days=1)) == [("latency", "vocabulary"), SKILL]
    assert list(lapsed(held, today + timedelta(days=1))) == [("latency", "vocabulary")]
    assert due(held, today + timedelta(days=16) - SOON) == [("latency", "vocabulary"), SKILL, ("latency", "debugging")]


def test_evidence_of_an_earlier_day_is_not_slipped_in() -> None:
    with pytest.raises(ValueError, match="order"):
        fold([piece(1, days=2), piece(1)])


pieces = st.builds(
    piece,
    st.one_of(st.none(), st.floats(0, 1)),
    st.one_of(st.none(), st.integers(1, 3)),
    st.integers(0, 4000).map(lambda hours: hours / 24),
    st.sampled_from(["", "hint"]),
    st.sampled_from(["vocabulary", "decisions", "debugging"]),
)


@given(st.lists(pieces, max_size=30))
def test_a_skill_is_due_after_the_day_it_was_shown_and_within_half_a_year(shown: list[EvidenceRow]) -> None:
    shown = sorted(shown, key=lambda piece: piece.made)
    for held in fold(shown).values():
        assert timedelta(days=1) <= held.due - held.last <= timedelta(days=180)


@given(st.lists(pieces, max_size=20), st.randoms(use_true_random=False))
def test_the_order_within_a_day_does_not_matter(shown: list[EvidenceRow], dice: object) -> None:
    ordered = sorted(shown, key=lambda piece: piece.made)
    shuffled = sorted(sorted(shown, key=lambda _: dice.random()), key=lambda piece: piece.made.date())  # type: ignore[attr-defined]
    assert fold(ordered) == fold(shuffled)


def test_what_was_asked_and_what_was_brought_to_its_end_is_remembered() -> None:
    recall = Recall()
    recall.add(piece(1)._replace(exercise="review/latency/decisions", variant="twin/x"))
    recall.add(piece(1)._replace(exercise="which-locker", stage="decide"))
    recall.add(piece(None, days=1)._replace(exercise="wrong-at-zero", stage="twin"))
    assert recall.asked["latency", "review/latency/decisions", "twin/x"] == MONDAY
    assert recall.asked["latency", "which-locker", "decide"] == MONDAY
    assert recall.done == {"wrong-at-zero"}


def test_a_sitting_ends_with_a_pause_of_half_an_hour() -> None:
    times = [MONDAY + timedelta(minutes=at) for at in (0, 50, 60, 75)]
    assert sitting(times, MONDAY + timedelta(minutes=80)) == 3
    assert sitting(times, MONDAY + timedelta(minutes=110)) == 0

"""The registry of kinds: what is stored is read again, and each fact of a kind comes from the kind."""

from typing import Any

import pytest

from fluencylab.curriculum.loader import track
from fluencylab.practice import kinds
from fluencylab.practice.kinds import (
    CAPSTONE,
    CASE,
    COURSE,
    DIAGNOSIS,
    FORETOLD,
    KINDS,
    MEETING,
    MISSION,
    MODEL_CARD,
    PROPOSAL,
    REPAIR,
    REVIEW,
    SELF_TEST,
    Exercise,
)
from fluencylab.practice.kinds.base import NOT_BEGUN
from fluencylab.practice.variants import bank

EVERY: list[Exercise[Any]] = [one for kind in KINDS.values() for one in kind.every()]


EXERCISES_OWN = {
    "decide",
    "twin",
    "fault",
    "practice-decide",
    "practice-twin",
    "heard",
    "lacks",
    "table-decide",
    "table-twin",
    "page-decide",
    "page-twin",
    "objection",
}
"""Forms of review items that ask in the very words of an exercise."""


def test_every_exercise_is_found_by_its_key_and_no_two_share_one() -> None:
    assert len({one.key for one in EVERY}) == len({one.href for one in EVERY}) == len(EVERY) > 100
    assert all(kinds.find(one.key) == one for one in EVERY)
    assert all(kinds.kind_of(one.key) is one.kind for one in EVERY)


@pytest.mark.parametrize(
    ("key", "kind", "slug", "href"),
    [
        ("twelve-names-for-one-cafe", MISSION, "twelve-names-for-one-cafe", "/missions/twelve-names-for-one-cafe"),
        ("the-letter-of-refusal", CASE, "the-letter-of-refusal", "/cases/the-letter-of-refusal"),
        ("debug/every-answer-another", DIAGNOSIS, "every-answer-another", "/debug/cases/every-answer-another"),
        ("repair/the-clerk-who-writes-letters", REPAIR, "the-clerk-who-writes-letters", "/debug/repairs/the-clerk-who-writes-letters"),
        ("self-test", SELF_TEST, "", "/self-test"),
        ("review/latency/decisions", REVIEW, "latency/decisions", "/review"),
        ("course/read-twenty", COURSE, "read-twenty", "/course/read-twenty"),
        ("model-card/three-countries", MODEL_CARD, "three-countries", "/cards/three-countries"),
        ("meeting/under-a-second", MEETING, "under-a-second", "/meetings/under-a-second"),
        ("proposal/half-the-wait", PROPOSAL, "half-the-wait", "/proposals/half-the-wait"),
        ("capstone/lost-property", CAPSTONE, "lost-property", "/capstone/lost-property"),
        ("work/expected/5f0c", FORETOLD, "expected/5f0c", "/product"),
    ],
)
def test_keys_that_lie_in_databases_are_read_and_written_as_ever(key: str, kind: kinds.Kind[Any], slug: str, href: str) -> None:
    assert (kinds.kind_of(key), kind.slug(key), kind.key(slug), kind.href(slug)) == (kind, slug, key, href)


def test_a_key_whose_exercise_is_gone_still_tells_its_kind_where_it_can() -> None:
    assert [kinds.find(key) for key in ("gone", "debug/gone", "repair/gone", "opera/gone")] == [None] * 4
    assert [kinds.kind_of(key) for key in ("gone", "debug/gone", "repair/gone", "opera/gone")] == [MISSION, DIAGNOSIS, REPAIR, None]


def test_a_skill_is_read_out_of_the_key_of_its_reviews() -> None:
    assert REVIEW.skill(REVIEW.of_skill("latency", "decisions")) == ("latency", "decisions")


def test_only_the_last_stage_ends_an_exercise_and_only_of_its_own_kind() -> None:
    ended = [("gone", "twin"), ("debug/gone", "fix"), ("the-letter-of-refusal", "twin")]
    going = [("gone", "decide"), ("gone", "fix"), ("debug/gone", "diagnose"), ("repair/gone", "repair"), ("review/x/y", "item-twin")]
    assert [kinds.ends(*one) for one in ended + going] == [True] * 3 + [False] * 5


def test_what_is_told_with_a_later_stage_is_never_graded_by_itself() -> None:
    graded = {stage for _, stage in kinds.chances()}
    assert kinds.told_later() and not kinds.told_later() & graded


def test_words_of_every_kind_that_has_an_end_or_a_bar_are_watched() -> None:
    """A repair's were not: one that was changed went on counting as if it had not been."""
    watched = {kind.name for kind in KINDS.values() for one in kind.every() if one.key in kinds.contents()}
    assert watched == {"mission", "case", "course", "model-card", "meeting", "proposal", "diagnosis", "repair"}


def test_a_stage_is_called_by_its_own_kind_and_an_item_by_the_kind_it_was_turned_from() -> None:
    called: list[tuple[kinds.Kind[Any] | None, str]]
    called = [(MISSION, "compare"), (SELF_TEST, "3.claim.decide"), (REVIEW, "item-twin"), (REVIEW, "item-gap"), (None, "fix"), (CASE, "x")]
    words = ["your prediction", "a claim", "one fact changed", "a sentence for a word", "the fix", "x"]
    assert [kinds.part(*one) for one in called] == words


def test_who_has_not_begun_stands_nowhere_and_every_stage_is_said() -> None:
    for kind in KINDS.values():
        assert {kind.stands(stage, False) for stage in kind.stages} <= {NOT_BEGUN}
        assert all(kind.stands(stage, True) for stage in kind.stages)
    assert [DIAGNOSIS.stands(stage, True) for stage in ("run", "fix", "done")] == ["being probed", "ask for a fix", "done"]


@pytest.mark.parametrize(
    ("path", "page"),
    [
        ("/missions/x/predict", "/missions/x"),
        ("/cases/x/twin", "/cases/x"),
        ("/debug/cases/x/fix", "/debug/cases/x"),
        ("/debug/repairs/x/hint", "/debug/repairs/x"),
        ("/missions/x", ""),
        ("/missions//x", ""),
        ("/self-test/1/2/text", ""),
        ("/review/items/7", ""),
        ("/data/restore", ""),
        ("/", ""),
    ],
)
def test_a_step_leads_back_to_the_page_of_its_exercise(path: str, page: str) -> None:
    assert kinds.page_above(path) == page


def test_every_decision_and_fault_of_a_review_is_known_by_the_exercise_that_asked_it() -> None:
    """Answered there it is a repetition here; a word that stands on its concept's page is one from the first."""
    hashes = kinds.contents()
    for concept in track().concepts:
        for item in bank(concept):
            met = kinds.first_shown(item)
            if item.form in EXERCISES_OWN:
                assert met and met.name[-1] == hashes[met.name[0]], item.id
            elif item.form in ("said", "gap", "misuse"):
                assert met and met.printed, item.id
            elif item.form in ("contrast", "application"):
                assert met and not met.printed
            else:
                assert met is None

"""Whoever sees the options alone can do no better than one pick for each set of options: how often that is right, at most."""

from collections import Counter, defaultdict
from collections.abc import Iterable

from fluencylab.curriculum.loader import metric_goals, track
from fluencylab.practice.scored import ScoredItem, scored_items

OURS = list(scored_items(track().concepts, metric_goals()))
Sets = dict[frozenset[str], Counter[str]]


def by_options(items: Iterable[ScoredItem]) -> Sets:
    """How often each option is the best, for every set of options that is offered."""
    found: Sets = defaultdict(Counter)
    for item in items:
        found[frozenset(item.options.values())].update(item.options[key] for key in item.key)
    return found


def at_most(sets: Sets) -> float:
    """The share of one who knows which option of each set is right most often."""
    return sum(max(keys.values()) for keys in sets.values()) / sum(sum(keys.values()) for keys in sets.values())


DECISIONS = by_options(item for item in OURS if item.kind in ("mission-decide", "mission-twin"))
SITUATIONS = by_options(item for item in OURS if item.kind == "situation")
REASONS = by_options(item for item in OURS if item.kind == "case-why")
FLIPS = by_options(item for item in OURS if item.kind == "case-flip")


def test_options_alone_tell_two_of_five_decisions_of_missions_at_most() -> None:
    assert at_most(DECISIONS) <= 0.4


def test_options_alone_tell_one_of_two_situations_at_most() -> None:
    assert at_most(SITUATIONS) <= 0.5


def test_no_option_is_right_in_more_than_half_of_the_questions_that_offer_it() -> None:
    assert not [keys for keys in (*DECISIONS.values(), *SITUATIONS.values()) if max(keys.values()) > keys.total() / 2]


def test_two_missions_of_three_share_their_options_with_another() -> None:
    missions = sum(len(concept.missions) for concept in track().concepts)
    sharing = sum(keys.total() // 2 for keys in DECISIONS.values() if keys.total() > 2)
    assert sharing >= missions * 2 / 3


def test_all_cases_of_a_concept_share_their_reasons_and_what_would_flip_them() -> None:
    concepts = sum(bool(concept.cases) for concept in track().concepts)
    assert len(REASONS) == len(FLIPS) == concepts


def test_reasons_alone_tell_two_of_five_that_carry_at_most() -> None:
    """Whoever knows which two carry most often marks those two in every case."""
    told = sum(sum(count for _, count in keys.most_common(2)) for keys in REASONS.values())
    assert told <= 0.4 * sum(keys.total() for keys in REASONS.values())


def test_facts_alone_tell_two_of_five_that_flip_at_most() -> None:
    assert at_most(FLIPS) <= 0.4


def test_no_two_cases_are_carried_by_the_same_two_reasons() -> None:
    pairs = [frozenset(item.options[key] for key in item.key) for item in OURS if item.kind == "case-why"]
    assert len(set(pairs)) == len(pairs)


def test_the_bound_finds_options_that_stand_alone() -> None:
    """One question with options of its own is told for certain; four that share theirs, each with another best, in one of four."""
    four = [ScoredItem(f"x/{best}", "x", "x", "?", {one: f"Do {one}." for one in "abcd"}, (best,)) for best in "abcd"]
    assert at_most(by_options(four[:1])) == 1
    assert at_most(by_options(four)) == 0.25


CARDS = by_options(item for item in OURS if item.kind in ("card-decide", "card-twin"))


def test_options_alone_tell_three_of_eight_decisions_on_model_cards_at_most() -> None:
    assert at_most(CARDS) <= 0.37


def test_no_option_of_a_model_card_is_right_in_more_than_half_of_the_questions_that_offer_it() -> None:
    assert not [keys for keys in CARDS.values() if max(keys.values()) > keys.total() / 2]


MEETINGS = by_options(item for item in OURS if item.kind in ("meeting-decide", "meeting-twin"))


def test_options_alone_tell_three_of_eight_decisions_after_meetings_at_most() -> None:
    assert at_most(MEETINGS) <= 0.37


def test_no_option_of_a_meeting_is_right_in_more_than_half_of_the_questions_that_offer_it() -> None:
    assert not [keys for keys in MEETINGS.values() if max(keys.values()) > keys.total() / 2]

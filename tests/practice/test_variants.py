"""Review items come out of the content, are sound, and never come twice in a row."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fluencylab.curriculum.loader import track
from fluencylab.curriculum.schema import Term, Variant
from fluencylab.practice import kinds
from fluencylab.practice.items import Choice, Item
from fluencylab.practice.variants import GAP, bank, gapped, pick, usable

MONDAY = datetime(2026, 11, 16, 9, tzinfo=UTC)
SAMPLING = track().concepts[0]
ITEMS = [item for concept in track().concepts for item in bank(concept)]
TEN = [item._replace(id=f"item/{number}") for number, item in enumerate(ITEMS[:10])]


def term(word: str) -> Term:
    return Term(term=word, means="-", said="-", misuse="-")


def test_every_item_can_be_answered_and_every_answer_is_answered() -> None:
    for item in ITEMS:
        ids = [choice.id for choice in item.options]
        assert item.best in ids, item.id
        assert 2 <= len(ids) == len(set(ids)), item.id
        assert all(choice.text.strip() and choice.answer.strip() for choice in item.options), item.id
        assert item.question


def test_no_two_items_of_a_concept_share_a_name_and_other_words_are_another_content() -> None:
    for concept in track().concepts:
        items = bank(concept)
        assert len({item.id for item in items}) == len({item.content for item in items}) == len(items)


@pytest.mark.parametrize(
    ("word", "text", "left"),
    [
        ("Token", "It costs 180 tokens a reply.", f"It costs 180 {GAP} a reply."),
        ("Context window", "The context window is full, so the window drops a page.", f"The {GAP} is full, so the {GAP} drops a page."),
        ("Sampling", "They differ because we sample.", f"They differ because we {GAP}."),
        ("Top-p and top-k", "We run at 1 with top-p 0.9.", "We run at 1 with top-p 0.9."),
    ],
)
def test_a_sentence_does_not_give_its_word_away(word: str, text: str, left: str) -> None:
    assert gapped(term(word), text) == left


def test_the_word_asked_for_stands_nowhere_in_its_sentence() -> None:
    for item in bank(SAMPLING):
        if item.form in ("said", "misuse"):
            word = next(choice.text for choice in item.options if choice.id == item.best)
            assert word.lower() not in item.situation.lower()


def test_a_review_gives_no_mission_away() -> None:
    assert {item.form for item in usable(SAMPLING, "decisions", set())} == {"application"}
    slug = SAMPLING.cases[0].slug
    bare = SAMPLING.model_copy(update={"variants": ()})
    assert {item.id for item in usable(bare, "decisions", {slug})} >= {f"twin/{slug}", f"decide/{slug}"}


def test_a_decision_is_asked_in_its_other_forms_and_no_more_in_its_own_words() -> None:
    """Where it has none, as in a pack, its own words come back."""
    done, other = SAMPLING.cases[0].slug, SAMPLING.cases[1].slug
    option = SAMPLING.cases[0].decide.options[0]
    options = tuple(option.model_copy(update={"id": f"way-{number}"}) for number in range(3))
    form = Variant(of=done, slug="another-product", situation="A lift.", question="Which way?", options=options, best="way-1")
    concept = SAMPLING.model_copy(update={"variants": (form,)})
    asked = {item.id for item in usable(concept, "decisions", {done, other}) if item.needs}
    assert asked == {"variant/another-product", f"decide/{other}", f"twin/{other}"}
    assert "variant/another-product" not in {item.id for item in usable(concept, "decisions", {other})}
    assert f"decide/{done}" in {item.id for item in bank(concept)}, "what was answered of it is known as a repetition"
    (item,) = (item for item in bank(concept) if item.form == "variant")
    assert kinds.first_shown(item) is None and kinds.met(item) == [], "it counts in full when it is asked first"


def share(items: list[Item], rule: Callable[[list[Choice]], Choice]) -> float:
    """How often a rule of thumb is right, over twenty layouts."""
    return sum(rule(item.laid_out(seed)).id == item.best for item in items for seed in range(20)) / 20 / len(items)


def test_the_forms_of_one_decision_offer_the_same_options_and_each_another_best() -> None:
    """Whoever sees the options alone is right in one of three at most: one sane practice among four told half of them to an expert."""
    of: dict[str, list[Variant]] = {}
    for variant in (variant for concept in track().concepts for variant in concept.variants):
        of.setdefault(variant.of, []).append(variant)
    told = {name for name, some in of.items() if len({frozenset((one.id, one.text) for one in variant.options) for variant in some}) > 1}
    assert not told
    assert not [name for name, some in of.items() if len({variant.best for variant in some}) < len(some)]


@pytest.mark.parametrize("capability", ["vocabulary", "decisions", "debugging"])
def test_no_rule_of_thumb_gets_through_the_bank(capability: str) -> None:
    """Always the longest, the shortest, the first, or "no": right hardly more often than guessing, in each kind of fluency."""
    items = [item for item in ITEMS if item.capability == capability]
    chance = sum(1 / len(item.options) for item in items) / len(items)
    for rule in (
        lambda choices: max(choices, key=lambda choice: len(choice.text)),
        lambda choices: min(choices, key=lambda choice: len(choice.text)),
        lambda choices: choices[0],
        lambda choices: next((choice for choice in choices if choice.id == "not"), choices[0]),
    ):
        assert share(items, rule) < chance + 0.15


@given(st.sets(st.sampled_from(TEN), max_size=9), st.integers(0, 10**6))
def test_what_was_not_asked_yet_comes_first(asked: set[Item], seed: int) -> None:
    found = pick(TEN, {item.id: MONDAY for item in asked}, seed)
    assert found and found not in asked


@given(st.permutations(TEN), st.integers(0, 10**6))
def test_a_bank_that_is_used_up_gives_the_oldest_but_never_the_one_just_seen(order: list[Item], seed: int) -> None:
    seen = {item.id: MONDAY + timedelta(days=day) for day, item in enumerate(order)}
    assert pick(TEN, seen, seed, order[-1].id) == order[0]
    assert pick(TEN, seen, seed, order[0].id) == order[1]


def test_one_item_alone_comes_again_and_none_is_none() -> None:
    assert pick(TEN[:1], {}, 1, TEN[0].id) == TEN[0]
    assert pick([], {}, 1) is None


def test_the_same_item_lies_in_another_order_for_another_attempt() -> None:
    item = next(item for item in ITEMS if len(item.options) == 4)
    assert len({tuple(choice.id for choice in item.laid_out(seed)) for seed in range(20)}) > 3


def test_a_decision_is_asked_again_in_words_that_fit_what_has_changed() -> None:
    """Notices and no longer prices: whoever answered the first question after the change would be wrong for being right."""
    concept = next(one for one in track().concepts if one.slug == "rag-or-fine-tuning")
    first, again = (next(item for item in bank(concept) if item.id == f"{form}/the-price-at-nine") for form in ("decide", "twin"))
    assert "prices" in first.question and "notices" in again.question
    kept = next(item for item in bank(concept) if item.id == "twin/where-it-broke")
    assert kept.question == "What is done first?"

"""Bots that know nothing earn little, on every product there is; and one that would earn is found out."""

from functools import cache
from random import Random

import pytest
from capstone_fixture import PRODUCT, product, recording

from fluencylab.curriculum.capstone import CapstoneProduct, capstones
from fluencylab.curriculum.loader import track
from fluencylab.practice.capstone import answers as answering
from fluencylab.practice.capstone import bots
from fluencylab.practice.capstone.handed_in import HandedIn, expert, scores
from fluencylab.practice.capstone.total import PARTS, total
from fluencylab.practice.scored import ScoredItem, of_capstone, scored_items
from fluencylab.stats import mean

EVERY = capstones()
TIES = 20
"""Seeds of a bot whose draws only break ties."""


@cache
def other_items() -> list[ScoredItem]:
    """Of all other exercises."""
    return [one for one in scored_items(track().concepts) if not one.kind.startswith("capstone")]


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> CapstoneProduct:
    of = product()
    kept = recording(of)
    monkeypatch.setattr(answering, "recorded", lambda slug: kept)
    return of


def test_every_bot_takes_part_in_every_part(small: CapstoneProduct) -> None:
    for bot in (*bots.BOTS.values(), *bots.rules_of_thumb().values()):
        found = scores(small, bot(small, Random(1)))
        assert set(found) == set(PARTS) and all(0 <= score <= 1 for score in found.values())
    assert bots.by_chance(small, Random(1)) != bots.by_chance(small, Random(2))


def test_what_pays_without_knowing_is_seen(small: CapstoneProduct) -> None:
    """A product whose defaults are the best, whose causes are both first and whose statements are all of one kind pays the lazy."""
    memo = PRODUCT["memo"] | {"statements": [one | {"holds": "against"} for one in PRODUCT["memo"]["statements"]]}
    tests = [one for one in PRODUCT["spec"]["tests"] if one["slug"] != "right-100"]
    easy = product(
        memo=memo, spec=PRODUCT["spec"] | {"tests": [*tests, tests[0] | {"slug": "again"}]},
        proposal=PRODUCT["proposal"]
        | {"sentences": [one | {"reason": ""} for one in PRODUCT["proposal"]["sentences"]], "best": "approve"},
    )  # fmt: skip
    kept = recording(easy)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(answering, "recorded", lambda slug: kept)
        assert bots.earned(easy, bots.defaults, TIES) > bots.BAR > bots.earned(small, bots.defaults, TIES)


def test_an_expert_is_no_bot(small: CapstoneProduct) -> None:
    assert bots.earned(small, lambda of, rng: expert(of), 1) == pytest.approx(1)
    assert all(bots.earned(small, bot, TIES) < bots.BAR for bot in bots.BOTS.values())


def test_a_bot_of_words_takes_what_its_taste_says(small: CapstoneProduct) -> None:
    def likes(word: str) -> bots.Mark:
        return lambda text: float(word in text)

    taste = bots.Taste(likes("beside"), likes("Sentence 5"), {"measured": likes("measured"), "open": likes("open"), "against": likes("x")})
    found: HandedIn = bots.by_words(taste)(small, Random(1))
    assert found.ruling == "beside" and "s5" in found.objections and len(found.objections) == bots.MARKED
    assert found.statements["measured-1"] == "measured" and found.statements["open-2"] == "open"


def test_what_is_asked_of_a_product_is_listed_with_its_keys(small: CapstoneProduct) -> None:
    found = {one.id: one for one in of_capstone(small)}
    assert found["capstone-cause/lost-bags"].key == ("cut-short", "half-arrives") and len(found["capstone-cause/lost-bags"].options) == 6
    assert found["capstone-decide/lost-bags"].key == ("ask",) and "Sentence 5" in found["capstone-decide/lost-bags"].stem
    assert found["capstone-statement/lost-bags.open"].key == ("open-1", "open-2")
    assert {one.concept for one in found.values()} == {"capstone-travel"}


@pytest.mark.long
@pytest.mark.parametrize("of", EVERY, ids=[one.slug for one in EVERY])
@pytest.mark.parametrize("name", bots.BOTS)
def test_no_bot_earns_more_than_the_bar_on_any_product(of: CapstoneProduct, name: str) -> None:
    assert bots.earned(of, bots.BOTS[name]) <= bots.BAR


@pytest.mark.long
@pytest.mark.parametrize("of", EVERY, ids=[one.slug for one in EVERY])
def test_no_rule_of_thumb_pays(of: CapstoneProduct) -> None:
    found = {name: bots.earned(of, bot, TIES) for name, bot in bots.rules_of_thumb().items()}
    assert mean(list(found.values())) <= bots.BAR and max(found.values()) <= bots.BAR, found


@pytest.mark.long
@pytest.mark.parametrize("of", EVERY, ids=[one.slug for one in EVERY])
def test_what_was_learned_of_other_products_words_does_not_pay(of: CapstoneProduct) -> None:
    assert bots.earned(of, bots.ranker(of, EVERY, other_items()), TIES) <= bots.BAR


@pytest.mark.parametrize("of", EVERY, ids=[one.slug for one in EVERY])
def test_what_an_expert_hands_in_earns_most_of_it_in_every_part(of: CapstoneProduct) -> None:
    found = scores(of, expert(of))
    assert min(found.values()) >= 0.8 and total(found) >= 0.8, found

"""A product of the capstone proves itself: what would make it unfair is named, and what was recorded is asked again."""

from collections.abc import Callable
from typing import Any

import pytest
from capstone_fixture import PRODUCT, product, recording

from fluencylab.actions.kinds import acts
from fluencylab.actions.kinds import capstone as proving
from fluencylab.actions.kinds.capstone import ACTS, faults, proof_hash
from fluencylab.curriculum.capstone import CapstoneProduct
from fluencylab.curriculum.capstone_recorded import Recorded, RecordedSetup, setup_key
from fluencylab.curriculum.loader import track
from fluencylab.curriculum.proofs import Page
from fluencylab.errors import ContentError
from fluencylab.practice.capstone import answers as answering
from fluencylab.practice.kinds import CAPSTONE
from fluencylab.practice.kinds import capstone as kind

Recording = Callable[..., None]


@pytest.fixture
def keep(monkeypatch: pytest.MonkeyPatch) -> Recording:
    """What is recorded of a product; of the fixture's own, if nothing else is said."""

    def keep(of: CapstoneProduct, kept: Recorded | None = None) -> None:
        found = kept or recording(of)
        monkeypatch.setattr(answering, "recorded", lambda slug: found)

    return keep


def wrong(keep: Recording, **changes: Any) -> list[str]:
    of = product(**changes)
    keep(of)
    return list(faults(of))


def part(name: str, **changes: Any) -> dict[str, Any]:
    return {name: PRODUCT[name] | changes}


def test_a_whole_product_has_nothing_against_it(keep: Recording) -> None:
    assert wrong(keep) == []


def test_nothing_recorded_and_not_all_recorded_say_so_and_how(keep: Recording, monkeypatch: pytest.MonkeyPatch) -> None:
    of = product()
    keep(of, recording(of).model_copy(update={"setups": recording(of).setups[:-2]}))
    assert list(faults(of)) == ["2 of its setups were never recorded: python -m tools.record_capstone lost-bags"]

    def missing(slug: str) -> Recorded:
        raise ContentError("It is missing.", "Record it anew.")

    monkeypatch.setattr(answering, "recorded", missing)
    assert list(faults(product())) == ["It is missing. Record it anew"]


def test_a_recording_of_other_words_is_none(keep: Recording) -> None:
    of = product()
    keep(of, recording(of).model_copy(update={"asked": "other"}))
    assert "recorded in other words" in next(faults(of))


def test_a_check_that_cannot_be_read_is_named(keep: Recording) -> None:
    tests = [*PRODUCT["spec"]["tests"][:-1], PRODUCT["spec"]["tests"][-1] | {"check": {"kind": "nose"}}]
    assert "check cannot be used" in wrong(keep, **part("spec", tests=tests))[0]


def test_a_reference_that_fails_is_named_with_its_part(keep: Recording) -> None:
    assert any("in the part spec" in one for one in wrong(keep, **part("spec", reference=["english"])))
    assert any("in the part configure" in one for one in wrong(keep, most_tokens=70))


def test_the_largest_of_everything_may_not_be_the_answer(keep: Recording) -> None:
    limits = {"most_tokens": 2000, "knobs": [_coldest_last(one) for one in PRODUCT["knobs"]]}
    assert any(one.startswith("the largest of every setting earns") for one in wrong(keep, **limits))


def _coldest_last(knob: dict[str, Any]) -> dict[str, Any]:
    return knob | {"levels": knob["levels"][::-1]} if knob["slug"] in ("temperature", "rules") else knob


def test_faults_that_are_none_or_one_are_named(keep: Recording) -> None:
    causes = PRODUCT["fault"]["causes"]
    harmless = [one | {"set": {"rules": "Be kind."}} if one["id"] == "cut-short" else one for one in causes]
    assert any("fault cut-short alone is not shown to be worse" in one for one in wrong(keep, **part("fault", causes=harmless)))
    same = [one | {"set": {"length": 3}} if one["id"] == "half-arrives" else one for one in causes]
    assert "the two faults set the same setting" in wrong(keep, **part("fault", causes=same))


def test_a_probe_that_shows_nothing_and_a_path_that_lacks_a_fault_are_named(keep: Recording) -> None:
    causes = [one | {"proof": ["templated"]} if one["id"] == "cut-short" else one for one in PRODUCT["fault"]["causes"]]
    found = wrong(keep, **part("fault", causes=causes))
    assert "the probe templated shows a fault, and changes no answer" in found
    assert "an expert's path shows nothing of the fault cut-short" in found


def test_a_budget_for_every_probe_is_none(keep: Recording) -> None:
    assert "there is money for every probe" in wrong(keep, **part("fault", budget=60))


def test_a_memo_needs_statements_of_every_kind(keep: Recording) -> None:
    statements = [one | {"holds": "open"} if one["holds"] == "against" else one for one in PRODUCT["memo"]["statements"]]
    assert any("statements are against" in one for one in wrong(keep, **part("memo", statements=statements)))


def test_check_tells_it_of_every_product_by_its_key(keep: Recording, monkeypatch: pytest.MonkeyPatch) -> None:
    of = product(**part("fault", budget=60))
    keep(of)
    monkeypatch.setattr(kind, "capstones", lambda: (of,))
    assert list(ACTS.problems(track())) == ["capstone/lost-bags: there is money for every probe."]
    assert acts(CAPSTONE) is ACTS and ACTS.kind is CAPSTONE


class Asked:
    """In place of the model: answers as the fixture says, or as a model would that is worse by so many cases."""

    def __init__(self, of: CapstoneProduct, drop: int = 0) -> None:
        self.of, self.drop, self.seeds = of, drop, list[int]()

    async def __call__(self, model: Any, of: CapstoneProduct, wanted: Any, told: Any, seed: int) -> list[RecordedSetup]:
        self.seeds.append(seed)
        kept = recording(of).of
        return [self._dropped(kept[setup_key(one)]) for one in wanted]

    def _dropped(self, one: RecordedSetup) -> RecordedSetup:
        texts = tuple(("no", "no") if at < self.drop else row for at, row in enumerate(one.texts))
        return one.model_copy(update={"texts": texts})


async def prove(of: CapstoneProduct) -> Any:
    advanced: list[int] = []
    found = await ACTS.prove(None, of, 10, lambda: advanced.append(1), {})  # type: ignore[arg-type]
    assert len(advanced) == ACTS.trials(10) == 1
    return found


async def test_what_is_asked_again_holds_where_the_rates_are_as_recorded(keep: Recording, monkeypatch: pytest.MonkeyPatch) -> None:
    of = product()
    keep(of)
    asked = Asked(of)
    monkeypatch.setattr(proving, "record", asked)
    found = await prove(of)
    assert found.whole and found.shown and not found.why and found.content == proof_hash(of)
    assert found.live["healthy"] == (21, 24, 21) and set(found.live) == {"healthy", "defaults", "cut-short", "half-arrives"}
    assert "healthy 21/24 (recorded 21)" in found.figures
    assert asked.seeds == [100_001], "other seeds than those recorded"
    assert Page(model="x", capstones={of.slug: found}).model_dump()["capstones"][of.slug] == tuple(found)


async def test_where_the_model_answers_otherwise_it_is_not_proved_and_says_which(keep: Recording, monkeypatch: pytest.MonkeyPatch) -> None:
    of = product()
    keep(of)
    monkeypatch.setattr(proving, "record", Asked(of, drop=9))
    found = await prove(of)
    assert not found.shown and found.why == "healthy: 3 of 24 right, and 21 when it was recorded"
    assert found.as_data()["shown"] is False


def test_what_is_broken_must_still_be_worse() -> None:
    assert proving._moved({"healthy": (10, 24, 10), "defaults": (2, 24, 2), "cut": (10, 24, 8)}) == "cut is not worse than healthy"


async def test_what_fails_by_code_is_not_asked_of_the_model(keep: Recording, monkeypatch: pytest.MonkeyPatch) -> None:
    of = product(**part("fault", budget=60))
    keep(of)
    asked = Asked(of)
    monkeypatch.setattr(proving, "record", asked)
    found = await prove(of)
    assert found.why == "there is money for every probe" and not asked.seeds and found.figures == "nothing was asked"

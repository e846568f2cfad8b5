"""What is recorded of a capstone's product: each setup once, in the words in which it was asked."""

from collections.abc import AsyncGenerator
from typing import Any

import pytest
from capstone_fixture import PRODUCT, product

from fluencylab.actions.capstone_recording import asked, record, setups
from fluencylab.curriculum.capstone_recorded import RecordedSetup, setup_key
from fluencylab.errors import ModelUnavailable
from fluencylab.instruments import capstone as instrument
from fluencylab.instruments.base import Step
from fluencylab.models.scripted import Scripted

OF = product()


@pytest.fixture(autouse=True)
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(instrument, "find_capstone", lambda slug: OF)


def test_every_setup_that_a_part_rests_on_is_asked_once() -> None:
    found = [setup_key(one) for one in setups(OF)]
    assert len(set(found)) == len(found)
    wanted = [OF.healthy, OF.broken, OF.setup(OF.defaults), *(OF.healthy.changed(one.set) for one in OF.spec.mutants)]
    wanted += [OF.probed(one) for one in OF.fault.probes if not one.reads]
    assert {setup_key(one) for one in wanted} <= set(found)
    assert len(setups(OF, ["grid"])) == 36


@pytest.mark.parametrize(
    ("changes", "same"),
    [
        ({"title": "Another title"}, True),
        ({"shown": PRODUCT["shown"][::-1]}, True),
        ({"hidden": PRODUCT["hidden"][::-1]}, False),
        ({"stop": ["."]}, False),
        ({"examples": PRODUCT["examples"] | {"three": PRODUCT["examples"]["ten"]}}, False),
    ],
)
def test_other_words_are_known_as_such(changes: dict[str, Any], same: bool) -> None:
    assert (asked(product(**changes)) == asked(OF)) is same


async def test_answers_stand_case_by_case_and_draw_by_draw() -> None:
    told: list[RecordedSetup] = []
    found = await record(Scripted(["206"]), OF, [OF.healthy], told.append)
    assert found == told and found[0].setup == OF.healthy
    assert found[0].texts == (("206", "206"),) * 12 and len(found[0].cut_off) == 12 and found[0].tokens >= 0


async def test_where_the_model_is_silent_nothing_is_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    async def run(model: Any, params: Any) -> AsyncGenerator[Step]:
        yield Step(kind="failed", data={})

    monkeypatch.setattr(instrument, "run", run)
    with pytest.raises(ModelUnavailable):
        await record(Scripted([]), OF, [OF.healthy], lambda one: None)


async def test_an_answer_that_ends_before_its_first_word_is_recorded_as_one() -> None:
    (found,) = await record(Scripted([""]), OF, [OF.healthy], lambda one: None)
    assert found.texts == (("", ""),) * 12

"""One setup of a capstone's product on its cases: what is asked, of which cases, and with which seeds."""

from typing import Any

import pytest
from capstone_fixture import product
from pydantic import ValidationError

from fluencylab.curriculum.capstone import CapstoneProduct, Setup
from fluencylab.instruments import capstone
from fluencylab.instruments.capstone import Params, arrives, calls, conclude, plan, prompt, run
from fluencylab.models.scripted import Scripted

OF = product()
GOOD = OF.healthy


@pytest.fixture(autouse=True)
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    def find(slug: str) -> CapstoneProduct | None:
        return OF if slug == OF.slug else None

    monkeypatch.setattr(capstone, "find_capstone", find)


def params(**more: Any) -> Params:
    return Params(product=OF.slug, setup=more.pop("setup", GOOD), **more)


def test_a_prompt_is_its_rules_its_examples_and_what_came_in() -> None:
    found = prompt(OF, GOOD, "Train 9")
    assert [(one.role, one.content) for one in found] == [
        ("system", GOOD.rules),
        ("user", "Train 7 to Kent"),
        ("assistant", "7"),
        ("user", "Train 9"),
    ]
    bare = prompt(OF, GOOD.changed({"rules": "", "examples": ""}), "Train 9")
    assert [one.content for one in bare if one.content] == ["Train 9"]


def test_of_half_a_message_the_first_words_arrive() -> None:
    half = GOOD.changed({"message": "half"})
    assert arrives(half, "I left my bag") == "I left" and arrives(GOOD, "I left my bag") == "I left my bag"


def test_every_call_has_a_seed_of_its_own_the_same_whatever_the_setup() -> None:
    one, other = plan(params(group="hidden")), plan(params(group="hidden", setup=OF.broken))
    seeds = [call.request.seed for call in one]
    assert seeds == [call.request.seed for call in other] and len(set(seeds)) == len(seeds) == 24 == calls(params(group="hidden"))
    later = {call.request.seed for call in plan(params(group="hidden", seed=100_001))}
    assert not later & set(seeds)


def test_settings_of_the_setup_are_those_of_the_request() -> None:
    request = plan(params(setup=Setup(temperature=1.2, length=3, template=False)))[0].request
    assert (request.temperature, request.max_tokens, request.template, request.stop) == (1.2, 3, False, OF.stop)


@pytest.mark.parametrize(("first", "draws", "asked"), [(0, 2, 12), (4, 1, 4), (1, 5, 5)])
async def test_so_many_cases_are_asked_so_often(first: int, draws: int, asked: int) -> None:
    steps = [step async for step in run(Scripted(["200"]), params(first=first, draws=draws))]
    assert len(steps) == asked == calls(params(first=first, draws=draws)) and conclude(steps).facts() == {"answers": asked}
    assert {(step.data["group"], step.data["text"]) for step in steps} == {("shown", "200")}


def test_a_product_that_is_not_there_cannot_be_asked() -> None:
    with pytest.raises(ValidationError, match="no such product"):
        Params(product="gone", setup=GOOD)
    assert conclude([]).measures == {}

"""A judge that says what it is told: agreement, kappa and its leanings can be worked out by hand."""

import math

import pytest
from pydantic import ValidationError

from fluencylab.instruments.base import Step
from fluencylab.labs.metrics import instrument as metrics
from fluencylab.labs.metrics import judging
from fluencylab.labs.metrics.params import Params
from fluencylab.models.scripted import ABILITIES, Scripted
from fluencylab.models.types import Alternative, Completion, ModelInfo, Request, Token

TEAM = "asked,text,mark\n" + "".join(f"q{i},answer {i},{'send' if i < 3 else 'stop'}\n" for i in range(6))
FAR = ModelInfo(slug="far", name="Far", kind="endpoint", abilities=ABILITIES)


def likely(word: str) -> Completion:
    return Completion(text=word, tokens=(Token(word, -0.1, (Alternative(f" {word}", math.log(0.9)),)),))


async def steps(params: Params, model: Scripted) -> list[Step]:
    return [step async for step in metrics.run(model, params)]


async def facts(params: Params, model: Scripted) -> dict[str, float]:
    return metrics.conclude(await steps(params, model)).facts()


async def test_a_judge_that_likes_everything_agrees_often_and_has_no_kappa() -> None:
    params = Params(parts=("judge",))
    model = Scripted(lambda request, _: likely("A" if "A or B" in request.messages[0].content else "good"))
    observed = await steps(params, model)
    result = metrics.conclude(observed)
    found = result.facts()
    assert set(metrics.fact_names(params)) <= set(found)
    assert len(model.calls) == len(observed) == metrics.calls(params) == 15 + 15 + 12 + 12
    assert found["agreement"] == pytest.approx(8 / 15)
    assert (found["kappa"], found["judge_sends"], found["agreement_self"]) == (0, 1, 1)
    assert (found["swap_flip"], found["first_place"], found["length_bias"]) == (1, 1, 0.5)
    assert result.says.startswith("The judge agrees with us on 8 of 15 answers; kappa is 0.00. In 6 of 6 pairs")


async def test_your_marks_are_what_it_is_compared_with_and_your_second_marks_show_your_own_consistency() -> None:
    marks = [f"{name}:{'stop' if name == 'late-2' else 'send'}" for name, _ in judging.places()]
    found = await facts(Params(parts=("judge",), checks=("marks",), marks=tuple(marks)), Scripted(lambda *_: likely("good")))
    assert found["agreement"] == 1
    assert found["own_agreement"] == pytest.approx(4 / 5)
    some = await facts(Params(parts=("judge",), checks=("marks",), marks=("late:stop", "return:send")), Scripted(lambda *_: likely("good")))
    assert some["agreement"] == 0.5


async def test_kappa_of_a_teams_marks_by_hand() -> None:
    def judge(request: Request, _: int) -> Completion:
        return likely("good" if request.messages[-1].content.endswith(("0", "1", "5")) else "bad")

    found = await facts(Params(parts=("judge",), checks=("marks",), marked=TEAM, marks=("late:send",)), Scripted(judge))
    assert found["agreement"] == pytest.approx(4 / 6)
    assert found["kappa"] == pytest.approx((4 / 6 - 0.5) / 0.5)


async def test_a_swap_of_the_two_words_that_changes_the_mark_is_counted() -> None:
    def judge(request: Request, _: int) -> Completion:
        return likely(request.messages[0].content.split(": ")[-1].split(" or ")[0])

    assert (await facts(Params(parts=("judge",), checks=("marks", "again")), Scripted(judge)))["agreement_self"] == 0


async def test_an_endpoint_is_read_by_what_it_writes() -> None:
    def judge(request: Request, _: int) -> str:
        if "A or B" in request.messages[0].content:
            return "A better answer is B."
        return "This answer is not good." if "Boil" in request.messages[1].content else "Good? No."

    params = Params(parts=("judge",), checks=("marks", "length"))
    observed = await steps(params, Scripted(judge, card=FAR))
    found = metrics.conclude(observed).facts()
    assert found["readable"] == pytest.approx(1 / 15)
    assert found["judge_sends"] == 0
    assert found["agreement"] == 1
    assert found["length_bias"] == 0.5
    pairs = [step.data for step in observed if step.kind == "judge-length"]
    assert all(one["picked"] != one["first"] for one in pairs), "B stands second"


async def test_a_judge_that_says_nothing_of_use_gives_no_kappa() -> None:
    found = await facts(Params(parts=("judge",)), Scripted(["perhaps"], card=FAR))
    assert found == {"readable": 0, "judge_sends": 0}


def test_five_of_the_twenty_come_twice_and_never_next_to_each_other() -> None:
    names = [one.id for _, one in judging.places()]
    assert len(names) == 20 and len(set(names)) == 15
    second = {one.id: len(names) - 1 - names[::-1].index(one.id) for one in judging.bundled() if one.twice}
    assert len(second) == 5 and all(place - names.index(name) >= 4 for name, place in second.items())


@pytest.mark.parametrize(
    "wrong",
    [
        {"marks": ("late:perhaps",)},
        {"marks": ("nothing:send",)},
        {"marks": ("late",)},
        {"marked": "asked,text,mark\na,b,send\n"},
        {"marked": TEAM.replace("send", "maybe")},
        {"checks": ()},
    ],
)
def test_marks_that_make_no_sense_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Params.model_validate({"parts": ["judge"]} | wrong)

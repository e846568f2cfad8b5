"""The cost instrument on a model that says what it is told: every figure can be worked out by hand."""

import asyncio
import math

import pytest
from pydantic import ValidationError

from fluencylab.charts import drawing_of
from fluencylab.instruments.base import Result, Step
from fluencylab.labs.cost import bill, routing
from fluencylab.labs.cost import chart as drawing
from fluencylab.labs.cost import instrument as cost
from fluencylab.labs.cost.bill import Assumption
from fluencylab.labs.cost.params import Params
from fluencylab.labs.cost.routing import Outcome
from fluencylab.models.client import Client
from fluencylab.models.scripted import ABILITIES, Scripted
from fluencylab.models.types import Alternative, Completion, ModelInfo, Request, Token, Usage

OWN = "text,label\n" + "".join(f"{word} {i},{label}\n" for i in range(6) for word, label in (("parcel", "delivery"), ("money", "billing")))


def own(**changes: object) -> Params:
    return Params.model_validate({"data": OWN, "messages": 8, "examples": 1, "strategies": ["zero", "few"]} | changes)


def answer(text: str, read: int = 50, written: int = 2, tokens: tuple[Token, ...] = ()) -> Completion:
    return Completion(text=text, tokens=tokens or (Token(text, math.log(0.5)),), usage=Usage(prompt=read, completion=written))


def by_strategy(request: Request, repetition: int) -> Completion:
    """Zero-shot names nothing, few-shot says "billing" to everything, odds lean to billing until that is taken out."""
    asked = request.messages[-1].content
    if request.top_logprobs > 1:
        lean = {"N/A": (0.8, 0.1)}.get(asked, (0.6, 0.3) if "parcel" in asked else (0.85, 0.05))
        alternatives = tuple(Alternative(text, math.log(p)) for text, p in zip(("bill", "del"), lean, strict=True))
        return answer("bill", 90, 1, (Token("bill", -0.2, alternatives),))
    if request.json_schema:
        return answer('{"label": "delivery"}', 50, 9)
    return answer("billing", 100) if len(request.messages) > 2 else answer("I am happy to help.", 50, 6)


async def steps(model: Scripted, params: Params) -> list[Step]:
    return [step async for step in cost.run(model, params)]


async def result(params: Params) -> Result:
    return cost.conclude(await steps(Scripted(by_strategy), params))


async def test_quality_tokens_and_price_of_each_strategy() -> None:
    facts = (await result(own(strategies=["zero", "few", "schema", "odds"], price_in=2, price_out=10))).facts()
    assert [facts[f"quality@{s}"] for s in ("zero", "few", "schema", "odds")] == [0, 0.5, 0.5, 1]
    assert [facts[f"valid@{s}"] for s in ("zero", "few")] == [0, 1]
    assert [facts[f"tokens@{s}"] for s in ("zero", "few", "schema", "odds")] == [56, 102, 59, 91]
    assert facts["cost_per_1000@few"] == pytest.approx((100 * 2 + 2 * 10) / 1e6 * 1000)
    assert facts["top_label@few"] == 1
    assert facts["tokens_ratio@few"] == pytest.approx(102 / 56)
    assert (facts["gain@few"], facts["gain@odds"]) == (0.5, 1)


async def test_the_dominated_are_those_another_beats_for_no_more() -> None:
    facts = (await result(own(strategies=["zero", "few", "odds"]))).facts()
    assert [facts[f"dominated@{s}"] for s in ("zero", "few", "odds")] == [0, 1, 0]
    assert facts["dominated"] == 1
    assert cost.dominated({"a": (1, 0.5), "b": (1, 0.5), "c": (2, 0.5), "d": (2, 0.6)}) == {"c"}


async def test_every_fact_that_is_promised_is_measured_and_every_call_is_counted() -> None:
    params = own(strategies=["zero", "few", "schema", "vote", "odds", "more"], draws=3)
    model = Scripted(by_strategy)
    observed = await steps(model, params)
    assert set(cost.fact_names(params)) <= set(cost.conclude(observed).facts())
    assert len(model.calls) == cost.calls(params) == len(observed)


async def test_a_vote_pays_for_every_draw() -> None:
    params = own(strategies=["few", "vote"], draws=5)
    facts = (await result(params)).facts()
    assert facts["tokens_ratio@vote"] == 5
    assert facts["gain@vote"] == 0
    model = Scripted(by_strategy)
    await steps(model, params)
    seeds = {request.seed for request, _ in model.calls if request.temperature > 0}
    assert len(seeds) == 5


async def test_the_majority_counts_and_a_tie_goes_to_the_first() -> None:
    said = {1: "billing", 2: "delivery", 3: "delivery", 4: "no label"}
    observed = await steps(Scripted(lambda request, _: answer(said[request.seed])), own(strategies=["vote"], draws=4))
    found = cost.outcomes(observed)["vote"]
    assert {one.label for one in found.values()} == {"delivery"}
    assert {one.confidence for one in found.values()} == {0.5}


async def test_examples_are_shown_and_never_asked() -> None:
    model = Scripted(by_strategy)
    await steps(model, own(strategies=["few"]))
    shown = {message.content for request, _ in model.calls for message in request.messages[:-1]}
    asked = {request.messages[-1].content for request, _ in model.calls}
    assert len(asked) == 8 and not shown & asked


async def test_what_cannot_be_done_is_left_out_with_the_reason() -> None:
    mute = ModelInfo(
        slug="mute", name="Mute", kind="endpoint", abilities=ABILITIES.model_copy(update={"logprobs": False, "json_schema": False})
    )
    observed = await steps(Scripted(by_strategy, card=mute), own(strategies=["zero", "schema", "odds", "context"]))
    why = {step.data["strategy"]: step.data["why"] for step in observed if step.kind == "skipped"}
    assert set(why) == {"schema", "odds", "context"}
    assert why["odds"] == "Mute does not give the probabilities of its tokens"
    alike = OWN.replace("billing", "delayed")
    assert own(data=alike, strategies=["odds"]).possible["odds"].startswith("two labels begin alike")


@pytest.mark.parametrize(("prompt", "completion"), [(0, 0), (1, 1), (10**9, 2), (50, 10**6), (50, -1)])
async def test_an_endpoint_that_lies_about_its_usage_is_estimated(prompt: int, completion: int) -> None:
    observed = await steps(Scripted(lambda *_: answer("billing", prompt, completion)), own(strategies=["zero"]))
    assert all(step.data["estimated"] and 5 < step.data["usage"]["prompt"] < 500 for step in observed)


async def test_an_endpoint_is_asked_several_at_once_and_a_stop_leaves_no_call_behind() -> None:
    far = ModelInfo(slug="far", name="Far", kind="endpoint", abilities=ABILITIES)
    watched = cost.run(Scripted(by_strategy, card=far, delay=0.01), own())
    await anext(watched)
    await watched.aclose()
    assert len(asyncio.all_tasks()) == 1


async def test_two_models_stand_beside_each_other() -> None:
    params = own(strategies=["few"])
    both = await steps(Scripted(by_strategy), params)
    other = ModelInfo(slug="llama3.2", name="Llama", kind="endpoint", abilities=ABILITIES)
    both += await steps(Scripted(lambda *_: answer("delivery", 40), card=other), params)
    found = cost.conclude(both).facts()
    assert (found["quality@few"], found["quality@few@llama3.2"], found["tokens@few@llama3.2"]) == (0.5, 0.5, 42)


# The route


def outcome(right: bool, confidence: float, dollars: float) -> Outcome:
    return Outcome(right, "x", 10, 1, 5, dollars, confidence)


def test_a_route_is_folded_out_of_both_answers() -> None:
    cheap = {str(i): outcome(i >= 5, i / 10, 0.001) for i in range(10)}
    costly = {str(i): outcome(True, 1, 0.01) for i in range(10)}
    none, half, all_on = routing.curve(cheap, costly, 1, (0, 0.5, 1.01))
    assert [none.passed, none.quality.value, none.cost] == pytest.approx([0, 0.5, 1])
    assert [half.passed, half.quality.value, half.cost] == pytest.approx([0.5, 1, 1 + 5])
    assert [all_on.passed, all_on.cost] == pytest.approx([1, 11])
    assert half.chance == pytest.approx(0.75)
    assert routing.curve(cheap, costly, 10, (0.5,))[0].cost == pytest.approx(51)
    assert half.quality.low < 1


def test_break_even_is_where_the_route_costs_what_the_second_step_costs() -> None:
    assert routing.break_even(1, 10) == pytest.approx(0.9)
    assert routing.break_even(2, 2) == 0
    assert routing.break_even(3, 2) < 0


# The bill


def assumed() -> dict[str, Assumption]:
    middle = {"users": 100, "messages": 10, "read": 1000, "written": 100, "price_in": 1, "price_out": 10, "again": 0}
    return {name: Assumption(low=value / 2, expected=value, high=value * 2) for name, value in middle.items()}


def test_a_bill_by_hand() -> None:
    whole = bill.expected(assumed())
    assert list(whole) == pytest.approx([0.002, 0.02, 2])


def test_the_widest_bar_comes_first_and_the_rest_stays_as_expected() -> None:
    bars = bill.sensitivity(assumed() | {"read": Assumption(low=0, expected=1000, high=5000)})
    assert bars[0].name == "read"
    assert [bars[0].low, bars[0].high] == pytest.approx([1, 6])
    assert bars[-1].name == "again" and bars[-1].swing == 0
    assert all(at >= 0 and at + wide <= 100.001 for at, wide in bill.places(bars, 2))


def test_an_assumption_out_of_order_is_refused() -> None:
    with pytest.raises(ValidationError):
        Assumption(low=2, expected=1, high=3)


# Params and charts


@pytest.mark.parametrize(
    "wrong",
    [
        {"data": "a,b\n1,2\n"},
        {"data": OWN, "messages": 3},
        {"data": "x" * 1_000_001},
        {"strategies": []},
        {"definitions": ["no colon"]},
        {"price_in": float("nan")},
        {"price_out": -1},
    ],
)
def test_parameters_that_make_no_sense_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Params.model_validate(wrong)


async def test_the_charts_say_what_they_show() -> None:
    observed = await steps(Scripted(by_strategy), own(strategies=["zero", "few", "odds", "more"]))
    (plane,) = drawing_of("cost").charts(cost.conclude(observed))
    assert plane.sentence.startswith("Worth their price here: zero-shot, odds")
    assert plane.table.rows[0][0] == "zero-shot"
    assert {layer["name"] for layer in plane.spec["layer"]} == {"interval", "frontier", "dominated", "measured", "label", "label2"}
    found = cost.outcomes(observed)
    points = routing.curve(found["odds"], found["more"], 1)
    route = drawing.route(points, 0.4)
    assert len(route.table.rows) == len(points) == len(routing.THRESHOLDS) + 2
    assert route.sentence.startswith("The first step alone gets 8 of 8 right, and no share passed on does better.")
    assert drawing_of("cost").charts(cost.conclude([])) == []


def test_the_conclusion_of_nothing_is_nothing() -> None:
    assert cost.conclude([]).measures == {}


async def test_the_embedded_model_gives_valid_labels_under_a_schema_and_odds_for_one_token(model: Client) -> None:
    params = Params(strategies=("schema", "odds"), messages=4)
    facts = cost.conclude([step async for step in cost.run(model, params)]).facts()
    assert (facts["valid@schema"], facts["valid@odds"], facts["tokens_out@odds"]) == (1, 1, 1)
    assert facts["tokens_in@odds"] > 2 * facts["tokens_in@schema"]
    assert facts["tokens_out@schema"] > 4

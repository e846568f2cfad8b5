"""The cost lab's page: ways to do one task and what each costs, a route between two of them, and a month's bill.

/labs/cost?run=A&run=B&r_cheap=few&r_times=10&b_strategy=odds&b_users=5000#bill
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from pydantic import ValidationError

from fluencylab import clock
from fluencylab.charts.base import Chart
from fluencylab.errors import BadInput
from fluencylab.instruments.base import Result, Step
from fluencylab.labs.cost import bill, routing, strategies
from fluencylab.labs.cost import chart as drawing
from fluencylab.labs.cost import instrument as cost
from fluencylab.labs.cost.bill import Assumption, Bill
from fluencylab.labs.cost.params import Params
from fluencylab.labs.cost.routing import Outcome
from fluencylab.labs.cost.strategies import NAMES, STRATEGIES
from fluencylab.models import catalogue, pricing
from fluencylab.stats import Measure, mean
from fluencylab.web.form import number
from fluencylab.web.lab_page import DrawnForm, LabPage, PageRequest, Prompt, WorkedOut
from fluencylab.workbench.measurement import Unit

HOW = {
    "zero": "the question and the labels, nothing else",
    "few": "examples in front of the message",
    "schema": "nothing but a label can be written",
    "context": "what each label means, in the prompt",
    "vote": "few-shot several times; the majority counts",
    "odds": "few-shot, read from the labels’ probabilities",
    "more": "odds with twice as many examples",
}


class Assumed(NamedTuple):
    """Where an assumption of the bill begins, how low and how high it may turn out as multiples, and its slider's end and step."""

    start: float
    low: float
    high: float
    top: float
    step: float


ASSUMED = {
    "users": Assumed(2000, 0.5, 2, 20_000, 100),
    "messages": Assumed(6, 0.5, 2, 60, 1),
    "read": Assumed(130, 0.5, 3, 4000, 10),
    "written": Assumed(3, 0.5, 4, 1000, 1),
    "price_in": Assumed(1, 0.5, 1, 20, 0.05),
    "price_out": Assumed(4, 0.5, 1, 80, 0.05),
    "again": Assumed(5, 0, 4, 50, 1),
}
"""Tokens are replaced by what a run measured."""


class WayRow(NamedTuple):
    """A strategy as it stands. `value`, `low`, `high`: what it got right, in per cent; `top`: the share of its commonest label."""

    name: str
    right: int
    n: int
    value: float
    low: float
    high: float
    valid: float
    top: float
    read: float
    written: float
    seconds: float
    cost: str
    dominated: bool


class MessageRow(NamedTuple):
    """A message with what each strategy said of it; None where it was not asked."""

    message: str
    want: str
    said: list[Outcome | None]


class EveryAnswer(NamedTuple):
    names: list[str]
    lines: list[MessageRow]


@dataclass(frozen=True)
class Parts:
    """`skipped`: strategies that were left out, and why. `estimated`: the endpoint's own counts of tokens could not be used."""

    ways: list[WayRow]
    skipped: list[tuple[str, str]]
    estimated: bool
    every: EveryAnswer


class Pooled(NamedTuple):
    """All runs of the page together, where they were made on more than one model."""

    chart: Chart


@dataclass(frozen=True)
class Route:
    """Two steps, and the curve between them. `times`: the second one's prices; `even`: the share passed on at which both cost the same."""

    cheap: str
    costly: str
    times: float
    firsts: list[tuple[str, str]]
    seconds: list[tuple[str, str]]
    chart: Chart
    alone: str
    even: float


class BillBar(NamedTuple):
    """How far one assumption moves the month's bill, and where its bar begins and how wide it is, in per cent."""

    name: str
    label: str
    low: float
    high: float
    at: float
    wide: float


class AssumedRow(NamedTuple):
    """An assumption: its value, how low and how high it may turn out as multiples, and its slider's end and step."""

    name: str
    label: str
    value: float
    low: float
    high: float
    top: float
    step: float


class MeasuredTokens(NamedTuple):
    """A strategy's tokens a message, as they were measured."""

    who: str
    label: str
    read: float
    written: float


@dataclass(frozen=True)
class BillView:
    """A month's bill. `middle`: where what is expected stands among the bars; `trouble`: why a price that was asked for is not there."""

    whole: Bill
    bars: list[BillBar]
    middle: float
    assumed: list[AssumedRow]
    strategies: list[MeasuredTokens]
    strategy: str
    prices: Sequence[pricing.Price]
    price: pricing.Price | None
    asked_price: str
    trouble: str
    measured: int
    """Messages by which its tokens were measured; 0 where these are assumed, too"""
    span: tuple[float, float]
    """The month's bill with every assumption at its lowest, and with every one at its highest"""
    table: str = f"genai-prices {pricing.TABLE}"
    dated: date = pricing.DATED

    def money(self, value: float) -> str:
        return drawing.money(value)


@dataclass(frozen=True)
class Own:
    """`how`: what each strategy is called, and how it asks; `model_now`: the one the form is set to."""

    how: Mapping[str, tuple[str, str]]
    models: Sequence[catalogue.Entry]
    model_now: str
    pooled: Pooled | None
    route: Route | None
    bill: BillView


class Page(LabPage):
    lede = (
        "One task with known answers, done in several ways by the same model. See what each way gets right and what it costs, "
        "join two of them, and work out the bill of your own product."
    )

    def worked(self, own: Own) -> list[WorkedOut]:
        """The month's bill, from all at their lowest to all at their highest."""
        told, whole = own.bill, own.bill.whole
        low, high = (end / whole.month if whole.month else 1 for end in told.span)
        named = {"month": ("What a month costs", whole.month), "user": ("What a user costs a month", whole.user)}
        numbers: dict[str, tuple[str, Unit, Measure]] = {
            name: (label, "dollars", Measure(value=value, low=value * low, high=value * high, n=told.measured))
            for name, (label, value) in named.items()
        }
        assumed = "; ".join(f"{one.label} {one.value:,.12g}" for one in told.assumed)
        tokens = f"Tokens as measured on {told.measured} messages with the strategy “{cost.name(told.strategy)}”. " if told.measured else ""
        conditions = f"{tokens}Assumed: {assumed}. From every assumption at its lowest to every one at its highest."
        return [WorkedOut("bill", "A month’s bill", f"A month costs {told.money(whole.month)}.", numbers, conditions)]

    def own(self, request: PageRequest, drawn: DrawnForm) -> Own:
        steps = [step for shown in request.runs for step in shown.steps]
        found = cost.outcomes(steps)
        return Own(
            how={strategy: (NAMES[strategy], HOW[strategy]) for strategy in STRATEGIES},
            models=catalogue.models(),
            model_now=_model(request),
            pooled=_pooled(steps) if len({shown.run.model for shown in request.runs}) > 1 else None,
            route=_route(found, request.query),
            bill=_bill(found, request.query),
        )

    def parts(self, params: Params, steps: Sequence[Step]) -> Parts:
        result = cost.conclude(steps)
        return Parts(
            ways=rows(result),
            skipped=[(NAMES[step.data["strategy"]], step.data["why"]) for step in steps if step.kind == "skipped"],
            estimated=any(step.data.get("estimated") for step in steps),
            every=_answers(steps),
        )

    def prompts(self, params: Params) -> list[Prompt]:
        """The first message as each strategy puts it; strategies that send the same are named together."""
        sent: dict[str, list[str]] = {}
        for strategy in params.asked:
            request = params.request(strategy, params.drawn[0].text)
            text = "\n".join(f"{message.role}: {message.content}" for message in request.messages)
            sent.setdefault(text, []).append(NAMES[strategy])
        return [Prompt(text, ", ".join(names)) for text, names in sent.items()]

    def conditions(self, params: Params) -> list[str]:
        told = [f"{len(params.drawn)} of {len(params.task.messages)} messages", f"seed {params.seed}", "temperature 0"]
        if "vote" in params.asked:
            told[-1] += f", vote {strategies.DRAWN_AT:g}"
        return [*told, f"${params.price_in:g} and ${params.price_out:g} a million tokens read and written"]


PAGE = Page("cost")


def _model(request: PageRequest) -> str:
    """The model the form is set to: as typed, that of the last run, or the one in use."""
    if request.typed is not None and request.typed.get("model"):
        return request.typed["model"]
    return request.runs[-1].run.model if request.runs else catalogue.current().slug


def rows(result: Result) -> list[WayRow]:
    """The strategies as they stand, in the order they were asked."""
    found = []
    for who in drawing.strategies(result):
        measured = {fact: result.measures[f"{fact}@{who}"] for fact in cost.OF_EACH}
        quality = measured["quality"]
        found.append(
            WayRow(
                name=cost.name(who),
                right=quality.hits,
                n=quality.n,
                value=quality.value * 100,
                low=quality.low * 100,
                high=quality.high * 100,
                valid=measured["valid"].value,
                top=measured["top_label"].value,
                read=measured["tokens_in"].value,
                written=measured["tokens_out"].value,
                seconds=measured["seconds"].value,
                cost=drawing.money(measured["cost_per_1000"].value),
                dominated=bool(measured["dominated"].value),
            )
        )
    return found


def _answers(steps: Sequence[Step]) -> EveryAnswer:
    """Every message with what each strategy said; "" where it named no label."""
    found = cost.outcomes(steps)
    wanted = {step.data["message"]: step.data["want"] for step in steps if step.kind == "answer"}
    lines = [MessageRow(message, want, [by_text.get(message) for by_text in found.values()]) for message, want in wanted.items()]
    return EveryAnswer([cost.name(who) for who in found], lines)


def _pooled(steps: Sequence[Step]) -> Pooled | None:
    result = cost.conclude(steps)
    return Pooled(drawing.pareto(result, drawing.strategies(result))) if result.measures else None


# The route


def _route(found: Mapping[str, Mapping[str, Outcome]], query: Mapping[str, str]) -> Route | None:
    """The two steps chosen, and the curve between them; None before two strategies were measured, one of them with a confidence."""
    sure = [who for who, by_text in found.items() if all(one.confidence is not None for one in by_text.values())]
    if not sure or len(found) < 2:
        return None
    cheap = query["r_cheap"] if query.get("r_cheap") in sure else "odds" if "odds" in sure else sure[0]
    others = [who for who in found if who != cheap]
    right = {who: mean([float(one.right) for one in found[who].values()]) for who in others}
    costly = query["r_costly"] if query.get("r_costly") in others else max(others, key=lambda who: right[who])
    times = number(query.get("r_times", ""), 1.0, 0.1, 1000)
    points = routing.curve(found[cheap], found[costly], times)
    if not points:
        return None
    each = [mean([one.cost for one in found[who].values()]) for who in (cheap, costly)]
    even = routing.break_even(each[0], each[1] * times)
    return Route(
        cheap=cheap,
        costly=costly,
        times=times,
        firsts=[(who, cost.name(who)) for who in sure],
        seconds=[(who, cost.name(who)) for who in found],
        chart=drawing.route(points, even),
        alone=drawing.money(each[1] * times * 1000),
        even=even,
    )


# The bill


def _bill(found: Mapping[str, Mapping[str, Outcome]], query: Mapping[str, str]) -> BillView:
    measured = {who: _tokens(by_text) for who, by_text in found.items()}
    best = max(found, key=lambda who: mean([float(one.right) for one in found[who].values()]), default="")
    strategy = query["b_strategy"] if query.get("b_strategy") in found else best
    start = {name: one.start for name, one in ASSUMED.items()} | measured.get(strategy, {})
    price, trouble = _price(query.get("b_price", ""))
    if price and not trouble:
        start |= {"price_in": price.read, "price_out": price.written}
    given = {name: number(query.get(f"b_{name}", ""), value, 0, bill.LARGEST) for name, value in start.items()}
    if price and query.get("b_price") != query.get("b_priced", ""):  # a price chosen anew goes before the numbers that stood there
        given |= {"price_in": price.read, "price_out": price.written}
    reach = {
        name: (number(query.get(f"b_{name}_low", ""), one.low, 0, 1), number(query.get(f"b_{name}_high", ""), one.high, 1, 1000))
        for name, one in ASSUMED.items()
    }
    assumed = {name: _assumption(value, *reach[name]) for name, value in given.items()}
    bars = bill.sensitivity(assumed)
    whole = bill.expected(assumed)
    places = bill.places(bars, whole.month)
    return BillView(
        whole=whole,
        bars=[BillBar(bar.name, bill.NAMES[bar.name], bar.low, bar.high, *place) for bar, place in zip(bars, places, strict=True)],
        middle=100 * whole.month / (max([bar.high for bar in bars] + [whole.month]) or 1),
        assumed=[_assumed_row(name, value, *reach[name]) for name, value in given.items()],
        strategies=[MeasuredTokens(who, cost.name(who), tokens["read"], tokens["written"]) for who, tokens in measured.items()],
        strategy=strategy,
        prices=pricing.prices(clock.now()),
        price=price,
        asked_price=query.get("b_price", ""),
        trouble=trouble,
        measured=len(found.get(strategy, {})),
        span=bill.span(assumed),
    )


def _assumed_row(name: str, value: float, low: float, high: float) -> AssumedRow:
    return AssumedRow(name, bill.NAMES[name], value, low, high, ASSUMED[name].top, ASSUMED[name].step)


def _tokens(by_text: Mapping[str, Outcome]) -> dict[str, float]:
    done = list(by_text.values())
    return {"read": round(mean([float(one.read) for one in done]), 1), "written": round(mean([float(one.written) for one in done]), 1)}


def _price(name: str) -> tuple[pricing.Price | None, str]:
    if not name.strip():
        return None, ""
    try:
        return pricing.find(name, clock.now()), ""
    except BadInput as error:
        return None, f"{error.message} {error.fix}"


def _assumption(value: float, low: float, high: float) -> Assumption:
    try:
        return Assumption(low=value * low, expected=value, high=min(bill.LARGEST, value * high))
    except ValidationError:
        return Assumption(low=value, expected=value, high=value)

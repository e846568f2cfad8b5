"""Cost: one task with known answers done in several ways, with what each gets right and what each costs.

The same model, the same 72 support messages, four labels:

    zero-shot    2 right    60 tokens a message        few-shot   28 right   134 tokens
    odds       43 right   132 tokens                  doubled odds    42 right   214 tokens

`strategies.py` says how each is asked and read, `routing.py` joins two of them, `bill.py` makes a month's bill of it.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from contextlib import aclosing
from typing import Any, NamedTuple

from fluencylab.instruments.base import Result, Step
from fluencylab.instruments.concurrency import as_completed_scope
from fluencylab.instruments.label_reading import EMPTY, label_logprobs
from fluencylab.instruments.labelled import Labelled
from fluencylab.instruments.missing import missing, thought
from fluencylab.labs.cost import routing, strategies
from fluencylab.labs.cost.params import Params
from fluencylab.labs.cost.routing import Outcome
from fluencylab.labs.cost.strategies import NAMES, ODDS, SURE
from fluencylab.models.types import Completion, Model, ModelInfo, Request, Usage
from fluencylab.stats import Measure, exactly, gain, mean, share, spread

__all__ = ["TITLE", "Params", "calls", "conclude", "fact_names", "outcomes", "run", "seconds"]

TITLE = "Inference cost against quality"
OF_EACH = ("quality", "valid", "top_label", "tokens", "tokens_in", "tokens_out", "seconds", "cost_per_1000", "dominated")
AGAINST_FIRST = ("tokens_ratio", "gain")
OF_ROUTE = ("routed_quality", "routed_share", "routed_cost")
TOGETHER = 6
MOST_THINKING = 200_000
"""Tokens of one answer's thinking that are believed"""
AT_ONCE = 4
"""Calls under way together at an endpoint; the engine here is asked one after another, so that each call's time is its own."""


class Call(NamedTuple):
    strategy: str
    number: int
    draw: int
    row: Labelled


def _draws(params: Params, strategy: str) -> int:
    return params.draws if strategy == "vote" else 1


def calls(params: Params) -> int:
    """One for each message, strategy and draw, and one for the empty message of each strategy that reads odds."""
    each = sum(_draws(params, strategy) for strategy in params.asked)
    return each * len(params.drawn) + sum(strategy in ODDS for strategy in params.asked)


def seconds(params: Params) -> float:
    guess = {"zero": 0.3, "few": 0.25, "schema": 0.4, "context": 0.35, "vote": 0.25, "odds": 0.2, "more": 0.25}
    return len(params.drawn) * sum(guess[strategy] * _draws(params, strategy) for strategy in params.asked)


def fact_names(params: Params) -> list[str]:
    asked = params.asked
    names = [f"{fact}@{strategy}" for fact in OF_EACH for strategy in asked]
    names += [f"{fact}@{strategy}" for fact in AGAINST_FIRST for strategy in asked[1:]]
    if {params.cheap, params.costly} <= set(asked) and params.cheap != params.costly:
        names += ["break_even"]
        if params.cheap in SURE:
            names += [f"{fact}@{threshold:g}" for fact in OF_ROUTE for threshold in routing.THRESHOLDS]
    return [*names, "dominated"]


def limits(card: ModelInfo) -> list[str]:
    found = [
        (not card.abilities.logprobs, "The strategies that read odds are left out."),
        (not card.abilities.json_schema, "The strategy “schema” is left out."),
    ]
    return [sentence for is_so, sentence in found if is_so]


async def run(model: Model, params: Params) -> AsyncGenerator[Step]:
    can = [strategy for strategy in params.asked if not _lacks(model, strategy)]
    for strategy, why in params.possible.items():
        if why or strategy not in can:
            yield Step(kind="skipped", data={"strategy": strategy, "why": why or _lacks(model, strategy)})
    bias: dict[str, dict[str, float]] = {}
    for strategy in can:
        if strategy in ODDS:
            request = params.request(strategy, EMPTY)
            empty = await model.complete(request)
            if lost := missing("empty", {"strategy": strategy}, empty, odds=True):
                yield lost
            bias[strategy] = label_logprobs(empty.tokens, params.task.labels)
            usage, _ = _usage(request, empty)
            yield Step(kind="empty", data={"strategy": strategy, "bias": bias[strategy], "usage": usage.model_dump()})
    async with aclosing(_answers(model, params, _plan(params, can), bias)) as coming:
        async for step in coming:
            yield step


def _plan(params: Params, can: Sequence[str]) -> list[Call]:
    """A few messages by one strategy, then by the next, so that all of them grow together. Not one by one: the engine reads the start
    of a prompt again only when another prompt stood in its place.
    """
    rows = list(enumerate(params.drawn))
    blocks = [rows[start : start + TOGETHER] for start in range(0, len(rows), TOGETHER)]
    return [
        Call(strategy, number, draw, row)
        for block in blocks
        for strategy in can
        for number, row in block
        for draw in range(_draws(params, strategy))
    ]


def _lacks(model: Model, strategy: str) -> str:
    can = model.card.abilities
    if strategy in ODDS and not can.logprobs:
        return f"{model.card.name} does not give the probabilities of its tokens"
    return f"{model.card.name} does not keep to a schema" if strategy == "schema" and not can.json_schema else ""


async def _answers(model: Model, params: Params, asked: Sequence[Call], bias: Mapping[str, dict[str, float]]) -> AsyncGenerator[Step]:
    room = asyncio.Semaphore(AT_ONCE)

    async def one(call: Call) -> Step:
        logprobs = model.card.abilities.logprobs
        request = params.request(call.strategy, call.row.text, call.draw, logprobs)
        async with room:
            completion = await model.complete(request)
        about = {"strategy": call.strategy, "i": call.number, "draw": call.draw, "message": call.row.text}
        if lost := missing("answer", about, completion, odds=call.strategy in ODDS):
            return lost
        return _step(model, params, call, request, completion, bias.get(call.strategy))

    if model.card.kind != "endpoint":
        for call in asked:
            yield await one(call)
        return
    async with as_completed_scope(one(call) for call in asked) as answers:
        for answer in answers:
            yield await answer


def _step(model: Model, params: Params, call: Call, request: Request, completion: Completion, bias: dict[str, float] | None) -> Step:
    found = strategies.read(call.strategy, completion, params.task.labels, bias)
    usage, counted = _usage(request, completion)
    route: dict[str, str] = {params.cheap: "cheap", params.costly: "costly"} if params.cheap != params.costly else {}
    data = {
        "strategy": call.strategy,
        "model": model.card.slug,
        "i": call.number,
        "draw": call.draw,
        "message": call.row.text,
        "want": call.row.label,
        "text": completion.text,
        "got": found.label,
        "confidence": found.confidence,
        "usage": usage.model_dump(),
        "ms": round(completion.timing.ttlt_ms, 1),
        "prices": [params.price_in, params.price_out],
        "role": route.get(call.strategy, ""),
        "times": params.times,
    }
    extra = thought(completion) | ({"odds": found.odds} if found.odds else {}) | ({} if counted else {"estimated": True})
    return Step(kind="answer", data=data | extra)


def _usage(request: Request, completion: Completion) -> tuple[Usage, bool]:
    """Tokens read and written. Where the endpoint counts none, or what cannot be, they are estimated: four letters a token."""
    letters = sum(len(message.content) for message in request.messages)
    told = completion.usage
    answer = told.completion - told.thinking
    if letters / 20 <= told.prompt <= 4 * letters + 2000 and 0 <= answer <= 2 * request.max_tokens + 16 and told.thinking <= MOST_THINKING:
        return told, True
    return Usage(prompt=max(1, letters // 4), completion=max(1, len(completion.text) // 4)), False


# The fold


def outcomes(steps: Iterable[Step]) -> dict[str, dict[str, Outcome]]:
    """How each strategy did on each message, both in the order met. A model after the first is named: "few@llama3.2"."""
    answers: dict[str, dict[str, list[dict[str, Any]]]] = {}
    first = ""
    for step in steps:
        if step.kind == "answer":
            first = first or step.data["model"]
            who = step.data["strategy"] if step.data["model"] == first else f"{step.data['strategy']}@{step.data['model']}"
            answers.setdefault(who, {}).setdefault(step.data["message"], []).append(step.data)
    return {who: {text: _outcome(draws) for text, draws in by_text.items()} for who, by_text in answers.items()}


def _outcome(draws: Sequence[Mapping[str, Any]]) -> Outcome:
    """One message: the label of its one answer, or the one that most draws gave (of equals the one that came first)."""
    labels = Counter(draw["got"] for draw in draws if draw["got"])
    label, votes = labels.most_common(1)[0] if labels else (None, 0)
    read, written = (sum(draw["usage"][name] for draw in draws) for name in ("prompt", "completion"))
    price_in, price_out = draws[0]["prices"]
    return Outcome(
        right=label == draws[0]["want"],
        label=label,
        read=read,
        written=written,
        ms=sum(draw["ms"] for draw in draws),
        cost=(read * price_in + written * price_out) / 1e6,
        confidence=draws[0]["confidence"] if len(draws) == 1 else votes / len(draws),
    )


def conclude(steps: Iterable[Step]) -> Result:
    steps = list(steps)
    found = outcomes(steps)
    if not found:
        return Result(measures={})
    measures = {f"{fact}@{who}": measure for who, by_text in found.items() for fact, measure in _of(list(by_text.values())).items()}
    first = next(iter(found))
    for who in list(found)[1:]:
        measures |= _against(who, found[first], found[who])
    worse = dominated({who: (measures[f"cost_per_1000@{who}"].value, measures[f"quality@{who}"].value) for who in found})
    for who in found:
        measures[f"dominated@{who}"] = exactly(who in worse, len(found[who]))
    measures["dominated"] = exactly(len(worse), len(found))
    measures |= _route(steps, found)
    return Result(measures=measures, says=_says(measures, list(found), worse))


def _of(done: Sequence[Outcome]) -> dict[str, Measure]:
    """One strategy alone. `low` and `high` of tokens and seconds: the shortest and the longest message."""
    n = len(done)
    labels = Counter(one.label for one in done)
    given = {label: count for label, count in labels.items() if label}
    return {
        "quality": share(sum(one.right for one in done), n),
        "valid": share(sum(given.values()), n),
        "top_label": share(max(given.values(), default=0), max(1, sum(given.values()))),
        "tokens": spread([float(one.tokens) for one in done]),
        "tokens_in": spread([float(one.read) for one in done]),
        "tokens_out": spread([float(one.written) for one in done]),
        "seconds": spread([one.ms / 1000 for one in done]),
        "cost_per_1000": spread([one.cost * 1000 for one in done]),
    }


def _against(who: str, first: Mapping[str, Outcome], other: Mapping[str, Outcome]) -> dict[str, Measure]:
    """What a strategy costs and brings compared with the first one, on the messages both have answered."""
    both = [(first[text], other[text]) for text in other if text in first]
    if not both:
        return {}
    ratios = [b.tokens / max(1, a.tokens) for a, b in both]
    whole = sum(b.tokens for _, b in both) / max(1, sum(a.tokens for a, _ in both))
    return {
        f"tokens_ratio@{who}": Measure(value=whole, low=min(ratios), high=max(ratios), n=len(both)),
        f"gain@{who}": gain([(a.right, b.right) for a, b in both]),
    }


def dominated(points: Mapping[str, tuple[float, float]]) -> set[str]:
    """Those of (cost, quality) that another one beats: it costs no more, is right no less often, and is better in one of the two."""
    return {
        who
        for who, (cost, quality) in points.items()
        if any(c <= cost and q >= quality and (c, q) != (cost, quality) for other, (c, q) in points.items() if other != who)
    }


def _route(steps: Sequence[Step], found: Mapping[str, Mapping[str, Outcome]]) -> dict[str, Measure]:
    roles = {step.data["role"]: step.data["strategy"] for step in steps if step.kind == "answer" and step.data["role"]}
    if not {"cheap", "costly"} <= set(roles) or not {roles["cheap"], roles["costly"]} <= set(found):
        return {}
    cheap, costly = found[roles["cheap"]], found[roles["costly"]]
    times = next(step.data["times"] for step in steps if step.kind == "answer")
    each = (mean([one.cost for one in cheap.values()]), times * mean([one.cost for one in costly.values()]))
    measures = {"break_even": exactly(routing.break_even(*each), len(cheap))}
    for point in routing.curve(cheap, costly, times, routing.THRESHOLDS):
        at = f"@{point.threshold:g}"
        measures[f"routed_quality{at}"] = point.quality
        measures[f"routed_share{at}"] = share(round(point.passed * point.quality.n), point.quality.n)
        measures[f"routed_cost{at}"] = exactly(point.cost, point.quality.n)
    return measures


def name(who: str) -> str:
    strategy, _, model = who.partition("@")
    return NAMES[strategy] + (f" ({model})" if model else "")


def _says(measures: Mapping[str, Measure], whos: Sequence[str], worse: set[str]) -> str:
    best = max(whos, key=lambda who: (measures[f"quality@{who}"].value, -measures[f"cost_per_1000@{who}"].value))
    quality = measures[f"quality@{best}"]
    said = f"{name(best).capitalize()} got most right: {quality.told}."
    if len(whos) == 1:
        return f"{name(best).capitalize()} got {quality.told} right."
    cheapest = min(whos, key=lambda who: measures[f"cost_per_1000@{who}"].value)
    if cheapest != best:
        times = measures[f"tokens@{best}"].value / max(1.0, measures[f"tokens@{cheapest}"].value)
        low = measures[f"quality@{cheapest}"]
        said += f" {name(cheapest).capitalize()}, the cheapest, got {low.hits} with {100 / times:.0f} % of the tokens."
    if not worse:
        return f"{said} None is dominated: each further right answer has its price."
    return f"{said} {len(worse)} of {len(whos)} are dominated: another costs no more and is right at least as often."

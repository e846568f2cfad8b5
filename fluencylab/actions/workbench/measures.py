"""Everything that was measured on a product, each with its interval, its n and its conditions: what a memo may rest on."""

from collections import Counter
from collections.abc import Sequence

from fluencylab.actions.workbench import beside, comparing, judging, kept_results, prices, spec_results
from fluencylab.actions.workbench.corrections import unread
from fluencylab.actions.workbench.evaluations import Evaluated, evaluated
from fluencylab.actions.workbench.held import counted, taken
from fluencylab.actions.workbench.judging import BY_HAND, Judgement
from fluencylab.actions.workbench.reading import ME
from fluencylab.errors import BadInput
from fluencylab.models.types import ModelInfo
from fluencylab.stats import Measure, share
from fluencylab.store import product_queries, queries, spec_queries
from fluencylab.store.engine import Session
from fluencylab.store.tables import Product, ProductCheck
from fluencylab.text.numerals import counted as counted_noun
from fluencylab.text.written import day, quoted
from fluencylab.workbench.measurement import Measurement, Unit

SHORT = 8
"""Letters of an id in the name of a measurement."""
MOST_RUNS = 12
"""The latest evaluations, of which measurements are made."""


async def measures(session: Session, product: Product) -> dict[str, Measurement]:
    """By id, in the order in which a memo would need them."""
    runs = [one for one in await evaluated(session, product.id) if one.outputs and one.status == "done"][:MOST_RUNS]
    checks = await product_queries.checks(session, product.id)
    conditions = {one.run: await _conditions(session, one) for one in runs}
    found = await _by_hand(session, runs, conditions)
    found += await _modes(session, product)
    judged = await judging.by_checks(session, product, checks, counted(runs))
    found += await _by_checks(session, runs, checks, judged, conditions)
    found += await _changes(session, product, runs, checks, judged)
    found += await _beside(session, product, runs, conditions)
    found += await kept_results.measurements(session, product)
    found += await _of_spec(session, product)
    return {one.id: one for one in found}


async def _conditions(session: Session, one: Evaluated) -> str:
    run = await queries.run_progress(session, one.run)
    card = ModelInfo.model_validate(run.card) if run and run.card else None
    model = f"{card.name}, sha256 {card.sha256[:8]}" if card and card.sha256 else card.name if card else "answers recorded elsewhere"
    when = day(run.created) if run else ""
    lost = f" and {counted_noun(one.missing, 'call')} without an answer, which count neither way" if one.missing else ""
    return f"{one.title}; {model}; {one.outputs} outputs{lost}; {when}."


async def _by_hand(session: Session, runs: Sequence[Evaluated], conditions: dict[str, str]) -> list[Measurement]:
    found = []
    for one in runs:
        if one.read:
            name = f"Outputs that pass, read by hand ({one.title})"
            found.append(_of(f"read:{one.run[:SHORT]}", name, share(one.passed, one.read), conditions[one.run]))
        if one.read and one.expected is not None:
            told = Measure(value=one.expected / 100, low=one.expected / 100, high=one.expected / 100, n=0)
            name = f"Share that was expected to pass ({one.title})"
            found.append(
                Measurement(id=f"expected:{one.run[:SHORT]}", name=name, measure=told, unit="rate", conditions="Said before it ran.")
            )
    return found


async def _modes(session: Session, product: Product) -> list[Measurement]:
    marks = await product_queries.marks(session, await product_queries.runs_of(session, product.id), ME)
    times = Counter(mark.mode for mark in marks)
    read = f"Of {len(marks)} outputs read by hand, all evaluations together."
    return [
        _of(f"mode:{mode.id[:SHORT]}", quoted(mode.name), share(times[mode.id], len(marks)), read)
        for mode in await product_queries.failure_modes(session, product.id)
        if marks
    ]


async def _by_checks(
    session: Session, runs: Sequence[Evaluated], checks: Sequence[ProductCheck], every: dict[str, Judgement], conditions: dict[str, str]
) -> list[Measurement]:
    found = []
    took = await taken(session, counted(runs)) if any(of.agreement for of in every.values()) else {}
    cases = {run: {one.seq: one.case for one in of_run} for run, of_run in took.items()}
    for id, judged in every.items():
        held = judged.agreement
        told = (
            "It agrees with people well enough to be counted."
            if held and held.counted
            else "Nobody has shown that this check says what people say."
        )
        called = next(check.name for check in checks if check.id == id)
        for one in runs:
            passes = judged.runs[one.run]
            if passes.by_case:
                name = f"Cases that pass {quoted(called)} ({one.title})"
                found.append(_of(f"check:{id[:SHORT]}:{one.run[:SHORT]}", name, passes.rate, f"{conditions[one.run]} {told}"))
        found += _corrected(id, called, judged, cases, runs, conditions)
    return found


def _corrected(
    id: str, called: str, judged: Judgement, cases: dict[str, dict[int, int]], runs: Sequence[Evaluated], conditions: dict[str, str]
) -> list[Measurement]:
    """What it passes of outputs that nobody has read, corrected for its errors; nothing where these are known too little."""
    titles = {one.run: one.title for one in runs}
    return [
        Measurement(
            id=f"corrected:{id[:SHORT]}:{one.run[:SHORT]}",
            name=f"What passes “{called}” of outputs that nobody has read, corrected ({titles[one.run]})",
            measure=one.rate,
            unit="rate",
            conditions=f"{conditions[one.run]} {one.says}",
        )
        for one in unread(judged, cases)
        if one.rate is not None and one.run in titles
    ]


async def _changes(
    session: Session, product: Product, runs: Sequence[Evaluated], checks: Sequence[ProductCheck], judged: dict[str, Judgement]
) -> list[Measurement]:
    first, second = comparing.chosen(runs, "", "")
    if first is None or second is None or first.run == second.run:
        return []
    must = await product_queries.must_not_break(session, product.id)
    by_hand = await judging.by_hand(session, [first.run, second.run])
    said: list[tuple[str, str, judging.Said, judging.Said]] = [(BY_HAND, "read by hand", by_hand[first.run], by_hand[second.run])]
    for check in checks:
        of = judged[check.id].runs
        said.append((check.id, f"by {quoted(check.name)}", of[first.run].by_case, of[second.run].by_case))
    found = []
    for by, what, before, after in said:
        try:
            whole = comparing.between(first, second, before, after, must, by).comparison
        except BadInput:
            continue
        name = f"{comparing.name(second, first)} less {comparing.name(first, second)}, {what}"
        told = f"{len(whole.fixed)} fixed, {len(whole.broken)} broken, {len(whole.same)} the same; McNemar's exact test, p = {whole.p:.2g}."
        id = f"change:{by[:SHORT]}:{first.run[:SHORT]}:{second.run[:SHORT]}"
        found.append(Measurement(id=id, name=name, measure=whole.change, unit="points", conditions=told))
    return found


async def _beside(session: Session, product: Product, runs: Sequence[Evaluated], conditions: dict[str, str]) -> list[Measurement]:
    means = await beside.means(session, product, counted(runs))
    priced = await prices.of_runs(session, product, [one.run for one in runs])
    found = []
    for one in runs:
        mean, short, told = means[one.run], one.run[:SHORT], conditions[one.run]

        def add(name: str, what: str, measure: Measure, unit: Unit, conditions: str, one: Evaluated = one, short: str = short) -> None:
            found.append(Measurement(id=f"{name}:{short}", name=f"{what} ({one.title})", measure=measure, unit=unit, conditions=conditions))

        if "seconds" in mean:
            add("seconds", "Until the last token", mean["seconds"], "seconds", told)
        if "tokens_out" in mean:
            add("tokens", "Tokens of an answer", mean["tokens_out"], "number", told)
        if "money" in mean:
            add("cost", "What a call costs", mean["money"], "dollars", f"{told} {priced[one.run].says}")
            if product.volume:
                monthly = _times(mean["money"], product.volume)
                add("monthly", "What a month costs", monthly, "dollars", f"{told} {priced[one.run].says} {product.volume:,} calls a month.")
    return found


def _times(measure: Measure, factor: float) -> Measure:
    return Measure(value=measure.value * factor, low=measure.low * factor, high=measure.high * factor, n=measure.n)


async def _of_spec(session: Session, product: Product) -> list[Measurement]:
    """The latest test of the spec that came to its end, with its tests as they were committed to."""
    run = next((one for one, status in await spec_queries.runs(session, product.id) if status == "done"), None)
    if run is None:
        return []
    came = await spec_results.result(session, product, run)
    faults = counted_noun(len(came.mutants), "product with one fault", "products with one fault each")
    tests, cases = counted_noun(len(came.spec.tests), "test"), counted_noun(len({*came.spec.open, *came.spec.held_back}), "case")
    told = f"Version {run.version}, {faults}; a spec of {tests}, on {cases}; {day(run.created)}."
    named = (("mutants", "Broken products that the spec stops, of those really worse", came.score.score),
             ("alarms", "Draws of the product as it is that the spec would have stopped", came.alarms))  # fmt: skip
    return [_of(f"{id}:{run.run_id[:SHORT]}", name, measure, told) for id, name, measure in named if measure.n]


def _of(id: str, name: str, measure: Measure, conditions: str) -> Measurement:
    return Measurement(id=id, name=name, measure=measure, unit="share", conditions=conditions)

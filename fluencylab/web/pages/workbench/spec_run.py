"""What became of a spec: which broken products it stopped, which got through and what a customer would have got, and its false alarms."""

from dataclasses import dataclass, replace
from typing import NamedTuple

from fluencylab.actions.workbench import products, sending, spec_judges, spec_reading, spec_results, spec_runs
from fluencylab.actions.workbench.held import Held
from fluencylab.actions.workbench.spec_judges import Unasked
from fluencylab.actions.workbench.spec_results import OfMutant, SpecResult
from fluencylab.charts import rates
from fluencylab.charts.base import Chart
from fluencylab.instruments.durations import times
from fluencylab.store import product_queries, queries
from fluencylab.store.engine import Session
from fluencylab.store.tables import Product, ProductCase, SpecRun
from fluencylab.text.numerals import counted, rate
from fluencylab.web.app_state import AppState
from fluencylab.web.lab_page import Sheet
from fluencylab.web.pages import sheet as sheets
from fluencylab.web.pages.workbench.evaluate import SURE
from fluencylab.workbench.clinic import called
from fluencylab.workbench.frozen_spec import FrozenSpec
from fluencylab.workbench.template import variables
from fluencylab.workbench.version import Version

STATES = {
    "survived": "got through",
    "stopped": "stopped",
    "untold": "nothing can be said",
    "same": "does not count",
}


class AskedPart(NamedTuple):
    name: str
    text: str


class MutantRow(NamedTuple):
    """`state`: survived, stopped, untold, same (it is not shown to be worse)."""

    name: str
    says: str
    state: str
    told: str
    worse: str
    stopped_by: str
    asked: list[AskedPart]
    today: str
    broken: str
    """What a customer would have got; with what they get today beside it"""
    shown: bool
    advice: str
    check: str
    least: int
    cases: int


class JudgeRow(NamedTuple):
    """A judge that was not asked about these answers. `trouble`: why it cannot be; `ask`, `consent`: what has to be said yes to first."""

    id: str
    says: str
    button: str
    trouble: str
    ask: str
    consent: str


class TestOutcome(NamedTuple):
    says: str
    requirement: str
    why: str


@dataclass(frozen=True)
class SpecRunPage:
    """Context of `workbench/spec_run.html`. `came`: none while it runs."""

    product: Product
    base: str
    title: str
    sheet: Sheet
    expected: int | None
    certainty: str
    came: SpecResult | None
    chart: Chart | None
    met: str
    survivors: list[MutantRow]
    others: list[MutantRow]
    tests: list[TestOutcome]
    alarms: str
    now: str
    """How it would do as it is written now; empty where it is what was committed to"""
    reading: str
    read: int
    of: int
    judges: list[JudgeRow]
    kind_judge: str
    """How the spec would do, were its judge one that likes everything; empty where it has no judge"""
    unsettled: int
    """Broken products that nothing shows to be worse yet"""


async def spec_run_page(state: AppState, product_id: str, run_id: str) -> SpecRunPage:
    async with state.store.read() as session:
        product = await products.owned(session, state.learner, product_id)
        one = await spec_runs.owned_spec_run(session, state.learner, product_id, run_id)
    sheet = await _sheet(state, run_id)
    base = f"/product/{product_id}"
    async with state.store.read() as session:
        came = await spec_results.result(session, product, one) if sheet.ended and sheet.progress["done"] else None
        asks = await _asks(session, product_id, one.version)
        checks = {row.name: row.id for row in await product_queries.checks(session, product_id)}
        read, of = await spec_reading.settled(session, run_id) if came else (0, 0)
        now = await _now(session, product, one) if came else ""
        asking = await spec_judges.unasked(session, product, one) if came else []
    rows = [_row(mutant, came, asks, checks) for mutant in came.mutants] if came else []
    return SpecRunPage(
        product=product,
        base=base,
        title=f"The spec, on version {one.version}",
        sheet=sheet,
        expected=one.expected,
        certainty=SURE.get(one.certainty or 0, ""),
        came=came,
        chart=_chart(came) if came else None,
        met=_met(one, came),
        survivors=[row for row in rows if row.state == "survived"],
        others=[row for row in rows if row.state != "survived"],
        tests=_tests(came) if came else [],
        alarms=came.alarms_say if came else "",
        now=now,
        reading=f"{base}/spec/read/{run_id}",
        read=read,
        of=of,
        judges=[_judge(one, product) for one in asking],
        kind_judge=_kind_judge(came) if came else "",
        unsettled=len(came.untold) if came else 0,
    )


_ended: Held[Sheet] = Held(lambda _: 100)


async def _sheet(state: AppState, run_id: str) -> Sheet:
    """Once the run has ended it is drawn once and held, for its steps change no more. Raises NotFound."""
    run = await sheets.owned(state, run_id)
    async with state.store.read() as session:
        key = run.id, run.status, run.ended, await queries.last_step(session, run_id)
    if (there := _ended.get(key)) is not None:
        return there
    drawn = sheets.sheet(*await sheets.load(state, run_id))
    return _ended.put(key, replace(drawn, params=None, steps=[])) if drawn.ended else drawn


async def _asks(session: Session, product_id: str, version: int) -> list[str]:
    """The variables in which the customer speaks: those of the user's messages."""
    row = await product_queries.version(session, product_id, version)
    content = Version.model_validate(row.content) if row else None
    return list(variables([one for one in content.messages if one.role == "user"])) if content else []


async def _now(session: Session, product: Product, one: SpecRun) -> str:
    """The spec as it is written by now, on the same outputs: no surprise any more, and it says so."""
    today = await spec_results.as_it_stands(session, product, one)
    committed = FrozenSpec.model_validate(one.tests)
    if today == committed or not today.tests:
        return ""
    came = await spec_results.result(session, product, one, today)
    return f"As you have written it since: {came.score.says} {came.alarms_say}"


def _row(one: OfMutant, came: SpecResult, asks: list[str], checks: dict[str, str]) -> MutantRow:
    state = _state(one)
    stopping = [called(test.check_name) for test in came.spec.tests if one.outcomes[test.id].stopped]
    advice = one.advice
    return MutantRow(
        name=one.name,
        says=one.says,
        state=state,
        told=STATES[state],
        worse=one.worse.says,
        stopped_by=f"Stopped by {' and '.join(stopping)}." if stopping else "",
        asked=_asked(one.example.case, asks) if one.example else [],
        today=one.example.today if one.example else "",
        broken=one.example.broken if one.example else "",
        shown=one.example is not None,
        advice=advice.says if advice else "",
        check=checks.get(advice.check, "") if advice and advice.least else "",
        least=advice.least if advice else 0,
        cases=advice.cases if advice else 0,
    )


def _state(one: OfMutant) -> str:
    if not one.worse.really:
        return "same"
    return "untold" if one.stopped is None else "stopped" if one.stopped else "survived"


def _asked(case: ProductCase | None, asks: list[str]) -> list[AskedPart]:
    if case is None:
        return []
    named = [name for name in asks if case.inputs.get(name)] or list(case.inputs)
    shortest = min(named, key=lambda name: len(str(case.inputs[name])), default=None)
    return [AskedPart(name, str(case.inputs[name])) for name in named if name == shortest or len(named) == 1]


def _tests(came: SpecResult) -> list[TestOutcome]:
    return [
        TestOutcome(
            f"{called(one.check_name)}, at least {one.least} % of {counted(one.cases, 'case')}", one.requirement, came.healthy[one.id].why
        )
        for one in came.spec.tests
    ]


def _judge(one: Unasked, product: Product) -> JudgeRow:
    name = called(one.check.name)
    if one.plan is None:
        trouble = f"{one.trouble.message} {one.trouble.fix}" if one.trouble else ""
        return JudgeRow(one.check.id, f"The judge {name} was not asked about these answers.", "", trouble, "", "")
    says = f"The judge {name} was not asked about {counted(one.plan.outputs, 'of these answers', 'of these answers')}."
    money = f", about ${one.plan.dollars:.2g}" if one.plan.dollars else ""
    button = f"Ask it: {counted(one.plan.calls, 'call')}, about {times(one.plan.seconds * 1000)[0]}{money}"
    return JudgeRow(one.check.id, says, button, "", one.host, sending.consent(product.name, one.host) if one.host else "")


def _kind_judge(came: SpecResult) -> str:
    score = spec_judges.kind_judge(came)
    if score is None or not score.score.n:
        return ""
    return f"A judge that likes everything is a fault, too: with one, the spec would stop {rate(score.score)}."


def _chart(came: SpecResult) -> Chart | None:
    rows = [
        ("score", "stopped", came.score.score),
        ("alarms", "stopped", came.alarms),
    ]
    told = [row for row in rows if row[2].n]
    names = {"score": "Broken products|that are really worse", "alarms": "Draws of the product|as it is"}
    return rates.chart("How often the spec stops them", told, came.score.says, names) if told else None


def _met(one: SpecRun, came: SpecResult | None) -> str:
    if came is None or one.expected is None:
        return ""
    score = came.score.score
    if not score.n:
        return "There is no score yet to hold it against."
    within = score.low * 100 <= one.expected <= score.high * 100
    met = "What you expected lies within" if within else "You expected more" if one.expected > score.value * 100 else "You expected less"
    lies = f"{rates.percent(score.low)} to {rates.percent(score.high)} of all such faults"
    return f"{score.told} stopped: {lies}. {met}{' that' if within else ''}."

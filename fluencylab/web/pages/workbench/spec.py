"""The spec: its sentences with what is vague in them, the tests beside them, what so many cases can see, and what testing it would take."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from markupsafe import Markup, escape

from fluencylab.actions.workbench import judging, products, sending, spec, spec_runs
from fluencylab.actions.workbench.spec import Written, WrittenTest
from fluencylab.actions.workbench.spec_results import readable, trusted_checks
from fluencylab.actions.workbench.spec_runs import DRAWS, PlannedClinic
from fluencylab.errors import LabError
from fluencylab.instruments.durations import times
from fluencylab.stats import Measure
from fluencylab.store import product_queries, spec_queries
from fluencylab.store.engine import Session
from fluencylab.store.tables import Product, ProductCheck
from fluencylab.text.numerals import counted, rate
from fluencylab.text.written import moment
from fluencylab.web.app_state import AppState
from fluencylab.web.pages.options import SelectOption
from fluencylab.workbench.check_lines import KINDS
from fluencylab.workbench.clinic import called
from fluencylab.workbench.spec import risks
from fluencylab.workbench.spec_power import SIZES, Seen, sees, takes
from fluencylab.workbench.vague_words import vague

NEW = "new"
"""In place of a check's id: one that is written down with the test."""
HEALTHY = (99, 95, 90, 80, 70, 60, 50)
ALIKE = "At temperature 0 it answers nearly alike each time: one draw will do."
DONE = {
    "said": "The sentence is kept. Put a test beside it that makes it true, or not.",
    "test": "The test is kept.",
    "changed": "It is kept.",
    "out": "It is taken out.",
    "practice": "A spec is there to begin with, and a prompt that the small model on this machine can follow. Test it, then mend it.",
}


class VagueWord(NamedTuple):
    word: str
    question: str


class TestRow(NamedTuple):
    id: str
    says: str
    now: str
    """How often the version passes it; empty where that was not measured"""
    risks: str
    trouble: str


class RequirementRow(NamedTuple):
    id: str
    text: str
    marked: Markup
    """With what is vague underlined"""
    vague: list[VagueWord]
    tests: list[TestRow]


class RunRow(NamedTuple):
    href: str
    title: str
    says: str


@dataclass(frozen=True)
class PowerPart:
    """Context of `workbench/spec_power.html`. `n`: how many cases; `healthy`: what a good product passes, in percent."""

    base: str
    n: int
    healthy: int
    most: int
    choices: list[SelectOption]
    seen: Seen
    takes: str
    enough: str


@dataclass(frozen=True)
class SpecPage:
    """Context of `workbench/spec.html`. `plan`: what testing it takes; `trouble`: why it cannot be tested, or none."""

    product: Product
    base: str
    rows: list[RequirementRow]
    sentences: list[SelectOption]
    checks: list[SelectOption]
    kinds: list[SelectOption]
    parts: list[SelectOption]
    cases: int
    power: PowerPart
    tests: int
    versions: list[SelectOption]
    chosen: int
    draws: int
    draws_choices: list[int]
    draws_help: str
    plan: PlannedClinic | None
    plan_says: str
    button_says: str
    trouble: LabError | None
    reference: str
    """By what a broken product will be known to be worse"""
    ask: str
    """The machine that has to be said yes to before the first call; empty where none has"""
    consent: str
    runs: list[RunRow]
    practice: bool
    """A spec can be begun with"""
    done: str


async def spec_page(
    state: AppState,
    product_id: str,
    version: int | None = None,
    draws: int | None = None,
    n: int | None = None,
    healthy: int | None = None,
    done: str = "",
) -> SpecPage:  # fmt: skip
    async with state.store.read() as session:
        product = await products.owned(session, state.learner, product_id)
        written = await spec.written(session, product_id)
        checks = await product_queries.checks(session, product_id)
        versions = await product_queries.versions(session, product_id)
        counts = await product_queries.case_counts(session, product_id)
        legible = [check for check in checks if readable(check)]
        chosen = version or (versions[-1].number if versions else 1)
        rates = await _rates(session, product, legible, chosen)
        alike = any(row.number == chosen and not row.content.get("temperature") for row in versions)
        draws = draws if draws in DRAWS else 1 if alike else 3
        tests = sum(len(sentence.tests) for sentence in written)
        plan, trouble = await _plan(session, product, chosen, draws) if tests and versions else (None, None)
        ask = await sending.to_be_asked(session, product_id, sending.reader(plan.model.slug)) if plan else ""
        trusted = await trusted_checks(session, product, legible)
        runs = await _runs(session, product_id)
    usual = min(20, counts.held_back or counts.all) or 20
    return SpecPage(
        product=product,
        base=f"/product/{product_id}",
        rows=[_row(sentence, rates, chosen) for sentence in written],
        sentences=[SelectOption(sentence.row.id, sentence.row.text) for sentence in written],
        checks=[*(SelectOption(check.id, check.name) for check in checks), SelectOption(NEW, "a new check, written here")],
        kinds=[SelectOption(kind, label) for kind, label in KINDS.items()],
        parts=[
            SelectOption(name, f"{label}: {there}")
            for name, label, there in (("held back", "Held back", counts.held_back), ("open", "Open", counts.open))
            if there
        ],
        cases=usual,
        power=power_part(f"/product/{product_id}", n or usual, healthy or 95, counts.held_back),
        tests=tests,
        versions=[SelectOption(str(row.number), f"Version {row.number}: {row.reason}") for row in versions],
        chosen=chosen,
        draws=draws,
        draws_choices=[*DRAWS],
        draws_help=ALIKE if alike else "For false alarms: how often the spec stops a product without a fault.",
        plan=plan,
        plan_says=_says(plan) if plan else "",
        button_says=f"Test it: {counted(plan.calls - plan.alike, 'call')}, about {times(plan.seconds * 1000)[0]}" if plan else "",
        trouble=trouble,
        reference=_reference(trusted),
        ask=ask,
        consent=sending.consent(product.name, ask) if ask else "",
        runs=runs,
        practice=bool(product.practice) and not written,
        done=DONE.get(done, ""),
    )


async def _plan(session: Session, product: Product, version: int, draws: int) -> tuple[PlannedClinic | None, LabError | None]:
    try:
        return await spec_runs.plan(session, product, version, draws), None
    except LabError as error:
        return None, error


def _says(plan: PlannedClinic) -> str:
    """What the calls are, and what they cost."""
    faults = counted(len(plan.faults), "product with one fault", "products with one fault each")
    alike = f" {plan.alike} of them are the same word for word as another, and made once." if plan.alike else ""
    money = f" At your prices that is about ${plan.money:.2g}." if plan.money else ""
    guess = "" if plan.measured else " The time is a guess: nothing has run on this model yet."
    return f"{counted(plan.calls, 'answer')}: the product as it is and {faults}, on {counted(plan.cases, 'case')}.{alike}{money}{guess}"


def _reference(trusted: Sequence[ProductCheck]) -> str:
    if not trusted:
        return (
            "No check may say yet whether a broken product is really worse: none has been shown to say what people say, and none "
            "holds answers against right ones. You can say it yourself, reading blind, once it has run."
        )
    return f"Whether a broken product is really worse is told by {' and '.join(called(one.name) for one in trusted)}, and by what you read."


async def _rates(session: Session, product: Product, checks: Sequence[ProductCheck], version: int) -> dict[str, Measure]:
    """Check -> how often the version passed it, in the latest evaluation of it; of those that were measured."""
    evaluations = await product_queries.evaluations(session, product.id)
    outputs = await product_queries.output_counts(session, product.id)
    last = next((one for one, status in evaluations if status == "done" and one.version == version and outputs.get(one.run_id)), None)
    if last is None:
        return {}
    judged = await judging.by_checks(session, product, checks, {last.run_id: outputs[last.run_id]})
    rates = {id: found.runs[last.run_id].rate for id, found in judged.items()}
    return {id: found for id, found in rates.items() if found.n}


async def _runs(session: Session, product_id: str) -> list[RunRow]:
    says = {"queued": "waiting", "running": "running", "failed": "broke off", "cancelled": "stopped", "done": ""}
    return [
        RunRow(
            f"/product/{product_id}/spec/runs/{one.run_id}",
            f"Version {one.version}, {moment(one.created)}",
            " · ".join(filter(None, (f"you expected {one.expected} %" if one.expected is not None else "", says[status]))),
        )
        for one, status in await spec_queries.runs(session, product_id)
    ]


def _row(sentence: Written, rates: dict[str, Measure], version: int) -> RequirementRow:
    text = sentence.row.text
    found = vague(text)
    marked, at = Markup(""), 0
    for one in found:
        marked += escape(text[at : one.start]) + Markup('<span class="vague-word">{}</span>').format(text[one.start : one.end])
        at = one.end
    words = {text[one.start : one.end].casefold(): one.question for one in found}
    return RequirementRow(
        sentence.row.id,
        text,
        marked + escape(text[at:]),
        [VagueWord(word, question) for word, question in words.items()],
        [_test(one, rates, version) for one in sentence.tests],
    )


def _test(one: WrittenTest, rates: dict[str, Measure], version: int) -> TestRow:
    where = f"{counted(one.row.cases, 'case')} {one.row.part if one.row.part == 'held back' else 'of the open half'}"
    says = f"{called(one.check.name)}, in at least {one.row.least} % of {where}"
    if one.frozen is None:
        return TestRow(one.row.id, says, "", "", "This version of the lab cannot read its check.")
    measured = rates.get(one.check.id)
    if measured is None:
        return TestRow(one.row.id, says, "", "", "")
    now = f"Version {version}: {rate(measured)} pass."
    return TestRow(one.row.id, says, now, risks(one.frozen.test, round(measured.value, 3)), "")


def power_part(base: str, n: int, healthy: int, held_back: int) -> PowerPart:
    n, healthy = min(max(n, 1), SIZES[-1]), min(max(healthy, 1), 99)
    choices = sorted({*HEALTHY, healthy}, reverse=True)
    enough = f"You have {counted(held_back, 'case')} held back." if held_back else ""
    share = healthy / 100
    return PowerPart(
        base=base,
        n=n,
        healthy=healthy,
        most=SIZES[-1],
        choices=[SelectOption(str(one), f"{one} of 100") for one in choices],
        seen=sees(n, share),
        takes=takes(share),
        enough=enough,
    )

"""Say what you expect, run, and watch: a version on the cases of a product."""

from dataclasses import dataclass
from typing import NamedTuple

from fluencylab.actions.workbench import better, evaluations, products, sending
from fluencylab.actions.workbench.better import Better
from fluencylab.actions.workbench.evaluations import ELSEWHERE, PARTS, Planned
from fluencylab.charts import rates
from fluencylab.errors import LabError
from fluencylab.instruments.durations import roughly
from fluencylab.stats import Measure, share
from fluencylab.store import product_queries
from fluencylab.store.tables import Product
from fluencylab.web.app_state import AppState
from fluencylab.web.lab_page import Sheet
from fluencylab.web.pages.options import SelectOption
from fluencylab.web.pages.workbench.evaluation_run import evaluation_run
from fluencylab.web.pages.workbench.way import READ

MOST_DRAWS = 5


@dataclass(frozen=True)
class EvaluatePage:
    """Context of `workbench/evaluate.html`. `says`: what the run will take; `trouble`: why it cannot be run, or none."""

    product: Product
    base: str
    versions: list[SelectOption]
    chosen: int
    parts: list[SelectOption]
    part: str
    draws: int
    says: str
    trouble: LabError | None
    planned: Planned | None
    """None where it cannot be run"""
    spent: int
    """Evaluations of the half held back so far"""
    ask: str
    """The machine to be said yes to before the first call; "" where none is"""
    consent: str
    ran: bool
    """A version was run before"""
    expected: int | None
    certainty: int | None
    changed: bool


@dataclass(frozen=True)
class EvaluationPage:
    """Context of `workbench/evaluation.html`."""

    product: Product
    base: str
    title: str
    sheet: Sheet
    left: int
    """Calls that were not made any more when it was stopped or broke off"""
    asked_before: int
    """Answers that are those of earlier evaluations"""
    run_id: str
    expected: int | None
    certainty: str
    outputs: int
    read: int
    elsewhere: bool
    number: int
    passes: Measure | None
    """Of what was read; None before anything was"""
    came: str
    better: Better | None
    """Beside the version before: what was said of it, or that it may be said"""
    choices: list[SelectOption]


SURE = {1: "not sure", 2: "fairly sure", 3: "very sure"}


class Foretold(NamedTuple):
    """What was typed before the page was loaded anew."""

    share: int | None = None
    certainty: int | None = None


async def evaluate_page(
    state: AppState, product_id: str, version: int | None, part: str, draws: int, foretold: Foretold = Foretold(), changed: bool = False
) -> EvaluatePage:  # fmt: skip
    async with state.store.read() as session:
        product = await products.owned(session, state.learner, product_id)
        rows = await product_queries.versions(session, product_id)
        counts = await product_queries.case_counts(session, product_id)
        evaluated = [one for one, _ in await product_queries.evaluations(session, product_id)]
        elsewhere = await product_queries.made_elsewhere(session, product_id, ELSEWHERE)
        chosen = version or (rows[-1].number if rows else 1)
        part = part if part in PARTS else "open"
        says, trouble, planned = "", None, None
        try:
            planned = await evaluations.plan(session, product_id, chosen, part, min(max(1, draws), MOST_DRAWS))
            took = roughly(max(1, planned.seconds))
            says = f"Run {planned.calls} call{'' if planned.calls == 1 else 's'}, about {took}"
        except LabError as error:
            trouble = error
        ask = await sending.to_be_asked(session, product_id, sending.reader(planned.model.slug)) if planned else ""
    sizes = {"open": counts.open, "held back": counts.held_back, "all": counts.all}
    return EvaluatePage(
        product=product,
        base=f"/product/{product_id}",
        versions=[SelectOption(str(row.number), f"Version {row.number}: {row.reason}") for row in rows],
        chosen=chosen,
        parts=[SelectOption(name, f"{label[0].upper()}{label[1:]}: {sizes[name]}") for name, label in PARTS.items() if sizes[name]],
        part=part,
        draws=draws,
        says=says,
        trouble=trouble,
        planned=planned,
        spent=sum(one.part == "held back" for one in evaluated),
        ran=any(one.run_id not in elsewhere for one in evaluated),
        ask=ask,
        expected=foretold.share,
        certainty=foretold.certainty,
        changed=changed,
        consent=sending.consent(product.name, ask) if ask else "",
    )


async def evaluation_page(state: AppState, product_id: str, run_id: str) -> EvaluationPage:
    async with state.store.read() as session:
        product = await products.owned(session, state.learner, product_id)
        one = await evaluations.owned_evaluation(session, state.learner, product_id, run_id)
        outputs = (await product_queries.output_counts(session, product_id)).get(run_id, 0)
        read, passed = (await product_queries.label_counts(session, product_id)).get(run_id, (0, 0))
        versus = await better.stands(session, state.learner, product_id, run_id)
    found = await evaluation_run(state, run_id)
    elsewhere = found.run.model == ELSEWHERE
    recorded = f"Version {one.version}, recorded answers" if one.version else "Recorded answers"
    title = recorded if elsewhere else f"Version {one.version} on {PARTS[one.part]}"
    sure = SURE.get(one.certainty or 0, "")
    passes = share(passed, read) if read else None
    return EvaluationPage(
        product=product,
        base=f"/product/{product_id}",
        title=title,
        sheet=found.sheet,
        left=0 if elsewhere else found.left,
        asked_before=0 if elsewhere else min(found.asked_before, outputs),
        run_id=run_id,
        expected=one.expected,
        certainty=sure,
        outputs=outputs,
        read=read,
        elsewhere=elsewhere,
        number=one.version,
        passes=passes,
        came=_came(one.expected, passes),
        better=versus,
        choices=_choices(versus) if versus else [],
    )


def _choices(found: Better) -> list[SelectOption]:
    new, old = f"Version {found.after.version}", f"Version {found.before.version}"
    return [SelectOption("after", new), SelectOption("before", old), SelectOption("neither", "No difference that so many cases can show")]


def _came(expected: int | None, passes: Measure | None) -> str:
    """How what was expected stands to what was read."""
    if expected is None or passes is None:
        return ""
    low, high = (rates.percent(each) for each in (passes.low, passes.high))
    within = passes.low * 100 <= expected <= passes.high * 100
    met = "What you expected lies within" if within else "You expected more" if expected > passes.value * 100 else "You expected less"
    fewer = "" if passes.n >= READ else f" Read {READ - passes.n} more before you make much of it."
    return f"{passes.told} that you read pass: {low} to {high} of all. {met}{'.' if not within else ' that.'}{fewer}"

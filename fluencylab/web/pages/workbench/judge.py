"""Write a judge: its rubric, the model that is asked, and examples; and the run in which it is asked, live."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from fluencylab.actions.workbench import judges, products
from fluencylab.actions.workbench.reading import ME
from fluencylab.models import catalogue
from fluencylab.models.catalogue import Entry
from fluencylab.store import judge_queries, product_queries
from fluencylab.store.tables import FailureMode, Product, ProductRule
from fluencylab.text.written import shortened
from fluencylab.web.app_state import AppState
from fluencylab.web.lab_page import Sheet
from fluencylab.web.pages import sheet as sheets
from fluencylab.web.pages.options import SelectOption
from fluencylab.web.pages.workbench.judge_view import sent_to
from fluencylab.workbench.judge import MOST_EXAMPLES, Judge

OFFERED = 12
"""Labelled outputs that may be quoted as examples."""
CUT = 200
RUBRIC = """\
PASS an answer that a customer may get as it stands.

FAIL it if any of these holds:
{faults}
{rules}
Style is no reason to fail it."""


class ExampleRow(NamedTuple):
    value: str
    said: str
    text: str


@dataclass(frozen=True)
class JudgePage:
    """Context of `workbench/judge.html`."""

    product: Product
    base: str
    rubric: str
    models: list[SelectOption]
    chosen: str
    hosts: list[str]
    modes: list[SelectOption]
    examples: list[ExampleRow]
    most: int
    outputs: int


@dataclass(frozen=True)
class JudgingPage:
    """Context of `workbench/judging.html`."""

    product: Product
    base: str
    name: str
    rubric: str
    sheet: Sheet


async def judge_page(state: AppState, product_id: str) -> JudgePage:
    async with state.store.read() as session:
        product = await products.owned(session, state.learner, product_id)
        modes = await product_queries.failure_modes(session, product_id)
        rules = await judge_queries.rules(session, product_id)
        counts = await judges.counted(session, product_id)
        labels = await product_queries.failing(session, list(counts), ME, OFFERED // 2)
        passing = await judge_queries.passing(session, list(counts), ME, OFFERED // 2)
        shown = [*labels, *passing]
        outputs = await product_queries.some_outputs(session, {(one.run_id, one.seq) for one in shown})
        judged = await judges.judged_models(session, product_id)
    entries = [entry for entry in catalogue.models() if entry.abilities.writes]
    return JudgePage(
        product=product,
        base=f"/product/{product_id}",
        rubric=_rubric(modes, rules),
        models=[SelectOption(entry.slug, _told(entry, judged)) for entry in entries],
        chosen=catalogue.current().slug,
        hosts=[sent_to(entry) for entry in entries if not entry.local],
        modes=[SelectOption("", "anything that fails"), *(SelectOption(mode.id, mode.name) for mode in modes)],
        examples=[
            ExampleRow(
                f"{one.run_id}/{one.seq}",
                f"{'passes' if one.passed else 'fails'}{': ' + one.note if one.note else ''}",
                shortened(str(outputs.get((one.run_id, one.seq), {}).get("text", "")), CUT),
            )
            for one in shown
        ],
        most=MOST_EXAMPLES,
        outputs=sum(counts.values()),
    )


def _rubric(modes: Sequence[FailureMode], rules: Sequence[ProductRule]) -> str:
    """To begin with: the failure modes that were named, and the rules that were written down."""
    faults = [f"{number}. {mode.name}{': ' + mode.what if mode.what else '.'}" for number, mode in enumerate(modes, start=1)]
    told = [f"- {rule.says}" for rule in rules]
    listed = "\n".join(faults) or "1. "
    return RUBRIC.format(faults=listed, rules="\nAnd these rules hold:\n" + "\n".join(told) + "\n" if told else "")


def _told(entry: Entry, judged: Sequence[str]) -> str:
    """Where it is, what it costs, and whether it judges its own family."""
    where = "on this machine" if entry.local else "over the network"
    known = entry.price_in is not None and entry.price_out is not None
    priced = f", ${entry.price_in:g} in and ${entry.price_out:g} out a million tokens" if known else ""
    kin = ", of the family that it judges" if judges.kin(Judge(rubric="-", model=entry.slug, name=entry.name), judged) else ""
    return f"{entry.name}: {where}{priced}{kin}"


async def judging_page(state: AppState, product_id: str, run_id: str) -> JudgingPage:
    async with state.store.read() as session:
        product = await products.owned(session, state.learner, product_id)
        one = await judges.owned_run(session, state.learner, product_id, run_id)
        row = await product_queries.check(session, one.check_id)
    run, steps = await sheets.load(state, run_id)
    name, rubric = (row.name, str(row.rule.get("rubric", ""))) if row else ("A judge", "")
    return JudgingPage(product, f"/product/{product_id}", name, rubric, sheets.sheet(run, steps))

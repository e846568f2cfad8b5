"""A lab's page: its form, its runs, and what it would cost to run it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from fastapi import Request

from fluencylab.actions import keeping
from fluencylab.actions.runs import check_params
from fluencylab.curriculum.schema import Concept
from fluencylab.errors import LabBroken, LabError
from fluencylab.instruments import instrument
from fluencylab.instruments.base import about_seconds, asks
from fluencylab.instruments.durations import roughly
from fluencylab.models import catalogue
from fluencylab.models.types import ModelCapabilities
from fluencylab.store import queries
from fluencylab.store.tables import Product
from fluencylab.web.app_state import AppState
from fluencylab.web.form import Form, posted
from fluencylab.web.lab_page import DrawnForm, LabPage, PageRequest, RunView, Sheet, ViewsForm, WorkedOut
from fluencylab.web.lab_pages import lab_pages
from fluencylab.web.pages.depth import Depth, depth
from fluencylab.web.pages.keep_on import current_product
from fluencylab.web.pages.lab_product import OnProduct, on_product
from fluencylab.web.pages.next_step import Next, after_measuring
from fluencylab.web.pages.outcome import ListedRun, RunActs, listed, run_acts
from fluencylab.web.pages.sheet import load, sheet

MOST_RUNS = 24
CANNOT = "Run"
"""What the button says of a form that cannot be run. lab.js says the same."""


@dataclass(frozen=True)
class LabContext:
    """Context of `lab.html`, and of a lab's own template in its place. `lab_page.py` says what a lab adds."""

    concept: Concept | None
    title: str
    lab: str
    """Its name"""
    beside: list[tuple[str, str]]
    """(name, title) of the other labs of its concept"""
    lede: str
    abilities: ModelCapabilities
    model_name: str
    runs: list[str]
    """Ids of those on the page, oldest first"""
    found: list[RunView]
    """The same, with their sheets"""
    shown: RunView | None
    sheet: Sheet | None
    """Of the run that is shown"""
    form: DrawnForm
    own: Any
    error: LabError | None
    working: bool
    plan: str
    """What the button says"""
    worked: list[WorkedOut]
    """What of the page can be kept on the product beside a run"""
    keep_product: Product | None
    """On which it can be kept"""
    worked_view: str
    """The query of the page, of which that was worked out"""
    on: OnProduct | None
    """The learner's product, where there is one that fills this form"""
    depth: Depth | None
    after: Next | None
    """The mission that the run that is shown leads to, once it has ended; None where all of the concept are done"""
    acts: RunActs | None
    """With the run that is shown, once it has ended"""
    earlier: list[ListedRun]
    """Runs of this lab that are not on the page"""


async def lab_page(
    state: AppState,
    concept: Concept | None,
    name: str,
    runs: Sequence[str],
    query: Mapping[str, str],
    typed: Form | None = None,
    error: LabError | None = None,
    *,
    asked: Request,
) -> LabContext:
    drawn, card = lab_pages()[name], catalogue.current().card()
    found = await shown(state, name, runs)
    async with state.store.read() as session:
        kept = await keeping.kept(session, state.learner, name)
        ended = concept and any(one.sheet.ended for one in found)
        after = await after_measuring(session, state.learner, concept, name) if concept and ended else None
    whole = [one for one in found if one.sheet.trouble is None]  # of the others a lab can say nothing
    seen = PageRequest(found, query, card).shown
    on = await on_product(state, name, query, seen.run if seen else None, typed)
    if on and on.filled and typed is None:
        query = {**on.filled.values, **query}
    request = PageRequest(whole, query, card, typed, error, kept)
    try:
        form = drawn.form(request)
        own = drawn.own(request, form)
        worked = drawn.worked(own)
    except LabBroken as broken:
        form, own, worked, error = LabPage(name).form(request), None, [], error or broken
    return LabContext(
        concept=concept,
        title=drawn.instrument.TITLE,
        lab=name,
        beside=[(other, lab_pages()[other].instrument.TITLE) for other in (concept.labs if concept else ()) if other != name],
        lede=drawn.about(),
        abilities=card.abilities,
        model_name=card.name,
        runs=[one.run.id for one in found],
        found=found,
        shown=seen,
        sheet=replace(seen.sheet, own=own) if seen else None,
        form=form,
        own=own,
        error=error,
        working=any(one.run.status in ("queued", "running") for one in found),
        plan=_planned(name, form),
        worked=worked,
        keep_product=await current_product(state) if worked else None,
        worked_view=str(asked.query_params),
        on=on,
        depth=await depth(state, concept) if concept else None,
        after=after,
        acts=await run_acts(state, asked, seen.sheet) if seen else None,
        earlier=await listed(state, name, [one.run.id for one in found]),
    )


async def shown(state: AppState, name: str, ids: Sequence[str]) -> list[RunView]:
    """The runs of this learner and this lab among these, each once; a strange id in an old link is left out."""
    async with state.store.read() as session:
        rows = [await queries.run(session, run_id) for run_id in list(dict.fromkeys(ids))[-MOST_RUNS:]]
    found = []
    for row in rows:
        if row is not None and row.instrument == name and row.learner_id == state.learner:
            run, steps = await load(state, row.id)
            found.append(RunView(run, steps, sheet(run, steps)))
    return found


def _planned(name: str, form: DrawnForm) -> str:
    """The same of the form as it is drawn. One that cannot be run says no number: it would be another form's."""
    further = {"parts": form.part} if isinstance(form, ViewsForm) else {}
    try:
        return plan(name, lab_pages()[name].params(posted(form.fields, **further), []))
    except LabError:
        return CANNOT


def plan(name: str, params: dict[str, Any]) -> str:
    """What the button says. Raises BadInput for parameters that cannot be run."""
    return run_says(name, check_params(name, params))


UNASKED = {"model": "", "tokens": "with the model’s own tokens; it is not asked anything", "nothing": "on this machine; no model is asked"}
"""What stands beside the button in place of the lab's own words."""


def plan_hint(name: str, params: dict[str, Any]) -> str:
    """What stands beside the button of this form where no model would be asked; "" where one would, or where the lab always says so."""
    return "" if hasattr(instrument(name), "subject") else UNASKED[asks(instrument(name), check_params(name, params))]


def run_says(name: str, params: Any) -> str:
    calls, lasts = instrument(name).calls(params), roughly(about_seconds(instrument(name), params))
    if (used := asks(instrument(name), params)) != "model" and not hasattr(instrument(name), "subject"):
        return f"Work it out, about {lasts}" if used == "nothing" else f"Run {calls} {'step' if calls == 1 else 'steps'}, about {lasts}"
    unit = getattr(instrument(name), "STEP", "call")
    return f"Run {calls} {unit if calls == 1 else unit + 's'}, about {lasts}"

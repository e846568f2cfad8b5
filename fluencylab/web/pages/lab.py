"""A lab's page: its parameters as a form, and a run under it."""

from typing import Any

from fluencylab.curriculum.schema import Concept
from fluencylab.instruments import instrument
from fluencylab.models import catalogue
from fluencylab.store import queries
from fluencylab.web.lab import Lab
from fluencylab.web.pages.sheet import load, sheet


async def lab_page(lab: Lab, concept: Concept, run_id: str) -> dict[str, Any]:
    """Context of `labs/*.html`: the run asked for, or none; `params` are its parameters or the defaults."""
    context: dict[str, Any] = {
        "concept": concept,
        "instrument": concept.lab,
        "abilities": catalogue.current().card().abilities,
        "run": None,
        "params": instrument(concept.lab).Params.model_validate({}),
    }
    async with lab.store.read() as session:
        found = await queries.run(session, run_id) if run_id else None
    if found is not None and found.instrument == concept.lab:
        run, steps = await load(lab, found.id)
        context |= sheet(run, steps)
    return context

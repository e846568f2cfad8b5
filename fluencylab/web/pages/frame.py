"""Context of base.html: navigation and model status."""

from typing import Any

from fluencylab import __version__, clock
from fluencylab.actions.progress import Fluency, fluency
from fluencylab.curriculum.loader import track
from fluencylab.curriculum.schema import Concept
from fluencylab.models import catalogue
from fluencylab.models.engine import EngineState
from fluencylab.packs.full_track import full_track
from fluencylab.packs.installed import installed
from fluencylab.progress.dots import dots
from fluencylab.web.app_state import AppState

YOU = {
    "Today": "/",
    "Self-test": "/self-test",
    "Fluency map": "/map",
    "Review": "/review",
    "Debug": "/debug",
    "Report": "/report",
}
FOOTER = [
    {"title": "Model", "href": "/model"},
    {"title": "Packs", "href": "/packs"},
    {"title": "Your data", "href": "/data"},
    {"title": "Style guide", "href": "/style"},
]


async def frame(state: AppState, title: str, current: str = "") -> dict[str, Any]:
    """The context of `base.html`. `current`: the slug of the concept the page belongs to, or the address under *You*."""
    async with state.store.read() as session:
        stands = await fluency(session, state.learner, clock.now())
    concepts = [_item(concept, stands, current) for concept in track().concepts]
    packs = [
        {"title": one.title, "concepts": [_item(concept, stands, current) for concept in one.pack.concepts]}
        for one in installed()
        if one.offered and one.pack
    ]
    you = [{"title": name, "href": href, "current": href == current} for name, href in YOU.items()]
    return {
        "page_title": title,
        "spent_on": current if full_track().concept(current) else "",
        "nav": {"concepts": concepts, "packs": packs, "you": you},
        "model": strip(state),
        "version": __version__,
        "footer": FOOTER,
    }


def _item(concept: Concept, stands: Fluency, current: str) -> dict[str, Any]:
    """A concept in the rail. Further exercises of a pack have no number: they belong to a concept that has one."""
    return {
        "number": "" if concept.adds_to else concept.number,
        "title": concept.short,
        "href": concept.href if concept.open else None,
        "current": concept.slug == current,
        "dots": dots((cell.capability, cell.state) for cell in stands.of(concept.slug)),
    }


def strip(state: AppState) -> dict[str, Any]:
    """The model's state as one line."""
    model = state.standby.state()
    return {
        "state": _shown(model),
        "sentence": _sentence(model, state.standby.name),
        "fix": model.fix,
        "done": model.done,
        "total": model.total,
        "local": catalogue.current().local,
        "name": state.standby.name,
        "act": {"label": "Try again", "action": "/model/retry"} if model.phase == "broken" else None,
    }


def _shown(state: EngineState) -> str:
    return {"missing": "fetching", "idle": "starting"}.get(state.phase, state.phase)


def _sentence(state: EngineState, name: str) -> str:
    match state.phase:
        case "missing" | "fetching":
            return f"Fetching the model, {name}, once. You can read on meanwhile."
        case "idle" | "starting":
            return f"Starting {name} on this machine."
        case "broken":
            return state.message
        case _:
            return f"{name} runs on this machine." if state.address else f"{name} answers over the network."

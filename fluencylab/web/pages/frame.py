"""Context of base.html: navigation and model status."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from fluencylab import __version__, clock
from fluencylab.actions.progress import Fluency, fluency
from fluencylab.curriculum.loader import track
from fluencylab.curriculum.schema import Concept
from fluencylab.models import catalogue, whereabouts
from fluencylab.models.engine import EngineState
from fluencylab.packs.full_track import full_track
from fluencylab.packs.installed import installed
from fluencylab.practice import kinds
from fluencylab.progress.dots import SAYS, Dot, dots
from fluencylab.progress.mastery import State
from fluencylab.progress.telling import Rights
from fluencylab.progress.today import choose
from fluencylab.settings import settings
from fluencylab.web.app_state import AppState
from fluencylab.web.pages.installed_labs import without_a_concept
from fluencylab.web.pages.next_step import Next, as_next, choice

YOU = {
    "Today": "/",
    "Practice": "/practice",
    "Self-test": "/self-test",
    "Fluency map": "/map",
    "Review": "/review",
    "Debug": "/debug",
    "Kept runs": "/kept",
    "Report": "/report",
}


PRODUCT = "/product"


class Link(NamedTuple):
    title: str
    href: str


FOOTER = (Link("Model", "/model"), Link("Packs", "/packs"), Link("Your data", "/data"))
STYLE_GUIDE = Link("Style guide", "/style")
"""For those who work on the lab: `FLUENCY_DEVELOPER`."""


class RailItem(NamedTuple):
    """A line of the rail. Without `href` it is not open yet: text, no dead link."""

    title: str
    href: str | None
    current: bool = False
    number: int | None = None
    dots: Sequence[Dot] = ()
    due: int = 0
    """So many wait there."""


class RailPack(NamedTuple):
    """What a pack adds to the rail. Further exercises of a concept have no number: they belong to one that has."""

    title: str
    concepts: Sequence[RailItem]


@dataclass(frozen=True)
class Nav:
    """The rail. `away`: why there are no concepts in it; `next`: the one next step."""

    concepts: Sequence[RailItem]
    packs: Sequence[RailPack]
    labs: Sequence[RailItem]
    """Those that no concept leads to"""
    you: Sequence[RailItem]
    product: RailItem | None = None
    away: str = ""
    next: Next | None = None
    states: Mapping[State, str] = field(default_factory=lambda: SAYS)
    """What a dot's shape says."""


class Retry(NamedTuple):
    """What can be done about a model that is broken: a button, and where it posts to."""

    label: str
    action: str


@dataclass(frozen=True)
class ModelStrip:
    """The model's state as one line: "fetching" (`done` and `total` in bytes), "starting", "ready" or "broken"."""

    state: str
    sentence: str = ""
    fix: str = ""
    done: int = 0
    total: int = 0
    local: bool = True
    name: str = ""
    act: Retry | None = None


@dataclass(frozen=True)
class Frame:
    """What stands around every page. `spent_on`: the concept to which the time here is counted."""

    page_title: str
    nav: Nav | None
    model: ModelStrip
    spent_on: str = ""
    version: str = __version__
    footer: Sequence[Link] = FOOTER


def bare(title: str) -> Frame:
    """Where there is no lab yet: no rail, and nothing is known of the model."""
    return Frame(title, None, ModelStrip("ready"), version="", footer=())


async def frame(state: AppState, title: str, current: str = "", spent_on: str = "") -> Frame:
    """`current`: the slug of the page's concept, or an address: of a lab without one, or under *You*."""
    now = clock.now()
    async with state.store.read() as session:
        stands = await fluency(session, state.learner, now)
        chosen = await choice(session, state.learner, full_track(), now)
    concepts = [_item(concept, stands, current) for concept in track().concepts]
    packs = [
        RailPack(one.title, [_item(concept, stands, current) for concept in one.pack.concepts])
        for one in installed()
        if one.offered and one.pack
    ]
    labs = [RailItem(lab.title, lab.href, lab.href == current) for lab in without_a_concept()]
    waiting = {kinds.REVIEW.base: chosen.due}
    you = [RailItem(name, href, href == current, due=waiting.get(href, 0)) for name, href in YOU.items()]
    counted = spent_on or (current if full_track().concept(current) else "")
    product = RailItem("Your product", PRODUCT, current == PRODUCT)
    nav = Nav(concepts, packs, labs, you, product, next=as_next(choose(chosen)))
    return Frame(title, nav, strip(state), counted, footer=(*FOOTER, *([STYLE_GUIDE] if settings().developer else [])))


def _item(concept: Concept, stands: Fluency, current: str) -> RailItem:
    return RailItem(
        concept.short,
        concept.href if concept.open else None,
        concept.slug == current,
        None if concept.adds_to else concept.number,
        dots((cell.capability, cell.state, Rights(cell.right, cell.n)) for cell in stands.of(concept.slug)),
    )


def strip(state: AppState) -> ModelStrip:
    model, name = state.standby.state(), state.standby.name
    return ModelStrip(
        state=_shown(model),
        sentence=_sentence(model, name),
        fix=model.fix,
        done=model.done,
        total=model.total,
        local=catalogue.current().local,
        name=name,
        act=Retry("Try again", "/model/retry") if model.phase == "broken" else None,
    )


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
            return whereabouts.answers_at(catalogue.current())

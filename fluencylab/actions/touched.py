"""What of the lab a model touches: labs that show less on it, missions whose settings it does not heed, exercises hidden on it."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from fluencylab import labs
from fluencylab.actions.kinds import acts
from fluencylab.actions.kinds.mission import standing
from fluencylab.curriculum.schema import Mission
from fluencylab.instruments import instrument, instruments
from fluencylab.instruments.base import Instrument, limits, out_of_force, refusal
from fluencylab.models.types import ModelInfo
from fluencylab.packs.full_track import full_track
from fluencylab.practice.kinds import KINDS, MISSION, Exercise


class Link(NamedTuple):
    title: str
    href: str


class TouchedLab(NamedTuple):
    """A lab, and what of it this model cannot show."""

    link: Link
    says: list[str]


class Group(NamedTuple):
    """Exercises of which the same is to be said. `says`: a whole sentence; `short`: how many there are, in words."""

    short: str
    says: str
    links: list[Link]


class Touched(NamedTuple):
    """`whole`: labs that show all they can. `apart`: those that measure something else than the model in use.

    Missions: `refused` cannot be run on it, `bent` run with settings that it does not heed.
    """

    less: list[TouchedLab]
    whole: list[Link]
    apart: list[Link]
    refused: list[Group]
    bent: list[Group]
    hidden: list[Group]
    proved: str
    """How many missions were tried on it, as a sentence"""
    whole_house: bool
    """Every lab shows all it can, and nothing is hidden or bent"""


def touched(card: ModelInfo) -> Touched:
    """For a model that writes. It asks every lab and every exercise, and no model."""
    less: list[TouchedLab] = []
    whole: list[Link] = []
    apart: list[Link] = []
    for link, lab in _labs():
        if hasattr(lab, "subject"):
            apart.append(link)
        elif says := limits(lab, card):
            less.append(TouchedLab(link, says))
        else:
            whole.append(link)
    every = list(MISSION.every())
    missions = [one for one in every if not hasattr(instrument(one.of.run.instrument), "subject")]
    mine = acts(MISSION)
    hidden = {one.slug for one in missions if mine.why_hidden(one.of, card)}
    shown = [one for one in missions if one.slug not in hidden]
    found = Touched(
        less=less,
        whole=whole,
        apart=apart,
        refused=_missions(shown, lambda lab, params: [why] if (why := refusal(lab, card, params)) else []),
        bent=_missions(shown, lambda lab, params: [] if refusal(lab, card, params) else out_of_force(lab, card, params)),
        hidden=list(_hidden(card)),
        proved=_proved(sum(bool(standing(one.of, card.sha256).trials) for one in missions), len(missions), len(every), len(hidden)),
        whole_house=False,
    )
    return found._replace(whole_house=not (found.less or found.refused or found.bent or found.hidden))


def _proved(tried: int, missions: int, every: int, hidden: int) -> str:
    """`missions`: those that ask this model; of `every` one, the others measure models of their own."""
    of = f"{missions} of the {every} missions run on the model you choose"
    if tried == missions:
        return f"{of}: all of these were tried on this one{'' if hidden else ', and none is hidden'}."
    how_many = (
        f"only {tried} of these {'was' if tried == 1 else 'were'} tried on this one; the others"
        if tried
        else "none of these was tried on this one: they"
    )
    return f"{of}: {how_many} are shown, and say so."


def _labs() -> Iterator[tuple[Link, Any]]:
    """Those that a concept leads to, and those of other wheels, as the pages call them."""
    for name, lab in instruments().items():
        concept = next((one for one in full_track().concepts if name in one.labs), None)
        if concept or name in labs.found().labs:
            yield Link(concept.short if concept and len(concept.labs) == 1 else lab.TITLE, f"/labs/{name}"), lab


def _missions(missions: list[Exercise[Mission]], told: Callable[[Instrument, Any], list[str]]) -> list[Group]:
    """Those of which something is told, by what it is."""
    groups: dict[str, list[Link]] = {}
    for one in missions:
        lab = instrument(one.of.run.instrument)
        for says in told(lab, lab.Params.model_validate(one.of.run.params)):
            groups.setdefault(f"{says[0].upper()}{says[1:].rstrip('.')}.", []).append(Link(one.title, one.href))
    return [Group(_many(len(links), "mission"), says, links) for says, links in groups.items()]


def _hidden(card: ModelInfo) -> Iterator[Group]:
    """Exercises that are not offered on this model, by their kind and the reason."""
    for kind in KINDS.values():
        groups: dict[str, list[Link]] = {}
        mine = acts(kind)
        for one in kind.every():
            if why := mine.why_hidden(one.of, card):
                groups.setdefault(why, []).append(Link(one.title, one.href))
        for why, links in groups.items():
            yield Group(_many(len(links), kind.title.lower(), kind.plural.lower()), why, links)


def _many(n: int, one: str, more: str = "") -> str:
    return f"{n} {one}" if n == 1 else f"{n} {more or one + 's'}"

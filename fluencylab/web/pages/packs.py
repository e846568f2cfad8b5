"""The page of packs: what each adds, how it proved itself here, what was shown in it, and its switch."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from fluencylab.actions.kinds.mission import standing
from fluencylab.actions.packs import shown
from fluencylab.curriculum.proofs import ByAuthor
from fluencylab.curriculum.schema import Concept
from fluencylab.models import catalogue
from fluencylab.packs.installed import Installed, installed, trouble
from fluencylab.packs.pack import Pack
from fluencylab.web.app_state import AppState

KINDS = {"folder": "added from a folder", "link": "read where it lies", "wheel": "with a Python package"}


class PackView(NamedTuple):
    """One pack, in words. `kept`: how much was shown in it."""

    name: str
    title: str
    about: list[str]
    says: str
    adds: str
    proved: str
    concepts: Sequence[Concept]
    on: bool
    hidden: bool
    problem: str
    fix: str
    usable: bool
    kept: str


class GonePack(NamedTuple):
    name: str
    kept: str


@dataclass(frozen=True)
class PacksPage:
    """Context of `packs.html`. `trouble`: why the list of packs cannot be read."""

    packs: list[PackView]
    gone: list[GonePack]
    trouble: str


async def packs_page(state: AppState) -> PacksPage:
    async with state.store.read() as session:
        answers = await shown(session, state.learner)
    there = installed()
    gone = [GonePack(name, _kept(n)) for name, n in answers.items() if name not in {one.name for one in there}]
    return PacksPage([_told(one, answers.get(one.name, 0)) for one in there], gone, trouble())


def _told(one: Installed, answers: int) -> PackView:
    cover = one.pack.cover if one.pack else None
    about = [one.name, f"version {cover.version}", f"by {cover.author}", cover.licence] if cover else [one.name]
    return PackView(
        name=one.name,
        title=one.title,
        about=[*about, one.origin if one.kind != "folder" else KINDS["folder"]],
        says=cover.says if cover else "",
        adds=one.pack.adds if one.pack else "",
        proved=proved(one.pack) if one.pack else "",
        concepts=one.pack.concepts if one.pack and one.on else (),
        on=one.on,
        hidden=bool(one.problem),
        problem=one.problem,
        fix=one.fix,
        usable=one.usable,
        kept=_kept(answers) if answers else "",
    )


def proved(pack: Pack) -> str:
    """How its missions did on the model in use, as a sentence; empty where it has none."""
    sha256 = catalogue.current().sha256
    found = [standing(mission, sha256) for mission in pack.missions]
    said = [
        (sum(one.shown and not isinstance(one, ByAuthor) for one in found), "proved on your model"),
        (sum(one.shown and isinstance(one, ByAuthor) for one in found), "proved on it by its author"),
        (sum(one.trials > 0 and not one.shown for one in found), "hidden, for it does not hold on your model"),
        (sum(one.trials == 0 for one in found), "not yet tried on your model"),
    ]
    return f"Its missions: {', '.join(f'{n} {words}' for n, words in said if n)}." if found else ""


def _n(n: int, what: str) -> str:
    return f"{n} {what}" if n == 1 else f"{n} {what}s"


def _kept(n: int) -> str:
    return f"{_n(n, 'answer')} of yours {'is' if n == 1 else 'are'} kept"

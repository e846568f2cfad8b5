"""What a learner meets: the ten concepts, and behind them those of the packs that are on."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from fluencylab.curriculum.loader import track
from fluencylab.curriculum.proofs import Page
from fluencylab.curriculum.schema import Track, pack_of
from fluencylab.errors import NotFound
from fluencylab.packs import installed
from fluencylab.packs.pack import Cover


def full_track() -> Track:
    """Of one state of the packs it is the same object: what is made from it can be kept by `installed.state()`."""
    return _full_track(installed.state())


@lru_cache(maxsize=2)
def _full_track(state: tuple[Any, ...]) -> Track:
    more = [concept for one in installed.installed() if one.offered and one.pack for concept in one.pack.concepts]
    return Track(concepts=(*track().concepts, *more))


def cover_of(slug: str) -> Cover | None:
    """Of the pack that a concept or an exercise belongs to; None for ours, and where the pack cannot be read."""
    found = installed.find(pack_of(slug)) if pack_of(slug) else None
    return found.pack.cover if found and found.pack else None


def title_of(slug: str) -> str:
    """The title of the pack a concept or an exercise belongs to; empty for ours."""
    pack = pack_of(slug)
    found = installed.find(pack) if pack else None
    return found.title if found else pack


def told(name: str) -> str:
    """A pack in one line: its title, version and author, where that is known."""
    found = installed.find(name)
    return f"{found.title} {found.pack.cover.version}, by {found.pack.cover.author}" if found and found.pack else name


def missing(slug: str) -> NotFound:
    """What to say of a pack's concept or exercise that is not offered."""
    name = pack_of(slug)
    found = installed.find(name)
    if found and not found.on:
        return NotFound(f"The pack “{found.title}” is switched off.", "What you did in it is kept. Switch it on again under Packs.")
    if found and found.problem:
        return NotFound(f"The pack {name} is hidden: {found.problem}", found.fix)
    if found:
        return NotFound(f"The pack “{found.title}” has no such part.", "Choose from the list.")
    return NotFound("This belongs to a pack that is not here.", "What you did in it is kept, and counts again once the pack is back.")


def pages(slug: str, sha256: str) -> Sequence[Page]:
    """What the author of a pack's exercise proved on these weights; nothing for ours."""
    found = installed.find(pack_of(slug)) if pack_of(slug) else None
    page = found.pack.proofs.get(sha256) if found and found.pack else None
    return [page] if page else []

"""Which packs there are: folders that were added (`packs.json` in the data folder) and wheels that bring one. On, off, or hidden and why.

    a folder   copied into `packs/` of the data folder: what is changed afterwards where it came from changes nothing here
    a link     a folder that is read where it lies, for who writes it
    a wheel    an entry point of the group `fluencylab.content`; its value names the package that holds the folder. No code of it is run

A pack that cannot be read takes nothing with it: it is hidden, with the reason, and everything else works.
"""

import importlib.util
import json
import logging
import os
import shutil
import uuid
from collections.abc import Callable
from functools import cache, lru_cache
from importlib.metadata import entry_points
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

from filelock import FileLock
from pydantic import BaseModel, ConfigDict, StringConstraints, TypeAdapter, ValidationError

from fluencylab.errors import BadInput, ContentError, LabError, NotFound
from fluencylab.packs import judge
from fluencylab.packs.files import Files, gather, shown, stamp
from fluencylab.packs.pack import Name, Pack, checked_name, read
from fluencylab.settings import settings

log = logging.getLogger(__name__)
GROUP = "fluencylab.content"
Kind = Literal["folder", "link", "wheel"]


class Installed(NamedTuple):
    """One pack. `pack` is None where it is hidden; then `problem` and `fix` say why. `origin`: where it came from, in words."""

    name: str
    kind: Kind
    origin: str
    on: bool
    pack: Pack | None
    problem: str = ""
    fix: str = ""

    @property
    def offered(self) -> bool:
        """Does a learner meet it?"""
        return self.on and self.pack is not None

    @property
    def usable(self) -> bool:
        """Could a pack have this name? A wheel may name its entry point anything."""
        return self.name == checked_name(self.name)

    @property
    def title(self) -> str:
        return self.pack.cover.title if self.pack else self.name


class _Kept(BaseModel):
    """Of one pack. A wheel has neither folder nor link."""

    model_config = ConfigDict(extra="forbid")

    on: bool = True
    folder: Annotated[str, StringConstraints(pattern=r"^([a-z0-9-]+\.[0-9a-f]{12})?$")] = ""
    link: str = ""


_Packs = TypeAdapter(dict[Name, _Kept])


class _Wheel(NamedTuple):
    name: str
    package: str
    """What holds the folder."""
    origin: str


# What there is


def installed() -> tuple[Installed, ...]:
    """Every pack: those that were added in the order of their names, then wheels."""
    return _installed(state())


def find(name: str) -> Installed | None:
    return next((one for one in installed() if one.name == name), None)


def state() -> tuple[Any, ...]:
    """What changes when the packs do, whichever process changed them. Cheap: a page asks for it some hundred times."""
    file = _name(settings().data)
    try:
        seen = os.stat(file)
        mark = (seen.st_mtime_ns, seen.st_size, seen.st_ino)
    except OSError:
        mark = None
    return (file, mark, _wheels(), *(stamp(Path(link)) for link in _links(file, mark)))


@lru_cache(maxsize=4)
def _name(data: Path) -> str:
    return str(data / "packs.json")


@lru_cache(maxsize=4)
def _links(file: str, mark: Any) -> tuple[str, ...]:
    kept, _ = _read()
    return tuple(one.link for one in kept.values() if one.link and one.on)


@lru_cache(maxsize=2)
def _installed(state: tuple[Any, ...]) -> tuple[Installed, ...]:
    kept, _ = _read()
    added = [_added(name, one) for name, one in sorted(kept.items()) if one.folder or one.link]
    found = {one.name: one for one in added}
    for wheel in _wheels():
        one = _of_wheel(wheel, kept.get(wheel.name, _Kept()).on)
        if other := found.get(wheel.name):
            added.append(one._replace(pack=None, problem=_taken(one, other), fix="Remove one of the two."))
        else:
            added.append(one)
            found[wheel.name] = one
    return tuple(added)


def _taken(one: Installed, other: Installed) -> str:
    mine, theirs = (f"“{each.title}” ({each.origin})" for each in (one, other))
    return f"Two packs are named {one.name}: {theirs} and {mine}."


def trouble() -> str:
    """What is wrong with `packs.json` itself; empty where nothing is. Until it is mended, no added pack is shown."""
    return _read()[1]


def _added(name: str, kept: _Kept) -> Installed:
    place = Path(kept.link) if kept.link else _folder() / kept.folder
    origin = f"the folder {place}" if kept.link else "added from a folder"
    one = Installed(name, "link" if kept.link else "folder", origin, kept.on, None)
    return _filled(one, lambda: gather(place))


def _of_wheel(wheel: _Wheel, on: bool) -> Installed:
    return _filled(Installed(wheel.name, "wheel", wheel.origin, on, None), lambda: gather(_inside(wheel.package)))


def _filled(one: Installed, files: Callable[[], Files]) -> Installed:
    try:
        pack = judged(files())
        if pack.name != one.name:
            raise ContentError(f"It is installed as {one.name}, and its pack.toml says {pack.name}.", "Give both the same name.")
        return one._replace(pack=pack)
    except LabError as error:
        return one._replace(problem=error.message, fix=error.fix)
    except Exception as error:
        log.warning("the pack %s cannot be read", one.name, exc_info=error)
        return one._replace(
            problem=f"It cannot be read ({type(error).__name__}).", fix="`fluency check` says more; its author should know."
        )


@lru_cache(maxsize=64)
def judged(files: Files) -> Pack:
    """The pack, whole and fit for this lab. Raises ContentError with the first thing that is wrong."""
    pack = read(files)
    for problem in judge.problems(pack):
        raise ContentError(problem, "Mend it and try again.")
    return pack


# Wheels


@cache
def _wheels() -> tuple[_Wheel, ...]:
    """Those there were when this process began. Two of one name are both kept: the second is hidden, and says so."""
    found = []
    for point in entry_points(group=GROUP):
        by = f"the Python package {point.dist.name} {point.dist.version}" if point.dist else "a Python package"
        found.append(_Wheel(shown(point.name), point.value, by))
    return tuple(sorted(set(found)))


def _inside(package: str) -> Path:
    """The folder of a package that nobody imports: content is read, and never run."""
    first, *deeper = package.split(".")
    try:
        spec = importlib.util.find_spec(first) if all(part.isidentifier() for part in (first, *deeper)) else None
    except (ImportError, ValueError):
        spec = None
    places = list(spec.submodule_search_locations or ()) if spec else []
    if not places:
        raise ContentError(f"Its wheel names the package {shown(package)}, and there is none with a folder.", "Install it again.")
    return Path(places[0], *deeper)


# Changing it


def add(folder: Path, link: bool = False) -> Installed:
    """Read, judge, copy, and only then take it up; or read it where it lies. Added once more, it takes the place of what it was."""
    folder = folder.expanduser().absolute()
    files = gather(folder)
    try:
        pack = judged(files)
    except ContentError as error:
        raise BadInput(f"This pack cannot be added. {error.message}", error.fix) from None
    _free(pack)

    def edit(packs: dict[str, _Kept]) -> dict[str, _Kept]:
        place = {"link": str(folder), "folder": ""} if link else {"link": "", "folder": _copy(files, pack)}
        return packs | {pack.name: packs.get(pack.name, _Kept()).model_copy(update=place)}

    _change(edit)
    found = find(pack.name)
    assert found is not None
    return found


def _free(pack: Pack) -> None:
    """Is the name free, or this pack's own?"""
    other = find(pack.name)
    if other is None:
        return
    whose = other.pack.cover.author if other.pack else pack.cover.author
    if other.kind == "wheel" or whose != pack.cover.author:
        theirs = f"“{other.title}”, {other.origin}" + (f", by {other.pack.cover.author}" if other.pack else "")
        said = f"There is already a pack named {pack.name}: {theirs}. This one is “{pack.cover.title}” by {pack.cover.author}."
        raise BadInput(said, f"Remove that one (`fluency packs remove {pack.name}`), or give yours another name in pack.toml.")


def _copy(files: Files, pack: Pack) -> str:
    """Under a name that holds its digest: what is there already is the same, and what is taken up is whole."""
    name = f"{pack.name}.{files.digest[:12]}"
    place = _folder() / name
    if not _holds(place, files):
        fresh = _folder() / f".{uuid.uuid4().hex}"
        try:
            files.write(fresh)
            shutil.rmtree(place, ignore_errors=True)
            fresh.replace(place)
        except OSError as error:
            shutil.rmtree(fresh, ignore_errors=True)
            raise BadInput(f"The pack cannot be copied to {_folder()}: {error.strerror}.", "Is the disk full?") from error
    return name


def _holds(place: Path, files: Files) -> bool:
    try:
        return gather(place) == files
    except ContentError:
        return False


def switch(name: str, on: bool) -> Installed:
    """What was shown in it is kept either way; it counts while the pack is on."""
    one = _known(name)
    if not one.usable:
        raise BadInput(f"The pack {name} has a name that no pack can have, so it is never shown.", "Its author should know.")
    _change(lambda packs: packs | {name: packs.get(name, _Kept()).model_copy(update={"on": on})})
    return one._replace(on=on)


def remove(name: str) -> Installed:
    """Forget it, and delete the copy. A folder that was linked stays where it is."""
    one = _known(name)
    if one.kind == "wheel":
        fix = f"Uninstall that package, or hide the pack with `fluency packs off {name}`."
        raise BadInput(f"The pack {name} came with {one.origin}, and goes with it.", fix)
    _change(lambda packs: {other: kept for other, kept in packs.items() if other != name})
    return one


def _known(name: str) -> Installed:
    one = find(name)
    if one is None:
        there = ", ".join(other.name for other in installed()) or "none"
        raise NotFound(f"There is no pack named {shown(name)}.", f"There is: {there}. `fluency packs add FOLDER` adds one.")
    return one


def _file() -> Path:
    return settings().data / "packs.json"


def _folder() -> Path:
    return settings().data / "packs"


def _read() -> tuple[dict[str, _Kept], str]:
    try:
        return _Packs.validate_json(_file().read_bytes()), ""
    except FileNotFoundError:
        return {}, ""
    except (OSError, ValidationError):
        return {}, f"The list of your packs, {_file()}, cannot be read. Correct it or delete it."


def _change(edit: Callable[[dict[str, _Kept]], dict[str, _Kept]]) -> None:
    """Read, edit, write: whole or not at all, and one process at a time. Copies that nothing names any more are swept away."""
    file = _file()
    file.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(file.with_suffix(".lock")):
        packs, wrong = _read()
        if wrong:
            raise LabError(f"The list of your packs, {file}, cannot be read.", "Correct it or delete it.")
        packs = edit(packs)
        fresh = file.with_suffix(".new")
        fresh.write_text(
            json.dumps({name: kept.model_dump(exclude_defaults=True) for name, kept in packs.items()}, indent=1), encoding="utf-8"
        )
        fresh.replace(file)
        _sweep({kept.folder for kept in packs.values()})


def _sweep(wanted: set[str]) -> None:
    if _folder().is_dir():
        for entry in os.scandir(_folder()):
            if entry.name not in wanted:
                shutil.rmtree(entry.path, ignore_errors=True)

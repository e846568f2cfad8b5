"""Labs of strangers for tests: tiny packages with real metadata, installed into a folder of the test's own.

    def test_it_is_hidden(guests: Guests) -> None:
        guests.add("order", {"instrument.py": INSTRUMENT})

Python looks for packages, and the lab for labs, in that folder too; afterwards both have forgotten it.
"""

import importlib
import shutil
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from fluencylab import charts, instruments, labs
from fluencylab.labs import guard
from fluencylab.packs import full_track, installed
from fluencylab.web import lab_pages, post_limits, render, static_files

INSTRUMENT = '''
"""Echo: say again what was said, and count its letters."""

from collections.abc import AsyncGenerator, Iterable

from pydantic import BaseModel, Field

from fluencylab.instruments.base import Result, Step
from fluencylab.models.types import Model
from fluencylab.stats import exactly

TITLE = "The echo of a text"


class Params(BaseModel):
    text: str = Field("Hello", max_length=400, title="Your text", description="What is said again")
    times: int = Field(3, ge=1, le=1_000_000_000)


def calls(params: Params) -> int:
    return params.times


def fact_names(params: Params) -> list[str]:
    return ["letters"]


async def run(model: Model, params: Params) -> AsyncGenerator[Step]:
    for i in range(params.times):
        yield Step(kind="echo", data={"i": i, "text": params.text})


def conclude(steps: Iterable[Step]) -> Result:
    seen = list(steps)
    letters = sum(len(step.data["text"]) for step in seen)
    return Result(measures={"letters": exactly(letters)} if seen else {}, says=f"{letters} letters came back.")
'''
"""An instrument that asks no model."""
CHART = """
from fluencylab.charts.base import Answer, Chart, Group, Table


def charts(result):
    return [Chart(sentence="One bar.", spec={"mark": "bar"}, table=Table(caption="Letters", head=["n"], rows=[["1"]]))]


def groups(params, steps):
    return [Group(title="Echoes", subtitle="as they came", answers=[Answer(call=str(i), text=s.data["text"]) for i, s in enumerate(steps)])]
"""


class Guests:
    """`add` installs a wheel; `without` uninstalls it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def add(self, name: str, files: Mapping[str, str], *, interface: str = "1", value: str = "", wheel: str = "") -> str:
        """A package that holds these files, and `INTERFACE = <interface>`; gives its name. `value`: of the entry point, if another."""
        package = f"guest_{name}" if name.isidentifier() else "guest_odd"
        for file, text in {"__init__.py": f"INTERFACE = {interface}\n" if interface else "", **files}.items():
            place = self.folder / package / file
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, encoding="utf-8")
        self.metadata(wheel or f"guest-{package}", f"[fluencylab.labs]\n{name} = {value or package}\n")
        return package

    def metadata(self, wheel: str, entry_points: str, version: str = "0.1") -> None:
        info = self.folder / f"{wheel.replace('-', '_')}-{version}.dist-info"
        info.mkdir(parents=True, exist_ok=True)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {wheel}\nVersion: {version}\n", encoding="utf-8")
        (info / "entry_points.txt").write_text(entry_points, encoding="utf-8")
        forget()

    def without(self) -> None:
        for place in list(self.folder.iterdir()):
            shutil.rmtree(place) if place.is_dir() else place.unlink()
        _unload()
        forget()


def forget() -> None:
    """Whatever a process keeps of the labs it found."""
    importlib.invalidate_caches()
    caches = (labs.found, guard.guard_of, instruments.instruments, instruments.instrument, charts.drawing_of)
    pages = (lab_pages.lab_pages, post_limits._form)
    packs = (installed._wheels, installed._installed, installed.judged, full_track._full_track)
    for kept in (*caches, *pages, *packs, render.environment, render.without_guests, static_files.lab_static, static_files.static_files):
        kept.cache_clear()


def _unload() -> None:
    for name in [name for name in sys.modules if name.partition(".")[0].startswith("guest_") and name != __name__]:
        del sys.modules[name]


@pytest.fixture
def guests(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Guests]:
    folder = tmp_path / "installed"
    folder.mkdir()
    monkeypatch.syspath_prepend(folder)
    forget()
    yield Guests(folder)
    monkeypatch.undo()
    _unload()
    forget()

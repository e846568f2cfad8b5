"""A pack in a folder: the template as `fluency packs new` makes it, to be changed by a test.

def test_it_is_refused(folder: PackFolder) -> None:
    folder.change(MISSION, "minutes = 4", "minutes = 99")
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fluencylab.packs import installed
from fluencylab.packs.files import gather
from fluencylab.packs.new import make
from fluencylab.packs.pack import Pack

NAME = "harbour-line"
CONCEPT = "concepts/many-answers"
MISSION = f"{CONCEPT}/missions/a-slogan-for-the-bakery.toml"
CASE = f"{CONCEPT}/cases/the-slogan-on-the-van.toml"


class PackFolder:
    def __init__(self, path: Path) -> None:
        self.path = path

    def change(self, file: str, old: str, new: str) -> None:
        text = (self.path / file).read_text(encoding="utf-8")
        assert old in text, f"{file} does not say {old}"
        (self.path / file).write_text(text.replace(old, new, 1), encoding="utf-8")

    def write(self, file: str, content: str | bytes) -> None:
        place = self.path / file
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content.encode() if isinstance(content, str) else content)

    def read(self) -> Pack:
        """Read and judged, as it would be before it is added."""
        return installed.judged(gather(self.path))


@pytest.fixture
def folder(tmp_path: Path) -> PackFolder:
    return PackFolder(make(NAME, tmp_path))


Named = Callable[..., PackFolder]


@pytest.fixture
def another(tmp_path: Path) -> Named:
    """Another pack, under a name of its own; further fields of its cover by their names."""

    def made(name: str, **cover: Any) -> PackFolder:
        folder = PackFolder(make(name, tmp_path))
        for field, value in cover.items():
            lines = (folder.path / "pack.toml").read_text(encoding="utf-8").splitlines()
            lines = [f'{field} = "{value}"' if line.startswith(f"{field} = ") else line for line in lines]
            folder.write("pack.toml", "\n".join(lines))
        return folder

    return made

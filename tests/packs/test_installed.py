"""Packs come, go, and are switched: from a folder, as a link, with a wheel. One that cannot be read takes nothing with it."""

import importlib
import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pack_fixture import CONCEPT, MISSION, NAME, Named, PackFolder

from fluencylab.errors import BadInput, LabError, NotFound
from fluencylab.packs import installed
from fluencylab.packs.files import Files
from fluencylab.packs.full_track import full_track
from fluencylab.packs.installed import Installed, add, find, remove, switch
from fluencylab.packs.pack import Pack, read
from fluencylab.settings import settings

TEN = 10


def concepts() -> list[str]:
    return [concept.slug for concept in full_track().concepts[TEN:]]


def the(name: str = NAME) -> Installed:
    found = find(name)
    assert found
    return found


def version() -> str:
    pack = the().pack
    assert pack
    return pack.cover.version


def test_a_pack_is_added_switched_off_and_on_and_removed(folder: PackFolder, home: Path) -> None:
    assert installed.installed() == () and concepts() == []
    one = add(folder.path)
    assert one.offered and one.title == "A pack of your own" and concepts() == [f"{NAME}.many-answers"]
    switch(NAME, False)
    assert not the().offered and the().pack and concepts() == []
    switch(NAME, True)
    assert concepts() == [f"{NAME}.many-answers"]
    remove(NAME)
    assert find(NAME) is None and concepts() == []
    assert list((settings().data / "packs").iterdir()) == []


def test_what_is_changed_in_the_folder_changes_nothing_until_it_is_added_again(folder: PackFolder, home: Path) -> None:
    add(folder.path)
    switch(NAME, False)
    folder.change("pack.toml", "0.1", "0.2")
    assert version() == "0.1"
    assert not add(folder.path).on, "it stays as it was switched"
    assert version() == "0.2"
    assert len(list((settings().data / "packs").iterdir())) == 1
    shutil.rmtree(folder.path)
    assert the().pack


def test_a_link_shows_what_is_written_at_once_and_hides_what_is_wrong(folder: PackFolder, home: Path) -> None:
    add(folder.path, link=True)
    folder.change("pack.toml", "A pack of your own", "Messages that fit")
    assert the().title == "Messages that fit" and the().kind == "link"
    folder.change(MISSION, "minutes = 4", "minutes = 400")
    assert not the().offered and "minutes" in the().problem and the().fix and concepts() == []
    folder.change(MISSION, "minutes = 400", "minutes = 4")
    assert concepts() == [f"{NAME}.many-answers"]
    remove(NAME)
    assert folder.path.is_dir(), "a folder of the author's stays"


def test_what_is_refused_leaves_what_was_there(folder: PackFolder, home: Path) -> None:
    add(folder.path)
    folder.change(MISSION, "minutes = 4", "minutes = 400")
    with pytest.raises(BadInput, match=r"This pack cannot be added\. concepts/many-answers/missions"):
        add(folder.path)
    assert the().offered and len(list((settings().data / "packs").iterdir())) == 1


def test_a_copy_edited_by_hand_is_hidden_with_the_reason_and_mended_by_adding_it_again(folder: PackFolder, home: Path) -> None:
    add(folder.path)
    (copy,) = (settings().data / "packs").iterdir()
    (copy / MISSION).write_text("slug = 7")
    switch(NAME, True)
    (settings().data / "packs.json").touch()
    assert not the().offered and "a-slogan-for-the-bakery.toml" in the().problem and concepts() == []
    assert len(full_track().concepts) == TEN
    assert add(folder.path).offered


def test_a_copy_that_is_gone_is_hidden(folder: PackFolder, home: Path) -> None:
    add(folder.path)
    shutil.rmtree(settings().data / "packs")
    switch(NAME, True)
    assert "There is no folder" in the().problem
    remove(NAME)


def test_a_pack_of_a_later_interface_is_hidden_with_the_reason(folder: PackFolder, home: Path) -> None:
    add(folder.path, link=True)
    folder.change("pack.toml", "interface = 1", "interface = 99\nwhat_is_new = true")
    assert the().problem.startswith("It was written for version 99 of the content's interface") and the().fix == "Update the lab."


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{",
        '{"Harbour": {}}',
        '{"a-pack": {"folder": "../../etc"}}',
        '{"a-pack": {"folder": "/etc"}}',
        '{"a-pack": {"on": "perhaps?"}}',
    ],
)
def test_a_damaged_list_of_packs_stops_nothing_but_packs(content: str, folder: PackFolder, home: Path) -> None:
    add(folder.path)
    (settings().data / "packs.json").write_text(content)
    assert "cannot be read" in installed.trouble() and len(full_track().concepts) == TEN
    with pytest.raises(LabError, match="cannot be read"):
        add(folder.path)
    (settings().data / "packs.json").unlink()
    assert installed.trouble() == "" and add(folder.path).offered


def test_a_pack_that_is_not_there_is_named(home: Path) -> None:
    with pytest.raises(NotFound, match="There is no pack named nobody"):
        switch("nobody", True)
    with pytest.raises(NotFound, match="There is no pack named nobody"):
        remove("nobody")


# Names


def test_two_packs_cannot_share_a_name_unless_they_have_one_author(folder: PackFolder, another: Named, home: Path, tmp_path: Path) -> None:
    add(folder.path)
    other = PackFolder(Path(shutil.copytree(folder.path, tmp_path / "other")))
    other.change("pack.toml", 'author = "Your name"', 'author = "Somebody else"')
    other.change("pack.toml", "A pack of your own", "Another pack")
    with pytest.raises(BadInput) as error:
        add(other.path)
    said = error.value.message
    assert "“A pack of your own”" in said and "“Another pack” by Somebody else" in said and f"packs remove {NAME}" in error.value.fix
    assert the().title == "A pack of your own"


def test_two_packs_may_share_every_slug_but_the_name(folder: PackFolder, another: Named, home: Path) -> None:
    add(folder.path)
    add(another("quay").path)
    assert concepts() == [f"{NAME}.many-answers", "quay.many-answers"]
    assert full_track().mission("quay.a-slogan-for-the-bakery") != full_track().mission(f"{NAME}.a-slogan-for-the-bakery")


# Wheels


class Wheels:
    """Installed wheels, as Python sees them: folders on the path with metadata beside them."""

    def __init__(self, site: Path) -> None:
        self.site = site

    def install(self, folder: PackFolder, name: str = NAME, package: str = "fluency_pack_harbour", at: str = "") -> Path:
        place = self.site / package / at if at else self.site / package
        shutil.copytree(folder.path, place)
        (self.site / package / "__init__.py").write_text("raise SystemExit('content is read, and never run')")
        info = self.site / f"{package}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package.replace('_', '-')}\nVersion: 1.0\n")
        value = package + (f".{at}" if at else "")
        (info / "entry_points.txt").write_text(f"[fluencylab.content]\n{name} = {value}\n")
        self.look_again()
        return info

    def uninstall(self, info: Path) -> None:
        shutil.rmtree(info)
        shutil.rmtree(self.site / info.name.partition("-")[0])
        self.look_again()

    def look_again(self) -> None:
        """As the next process does."""
        importlib.invalidate_caches()
        installed._wheels.cache_clear()


@pytest.fixture
def wheels(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Wheels]:
    site = tmp_path / "site"
    site.mkdir()
    monkeypatch.setattr(sys, "path", [str(site), *sys.path])
    there = Wheels(site)
    yield there
    monkeypatch.undo()
    there.look_again()


@pytest.mark.parametrize("at", ["", "content"])
def test_a_wheel_brings_its_pack_and_no_code_of_it_is_run(wheels: Wheels, folder: PackFolder, at: str) -> None:
    info = wheels.install(folder, at=at)
    assert the().offered and the().origin == "the Python package fluency-pack-harbour 1.0" and the().kind == "wheel"
    switch(NAME, False)
    assert concepts() == []
    switch(NAME, True)
    assert concepts() == [f"{NAME}.many-answers"]
    with pytest.raises(BadInput, match=r"came with the Python package fluency-pack-harbour 1\.0"):
        remove(NAME)
    wheels.uninstall(info)
    assert find(NAME) is None and concepts() == []


def test_a_wheel_that_is_off_is_still_off_when_it_comes_back(wheels: Wheels, folder: PackFolder) -> None:
    info = wheels.install(folder)
    switch(NAME, False)
    wheels.uninstall(info)
    wheels.install(folder)
    assert not the().on


@pytest.mark.parametrize(
    ("name", "says"), [("quay", "installed as quay, and its pack.toml says harbour-line"), ("Harbour Line!", "pack.toml says harbour-line")]
)
def test_a_wheel_under_another_name_than_its_packs_is_hidden(wheels: Wheels, folder: PackFolder, name: str, says: str) -> None:
    wheels.install(folder, name=name)
    (one,) = installed.installed()
    assert says in one.problem and concepts() == []
    if not one.usable:
        with pytest.raises(BadInput, match="a name that no pack can have"):
            switch(one.name, False)


def test_a_wheel_that_holds_no_pack_is_hidden(wheels: Wheels, folder: PackFolder) -> None:
    info = wheels.install(folder)
    (info / "entry_points.txt").write_text("[fluencylab.content]\nharbour-line = no_such_package\n")
    wheels.look_again()
    assert "there is none with a folder" in the().problem
    (info / "entry_points.txt").write_text("[fluencylab.content]\nharbour-line = ../../etc\n")
    wheels.look_again()
    assert "there is none with a folder" in the().problem


def test_a_folder_and_a_wheel_of_one_name_are_both_named(wheels: Wheels, folder: PackFolder, tmp_path: Path) -> None:
    add(folder.path)
    other = PackFolder(Path(shutil.copytree(folder.path, tmp_path / "other")))
    other.change("pack.toml", "A pack of your own", "Of the wheel")
    wheels.install(other)
    first, second = installed.installed()
    assert first.offered and not second.offered
    assert "“A pack of your own” (added from a folder)" in second.problem and "“Of the wheel” (the Python package" in second.problem
    remove(NAME)
    assert the().title == "Of the wheel"
    with pytest.raises(BadInput, match="already a pack named harbour-line: “Of the wheel”, the Python package"):
        add(folder.path)


def test_a_reader_that_fails_hides_one_pack(folder: PackFolder, another: Named, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a stranger's file does to us, the others are read."""
    add(another("quay").path)
    add(folder.path, link=True)

    def fails(files: Files) -> Pack:
        if b"harbour-line" in files.contents["pack.toml"]:
            raise RuntimeError("nobody foresaw this")
        return read(files)

    monkeypatch.setattr(installed, "read", fails)
    folder.change(f"{CONCEPT}/reading.md", "Why", "And why")
    assert the().problem == "It cannot be read (RuntimeError)." and concepts() == ["quay.many-answers"]


def test_what_is_kept_is_whole_json(folder: PackFolder, home: Path) -> None:
    add(folder.path)
    switch(NAME, False)
    kept = json.loads((settings().data / "packs.json").read_text())
    assert kept == {NAME: {"on": False, "folder": next((settings().data / "packs").iterdir()).name}}

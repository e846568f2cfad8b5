"""`fluency packs` and `fluency check --pack`: each command says what it did, what is wrong, and what to do next."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from lab_fixture import Endpoint
from pack_fixture import CASE, MISSION, NAME, PackFolder

from fluencylab.curriculum import proofs
from fluencylab.curriculum.proofs import own_book
from fluencylab.models import catalogue
from fluencylab.packs.installed import find

from .conftest import Ended

Run = Callable[..., Ended]


def test_a_new_pack_says_where_to_begin_and_passes_the_check_as_it_is(run: Run, tmp_path: Path) -> None:
    made = run("packs", "new", "quay", "--in", str(tmp_path))
    assert made.code == 0 and str(tmp_path / "quay" / "pack.toml") in made.out and "fluency check --pack" in made.out
    checked = run("check", "--pack", str(tmp_path / "quay"))
    assert (checked.code, checked.out) == (0, "The pack resolves: 1 concept, 1 mission and 1 case.\n")
    refused = run("packs", "new", "Quay 4", "--in", str(tmp_path))
    assert refused.code == 1 and "cannot be the name of a pack" in refused.err and "harbour-line" in refused.err


def test_a_pack_is_listed_with_whose_it_is_and_switched(run: Run, folder: PackFolder) -> None:
    assert "There is no pack yet" in run("packs", "list").out
    added = run("packs", "add", str(folder.path))
    assert added.out.startswith("Added “A pack of your own” 0.1 by Your name.") and f"fluency check --live --only {NAME}" in added.out
    listed = run("packs", "list").out
    assert "version 0.1, by Your name, CC BY 4.0" in listed and "1 concept, 1 mission and 1 case" in listed
    assert "is off. What you did in it is kept." in run("packs", "off", NAME).out
    assert "off, and what you did in it is kept" in run("packs", "list").out
    (one,) = run("packs", "list", "--json").json()
    assert one["name"] == NAME and one["author"] == "Your name" and not one["on"] and one["missions"] == [f"{NAME}.a-slogan-for-the-bakery"]
    assert "is on." in run("packs", "on", NAME).out
    assert "Removed" in run("packs", "remove", NAME).out and find(NAME) is None
    gone = run("packs", "off", NAME)
    assert gone.code == 1 and f"There is no pack named {NAME}." in gone.err


def test_a_pack_that_does_not_fit_is_refused_in_two_lines(run: Run, folder: PackFolder) -> None:
    folder.change(MISSION, "minutes = 4", "minutes = 400")
    refused = run("packs", "add", str(folder.path))
    assert refused.code == 1 and len(refused.err.strip().splitlines()) == 2 and "minutes" in refused.err
    assert find(NAME) is None


def test_the_check_names_all_that_is_wrong_with_a_folder_and_hidden_packs_too(run: Run, folder: PackFolder) -> None:
    run("packs", "add", "--link", str(folder.path))
    assert f"The pack {NAME} resolves" in run("check").out
    folder.change("pack.toml", '"sampling"', '"nowhere"')
    folder.change(MISSION, 'proof = ["distinct@0 <= 2"', 'proof = ["lost@0 <= 2"')
    checked = run("check", "--pack", str(folder.path))
    assert checked.code == 1 and "“nowhere”" in checked.out and "lost@0" in checked.out
    whole = run("check", "--json")
    assert whole.code == 1 and whole.json()["problems"][0].startswith(f"The pack {NAME} is hidden.")
    assert "fluency check --pack" in run("packs", "new", "quay", "--in", str(folder.path.parent)).out


def test_what_a_pack_calls_itself_is_never_markup_of_the_terminal(run: Run, folder: PackFolder) -> None:
    folder.change("pack.toml", "A pack of your own", "[bold red]Ours[/] [link=file]")
    folder.change(CASE, 'id = "speed"', 'id = "read"')
    assert "[bold red]" not in run("check", "--pack", str(folder.path)).out
    folder.change(CASE, 'id = "read"\ntext = "Drawing', 'id = "speed"\ntext = "Drawing')
    assert "“[bold red]Ours[/] [link=file]”" in run("packs", "add", str(folder.path)).out
    assert "[bold red]Ours[/] [link=file]" in run("packs", "list").out


def test_the_doctor_tells_of_packs_and_calls_a_hidden_one_a_fault(run: Run, folder: PackFolder, endpoint: Endpoint) -> None:
    run("packs", "add", "--link", str(folder.path))

    def told() -> list[tuple[bool, str]]:
        return [(one["ok"], one["found"]) for one in run("doctor", "--json").json() if one["name"] == "pack"]

    assert told() == [(True, f"A pack of your own 0.1, by Your name, the folder {folder.path}")]
    run("packs", "off", NAME)
    assert told()[0][1].endswith("; off")
    run("packs", "on", NAME)
    folder.change(MISSION, "minutes = 4", "minutes = 400")
    ((well, said),) = told()
    assert not well and f"{NAME}, the folder" in said and "minutes" in said


# Proved


@pytest.fixture
def endpoint(home: Path) -> Iterator[Endpoint]:
    """A model that keeps to one name at temperature 0 and to none above; the one in use."""
    there = Endpoint()
    there.says = lambda body: ["Harbour"] if body["temperature"] == 0 else ["Café ", str(body["seed"])]
    home.mkdir(parents=True, exist_ok=True)
    (home / "models.json").write_text(there.listed())
    yield there
    there.close()


def test_missions_of_a_pack_prove_themselves_in_the_learners_book_or_in_the_packs_own(
    run: Run, folder: PackFolder, endpoint: Endpoint
) -> None:
    sha256, slug, ours = catalogue.current().card().sha256, f"{NAME}.a-slogan-for-the-bakery", proofs.VERIFIED.read_bytes()
    run("packs", "add", str(folder.path))
    assert f"✓ {slug}: 2/2" in run("check", "--live", "--trials", "2", "--only", NAME).out
    assert json.loads(own_book().read_text())[sha256]["missions"][slug][2:4] == [2, 2]
    assert f"✓ {slug}: 2/2" in run("check", "--live", "--trials", "2", "--pack", str(folder.path), "--write").out
    assert json.loads((folder.path / "verified.json").read_text())[sha256]["missions"][slug][2:4] == [2, 2]
    assert folder.read().proofs[sha256].missions[slug].shown
    run("check", "--live", "--trials", "2", "--only", slug, "--write")
    assert proofs.VERIFIED.read_bytes() == ours, "what is a pack's is never written among ours"
    lost = run("check", "--live", "--only", "no-such-pack")
    assert lost.code == 1 and "no exercise, no concept and no pack called “no-such-pack”" in lost.err


def test_a_pattern_that_does_not_end_fails_its_mission_and_stops_no_other(run: Run, folder: PackFolder, endpoint: Endpoint) -> None:
    """One that the texts it is tried on do not give away: on the model's answer it is stopped, and that is a trial that failed."""
    endpoint.says = lambda body: ["~" * 5_000 + "!"]
    folder.change(MISSION, "max_tokens = 12", "max_tokens = 12\npattern = '(~|~~)+$'")
    run("packs", "add", str(folder.path))
    tried = run("check", "--live", "--trials", "1", "--only", NAME)
    assert tried.code == 1 and "0/1" in tried.out and "does not come to an end on an answer" in tried.out

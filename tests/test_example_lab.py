"""A stranger's lab from its wheel to its end: built, installed, found, driven on its page and in the terminal, and gone without a trace."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from pages import acts
from playwright.sync_api import FilePayload, Page, expect
from server_fixture import Opener, Server

from fluencylab.curriculum.schema import Mission
from fluencylab.packs.files import gather
from fluencylab.packs.pack import read

ROOT = Path(__file__).resolve().parents[1]
EXAMPLE = ROOT / "examples" / "lab-order"
CONTENT = EXAMPLE / "fluency_lab_order" / "content"
pytestmark = pytest.mark.long
ELSEWHERE = ("/", "/model", "/packs", "/map", "/report", "/review", "/data", "/debug", "/self-test", "/concepts/tokens-and-temperature")


class Wheel(NamedTuple):
    """The example's wheel, and the folder into which it is installed: on the path of children, and on nobody else's."""

    file: Path
    target: Path

    def install(self) -> None:
        command = [sys.executable, "-m", "pip", "install", "--no-index", "--no-deps", f"--target={self.target}", str(self.file)]
        said = subprocess.run(command, capture_output=True, text=True, check=False)
        assert said.returncode == 0, said.stderr

    def uninstall(self) -> None:
        shutil.rmtree(self.target)
        self.target.mkdir()

    @property
    def path(self) -> str:
        return os.pathsep.join([str(self.target), str(ROOT)])

    def fluency(self, data: Path, *words: str) -> "subprocess.CompletedProcess[str]":
        environment = {**os.environ, "PYTHONPATH": self.path, "FLUENCY_DATA": str(data), "COLUMNS": "300"}
        command = [sys.executable, "-m", "fluencylab.cli.main", *words]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=900)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy, as for a package index: nothing is left in the example's folder."""
    copy, made = tmp_path_factory.mktemp("copy") / "lab-order", tmp_path_factory.mktemp("made")
    shutil.copytree(EXAMPLE, copy, ignore=shutil.ignore_patterns("__pycache__", "build", "*.egg-info"))
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", f"--outdir={made}", str(copy)]
    said = subprocess.run(command, cwd=made, env={**os.environ, "PYTHONPATH": ""}, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stdout[-3000:] + said.stderr[-3000:]
    return next(made.glob("*.whl"))


@pytest.fixture
def wheel(built: Path, tmp_path: Path) -> Wheel:
    made = Wheel(built, tmp_path / "installed")
    made.install()
    return made


@pytest.fixture
def server(wheel: Wheel, tmp_path: Path, weights_file: Path) -> Iterator[Server]:
    server = Server(tmp_path / "data", PYTHONPATH=wheel.path)
    yield server.start()
    server.stop()


def mission() -> Mission:
    [found] = read(gather(CONTENT)).missions
    return found


def test_the_wheel_holds_all_of_the_lab(wheel: Wheel) -> None:
    ours = {path.relative_to(EXAMPLE).as_posix() for path in (EXAMPLE / "fluency_lab_order").rglob("*") if path.is_file()}
    theirs = {path.relative_to(wheel.target).as_posix() for path in (wheel.target / "fluency_lab_order").rglob("*") if path.is_file()}
    assert {name for name in theirs if "__pycache__" not in name} == {name for name in ours if "__pycache__" not in name}


def test_in_the_terminal(wheel: Wheel, tmp_path: Path, weights_file: Path) -> None:
    data = tmp_path / "data"
    listed = {row["name"]: row for row in json.loads(wheel.fluency(data, "lab", "list", "--json").stdout)}
    assert listed["order"]["wheel"] == "fluency-lab-order 0.1"
    assert "order came with fluency-lab-order 0.1, and runs with your rights" in wheel.fluency(data, "doctor").stdout
    assert "--marks" in wheel.fluency(data, "lab", "run", "order", "--help").stdout
    ran = wheel.fluency(data, "lab", "run", "order", "--samples", "1", "--json")
    assert ran.returncode == 0, ran.stderr
    told = json.loads(ran.stdout)
    assert len(told["steps"]) == 12 and set(told["facts"]) == {"first", "kept", "read", "place@1", "place@2"}
    checked = json.loads(wheel.fluency(data, "check", "--live", "--pack", str(CONTENT), "--trials", "2", "--json").stdout)
    assert checked["problems"] == []
    assert [(one["passed"], one["trials"]) for one in checked["missions"]] == [(2, 2)], checked
    wheel.uninstall()
    assert "order" not in {row["name"] for row in json.loads(wheel.fluency(data, "lab", "list", "--json").stdout)}
    assert wheel.fluency(data, "lab", "run", "order").returncode == 2
    assert "order" not in wheel.fluency(data, "packs", "list").stdout


def test_its_mission_is_proved_by_its_author_on_the_bundled_model() -> None:
    pack = read(gather(CONTENT))
    proofs = [page.missions[one.slug] for page in pack.proofs.values() for one in pack.missions]
    assert [(proof.passed, proof.trials) for proof in proofs] == [(10, 10)]


@pytest.mark.page
def test_on_its_page_in_its_mission_and_gone(server: Server, wheel: Wheel, open_page: Opener) -> None:
    page = open_page()
    run = drive_the_lab(server, page)
    drive_the_mission(server, page)
    everything_else_works(server, page)
    file = server.get("/data/export")

    server.stop()
    wheel.uninstall()
    server.start()
    no_trace(server, page, run)
    everything_else_works(server, page)
    assert run in server.get("/data/export")
    restored(server, page, file)
    no_trace(server, page, run)

    server.stop()
    wheel.install()
    server.start()
    page.goto(server.url(f"/labs/order?run={run}"))
    expect(page.locator(".order-grid td[data-place]").first).to_be_visible()
    page.goto(server.url(f"/missions/{mission().slug}"))
    acts.stage(page, "done")


def drive_the_lab(server: Server, page: Page) -> str:
    """Form, run, chart, page, template and script of its own; the id of the run."""
    page.goto(server.url("/packs"))
    listed = page.locator("#labs")
    expect(listed.get_by_text("each runs with your rights")).to_be_visible()
    expect(listed.get_by_text("fluency-lab-order 0.1")).to_be_visible()
    listed.get_by_role("link", name="The order of the options").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The order of the options")
    expect(page.locator(".crumb")).to_contain_text("Position bias")
    page.locator("#model-strip[data-state=ready]").wait_for()
    page.get_by_role("link", name="three options").click()
    expect(page.get_by_role("button", name="Run 12 calls")).to_be_visible()
    page.get_by_label("Answers to each order").fill("1")
    page.get_by_role("button", name="Run 6 calls").click()
    page.locator("#votes").wait_for()  # once its real calls are made
    expect(page.locator("#result .says").first).to_contain_text("answers took the option that stood first")
    expect(page.locator(".chart-canvas svg").first).to_be_attached()
    expect(page.locator("#votes")).to_contain_text("Which is a fruit?")
    colours(page)
    return page.url.partition("run=")[2].partition("#")[0].partition("&")[0]


def colours(page: Page) -> None:
    """Its script is at work: the grid is coloured by place, and by option when it is asked to."""
    first = page.locator(".order-grid td[data-place]").first
    expect(page.get_by_role("button", name="Colour by place")).to_have_attribute("aria-pressed", "true")
    place, option = first.get_attribute("data-place"), first.get_attribute("data-option")
    expect(first).to_have_attribute("data-colour", str(place))
    page.get_by_role("button", name="Colour by option").click()
    expect(first).to_have_attribute("data-colour", str(option))
    expect(first).to_have_css("padding-left", "8px")  # its style sheet is there


def drive_the_mission(server: Server, page: Page) -> None:
    exercise = mission()
    page.goto(server.url("/map"))
    page.locator("#rail").get_by_role("link", name="Position bias").click()
    expect(page.get_by_text("verified by its author on this model: 10/10")).to_be_visible()
    page.get_by_role("link", name=exercise.title).first.click()
    expect(page.locator(".prompt").nth(1)).to_contain_text("B) I am sorry")
    acts.predict(page, exercise, exercise.exemplar.accept)
    acts.run(page)
    expect(page.locator("article[data-stage=see]")).to_be_attached(timeout=240_000)  # 24 calls of the real model, whatever else runs
    acts.stage(page, "see")
    colours(page)
    acts.see(page, exercise.seen.sights[1].text)
    expect(page.get_by_role("heading", name="You saw it")).to_be_visible()
    acts.decide(page, acts.option(exercise, best=True))
    acts.decide_again(page, acts.option(exercise, best=True, twin=True))
    page.goto(server.url("/map"))
    expect(page.get_by_role("main")).to_contain_text("The order of the options")


def no_trace(server: Server, page: Page, run: str) -> None:
    """The lab and its concept are gone; what was done is kept, and says why it is not drawn."""
    page.goto(server.url("/packs"))
    expect(page.locator("#labs")).to_have_count(0)
    expect(page.locator("#rail")).not_to_contain_text("Position bias")
    expect(page.get_by_role("main")).to_contain_text("will count again once it is back")
    page.goto(server.url(f"/runs/{run}"))
    expect(page.get_by_text("This run was made with the lab “order”, which is not here.")).to_be_visible()
    expect(page.get_by_text("Which city is the largest?").or_(page.get_by_role("cell", name="pick").first).first).to_be_attached()
    for gone, says in (
        (f"/labs/order?run={run}", "What was measured with a lab that is gone is kept."),
        (f"/missions/{mission().slug}", "kept"),
    ):
        answer = page.goto(server.url(gone))
        assert answer and answer.status == 404
        expect(page.get_by_role("main")).to_contain_text(says)
    assert page.request.get(server.url("/static/labs/order/grid.js")).status == 404


def everything_else_works(server: Server, page: Page) -> None:
    for path in ELSEWHERE:
        answer = page.goto(server.url(path))
        assert answer and answer.status == 200, path
        expect(page.get_by_role("heading", level=1).first).to_be_visible()


def restored(server: Server, page: Page, file: str) -> None:
    """A backup that holds the lab's runs is brought back where the lab is not."""
    backup: FilePayload = {"name": "backup.json", "mimeType": "application/json", "buffer": file.encode()}
    answer = page.request.post(server.url("/data/restore"), multipart={"replace": "yes", "file": backup})
    assert answer.ok, answer.text()

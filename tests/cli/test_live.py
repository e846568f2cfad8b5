"""The commands on the real engine."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from fluencylab.models import catalogue, close, open_model

from .conftest import ROOT, Ended, wait_until

Run = Callable[..., Ended]


def test_lab_run_prints_facts_signature_and_steps_and_nothing_else(run: Run, engine: object) -> None:
    measured = run("lab", "run", "sampling", "--temperatures", "0,1.5", "--samples", "4", "--max-tokens", "8", "--json").json()
    assert list(measured) == ["facts", "signature", "steps"]
    assert measured["facts"]["distinct@0"] == 1
    assert {"entropy", "p_top1", "distinct@1.5", "top_share@1.5"} <= measured["facts"].keys()
    assert measured["signature"]["params"]["temperatures"] == [0.0, 1.5]
    assert [set(step) for step in measured["steps"]] == [{"kind", "data"}] * 9


def test_lab_run_shows_facts_with_their_intervals_and_the_sentence(run: Run, engine: object) -> None:
    options = ("--parts", "again", "--temperatures", "1", "--samples", "3", "--max-tokens", "6")
    told = run("lab", "run", "sampling", *options).out
    assert "distinct@1" in told
    assert "95 % interval" in told
    assert "At temperature 1" in told or "at temperature 1" in told
    assert "seed 1" in told


def test_call_shows_the_answer_the_times_and_the_request(run: Run, engine: object) -> None:
    told = run("call", "Count from 1 to 9.", "--temperature", "0", "--max-tokens", "12").out
    assert told.index("TTFT") > 5, "the answer comes first"
    assert all(name in told for name in ("TTFT", "TPS", "TTLT", "curl --no-buffer http://127.0.0.1:"))
    measured = run("call", "Capital of France?", "--max-tokens", "4", "--json").json()
    assert list(measured) == ["facts", "signature", "steps"]


async def answering() -> bool:
    """Is the engine busy with a call?"""
    client = await open_model(catalogue.DEFAULT)
    try:
        return any(slot["is_processing"] for slot in await client.slots())
    finally:
        await close(client)


@pytest.mark.skipif(sys.platform == "win32", reason="sends Ctrl-C as a signal")
def test_ctrl_c_keeps_what_was_measured(engine: object, home: Path) -> None:
    options = ["--parts", "again", "--temperatures", "1", "--samples", "50", "--max-tokens", "200"]
    command = [sys.executable, "-m", "fluencylab.cli.main", "lab", "run", "sampling", *options]
    inherited = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job ignores it, and so would its children
    with subprocess.Popen(command, cwd=ROOT, env=dict(os.environ), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            wait_until(lambda: asyncio.run(answering()))
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=30)
        finally:
            process.kill()
            signal.signal(signal.SIGINT, inherited)
    assert process.returncode == 130, err
    assert "Stopped." in err
    assert "Traceback" not in err
    assert "distinct@1" in out or "0 of 50" in err

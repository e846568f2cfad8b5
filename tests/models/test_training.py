"""Training: the tokens are the engine's own, packing changes no position, and every trouble is a sentence. No test here needs the extra."""

import asyncio
import errno
import json
import os
import random
import stat
import subprocess
import sys
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from fluencylab.errors import BadInput, LabError
from fluencylab.models import adapters, gguf, training, training_child
from fluencylab.models.adapters import Example
from fluencylab.models.client import Client
from fluencylab.models.training import Progress, Settings

from .conftest import ask

FOUR = [Example(question=f"Question {i}?", answer=f"Answer {i}.") for i in range(4)]


async def test_the_tokens_are_those_the_engine_reads_and_writes(model: Client) -> None:
    """The prompt is what the engine counts for the same question; an answer it writes ends with the token that is trained to end it."""
    typed = Example(question="Is <b>this</b> مرحبا 🙂 ok?", answer="Yes 🙃: <|im_end|> نعم.")
    (prompt, answer), *_ = await training.tokens([typed])
    read = await model.complete(ask(typed.question, max_tokens=4, temperature=0))
    assert len(prompt) == read.usage.prompt
    (end,) = [piece.id for piece in await model.tokenize("<|im_end|>")]
    assert answer[-1] == end and end not in answer[:-1], "what was typed does not end the answer"
    assert answer[:-1] == [piece.id for piece in await model.tokenize(typed.answer, special=False)]


async def test_a_long_answer_is_refused_with_its_length(model: Client) -> None:
    with pytest.raises(BadInput, match=r"example 2 is 3\d\d tokens long; training takes 160"):
        await training.tokens([FOUR[0], Example(question="Long?", answer="word " * 300)])


@pytest.mark.parametrize(("count", "told"), [(3, "3 examples; training takes 4 to 200"), (201, "201 examples")])
def test_too_few_and_too_many_are_refused(count: int, told: str) -> None:
    with pytest.raises(BadInput, match=told):
        training.check([Example(question=f"{i}?", answer="a") for i in range(count)])


def test_packed_examples_keep_their_positions_and_never_see_each_other() -> None:
    pairs = [([1, 2, 3, 10], [20, 0]), ([1, 2, 3, 11, 12], [21, 22, 0])]
    shared = training_child.prefix_length(pairs)
    tokens, positions, owners, wanted = training_child.packed(pairs, shared)
    assert shared == 3
    assert tokens == [1, 2, 3, 10, 20, 0, 11, 12, 21, 22, 0]
    assert positions == [0, 1, 2, 3, 4, 5, 3, 4, 5, 6, 7]
    assert owners == [0, 0, 0, 1, 1, 1, 2, 2, 2, 2, 2]
    assert wanted == [(3, 20), (4, 0), (7, 21), (8, 22), (9, 0)]
    assert training_child.prefix_length([([1, 2], [3]), ([1, 2], [4])]) == 1, "the last token of a prompt is each example's own"


def test_every_example_is_seen_once_a_round_and_the_order_hangs_on_the_seed() -> None:
    def first(seed: int) -> list[list[int]]:
        coming = training_child.batches(5, 2, seed)
        return [next(coming) for _ in range(6)]

    assert [sorted(chain(*first(1)[start : start + 3])) for start in (0, 3)] == [list(range(5))] * 2
    assert first(1) == first(1) != first(2)


def test_the_rotary_order_of_rows_and_back() -> None:
    numpy = pytest.importorskip("numpy")
    rows = numpy.array([[random.Random(1).random()] for _ in range(2 * 8)]) + numpy.arange(16)[:, None]
    turned = training_child.to_gguf(rows, 2)
    assert [int(one) for one in (turned - rows.min()).ravel()[:8].round()] == [0, 4, 1, 5, 2, 6, 3, 7]
    assert (training_child.from_gguf(turned, 2) == rows).all()


def test_the_name_under_which_the_base_is_noted_is_the_same_on_both_sides() -> None:
    assert training_child.BASE == gguf.BASE


# A child that does as it is told, in place of the one that trains


def job(folder: Path) -> dict[str, Any]:
    return Settings().model_dump() | {"out": str(folder / "new.part"), "examples": []}


async def told_by(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> list[Progress]:
    """What a run of `script` in place of the child comes to; it finds its job in `job`."""
    child = folder / "training_child.py"
    child.write_text("import json, os, sys, time\njob = json.loads(sys.stdin.readline())\n" + script)
    child.chmod(child.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr(training, "CHILD", child)
    seen: list[Progress] = []
    await training._run(job(folder), seen.append)
    return seen


async def test_a_library_that_talks_in_between_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = "print('Loading weights'); print('[1]'); print(json.dumps({'step': 1, 'of': 2, 'loss': 3.5})); print(json.dumps({'done': {}}))"
    assert await told_by(tmp_path, monkeypatch, lines) == [Progress(stage="training", step=1, of=2, loss=3.5)]


@pytest.mark.parametrize(
    ("script", "told"),
    [
        ("print(json.dumps({'error': 'memory', 'said': ''}))", "not enough memory"),
        ("print(json.dumps({'error': 'disk', 'said': ''}))", "disk is full"),
        ("print(json.dumps({'error': 'package', 'said': 'No module named peft'}))", "No module named peft"),
        ("os.kill(os.getpid(), 9)", "ended from outside, most often because memory ran out"),
        ("sys.exit(3)", "exit code 3"),
    ],
)
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signal 9")
async def test_how_it_can_end_badly_is_told_in_words(script: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(LabError, match=told):
        await told_by(tmp_path, monkeypatch, script)


async def test_cancelled_the_child_is_gone_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    waiting = "open(job['out'] + '.pid', 'w').write(str(os.getpid())); time.sleep(60)"
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(told_by(tmp_path, monkeypatch, waiting), 1)
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "new.part.pid").read_text()), 0)


def test_a_killed_lab_leaves_no_training_behind(tmp_path: Path) -> None:
    """The child itself, whose input is closed: it ends, and takes what it had begun to write with it."""
    out = tmp_path / "new.part"
    out.write_text("half")
    with subprocess.Popen([sys.executable, "-P", str(training.CHILD)], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as child:
        child.communicate(json.dumps(job(tmp_path)).encode() + b"\n", timeout=60)
    assert child.returncode == 1
    assert not out.exists()


def test_a_full_disk_is_told_in_a_sentence() -> None:
    assert "disk is full" in str(adapters.unwritable(OSError(errno.ENOSPC, "No space left on device")))
    assert training_child.what_went_wrong(OSError(errno.ENOSPC, "")) == "disk"
    assert training_child.what_went_wrong(RuntimeError("DefaultCPUAllocator: can't allocate memory")) == "memory"


async def test_without_the_extra_the_one_command_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "PACKAGES", ("no_such_package_of_ours",))
    assert not training.installed()
    with pytest.raises(LabError, match=training.COMMAND.replace(".", "[.]")):
        await training.train(FOUR, Settings(), lambda told: None)

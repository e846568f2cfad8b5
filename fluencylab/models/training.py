"""Fine-tune the embedded model on a few examples, on this machine, in a child process that the page can stop at any moment.

    made = await train(examples, Settings(), print)
        Progress(stage="loading") … Progress(stage="training", step=1, of=72, loss=2.6) … Progress(stage="writing")
    made.how.losses, made.sha256, made.bytes

Needs the extra `[finetune]` (torch, transformers, peft, gguf): nothing here imports it, so everything else works without.
"""

import asyncio
import contextlib
import importlib.util
import json
import os
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import IO, Any, Literal

import psutil  # type: ignore[import-untyped]
from pydantic import BaseModel, ConfigDict, Field

from fluencylab.errors import BadInput, LabError, ModelUnavailable, PartMissing
from fluencylab.models import adapters, catalogue, download
from fluencylab.models.adapters import Adapter, Example, How
from fluencylab.models.client import Client
from fluencylab.models.engine import Engine
from fluencylab.models.types import Message
from fluencylab.settings import settings

CHECKOUT = Path(__file__).parents[2].joinpath("bootstrap.py").exists()
COMMAND = "python3 bootstrap.py finetune" if CHECKOUT else 'pip install "fluency-lab[finetune]"'
"""What adds the extra: in a folder of the lab, and where it was installed as a package."""
CHILD = Path(__file__).with_name("training_child.py")
PACKAGES = ("torch", "transformers", "peft", "gguf")
FEWEST, MOST = 4, 200
LOADING, SECONDS = 12.0, 0.22
"""Of the model, and of one example in one step."""
LONGEST = 160
"""Tokens of an answer: training time grows with them."""
LONGEST_QUESTION = 400
MEMORY = 1_700_000_000
"""Bytes a training takes at its worst, measured: the weights in 32 bits, twice for a moment, and what backpropagation keeps of a batch."""


WAITS = "PASSIVE"
"""How torch's threads wait for each other: asleep. Spinning, as is their habit, they need ten times as long beside a busy process."""


class Settings(BaseModel):
    """How it is trained. What is not said here is what `tools/adapter.py` measured to be good."""

    model_config = ConfigDict(frozen=True)

    rank: int = Field(8, ge=1, le=64, description="Columns of each added matrix: how much can be learned")
    alpha: int = Field(16, ge=1, le=128, description="The matrices count alpha / rank")
    learning_rate: float = Field(2e-3, gt=0, le=0.1)
    batch: int = Field(6, ge=1, le=16, description="Examples a step looks at")
    rounds: int = Field(20, ge=1, le=100, description="Times every example is seen, at most")
    steps: int = Field(200, ge=1, le=1000, description="Steps, at most")
    enough: float = Field(0.03, ge=0, description="A round in which no step's loss was above this is the last")
    seed: int = Field(1, ge=0)


class Progress(BaseModel):
    """Where a training is. `loss`: of this step's examples, before the step."""

    model_config = ConfigDict(frozen=True)

    stage: Literal["loading", "training", "writing"]
    step: int = 0
    of: int = 0
    loss: float = 0.0


def installed() -> bool:
    """Is the extra here? Looks, and imports nothing."""
    return all(importlib.util.find_spec(name) for name in PACKAGES)


def missing() -> LabError:
    return PartMissing("Fine-tuning needs packages that are not installed here.", f"Add them with `{COMMAND}`, then start the lab again.")


def most_steps(examples: int, options: Settings) -> int:
    """Training may end sooner."""
    return min(options.steps, -(-examples // options.batch) * options.rounds)


def seconds(examples: int, options: Settings) -> float:
    """About how long: measured on two idle cores with examples of 60 tokens, half of the rounds used."""
    return LOADING + SECONDS * min(options.batch, examples) * most_steps(examples, options) / 2


async def train(
    examples: Sequence[Example],
    options: Settings,
    on_step: Callable[[Progress], None],
    *,
    name: str = "yours",
    folder: Path | None = None,
) -> Adapter:
    """Train, keep the adapter (in `folder`, unless it is the learner's) and give it back. Cancelled, it ends at once and leaves nothing.

    Raises BadInput (examples that cannot be learned from), ModelMissing, LabError (no extra, no memory, a full disk, killed).
    """
    if not installed():
        raise missing()
    check(examples)
    entry = catalogue.find(catalogue.DEFAULT)
    weights = await asyncio.to_thread(download.require, entry)
    if psutil.virtual_memory().available < MEMORY:
        raise _no_memory()
    place = folder or settings().data / "adapters"
    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise adapters.unwritable(error) from error
    out = place / f"training-{os.getpid()}-{os.urandom(4).hex()}.part"
    job = options.model_dump() | {
        "model": str(weights),
        "base": entry.sha256,
        "name": "Fluency Lab",
        "out": str(out),
        "examples": await tokens(examples),
    }
    try:
        done = await _run(job, on_step)
    except BaseException:
        out.unlink(missing_ok=True)
        raise
    how = How(examples=tuple(examples), settings=options.model_dump(mode="json"), **done)
    return await asyncio.to_thread(adapters.keep, out, name, how, folder)


def check(examples: Sequence[Example]) -> None:
    """Raises BadInput where training on them makes no sense."""
    if not FEWEST <= len(examples) <= MOST:
        raise BadInput(f"There are {len(examples)} examples; training takes {FEWEST} to {MOST}.", "Add some, or leave some out.")
    asked: dict[str, str] = {}
    for number, one in enumerate(examples, 1):
        if not one.question.strip() or not one.answer.strip():
            raise BadInput(f"Example {number} has no question or no answer.", "Write both: the question, a |, the answer.")
        if asked.setdefault(one.question.strip(), one.answer.strip()) != one.answer.strip():
            raise BadInput(f"Example {number} gives a second answer to one question.", "Keep one of the two: the model can learn only one.")


async def tokens(examples: Sequence[Example]) -> list[tuple[list[int], list[int]]]:
    """Each example as the engine itself would read and write it: the prompt by its chat template, the answer, the token that ends it.

    In an answer `<|im_end|>` is text like any other: what was typed must not end it early.
    """
    entry = catalogue.find(catalogue.DEFAULT)
    client = Client(entry, Engine(entry))
    try:
        ends = [piece.id for piece in await client.tokenize(await client.end_of_answer())]
        found = []
        for number, one in enumerate(examples, 1):
            prompt = await client.tokenize(await client.render((Message(role="user", content=one.question.strip()),)))
            answer = await client.tokenize(one.answer.strip(), special=False)
            if len(answer) > LONGEST or len(prompt) > LONGEST_QUESTION:
                raise _too_long(number, len(prompt), len(answer))
            found.append(([piece.id for piece in prompt], [*(piece.id for piece in answer), *ends]))
        return found
    finally:
        await client.close()


def _too_long(number: int, prompt: int, answer: int) -> BadInput:
    what, long, most = ("answer", answer, LONGEST) if answer > LONGEST else ("question", prompt, LONGEST_QUESTION)
    return BadInput(f"The {what} of example {number} is {long} tokens long; training takes {most}.", "Shorten it.")


async def _run(job: dict[str, Any], on_step: Callable[[Progress], None]) -> dict[str, Any]:
    """The child, from its start to its last word; gone when this returns or raises.

    `Popen` and a thread, for asyncio's own subprocesses need an event loop that psycopg does not work in on Windows.
    """
    with _start() as child:
        assert child.stdin and child.stdout
        try:
            await asyncio.to_thread(_give, child.stdin, job)
            async for told in _lines(child.stdout):
                if "done" in told:
                    await asyncio.to_thread(child.wait)
                    return dict(told["done"])
                if "error" in told:
                    raise _told(told["error"], told["said"])
                if "step" in told:
                    on_step(Progress(stage="training", **told))
                else:
                    on_step(Progress(stage=told["stage"]))
            raise _ended(await asyncio.to_thread(child.wait))
        finally:
            child.kill()
            child.wait()


def _start() -> "subprocess.Popen[bytes]":
    environment = {"OMP_WAIT_POLICY": WAITS, **os.environ, "HF_HUB_OFFLINE": "1", "PYTHONWARNINGS": "ignore"}
    command = [sys.executable, "-P", str(CHILD)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment)


def _give(place: IO[bytes], job: dict[str, Any]) -> None:
    with contextlib.suppress(OSError):  # it has ended already, and is asked why
        place.write(json.dumps(job).encode() + b"\n")
        place.flush()


async def _lines(words: IO[bytes]) -> AsyncIterator[dict[str, Any]]:
    """Until there are no more. A library's own words between ours are passed over."""
    coming: asyncio.Queue[bytes] = asyncio.Queue()
    loop = asyncio.get_running_loop()

    def read() -> None:
        with contextlib.suppress(RuntimeError, ValueError):  # nobody listens any more
            for line in words:
                loop.call_soon_threadsafe(coming.put_nowait, line)
            loop.call_soon_threadsafe(coming.put_nowait, b"")

    threading.Thread(target=read, name="training", daemon=True).start()
    while line := await coming.get():
        with contextlib.suppress(ValueError):
            parsed = json.loads(line)
            if isinstance(parsed, dict):
                yield parsed


def _told(kind: str, said: str) -> LabError:
    if kind == "memory":
        return _no_memory()
    if kind == "disk":
        return LabError("The disk is full: the adapter could not be written.", "Make 10 MB of room in the data folder, then train again.")
    if kind == "package":
        return LabError(f"A package that fine-tuning needs cannot be used ({said}).", f"Install it again with `{COMMAND}`.")
    return LabError(f"Training stopped: {said}.", "Try again; if it happens twice, train on fewer or shorter examples.")


def _ended(code: int) -> LabError:
    if code in (-9, 137):
        return LabError("Training was ended from outside, most often because memory ran out.", "Close other programs, then train again.")
    return LabError(f"Training ended without a word (exit code {code}).", f"Install its packages again with `{COMMAND}`.")


def _no_memory() -> ModelUnavailable:
    return ModelUnavailable(
        f"There is not enough memory to train: it needs about {MEMORY / 1e9:.1f} GB.", "Close other programs, or train on shorter examples."
    )

"""Tests of models that are under way in this process: each is asked what it can do, says so as it comes, and can be stopped.

    test = tests.start(entry, "add")      the address of its page is made of test.id
    test.findings                         a sentence for each thing that was asked so far
    tests.stop(test.id)                   nothing is kept of it

Only a test that comes to its end changes the list of models.
"""

import asyncio
import secrets
from dataclasses import dataclass, field
from typing import Literal

from fluencylab.errors import BadInput, LabError, NotFound
from fluencylab.models import Progress, catalogue, examined, whereabouts
from fluencylab.models.catalogue import Entry
from fluencylab.models.findings import STAGES, Finding, findings
from fluencylab.models.types import ModelCapabilities

Purpose = Literal["add", "change", "again"]
Status = Literal["running", "done", "failed", "stopped"]
AT_ONCE = 4
KEPT = 20
"""Of those that ended, so many can still be looked at."""


@dataclass
class ModelTest:
    """One test. `entry`: as it was when it began, then with what was found."""

    id: str
    entry: Entry
    purpose: Purpose
    status: Status = "running"
    progress: Progress = field(default_factory=lambda: Progress("answers", ModelCapabilities(), 0, 0, 0))
    error: LabError | None = None
    task: asyncio.Task[None] | None = None

    @property
    def tested(self) -> list[str]:
        """The stages that are behind it."""
        stages = list(STAGES)
        if self.status == "done":
            return stages
        return stages[: stages.index(self.progress.stage)] if self.progress.stage else stages

    @property
    def findings(self) -> list[Finding]:
        known, tested = self.entry.abilities if self.status == "done" else self.progress.can, self.tested
        return [one for one in findings(known, tested) if one.stage in tested]

    @property
    def asks(self) -> str:
        """What it is asked now, as a sentence."""
        return f"It is asked {STAGES[self.progress.stage]}." if self.status == "running" and self.progress.stage else ""

    @property
    def took(self) -> str:
        """How many calls it was, and what they cost."""
        made = self.progress
        bill = whereabouts.bill(self.entry, made.read, made.written)
        calls = "1 call" if made.calls == 1 else f"{made.calls} calls"
        tokens = f", {made.read:,} tokens read and {made.written:,} written" if made.read else ""
        return f"{calls}{tokens}{f': {bill}' if bill else ''}."


class ModelTests:
    """Those of one lab. What it holds is gone with the process: a test takes a minute, and is begun again by a button."""

    def __init__(self) -> None:
        self._tests: dict[str, ModelTest] = {}

    def get(self, id: str) -> ModelTest:
        if id not in self._tests:
            raise NotFound("This test is not here any more.", "Begin it again from the page Model.")
        return self._tests[id]

    def running(self, slug: str) -> ModelTest | None:
        return next((one for one in self._tests.values() if one.entry.slug == slug and one.status == "running"), None)

    def start(self, entry: Entry, purpose: Purpose) -> ModelTest:
        """Begin one. Where the same model is being tested for the same reason, that test is the one that is meant."""
        going = self.running(entry.slug)
        if going and (going.purpose, _asked(going.entry)) == (purpose, _asked(entry)):
            return going
        if going:
            raise BadInput(f"{entry.name} is being tested now.", "Wait for the end of that test, or stop it.")
        if sum(one.status == "running" for one in self._tests.values()) >= AT_ONCE:
            raise BadInput(f"{AT_ONCE} models are being tested now.", "Wait until one of the tests has ended, or stop it.")
        for old in [one.id for one in self._tests.values() if one.status != "running"][:-KEPT]:
            del self._tests[old]
        test = ModelTest(secrets.token_hex(6), entry, purpose)
        self._tests[test.id] = test
        test.task = asyncio.create_task(_work(test))
        return test

    async def stop(self, id: str) -> None:
        test = self.get(id)
        if test.task and not test.task.done():
            test.task.cancel()
            await asyncio.wait({test.task})
        if test.status == "running":  # stopped before it had begun
            test.status = "stopped"

    async def close(self) -> None:
        for id in list(self._tests):
            await self.stop(id)


def _asked(entry: Entry) -> tuple[str, ...]:
    return (entry.base_url, entry.query, entry.model, entry.key_env, entry.keyring, entry.key_held)


async def _work(test: ModelTest) -> None:
    def told(progress: Progress) -> None:
        test.progress = progress

    try:
        found = await examined(test.entry, told)
        test.entry = await asyncio.to_thread(_keep, found, test.purpose)
        test.status = "done"
    except asyncio.CancelledError:
        test.status = "stopped"
        raise
    except LabError as error:
        test.status, test.error = "failed", error
    except Exception as error:  # an endpoint that nobody foresaw must not leave a test running for ever
        test.status = "failed"
        test.error = LabError(f"The test ended by a fault of this program: {type(error).__name__}.", "Try again; nothing was kept.")


def _keep(entry: Entry, purpose: Purpose) -> Entry:
    if purpose == "add":
        return catalogue.add(entry)
    if entry.kind == "embedded":
        return entry
    if purpose == "change":
        return catalogue.replace(entry)
    now = next((one for one in catalogue.models() if one.slug == entry.slug), entry)
    found = ("abilities", "tested", "base_url", "key_header")
    return catalogue.replace(now.model_copy(update={name: getattr(entry, name) for name in found}))

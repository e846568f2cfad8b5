"""Test a model as a grader, and keep with the model what came of it: whether it may help to read answers.

The instrument reads, `practice.model_grader` judges, and this file holds both ends. What was found lies in `graders.json` in the data
folder: it belongs to the model, not to a learner, and counts only for that very model, set of answers and prompt.
"""

import asyncio
import hashlib
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import NamedTuple

from filelock import FileLock
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from fluencylab import clock
from fluencylab.actions.runs import add_run, cancel_run, steps_of
from fluencylab.curriculum import loader
from fluencylab.errors import LabError, NotFound
from fluencylab.instruments import grader
from fluencylab.instruments.base import Step
from fluencylab.models import catalogue, close, open_model
from fluencylab.models.catalogue import Entry
from fluencylab.practice.model_grader import Judgement, Reading, judged, read
from fluencylab.practice.model_grader import helped as with_help
from fluencylab.practice.selftest import Graded, version
from fluencylab.runs.feed import ENDED
from fluencylab.runs.queue import RunQueue
from fluencylab.settings import settings
from fluencylab.store import queries
from fluencylab.store.engine import Session, Store
from fluencylab.store.tables import Run

INSTRUMENT = "grader"
PATIENCE = 20.0
"""Seconds that a learner waits for the help of a model; then the rules' reading is shown as it is."""


class Tested(BaseModel):
    """What one test found. `identity`: of the model and of what it was tested with."""

    model_config = ConfigDict(frozen=True)

    identity: str
    made: datetime
    run: str = ""
    judgement: Judgement

    @property
    def permitted(self) -> bool:
        return self.judgement.passed


_BOOK = TypeAdapter(dict[str, Tested])


def identity(entry: Entry) -> str:
    """Other weights, another address, other answers or another prompt: another test."""
    parts = [entry.base_url, entry.model, entry.sha256, grader.VERSION, version(), _set()]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


@cache
def _set() -> str:
    files = [loader.CONTENT / "selftest" / name for name in ("marked.jsonl", "attacks.jsonl")]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def judgement(steps: Iterable[Step]) -> Judgement:
    readings = [Reading(str(step.data["case"]), str(step.data["ask"]), grader.parsed(str(step.data["text"]))) for step in steps]
    return judged(readings, grader.calls(grader.Params()))


async def start(store: Store, queue: RunQueue, learner: str, slug: str, sample: int = 0) -> str:
    """Queue a test of one model, whichever is in use. A test of it that is under way is the one that is meant."""
    entry = await asyncio.to_thread(_entry, slug)
    async with store.begin() as session:
        await queries.lock_learner(session, learner)
        going = await latest(session, learner, slug)
        if going is not None and going.status in ("queued", "running"):
            return going.id
        run = add_run(session, learner, INSTRUMENT, {"sample": sample})
        run.model = entry.slug
    await queue.put(run.id)
    return run.id


async def stop(store: Store, learner: str, slug: str) -> None:
    """Stop the test of a model, if one is under way. What it read is kept."""
    async with store.read() as session:
        run = await latest(session, learner, slug)
    if run is not None:
        await cancel_run(store, run.id)


async def latest(session: Session, learner: str, slug: str) -> Run | None:
    """The newest test of a model, however it ended."""
    return await queries.latest_model_run(session, learner, INSTRUMENT, slug)


def _entry(slug: str) -> Entry:
    found = next((entry for entry in catalogue.models() if entry.slug == slug), None)
    if found is None:
        raise NotFound("There is no such model here.", "Choose one from the list of models.")
    return found


class Standing(NamedTuple):
    """A model and its latest test: the run with its steps, and what it adds up to once it has ended."""

    entry: Entry
    run: Run | None
    steps: list[Step]
    judgement: Judgement | None
    kept: Tested | None


async def standing(store: Store, learner: str, slug: str) -> Standing:
    """Where the test of a model stands."""
    entry = await asyncio.to_thread(_entry, slug)
    async with store.read() as session:
        run = await latest(session, learner, slug)
        steps = await steps_of(session, run) if run else []
    kept = tested(entry)
    if run is None or run.status not in ENDED or not steps:
        return Standing(entry, run, steps, None, kept)
    found = kept.judgement if kept and kept.run == run.id else await asyncio.to_thread(judgement, steps)
    return Standing(entry, run, steps, found, kept)


async def judge(session: Session, run: Run) -> None:
    """What a test found is kept with its model, as that stands at the test's end. Of a sample, or a model that is gone, nothing is."""
    entry = next((entry for entry in catalogue.models() if entry.slug == run.model), None)
    if entry is not None:
        found = await asyncio.to_thread(judgement, await steps_of(session, run))
        await asyncio.to_thread(record, entry, found, run.id, run.ended)


def record(entry: Entry, found: Judgement, run: str = "", made: datetime | None = None) -> Tested:
    """Keep what a test of the whole set found with the model; what a sample found is shown and not kept."""
    tested = Tested(identity=identity(entry), made=made or clock.now(), run=run, judgement=found)
    if found.whole:
        path = _path()
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(path.with_suffix(".lock")):
            fresh = path.with_suffix(".new")
            fresh.write_bytes(_BOOK.dump_json({**_book(), entry.slug: tested}, indent=1) + b"\n")
            fresh.replace(path)
    return tested


def tested(entry: Entry) -> Tested | None:
    """What is kept of a model, if it still is about this model as it stands."""
    found = _book().get(entry.slug)
    return found if found and found.identity == identity(entry) else None


def helper() -> Entry | None:
    """The model in use, if it may help to grade. The embedded model never does."""
    entry = catalogue.current()
    found = tested(entry) if entry.kind != "embedded" else None
    return entry if found and found.permitted else None


async def helped(number: int, answer: str, rules: Graded) -> Graded:
    """The rules' reading of an answer, helped by the model in use where they are unsure and it may. Without its answer, theirs stands."""
    entry = await asyncio.to_thread(helper) if any(idea.verdict == "unsure" for idea in rules.ideas) else None
    if entry is None:
        return rules
    try:
        async with asyncio.timeout(PATIENCE):
            client = await open_model(entry.slug)
            try:
                completion = await client.complete(grader.request(grader.questions()[number], answer))
            finally:
                await close(client)
    except (LabError, TimeoutError):
        return rules
    found = await asyncio.to_thread(read, number, answer, grader.parsed(completion.text))
    return with_help(rules, found, note(entry))


def note(entry: Entry) -> str:
    """What stands beside a grade that a model took part in."""
    found = tested(entry)
    agreement = next((bar.says for bar in found.judgement.bars if bar.name == "agreement"), "") if found else ""
    return f"Helped by {entry.name} where the rules were not sure. Its agreement with the marked answers: kappa {agreement}."


def _path() -> Path:
    return settings().data / "graders.json"


def _book() -> dict[str, Tested]:
    """A file that cannot be read counts as none: a permission must be earned again, never guessed."""
    try:
        return _BOOK.validate_json(_path().read_bytes())
    except (FileNotFoundError, ValidationError):
        return {}

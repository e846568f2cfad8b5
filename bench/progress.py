"""What the map, Today and a cell cost with 100, 1,000 and 10,000 pieces of evidence.

    python -m bench.progress            a table
    python -m bench.progress --json     for a program

Evidence is written as the exercises of the content would write it, one go after another, over and over. Then a lab of its own serves the
pages, one reader asks for each in turn, and its p95 is taken. Each time it is asked under another address, so that it is drawn and is no
kept page. In the same process the data alone are timed: as a page finds them (what was folded before is held), and folded from nothing,
as after a restart. The promise is a ratio: the same page with 10,000 pieces and with 100, in processor time.
"""

import argparse
import asyncio
import json
import os
import random
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import psutil  # type: ignore[import-untyped]

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.pages import Wire, free_port, serve, wait_for
from fluencylab import clock
from fluencylab.actions import progress
from fluencylab.actions.runs import the_learner
from fluencylab.curriculum.loader import track
from fluencylab.curriculum.schema import Case, Concept, Mission
from fluencylab.models import catalogue
from fluencylab.practice.exercises import asked_hash
from fluencylab.settings import settings
from fluencylab.stats import percentile
from fluencylab.store.engine import Store
from fluencylab.store.migrate import migrate
from fluencylab.store.tables import Attempt, Evidence

SIZES = (100, 1_000, 10_000)
PAGES = ("/map", "/", "/map/tokens-and-temperature/decisions")
TARGET_MS, TARGET_RATIO = 100, 2.0
LEAST_MS = 0.1
"""The clock of a process counts in hundredths of a second: few rounds of a quick page may come to none."""
ABOUT = "The fluency map, Today and one cell, with 100, 1,000 and 10,000 pieces of evidence; one reader, one page after another."


class Stage(NamedTuple):
    concept: str
    capability: str
    stage: str
    answer: dict[str, Any]
    variant: str = ""
    content: str = ""


def goes(number: int, seed: int = 1) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """So many pieces of evidence: for each go at an exercise its name and its rows, by a learner who gets four in five right."""
    dice, made = random.Random(seed), 0
    missions: list[tuple[Concept, Mission | Case]] = [(concept, one) for concept in track().concepts for one in concept.missions]
    cases: list[tuple[Concept, Mission | Case]] = [(concept, one) for concept in track().concepts for one in concept.cases]
    each = [*((one.slug, exercise(concept, one)) for concept, one in missions + cases), ("self-test", sitting())]
    while made < number:
        name, stages = dice.choice(each)
        rows = [row(dice, stage) for stage in stages][: number - made]
        made += len(rows)
        yield name, rows


def exercise(concept: Concept, one: Mission | Case) -> list[Stage]:
    words, first = asked_hash(one), dict[str, Any](picked=one.decide.best)
    if isinstance(one, Case):
        argued = first | {"reasons": [reason.id for reason in one.reasons[:2]], "flip": one.flips[0].id}
        before, decided = list[Stage](), argued
    else:
        before = [
            Stage(concept.slug, one.capability, "compare", {"values": one.exemplar.accept}, content=words),
            Stage(concept.slug, one.capability, "see", {"picked": 0}, content=words),
        ]
        decided = first
    twin = Stage(concept.slug, "decisions", "twin", {"picked": one.decide.twin.best}, content=words)
    return [*before, Stage(concept.slug, "decisions", "decide", decided, content=words), twin]


def sitting() -> list[Stage]:
    """All seven questions, to their end."""
    found = []
    for concept in track().concepts:
        for idea in concept.selftest.ideas if concept.selftest else ():
            given = {"claim": idea.contrasts[0].true, "other": idea.contrasts[0].false, "said": True, "true": True}
            number = concept.selftest.number if concept.selftest else 0
            found.append(Stage(concept.slug, "vocabulary", f"{number}.claim.{idea.slug}", given, f"{idea.slug}-1-true"))
        if concept.selftest:
            asked = concept.selftest.applications[0]
            options = [option.model_dump() for option in asked.options]
            answer = {"situation": asked.situation, "options": options, "best": asked.best, "picked": asked.best}
            found.append(Stage(concept.slug, "decisions", f"{concept.selftest.number}.application", answer, "application-1"))
    return found


def row(dice: random.Random, stage: Stage) -> dict[str, Any]:
    measured = stage.stage in ("compare", "see")
    return stage._asdict() | {
        "certainty": dice.choice((1, 2, 3)) if stage.stage != "see" else None,
        "score": float(dice.random() < 0.8),
        "marks": None,
        "grader": "rules-1",
        "why": "Said and compared.",
        "help": "",
        "seconds": 40.0,
        "conditions": catalogue.current().card().model_dump(mode="json") | {"chance": 0.3} if measured else None,
    }


async def write(store: Store, learner: str, number: int) -> None:
    """As if gone through until now, a piece every half hour: 10,000 are seven months."""
    at = clock.now() - timedelta(minutes=30 * (number + 1))
    async with store.begin() as session:
        for name, rows in goes(number):
            attempt = Attempt(id=uuid.uuid4().hex, learner_id=learner, exercise=name, seed=1, run_id=None, created=at)
            session.add(attempt)
            for one in rows:
                at += timedelta(minutes=30)
                session.add(Evidence(id=uuid.uuid4().hex, learner_id=learner, attempt_id=attempt.id, exercise=name, made=at, **one))


async def data(store: Store, learner: str, rounds: int) -> dict[str, float]:
    """Milliseconds, p95, of what the map is drawn from."""
    took: dict[str, list[float]] = {"held": [], "anew": []}
    for round_ in range(rounds):
        for how in took:
            if how == "anew":
                if round_ % 10:
                    continue
                progress._held.cache_clear()
            began = time.perf_counter()
            async with store.read() as session:
                await progress.fluency(session, learner, clock.now())
            took[how].append(1000 * (time.perf_counter() - began))
    return {how: percentile(each[1:] or each, 0.95) for how, each in took.items()}


async def pages(folder: Path, rounds: int) -> dict[str, float]:
    """Milliseconds of each page through the application: p95 on the wall, and under "cpu PATH" what the server's process worked for it.

    The second says the same on a busy machine.
    """
    port = free_port()
    server = serve("fluencylab.web.app:create_app", port, folder, "--factory")
    took: dict[str, list[float]] = {path: [] for path in PAGES}
    worked: dict[str, float] = {}
    process = psutil.Process(server.pid)
    try:
        await wait_for(port)
        async with Wire(port) as wire:
            for path in PAGES * 2:
                await wire.page(path)
            for path in PAGES:
                before = sum(process.cpu_times()[:2])
                for number in range(rounds):
                    began = time.perf_counter()
                    await wire.page(f"{path}?x={number}")
                    took[path].append(1000 * (time.perf_counter() - began))
                worked[f"cpu {path}"] = 1000 * (sum(process.cpu_times()[:2]) - before) / rounds
    finally:
        server.terminate()
        server.wait(30)
    return {path: percentile(each, 0.95) for path, each in took.items()} | worked


async def measure(size: int, rounds: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory(prefix="fluency-bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        told = {"slug": "told", "name": "Told", "kind": "endpoint", "base_url": "http://127.0.0.1:9/v1", "model": "told"}
        (folder / "models.json").write_text(json.dumps({"current": "told", "models": [told]}))
        os.environ["FLUENCY_DATA"] = name
        settings.cache_clear()
        await asyncio.to_thread(migrate)
        async with Store() as store:
            learner = await the_learner(store)
            await write(store, learner, size)
            found = await data(store, learner, rounds)
        return found | await pages(folder, rounds)


def table(found: dict[int, dict[str, float]]) -> list[dict[str, Any]]:
    least, most = found[SIZES[0]], found[SIZES[-1]]
    told = []
    for path in PAGES:
        each = " / ".join(f"{found[size][path]:.0f}" for size in SIZES)
        what = f"{path}, p95 at {SIZES[0]} / {SIZES[1]:,} / {SIZES[2]:,} pieces"
        told.append(_told(what, f"{each} ms", f"< {TARGET_MS} ms", most[path] < TARGET_MS, "one reader, the page as a browser gets it"))
        worked = " / ".join(f"{found[size][f'cpu {path}']:.0f}" for size in SIZES)
        told.append(_told(f"{path}, processor time of a page", f"{worked} ms", "told", True, "the same on a busy machine"))
    ratio = max(most[f"cpu {path}"] / max(least[f"cpu {path}"], LEAST_MS) for path in PAGES)
    what = "10,000 pieces beside 100, processor time, the page that grows most"
    means = "what was folded before is held, so a page pays for what is new"
    told.append(_told(what, f"{ratio:.2f}", f"≤ {TARGET_RATIO:g}", ratio <= TARGET_RATIO, means))
    anew = " / ".join(f"{found[size]['anew']:.0f}" for size in SIZES)
    held = " / ".join(f"{found[size]['held']:.1f}" for size in SIZES)
    told.append(_told("the data alone, held", f"{held} ms", "told", True, "looks whether anything is new"))
    told.append(_told("the data alone, folded from nothing", f"{anew} ms", "told", True, "once after each start of the lab"))
    return told


def _told(what: str, value: str, target: str, met: bool, means: str) -> dict[str, Any]:
    return {"what": what, "value": value, "target": target, "met": met, "means": means}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    found = {size: asyncio.run(measure(size, given.rounds)) for size in SIZES}
    if given.json:
        print(json.dumps({"about": ABOUT, "rows": table(found), "p95_ms": found, "cores": os.cpu_count(), "load": os.getloadavg()[0]}))
        return 0
    for one in table(found):
        print(f"{one['what']:72} {one['value']:>22} (target {one['target']})  {one['means']}")
    return 0 if all(one["met"] for one in table(found)) else 1


if __name__ == "__main__":
    sys.exit(main())

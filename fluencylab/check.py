"""Does all content resolve, and does every exercise prove itself on this model?

fluency check          every slug, instrument, parameter and fact that content names exists
fluency check --live   every mission is run, several times with other seeds, and its exemplars are graded
"""

from collections.abc import AsyncIterator, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from pydantic import BaseModel, TypeAdapter, ValidationError

from fluencylab.curriculum.loader import CONTENT
from fluencylab.curriculum.schema import CONDITION, Mission, Track
from fluencylab.errors import NotFound
from fluencylab.instruments import INSTRUMENTS, instrument
from fluencylab.models.types import Card, Model
from fluencylab.practice import exercises
from fluencylab.settings import settings

TRIALS = 10
VERIFIED = CONTENT / "verified.json"


class Proved(NamedTuple):
    """How a mission did on one model: `passed` of `trials`, and why it failed when it did."""

    mission: str
    content: str
    passed: int
    trials: int
    why: str = ""

    @property
    def shown(self) -> bool:
        return self.trials > 0 and self.passed / self.trials >= exercises.ENOUGH


def problems(track: Track) -> Iterator[str]:
    """Everything in the content that points nowhere, one sentence each."""
    for concept in track.concepts:
        if concept.lab and concept.lab not in INSTRUMENTS:
            yield f"{concept.slug}: there is no lab called {concept.lab}."
        for mission in concept.missions:
            yield from (f"{concept.slug}/{mission.slug}: {problem}" for problem in _mission(mission))


def _mission(mission: Mission) -> Iterator[str]:
    try:
        lab = instrument(mission.run.instrument)
        given = set(lab.fact_names(lab.Params.model_validate(mission.run.params)))
    except NotFound as error:
        yield error.message
        return
    except ValidationError as error:
        yield f"its run: {error.errors()[0]['loc']}: {error.errors()[0]['msg']}."
        return
    for where, fact in _facts(mission):
        if fact not in given:
            yield f"{where} names {fact}, which its run does not measure."


def _facts(mission: Mission) -> Iterator[tuple[str, str]]:
    yield from (("a prediction", asked.fact) for asked in mission.predict)
    conditions = [("the proof", c) for c in mission.proof] + [("a sight", c) for s in mission.seen.sights for c in s.holds]
    for where, condition in conditions:
        found = CONDITION.match(condition)
        sides = (found.group(1), found.group(3)) if found else ()
        yield from ((where, side) for side in sides if side[0].isalpha())


async def prove(model: Model, mission: Mission, trials: int = TRIALS) -> AsyncIterator[exercises.Trial]:
    """Run the mission again and again, each time with other seeds."""
    lab = instrument(mission.run.instrument)
    for i in range(trials):
        params = lab.Params.model_validate({**mission.run.params, "seed": mission.run.params.get("seed", 1 + 1000 * i)})
        steps = [step async for step in lab.run(model, params)]
        yield exercises.trial(mission, lab.conclude(steps).measures)


class Page(BaseModel):
    """What was proved on one file of weights."""

    model: str
    missions: dict[str, Proved] = {}


Book = TypeAdapter(dict[str, Page])


def record(card: Card, proved: list[Proved], file: Path) -> None:
    """Write down what was proved on this model, beside what was proved on others."""
    book = _book(file)
    page = book.setdefault(card.sha256, Page(model=card.name))
    page.missions.update({one.mission: one for one in proved})
    file.write_bytes(Book.dump_json(book, indent=1) + b"\n")
    _book.cache_clear()


@cache
def _book(file: Path) -> dict[str, Page]:
    return Book.validate_json(file.read_bytes()) if file.exists() else {}


def own_book() -> Path:
    """What this learner's own checks found, on models we have never seen."""
    return settings().data / "verified.json"


def standing(mission: Mission, sha256: str) -> Proved:
    """The mission's proof on this model; `trials` is 0 when there is none for these words."""
    current = exercises.content_hash(mission)
    for file in (own_book(), VERIFIED):
        page = _book(file).get(sha256)
        found = page.missions.get(mission.slug) if page else None
        if found and found.content == current:
            return found
    return Proved(mission.slug, current, 0, 0)

"""Does all content resolve, and does every exercise prove itself on this model?

fluency check          every slug, instrument, parameter and fact that content names exists
fluency check --live   every mission is run, several times with other seeds, and its exemplars are graded
"""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

from pydantic import ValidationError

from fluencylab.curriculum import proofs
from fluencylab.curriculum.proofs import VERIFIED, Proved, own_book
from fluencylab.curriculum.schema import CONDITION, Mission, Track
from fluencylab.errors import NotFound
from fluencylab.instruments import INSTRUMENTS, instrument
from fluencylab.models.types import Card, Model
from fluencylab.practice import exercises

__all__ = ["TRIALS", "VERIFIED", "Proved", "own_book", "problems", "prove", "record", "standing"]

TRIALS = 10


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


def record(card: Card, proved: list[Proved], file: Path) -> None:
    """Write down what was proved on this model, beside what was proved on others."""
    proofs.record(card.sha256, card.name, proved, [], file)


def standing(mission: Mission, sha256: str) -> Proved:
    """The mission's proof on this model; `trials` is 0 when there is none for these words."""
    current = exercises.content_hash(mission)
    for page in proofs.pages(sha256):
        found = page.missions.get(mission.slug)
        if found and found.content == current:
            return found
    return Proved(mission.slug, current, 0, 0)

"""Missions on the model in use: do they point anywhere wrong, do they prove themselves, which of them are shown."""

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any, TypeVar

from fluencylab.actions import missions
from fluencylab.actions.kinds.base import Proving
from fluencylab.curriculum import proofs
from fluencylab.curriculum.proofs import ByAuthor, Proved
from fluencylab.curriculum.schema import Mission, Track, pack_of
from fluencylab.errors import BadInput, LabBroken
from fluencylab.instruments import instrument
from fluencylab.instruments.base import Instrument, own_card
from fluencylab.instruments.missing import concluded
from fluencylab.models import catalogue
from fluencylab.models.types import Model, ModelInfo
from fluencylab.packs.fitting import problems
from fluencylab.packs.full_track import pages as author_pages
from fluencylab.practice import exercises
from fluencylab.practice.kinds import MISSION
from fluencylab.store.engine import Session
from fluencylab.store.tables import Attempt, Run

M = TypeVar("M", bound=Mission)


class MissionActs(Proving[M]):
    book = "missions"

    def why_hidden(self, of: M, card: ModelInfo | None = None) -> str:
        """One that nobody has tried on this model is shown; one that failed is not."""
        proof = standing(of, (card or catalogue.current()).sha256, self.book)
        if proof.shown or not proof.trials:
            return ""
        return f"It proved itself in only {proof.passed} of {proof.trials} runs on this model: {proof.why}."

    def proof_says(self, of: M) -> str:
        return verified(standing(of, catalogue.current().sha256, self.book))

    async def judge(self, session: Session, attempt: Attempt, run: Run, of: M) -> None:
        await missions.compare(session, attempt, run, of, self.kind)

    def problems(self, track: Track) -> Iterator[str]:
        for concept in track.concepts:
            for mission in concept.missions:
                yield from (f"{concept.slug}/{mission.slug}: {problem}" for problem in problems(mission))

    def trials(self, asked: int) -> int:
        return asked

    async def prove(self, model: Model, of: M, asked: int, advance: Callable[[], None], known: dict[Any, Any]) -> Proved:
        done = []
        async for trial in _trials(model, of, asked):
            done.append(trial)
            advance()
        why = next((trial.why for trial in done if not trial.passed), "")
        return Proved(of.slug, exercises.proof_hash(of), sum(trial.passed for trial in done), len(done), why)

    def instrument(self, of: M) -> Instrument:
        return instrument(of.run.instrument)


ACTS: MissionActs[Mission] = MissionActs(MISSION)


def standing(mission: Mission, sha256: str, book: str = "missions") -> Proved:
    """The mission's proof on this model, ours before its author's; `trials` is 0 when there is none for what it runs.

    A proof of before schema 0007 has the hash of every word, and holds while none has changed.
    """
    current, own = exercises.proof_hash(mission), own_card(instrument(mission.run.instrument))
    measured = own.sha256 if own else sha256
    pages = [(page, Proved) for page in proofs.pages(measured)] + [(page, ByAuthor) for page in author_pages(mission.slug, measured)]
    for page, kind in pages:
        proved: dict[str, Proved] = getattr(page, book)
        found = proved.get(mission.slug)
        if found and found.content in (current, exercises.content_hash(mission)):
            return kind(*found)._replace(content=current)
    return Proved(mission.slug, current, 0, 0)


def verified(proof: Proved) -> str:
    """How good the exercise is on this model, in words."""
    if proof.trials == 0:
        return "not yet tried on this model (fluency check --live tries it)"
    by = " by its author" if isinstance(proof, ByAuthor) else ""
    return f"verified{by} on this model: {proof.passed}/{proof.trials}"


async def _trials(model: Model, mission: Mission, trials: int) -> AsyncIterator[exercises.Trial]:
    """Run the mission again and again, each time with other seeds."""
    lab = instrument(mission.run.instrument)
    for i in range(trials):
        params = lab.Params.model_validate({**mission.run.params, "seed": mission.run.params.get("seed", 1 + 1000 * i)})
        try:
            steps = [step async for step in lab.run(model, params)]
            trial = exercises.trial(mission, concluded(lab, steps).measures)
        except (BadInput, LabBroken) as error:
            if not pack_of(mission.slug):
                raise
            trial = exercises.Trial(False, error.message.rstrip("."))  # what a stranger wrote ends no proof of the others
        yield trial

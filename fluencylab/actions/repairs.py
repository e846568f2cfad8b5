"""The acts of a repair: keep the prompt, try it on what is seen, hand it in, ask for a hint, look at the debrief.

Every hand-in is an attempt of its own, with its run; with that run's end its verdict is written down, once (`verdicts.py`).
"""

from collections.abc import Sequence
from typing import NamedTuple

from fluencylab.actions import drafts
from fluencylab.actions.learner_state import recall, remember
from fluencylab.actions.missions import new_attempt
from fluencylab.actions.runs import add_run, steps_of
from fluencylab.curriculum import proofs
from fluencylab.curriculum.proofs import ProvedRepair
from fluencylab.curriculum.repairs import LONGEST, Repair, repairs
from fluencylab.errors import BadInput, NotFound
from fluencylab.instruments.base import Step
from fluencylab.instruments.repair import by, whole
from fluencylab.models import catalogue
from fluencylab.practice import repairs as rules
from fluencylab.practice.kinds import REPAIR
from fluencylab.practice.repairs import CaseAnswer, Judged
from fluencylab.progress import evidence
from fluencylab.progress.evidence import NewEvidence
from fluencylab.runs.queue import RunQueue
from fluencylab.store import queries
from fluencylab.store.engine import Session, Store
from fluencylab.store.tables import Attempt, Evidence, Run

HIDDEN = ("hidden", "keep")


class Watched(NamedTuple):
    """A run with its steps."""

    run: Run
    steps: list[Step]


class Far(NamedTuple):
    """How far one repair is: how often it was handed in, and whether it ever passed."""

    tries: int
    passed: bool


class Help(NamedTuple):
    """What a learner asked for: so many hints, and the debrief, which holds them all."""

    hints: int = 0
    debrief: bool = False

    @property
    def note(self) -> str:
        """As it stands with the evidence; empty for none."""
        return "debrief shown" if self.debrief else "hint shown" if self.hints else ""


class AttemptState(NamedTuple):
    """All that belongs to one repair: what its page is drawn from."""

    prompt: str
    tried: Watched | None
    handed: Watched | None
    """The latest hand-in."""
    judged: list[Evidence]
    """Its verdicts, oldest first."""
    hints: int
    debrief: bool

    @property
    def passed(self) -> bool:
        return any(row.score == 1 for row in self.judged)


def find(slug: str) -> Repair:
    found = repairs().get(slug)
    if found is None:
        raise NotFound("There is no such repair.", "Choose one from the debugging bench.")
    return found


def name(repair: Repair, what: str = "") -> str:
    """What its attempts and drafts are called."""
    return REPAIR.key(repair.slug) + (f"/{what}" if what else "")


def proof(repair: Repair, sha256: str | None = None) -> ProvedRepair | None:
    """Its proof, for these words, on these weights; on those of the model in use where none are named."""
    words = rules.tested(repair)
    for page in proofs.pages(catalogue.current().sha256 if sha256 is None else sha256):
        found = page.repairs.get(repair.slug)
        if found and found.content == words:
            return found
    return None


def proved_says(proved: ProvedRepair | None) -> str:
    """How good the exercise is on this model, in words."""
    if proved is None:
        return "not yet tried on this model (fluency check --live tries it)"
    (right, of), (before, _) = proved.reference, proved.original
    return f"verified on this model: original {before} of {of}, reference {right} of {of}"


def why_hidden(proved: ProvedRepair | None) -> str:
    """Empty where the exercise is shown."""
    if proved is None or proved.shown:
        return ""
    return f"It proved itself in only {proved.passed} of {proved.trials} runs on this model: {proved.why.rstrip('.')}."


async def load_attempt(session: Session, learner: str, repair: Repair) -> AttemptState:
    kept = await queries.draft(session, learner, name(repair))
    tried = (await recall(session, learner, name(repair, "tried"))).get("run")
    help_ = await _help(session, learner, repair)
    attempts = [one for one in await queries.attempts(session, learner, name(repair)) if one.run_id]
    judged = [row for one in attempts for row in await queries.attempt_evidence(session, one.id)]
    return AttemptState(
        kept.text if kept else repair.prompt,
        await _watched(session, tried) if tried else None,
        await _watched(session, attempts[-1].run_id or "") if attempts else None,
        judged,
        len(repair.hints) if help_.debrief else help_.hints,
        help_.debrief or any(row.score == 1 for row in judged),
    )


async def result_of(session: Session, repair: Repair, attempt: Attempt) -> AttemptState:
    """As it stood with one hand-in that was judged: its prompt, its run, its verdict."""
    judged = list(await queries.attempt_evidence(session, attempt.id))
    prompt = str(judged[-1].answer.get("prompt", repair.prompt)) if judged else repair.prompt
    return AttemptState(prompt, None, await _watched(session, attempt.run_id or ""), judged, len(repair.hints), True)


async def far(session: Session, learner: str) -> dict[str, Far]:
    """Every repair that was judged, by its slug."""
    rows = await queries.stage_scores(session, learner, REPAIR.stage)
    found: dict[str, list[float | None]] = {}
    for key, score in rows:
        if slug := REPAIR.slug(key):
            found.setdefault(slug, []).append(score)
    return {slug: Far(len(scores), 1 in scores) for slug, scores in found.items()}


async def _watched(session: Session, run_id: str) -> Watched | None:
    run = await queries.run(session, run_id)
    return Watched(run, await steps_of(session, run)) if run else None


async def _help(session: Session, learner: str, repair: Repair) -> Help:
    return Help(**await recall(session, learner, name(repair, "help")))


def told(steps: Sequence[Step], who: str = "yours") -> list[CaseAnswer]:
    """The answers to one prompt, as the rules read them."""
    return [CaseAnswer(group, step.data["case"], whole(step)) for group in HIDDEN for step in by(steps, who, group)]


# Acts


async def keep(store: Store, learner: str, repair: Repair, prompt: str) -> None:
    """Keep the prompt as it stands, whatever it is worth."""
    prompt = drafts.fitting(prompt, "the prompt", LONGEST)
    async with store.begin() as session:
        await drafts.keep(session, learner, name(repair), prompt)


async def again(store: Store, learner: str, repair: Repair) -> None:
    """Begin from the original prompt."""
    await keep(store, learner, repair, repair.prompt)


async def attempt_visible(store: Store, queue: RunQueue, learner: str, repair: Repair, prompt: str) -> str:
    """Both prompts on the visible cases; nothing of it counts. The id of the run."""
    prompt = rules.checked(repair, prompt, hand_in=False)
    async with store.begin() as session:
        await queries.lock_learner(session, learner)
        run = add_run(session, learner, "repair", {"repair": repair.slug, "prompt": prompt, "groups": ["visible"]})
        await session.flush()
        await drafts.keep(session, learner, name(repair), prompt)
        await remember(session, learner, name(repair, "tried"), {"run": run.id})
    await queue.put(run.id)
    return run.id


async def hand_in(store: Store, queue: RunQueue, learner: str, repair: Repair, prompt: str) -> str:
    """The hidden cases. Handed in while a hand-in is being judged, it gives that one's run."""
    prompt = rules.checked(repair, prompt)
    async with store.begin() as session:
        await queries.lock_learner(session, learner)
        last = await queries.latest_attempt(session, learner, name(repair))
        under_way = await queries.run(session, last.run_id) if last and last.run_id else None
        if under_way is not None and under_way.status in ("queued", "running"):
            return under_way.id
        params = {"repair": repair.slug, "prompt": prompt, "groups": list(HIDDEN), "original": proof(repair) is None}
        run = add_run(session, learner, "repair", params)
        await session.flush()
        attempt = new_attempt(learner, name(repair))
        attempt.run_id = run.id
        session.add(attempt)
        await drafts.keep(session, learner, name(repair), prompt)
    await queue.put(run.id)
    return run.id


async def judge(session: Session, attempt: Attempt, run: Run, repair: Repair) -> None:
    """Write down the verdict of a hand-in whose run came to its end. The learner is locked."""
    if await queries.attempt_evidence(session, attempt.id):
        return
    helped = (await _help(session, attempt.learner_id, repair)).note
    judged = rules.judge(repair, told(await steps_of(session, run)))
    await evidence.append(session, attempt, _shown(repair, run, judged, helped), run.ended)


def _shown(repair: Repair, run: Run, judged: Judged, helped: str) -> NewEvidence:
    verdict = rules.verdict(repair, judged)
    answer = {"prompt": run.params["prompt"], "hits": judged.hits, "n": judged.n, "lost": [one.about for one in judged.lost]}
    shown = NewEvidence(repair.concept, "debugging", REPAIR.stage, answer, verdict.score, verdict.grader, why=verdict.why)
    guessed = REPAIR.chances(repair)[REPAIR.stage]
    return shown._replace(conditions=run.card, content=REPAIR.words(repair), help=helped, chance=guessed)


async def hint(store: Store, learner: str, repair: Repair) -> None:
    """One more hint. What is judged afterwards counts half."""
    async with store.begin() as session:
        await queries.lock_learner(session, learner)
        seen = await _help(session, learner, repair)
        if not seen.debrief:
            await remember(session, learner, name(repair, "help"), {"hints": min(len(repair.hints), seen.hints + 1)})


async def show_debrief(store: Store, learner: str, repair: Repair) -> None:
    """The reference repair and why the plausible ones fail. Nobody who looks has lost anything but the first try."""
    async with store.begin() as session:
        await queries.lock_learner(session, learner)
        if await queries.latest_attempt(session, learner, name(repair)) is None:
            raise BadInput("Hand in a repair of your own first.", "A wrong one is welcome: it shows what the right one changes.")
        await remember(session, learner, name(repair, "help"), {"debrief": True})

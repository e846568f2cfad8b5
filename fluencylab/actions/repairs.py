"""The acts of a repair: keep the prompt, try it on what is seen, hand it in, ask for a hint, look at the debrief.

Every hand-in is an attempt of its own, with its run; when that has come to its end, its verdict is written down, once.
"""

from collections.abc import Sequence
from typing import NamedTuple

from fluencylab import clock
from fluencylab.actions.missions import new_attempt
from fluencylab.actions.runs import add_run
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
from fluencylab.store.tables import Attempt, Draft, Evidence, Run

ALL = "all"
"""Kept as the help of who saw the debrief."""
HIDDEN = ("hidden", "keep")


class Watched(NamedTuple):
    """A run with its steps."""

    run: Run
    steps: list[Step]


class Far(NamedTuple):
    """How far one repair is: how often it was handed in, and whether it ever passed."""

    tries: int
    passed: bool


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


def proof(repair: Repair, sha256: str = "") -> ProvedRepair | None:
    """Its proof, for these words, on these weights; on those of the model in use where none are named."""
    words = rules.tested(repair)
    for page in proofs.pages(sha256 or catalogue.current().card().sha256):
        found = page.repairs.get(repair.slug)
        if found and found.content == words:
            return found
    return None


def proved_says(found: ProvedRepair | None) -> str:
    """How good the exercise is on this model, in words."""
    if found is None:
        return "not yet tried on this model (fluency check --live tries it)"
    (right, of), (before, _) = found.reference, found.original
    return f"verified on this model: original {before} of {of}, reference {right} of {of}"


def why_hidden(found: ProvedRepair | None) -> str:
    """Empty where the exercise is shown."""
    if found is None or found.shown:
        return ""
    return f"It proved itself in only {found.passed} of {found.trials} runs on this model: {found.why.rstrip('.')}."


async def load_attempt(session: Session, learner: str, repair: Repair) -> AttemptState:
    kept = await queries.draft(session, learner, name(repair))
    tried = await queries.draft(session, learner, name(repair, "tried"))
    help_ = await _help(session, learner, repair)
    attempts = [one for one in await queries.attempts(session, learner, name(repair)) if one.run_id]
    judged = [row for one in attempts for row in await queries.attempt_evidence(session, one.id)]
    return AttemptState(
        kept.text if kept else repair.prompt,
        await _watched(session, tried.text) if tried else None,
        await _watched(session, attempts[-1].run_id or "") if attempts else None,
        judged,
        len(repair.hints) if help_ == ALL else int(help_ or 0),
        help_ == ALL or any(row.score == 1 for row in judged),
    )


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
    if run is None:
        return None
    return Watched(run, [Step(kind=row.kind, data=row.data) for row in await queries.steps_after(session, run.id)])


async def _help(session: Session, learner: str, repair: Repair) -> str:
    kept = await queries.draft(session, learner, name(repair, "help"))
    return kept.text if kept else ""


def told(steps: Sequence[Step], who: str = "yours") -> list[CaseAnswer]:
    """The answers to one prompt, as the rules read them."""
    return [CaseAnswer(group, step.data["case"], whole(step)) for group in HIDDEN for step in by(steps, who, group)]


# Acts


async def keep(store: Store, learner: str, repair: Repair, prompt: str) -> None:
    """Keep the prompt as it stands, whatever it is worth."""
    async with store.begin() as session:
        await _keep(session, learner, name(repair), prompt.replace("\r\n", "\n").replace("\0", "")[:LONGEST])


async def _keep(session: Session, learner: str, what: str, text: str) -> None:
    await session.merge(Draft(learner_id=learner, name=what, text=text, saved=clock.now()))


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
        await _keep(session, learner, name(repair), prompt)
        await _keep(session, learner, name(repair, "tried"), run.id)
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
        await _settle(session, learner, repair)
        params = {"repair": repair.slug, "prompt": prompt, "groups": list(HIDDEN), "original": proof(repair) is None}
        run = add_run(session, learner, "repair", params)
        await session.flush()
        attempt = new_attempt(learner, name(repair))
        attempt.run_id = run.id
        session.add(attempt)
        await _keep(session, learner, name(repair), prompt)
    await queue.put(run.id)
    return run.id


async def settle(store: Store, learner: str, repair: Repair) -> None:
    """Write down the verdict of the latest hand-in, if its run has ended and nobody has yet."""
    async with store.read() as session:
        if await _unsettled(session, learner, repair) is None:
            return
    async with store.begin() as session:
        await queries.lock_learner(session, learner)
        await _settle(session, learner, repair)


async def _settle(session: Session, learner: str, repair: Repair) -> None:
    """Before anything changes what the latest hand-in counts for: another hand-in, a hint."""
    found = await _unsettled(session, learner, repair)
    if found is None:
        return
    attempt, watched = found
    judged = rules.judge(repair, told(watched.steps))
    await evidence.append(session, attempt, _shown(repair, watched, judged, await _helped(session, learner, repair)))


async def _unsettled(session: Session, learner: str, repair: Repair) -> tuple[Attempt, Watched] | None:
    attempt = await queries.latest_attempt(session, learner, name(repair))
    if attempt is None or not attempt.run_id or await queries.attempt_evidence(session, attempt.id):
        return None
    watched = await _watched(session, attempt.run_id)
    return (attempt, watched) if watched and watched.run.status == "done" else None


async def _helped(session: Session, learner: str, repair: Repair) -> str:
    help_ = await _help(session, learner, repair)
    return "debrief shown" if help_ == ALL else "hint shown" if help_ not in ("", "0") else ""


def _shown(repair: Repair, watched: Watched, judged: Judged, helped: str) -> NewEvidence:
    verdict = rules.verdict(repair, judged)
    answer = {"prompt": watched.run.params["prompt"], "hits": judged.hits, "n": judged.n, "lost": [one.about for one in judged.lost]}
    shown = NewEvidence(repair.concept, "debugging", REPAIR.stage, answer, verdict.score, verdict.grader, why=verdict.why)
    guessed = REPAIR.chances(repair)[REPAIR.stage]
    return shown._replace(conditions=watched.run.card, content=REPAIR.words(repair), help=helped, chance=guessed)


async def hint(store: Store, learner: str, repair: Repair) -> None:
    """One more hint. What is handed in afterwards counts half."""
    async with store.begin() as session:
        await queries.lock_learner(session, learner)
        await _settle(session, learner, repair)
        seen = await _help(session, learner, repair)
        if seen != ALL:
            await _keep(session, learner, name(repair, "help"), str(min(len(repair.hints), int(seen or 0) + 1)))


async def show_debrief(store: Store, learner: str, repair: Repair) -> None:
    """The reference repair and why the plausible ones fail. Nobody who looks has lost anything but the first try."""
    async with store.begin() as session:
        await queries.lock_learner(session, learner)
        attempt = await queries.latest_attempt(session, learner, name(repair))
        if attempt is None:
            raise BadInput("Hand in a repair of your own first.", "A wrong one is welcome: it shows what the right one changes.")
        await _settle(session, learner, repair)
        await _keep(session, learner, name(repair, "help"), ALL)

"""What was foretold of a product, held against what came. It counts for how sure against how right one is, and in no cell of the map.

    await foretell(store, learner, "alignment", judge_id, {"passes": 90, "fails": 75}, certainty=2)     before it is shown
    await settle(session, learner, "alignment", judge_id, {"passes": of.tpr, "fails": of.tnr})          by the act that measures it

`what`: a word of `FORECASTS`; the facts that may be said stand there, in percent. `of`: what it is about, by an id that is never used for
something else: a run, a judge in its wording, a spec on its mutants. Each is foretold once and settled once; what is not foretold is not
settled, and is no fault. In the same way `foretell_better` and `settle_better`, for which of two versions turns out better.
"""

from collections.abc import Mapping, Sequence

from fluencylab.actions.missions import new_attempt
from fluencylab.errors import BadInput
from fluencylab.practice import exercises, graders
from fluencylab.practice.kinds.foretold import COMPARE, CONCEPT, FORECASTS, FORETOLD, PREDICT
from fluencylab.practice.verdict import GRADER
from fluencylab.progress import evidence
from fluencylab.progress.evidence import NewEvidence
from fluencylab.stats import Measure
from fluencylab.store import product_queries, queries
from fluencylab.store.engine import Session, Store
from fluencylab.store.tables import Attempt, Evidence
from fluencylab.workbench.paired import Comparison, rate

CAPABILITY = "decisions"
ENOUGH, LEAST = 20, 10
"""Outputs read before a share that was expected is held against them; where there are fewer, all of them, and never fewer than ten."""
ENDED = ("done", "failed", "cancelled")
BETTER = {"after": "the new version", "before": "the one it is compared with", "neither": "no difference that so many cases can show"}
"""What may be foretold of two versions."""


async def foretell(store: Store, learner: str, what: str, of: str, values: Mapping[str, float], certainty: int) -> None:
    """Commit to numbers before they are shown. Raises BadInput where they are none, or where it was foretold before."""
    async with store.begin() as session:
        await queries.lock_learner(session, learner)
        await commit(session, learner, what, of, values, certainty)


async def commit(session: Session, learner: str, what: str, of: str, values: Mapping[str, float], certainty: int) -> None:
    """The same within an act that does more. The learner is locked."""
    asked = FORECASTS[what]
    for fact, value in values.items():
        one = asked.of(fact)
        if one is None or not one.low <= value <= one.high:
            raise BadInput("What you expect is a share from 0 to 100 %.", "Move the diamond or type a number.")
    if not values:
        raise BadInput("Say first what you expect: a share from 0 to 100 %.", "It is shown once you have.")
    await _commit(session, learner, what, of, {"values": dict(values)}, certainty)


async def foretell_better(store: Store, learner: str, of: str, picked: str, certainty: int, against: str = "") -> None:
    """The same for which of two versions turns out better. `picked`: a word of BETTER; `against`: the id of the other one."""
    if picked not in BETTER:
        raise BadInput("Say first which version you expect to be better.", "The comparison is shown once you have.")
    async with store.begin() as session:
        await queries.lock_learner(session, learner)
        await _commit(
            session, learner, "better", of, {"values": {}, "picked": picked, "text": BETTER[picked], "against": against}, certainty
        )


async def _commit(session: Session, learner: str, what: str, of: str, answer: dict[str, object], certainty: int) -> None:
    graders.marks(True, certainty)
    key = FORETOLD.key(f"{what}/{of}")
    if await queries.latest_attempt(session, learner, key):
        raise BadInput("You have said what you expect of this, perhaps in another tab.", "Go on from where the page stands now.")
    attempt = new_attempt(learner, key)
    session.add(attempt)
    await session.flush()
    await evidence.append(session, attempt, NewEvidence(CONCEPT, CAPABILITY, PREDICT, answer, None, GRADER, certainty))


async def foretold(session: Session, learner: str, what: str, of: str) -> dict[str, Evidence]:
    """What was said ("predict"), and how it came out ("compare"); empty where nothing was foretold."""
    attempt = await queries.latest_attempt(session, learner, FORETOLD.key(f"{what}/{of}"))
    return {row.stage: row for row in await queries.attempt_evidence(session, attempt.id)} if attempt else {}


async def settled(session: Session, learner: str, what: str, ids: Sequence[str]) -> set[str]:
    """Those of the ids of which it is known how they came out; one SELECT, however many there are."""
    keys = {FORETOLD.key(f"{what}/{of}"): of for of in ids}
    return {keys[key] for key in await queries.exercises_at(session, learner, list(keys), COMPARE)} if keys else set()


async def settle(session: Session, learner: str, what: str, of: str, measured: Mapping[str, Measure]) -> Evidence | None:
    """Hold what was foretold against what was measured, once. None where nothing was foretold, or it was settled before.

    Within the act that measures it, never by a page. A share is right within five points, or inside the 95 % interval; all must be.
    """
    attempt = await queries.latest_attempt(session, learner, FORETOLD.key(f"{what}/{of}"))
    shown = {row.stage: row for row in await queries.attempt_evidence(session, attempt.id)} if attempt else {}
    if attempt is None or PREDICT not in shown or COMPARE in shown:
        return None
    said = {fact: value for fact, value in shown[PREDICT].answer["values"].items() if fact in measured and measured[fact].n}
    return await _graded(session, attempt, what, said, measured, shown[PREDICT].certainty) if said else None


async def _graded(
    session: Session, attempt: Attempt, what: str, said: Mapping[str, float], measured: Mapping[str, Measure], certainty: int | None
) -> Evidence:
    graded = [exercises.graded_prediction(one, said[one.fact], measured[one.fact]) for one in FORECASTS[what].asked if one.fact in said]
    score = graders.both(graded)
    earned = graders.marks(score == 1, certainty) if certainty else None
    answer, why = {"graded": [one._asdict() for one in graded]}, " ".join(one.why for one in graded)
    return await evidence.append(session, attempt, NewEvidence(CONCEPT, CAPABILITY, COMPARE, answer, score, GRADER, certainty, earned, why))


async def settle_better(session: Session, learner: str, of: str, comparison: Comparison) -> Evidence | None:
    """Hold what was foretold of two versions against the paired result, once."""
    shown = await foretold(session, learner, "better", of)
    attempt = await queries.latest_attempt(session, learner, FORETOLD.key(f"better/{of}"))
    if attempt is None or PREDICT not in shown or COMPARE in shown:
        return None
    came, picked = paired_result(comparison), str(shown[PREDICT].answer["picked"])
    certainty, score = shown[PREDICT].certainty, float(picked == came)
    earned = graders.marks(score == 1, certainty) if certainty else None
    answer = {"picked": picked, "came": came, "text": BETTER.get(picked, picked)}
    why = f"You expected {BETTER.get(picked, picked)}. It came out as {BETTER[came]}."
    return await evidence.append(session, attempt, NewEvidence(CONCEPT, CAPABILITY, COMPARE, answer, score, GRADER, certainty, earned, why))


def paired_result(found: Comparison) -> str:
    """A case that must not break and broke decides before any sum; else whether the difference is more than chance."""
    if found.protected:
        return "before"
    if not found.sure:
        return "neither"
    return "after" if found.change.value > 0 else "before"


async def settle_expected(session: Session, learner: str, run_id: str) -> Evidence | None:
    """Hold the share that was expected of an evaluation against what was read of it, once enough was. By the act that keeps a label."""
    evaluation = await product_queries.evaluation(session, run_id)
    if evaluation is None or evaluation.expected is None or not evaluation.certainty:
        return None
    key = FORETOLD.key(f"expected/{run_id}")
    if await queries.latest_attempt(session, learner, key):
        return None
    run, outputs = await queries.run_progress(session, run_id), await product_queries.output_count(session, run_id)
    if run is None or run.status not in ENDED:
        return None
    said: dict[str, list[bool]] = {}
    for label, case in await product_queries.labelled(session, [run_id], ""):
        said.setdefault(str(case), []).append(label.passed)
    if sum(map(len, said.values())) < max(LEAST, min(ENOUGH, outputs)):
        return None
    attempt = new_attempt(learner, key)
    attempt.created = evaluation.created
    session.add(attempt)
    await session.flush()
    return await _graded(session, attempt, "expected", {"share": float(evaluation.expected)}, {"share": rate(said)}, evaluation.certainty)

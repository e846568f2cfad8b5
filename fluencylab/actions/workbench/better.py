"""Which of two versions will turn out better, said before anything of the second was read, and held against what is then read of both.

await foretell(store, learner, product_id, run_id, "after", certainty=2)
await settle(session, learner, product_id, run_id)        by the act that keeps a label, of either run
"""

from typing import Any, NamedTuple

from fluencylab.actions.workbench import evidence
from fluencylab.actions.workbench.evaluations import Evaluated, evaluated, owned_evaluation
from fluencylab.actions.workbench.evidence import BETTER, ENDED, ENOUGH, LEAST
from fluencylab.errors import BadInput
from fluencylab.practice.kinds.foretold import COMPARE, FORETOLD, PREDICT
from fluencylab.store import product_queries, queries
from fluencylab.store.engine import Session, Store
from fluencylab.workbench.paired import compare

WHAT = "better"


class Better(NamedTuple):
    """`before`: the evaluation that it is compared with. `picked`: what was said of it, or ""; `came`: how it came out, in a sentence."""

    before: Evaluated
    after: Evaluated
    picked: str
    certainty: int
    came: str


async def stands(session: Session, learner: str, product_id: str, run_id: str) -> Better | None:
    """None where there is no other version to compare with, or it was not said before reading began."""
    runs = await evaluated(session, product_id)
    after = next((one for one in runs if one.run == run_id and one.version), None)
    if after is None:
        return None
    shown = await evidence.foretold(session, learner, WHAT, run_id)
    said = shown.get(PREDICT)
    against = str(said.answer.get("against", "")) if said else ""
    before = next((one for one in runs if one.run == against), None) if said else _before(runs, after)
    if before is None or (said is None and after.read):
        return None
    came = shown[COMPARE].why if COMPARE in shown else ""
    return Better(before, after, str(said.answer["picked"]) if said else "", (said.certainty or 1) if said else 0, came)


def _before(runs: list[Evaluated], after: Evaluated) -> Evaluated | None:
    """The latest of another version that was made before it, and has cases in common with it."""
    earlier = runs[runs.index(after) + 1 :]
    return next((one for one in earlier if one.version not in (0, after.version) and one.outputs and _meet(one.part, after.part)), None)


def _meet(part: str, other: str) -> bool:
    return part == other or "all" in (part, other)


async def foretell(store: Store, learner: str, product_id: str, run_id: str, picked: str, certainty: int) -> None:
    """Raises BadInput once something of it was read: what one has seen cannot be foretold."""
    async with store.read() as session:
        await owned_evaluation(session, learner, product_id, run_id)
        found = await stands(session, learner, product_id, run_id)
    if found is None or found.picked:
        raise BadInput("Which version is better can no longer be foretold here.", "It is asked once, before you read the first output.")
    await evidence.foretell_better(store, learner, run_id, picked, certainty, found.before.run)


async def settle(session: Session, learner: str, product_id: str, run_id: str) -> None:
    """Of each pair that this run is one of: once twenty cases are read in both, of fewer all, and never fewer than ten."""
    evaluations = {one.run_id: (one, status) for one, status in await product_queries.evaluations(session, product_id)}
    keys = [FORETOLD.key(f"{WHAT}/{run}") for run in evaluations]
    for attempt in await queries.attempts_at(session, learner, keys):
        shown = {row.stage: row for row in await queries.attempt_evidence(session, attempt.id)}
        after = attempt.exercise.rpartition("/")[2]
        before = str(shown[PREDICT].answer.get("against", "")) if PREDICT in shown else ""
        if COMPARE in shown or run_id not in (before, after) or before not in evaluations:
            continue
        pair = [evaluations[run] for run in (before, after)]
        if all(status in ENDED for _, status in pair):
            cases = [await product_queries.output_count(session, one.run_id) // max(1, one.draws) for one, _ in pair]
            await _settle_pair(session, learner, product_id, before, after, max(LEAST, min(ENOUGH, *cases)))


async def _settle_pair(session: Session, learner: str, product_id: str, before: str, after: str, enough: int) -> None:
    said: dict[str, dict[str, list[bool]]] = {before: {}, after: {}}
    for label, case in await product_queries.labelled(session, list(said), ""):
        said[label.run_id].setdefault(str(case), []).append(label.passed)
    if len(said[before].keys() & said[after].keys()) < enough:
        return
    must = set(map(str, await product_queries.must_not_break(session, product_id)))
    await evidence.settle_better(session, learner, after, compare(said[before], said[after], must_hold=must))


def public(run_id: str, found: Better | None) -> dict[str, Any]:
    """For the terminal and for programs. `picked`: "" while it is not said; `open`: whether it may be said now."""
    if found is None:
        says = "Which version is better cannot be foretold here: no other version ran before it, or you have read an output of it."
        return {"run": run_id, "open": False, "picked": "", "came": "", "says": says}
    pair = f"version {found.after.version} against version {found.before.version}"
    said = f"Of {pair} you expect {BETTER[found.picked]}." if found.picked else f"Nothing is said yet of {pair}: after, before or neither?"
    came = found.came or ("It is told once enough cases are read in both." if found.picked else "")
    return {
        "run": run_id,
        "open": not found.picked,
        "before": found.before.run,
        "versions": {"before": found.before.version, "after": found.after.version},
        "picked": found.picked,
        "certainty": found.certainty,
        "came": found.came,
        "says": f"{said} {came}".strip(),
    }


__all__ = ["BETTER", "Better", "foretell", "public", "settle", "stands"]

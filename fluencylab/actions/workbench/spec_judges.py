"""Judges in a spec: asked about what broken products answered, and what a judge that likes everything would let through."""

from typing import NamedTuple

from fluencylab.actions.workbench import judges, sending
from fluencylab.actions.workbench.judge_verdicts import is_judge
from fluencylab.actions.workbench.spec_results import OfMutant, SpecResult, readable, trusted_checks
from fluencylab.actions.workbench.spec_runs import owned_spec_run
from fluencylab.errors import LabError
from fluencylab.runs.queue import RunQueue
from fluencylab.store import product_queries
from fluencylab.store.engine import Session, Store
from fluencylab.store.tables import Product, ProductCheck, SpecRun
from fluencylab.workbench.frozen_spec import FrozenSpec
from fluencylab.workbench.judge import KIND
from fluencylab.workbench.mutants import MutationScore, mutation_score
from fluencylab.workbench.spec import stops


class Unasked(NamedTuple):
    """A judge that was not asked about answers of a clinic. `trouble`: why it cannot be; `host`: what has to be said yes to first."""

    check: ProductCheck
    plan: judges.JudgePlan | None
    trouble: LabError | None
    host: str


async def unasked(session: Session, product: Product, run: SpecRun) -> list[Unasked]:
    """The judges that the spec rests on, or that may say what is worse, with what asking them would take."""
    rows = [row for row in await product_queries.checks(session, product.id) if is_judge(row) and readable(row)]
    wanted = {test.check_id for test in FrozenSpec.model_validate(run.tests).tests}
    wanted |= {row.id for row in await trusted_checks(session, product, rows)}
    counts = {run.run_id: await product_queries.output_count(session, run.run_id)}
    found = []
    for row in rows:
        if row.id in wanted:
            try:
                plan = await judges.plan(session, product, row, counts, "all")
                host = await sending.to_be_asked(session, product.id, sending.reader(str(row.rule["model"])))
            except LabError as error:
                found.append(Unasked(row, None, error, ""))
            else:
                found += [Unasked(row, plan, None, host)] if plan.calls else []
    return found


async def ask(store: Store, queue: RunQueue, learner: str, product_id: str, run_id: str, check_id: str, consent: str = "") -> str:
    """Ask a judge about the answers of a clinic. Gives the run's id."""
    async with store.read() as session:
        await owned_spec_run(session, learner, product_id, run_id)
    return await judges.start(store, queue, learner, product_id, check_id, "all", consent, run_id)


def kind_judge(found: SpecResult) -> MutationScore | None:
    """How the spec would do, were its judge one that likes everything; None where it has no judge."""
    kind = {test.id for test in found.spec.tests if test.rule.get("kind") == KIND}
    if not kind:
        return None
    return mutation_score({one.name: _stops(one, kind) for one in found.mutants}, {one.name for one in found.mutants if one.worse.really})


def _stops(one: OfMutant, kind: set[str]) -> bool | None:
    return stops([outcome._replace(stopped=False) if test in kind else outcome for test, outcome in one.outcomes.items()])

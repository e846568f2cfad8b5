"""`fluency product spec ask`: ask the judges of a spec about what broken products answered."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from fluencylab.cli import show
from fluencylab.cli.learner_data import opened
from fluencylab.cli.product_data import Json, Of, find_product
from fluencylab.cli.product_labs import Yes, consent
from fluencylab.errors import BadInput

if TYPE_CHECKING:
    from fluencylab.store.engine import Store


def ask_judges(
    product: Of = "",
    run: Annotated[str, typer.Option("--run", help="The beginning of the id of a test of the spec; the latest, unless told.")] = "",
    plan: Annotated[bool, typer.Option("--plan", help="Only say what it would take.")] = False,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Ask the judges that the spec rests on about the answers of a test of it; each question once.

    Example:  fluency product spec ask
    """

    async def act(store: "Store", learner: str) -> list[dict[str, Any]]:
        from fluencylab.actions import verdicts
        from fluencylab.actions.workbench import judges, products, spec_judges, spec_runs
        from fluencylab.runs.execute import execute
        from fluencylab.store import spec_queries

        product_id = await find_product(store, learner, product)
        async with store.read() as session:
            of = await products.owned(session, learner, product_id)
            runs = [one.run_id for one, _ in await spec_queries.runs(session, product_id) if one.run_id.startswith(run)]
            if not runs:
                raise BadInput("The spec was not tested yet.", "Test it first: fluency product spec run --expect 80")
            asking = await spec_judges.unasked(session, of, await spec_runs.owned_spec_run(session, learner, product_id, runs[0]))
        found = []
        for one in asking:
            if one.plan is None:
                raise one.trouble or BadInput("This judge cannot be asked.", "Look at it with: fluency product checks list")
            if not plan:
                host = await consent(store, product_id, str(one.check.rule["model"]), yes=yes, ask=not as_json)
                await execute(await judges.add(store, learner, product_id, one.check.id, "all", host, runs[0]), verdicts.of_run)
            found.append({"judge": one.check.name, "answers": one.plan.outputs, "calls": one.plan.calls, "seconds": one.plan.seconds})
        return found

    rows = opened(act)
    if as_json:
        show.json_out(rows)
        return
    for row in rows:
        told = f"{row['answers']} answers, {row['calls']} calls, about {row['seconds']} s"
        show.out.print(
            f"{row['judge']}: {told}." if plan else f"{row['judge']} was asked: {told}. See: fluency product spec result", markup=False
        )
    if not rows:
        show.out.print("There is no judge in the spec that was not asked about every answer.")

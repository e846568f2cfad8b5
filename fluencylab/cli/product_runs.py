"""What comes out of a product, from the terminal: run a version, see the outputs, foretell which is better, and compare two evaluations."""

from itertools import cycle
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fluencylab.cli import show, weights
from fluencylab.cli.learner_data import opened
from fluencylab.cli.product_data import Json, Of, Which, find_product, find_run, find_version
from fluencylab.cli.product_labs import Yes, consent
from fluencylab.errors import BadInput, LabError
from fluencylab.text.terminal import harmless

if TYPE_CHECKING:
    from fluencylab.store.engine import Store


def run_version(
    expect: Annotated[
        list[int],
        typer.Option(
            min=0,
            max=100,
            help="Which share of the outputs you will let pass, in percent: say it before it runs. Once, or for each version.",
        ),
    ],
    version: Annotated[list[int] | None, typer.Option(help="Which version; again for one more. The latest, unless told.")] = None,
    product: Of = "",
    part: Annotated[str, typer.Option(help="open, 'held back' or all.")] = "open",
    draws: Annotated[int, typer.Option(min=1, max=20, help="Answers to each case.")] = 1,
    sure: Annotated[int, typer.Option(min=1, max=3, help="1 not sure, 2 fairly sure, 3 very sure.")] = 2,
    yes: Yes = False,
    anew: Annotated[bool, typer.Option("--anew", help="Ask also what an earlier evaluation asked the same model.")] = False,
    as_json: Json = False,
) -> None:
    """Run a version on the cases, or several. What you expect is kept with each. Ctrl-C stops; the same lab goes on when it is opened.

    What an earlier evaluation asked the same model is not asked again, unless you say so.

    Example:  fluency product run --expect 70
    """
    wanted = version or [0]
    if len(expect) not in (1, len(wanted)):
        raise BadInput(
            f"{len(expect)} shares are expected, of {len(wanted)} versions.", "Say --expect once for all of them, or once for each."
        )
    weights.have()

    async def act(store: "Store", learner: str) -> list[dict[str, Any]]:
        from fluencylab.actions.workbench import evaluations, versions

        product_id = await find_product(store, learner, product)
        hosts = {}
        for number in [await find_version(store, product_id, one) for one in wanted]:
            async with store.read() as session:
                asked = evaluations.model_of(number, await versions.content_of(session, product_id, number))
            hosts[number] = await consent(store, product_id, asked.slug, yes=yes, ask=not as_json)
        made = []
        for (number, host), share in zip(hosts.items(), cycle(expect), strict=False):
            run_id = await evaluations.add(store, learner, product_id, number, part, draws, share, sure, anew, host)
            made.append(await _made(store, product_id, run_id, number))
        return made

    made = opened(act)
    if as_json:
        show.json_out(made if version and len(version) > 1 else made[0])
        return
    for one in made:
        _tell_made(one)


def go_on(product: Of = "", run: Which = "", as_json: Json = False) -> None:
    """Go on with an evaluation that was stopped or broke off: what it has stays, and what is left is asked.

    Example:  fluency product go-on
    """
    weights.have()

    async def act(store: "Store", learner: str) -> dict[str, Any]:
        from fluencylab.actions.workbench import evaluations

        product_id = await find_product(store, learner, product)
        run_id = await find_run(store, product_id, run)
        await evaluations.reopen(store, learner, product_id, run_id)
        async with store.read() as session:
            number = (await evaluations.owned_evaluation(session, learner, product_id, run_id)).version
        return await _made(store, product_id, run_id, number)

    done = opened(act)
    if as_json:
        show.json_out(done)
    else:
        _tell_made(done)


async def _made(store: "Store", product_id: str, run_id: str, number: int) -> dict[str, Any]:
    """Carry the run out, here. Raises what it ended with, where it broke off."""
    from fluencylab.actions import verdicts
    from fluencylab.actions.workbench import judging
    from fluencylab.runs.execute import execute
    from fluencylab.store import product_queries, queries, run_rows

    await execute(run_id, verdicts.of_run)
    async with store.read() as session:
        run = await queries.run(session, run_id)
        outputs = (await product_queries.outputs(session, [run_id]))[run_id]
        missing = (await product_queries.missing_counts(session, product_id)).get(run_id, 0)
        before = await run_rows.asked_before(session, run_id)
        judged = await judging.by_code(session, product_id, run_id, len(outputs))
    if run is None or run.status == "failed":
        kept = f" {len(outputs)} of {run.planned} outputs are kept; `fluency product go-on` asks the rest." if run and outputs else ""
        raise LabError(run.message if run else "The run is gone.", (run.fix if run else "Run it again.") + kept)
    told = [_output(seq, data) for seq, data in outputs.items()]
    checks = [{"name": name, "passed": of.passed, "told": len(of.by_output) - of.untold, "untold": of.untold} for name, of in judged]
    about = {"run": run_id, "version": number, "status": run.status}
    return {**about, "outputs": told, "checks": checks, "missing": missing, "asked_before": before}


def _tell_made(done: dict[str, Any]) -> None:
    _tell(done["outputs"])
    for one in done["checks"]:
        untold = f"; of {one['untold']} it cannot be told" if one["untold"] else ""
        show.out.print(f"{one['name']}: {one['passed']} of {one['told']} outputs pass{untold}.", markup=False)
    if done["missing"]:
        show.out.print(f"{done['missing']} calls brought no answer: they count neither as passing nor as failing.")
    if done["asked_before"]:
        show.out.print(f"{done['asked_before']} are answers of earlier evaluations: equal calls are made once. --anew asks them again.")
    show.out.print(
        f"{len(done['outputs'])} outputs of version {done['version']}. Read them on the page Your product, or say what you think of one:"
    )
    first = next((one["output"] for one in done["outputs"]), 1)
    show.out.print(f'  fluency product labels --run {done["run"][:8]} --fail {first} --note "makes up a price"', markup=False)


def show_outputs(product: Of = "", run: Which = "", as_json: Json = False) -> None:
    """What came out of an evaluation, in the order in which it is best read: drawn at random, once, and without its version.

    Example:  fluency product outputs
    """

    async def act(store: "Store", learner: str) -> list[dict[str, Any]]:
        from fluencylab.actions.workbench.reading import reading_order
        from fluencylab.store import product_queries

        product_id = await find_product(store, learner, product)
        run_id = await find_run(store, product_id, run)
        async with store.read() as session:
            outputs = (await product_queries.outputs(session, [run_id]))[run_id]
        order = reading_order(run_id, sorted(outputs))
        return [_output(seq, outputs[seq]) | {"run": run_id} for seq in order]

    rows = opened(act)
    if as_json:
        show.json_out(rows)
        return
    _tell(rows)
    if not rows:
        show.out.print("Nothing has come out of it.")


def _output(seq: int, data: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {name: data[name] for name in ("passages", "calls") if name in data}
    return {"output": seq, "case": data["case"], "draw": data["draw"], "text": data["text"], **found}


def _tell(outputs: list[dict[str, Any]]) -> None:
    for one in outputs:
        show.out.print(f"output {one['output']}, to case {one['case']}", style="dim")
        show.out.print(f"  {harmless(one['text'])}", markup=False)


def compare_versions(
    product: Of = "",
    before: Annotated[str, typer.Option(help="The beginning of an evaluation's id; the one before the latest, unless told.")] = "",
    after: Annotated[str, typer.Option(help="The beginning of an evaluation's id; the latest, unless told.")] = "",
    by: Annotated[str, typer.Option(help="The name of a check; what you said yourself, unless told.")] = "",
    as_json: Json = False,
) -> None:
    """Two evaluations on the same cases: what was fixed, what was broken, and whether that may be chance.

    Example:  fluency product compare --by "asks for the order number"
    """

    async def act(store: "Store", learner: str) -> dict[str, Any]:
        from fluencylab.actions.workbench import comparing

        product_id = await find_product(store, learner, product)
        runs = [await find_run(store, product_id, one) if one else "" for one in (before, after)]
        async with store.read() as session:
            return await comparing.told(session, learner, product_id, runs[0], runs[1], by)

    found = opened(act)
    if as_json:
        show.json_out(found)
        return
    show.out.print(found["says"], markup=False)
    for name in ("fixed", "broken"):
        if found[name]:
            show.out.print(f"{name}: {', '.join(f'case {one}' for one in found[name])}", markup=False)


def expect_better(
    picked: Annotated[
        str, typer.Argument(help="after: the new version; before: the one it is compared with; neither: no difference to be seen.")
    ] = "",
    run: Which = "",
    sure: Annotated[int, typer.Option(min=1, max=3, help="1 not sure, 2 fairly sure, 3 very sure.")] = 2,
    product: Of = "",
    as_json: Json = False,
) -> None:
    """Which of two versions will turn out better: said once, before you read anything of the second. Without a word, what you said.

    Example:  fluency product expect-better after --sure 2
    """

    async def act(store: "Store", learner: str) -> dict[str, Any]:
        from fluencylab.actions.workbench import better

        product_id = await find_product(store, learner, product)
        run_id = await find_run(store, product_id, run)
        if picked:
            await better.foretell(store, learner, product_id, run_id, picked, sure)
        async with store.read() as session:
            found = await better.stands(session, learner, product_id, run_id)
        return better.public(run_id, found)

    told = opened(act)
    if as_json:
        show.json_out(told)
    else:
        show.out.print(told["says"], markup=False)

"""`fluency product spec`: sentences, the tests that make them true, the spec tested on broken products, and what so many cases can see."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from fluencylab.cli import show, weights
from fluencylab.cli.learner_data import opened
from fluencylab.cli.product_data import Json, Of, find_check, find_product, find_version
from fluencylab.cli.product_labs import Yes, consent
from fluencylab.errors import BadInput, LabError
from fluencylab.text.terminal import harmless

if TYPE_CHECKING:
    from fluencylab.store.engine import Store

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode="rich",
    help="A list of acceptance tests, and what it stops.",
)
Tested = Annotated[str, typer.Option("--run", help="The beginning of the id of a test of the spec; the latest, unless told.")]


@app.command("list")
def list_spec(product: Of = "", as_json: Json = False) -> None:
    """The sentences, each with its tests, and what is vague in it.

    Example:  fluency product spec list
    """

    async def act(store: "Store", learner: str) -> list[dict[str, Any]]:
        from fluencylab.actions.workbench import spec

        product_id = await find_product(store, learner, product)
        async with store.read() as session:
            return spec.public(await spec.written(session, product_id))

    rows = opened(act)
    if as_json:
        show.json_out([row | {"vague": _vague(row["requirement"])} for row in rows])
        return
    for row in rows:
        show.out.print(harmless(row["requirement"]), style="bold", markup=False)
        for word, question in _vague(row["requirement"]).items():
            show.out.print(f"    {word}: {question}", style="dim", markup=False)
        for test in row["tests"]:
            show.out.print(f"    {_test(test)}  [{test['id'][:8]}]", markup=False)
        if not row["tests"]:
            show.out.print("    No test stands beside it.", style="dim")
    if not rows:
        show.out.print(
            'There is no spec yet: fluency product spec add "It asks for the order number." --check "asks" --least 90 --cases 20'
        )


@app.command("add")
def add(
    requirement: Annotated[str, typer.Argument(help="What must be true of the product, in a sentence.")],
    check: Annotated[str, typer.Option(help="The name of the check that makes it true; see: fluency product checks list")] = "",
    least: Annotated[int | None, typer.Option(min=1, max=100, help="At least so many of 100 cases pass.")] = None,
    cases: Annotated[int | None, typer.Option(min=1, help="On so many cases.")] = None,
    part: Annotated[str, typer.Option(help="'held back' or open.")] = "held back",
    product: Of = "",
    as_json: Json = False,
) -> None:
    """A sentence, and with --check a test beside it.

    Example:  fluency product spec add "It asks for the order number." --check "asks" --least 90 --cases 20
    """
    if len({bool(check), bool(least), bool(cases)}) > 1:
        raise BadInput("A test takes a check, a share and a number of cases.", "Give all of --check, --least and --cases, or none of them.")

    async def act(store: "Store", learner: str) -> list[dict[str, Any]]:
        from fluencylab.actions.workbench import spec

        product_id = await find_product(store, learner, product)
        by = await find_check(store, product_id, check) if check else ""
        sentence = await spec.require(store, learner, product_id, requirement)
        if by:
            await spec.add_test(store, learner, product_id, sentence, by, least, cases, part)
        async with store.read() as session:
            return spec.public(await spec.written(session, product_id))

    rows = opened(act)
    if as_json:
        show.json_out(rows)
        return
    show.out.print("The sentence is kept." + ("" if check else " No test stands beside it: nobody can say whether it is true."))
    for word, question in _vague(requirement).items():
        show.out.print(f"    {word}: {question}", markup=False)


@app.command("remove")
def remove(
    name: Annotated[str, typer.Argument(help="A sentence, or the beginning of a test's id.")], product: Of = "", as_json: Json = False
) -> None:
    """Take a sentence out with its tests, or one test.

    Example:  fluency product spec remove 4f1c22ab
    """

    async def act(store: "Store", learner: str) -> str:
        from fluencylab.actions.workbench import spec
        from fluencylab.store import spec_queries

        product_id = await find_product(store, learner, product)
        async with store.read() as session:
            sentences = {row.text.casefold(): row for row in await spec_queries.requirements(session, product_id)}
            tests = [row.id for row in await spec_queries.tests(session, product_id) if row.id.startswith(name)]
        if found := sentences.get(" ".join(name.split()).casefold()):
            await spec.reword(store, learner, product_id, found.id, "")
            return found.text
        if len(tests) != 1:
            raise BadInput(f"No sentence and no one test of the spec is called “{name[:60]}”.", "See them with: fluency product spec list")
        await spec.remove_test(store, learner, product_id, tests[0])
        return tests[0]

    gone = opened(act)
    if as_json:
        show.json_out({"removed": gone})
    else:
        show.out.print(f"“{harmless(gone)}” is taken out.", markup=False)


@app.command("practice")
def practice(product: Of = "", as_json: Json = False) -> None:
    """Put the spec in place that the practice product has to begin with, and a prompt that a small model can follow.

    Example:  fluency product spec practice
    """

    async def act(store: "Store", learner: str) -> list[dict[str, Any]]:
        from fluencylab.actions.workbench import practice_spec, spec

        product_id = await find_product(store, learner, product)
        await practice_spec.begin(store, learner, product_id)
        async with store.read() as session:
            return spec.public(await spec.written(session, product_id))

    rows = opened(act)
    if as_json:
        show.json_out(rows)
    else:
        show.out.print("The spec is in place. Test it: fluency product spec run --expect 80")


@app.command("run")
def run_spec(
    expect: Annotated[
        int, typer.Option(min=0, max=100, help="Of the broken products that are worse, the share it will stop, in percent: say it before.")
    ],
    version: Annotated[int, typer.Option(help="Which version; the latest, unless told.")] = 0,
    draws: Annotated[int, typer.Option(min=1, max=20, help="Draws of the product as it is, for false alarms.")] = 3,
    sure: Annotated[int, typer.Option(min=1, max=3, help="1 not sure, 2 fairly sure, 3 very sure.")] = 2,
    plan: Annotated[bool, typer.Option("--plan", help="Only say what it would take.")] = False,
    yes: Yes = False,
    product: Of = "",
    as_json: Json = False,
) -> None:
    """Test the spec: on the product as it is, and with one fault after the other. Ctrl-C stops.

    Example:  fluency product spec run --expect 80
    """
    if not plan:
        weights.have()

    async def act(store: "Store", learner: str) -> dict[str, Any]:
        from fluencylab.actions import verdicts
        from fluencylab.actions.workbench import products, spec_runs
        from fluencylab.runs.execute import execute
        from fluencylab.store import queries

        product_id = await find_product(store, learner, product)
        number = await find_version(store, product_id, version)
        async with store.read() as session:
            of = await products.owned(session, learner, product_id)
            planned = await spec_runs.plan(session, of, number, draws)
        told = {"version": number, "faults": [fault.name for fault in planned.faults], "cases": planned.cases, "calls": planned.calls,
                "made_once": planned.alike, "seconds": planned.seconds, "money": planned.money}  # fmt: skip
        if plan:
            return told
        host = await consent(store, product_id, planned.model.slug, yes=yes, ask=not as_json)
        run_id = await spec_runs.add(store, learner, product_id, number, draws, expect, sure, host)
        await execute(run_id, verdicts.of_run)
        async with store.read() as session:
            run = await queries.run(session, run_id)
        if run is None or run.status == "failed":
            raise LabError(run.message if run else "The run is gone.", run.fix if run else "Run it again.")
        return told | {"run": run_id, "status": run.status, **await _result(store, learner, product_id, run_id)}

    done = opened(act)
    if as_json:
        show.json_out(done)
    elif plan:
        show.out.print(f"{done['calls']} answers on {done['cases']} cases, {done['made_once']} of them alike and made once.")
        show.out.print(f"About {done['seconds']} s on this model.")
    else:
        _tell(done)


@app.command("result")
def result(product: Of = "", run: Tested = "", now: Annotated[bool, typer.Option("--now", help="Of the spec as it is now.")] = False,
           as_json: Json = False) -> None:  # fmt: skip
    """What the spec stopped, what got through with an output of it, and how often it stops the product as it is.

    Example:  fluency product spec result
    """

    async def act(store: "Store", learner: str) -> dict[str, Any]:
        from fluencylab.store import spec_queries

        product_id = await find_product(store, learner, product)
        async with store.read() as session:
            runs = [one.run_id for one, _ in await spec_queries.runs(session, product_id) if one.run_id.startswith(run)]
        if not runs:
            raise BadInput("The spec was not tested yet.", "Test it first: fluency product spec run --expect 80")
        return {"run": runs[0], **await _result(store, learner, product_id, runs[0], now)}

    found = opened(act)
    if as_json:
        show.json_out(found)
    else:
        _tell(found)


@app.command("power")
def power(
    cases: Annotated[int, typer.Argument(min=1, max=2000, help="Cases of a test.")] = 20,
    healthy: Annotated[int, typer.Option(min=1, max=99, help="What a good product passes, of 100.")] = 95,
    as_json: Json = False,
) -> None:
    """What so many cases can see: the highest bar that leaves a good product alone, and the smallest drop it stops.

    Example:  fluency product spec power 20 --healthy 80
    """
    from fluencylab.workbench.spec_power import sees, takes

    found = sees(cases, healthy / 100)
    if as_json:
        show.json_out(found._asdict() | {"says": found.says, "takes": takes(healthy / 100)})
        return
    show.out.print(found.says, markup=False)
    show.out.print(takes(healthy / 100), markup=False)


async def _result(store: "Store", learner: str, product_id: str, run_id: str, now: bool = False) -> dict[str, Any]:
    from fluencylab.actions.workbench import products, spec_results, spec_runs

    async with store.read() as session:
        of = await products.owned(session, learner, product_id)
        run = await spec_runs.owned_spec_run(session, learner, product_id, run_id)
        held = await spec_results.as_it_stands(session, of, run) if now else None
        return {"expected": run.expected, **spec_results.public(await spec_results.result(session, of, run, held))}


def _tell(found: dict[str, Any]) -> None:
    show.out.print(found["says"], style="bold", markup=False)
    show.out.print(found["false_alarms"]["says"], markup=False)
    if found["expected"] is not None:
        show.out.print(f"You expected it to stop {found['expected']} %.", markup=False)
    for one in found["mutants"]:
        told = {True: "stopped", False: "got through", None: "nothing can be said"}[one["stopped"]] if one["worse"] else "does not count"
        show.out.print(f"{one['name']}: {told}. {one['shown_by']}", markup=False)
        if one["worse"] and one["stopped"] is False:
            show.out.print(f"    A customer would have got: {harmless(' '.join((one['output'] or '').split()))[:300]}", markup=False)
            show.out.print(f"    {harmless(one['advice'] or '')}", markup=False)


def _vague(text: str) -> dict[str, str]:
    from fluencylab.workbench.vague_words import vague

    return {text[one.start : one.end].casefold(): one.question for one in vague(text)}


def _test(test: dict[str, Any]) -> str:
    return f"“{harmless(test['check'])}”, in at least {test['least']} % of {test['cases']} cases, {test['part']}"

"""`fluency product cases`: the cases of a product, and cases drafted from its documents: by a model, as a durable run, or by code."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from fluencylab.cli import show, weights
from fluencylab.cli.learner_data import opened
from fluencylab.cli.product_data import Json, Of, find_product
from fluencylab.cli.product_labs import Yes, consent
from fluencylab.errors import BadInput, LabError
from fluencylab.text.terminal import harmless

if TYPE_CHECKING:
    from fluencylab.store.engine import Store

app = typer.Typer(
    add_completion=False, invoke_without_command=True, rich_markup_mode="rich",
    help="The cases of a product; and cases drafted from its documents, which count once you took them.",
)  # fmt: skip
Documents = Annotated[
    list[int] | None, typer.Option("--document", metavar="NUMBER", help="From this document; several times for several; all, unless told.")
]
Run = Annotated[str, typer.Option("--run", help="The beginning of a run's id; the latest, unless told.")]


@app.callback()
def list_cases(
    context: typer.Context,
    product: Of = "",
    held_back: Annotated[bool, typer.Option("--held-back", help="Also those held back.")] = False,
    as_json: Json = False,
) -> None:
    """The cases of a product. Those held back are left out, unless you ask for them: a prompt is not written by looking at them.

    Example:  fluency product cases --json
    """
    if context.invoked_subcommand:
        return

    async def act(store: "Store", learner: str) -> list[dict[str, Any]]:
        from fluencylab.store import product_queries

        product_id = await find_product(store, learner, product)
        async with store.read() as session:
            rows = await product_queries.cases(session, product_id, None if held_back else False)
        names = ("number", "inputs", "reference", "must_not_break", "held_back", "source")
        return [{name: getattr(row, name) for name in names} | {"tags": row.tags.split("\n") if row.tags else []} for row in rows]

    rows = opened(act)
    if as_json:
        show.json_out(rows)
        return
    for row in rows:
        first = " · ".join(" ".join(str(value).split())[:100] for value in row["inputs"].values())
        show.out.print(f"{row['number']:>4}  {harmless(first)}", markup=False)


@app.command("draft")
def draft_cases(
    by: Annotated[str, typer.Option(help="model: the model in use writes them; code: from headings, tables, numbers and names.")] = "model",
    document: Documents = None,
    most: Annotated[int, typer.Option(min=1, max=100, help="So many at most.")] = 10,
    look: Annotated[bool, typer.Option("--look", help="Only say what it would take and who sees the passages; ask nothing.")] = False,
    take: Annotated[list[int] | None, typer.Option("--take", metavar="NUMBER", help="With --by code: this draft becomes a case.")] = None,
    product: Of = "",
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Draft cases from the documents of a product. Ctrl-C stops, and what came is kept. None is a case before you take it.

    Example:  fluency product cases draft --by model --most 20
    """
    if by not in ("model", "code"):
        raise BadInput(f"“{by[:40]}” drafts nothing.", "Say --by model, or --by code.")
    if take and by == "model":
        raise BadInput("What a model writes is looked at first.", "See it, and then: fluency product cases drafts --take 1")
    if by == "code":
        return _tell_by_code(opened(lambda store, learner: _by_code(store, learner, product, document, most, take or [])), as_json)
    if not look:
        weights.have()
    done = opened(lambda store, learner: _by_model(store, learner, product, document, most, look=look, yes=yes, ask=not as_json))
    if as_json:
        show.json_out(done)
        return
    where = "on this machine; nothing leaves it" if done["local"] else f"over the network: the passages are sent to {done['host']}"
    show.out.print(f"{done['model']}, {where}. {done['takes']}.", markup=False)
    if not look:
        _tell_drafts(done)


async def _by_model(
    store: "Store", learner: str, product: str, numbers: list[int] | None, most: int, *, look: bool, yes: bool, ask: bool
) -> dict[str, Any]:
    from fluencylab.actions.workbench import drafting
    from fluencylab.web.pages.workbench.model_drafts import takes

    product_id = await find_product(store, learner, product)
    async with store.read() as session:
        plan = await drafting.plan(session, product_id, numbers, most)
    told = plan._asdict() | {"model": plan.model.name, "local": plan.model.local, "host": plan.model.base_url, "takes": takes(plan)}
    if look:
        return told
    host = await consent(store, product_id, plan.model.slug, yes=yes, ask=ask)
    run_id = await drafting.add(store, learner, product_id, numbers, most, host)
    return told | await _carried_out(store, run_id)


async def _carried_out(store: "Store", run_id: str) -> dict[str, Any]:
    """The run, here, and its drafts. Raises what it ended with, where it broke off."""
    from fluencylab.actions import verdicts
    from fluencylab.runs.execute import execute
    from fluencylab.store import queries

    await execute(run_id, verdicts.of_run)
    async with store.read() as session:
        run = await queries.run(session, run_id)
    found = await _drafts(store, run_id)
    if run is None or run.status == "failed":
        kept = f" {len(found['drafts'])} drafts are kept; `fluency product cases drafts --go-on` asks the rest." if found["drafts"] else ""
        raise LabError(run.message if run else "The run is gone.", (run.fix if run else "Draft once more.") + kept)
    return {"status": run.status, **found}


async def _drafts(store: "Store", run_id: str) -> dict[str, Any]:
    from fluencylab.actions.workbench import draft_choices
    from fluencylab.store import queries

    async with store.read() as session:
        rows = await draft_choices.reviewed(session, run_id)
        observed = await queries.observations(session, run_id)
    names = ("number", "question", "reference", "fault", "state", "case", "place")
    drafts = [{name: getattr(one, name) for name in names} | {"held": one.held} for one in rows]
    return {"run": run_id, "drafts": drafts, "held": sum(one.held for one in rows), "missing": len(observed) - len(rows)}


def _tell_drafts(done: dict[str, Any]) -> None:
    for one in done["drafts"]:
        state = {"taken": f"case {one['case']}", "dropped": "thrown away"}.get(one["state"], "held" if one["held"] else "not held")
        show.out.print(f"{one['number']:>3}  {state}  {harmless(one['question'])}", markup=False, highlight=False)
        for said in filter(None, (one["reference"], one["fault"], one["place"])):
            show.out.print(f"       {harmless(said)}", markup=False, highlight=False, style="dim")
    show.out.print(f"{done['held']} of {len(done['drafts'])} are held by their passages. Code sees words and numbers, no sense: read each.")
    if done["missing"]:
        show.out.print(f"{done['missing']} calls brought no answer.")
    first = next((one["number"] for one in done["drafts"] if one["state"] not in ("taken", "dropped")), None)
    if first is not None:
        show.out.print(f"  fluency product cases drafts --take {first}", markup=False)


@app.command("drafts")
def review_drafts(
    take: Annotated[list[int] | None, typer.Option("--take", metavar="NUMBER", help="This draft becomes a case.")] = None,
    drop: Annotated[list[int] | None, typer.Option("--drop", metavar="NUMBER", help="This draft is thrown away.")] = None,
    change: Annotated[int | None, typer.Option(metavar="NUMBER", help="Change the words of this one.")] = None,
    question: Annotated[str | None, typer.Option(help="With --change: its question.")] = None,
    reference: Annotated[str | None, typer.Option(help="With --change: what a right answer says.")] = None,
    go_on: Annotated[bool, typer.Option("--go-on", help="Ask what a stopped or broken-off run has not asked.")] = False,
    run: Run = "",
    product: Of = "",
    as_json: Json = False,
) -> None:
    """What a model drafted: see it, and take, change or throw away each.

    Example:  fluency product cases drafts --take 1 --drop 2 --change 3 --question "How long do I have?"
    """
    if go_on:
        weights.have()

    async def act(store: "Store", learner: str) -> dict[str, Any]:
        from fluencylab.actions.workbench import draft_choices, drafting

        product_id = await find_product(store, learner, product)
        run_id = await _find_run(store, product_id, run)
        if go_on:
            await drafting.reopen(store, learner, product_id, run_id)
            return await _carried_out(store, run_id)
        async with store.read() as session:
            there = {one.number: one for one in await draft_choices.reviewed(session, run_id)}
        if strange := sorted({*(take or ()), *(drop or ()), *([change] if change is not None else ())} - there.keys()):
            raise BadInput(f"There is no draft {strange[0]}.", f"There are {len(there)}: fluency product cases drafts")
        words = {}
        if change is not None:
            one = there[change]
            words[one.seq] = (one.question if question is None else question, one.reference if reference is None else reference)
        if take or drop or words:
            seqs = [[there[number].seq for number in some or ()] for some in (take, drop)]
            await draft_choices.decide(store, learner, product_id, run_id, words, *seqs)
        return await _drafts(store, run_id)

    done = opened(act)
    if as_json:
        show.json_out(done)
    else:
        _tell_drafts(done)


async def _find_run(store: "Store", product_id: str, beginning: str) -> str:
    from fluencylab.store import draft_queries

    async with store.read() as session:
        runs = [one.run.id for one in await draft_queries.runs(session, product_id)]
    fitting = [one for one in runs if one.startswith(beginning)]
    if not fitting:
        said = "There is no such run of drafts." if runs else "No model has drafted anything for this product yet."
        raise BadInput(said, "Begin with: fluency product cases draft --by model")
    return fitting[0]


async def _by_code(
    store: "Store", learner: str, product: str, numbers: list[int] | None, most: int, take: list[int]
) -> dict[str, Any]:  # fmt: skip
    from fluencylab.actions.workbench import cases
    from fluencylab.store import product_queries
    from fluencylab.workbench.drafting import drafted

    product_id = await find_product(store, learner, product)
    async with store.read() as session:
        lines = await product_queries.document_lines(session, product_id)
        rows = await product_queries.documents(session, product_id, numbers or [one.number for one in lines])
    if not rows:
        raise BadInput("There is no such document.", "See: fluency product documents")
    found = [draft for row in rows for draft in drafted(row.name, row.text, most)][:most]
    if strange := sorted(set(take) - set(range(1, len(found) + 1))):
        raise BadInput(f"There is no draft {strange[0]}.", f"There are {len(found)}, with --most {most}.")
    if take:
        await cases.add(store, learner, product_id, [found[number - 1] for number in sorted(set(take))], mask=False)
    told = [
        {"number": number, "question": next(iter(one.inputs.values())), "reference": one.reference, "source": one.source}
        for number, one in enumerate(found, start=1)
    ]
    return {"drafts": told, "taken": sorted(set(take))}


def _tell_by_code(done: dict[str, Any], as_json: bool) -> None:
    if as_json:
        show.json_out(done)
        return
    for one in done["drafts"]:
        mark = "taken" if one["number"] in done["taken"] else "     "
        show.out.print(f"{one['number']:>3}  {mark}  {harmless(one['question'])}", markup=False, highlight=False)
        show.out.print(f"       {harmless(one['reference'])}", markup=False, highlight=False, style="dim")
    if not done["drafts"]:
        show.out.print("No question could be drafted: there is no heading, table, number or name that gives one.")
    elif not done["taken"]:
        show.out.print("  fluency product cases draft --by code --take 1", markup=False)

"""A product in the labs, from the terminal: run one on it, keep what came of it, and see what of it went where."""

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fluencylab.cli import show, weights
from fluencylab.cli.learner_data import opened
from fluencylab.cli.product_data import Json, Of, find_product
from fluencylab.errors import BadInput, LabError, NotFound
from fluencylab.text.terminal import harmless

if TYPE_CHECKING:
    from fluencylab.store.engine import Store

Yes = Annotated[bool, typer.Option("--yes", help="The texts may go to another machine, if the model is on one: asked once for each.")]


async def consent(store: "Store", product_id: str, slug: str, *, yes: bool, ask: bool) -> str:
    """The machine that was said yes to, "" where none has to be. Raises BadInput where it was not. `ask`: somebody can be asked."""
    from fluencylab.actions.workbench import sending
    from fluencylab.store import product_queries

    async with store.read() as session:
        product = await product_queries.product(session, product_id)
        host = await sending.to_be_asked(session, product_id, sending.reader(slug))
    if not host:
        return ""
    show.err.print(sending.consent(product.name if product else "", host), markup=False)
    if yes or (ask and sys.stdin.isatty() and typer.confirm(f"May they go to {host}?")):
        return host
    raise BadInput(f"Nothing was sent: {host} is not this machine.", "Say that the texts may go there with --yes, or use another model.")


def run_lab(
    lab: Annotated[str, typer.Argument(help="Which lab; see: fluency lab list")],
    part: Annotated[str, typer.Option(help="One of the lab’s views; its first, unless told.")] = "",
    look: Annotated[bool, typer.Option("--look", help="Only say what the lab takes of the product; run nothing.")] = False,
    keep: Annotated[str, typer.Option(metavar="NAME", help="Keep its numbers on the product under this name.")] = "",
    product: Of = "",
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Run a lab on your product: its form filled in from it. Cases that are held back are never in it.

    Example:  fluency product lab cost --keep "Bill of March"
    """
    from fluencylab.instruments import instrument
    from fluencylab.instruments.on_product import can_fill

    needed = instrument(lab)  # a name that is none is said with those that are
    if not can_fill(lab):
        raise BadInput(f"“{lab[:40]}” takes nothing of a product.", "See which labs there are: fluency lab list")
    if not look:
        weights.have(lab=needed)

    async def act(store: "Store", learner: str) -> dict[str, Any]:
        from fluencylab.actions import verdicts
        from fluencylab.actions.workbench import for_labs, kept_results, lab_runs, products
        from fluencylab.runs.execute import execute
        from fluencylab.store import queries
        from fluencylab.web.pages.lab_product import params_of

        product_id = await find_product(store, learner, product)
        async with store.read() as session:
            filled = await for_labs.fill(session, await products.owned(session, learner, product_id), lab)
        told: dict[str, Any] = {"lab": lab, "took": list(filled.took), "lacks": list(filled.lacks)}
        if look:
            return told | {"fields": dict(filled.values)}
        params = params_of(lab, filled, part)
        host = await consent(store, product_id, lab_runs.read_by(lab, params), yes=yes, ask=not as_json)
        run_id = await lab_runs.add(store, learner, lab, params, "", product_id, host)
        await execute(run_id, verdicts.of_run)
        async with store.read() as session:
            run = await queries.run(session, run_id)
        if run is None or run.status == "failed":
            raise LabError(run.message if run else "The run is gone.", run.fix if run else "Run it again.")
        if keep:
            await kept_results.keep_run(store, learner, product_id, run_id, keep)
        return told | {"run": run_id, "status": run.status, "kept": keep, **await _numbers(store, run_id)}

    done = opened(act)
    if as_json:
        show.json_out(done)
        return
    for said in (*done["took"], *done["lacks"]):
        show.out.print(f"  {harmless(said)}", markup=False)
    if look:
        return
    show.out.print(harmless(done["says"]), markup=False)
    _tell(done["numbers"])
    show.out.print(f"Kept as “{keep}”." if keep else f"Keep it: fluency product keep {done['run'][:8]} “a name”", markup=False)


async def _numbers(store: "Store", run_id: str) -> dict[str, Any]:
    from fluencylab.actions.runs import steps_of
    from fluencylab.actions.workbench.kept_results import numbers_of
    from fluencylab.instruments import instrument
    from fluencylab.instruments.missing import concluded
    from fluencylab.store import queries

    async with store.read() as session:
        run = await queries.run(session, run_id)
        assert run
        result = concluded(instrument(run.instrument), await steps_of(session, run))
    numbers = numbers_of(run.instrument, result.measures)
    return {
        "says": result.says,
        "numbers": [{"measure": key, "name": one.name, "unit": one.unit, **one.measure.model_dump()} for key, one in numbers.items()],
    }


def _tell(numbers: list[dict[str, Any]]) -> None:
    from fluencylab.stats import Measure
    from fluencylab.workbench.measurement import Measurement

    for one in numbers:
        told = Measure(**{name: one[name] for name in ("value", "low", "high", "n")})
        shown = Measurement(id="x", name=one["name"], measure=told, unit=one["unit"]).shown
        show.out.print(f"  {harmless(one['name'])}: {shown}", markup=False, highlight=False)


def keep_run(
    run: Annotated[str, typer.Argument(help="The id of a lab’s run, or its beginning; see: fluency runs list")],
    name: Annotated[str, typer.Argument(help="A few words by which you find it again.")],
    measure: Annotated[list[str] | None, typer.Option(help="Only this measure; several times for several.")] = None,
    product: Of = "",
    as_json: Json = False,
) -> None:
    """Keep the numbers of a lab’s run on a product, so that its memo may rest on them.

    Example:  fluency product keep 3f2a91bc "Guardrails of March" --measure leak@none
    """

    async def act(store: "Store", learner: str) -> dict[str, Any]:
        from fluencylab.actions.workbench import kept_results
        from fluencylab.store import queries

        product_id = await find_product(store, learner, product)
        async with store.read() as session:
            fitting = [one.id for one in await queries.ended_runs(session, learner, None, 10_000) if one.id.startswith(run)]
        if len(fitting) != 1:
            raise NotFound(f"{len(fitting) or 'No'} runs begin with “{run[:40]}”.", "See: fluency runs list")
        kept = await kept_results.keep_run(store, learner, product_id, fitting[0], name, measure or ())
        return {"kept": kept, "run": fitting[0], "name": name, "product": product_id}

    done = opened(act)
    if as_json:
        show.json_out(done)
    else:
        show.out.print(f"Kept as “{name}”. The memo may rest on it: fluency product memo --measures", markup=False)


def list_kept(
    product: Of = "",
    remove: Annotated[str, typer.Option(metavar="NAME", help="Take this one off the product; its run stays.")] = "",
    as_json: Json = False,
) -> None:
    """What is kept on a product from the labs, with its numbers.

    Example:  fluency product kept
    """

    async def act(store: "Store", learner: str) -> list[dict[str, Any]]:
        from fluencylab.actions.workbench import kept_results
        from fluencylab.store import product_queries

        product_id = await find_product(store, learner, product)
        async with store.read() as session:
            rows = await product_queries.kept(session, product_id)
        if remove:
            gone = next((row for row in rows if remove in (row.name, row.id)), None)
            if gone is None:
                raise NotFound(f"Nothing is kept as “{remove[:60]}”.", f"There is: {', '.join(row.name for row in rows) or 'nothing'}.")
            await kept_results.let_go(store, learner, product_id, gone.id)
        async with store.read() as session:
            latest = len(await product_queries.versions(session, product_id))
            rows = await product_queries.kept(session, product_id)
        return [
            {
                "id": row.id, "name": row.name, "lab": row.lab, "run": row.run_id, "says": row.says, "stale": latest > row.latest,
                "numbers": [one.model_dump(mode="json") | {"shown": one.shown} for one in kept_results.of_row(row, latest)],
            }
            for row in rows
        ]  # fmt: skip

    rows = opened(act)
    if as_json:
        show.json_out(rows)
        return
    for row in rows:
        show.out.print(f"{harmless(row['name'])}{'  (a version has come since)' if row['stale'] else ''}", markup=False, style="bold")
        for one in row["numbers"]:
            show.out.print(f"  {harmless(one['name'])}: {one['shown']}", markup=False, highlight=False)
    if not rows:
        show.out.print("Nothing is kept yet: fluency product lab cost --keep “a name”", markup=False)


def what_went_where(product: Of = "", as_json: Json = False) -> None:
    """What of a product went where: each run, when, which model read it, and on which machine.

    Example:  fluency product sent
    """

    async def act(store: "Store", learner: str) -> dict[str, Any]:
        from fluencylab.actions.workbench import sending
        from fluencylab.store import product_queries

        product_id = await find_product(store, learner, product)
        async with store.read() as session:
            rows = await product_queries.sent(session, product_id, 10_000_000)
            hosts = await product_queries.hosts(session, product_id)
        names = ("run_id", "what", "host", "here", "model", "cases", "version")
        lines = [
            {name: getattr(row, name) for name in names}
            | {"made": row.made.isoformat(), "place": sending.Reader(row.host, row.here, row.model).place, "texts": sending.texts(row)}
            for row in rows
        ]
        return {"sent": lines, "allowed": [{"host": one.host, "since": one.allowed.isoformat()} for one in hosts]}

    found = opened(act)
    if as_json:
        show.json_out(found)
        return
    for row in found["sent"]:
        show.out.print(f"{row['made'][:16].replace('T', ' ')}  {row['place']}  {harmless(row['model'])}", markup=False, highlight=False)
        show.out.print(f"    {row['what']}: {row['texts']}", markup=False, highlight=False)
    if not found["sent"]:
        show.out.print("No model has read anything of it here.")
    for one in found["allowed"]:
        show.out.print(f"It may go to {one['host']}, since {one['since'][:10]}.", markup=False, highlight=False)

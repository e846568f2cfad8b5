"""What a reader says, from the terminal: pass or fail of an output with a note, and the failure modes that notes stand under."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from fluencylab.cli import product_readers, show
from fluencylab.cli.learner_data import opened
from fluencylab.cli.product_data import Json, Of, Which, find_mode, find_product, find_run
from fluencylab.errors import BadInput
from fluencylab.text.numerals import rate
from fluencylab.text.terminal import harmless

if TYPE_CHECKING:
    from fluencylab.store.engine import Store


def say_labels(
    product: Of = "",
    run: Which = "",
    passes: Annotated[int, typer.Option("--pass", help="The number of an output that passes.")] = 0,
    fails: Annotated[int, typer.Option("--fail", help="The number of an output that fails.")] = 0,
    note: Annotated[str, typer.Option(help="In your own words.")] = "",
    mode: Annotated[str, typer.Option(help="The failure mode it is; named, if it is new.")] = "",
    reader: Annotated[str, typer.Option(help="Who reads, where it is not you.")] = "",
    export: Annotated[
        Path | None,
        typer.Option("--export", metavar="FILE", help="Write the outputs as a sheet (CSV): blind with --reader, else with what you said."),
    ] = None,
    bring: Annotated[
        Path | None, typer.Option("--import", metavar="FILE", help="Take in a sheet that was filled in, under the name of --reader.")
    ] = None,
    as_json: Json = False,
) -> None:
    """What you said of outputs; with --pass or --fail, say it of one more. A second reader has a name, or fills in a sheet.

    Example:  fluency product labels --fail 3 --note "makes up a price" --mode "makes things up"
    """
    if passes and fails:
        raise BadInput("One output cannot be said to pass and another to fail at once.", "Give one of them, and the other after it.")
    if mode and passes:
        raise BadInput("An output that passes stands under no failure mode.", "Say that it fails, or leave --mode out.")
    if (note or mode) and not (passes or fails):
        raise BadInput("It is not said of which output.", "Add --fail and the number of the output, as in: --fail 3")

    if mode and reader:
        raise BadInput("Only you put notes under failure modes.", "Leave out --mode, or --reader.")
    if export is not None or bring is not None:
        return product_readers.sheet(product, run, reader, export, bring, as_json)

    async def act(store: "Store", learner: str) -> list[dict[str, Any]]:
        from fluencylab.actions.workbench import labelling, readers, reading
        from fluencylab.store import product_queries

        product_id = await find_product(store, learner, product)
        run_id = await find_run(store, product_id, run)
        async with store.read() as session:
            whose = await readers.known(session, product_id, reader) if reader else reading.ME
        if passes or fails:
            await labelling.say(store, learner, product_id, run_id, passes or fails, bool(passes), note, whose)
        if fails and mode:
            await reading.put_under(store, learner, product_id, run_id, fails, await reading.name_mode(store, learner, product_id, mode))
        async with store.read() as session:
            modes = {one.id: one.name for one in await product_queries.failure_modes(session, product_id)}
            labels = await product_queries.labels(session, [run_id], whose)
        return [
            {"run": run_id, "output": one.seq, "passes": one.passed, "note": one.note, "mode": modes.get(one.mode, "")} for one in labels
        ]

    rows = opened(act)
    if as_json:
        show.json_out(rows)
        return
    table = Table("output", "says", "note", "failure mode", box=None, pad_edge=False, header_style="dim")
    for row in rows:
        table.add_row(str(row["output"]), "pass" if row["passes"] else "fail", escape(harmless(row["note"])), escape(harmless(row["mode"])))
    show.out.print(table if rows else "Nothing is read yet.")


def failure_modes(
    product: Of = "",
    add: Annotated[str, typer.Option(metavar="NAME", help="Name a further failure mode.")] = "",
    what: Annotated[str, typer.Option(help="With --add: how to recognise it.")] = "",
    remove: Annotated[str, typer.Option(metavar="NAME", help="Take a name away; its notes stay.")] = "",
    as_json: Json = False,
) -> None:
    """What goes wrong: the failure modes, each with how often it was seen in everything you read, and its 95 % interval.

    Example:  fluency product modes --add "promises a refund" --what "says yes where the policy says no"
    """
    if what and not add:
        raise BadInput("It is not said of which failure mode.", "Give its name, too: --add NAME")

    async def act(store: "Store", learner: str) -> list[dict[str, Any]]:
        from fluencylab.actions.workbench import reading
        from fluencylab.stats import share
        from fluencylab.store import product_queries

        product_id = await find_product(store, learner, product)
        if add:
            await reading.name_mode(store, learner, product_id, add, what)
        if remove:
            await reading.remove_mode(store, learner, product_id, await find_mode(store, product_id, remove))
        async with store.read() as session:
            labels = await product_queries.labels(session, await product_queries.runs_of(session, product_id), reading.ME)
            rows = [
                {"name": one.name, "what": one.what, "share": share(sum(label.mode == one.id for label in labels), len(labels))}
                for one in await product_queries.failure_modes(session, product_id)
            ]
        return sorted(rows, key=lambda row: -row["share"].value)

    rows = opened(act)
    if as_json:
        show.json_out([row | {"share": row["share"].model_dump()} for row in rows])
        return
    table = Table("failure mode", "outputs you read", "how to recognise it", box=None, pad_edge=False, header_style="dim")
    for row in rows:
        table.add_row(escape(harmless(row["name"])), rate(row["share"]) if row["share"].n else "none yet", escape(harmless(row["what"])))
    show.out.print(table if rows else 'Nothing has a name yet: fluency product modes --add "promises a refund"')

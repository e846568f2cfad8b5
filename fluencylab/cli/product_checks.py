"""`fluency product checks`: let code look for what goes wrong, and see how well it agrees with what you said."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from fluencylab.cli import show
from fluencylab.cli.learner_data import opened
from fluencylab.cli.product_data import Json, Of, find_check, find_mode, find_product, read_file
from fluencylab.errors import BadInput
from fluencylab.workbench.check_lines import KINDS, rule

if TYPE_CHECKING:
    from fluencylab.actions.workbench.judging import Disagreement, Judgement
    from fluencylab.store.engine import Store

app = typer.Typer(add_completion=False, no_args_is_help=True, rich_markup_mode="rich", help="Let code look for what goes wrong.")
Named = Annotated[str, typer.Argument(help="Its name; see: fluency product checks list")]
SHOWN = 6


class CheckRow(NamedTuple):
    """A check, and what it says of every output."""

    name: str
    says: str
    mode: str
    rule: dict[str, Any]
    judged: "Judgement"
    apart: "list[Disagreement]"


@app.command("list")
def list_checks(product: Of = "", as_json: Json = False) -> None:
    """The checks, and how many outputs pass each.

    Example:  fluency product checks list
    """
    rows = opened(lambda store, learner: _rows(store, learner, product))
    if as_json:
        show.json_out([_public(row) for row in rows])
        return
    for row in rows:
        show.out.print(row.name, style="bold", markup=False)
        looks = f" It looks for “{row.mode}”." if row.mode else ""
        show.out.print(f"    {row.says} {row.judged.says}.{looks}", markup=False)
    if not rows:
        show.out.print('There is no check yet: fluency product checks add contains "order number"')


@app.command("add")
def add_check(
    kind: Annotated[str, typer.Argument(help=f"One of: {', '.join(KINDS)}.")] = "",
    value: Annotated[str, typer.Argument(help="Words, a pattern or a number.")] = "",
    file: Annotated[Path | None, typer.Option("--rule", metavar="FILE", help="A rule as JSON, for what one line cannot say.")] = None,
    name: Annotated[str, typer.Option(help="What to call it.")] = "",
    mode: Annotated[str, typer.Option(help="The failure mode it looks for; anything that fails, unless told.")] = "",
    product: Of = "",
    as_json: Json = False,
) -> None:
    """Let code look for something in every output. Several words stand with commas between them.

    Example:  fluency product checks add contains "order number" --mode "forgets to ask"
    """
    if bool(kind) == bool(file):
        raise BadInput("It is not clear what to check.", "Give a kind and its words, or --rule FILE with a rule as JSON.")
    if kind and kind not in KINDS:
        raise BadInput(f"There is no check of the kind “{kind[:40]}”.", f"There are: {', '.join(KINDS)}.")
    told = _rule(file) if file else rule(kind, value)

    async def act(store: "Store", learner: str) -> str:
        from fluencylab.actions.workbench import judging

        product_id = await find_product(store, learner, product)
        of = await find_mode(store, product_id, mode) if mode else ""
        return await judging.add_check(store, learner, product_id, name, told, of)

    made = opened(act)
    (row,) = opened(lambda store, learner: _rows(store, learner, product, made))
    if as_json:
        show.json_out(_public(row))
    else:
        show.out.print(f"“{row.name}” is kept: {row.judged.says}.", markup=False)


@app.command("remove")
def remove_check(name: Named, product: Of = "", as_json: Json = False) -> None:
    """Take a check away.

    Example:  fluency product checks remove "asks for the order number"
    """

    async def act(store: "Store", learner: str) -> None:
        from fluencylab.actions.workbench import judging

        product_id = await find_product(store, learner, product)
        await judging.remove_check(store, learner, product_id, await find_check(store, product_id, name))

    opened(act)
    if as_json:
        show.json_out({"removed": name})
    else:
        show.out.print(f"“{name}” is gone.", markup=False)


@app.command("agreement")
def check_agreement(name: Named, product: Of = "", as_json: Json = False) -> None:
    """How well a check agrees with what you said after it was written, or of cases held back; only then may it be counted.

    Example:  fluency product checks agreement "asks for the order number"
    """

    async def act(store: "Store", learner: str) -> list[CheckRow]:
        product_id = await find_product(store, learner, product)
        return await _rows(store, learner, product, await find_check(store, product_id, name))

    (row,) = opened(act)
    held = row.judged.agreement
    if as_json:
        measures = {part: getattr(held, part).model_dump() for part in ("tpr", "tnr", "agree", "kappa", "constant")} if held else {}
        told = {"says": held.says, "counted": held.counted, **measures} if held else {"says": "", "counted": False}
        show.json_out({"name": row.name, **told, "apart": [{"run": one.run, "output": one.seq, "why": one.why} for one in row.apart]})
        return
    show.out.print(held.says if held else "Nobody knows yet whether this check is any good.", markup=False)
    if not held:
        show.out.print("Only what you say of outputs from now on, or of cases that are held back, can tell: by the others it was written.")
    for one in row.apart:
        show.out.print(f"output {one.seq} of {one.run[:8]}: {one.said}. {one.why}", markup=False)


def _rule(file: Path) -> dict[str, Any]:
    try:
        told = json.loads(read_file(file).decode("utf-8-sig"))
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict):
        raise BadInput(f"{file.name} is no rule in JSON.", 'A rule looks like this: {"kind": "length", "most": 50}')
    return told


async def _rows(store: "Store", learner: str, product: str, only: str = "") -> list[CheckRow]:
    from fluencylab.actions.workbench import judging, products
    from fluencylab.store import product_queries
    from fluencylab.workbench.checks import read_check

    product_id = await find_product(store, learner, product)
    async with store.read() as session:
        of = await products.owned(session, learner, product_id)
        modes = {mode.id: mode.name for mode in await product_queries.failure_modes(session, product_id)}
        counts = await product_queries.output_counts(session, product_id)
        rows = [row for row in await product_queries.checks(session, product_id) if only in ("", row.id)]
        judged = await judging.by_checks(session, of, rows, counts)
        apart = await judging.disagreements(session, of, rows, judged, SHOWN)
        return [
            CheckRow(row.name, read_check(row.rule).said, modes.get(row.mode, ""), row.rule, judged[row.id], apart[row.id]) for row in rows
        ]


def _public(row: CheckRow) -> dict[str, Any]:
    runs = row.judged.runs.values()
    outputs, untold = sum(len(run.by_output) for run in runs), sum(run.untold for run in runs)
    counts = {"outputs": outputs, "told": outputs - untold, "passes": sum(run.passed for run in runs)}
    return {"name": row.name, "says": row.says, "mode": row.mode, "rule": row.rule, **counts}

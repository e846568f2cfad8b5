"""`fluency product checks`: let code look for what goes wrong, and see how well it agrees with what you said."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from fluencylab.cli import show
from fluencylab.cli.learner_data import opened
from fluencylab.cli.product_data import Json, Of, find_check, find_mode, find_product, read_file
from fluencylab.errors import BadInput
from fluencylab.text.terminal import harmless
from fluencylab.workbench.check_lines import KINDS, rule

if TYPE_CHECKING:
    from fluencylab.actions.workbench.judging import Disagreement, Judgement
    from fluencylab.store.engine import Store

app = typer.Typer(add_completion=False, no_args_is_help=True, rich_markup_mode="rich", help="Let code look for what goes wrong.")
Named = Annotated[str, typer.Argument(help="Its name; see: fluency product checks list")]
Passes = Annotated[int | None, typer.Option("--expect-pass", min=0, max=10, help="Of ten outputs that you pass, how many it will pass.")]
Fails = Annotated[int | None, typer.Option("--expect-fail", min=0, max=10, help="Of ten outputs that you fail, how many it will fail.")]
Sure = Annotated[int, typer.Option(min=1, max=3, help="1 not sure, 2 fairly sure, 3 very sure.")]
Whose = Annotated[str, typer.Option("--against", help="Whose labels: a reader's name, or “settled”; yours, unless told.")]
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
def check_agreement(
    name: Named, expect_pass: Passes = None, expect_fail: Fails = None, sure: Sure = 2, against: Whose = "", product: Of = "",
    as_json: Json = False,
) -> None:  # fmt: skip
    """How well it agrees with what you said after it was written, or of cases held back; only then may it be counted.

    Before it is shown for the first time, say what you expect.

    Example:  fluency product checks agreement "asks for the order number" --expect-pass 9 --expect-fail 7
    """

    async def act(store: "Store", learner: str) -> tuple[CheckRow, list[str], list[str]]:
        product_id = await find_product(store, learner, product)
        check = await find_check(store, product_id, name)
        return await _shown(store, learner, product_id, check, (expect_pass, expect_fail, sure), against)

    row, came, corrected = opened(act)
    held = row.judged.agreement
    if as_json:
        measures = {part: getattr(held, part).model_dump() for part in ("tpr", "tnr", "agree", "kappa", "constant")} if held else {}
        told = {"says": held.says, "counted": held.counted, **measures} if held else {"says": "", "counted": False}
        apart = [{"run": one.run, "output": one.seq, "why": one.why} for one in row.apart]
        show.json_out({"name": row.name, **told, "expected": came, "corrected": corrected, "apart": apart})
        return
    show.out.print(held.says if held else "Nobody knows yet whether this check is any good.", markup=False)
    if not held:
        show.out.print("Only what you say of outputs from now on, or of cases that are held back, can tell: by the others it was written.")
    for sentence in (*came, *corrected):
        show.out.print(sentence, markup=False)
    for one in row.apart:
        show.out.print(f"output {one.seq} of {one.run[:8]}: {one.said}. {harmless(one.why)}", markup=False)


async def _shown(
    store: "Store", learner: str, product_id: str, check: str, expected: tuple[int | None, int | None, int], against: str
) -> tuple[CheckRow, list[str], list[str]]:
    """The check, how it came to what was expected, and its rate of what nobody has read. Raises BadInput while nothing was expected."""
    from fluencylab.actions.workbench import corrections, evaluations, foretelling, judging
    from fluencylab.actions.workbench.held import taken
    from fluencylab.store import product_queries

    whose = await _whose(store, product_id, against)
    async with store.read() as session:
        stored = await judging.owned_check(session, learner, product_id, check)
    (row,) = await _rows(store, learner, product_id, check, whose)
    if foretelling.waits(stored, row.judged.labelled):
        if None in expected:
            raise BadInput(
                "Say first what you expect of it: it is asked once for each check.",
                "Add --expect-pass and --expect-fail: of ten outputs that you pass, or fail, on how many will it agree?",
            )
        await foretelling.foretell(store, learner, product_id, check, *expected)
    async with store.read() as session:
        stored = await judging.owned_check(session, learner, product_id, check)
        titles = {one.run: one.title for one in await evaluations.evaluated(session, product_id)}
        counts = await product_queries.output_counts(session, product_id)
        cases = {run: {one.seq: one.case for one in took} for run, took in (await taken(session, counts)).items()}
    held = row.judged.agreement
    if held is None:
        return row, [], []
    sides = (("what passes", stored.expected_passes, held.tpr), ("what fails", stored.expected_fails, held.tnr))
    came = [f"Of {what}: {said}" for what, given, measure in sides if (said := foretelling.came(given, measure))]
    return row, came, [f"{titles.get(one.run, one.run[:8])}: {one.says}" for one in corrections.unread(row.judged, cases)]


async def _whose(store: "Store", product_id: str, against: str) -> str:
    from fluencylab.actions.workbench.held_against import SETTLED
    from fluencylab.store import judge_queries

    if against.casefold() in ("", "settled"):
        return SETTLED if against else ""
    async with store.read() as session:
        readers = [one for one in await judge_queries.reader_counts(session, product_id) if one]
    found = next((one for one in readers if one.casefold() == against.casefold()), None)
    if found is None:
        raise BadInput(f"Nobody called “{against[:60]}” has read anything.", f"There are: {', '.join(readers) or 'none'}.")
    return found


def _rule(file: Path) -> dict[str, Any]:
    try:
        told = json.loads(read_file(file).decode("utf-8-sig"))
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict):
        raise BadInput(f"{file.name} is no rule in JSON.", 'A rule looks like this: {"kind": "length", "most": 50}')
    return told


async def _rows(store: "Store", learner: str, product: str, only: str = "", whose: str = "") -> list[CheckRow]:
    from fluencylab.actions.workbench import judging, products
    from fluencylab.store import product_queries
    from fluencylab.workbench.checks import read_check

    product_id = await find_product(store, learner, product)
    async with store.read() as session:
        of = await products.owned(session, learner, product_id)
        modes = {mode.id: mode.name for mode in await product_queries.failure_modes(session, product_id)}
        counts = await product_queries.output_counts(session, product_id)
        rows = [row for row in await product_queries.checks(session, product_id) if only in ("", row.id)]
        judged = await judging.by_checks(session, of, rows, counts, whose)
        apart = await judging.disagreements(session, of, rows, judged, SHOWN, whose.strip("*"))
        return [
            CheckRow(row.name, read_check(row.rule).said, modes.get(row.mode, ""), row.rule, judged[row.id], apart[row.id]) for row in rows
        ]


def _public(row: CheckRow) -> dict[str, Any]:
    runs = row.judged.runs.values()
    outputs, untold = sum(len(run.by_output) for run in runs), sum(run.untold for run in runs)
    counts = {"outputs": outputs, "told": outputs - untold, "passes": sum(run.passed for run in runs)}
    return {"name": row.name, "says": row.says, "mode": row.mode, "rule": row.rule, **counts}

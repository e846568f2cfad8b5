"""`fluency runs`: the runs of this data folder: list them, show one, keep it with a note, compare two, write one into a file."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer
from rich.markup import escape
from rich.table import Table

from fluencylab.cli import show
from fluencylab.cli.learner_data import opened
from fluencylab.errors import BadInput, LabError
from fluencylab.settings import settings
from fluencylab.text.terminal import harmless
from fluencylab.text.written import moment

if TYPE_CHECKING:
    from fluencylab.results.comparison import Comparison
    from fluencylab.results.outcome import Outcome
    from fluencylab.store.engine import Store

app = typer.Typer(
    add_completion=False, no_args_is_help=True, rich_markup_mode="rich", help="Find runs again, keep, compare and export them."
)
Json = Annotated[bool, typer.Option("--json", help="Print JSON for a program, and nothing else.")]
RunId = Annotated[str, typer.Argument(help="The id of a run, or its beginning; see: fluency runs list")]
LISTED = 40
LONGEST_LIST = 10_000
Found = TypeVar("Found")


@app.command("list")
def list_runs(
    lab: Annotated[str, typer.Option(help="Of one lab.")] = "",
    kept: Annotated[bool, typer.Option("--kept", help="Only those that were kept.")] = False,
    words: Annotated[str, typer.Option(help="Only kept ones in whose name, note, result or lab all of these are.")] = "",
    as_json: Json = False,
) -> None:
    """The last runs, the latest first.

    Example:  fluency runs list --kept --words "monday"
    """
    rows = opened(lambda store, learner: _rows(store, learner, lab, kept or bool(words), words))
    if as_json:
        show.json_out([row | {"made": f"{row['made']:%Y-%m-%d %H:%M}"} for row in rows])
        return
    if not rows:
        show.out.print("No run fits." if lab or kept or words else "There is no run yet. Make one with: fluency call")
        return
    table = Table("id", "made", "lab", "kept as", "result", box=None, pad_edge=False, header_style="dim")
    for row in rows:
        table.add_row(row["id"][:8], moment(row["made"]), row["lab"], *(escape(harmless(row[name])) for name in ("name", "says")))
    show.out.print(table)


@app.command("show")
def show_run(run: RunId, as_json: Json = False) -> None:
    """One run: its sentence, its measures with their intervals, its conditions.

    Example:  fluency runs show 3f2a91bc
    """
    outcome = _outcome(run)
    if as_json:
        show.json_out(as_data(outcome))
        return
    show.out.print(outcome.name, markup=False, style="bold")
    if outcome.note:
        show.out.print(outcome.note, markup=False)
    show.out.print(show.facts(outcome.result, outcome.run.instrument))
    show.out.print(f"\n{outcome.result.says}", markup=False)
    show.out.print(outcome.conditions, style="dim", markup=False)


@app.command("keep")
def keep_run(
    run: RunId,
    name: Annotated[str, typer.Argument(help="A few words by which you find it again.")],
    note: Annotated[str, typer.Option(help="In your own words.")] = "",
    as_json: Json = False,
) -> None:
    """Keep a run under a name; again, to change the name and the note.

    Example:  fluency runs keep 3f2a91bc "Two temperatures" --note "For Monday"
    """
    from fluencylab.actions import kept

    async def act(store: "Store", learner: str) -> str:
        run_id = await _whole_id(store, learner, run)
        await kept.keep(store, learner, run_id, name, note)
        return run_id

    run_id = opened(act)
    if as_json:
        show.json_out({"run": run_id, "name": name, "note": note})
    else:
        show.out.print(f"Kept as {name}.", markup=False)


@app.command("compare")
def compare_runs(first: RunId, second: RunId, as_json: Json = False) -> None:
    """Two runs of one lab: what was set differently, then each measure with its difference and what that means.

    Example:  fluency runs compare 3f2a91bc 77e0d1aa
    """
    from fluencylab.results.comparison import compare
    from fluencylab.results.words import value
    from fluencylab.web.pages.compare import headline

    found = compare(_outcome(first), _outcome(second))
    if as_json:
        show.json_out(comparison_data(found))
        return
    show.out.print(f"{headline(found)}\n{found.says}", markup=False)
    for warning in found.warnings:
        show.err.print(warning, markup=False, style="yellow")
    table = Table("measure", "A", "B", "what that means", box=None, pad_edge=False, header_style="dim")
    for one in found.differences:
        table.add_row(escape(harmless(one.label)), value(one.first), value(one.second), one.says)
    show.out.print(table)
    if found.chance:
        show.out.print(found.chance, style="dim", markup=False)


@app.command("export")
def export_run(
    run: RunId,
    to: Annotated[Path, typer.Option("--to", metavar="FILE", help="Its ending says what it is: .xlsx, .csv, .md or .json.")],
    answers: Annotated[bool, typer.Option("--answers", help="Into a CSV, the answers in place of the measures.")] = False,
    as_json: Json = False,
) -> None:
    """Write a run into a file: a workbook, a table with commas, a note for a meeting, or all of it as JSON.

    Example:  fluency runs export 3f2a91bc --to run.xlsx
    """
    outcome = _outcome(run)
    content = _content(outcome, to.suffix.lower(), answers)
    try:
        to.write_bytes(content)
    except OSError as error:
        raise LabError(
            f"{to} cannot be written: {error.strerror}.", "Make room, close it where it is open, or choose another place."
        ) from error
    if as_json:
        show.json_out({"file": str(to), "bytes": len(content), "run": outcome.run.id})
    else:
        show.out.print(f"Written: {to}", markup=False)


def _content(outcome: "Outcome", ending: str, answers: bool) -> bytes:
    import io
    import json

    from fluencylab.results import tables
    from fluencylab.results.meeting import note

    match ending:
        case ".xlsx":
            made = io.BytesIO()
            tables.workbook(outcome, made)
            return made.getvalue()
        case ".csv":
            names = tables.columns(outcome.steps)
            rows: list[tables.Row] = [tables.MEASURES, *tables.measure_rows(outcome.result)]
            if answers:
                rows = [names, *tables.step_rows(outcome.steps, names)]
            return "".join(tables.csv_lines(rows)).encode("utf-8", "replace")
        case ".md":
            return note(outcome, f"http://127.0.0.1:{settings().port}/runs/{outcome.run.id}").encode("utf-8", "replace")
        case ".json":
            return json.dumps(as_data(outcome), ensure_ascii=False, default=str).encode("utf-8", "replace")
    raise BadInput(f"“{ending or 'no ending'}” says nothing of what to write.", "End the file's name with .xlsx, .csv, .md or .json.")


def as_data(outcome: "Outcome") -> dict[str, Any]:
    return {
        "id": outcome.run.id,
        "name": outcome.name,
        "note": outcome.note,
        "says": outcome.result.says,
        "measures": {name: one.model_dump() for name, one in outcome.result.measures.items()},
        "conditions": dict(outcome.facts()),
        "steps": [step.model_dump(mode="json") for step in outcome.steps],
    }


def comparison_data(found: "Comparison") -> dict[str, Any]:
    wanted = ("label", "change", "low", "high", "method", "says", "p")
    return {
        "a": found.first.run.id,
        "b": found.second.run.id,
        "says": found.says,
        "settings": [one._asdict() for one in found.settings],
        "warnings": found.warnings,
        "measures": [
            {"a": one.first.model_dump(), "b": one.second.model_dump()} | {name: getattr(one, name) for name in wanted}
            for one in found.differences
        ],
    }


# What stands in the data folder


async def _rows(store: "Store", learner: str, lab: str, only_kept: bool, words: str) -> list[dict[str, Any]]:
    from fluencylab.actions import kept
    from fluencylab.store import queries

    async with store.read() as session:
        by_run = kept.by_run(await kept.found(session, learner, kept.Search(words, lab)))
        runs = await queries.ended_runs(session, learner, lab or None, LONGEST_LIST if only_kept else LISTED)
    return [
        {
            "id": run.id,
            "lab": run.instrument,
            "made": run.created,
            "status": run.status,
            "name": row.name if (row := by_run.get(run.id)) else "",
            "note": row.note if row else "",
            "says": row.says if row else "",
        }
        for run in runs
        if run.id in by_run or not only_kept
    ]


async def _whole_id(store: "Store", learner: str, beginning: str) -> str:
    """Raises NotFound where no run begins so, BadInput where several do."""
    from fluencylab.actions.kept import owned_run
    from fluencylab.store import queries

    async with store.read() as session:
        found = [run.id for run in await queries.ended_runs(session, learner, None, LONGEST_LIST) if run.id.startswith(beginning)]
        if len(found) > 1 and beginning not in found:
            raise BadInput(f"{len(found)} runs begin with “{beginning}”.", "Type more of the id.")
        return (await owned_run(session, learner, beginning if beginning in found or not found else found[0])).id


def _outcome(beginning: str) -> "Outcome":
    from fluencylab.actions.runs import steps_of
    from fluencylab.store import queries
    from fluencylab.web.pages.outcome import outcome
    from fluencylab.web.pages.sheet import sheet

    async def found(store: "Store", learner: str) -> "Outcome":
        run_id = await _whole_id(store, learner, beginning)
        async with store.read() as session:
            run = await queries.run(session, run_id)
            assert run
            return outcome(sheet(run, await steps_of(session, run)), await queries.kept_of_run(session, run_id))

    return opened(found)

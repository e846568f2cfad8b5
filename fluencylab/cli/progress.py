"""`fluency progress`: the fluency map in the terminal, and as JSON or a table for programs."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fluencylab.cli import show

if TYPE_CHECKING:
    from fluencylab.actions.progress import Cell, Fluency

app = typer.Typer(add_completion=False, rich_markup_mode="rich")
TABLE = ("concept", "capability", "state", "mean", "low", "high", "n", "right", "last")
MARKS = {"none": "·", "emerging": "◐", "solid": "●", "due": "◷"}


@app.command()
def progress(
    as_json: Annotated[
        bool, typer.Option("--json", help="Print every cell, the calibration and the counts as JSON for a program, and nothing else.")
    ] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print every cell as a table with commas, and nothing else.")] = False,
    xlsx: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the same table into a workbook.")] = None,
) -> None:
    """Where you stand: ten concepts by three kinds of fluency, each with what was right of what was asked.

    Where one is solid the share that is expected stands behind it; --json and --csv have it for all.

    What packs add stands under them, and is counted apart.

    Example:  fluency progress --json
    """
    from fluencylab.cli import tables
    from fluencylab.store.migrate import migrate

    tables.one_form(as_json, as_csv)
    migrate()
    found = asyncio.run(_found())
    rows = [[row[name] for name in TABLE] for row in map(_cell_data, found.every)]
    if xlsx:
        tables.write_sheets(xlsx, {"map": [TABLE, *rows]})
    if as_json:
        show.json_out(as_data(found))
        return
    if as_csv:
        tables.print_csv(TABLE, rows)
        return
    show.out.print(table(found))
    show.out.print(
        "· not enough evidence   ◐ emerging   ● solid   ◷ due again;  right of asked; where solid, the per cent expected, 80 % interval",
        style="dim",
    )
    for cell in found.every:
        if cell.state == "due":
            show.out.print(f"Due: {cell.concept}, {cell.capability}. {cell.due_because}", markup=False)


async def _found() -> "Fluency":
    from fluencylab import clock
    from fluencylab.actions.progress import fluency
    from fluencylab.actions.runs import the_learner
    from fluencylab.store.engine import Store

    async with Store() as store:
        learner = await the_learner(store)
        async with store.read() as session:
            return await fluency(session, learner, clock.now())


def table(found: "Fluency") -> Any:
    from rich.markup import escape
    from rich.table import Table

    from fluencylab.curriculum.loader import track
    from fluencylab.packs.full_track import full_track, title_of
    from fluencylab.progress.mastery import CAPABILITIES

    drawn = Table("concept", *CAPABILITIES, box=None, pad_edge=False, header_style="dim")
    for concept in track().concepts:
        name = concept.short if concept.open else f"{concept.short} (not open yet)"
        drawn.add_row(name, *(_cell(cell) for cell in found.of(concept.slug)))
    for concept in full_track().of_packs:
        name = escape(f"{title_of(concept.slug)}: {concept.short}")
        drawn.add_row(name, *(_cell(cell) for cell in found.of(concept.slug)))
    return drawn


def _cell(cell: "Cell") -> str:
    """What was right of what was asked; then, where that is solid, the share that is expected."""
    asked = f"{MARKS[cell.state]} {cell.right} of {cell.n}" if cell.n else MARKS[cell.state]
    return asked if cell.state != "solid" else f"{asked}, {cell.mean * 100:.0f} ({cell.low * 100:.0f}–{cell.high * 100:.0f})"


def _cell_data(cell: "Cell") -> dict[str, Any]:
    return cell._asdict() | {"last": cell.last.isoformat() if cell.last else None}


def as_data(found: "Fluency") -> dict[str, Any]:
    from fluencylab import __version__

    cells, packs = ([_cell_data(cell) for cell in some] for some in (found.cells, found.packs))
    levels = [
        {"said": level.meaning.words, "stands_for": level.meaning.share, "right": level.right} | level.measured.model_dump()
        for level in found.calibration.levels
    ]
    states: list[str] = [cell.state for cell in found.cells]
    return {
        "version": __version__,
        "interval": 0.8,
        "cells": cells,
        **({"packs": packs} if packs else {}),
        "counts": {state: states.count(state) for state in MARKS} | {"tasks": sum(cell.n for cell in found.cells)},
        "calibration": {"n": found.calibration.n, "missing": found.calibration.missing, "brier": found.calibration.brier, "levels": levels},
    }

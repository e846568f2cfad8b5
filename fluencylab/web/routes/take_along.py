"""Take a run along: its measures and its answers with commas, all of it as a workbook, and a note for a meeting."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterator
from typing import BinaryIO

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse, Response, StreamingResponse

from fluencylab.instruments.base import Step
from fluencylab.results import tables
from fluencylab.results.meeting import note
from fluencylab.results.outcome import Outcome
from fluencylab.store import queries
from fluencylab.web.app_state import AppState, app_state
from fluencylab.web.pages.outcome import address, load_outcome
from fluencylab.web.pages.sheet import load_run

router = APIRouter(prefix="/runs/{run_id}")
AT_ONCE = 500
"""Steps that are read from the database together."""
PIECE = 1 << 16
BOM = "\ufeff"
"""Before a CSV: without it Excel reads UTF-8 as the machine's old encoding."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@router.get("/measures.csv", tags=["runs"])
async def measures(request: Request, run_id: str) -> Response:
    """Each measure with its interval, one a row."""
    outcome = await load_outcome(app_state(request), run_id)
    text = BOM + "".join(tables.csv_lines([tables.MEASURES, *tables.measure_rows(outcome.result)]))
    return Response(text, media_type="text/csv; charset=utf-8", headers=_named(f"{outcome.file_name}-measures.csv"))


@router.get("/answers.csv", tags=["runs"])
async def answers(request: Request, run_id: str) -> StreamingResponse:
    """Each step of the run, one a row, as they are read from the database."""
    state = app_state(request)
    run = await load_run(state, run_id)
    name = f"{run.instrument}-{run.created:%Y-%m-%d}-{run.id[:6]}-answers.csv"
    return StreamingResponse(_answers(state, run_id), media_type="text/csv; charset=utf-8", headers=_named(name))


async def _answers(state: AppState, run_id: str) -> AsyncIterator[str]:
    names = ["step", "kind"]
    async for some in _steps(state, run_id):
        names += [name for name in tables.columns(some) if name not in names]
    yield BOM + "".join(tables.csv_lines([names]))
    seq = 0
    async for some in _steps(state, run_id):
        yield "".join(tables.csv_lines(tables.step_row(seq + at, step, names) for at, step in enumerate(some, start=1)))
        seq += len(some)


async def _steps(state: AppState, run_id: str) -> AsyncIterator[list[Step]]:
    seq = 0
    while True:
        async with state.store.read() as session:
            rows = await queries.steps_after(session, run_id, seq, AT_ONCE)
        if not rows:
            return
        seq = rows[-1].seq
        yield [Step(kind=row.kind, data=row.data) for row in rows]


@router.get("/run.xlsx", tags=["runs"])
async def workbook(request: Request, run_id: str) -> StreamingResponse:
    """The sheets result, measures, answers and conditions."""
    outcome = await load_outcome(app_state(request), run_id)
    file = await asyncio.to_thread(_written, outcome)
    return StreamingResponse(_pieces(file), media_type=XLSX, headers=_named(f"{outcome.file_name}.xlsx"))


def _written(outcome: Outcome) -> BinaryIO:
    file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by whoever sends it
    tables.workbook(outcome, file)
    file.seek(0)
    return file


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while piece := file.read(PIECE):
            yield piece


@router.get("/note.md", tags=["runs"])
async def meeting(request: Request, run_id: str) -> PlainTextResponse:
    """The sentence, the measures with their intervals, the conditions and the link, as Markdown."""
    outcome = await load_outcome(app_state(request), run_id)
    return PlainTextResponse(note(outcome, address(request, run_id)), headers={"Cache-Control": "no-store"})


def _named(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}

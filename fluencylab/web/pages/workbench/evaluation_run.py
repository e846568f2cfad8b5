"""The run of an evaluation on its sheet, however many calls it has

While it works it is drawn from counts and its last outputs. Once it has ended it is drawn once and held, for its steps change no more.
"""

from collections.abc import Hashable
from dataclasses import dataclass, replace

from fluencylab.actions.workbench.held import Held
from fluencylab.instruments import evaluation
from fluencylab.instruments.base import Result
from fluencylab.runs.feed import ENDED, state
from fluencylab.runs.live import LIVE
from fluencylab.store import product_queries, queries, run_rows
from fluencylab.store.tables import Run
from fluencylab.web.app_state import AppState
from fluencylab.web.lab_page import Sheet
from fluencylab.web.pages import sheet as sheets
from fluencylab.web.pages.evaluation_sheet import SHOWN, Coming

INSTRUMENT = "evaluation"


@dataclass(frozen=True)
class EvaluationRun:
    """`asked_before`: answers that are those of earlier evaluations."""

    run: Run
    sheet: Sheet
    asked_before: int

    @property
    def left(self) -> int:
        """Calls that it broke off before; 0 where it came to its end."""
        return max(0, self.run.planned - self.sheet.progress["done"]) if self.run.status in ("failed", "cancelled") else 0


async def evaluation_run(app: AppState, run_id: str) -> EvaluationRun:
    """Raises NotFound."""
    run = await sheets.owned(app, run_id)
    async with app.store.read() as session:
        done = await queries.last_step(session, run_id)
    if run.status not in ENDED:
        return EvaluationRun(run, await _coming(app, run, done), 0)
    key: Hashable = (run.id, run.status, run.ended, done)
    if (found := _ended.get(key)) is None:
        whole = await sheets.load(app, run_id)
        async with app.store.read() as session:
            before = await run_rows.asked_before(session, run_id)
        drawn = replace(sheets.sheet(*whole), run=run, params=None, steps=[], parts=Coming([], []))
        found = _ended.put(key, EvaluationRun(run, drawn, before))
    return found


_ended: Held[EvaluationRun] = Held(lambda one: 100)


async def _coming(app: AppState, run: Run, done: int) -> Sheet:
    async with app.store.read() as session:
        last = await run_rows.some_steps(session, run.id, max(0, done - SHOWN), SHOWN)
    latest = [str(data["text"]) for _, kind, data in last if kind == product_queries.OUTPUT]
    writing = [one["call"] for one in LIVE.partials(run.id)][:SHOWN]
    return Sheet(
        run=run,
        params=None,
        steps=[],
        result=Result(measures={}),
        progress=state(run, done),
        ended=False,
        groups=[],
        charts=[],
        conditions="",
        seconds=None,
        used=None,
        unit=f"{evaluation.STEP}s",
        parts=Coming(latest, writing),
    )

"""A run on its sheet: what it has given so far, what it adds up to, and under which conditions."""

from typing import Any

from fluencylab.charts import drawing_of
from fluencylab.errors import NotFound
from fluencylab.instruments import instrument
from fluencylab.instruments.base import Result, Step, signature
from fluencylab.models.snippets import curl, python_snippet
from fluencylab.models.standby import Target
from fluencylab.models.types import ModelInfo
from fluencylab.runs.feed import ENDED, state
from fluencylab.store import queries
from fluencylab.store.tables import Run
from fluencylab.web.app_state import AppState
from fluencylab.web.lab_page import CallTime, OneCall, Sheet
from fluencylab.web.lab_pages import lab_pages


async def load(state: AppState, run_id: str) -> tuple[Run, list[Step]]:
    async with state.store.read() as session:
        run = await queries.run(session, run_id)
        if run is None or run.learner_id != state.learner:
            raise NotFound("There is no such run.", "It may have been made on another machine.")
        rows = await queries.steps_after(session, run_id)
    return run, [Step(kind=row.kind, data=row.data) for row in rows]


def sheet(run: Run, steps: list[Step], compact: bool = False) -> Sheet:
    lab, drawn, page = instrument(run.instrument), drawing_of(run.instrument), lab_pages()[run.instrument]
    params = lab.Params.model_validate(run.params)
    result = lab.conclude(steps)
    ended = run.status in ENDED
    return Sheet(
        run=run,
        params=params,
        steps=steps,
        result=result,
        progress=state(run, len(steps)),
        ended=ended,
        groups=drawn.groups(params, steps),
        charts=drawn.charts(result) if ended else [],
        conditions=conditions(run, steps),
        seconds=(run.ended - run.started).total_seconds() if run.ended and run.started else None,
        used=page.used(steps),
        unit=getattr(lab, "STEP", "call") + "s",
        parts=page.parts(params, steps),
        compact=compact,
    )


def conditions(run: Run, steps: list[Step]) -> str:
    """The grey line: model, file hash, the lab's own settings, version."""
    if not run.card:
        return ""
    card = ModelInfo.model_validate(run.card)
    params = instrument(run.instrument).Params.model_validate(run.params)
    signed = signature(card, run.instrument, params, len(steps))
    parts = [str(signed["model"]), f"sha256 {card.sha256[:4]}…{card.sha256[-4:]}" if card.sha256 else "weights not known"]
    parts += [f"adapter “{card.adapter}” {card.adapter_sha256[:4]}…{card.adapter_sha256[-4:]}"] if card.adapter else []
    return " · ".join([*parts, *lab_pages()[run.instrument].conditions(params), f"fluencylab {signed['version']}"])


def result_of(run: Run, steps: list[Step]) -> Result:
    return instrument(run.instrument).conclude(steps)


def one_call(steps: list[Step], target: Target) -> OneCall | None:
    """None before it has been answered."""
    step = next((step for step in steps if step.kind == "call"), None)
    if step is None:
        return None
    timing, usage, sent = step.data["timing"], step.data["usage"], step.data["sent"]
    return OneCall(
        answer=step.data["text"],
        timing=timing,
        usage=usage,
        finish=step.data["finish"],
        segments=_segments(timing, usage),
        curl=curl(sent, *target),
        python=python_snippet(sent, *target),
    )


def _segments(timing: dict[str, Any], usage: dict[str, int]) -> list[CallTime]:
    """One call on its clock: on the way, reading the prompt, writing. An endpoint that does not say how long it read has no first part."""
    first, last, reading = timing["ttft_ms"], timing["ttlt_ms"], timing["engine"].get("prompt_ms", 0)
    asked = first - reading if 0 < reading < first else 0
    read = f"{usage['prompt']} tokens" + (f", {usage['cached']} of them read before" if usage["cached"] else "")
    parts = [
        CallTime("on the way", 0, asked, "to the engine and through its queue"),
        CallTime("reading the prompt" if asked else "until the first token", asked, first, read),
        CallTime("writing the answer", first, last, f"{usage['completion']} tokens, {timing['tps']:.0f} a second"),
    ]
    return [part for part in parts if part.end_ms > part.start_ms]

"""A run on its sheet: what it has given so far, what it adds up to, and under which conditions."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ValidationError

from fluencylab import __version__, labs
from fluencylab.actions import kept
from fluencylab.charts import drawing_of
from fluencylab.errors import LabError, NotFound
from fluencylab.instruments import instrument, instruments, missing
from fluencylab.instruments.base import Asks, Instrument, Result, Step, asks, out_of_force
from fluencylab.instruments.durations import at_speed, times
from fluencylab.instruments.missing import concluded, parted, reason
from fluencylab.models.snippets import curl, python_snippet
from fluencylab.models.standby import Target
from fluencylab.models.types import ModelInfo, Timing, Usage
from fluencylab.runs.feed import ENDED, state
from fluencylab.store import queries
from fluencylab.store.tables import Run
from fluencylab.web.app_state import AppState
from fluencylab.web.lab_page import CallTime, MissingCalls, OneCall, Sheet
from fluencylab.web.lab_pages import lab_pages
from fluencylab.web.render import environment

ROWS = 40
THOUGHTS = 12
SHOWN = 600
"""Calls without an answer, and thoughts, that are shown of one run; characters of what there is in place of an answer."""


async def load(state: AppState, run_id: str) -> tuple[Run, list[Step]]:
    run = await load_run(state, run_id)
    async with state.store.read() as session:
        observed = await queries.observations(session, run_id)
    return run, [Step(kind=kind, data=data) for kind, data in observed]


async def load_run(state: AppState, run_id: str) -> Run:
    """Of this learner. Raises NotFound."""
    async with state.store.read() as session:
        return await kept.owned_run(session, state.learner, run_id)


async def owned(state: AppState, run_id: str) -> Run:
    """The same without its parameters, which may be thousands of cases. Raises NotFound."""
    async with state.store.read() as session:
        run = await queries.run_progress(session, run_id)
        if run is not None:
            session.expunge(run)  # whoever reads it in this session later shall have it whole
    if run is None or run.learner_id != state.learner:
        raise NotFound(*kept.NO_RUN)
    return run


def sheet(run: Run, steps: list[Step], compact: bool = False) -> Sheet:
    """Of a lab that is not here any more, or that has a fault, what can be told without it."""
    bare = Sheet(
        run=run,
        params=run.params,
        steps=steps,
        result=Result(measures={}),
        progress=state(run, len(steps)),
        ended=run.status in ENDED,
        groups=[],
        charts=[],
        conditions=conditions(run, []),
        seconds=_took(run),
        used=None,
        unit="steps",
        parts=None,
        compact=compact,
    )
    try:
        return _drawn(bare)
    except (LabError, ValidationError) as error:
        return replace(bare, trouble=_trouble(run, error), result=_result(run, steps))


def _took(run: Run) -> float | None:
    """Seconds from its start to its end; None while it runs, and where the clock was set back in its course."""
    if run.ended is None or run.started is None or run.ended < run.started:
        return None
    return (run.ended - run.started).total_seconds()


def _drawn(bare: Sheet) -> Sheet:
    run, steps = bare.run, bare.steps
    lab, drawn, page = instrument(run.instrument), drawing_of(run.instrument), lab_pages()[run.instrument]
    params = lab.Params.model_validate(run.params)
    kept, lost = parted(steps)
    result = missing.measured(lab, kept, lost)
    return replace(
        bare,
        params=params,
        result=result,
        missing=_missing(lost, len(steps)),
        thoughts=_thoughts(kept),
        groups=drawn.groups(params, kept),
        charts=drawn.charts(result) if bare.ended else [],
        conditions=conditions(run, page.conditions(params), _asked(lab, params)),
        lacking=_lacking(lab, run, params),
        used=page.used(steps),
        unit=getattr(lab, "STEP", "call") + "s",
        parts=page.parts(params, kept),
    )


def _asked(lab: Instrument, params: BaseModel) -> Asks:
    return "model" if hasattr(lab, "subject") else asks(lab, params)  # what a lab measures instead of a model is named like one


def _lacking(lab: Instrument, run: Run, params: BaseModel) -> list[str]:
    return out_of_force(lab, ModelInfo.model_validate(run.card), params) if run.card else []


def _missing(lost: list[Step], of: int) -> MissingCalls | None:
    if not lost:
        return None
    rows = [[_place(step), reason(step.data), _instead(step)] for step in lost[:ROWS]]
    return MissingCalls(says=missing.says(lost, of), many=missing.many(lost, of), rows=rows)


def _place(step: Step) -> str:
    """Which call it was, in the words of the step: what was asked, else its settings."""
    data = step.data
    asked = next((data[name] for name in ("ask", "asked", "message", "prompt") if isinstance(data.get(name), str)), "")
    about = {name: value for name, value in data.items() if name not in missing.OWN and isinstance(value, str | int | float)}
    return asked or ", ".join(f"{name} {value}" for name, value in about.items())


def _instead(step: Step) -> str:
    return str(step.data.get("said") or step.data.get("thinking") or "nothing")[:SHOWN]


def _thoughts(kept: list[Step]) -> list[tuple[str, str]]:
    return [(_place(step), step.data["thinking"]) for step in kept if step.kind != "call" and step.data.get("thinking")][:THOUGHTS]


def _trouble(run: Run, error: LabError | ValidationError) -> LabError:
    kept = "What it measured is kept, and stands below as it was stored."
    if isinstance(error, ValidationError):
        return LabError(f"The lab “{run.instrument}” has changed: the settings of this run no longer fit it.", kept)
    if not isinstance(error, NotFound):
        return LabError(error.message, f"{kept} {error.fix}")
    if hidden := labs.hidden(run.instrument):
        return LabError(hidden.told, kept)
    back = f"{kept} Once the lab is back, it is drawn again."
    return LabError(f"This run was made with the lab “{run.instrument}”, which is not here.", back)


def _result(run: Run, steps: list[Step]) -> Result:
    try:
        return concluded(instrument(run.instrument), steps)
    except LabError:
        return Result(measures={})


def conditions(run: Run, own: list[str], asked: Asks = "model") -> str:
    """The grey line: model, file hash, the lab's own settings, version. A model that was not asked is not named."""
    if not run.card:
        return ""
    if asked == "nothing":
        return " · ".join(["no model was asked", *own, f"fluencylab {run.version or __version__}"])
    card = ModelInfo.model_validate(run.card)
    parts = [card.name, f"sha256 {card.sha256[:4]}…{card.sha256[-4:]}" if card.sha256 else "weights not known"]
    parts += [f"adapter “{card.adapter}” {card.adapter_sha256[:4]}…{card.adapter_sha256[-4:]}"] if card.adapter else []
    parts += ["its tokens alone, no call"] if asked == "tokens" else []
    return " · ".join([*parts, *own, f"fluencylab {run.version or __version__}"])


def one_call(steps: list[Step], target: Target) -> OneCall | None:
    """None before it has been answered."""
    step = next((step for step in steps if step.kind == "call"), None)
    if step is None:
        return None
    timing, usage = Timing.model_validate(step.data["timing"]).model_dump(), Usage.model_validate(step.data["usage"]).model_dump()
    sent = step.data["sent"]
    return OneCall(
        answer=step.data["text"],
        timing=timing,
        usage=usage,
        finish=step.data["finish"],
        segments=_segments(timing, usage),
        waits=times(timing["thought_ms"], timing["ttft_ms"], timing["ttlt_ms"]),
        curl=curl(sent, *target),
        python=python_snippet(sent, *target),
        thinking=step.data.get("thinking", ""),
        missing="" if step.data.get("state", "answered") == "answered" else missing.says([step], 1),
    )


def _segments(timing: dict[str, Any], usage: dict[str, int]) -> list[CallTime]:
    """One call on its clock: on the way, reading the prompt, writing. An endpoint that does not say how long it read has no first part."""
    last, reading = timing["ttlt_ms"], timing["engine"].get("prompt_ms", 0)
    word = timing["ttft_ms"] or last
    first, thought = timing["thought_ms"] or word, usage["thinking"]
    asked = first - reading if 0 < reading < first else 0
    read = f"{usage['prompt']} tokens" + (f", {usage['cached']} of them read before" if usage["cached"] else "")
    parts = [
        CallTime("on the way", 0, asked, "to the engine and through its queue"),
        CallTime("reading the prompt" if asked else "until the first token", asked, first, read),
        CallTime("thinking", first, word, f"{thought} tokens, billed like the answer"),
        CallTime("writing the answer", word, last, at_speed(usage["completion"] - thought, timing["tps"])),
    ]
    return [part for part in parts if part.end_ms > part.start_ms]


COLUMNS = ("id", "learner_id", "instrument", "params", "model", "status", "planned", "cancel_asked", "card", "message", "fix", "version")


def readable(run: dict[str, Any], steps: list[dict[str, Any]]) -> None:
    """Draws a run of a backup, given as rows, as its page would. Raises whatever stands in the way; a lab that is not here is not asked."""
    if run["instrument"] not in instruments():
        return
    times = {name: datetime.fromisoformat(run[name]) if run.get(name) else None for name in ("created", "started", "ended")}
    given = {name: run[name] for name in COLUMNS if name in run}
    found = [Step(kind=step["kind"], data=step["data"]) for step in steps]
    drawn = sheet(Run(**given | times), found)
    if run["instrument"] == "call":
        drawn = replace(drawn, call=one_call(found, Target("http://127.0.0.1/v1")))
    environment().get_template("sheets/sheet.html").render(sheet=drawn, request=None)

"""An installed lab's instrument, held to what `base.Instrument` promises: what fails in it, or is something else, becomes a sentence."""

import asyncio
import contextlib
import json
import math
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from contextlib import aclosing
from types import ModuleType
from typing import Any

from fluencylab.errors import LabError
from fluencylab.instruments.base import Result, Step
from fluencylab.labs.guard import guard_of
from fluencylab.labs.lab import Lab, printable
from fluencylab.models.types import Model, ModelInfo

MOST = 10_000
"""Calls of one run, and its steps."""
LARGEST_STEP = 1_000_000
LARGEST_RUN = 50_000_000
"""Letters of all its steps, as JSON."""
LONGEST_SAYS = 2_000


class GuestInstrument:
    def __init__(self, lab: Lab, module: ModuleType) -> None:
        self._guard, self._module = guard_of(lab), module
        self.__doc__ = module.__doc__ if isinstance(module.__doc__, str) else ""
        self.TITLE = printable(module.TITLE, 80)
        self.Params = module.Params

    def __getattr__(self, name: str) -> Any:
        """What an instrument may have besides: there only where the lab has it."""
        own = self.__dict__["_module"].__dict__.get(name) if name in OPTIONAL else None
        if own is None:
            raise AttributeError(name)
        return OPTIONAL[name](self, own)

    def calls(self, params: Any) -> int:
        planned = self._guard("calls", lambda: self._module.calls(params))
        if type(planned) is not int or not 0 <= planned <= MOST:
            raise self._guard.wrong(f"calls says that a run makes {printable(planned, 40)} calls, and a run makes 0 to {MOST:,}")
        return planned

    def fact_names(self, params: Any) -> list[str]:
        return self._guard("fact_names", lambda: [str(name) for name in self._module.fact_names(params)])

    async def run(self, model: Model, params: Any) -> AsyncGenerator[Step]:
        """Its steps, as long as they are steps, and not too many or too large. Asked to stop, it ends, whatever it caught."""
        steps, letters = 0, 0
        try:
            async with aclosing(self._module.run(model, params)) as observations:
                async for step in observations:
                    _stopped()
                    steps, letters = steps + 1, letters + self._letters(step)
                    if steps > MOST or letters > LARGEST_RUN:
                        raise self._guard.wrong(f"a run made more than {MOST:,} steps, or more than {LARGEST_RUN // 10**6} MB of them")
                    yield step
        except (LabError, asyncio.CancelledError, GeneratorExit, KeyboardInterrupt):
            raise
        except BaseException as error:
            _stopped()
            raise self._guard.failed("run", error) from error

    def _letters(self, step: object) -> int:
        if not isinstance(step, Step):
            raise self._guard.wrong(f"run gave a {type(step).__name__}, not a Step")
        try:
            letters = len(json.dumps([step.kind, step.data], allow_nan=False))
        except (TypeError, ValueError, RecursionError) as error:
            raise self._guard.failed("a step that cannot be kept as JSON", error) from error
        if letters > LARGEST_STEP:
            raise self._guard.wrong(f"a step has {letters / 1e6:.1f} MB, and {LARGEST_STEP // 10**6} MB is the most")
        return letters

    def conclude(self, steps: Iterable[Step]) -> Result:
        seen = list(steps)
        return self._guard("conclude", lambda: self._checked(self._module.conclude(seen)))

    def _checked(self, result: object) -> Result:
        if not isinstance(result, Result):
            raise self._guard.wrong(f"conclude gave a {type(result).__name__}, not a Result")
        for name, measure in result.measures.items():
            if not all(map(math.isfinite, (measure.value, measure.low, measure.high))):
                raise self._guard.wrong(f"conclude measured {printable(name, 40)}, which is no finite number")
        return result.model_copy(update={"says": result.says[:LONGEST_SAYS]})


def _stopped() -> None:
    """A run that was asked to stop and caught that, instead of ending, is ended here."""
    task = asyncio.current_task()
    if task and task.cancelling():
        raise asyncio.CancelledError


def _seconds(guest: GuestInstrument, own: Any) -> Callable[[Any], float]:
    return lambda params: guest._guard("seconds", lambda: min(1e6, max(0.0, float(own(params)))))


def _subject(guest: GuestInstrument, own: Any) -> Callable[[Any], Awaitable[Model]]:
    async def subject(params: Any) -> Model:
        try:
            opened: Model = await own(params)
            return opened
        except (LabError, asyncio.CancelledError):
            raise
        except BaseException as error:
            raise guest._guard.failed("subject", error) from error

    return subject


def _card(guest: GuestInstrument, own: Any) -> Callable[[], ModelInfo | None]:
    """Asked for on every page that lists a mission of this lab: one that fails is none."""

    def card() -> ModelInfo | None:
        with contextlib.suppress(LabError):
            return guest._guard("card", lambda: ModelInfo.model_validate(own()))
        return None

    return card


def _limits(guest: GuestInstrument, own: Any) -> Callable[[ModelInfo], list[str]]:
    """Beside a model on its page: one that fails says nothing."""

    def limits(card: ModelInfo) -> list[str]:
        with contextlib.suppress(LabError):
            return guest._guard("limits", lambda: [printable(sentence, 300) for sentence in list(own(card))[:10]])
        return []

    return limits


OPTIONAL: dict[str, Callable[[GuestInstrument, Any], Any]] = {
    "STEP": lambda _, own: printable(own, 40),
    "seconds": _seconds,
    "subject": _subject,
    "card": _card,
    "limits": _limits,
}

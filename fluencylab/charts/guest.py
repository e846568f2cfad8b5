"""An installed lab's `chart.py`, held to what `base.Drawing` promises."""

import json
from collections.abc import Iterable
from types import ModuleType
from typing import Any, TypeVar

from fluencylab.charts.base import Chart, Group
from fluencylab.instruments.base import Result, Step
from fluencylab.labs.guard import guard_of
from fluencylab.labs.lab import Lab

T = TypeVar("T")
LARGEST = 2_000_000
"""Letters of all charts of one run, as JSON."""


class GuestDrawing:
    def __init__(self, lab: Lab, module: ModuleType) -> None:
        self._guard, self._module = guard_of(lab), module

    def charts(self, result: Result) -> list[Chart]:
        return self._guard("charts", lambda: self._light(self._all(Chart, "charts", self._module.charts(result))))

    def groups(self, params: Any, steps: Iterable[Step]) -> list[Group]:
        seen = list(steps)
        return self._guard("groups", lambda: self._all(Group, "groups", self._module.groups(params, seen)))

    def _all(self, kind: type[T], what: str, given: Iterable[object]) -> list[T]:
        drawn = list(given)
        if strange := next((one for one in drawn if not isinstance(one, kind)), None):
            raise self._guard.wrong(f"{what} gave a {type(strange).__name__}, not a {kind.__name__}")
        return [one for one in drawn if isinstance(one, kind)]

    def _light(self, charts: list[Chart]) -> list[Chart]:
        letters = sum(len(json.dumps(chart.model_dump(mode="json"), allow_nan=False)) for chart in charts)
        if letters > LARGEST:
            raise self._guard.wrong(f"its charts have {letters / 1e6:.1f} MB, and {LARGEST // 10**6} MB are the most")
        return charts

"""The drawing of a lab without a `chart.py`: no chart, no groups of answers. Its sentence and its numbers say what there is."""

from collections.abc import Iterable
from typing import Any

from fluencylab.charts.base import Chart, Group
from fluencylab.instruments.base import Result, Step


def charts(result: Result) -> list[Chart]:
    return []


def groups(params: Any, steps: Iterable[Step]) -> list[Group]:
    return []

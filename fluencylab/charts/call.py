"""One call has no chart: its waterfall is drawn by the page."""

from collections.abc import Iterable
from typing import Any

from fluencylab.charts.base import Chart, Group
from fluencylab.instruments.base import Result, Step


def charts(result: Result) -> list[Chart]:
    return []


def groups(params: Any, steps: Iterable[Step]) -> list[Group]:
    return []

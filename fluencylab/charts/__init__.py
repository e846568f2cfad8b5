"""How results are drawn: a lab's own `chart.py`, found by its instrument's name, else a plain one."""

from functools import cache
from typing import cast

from fluencylab import labs
from fluencylab.charts import assistant, plain
from fluencylab.charts.base import Drawing
from fluencylab.charts.guest import GuestDrawing

MACHINERY: dict[str, Drawing] = {"assistant": assistant}


@cache
def drawing_of(name: str) -> Drawing:
    lab = labs.found().labs.get(name)
    own = labs.part(lab, "chart") if lab else None
    if lab is None or own is None:
        return MACHINERY.get(name, plain)
    return GuestDrawing(lab, own) if lab.wheel else cast(Drawing, own)

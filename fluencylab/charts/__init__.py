"""How results are drawn: a lab's own `chart.py`, found by its instrument's name, else a plain one."""

from typing import cast

from fluencylab import labs
from fluencylab.charts import assistant, plain
from fluencylab.charts.base import Drawing

MACHINERY: dict[str, Drawing] = {"assistant": assistant}


def drawing_of(name: str) -> Drawing:
    lab = labs.found().labs.get(name)
    own = labs.part(lab, "chart") if lab else None
    return MACHINERY.get(name, plain) if own is None else cast(Drawing, own)

"""How each lab looks, found by its instrument's name: `labs/x.py` with a `PAGE` where it has one, else a page drawn from its Params."""

import importlib
import importlib.util

from fluencylab.instruments import INSTRUMENTS
from fluencylab.web.labs.base import LabPage


def _page(name: str) -> LabPage:
    module = f"{__name__}.{name}"
    if importlib.util.find_spec(module) is None:
        return LabPage(name)
    own: LabPage = importlib.import_module(module).PAGE
    return own


LABS: dict[str, LabPage] = {name: _page(name) for name in INSTRUMENTS}

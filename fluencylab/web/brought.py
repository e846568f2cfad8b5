"""What was brought in and is looked at before it is kept: in memory, the last few. A learner still has the file it came from."""

import secrets
from collections import OrderedDict
from typing import NamedTuple

from fluencylab.errors import NotFound
from fluencylab.workbench.bring_in import Found

KEPT = 4


class Brought(NamedTuple):
    """`name`: of the file; empty where it was pasted."""

    product: str
    name: str
    found: Found


class BroughtIn:
    def __init__(self) -> None:
        self._kept: OrderedDict[str, Brought] = OrderedDict()

    def keep(self, brought: Brought) -> str:
        key = secrets.token_urlsafe(9)
        self._kept[key] = brought
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return key

    def get(self, product: str, key: str) -> Brought:
        """Raises NotFound."""
        found = self._kept.get(key)
        if found is None or found.product != product:
            raise NotFound(
                "What was brought in is not here any more: it was kept, or the lab was started anew.", "Bring the file in again."
            )
        return found

    def drop(self, key: str) -> None:
        self._kept.pop(key, None)

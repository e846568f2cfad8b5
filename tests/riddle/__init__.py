"""A kind of exercise that there is not: a riddle, guessed and then explained. It comes in as any kind does, and goes when its test ends.

kind.py   what `practice/kinds/` would hold
page.py   what `web/routes/` would hold, with its template
"""

import sys
from collections.abc import Iterator

import pytest

from fluencylab.actions import progress
from fluencylab.practice.kinds import KINDS
from riddle import kind, page

__all__ = ["riddles"]


@pytest.fixture
def riddles(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """With riddles in the registry, before the application is made."""
    _forget()
    monkeypatch.setitem(KINDS, kind.RIDDLE.name, kind.RIDDLE)
    monkeypatch.setitem(sys.modules, f"fluencylab.web.routes.{kind.RIDDLE.name}", page)
    yield
    monkeypatch.undo()
    _forget()


def _forget() -> None:
    """What a process has read of the content, and folded of learners."""
    for known in (progress._contents, progress._chances, progress._held):
        known.cache_clear()

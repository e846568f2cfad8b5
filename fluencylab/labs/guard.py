"""What stands around the code of an installed lab: it runs with our rights, and takes nothing down with it.

    guard_of(lab)("conclude", lambda: module.conclude(steps))
        -> what it returns; or LabBroken: "The lab “order” failed in conclude (KeyError: 'picked')."

A call works in a thread of its own, and is left behind when it does not come to an end: from then on the lab is left alone.
"""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future
from functools import cache
from typing import TypeVar

from fluencylab.errors import LabBroken, LabError
from fluencylab.labs.lab import Lab, printable

T = TypeVar("T")
log = logging.getLogger(__name__)
PATIENCE = 10.0
"""Seconds for one call: to work out what a run adds up to, to draw a chart. Ours take a hundredth of one."""


class Endless(Exception):
    """It had not come to an end."""


def within(seconds: float, work: Callable[[], T], name: str = "installed-lab") -> T:
    """What `work` returns or raises, in a thread of its own; after so many seconds that thread is left behind. Raises Endless."""
    answer: Future[T] = Future()
    threading.Thread(target=_answer, args=(answer, work), name=name, daemon=True).start()
    try:
        return answer.result(seconds)
    except TimeoutError:
        if answer.done():
            raise
        raise Endless from None


def _answer(answer: "Future[T]", work: Callable[[], T]) -> None:
    try:
        answer.set_result(work())
    except BaseException as error:
        answer.set_exception(error)


class Guard:
    """Of one lab, for all of its files."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self._stuck = ""

    def __call__(self, what: str, work: Callable[[], T]) -> T:
        """`what`: the part of the lab that is called. A LabError is the lab's own sentence, and passes."""
        if self._stuck:
            raise self.wrong(f"{self._stuck} did not come to an end, and it is left alone until the program is started again")
        try:
            return within(PATIENCE, work)
        except LabError:
            raise
        except Endless:
            self._stuck = what
            raise self.wrong(f"{what} did not come to an end within {PATIENCE:.0f} seconds") from None
        except BaseException as error:
            raise self.failed(what, error) from error

    def failed(self, what: str, error: BaseException) -> LabBroken:
        log.warning("the lab %s failed in %s", self.lab.name, what, exc_info=error)
        return self.wrong(f"it failed in {what} ({in_words(error)})")

    def wrong(self, what: str) -> LabBroken:
        return LabBroken(f"The lab “{self.lab.name}” has a fault: {what}.", f"It came with {self.lab.wheel}, whose author should know.")


@cache
def guard_of(lab: Lab) -> Guard:
    return Guard(lab)


def in_words(error: BaseException) -> str:
    try:
        said = printable(error)
    except Exception:  # what a stranger's exception says of itself is a stranger's code too
        said = ""
    return f"{type(error).__name__}: {said}" if said else type(error).__name__

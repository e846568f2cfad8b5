"""On the page of an exercise: the result there is already, and the new go beside it."""

from typing import NamedTuple

from fluencylab.actions.results import Goes
from fluencylab.practice.kinds.base import RESULT
from fluencylab.text.written import day


class Beside(NamedTuple):
    """What is not on the page: the earlier result, or the new go; empty where there is none. `result`: is this the result?"""

    href: str = ""
    says: str = ""
    result: bool = False


def beside(goes: Goes, href: str, result: bool) -> Beside:
    if not goes.newer or goes.when is None:
        return Beside()
    if result:
        return Beside(href, "Go on with your new try", True)
    return Beside(f"{href}/{RESULT}", f"Your result of {day(goes.when.astimezone())}")

"""What the debugging bench offers a learner: diagnoses to make and prompts to repair, each in its list, in order."""

from typing import NamedTuple

from fluencylab.actions import repairs as mending
from fluencylab.actions.repairs import Far
from fluencylab.curriculum.repairs import Repair
from fluencylab.curriculum.repairs import repairs as known_repairs
from fluencylab.store.engine import Session


class Listed(NamedTuple):
    """One exercise of the bench. `where`: how far it is, in words; `why_hidden`: empty where it is shown."""

    kind: str
    slug: str
    title: str
    concept: str
    minutes: int
    href: str
    where: str
    proof: str = ""
    why_hidden: str = ""


async def diagnoses(session: Session, learner: str) -> list[Listed]:
    """One fault in a live product each: name its cause."""
    return []


async def repairs(session: Session, learner: str) -> list[Listed]:
    """A bad output each: mend it by the prompt alone."""
    far = await mending.far(session, learner)
    return [_repair(repair, far.get(repair.slug)) for repair in known_repairs().repairs]


def _repair(repair: Repair, far: Far | None) -> Listed:
    found = mending.proof(repair)
    where = "not begun" if far is None else "done" if far.passed else f"handed in {'once' if far.tries == 1 else f'{far.tries} times'}"
    return Listed(
        "repair",
        repair.slug,
        repair.title,
        repair.concept,
        repair.minutes,
        f"/debug/repairs/{repair.slug}",
        where,
        mending.proved_says(found),
        mending.why_hidden(found),
    )

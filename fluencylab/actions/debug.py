"""What the debugging bench offers a learner: diagnoses to make and prompts to repair, each in its list, in order."""

from typing import NamedTuple

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
    return []

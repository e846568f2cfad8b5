"""What the debugging bench offers a learner: diagnoses to make and prompts to repair, each in its list, in order."""

from typing import NamedTuple

from fluencylab.actions import repairs as mending
from fluencylab.actions.faults import hidden
from fluencylab.actions.repairs import Far
from fluencylab.actions.standing import FAULTS
from fluencylab.curriculum.bench import bench
from fluencylab.curriculum.repairs import Repair
from fluencylab.curriculum.repairs import repairs as known_repairs
from fluencylab.practice import faults
from fluencylab.store import queries
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
    latest = await queries.latest_attempts(session, learner)
    stages = await queries.shown_stages(session, [one.attempt_id for name, one in latest.items() if name.startswith(FAULTS)])
    found = []
    for one in bench().cases:
        case, attempt = faults.resolve_case(one.slug), latest.get(FAULTS + one.slug)
        where = _where(stages.get(attempt.attempt_id, set())) if attempt else "not begun"
        href = f"/debug/cases/{one.slug}"
        why = hidden(case) if case else "It is not in the content."
        found.append(Listed("diagnosis", one.slug, one.title, one.concept, one.minutes, href, where, "", why))
    return found


def _where(shown: set[str]) -> str:
    return "done" if "fix" in shown else "ask for a fix" if "diagnose" in shown else "being probed"


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

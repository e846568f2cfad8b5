"""What an exercise has changed on the map: each cell it reached, before it and after."""

from collections.abc import Collection
from typing import Any

from fluencylab.actions.progress import fluency, ledger, names
from fluencylab.actions.results import Goes
from fluencylab.clock import now
from fluencylab.packs.full_track import full_track
from fluencylab.practice.kinds.base import DONE
from fluencylab.progress.ledger import REPEAT_WEIGHT, EvidenceRow
from fluencylab.progress.mastery import rights_missing
from fluencylab.progress.telling import Answers, Change, changed, changed_much, latest, rights, to_be_sure
from fluencylab.store import queries
from fluencylab.store.engine import Session
from fluencylab.store.tables import Attempt

MOST_LINES = 2


async def what_changed(session: Session, learner: str, attempts: Collection[str], kind: str = "exercise") -> list[str]:
    """A line for each cell that these attempts reached; one line for all of them where they are many; none where nothing was graded.

    `kind`: what they are called together; a sitting of reviews is many attempts.
    """
    found = await changes(session, learner, attempts, kind) if attempts else []
    if len(found) > MOST_LINES:
        return [changed_much(found)]
    return [changed(one) for one in found]


async def ended(session: Session, learner: str, attempt: Attempt | None, stage: str, goes: Goes) -> list[str]:
    """The same for an exercise that has just come to its end; none before, and none for a result that another go was begun after."""
    return await what_changed(session, learner, [attempt.id]) if attempt and stage == DONE and not goes.newer else []


async def changes(session: Session, learner: str, attempts: Collection[str], kind: str = "exercise") -> list[Change]:
    """Of the latest attempts: what is sure is said as it stands now."""
    own = [row for row in map(_row, await queries.evidence_of_attempts(session, attempts)) if row.score is not None]
    if not own:
        return []
    known = names()
    asked_before = await queries.answers_before(session, learner, attempts, {row.concept for row in own})
    earlier = latest(map(_row, asked_before), known)
    held, stands = await ledger(session, learner), await fluency(session, learner, now())
    found = []
    for cell, mine in latest(own, known).items():
        concept = full_track().concept(cell[0])
        if concept is None or not held.knows(cell[0]) or cell not in held.tallies:
            continue
        now_is = stands.cell(*cell)
        missing = rights_missing(held.belief_of(cell[0]), *cell, now_is.n) if now_is.state in ("none", "emerging") else 0
        after = held.tallies[cell].right
        before = _without(after, mine, earlier.get(cell, {}))
        met = all(held.counted.get(row.id, 0.0) <= REPEAT_WEIGHT for row in own if (row.concept, row.capability) == cell)
        sure = to_be_sure(now_is.state, now_is.n, missing)
        found.append(Change(concept.short, cell[1], rights(before), rights(after), rights(mine), met, sure, kind))
    return found


def _row(found: dict[str, Any]) -> EvidenceRow:
    return EvidenceRow(**found)


def _without(after: Answers, mine: Answers, earlier: Answers) -> Answers:
    """What was right of what was asked, had `mine` not been answered. `earlier`: the answers to other exercises, or other goes at these."""
    kept = {item: right for item, right in after.items() if item not in mine}
    return kept | {item: right for item, right in earlier.items() if item in mine}

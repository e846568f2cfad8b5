"""The next meeting about a product: its sheet, and afterwards what was said there, kept until it is taken off or the product goes."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from fluencylab import clock
from fluencylab.actions.learner_state import recall, remember
from fluencylab.actions.workbench.products import owned
from fluencylab.errors import BadInput, NotFound
from fluencylab.packs.full_track import full_track
from fluencylab.store import queries
from fluencylab.store.engine import Session, Store
from fluencylab.store.product_queries import SAID
from fluencylab.workbench import said
from fluencylab.workbench.said import Line

MOST, LONGEST, LONGEST_NAME = 20, 20_000, 80
"""Meetings of a product; characters of one's notes; of a name."""


class Held(NamedTuple):
    """A meeting that was held. `by`: who said it."""

    id: str
    concept: str
    by: str
    lines: list[Line]
    made: datetime


async def held(session: Session, learner: str, product_id: str) -> list[Held]:
    """The latest first."""
    kept = (await recall(session, learner, f"{SAID}{product_id}")).get("meetings", [])
    return [_held(one) for one in kept if isinstance(one, Mapping)][::-1]


def _held(one: Mapping[str, Any]) -> Held:
    made = datetime.fromisoformat(str(one["made"]))
    return Held(str(one["id"]), str(one["concept"]), str(one["by"]), said.lines("\n".join(map(str, one["lines"]))), made)


async def keep(store: Store, learner: str, product_id: str, concept: str, by: str, notes: str) -> str:
    """What was said, line by line. Gives its id."""
    by = " ".join(by.split())
    if full_track().concept(concept) is None:
        raise BadInput("Say what the meeting was about.", "Choose one of the concepts.")
    if not by or len(by) > LONGEST_NAME or "\0" in by:
        raise BadInput(f"Say in at most {LONGEST_NAME} characters who said it.", "A name, or a role: the memo cites it.")
    if len(notes) > LONGEST or "\0" in notes:
        raise BadInput(f"Notes have at most {LONGEST:,} characters, and are text.", "Keep what was said, and leave out the rest.")
    found = said.lines(notes)
    if not found:
        raise BadInput("There is nothing in these notes that somebody said.", "Write a line for each thing; questions are left out.")
    id = uuid.uuid4().hex
    async with store.begin() as session:
        await queries.lock_learner(session, learner)
        await owned(session, learner, product_id)
        kept = (await recall(session, learner, f"{SAID}{product_id}")).get("meetings", [])
        if len(kept) >= MOST:
            raise BadInput(f"There are {MOST} meetings already.", "Take one off first.")
        one = {"id": id, "concept": concept, "by": by, "lines": [line.text for line in found], "made": clock.now().isoformat()}
        await remember(session, learner, f"{SAID}{product_id}", {"meetings": [*kept, one]})
    return id


async def take_off(store: Store, learner: str, product_id: str, id: str) -> None:
    async with store.begin() as session:
        await queries.lock_learner(session, learner)
        await owned(session, learner, product_id)
        kept = (await recall(session, learner, f"{SAID}{product_id}")).get("meetings", [])
        left = [one for one in kept if one.get("id") != id]
        if len(left) == len(kept):
            raise NotFound("There is no such meeting.", "It may have been taken off already.")
        await remember(session, learner, f"{SAID}{product_id}", {"meetings": left})

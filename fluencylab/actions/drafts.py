"""What is typed in an exercise, kept until it is handed in: an answer of the self-test, the prompt of a repair, the memo of a capstone."""

from typing import NamedTuple

from fluencylab import clock
from fluencylab.errors import BadInput
from fluencylab.store import queries
from fluencylab.store.engine import Session
from fluencylab.store.tables import Draft


class Saved(NamedTuple):
    """What is kept of a draft, and whether it is what was just sent."""

    text: str
    saved: bool


def plain(text: str) -> str:
    """As a form sends it, without its line ends; a NUL no database takes."""
    return text.replace("\r\n", "\n").replace("\0", "")


def fitting(text: str, what: str, longest: int, fix: str = "Shorten it.") -> str:
    """The same, where it is not too long to keep. `what`: "the memo"."""
    text = plain(text)
    if len(text) > longest:
        raise BadInput(f"Not saved: {what} has {len(text):,} characters; {longest:,} are the most.", fix)
    return text


async def keep(session: Session, learner: str, name: str, text: str) -> None:
    await session.merge(Draft(learner_id=learner, name=name, text=text, saved=clock.now()))


async def save(session: Session, learner: str, name: str, text: str, clear: bool = False) -> Saved:
    """The last one written wins; but an empty one never replaces words, unless to `clear` them is what was asked for."""
    kept = await queries.draft(session, learner, name)
    if kept and kept.text.strip() and not text.strip() and not clear:
        return Saved(kept.text, False)
    await keep(session, learner, name, text)
    return Saved(text, True)


async def drop(session: Session, learner: str, name: str) -> None:
    kept = await queries.draft(session, learner, name)
    if kept is not None:
        await session.delete(kept)

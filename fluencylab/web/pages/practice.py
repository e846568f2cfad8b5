"""The page with every way to practise: what each kind of exercise is, and how many of it are done."""

from dataclasses import dataclass
from typing import NamedTuple

from fluencylab.actions.kinds import listed
from fluencylab.practice.kinds import KINDS
from fluencylab.practice.kinds.base import DONE
from fluencylab.store.engine import Session

BENCH = "/debug"


class Way(NamedTuple):
    """One kind of exercise. `done`: of those that are shown on the model in use."""

    title: str
    says: str
    href: str
    done: int
    of: int


@dataclass(frozen=True)
class PracticePage:
    """Context of `practice.html`."""

    ways: list[Way]


async def practice_page(session: Session, learner: str) -> PracticePage:
    ways = []
    for kind in KINDS.values():
        if kind.place:
            shown = [one for one in await listed(session, learner, kind) if not one.why_hidden]
            done = sum(one.where == DONE for one in shown)
            ways.append(Way(kind.heading, kind.says, kind.base if kind.all_at_base else BENCH, done, len(shown)))
    return PracticePage(ways)

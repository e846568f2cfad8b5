"""A repair's page: the bad output, the editor, what was tried, what came of the last hand-in, the help that is left."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from fluencylab.actions.repairs import AttemptState, Watched, proof, proved_says, why_hidden
from fluencylab.curriculum.loader import track
from fluencylab.curriculum.repairs import PLACE, Fix, Repair, Worked, repairs
from fluencylab.curriculum.schema import Concept
from fluencylab.instruments import repair as instrument
from fluencylab.instruments.base import about_seconds
from fluencylab.instruments.durations import roughly
from fluencylab.instruments.repair import Params, messages
from fluencylab.models.types import Message
from fluencylab.practice.repairs import CaseAnswer, needed, wrong
from fluencylab.stats import Measure, share
from fluencylab.web.lab_page import Sheet
from fluencylab.web.pages.next_step import Next
from fluencylab.web.pages.results import Beside
from fluencylab.web.pages.sheet import sheet


class FixRate(NamedTuple):
    """One of the prompts of the debrief. `rate`, and `hits` of so many: what it reached when the exercise was proved."""

    head: str
    fix: Fix
    rate: Measure | None
    hits: tuple[int, int] | None


@dataclass(frozen=True)
class RepairPage:
    """Context of `repair.html`. `gave`: why each visible case's answer is wrong, or ""; `error`: why what was sent is refused.

    `edited`: is the prompt another than the original? `result`: is this the kept result, with no editor?
    """

    repair: Repair
    concept: Concept | None
    kind: Worked
    turn: int
    prompt: str
    edited: bool
    asked: Sequence[Message]
    gave: list[str]
    why_hidden: str
    tried: Sheet | None
    tried_other: bool
    handed: Sheet | None
    working: bool
    tries: int
    passed: bool
    hints: Sequence[str]
    hints_left: int
    debrief: bool
    may_look: bool
    fixes: list[FixRate]
    proved: str
    needed: int
    answers: int
    try_says: str
    hand_in_says: str
    next: Next | None
    """What to do after it, once it is passed"""
    further: Repair | None
    """The repair after this one"""
    result: bool
    changed: Sequence[str]
    """On the map, by the latest hand-in: a line a cell, once the debrief is shown"""
    beside: Beside
    error: str = ""
    place: str = PLACE


def repair_page(
    repair: Repair, going: AttemptState, comes: Next | None, result: bool = False, changed: Sequence[str] = (), beside: Beside = Beside()
) -> RepairPage:
    known, shown = repairs(), proof(repair)
    tried, handed = _sheet(going.tried), _sheet(going.handed)
    answers = len(repair.hidden) * len(repair.seeds)
    return RepairPage(
        repair=repair,
        concept=track().concept(repair.concept),
        kind=known.kind(repair),
        turn=known.turn(repair),
        prompt=going.prompt,
        edited=going.prompt.strip() != repair.prompt.strip(),
        asked=messages(repair.prompt, PLACE),
        gave=[wrong(repair, CaseAnswer("visible", number, case.gave)) for number, case in enumerate(repair.visible)],
        why_hidden=why_hidden(shown),
        tried=tried,
        tried_other=tried is not None and tried.params.prompt.strip() != going.prompt.strip(),
        handed=handed,
        working=any(one and not one.ended for one in (tried, handed)),
        tries=len(going.judged),
        passed=going.passed,
        hints=repair.hints[: going.hints],
        hints_left=len(repair.hints) - going.hints,
        debrief=going.debrief,
        may_look=bool(going.judged) and not going.debrief,
        fixes=_fixes(repair),
        proved=proved_says(shown),
        needed=needed(repair, answers),
        answers=answers,
        try_says=_says("Try on the 3 visible cases", repair, ("visible",)),
        hand_in_says=_says("Hand in", repair, ("hidden", "keep")),
        next=comes,
        further=_further(repair),
        result=result,
        changed=changed,
        beside=beside,
    )


def _sheet(watched: Watched | None) -> Sheet | None:
    return sheet(watched.run, watched.steps) if watched else None


def _says(act: str, repair: Repair, groups: tuple[instrument.Group, ...]) -> str:
    params = Params(repair=repair.slug, groups=groups)
    return f"{act}, about {roughly(about_seconds(instrument, params))}"


def _fixes(repair: Repair) -> list[FixRate]:
    """The reference and the two that fail."""
    shown = proof(repair)
    rates = [shown.reference, *shown.plausible] if shown else []
    told = [("The reference repair", repair.reference), *(("Plausible, and not enough", fix) for fix in repair.plausible)]
    return [FixRate(head, fix, share(*rates[i]) if rates else None, rates[i] if rates else None) for i, (head, fix) in enumerate(told)]


def _further(repair: Repair) -> Repair | None:
    """The repair after this one that is shown on this model."""
    order = repairs().repairs
    later = order[order.index(repair) + 1 :]
    return next((one for one in later if (found := proof(one)) is None or found.shown), None)

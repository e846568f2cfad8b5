"""A repair's page: the bad output, the editor, what was tried, what came of the last hand-in, the help that is left."""

from typing import Any

from fluencylab.actions.repairs import AttemptState, Watched, proof, proved_says, why_hidden
from fluencylab.curriculum.loader import track
from fluencylab.curriculum.repairs import PLACE, Repair, repairs
from fluencylab.instruments import repair as instrument
from fluencylab.instruments.base import about_seconds
from fluencylab.instruments.repair import Params, messages
from fluencylab.practice.repairs import CaseAnswer, needed, wrong
from fluencylab.stats import share
from fluencylab.web.lab_page import Sheet
from fluencylab.web.pages.sheet import sheet


def repair_page(repair: Repair, going: AttemptState) -> dict[str, Any]:
    """Context of `repair.html`."""
    known, shown = repairs(), proof(repair)
    turn = known.turn(repair)
    tried, handed = _context(going.tried), _context(going.handed)
    return {
        "repair": repair,
        "concept": track().concept(repair.concept),
        "kind": known.kind(repair),
        "turn": turn,
        "prompt": going.prompt,
        "changed": going.prompt.strip() != repair.prompt.strip(),
        "asked": messages(repair.prompt, PLACE),
        "gave": [wrong(repair, CaseAnswer("visible", number, case.gave)) for number, case in enumerate(repair.visible)],
        "why_hidden": why_hidden(shown),
        "tried": tried,
        "tried_other": tried is not None and tried.params.prompt.strip() != going.prompt.strip(),
        "handed": handed,
        "working": any(one and not one.ended for one in (tried, handed)),
        "tries": len(going.judged),
        "passed": going.passed,
        "hints": repair.hints[: going.hints],
        "hints_left": len(repair.hints) - going.hints,
        "debrief": going.debrief,
        "may_look": bool(going.judged) and not going.debrief,
        "fixes": _fixes(repair),
        "proof": shown,
        "proved": proved_says(shown),
        "needed": needed(repair, len(repair.hidden) * len(repair.seeds)),
        "answers": len(repair.hidden) * len(repair.seeds),
        "try_says": _says("Try on the 3 visible cases", repair, ("visible",)),
        "hand_in_says": _says("Hand in", repair, ("hidden", "keep")),
        "next": _next(repair),
        "place": PLACE,
    }


def _context(watched: Watched | None) -> Sheet | None:
    return sheet(watched.run, watched.steps) if watched else None


def _says(act: str, repair: Repair, groups: tuple[instrument.Group, ...]) -> str:
    params = Params(repair=repair.slug, groups=groups)
    return f"{act}, about {about_seconds(instrument, params)} s"


def _fixes(repair: Repair) -> list[dict[str, Any]]:
    """The reference and the two that fail, each with what it reached when the exercise was proved."""
    shown = proof(repair)
    rates = [shown.reference, *shown.plausible] if shown else []
    told = [("The reference repair", repair.reference), *(("Plausible, and not enough", fix) for fix in repair.plausible)]
    return [
        {"head": head, "fix": fix, "rate": share(*rates[i]) if rates else None, "hits": rates[i] if rates else None}
        for i, (head, fix) in enumerate(told)
    ]


def _next(repair: Repair) -> Repair | None:
    """The repair after this one that is shown on this model."""
    order = repairs().repairs
    later = order[order.index(repair) + 1 :]
    return next((one for one in later if (found := proof(one)) is None or found.shown), None)

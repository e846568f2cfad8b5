"""The one thing to do now, and why this one: a pure rule on plain values.

a first call  >  begun and not finished  >  reviews due  >  a first exercise  >  the self-test, if never taken  >  the core of the
course, what the self-test put first before the order of the track  >  a capstone, once the core is done  >  what stands beyond it, in
the same order  >  the lab
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Literal, NamedTuple

from fluencylab.text.written import day

Rule = Literal["call", "begun", "review", "self-test", "priority", "track", "capstone", "lab"]


NOW_MANY = "You have watched it answer once. One answer says little about a product. Predict what many will do, then measure."
NEXT_AFTER = "With the call it takes ten minutes. If you have forty, the self-test comes next: it says what to learn first."
CARRIES_OVER = "The core of the course is done. An hour on a product that you have never seen shows whether it carries over."


class Step(NamedTuple):
    """Something to do. `concept`: its slug, `about`: its short title, `pack`: the title of its pack; `runs`: does it need the model?

    `act`: what its button says.
    """

    kind: str
    title: str
    href: str
    minutes: int
    concept: str = ""
    about: str = ""
    runs: bool = False
    act: str = ""
    pack: str = ""


class Choice(NamedTuple):
    """All that the rule looks at. `begun`: the latest first. Not done and not begun are `core`: of the six weeks, in the learner's order,
    and `open`: all others, in the order of the track.

    `call`: None once a call was made or anything was shown; `fresh`: no exercise was brought to its end, and no self-test.
    """

    begun: Sequence[tuple[Step, date]]
    reviews: Step | None
    due: int
    self_test: Step | None
    """None once it was taken."""
    priorities: Sequence[tuple[str, str]]
    """(concept, why it matters for the learner's product), the first priority first."""
    open: Iterable[Step]
    lab: Step
    core: Iterable[Step] = ()
    call: Step | None = None
    fresh: bool = False
    capstone: Step | None = None
    """None where one was ended lately, or every product was seen."""


class Now(NamedTuple):
    rule: Rule
    step: Step
    why: str


def choose(of: Choice) -> Now:
    if of.call:
        return Now("call", of.call, "A real model, a prompt of yours, and what came back. Everything here begins with that.")
    if of.begun:
        step, since = of.begun[0]
        return Now("begun", step, f"You began it on {day(since)}. It stands where you left it.")
    if of.reviews and of.due:
        return Now("review", of.reviews, _review(of.due))
    first = next((step for steps in (of.core, of.open) for step in steps), None)
    if of.fresh and first:
        return Now("track", first, f"{NOW_MANY} {NEXT_AFTER}")
    if of.self_test:
        why = "It shows where you stand: what you cannot say yet in plain English is what to learn first. You can stop after any question."
        return Now("self-test", of.self_test, why)
    found = _put_first(of.core, of.priorities) or next(iter(of.core), None)
    if found is None and of.capstone:
        return Now("capstone", of.capstone, CARRIES_OVER)
    found = found or _put_first(of.open, of.priorities) or first
    if found:
        return Now(*_because(found, dict(of.priorities)))
    return Now("lab", of.lab, "Every exercise that is open is done, and nothing is due. Try the instrument on a prompt of your product.")


def _put_first(some: Iterable[Step], priorities: Sequence[tuple[str, str]]) -> Step | None:
    return next((step for concept, _ in priorities for step in some if step.concept == concept), None)


def _because(step: Step, priorities: Mapping[str, str]) -> tuple[Rule, Step, str]:
    if step.concept in priorities:
        why = f"{step.about or 'This subject'} came first of what was not firm in your self-test. {priorities[step.concept]}"
        return "priority", step, why
    return "track", step, _in_order(step)


def _in_order(step: Step) -> str:
    if step.pack:
        return f"It comes next in the pack “{step.pack}”: {step.about}."
    about = step.about or "a fault to find, in a product that runs"
    return f"It comes next in the order of the ten concepts: {about}."


def _review(due: int) -> str:
    what = "One skill is" if due == 1 else f"{due} skills are"
    return f"{what} due again. A short look at each keeps it for weeks."


def lasts(minutes: int) -> str:
    return "about a minute" if minutes == 1 else f"about {minutes} minutes"

"""The one thing to do now, and why this one: a pure rule on plain values.

begun and not finished  >  reviews due  >  the self-test, if never taken  >  what it put first  >  the order of the track  >  the lab
"""

from collections.abc import Sequence
from datetime import date
from typing import Literal, NamedTuple

from fluencylab.progress.review import day_of

Rule = Literal["begun", "review", "self-test", "priority", "track", "lab"]


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
    """All that the rule looks at. `begun`: the latest first; `open`: exercises not done and not begun, in the order of the track."""

    begun: Sequence[tuple[Step, date]]
    reviews: Step | None
    due: int
    self_test: Step | None
    """None once it was taken."""
    priorities: Sequence[tuple[str, str]]
    """(concept, why it matters for the learner's product), the first priority first."""
    open: Sequence[Step]
    lab: Step


class Now(NamedTuple):
    rule: Rule
    step: Step
    why: str


def choose(of: Choice) -> Now:
    if of.begun:
        step, since = of.begun[0]
        return Now("begun", step, f"You began it on {day_of(since)}. It stands where you left it.")
    if of.reviews and of.due:
        return Now("review", of.reviews, _review(of.due))
    if of.self_test:
        why = "It shows where you stand: what you cannot say yet in plain English is what to learn first. You can stop after any question."
        return Now("self-test", of.self_test, why)
    for concept, why in of.priorities:
        found = next((step for step in of.open if step.concept == concept), None)
        if found:
            return Now("priority", found, f"{found.about or 'This subject'} came first of what was not firm in your self-test. {why}")
    if of.open:
        return Now("track", of.open[0], _in_order(of.open[0]))
    return Now("lab", of.lab, "Every exercise that is open is done, and nothing is due. Try the instrument on a prompt of your product.")


def _in_order(step: Step) -> str:
    if step.pack:
        return f"It comes next in the pack “{step.pack}”: {step.about}."
    about = step.about or "a fault to find, in a product that runs"
    return f"It comes next in the order of the ten concepts: {about}."


def _review(due: int) -> str:
    what = "One skill begins" if due == 1 else f"{due} skills begin"
    return f"{what} to fade about now. A short look at each, in a form you have not seen, keeps it for weeks."

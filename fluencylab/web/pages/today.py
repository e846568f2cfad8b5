"""Today: the one thing to do now, what is due and why, the learner's own week, the plan, and what is coming."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from fluencylab import clock
from fluencylab.actions import review
from fluencylab.actions.plan import plan_of
from fluencylab.actions.progress import Cell, fluency
from fluencylab.curriculum.loader import coming
from fluencylab.curriculum.schema import Coming
from fluencylab.packs.full_track import full_track
from fluencylab.progress.review import day_of
from fluencylab.progress.today import Choice, Now, choose
from fluencylab.progress.week import DAYS, LENGTHS, TARGETS, Answered, Plan, Spent, Week, applied, begin, listed, week
from fluencylab.store import queries
from fluencylab.store.engine import Session
from fluencylab.web.app_state import AppState
from fluencylab.web.pages.frame import strip
from fluencylab.web.pages.next_step import act, choice

LISTED = 5
"""Reasons shown; the map has them all."""


class Again(NamedTuple):
    """Evidence of one concept that wants renewing, for one reason."""

    about: str
    capabilities: str
    why: str


async def newcomer(session: Session, learner: str) -> bool:
    """No call of theirs was ever finished, and nothing was ever shown."""
    return await queries.latest_run(session, learner, "call") is None and not await queries.count_evidence(session, learner)


class PlanForm(NamedTuple):
    """What the form of the plan offers: days, and how short and how long an hour of it and the week's target may be."""

    days: Sequence[str] = DAYS
    lengths: tuple[int, int] = LENGTHS
    targets: tuple[int, int] = TARGETS


@dataclass(frozen=True)
class TodayPage:
    """Context of `today.html`. `minutes`: of the step; `more`: reasons that are not shown; `missed`: a day of the plan that went by."""

    day: str
    now: Now
    act: str
    minutes: int
    due: int
    due_minutes: int
    again: list[Again]
    more: int
    week: Week
    week_says: str
    plan: Plan | None
    missed: str
    coming: Sequence[Coming]
    unready: str
    form: PlanForm


async def today_page(state: AppState, session: Session) -> TodayPage:
    """All of it depends on the database, the content, the models, and the day; `web/startup_gate.py` relies on that."""
    utc = clock.now()
    local = utc.astimezone()
    chosen = await choice(session, state.learner, full_track(), utc)
    now = choose(chosen)
    row = await queries.learner(session, state.learner)
    plan, target = plan_of(row), row.target_minutes if row else 150
    since = min(begin(local), local - timedelta(days=8))
    spent = [Spent(*one) for one in await queries.time_since(session, state.learner, since)]
    answered = [Answered(*one) for one in await queries.seconds_since(session, state.learner, since)]
    this_week = week(spent, answered, target, local)
    again = _again((await fluency(session, state.learner, utc)).every)
    return TodayPage(
        day=f"{local:%A}, {day_of(local.date())}",
        now=now,
        act=act(now.step, now.rule == "begun"),
        minutes=now.step.minutes,
        due=chosen.due,
        due_minutes=review.minutes(chosen.due),
        again=again[:LISTED],
        more=len(again) - LISTED,
        week=this_week,
        week_says=week_says(this_week, chosen),
        plan=plan,
        missed=_missed(plan, applied(spent, answered, local.tzinfo), local),
        coming=coming(),
        form=PlanForm(),
        unready=_unready(state, now),
    )


def _again(cells: Iterable[Cell]) -> list[Again]:
    """Cells that are due, in the order of the track; what shares a concept and a reason is said once."""
    short = {concept.slug: concept.short for concept in full_track().concepts}
    found: dict[tuple[str, str], list[str]] = {}
    for cell in cells:
        if cell.due_because:
            found.setdefault((cell.concept, cell.due_because), []).append(cell.capability)
    return [Again(short[concept], listed(kinds), why) for (concept, why), kinds in found.items()]


def week_says(this: Week, chosen: Choice) -> str:
    """The week in one sentence. No streaks, no guilt: nothing yet is a small start ahead."""
    if this.applied == 0:
        return f"Nothing counted yet this week. A small start would be {_small(chosen)}."
    done = f"{this.applied} {'minute' if this.applied == 1 else 'minutes'} of application this week"
    if this.applied >= this.target:
        return f"{done}. You aimed at {this.target}, and you are there."
    return f"{done}, of the {this.target} you aim at."


def _small(chosen: Choice) -> str:
    """The shortest thing there is to do."""
    reviews = [chosen.reviews] if chosen.reviews and chosen.due else []
    step = min([*reviews, *chosen.open], key=lambda one: one.minutes, default=chosen.lab)
    about = "about a minute" if step.minutes == 1 else f"about {step.minutes} minutes"
    return f"a review, {about}" if step is chosen.reviews else f"“{step.title}”, {about}"


def _missed(plan: Plan | None, days: Sequence[date] | dict[date, float], local: datetime) -> str:
    missed = plan.missed(set(days), local.date()) if plan else None
    return f"{missed:%A}" if missed else ""


def _unready(state: AppState, now: Now) -> str:
    """Said where the chosen step runs the model and the model is not there."""
    model = strip(state).state
    if not now.step.runs or model not in ("fetching", "broken"):
        return ""
    return "The model is not ready yet. Read the situation and predict; the run waits until it is."

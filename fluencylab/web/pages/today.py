"""Today: the one thing to do now, what is due and why, the learner's own week, the plan, and what is coming."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from fluencylab import clock
from fluencylab.actions import review
from fluencylab.actions.plan import plan_of
from fluencylab.actions.progress import fluency, ledger
from fluencylab.curriculum.loader import coming
from fluencylab.curriculum.schema import Coming
from fluencylab.packs.full_track import full_track
from fluencylab.progress.review import Skill, nothing_due
from fluencylab.progress.today import Choice, Now, choose, lasts
from fluencylab.progress.week import DAYS, LENGTHS, SUGGESTED, TARGETS, Answered, Plan, Spent, Week, applied, begin, listed, week
from fluencylab.store import queries, time_queries
from fluencylab.store.engine import Session
from fluencylab.text.written import day
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


class PlanForm(NamedTuple):
    """What the form of the plan offers: days, and how short and how long an hour of it and the week's target may be."""

    days: Sequence[str] = DAYS
    lengths: tuple[int, int] = LENGTHS
    targets: tuple[int, int] = TARGETS


@dataclass(frozen=True)
class TodayPage:
    """Context of `today.html`. `lasts`: what the step takes, in words; `more`: reasons that are not shown.

    `missed`: a day of the plan that went by.
    """

    day: str
    now: Now
    act: str
    lasts: str
    due: int
    due_minutes: int
    resting: str
    """Said where nothing is due."""
    again: list[Again]
    """What a review renews"""
    elsewhere: list[Again]
    """What a mission or a case renews"""
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
    plan, target = plan_of(row), row.target_minutes if row else SUGGESTED
    since = min(begin(local), local - timedelta(days=8))
    spent = [Spent(*one) for one in await time_queries.time_since(session, state.learner, since)]
    answered = [Answered(*one) for one in await time_queries.seconds_since(session, state.learner, since)]
    this_week = week(spent, answered, target, local)
    questions = {one.skill: one.why for one in await review.reviews(session, state.learner, utc) if one.can}
    cells = {(cell.concept, cell.capability): cell.due_because for cell in (await fluency(session, state.learner, utc)).every}
    again, elsewhere = _again(questions), _again({skill: why for skill, why in cells.items() if why and skill not in questions})
    room = max(0, LISTED - len(again))
    held = (await ledger(session, state.learner)).recall.held
    return TodayPage(
        day=f"{local:%A}, {day(local.date())}",
        now=now,
        act=act(now),
        lasts=lasts(now.step.minutes),
        due=chosen.due,
        due_minutes=review.minutes(chosen.due),
        resting=nothing_due(held, utc.date()),
        again=again[:LISTED],
        elsewhere=elsewhere[:room],
        more=len(again[LISTED:]) + len(elsewhere[room:]),
        week=this_week,
        week_says=week_says(this_week, chosen, own=plan is not None or target != SUGGESTED),
        plan=plan,
        missed=_missed(plan, applied(spent, answered, local.tzinfo), local),
        coming=coming(),
        form=PlanForm(),
        unready=_unready(state, now),
    )


def _again(because: Mapping[Skill, str]) -> list[Again]:
    """Skills and why they want renewing; what shares a concept and a reason is said once."""
    short = {concept.slug: concept.short for concept in full_track().concepts}
    found: dict[tuple[str, str], list[str]] = {}
    for (concept, capability), why in because.items():
        found.setdefault((concept, why), []).append(capability)
    return [Again(short[concept], listed(kinds), why) for (concept, why), kinds in found.items()]


def week_says(this: Week, chosen: Choice, own: bool = True) -> str:
    """The week in one sentence. No streaks, no guilt: nothing yet is a small start ahead. `own`: is the target the learner's?"""
    if this.applied == 0:
        return f"Nothing counted yet this week. A small start would be {_small(chosen)}."
    done = f"{this.applied} {'minute' if this.applied == 1 else 'minutes'} of practice this week"
    if not own:
        return f"{done}. We suggest {this.target} a week; set your own below."
    if this.applied >= this.target:
        return f"{done}. You aimed at {this.target}, and you are there."
    return f"{done}, of the {this.target} you aim at."


def _small(chosen: Choice) -> str:
    """The shortest thing there is to do."""
    reviews = [chosen.reviews] if chosen.reviews and chosen.due else []
    step = min([*reviews, *chosen.open], key=lambda one: one.minutes, default=chosen.lab)
    return f"a review, {lasts(step.minutes)}" if step is chosen.reviews else f"“{step.title}”, {lasts(step.minutes)}"


def _missed(plan: Plan | None, days: Sequence[date] | dict[date, float], local: datetime) -> str:
    missed = plan.missed(set(days), local.date()) if plan else None
    return f"{missed:%A}" if missed else ""


def _unready(state: AppState, now: Now) -> str:
    """Said where the chosen step runs the model and the model is not there."""
    model = strip(state).state
    if not now.step.runs or model not in ("fetching", "broken"):
        return ""
    return "The model is not ready yet. Read the situation and predict; the run waits until it is."

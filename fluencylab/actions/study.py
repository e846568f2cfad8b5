"""Take part in a study: the code is kept, the capstone's first form goes by it, and what is handed in is made of numbers alone.

study     {"code": "P01-course-B-522f", "joined": "2026-11-30T12:00:00+00:00"}
"""

import csv
import io
from datetime import datetime
from string import Template

from fluencylab import __version__, clock
from fluencylab.actions.learner_state import recall, remember
from fluencylab.actions.progress import fluency
from fluencylab.actions.selftest import PastSitting, sittings
from fluencylab.curriculum.capstone import Form, find_capstone
from fluencylab.curriculum.loader import CONTENT
from fluencylab.errors import BadInput
from fluencylab.progress.study import WEEKS, StudyRecord, StudySelfTest, StudySitting, places, read_code, shown_by
from fluencylab.progress.week import of_days
from fluencylab.store import queries, time_queries
from fluencylab.store.engine import Session, Store

NAME = "study"
SPREADS = (0.1, 0.15, 0.2)
"""Standard deviations of one person's change that the plan shows what it would see at; nobody has measured it yet."""


def plan_files(people: int, seed: int) -> dict[str, str]:
    """Name -> text. Raises BadInput for too few or too many people."""
    found = places(people, seed)
    listed = io.StringIO()
    writer = csv.writer(listed, lineterminator="\n")
    writer.writerow(["code", "group", "first form"])
    writer.writerows((one.code, one.group, one.first) for one in found)
    sees = ", ".join(f"{shown_by(people, spread):.2f} if it is {spread:.2f}" for spread in SPREADS)
    told = {"people": str(people), "seed": str(seed), "weeks": str(WEEKS), "version": __version__, "sees": sees}
    texts = {name: (CONTENT / "study" / name).read_text(encoding="utf-8") for name in ("plan.md", "taking-part.md")}
    return {"places.csv": listed.getvalue()} | {name: Template(text).substitute(told) for name, text in texts.items()}


async def first_form(session: Session, learner: str) -> Form | None:
    """Which form comes first, where a study says so."""
    code = (await recall(session, learner, NAME)).get("code")
    return read_code(code).first if code else None


async def join(store: Store, learner: str, code: str) -> str:
    """Keep the code. What comes next, in a sentence. Raises BadInput for no code, and where a capstone was begun in another form."""
    place = read_code(code)
    async with store.begin() as session:
        await queries.lock_learner(session, learner)
        had = (await recall(session, learner, NAME)).get("code")
        if had and had != place.code:
            raise BadInput(f"You take part as {had} already.", "One person has one code: ask who runs the study.")
        begun = next(iter(await queries.capstone_sittings(session, learner)), None)
        of = find_capstone(begun.product) if begun else None
        if of and not had and of.form != place.first:
            raise BadInput("You began a capstone in the other form already.", "Tell who runs the study: they may give you another code.")
        if not had:
            await remember(session, learner, NAME, {"code": place.code, "joined": clock.now().isoformat()})
    then = f"do the course for {WEEKS} weeks" if place.group == "course" else f"go on as usual for {WEEKS} weeks, without the course"
    return f"You take part as {place.code}. Do a capstone now (form {place.first}), {then}, and then do the second one."


async def record_of(session: Session, learner: str) -> StudyRecord:
    """What is handed in. Raises BadInput where no code was entered."""
    kept = await recall(session, learner, NAME)
    if not kept:
        raise BadInput("You take part in no study.", "Enter your code first: fluency study join CODE.")
    joined = datetime.fromisoformat(kept["joined"])
    capstones = []
    for row in await queries.capstone_sittings(session, learner):
        of = find_capstone(row.product)
        if of is None or row.ended is None or row.score is None:
            continue
        parts = {part: float(one["score"]) for part, one in row.shares.items()}
        minutes = round((row.ended - row.begun).total_seconds() / 60, 1)
        capstones.append(
            StudySitting(form=of.form, product=of.slug, score=row.score, parts=parts, day=(row.begun - joined).days, minutes=minutes)
        )
    complete = [one for one in await sittings(session, learner) if one.complete]
    tests = tuple(_test(one, joined) for one in complete)
    cells = (await fluency(session, learner, clock.now())).cells
    models = tuple(dict.fromkeys(row.sha256[:12] for row in await queries.conditions_of(session, learner) if row.sha256))
    days = of_days(await time_queries.answered_by_day(session, learner), await time_queries.applied_by_day(session, learner))
    return StudyRecord(
        code=kept["code"],
        lab=__version__,
        models=models[:20],
        sittings=tuple(capstones[:20]),
        self_tests=tests[:100],
        solid=sum(one.state == "solid" for one in cells),
        applied_minutes=round(sum(days.values()) / 60, 1),
    )


def _test(one: PastSitting, joined: datetime) -> StudySelfTest:
    right, of = one.scored
    return StudySelfTest(right=right, of=of, day=(one.begun - joined).days)

"""Every SELECT but those that copy whole tables (`portable.py`). Functions take an open session and give rows or plain values."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import defer

from fluencylab.store.reading import read_once
from fluencylab.store.tables import Attempt, Call, CapstoneSitting, Draft, Evidence, KeptRun, Learner, LearnerState, Run, Step


@read_once
async def learner(session: AsyncSession, learner_id: str) -> Learner | None:
    return await session.get(Learner, learner_id)


async def lock_learner(session: AsyncSession, learner_id: str) -> None:
    """From here on, no other act of this learner until this one is committed. (SQLite lets one writer in at a time anyway.)"""
    await session.get(Learner, learner_id, with_for_update=True)


async def run(session: AsyncSession, run_id: str) -> Run | None:
    """PostgreSQL refuses a NUL in any text, even to look for it."""
    return None if "\0" in run_id else await session.get(Run, run_id)


async def run_progress(session: AsyncSession, run_id: str) -> Run | None:
    """A run as it is now, without its parameters, which may be thousands of cases: for who looks again and again."""
    if "\0" in run_id:
        return None
    return await session.get(Run, run_id, options=[defer(Run.params, raiseload=True)], populate_existing=True)


async def locked_run(session: AsyncSession, run_id: str) -> Run | None:
    """A run as it is once no other act of its learner is under way; none begins until this one is committed."""
    found = await run(session, run_id)
    if found is None:
        return None
    await lock_learner(session, found.learner_id)
    return await session.get(Run, run_id, populate_existing=True)


async def unjudged_runs(session: AsyncSession, stages: Collection[str]) -> list[tuple[str, str]]:
    """(run, exercise) of attempts whose run came to its end and which have no evidence of these stages, the oldest first."""
    judged = select(Evidence.id).where(Evidence.attempt_id == Attempt.id, Evidence.stage.in_(stages)).exists()
    wanted = select(Run.id, Attempt.exercise).join(Attempt, Attempt.run_id == Run.id).where(Run.status == "done", ~judged)
    return [(run_id, exercise) for run_id, exercise in await session.execute(wanted.order_by(Run.ended))]


async def steps_after(session: AsyncSession, run_id: str, seq: int = 0, limit: int | None = None) -> Sequence[Step]:
    """Steps with a greater sequence number, in order, and so many at most. The first step of a run has 1."""
    return (await session.scalars(select(Step).where(Step.run_id == run_id, Step.seq > seq).order_by(Step.seq).limit(limit))).all()


async def observations(session: AsyncSession, run_id: str) -> list[tuple[str, dict[str, Any]]]:
    """(kind, data) of every step of a run, in order: a third of the work of `steps_after`, where there are thousands."""
    wanted = select(Step.kind, Step.data).where(Step.run_id == run_id).order_by(Step.seq)
    return [(kind, data) for kind, data in await session.execute(wanted)]


async def last_step(session: AsyncSession, run_id: str) -> int:
    """The greatest sequence number of a run; 0 where there is no step yet."""
    return await session.scalar(select(func.max(Step.seq)).where(Step.run_id == run_id)) or 0


async def call(session: AsyncSession, run_id: str, id: str) -> Call | None:
    return await session.get(Call, (run_id, id))


async def count_calls(session: AsyncSession, run_id: str) -> int:
    return await session.scalar(select(func.count()).select_from(Call).where(Call.run_id == run_id)) or 0


async def count_runs(session: AsyncSession, learner_id: str) -> tuple[int, int]:
    """Runs that came to their end, and the model calls in them."""
    ended = select(Run.id).where(Run.learner_id == learner_id, Run.status == "done")
    runs = await session.scalar(select(func.count()).select_from(ended.subquery()))
    calls = await session.scalar(select(func.count()).select_from(Call).where(Call.run_id.in_(ended)))
    return runs or 0, calls or 0


async def latest_run(session: AsyncSession, learner_id: str, instrument: str, status: str = "done") -> Run | None:
    wanted = select(Run).where(Run.learner_id == learner_id, Run.instrument == instrument, Run.status == status)
    return (await session.scalars(wanted.order_by(Run.created.desc()).limit(1))).first()


async def latest_model_run(session: AsyncSession, learner_id: str, instrument: str, model: str) -> Run | None:
    """However it ended."""
    wanted = select(Run).where(Run.learner_id == learner_id, Run.instrument == instrument, Run.model == model)
    return (await session.scalars(wanted.order_by(Run.created.desc()).limit(1))).first()


async def runs_on_model(session: AsyncSession, learner_id: str, model: str) -> int:
    """How many runs were made on it."""
    wanted = select(func.count()).select_from(Run).where(Run.learner_id == learner_id, Run.model == model)
    return int(await session.scalar(wanted) or 0)


@read_once
async def ended_runs(session: AsyncSession, learner_id: str, instrument: str | None, limit: int) -> Sequence[Run]:
    """Those that came to an end, whichever, of one lab or of all; the latest first."""
    wanted = select(Run).where(Run.learner_id == learner_id, Run.status.in_(("done", "failed", "cancelled")))
    if instrument is not None:
        wanted = wanted.where(Run.instrument == instrument)
    return (await session.scalars(wanted.order_by(Run.created.desc(), Run.id.desc()).limit(limit))).all()


async def step_counts(session: AsyncSession, runs: Collection[str]) -> dict[str, int]:
    """By run: how many steps it has; none of those without."""
    wanted = select(Step.run_id, func.count()).where(Step.run_id.in_(runs)).group_by(Step.run_id)
    return {str(run_id): int(n) for run_id, n in await session.execute(wanted)}


@read_once
async def kept_runs(session: AsyncSession, learner_id: str, lab: str | None = None) -> Sequence[KeptRun]:
    """What a learner kept, of one lab or of all; the latest first."""
    wanted = select(KeptRun).where(KeptRun.learner_id == learner_id)
    if lab is not None:
        wanted = wanted.where(KeptRun.lab == lab)
    return (await session.scalars(wanted.order_by(KeptRun.created.desc(), KeptRun.id.desc()))).all()


async def kept_of_run(session: AsyncSession, run_id: str) -> KeptRun | None:
    return (await session.scalars(select(KeptRun).where(KeptRun.run_id == run_id))).first()


async def kept_run(session: AsyncSession, kept_id: str) -> KeptRun | None:
    return None if "\0" in kept_id else await session.get(KeptRun, kept_id)


async def unfinished_runs(session: AsyncSession) -> Sequence[Run]:
    return (await session.scalars(select(Run).where(Run.status.in_(("queued", "running"))))).all()


@read_once
async def latest_attempt(session: AsyncSession, learner_id: str, exercise: str) -> Attempt | None:
    wanted = select(Attempt).where(Attempt.learner_id == learner_id, Attempt.exercise == exercise)
    return (await session.scalars(wanted.order_by(Attempt.created.desc(), Attempt.id.desc()).limit(1))).first()


async def attempts_at(session: AsyncSession, learner_id: str, exercises: Collection[str]) -> Sequence[Attempt]:
    wanted = select(Attempt).where(Attempt.learner_id == learner_id, Attempt.exercise.in_(exercises))
    return (await session.scalars(wanted.order_by(Attempt.created, Attempt.id))).all()


async def finished_attempt(
    session: AsyncSession, learner_id: str, exercise: str, last: str, right: bool = False
) -> tuple[Attempt, datetime] | None:
    """The latest go that came to its end, and when. `last`: the stage that ends it; `right`: only where it is right."""
    wanted = select(Attempt, Evidence.made).join(Evidence, Evidence.attempt_id == Attempt.id)
    wanted = wanted.where(Attempt.learner_id == learner_id, Attempt.exercise == exercise, Evidence.stage == last)
    wanted = wanted.where(Evidence.score == 1) if right else wanted
    found = (await session.execute(wanted.order_by(Evidence.made.desc(), Evidence.id.desc()).limit(1))).first()
    return (found[0], found[1]) if found else None


async def attempt(session: AsyncSession, attempt_id: str) -> Attempt | None:
    return None if "\0" in attempt_id else await session.get(Attempt, attempt_id)


async def attempt_of_run(session: AsyncSession, run_id: str) -> Attempt | None:
    return (await session.scalars(select(Attempt).where(Attempt.run_id == run_id))).first()


@read_once
async def attempts(session: AsyncSession, learner_id: str, exercise: str) -> Sequence[Attempt]:
    """A learner's goes at one exercise, oldest first."""
    wanted = select(Attempt).where(Attempt.learner_id == learner_id, Attempt.exercise == exercise)
    return (await session.scalars(wanted.order_by(Attempt.created, Attempt.id))).all()


async def draft(session: AsyncSession, learner_id: str, name: str) -> Draft | None:
    return await session.get(Draft, (learner_id, name))


async def learner_state(session: AsyncSession, learner_id: str, name: str) -> LearnerState | None:
    return await session.get(LearnerState, (learner_id, name))


async def exercises_at(session: AsyncSession, learner_id: str, exercises: Collection[str], stage: str) -> set[str]:
    """Those of the exercises of which there is evidence of a stage."""
    wanted = select(Attempt.exercise).join(Evidence, Evidence.attempt_id == Attempt.id)
    wanted = wanted.where(Attempt.learner_id == learner_id, Attempt.exercise.in_(exercises), Evidence.stage == stage)
    return set(await session.scalars(wanted.distinct()))


@read_once
async def attempt_evidence(session: AsyncSession, attempt_id: str) -> Sequence[Evidence]:
    return (await session.scalars(select(Evidence).where(Evidence.attempt_id == attempt_id).order_by(Evidence.made))).all()


class SittingRow(NamedTuple):
    """Of a piece of evidence, what a list of sittings needs: all but what was said."""

    stage: str
    concept: str
    score: float | None
    certainty: int | None
    made: datetime
    seconds: float | None


async def rows_of_attempts(session: AsyncSession, attempts: Collection[str]) -> dict[str, list[SittingRow]]:
    """By attempt, oldest first."""
    row, found = Evidence, dict[str, list[SittingRow]]()
    if not attempts:
        return found
    wanted = select(row.attempt_id, row.stage, row.concept, row.score, row.certainty, row.made, row.seconds)
    for one in await session.execute(wanted.where(row.attempt_id.in_(attempts)).order_by(row.made)):
        found.setdefault(one.attempt_id, []).append(SittingRow(*one[1:]))
    return found


async def last_shown(session: AsyncSession, attempt_id: str) -> datetime | None:
    """When the latest piece of evidence of an attempt was made."""
    return await session.scalar(select(func.max(Evidence.made)).where(Evidence.attempt_id == attempt_id))


class Conditions(NamedTuple):
    """Pieces of evidence of one cell that share words and model. `model` is empty where no model was run."""

    concept: str
    capability: str
    content: str
    model: str
    sha256: str
    first: datetime
    last: datetime


async def conditions_of(session: AsyncSession, learner_id: str) -> list[Conditions]:
    """Under what every graded piece was shown, the earliest first: a row for each cell, words and model, however many pieces there are."""
    row = Evidence
    model = func.coalesce(row.conditions["name"].as_string(), "").label("model_name")
    sha256 = func.coalesce(row.conditions["sha256"].as_string(), "").label("model_sha256")
    first = func.min(row.made).label("first_made")
    wanted = select(row.concept, row.capability, row.content, model, sha256, first, func.max(row.made))
    wanted = wanted.where(row.learner_id == learner_id, row.score.is_not(None))
    wanted = wanted.group_by(row.concept, row.capability, row.content, "model_name", "model_sha256").order_by("first_made", row.content)
    return [Conditions(*found) for found in await session.execute(wanted)]


class Latest(NamedTuple):
    attempt_id: str
    run_status: str
    """Empty where nothing was run."""


async def latest_attempts(session: AsyncSession, learner_id: str, but: Collection[str] = ()) -> dict[str, Latest]:
    """By exercise: one row for each, however often it was gone through; without these exercises."""
    here = [Attempt.learner_id == learner_id, *([Attempt.exercise.not_in(sorted(but))] if but else [])]
    ranked = _ranked(*here).subquery()
    wanted = select(ranked.c.exercise, ranked.c.id, Run.status).outerjoin(Run, ranked.c.run_id == Run.id).where(ranked.c.newest == 1)
    return {exercise: Latest(attempt_id, status or "") for exercise, attempt_id, status in await session.execute(wanted)}


def _ranked(*here: ColumnElement[bool]) -> Select[Any]:
    """Attempts, with their place among those at the same exercise, the newest first."""
    newest = func.row_number().over(partition_by=Attempt.exercise, order_by=(Attempt.created.desc(), Attempt.id.desc())).label("newest")
    return select(Attempt.exercise, Attempt.id, Attempt.run_id, Attempt.created, newest).where(*here)


async def shown_stages(session: AsyncSession, attempts: Collection[str]) -> dict[str, set[str]]:
    """By attempt: the stages that have evidence."""
    shown: dict[str, set[str]] = {}
    if not attempts:
        return shown
    for attempt_id, stage in await session.execute(select(Evidence.attempt_id, Evidence.stage).where(Evidence.attempt_id.in_(attempts))):
        shown.setdefault(attempt_id, set()).add(stage)
    return shown


async def cell_evidence(
    session: AsyncSession, learner_id: str, concept: str, capability: str, limit: int, offset: int = 0, but: Collection[str] = ()
) -> tuple[Sequence[Evidence], int]:
    """What lies behind one cell, the newest first, and how many there are; without these stages."""
    here = [Evidence.learner_id == learner_id, Evidence.concept == concept, Evidence.capability == capability, Evidence.stage.not_in(but)]
    rows = await session.scalars(
        select(Evidence).where(*here).order_by(Evidence.made.desc(), Evidence.id.desc()).limit(limit).offset(offset)
    )
    return rows.all(), await session.scalar(select(func.count()).select_from(Evidence).where(*here)) or 0


async def stage_scores(session: AsyncSession, learner_id: str, stage: str) -> list[tuple[str, float | None]]:
    """(exercise, score) of every piece of one stage, oldest first."""
    wanted = select(Evidence.exercise, Evidence.score).where(Evidence.learner_id == learner_id, Evidence.stage == stage)
    return [(exercise, score) for exercise, score in await session.execute(wanted.order_by(Evidence.made, Evidence.id))]


async def stage_answers(session: AsyncSession, learner_id: str, stages: Collection[str]) -> list[tuple[str, dict[str, Any], float | None]]:
    """(exercise, answer, score) of every piece of these stages, oldest first."""
    wanted = select(Evidence.exercise, Evidence.answer, Evidence.score).where(Evidence.learner_id == learner_id, Evidence.stage.in_(stages))
    return [(exercise, answer, score) for exercise, answer, score in await session.execute(wanted.order_by(Evidence.made, Evidence.id))]


async def learner_states(session: AsyncSession, learner_id: str, under: str) -> dict[str, dict[str, Any]]:
    """Name -> value, of all whose name begins so."""
    here = LearnerState.name.startswith(under, autoescape=True)
    wanted = select(LearnerState.name, LearnerState.value).where(LearnerState.learner_id == learner_id, here)
    return {str(name): value for name, value in await session.execute(wanted)}


async def runs_that(session: AsyncSession, ids: Collection[str], statuses: Collection[str]) -> set[str]:
    """Of these runs, those in one of these states."""
    return set((await session.scalars(select(Run.id).where(Run.id.in_(ids), Run.status.in_(statuses)))).all())


async def evidence_of_packs(session: AsyncSession, learner_id: str) -> dict[str, int]:
    """Concept -> pieces, of the concepts of packs: their slugs have a full stop."""
    here = (Evidence.learner_id == learner_id, Evidence.concept.contains("."), Evidence.stage != "predict")
    rows = await session.execute(select(Evidence.concept, func.count()).where(*here).group_by(Evidence.concept).order_by(Evidence.concept))
    return {str(concept): int(n) for concept, n in rows}


@read_once
async def count_evidence(session: AsyncSession, learner_id: str) -> int:
    return await session.scalar(select(func.count()).select_from(Evidence).where(Evidence.learner_id == learner_id)) or 0


def _counted() -> Any:
    """What a ledger counts of each piece: the fields of `progress.ledger.EvidenceRow` by name."""
    row = Evidence
    return select(
        row.id, row.made, row.concept, row.capability, row.exercise, row.stage, row.variant, row.content, row.score, row.certainty,
        row.marks, row.grader, row.help,
        row.conditions["sha256"].as_string().label("sha256"), row.conditions["chance"].as_float().label("chance"),
    )  # fmt: skip


async def evidence_from(session: AsyncSession, learner_id: str, since: datetime | None = None) -> list[dict[str, Any]]:
    """Every piece as a ledger counts it, oldest first. `since`: from then on."""
    wanted = _counted().where(Evidence.learner_id == learner_id)
    if since is not None:
        wanted = wanted.where(Evidence.made >= since)
    return [found._asdict() for found in await session.execute(wanted.order_by(Evidence.made, Evidence.id))]


async def evidence_of_attempts(session: AsyncSession, attempts: Collection[str]) -> list[dict[str, Any]]:
    """As `evidence_from`, of these attempts."""
    wanted = _counted().where(Evidence.attempt_id.in_(attempts)).order_by(Evidence.made, Evidence.id)
    return [found._asdict() for found in await session.execute(wanted)]


async def answers_before(
    session: AsyncSession, learner_id: str, attempts: Collection[str], concepts: Collection[str]
) -> list[dict[str, Any]]:
    """As `evidence_from`: the latest graded answer to whatever was asked in these concepts, of all but these attempts. However often
    it was asked, one row."""
    row = Evidence
    asked = (row.concept, row.capability, row.exercise, row.stage, row.variant, row.content)
    newest = func.row_number().over(partition_by=asked, order_by=(row.made.desc(), row.id.desc())).label("newest")
    here = (row.learner_id == learner_id, row.score.is_not(None), row.attempt_id.not_in(attempts), row.concept.in_(sorted(concepts)))
    told = _counted().add_columns(newest).where(*here).subquery()
    columns = [column for column in told.c if column.name != "newest"]
    wanted = select(*columns).where(told.c.newest == 1).order_by(told.c.made, told.c.id)
    return [found._asdict() for found in await session.execute(wanted)]


class Recent(NamedTuple):
    id: str
    created: datetime
    run_status: str
    """Empty where nothing was run."""


async def begun_attempts(session: AsyncSession, learner_id: str, since: datetime, but: str, ends: Collection[str]) -> dict[str, Recent]:
    """The latest attempt at each exercise, of those begun since that have not come to their end; the latest first.

    `but`: not those whose name begins so; `ends`: the stages that end an exercise.
    """
    here = (Attempt.learner_id == learner_id, Attempt.created >= since, ~Attempt.exercise.startswith(but, autoescape=True))
    ranked = _ranked(*here).subquery()
    ended = select(Evidence.id).where(Evidence.attempt_id == ranked.c.id, Evidence.stage.in_(ends)).exists()
    wanted = select(ranked.c.exercise, ranked.c.id, ranked.c.created, Run.status).outerjoin(Run, ranked.c.run_id == Run.id)
    wanted = wanted.where(ranked.c.newest == 1, ~ended).order_by(ranked.c.created.desc(), ranked.c.id.desc())
    return {exercise: Recent(id, created, status or "") for exercise, id, created, status in await session.execute(wanted)}


async def open_attempt(session: AsyncSession, learner_id: str, under: str, since: datetime) -> Attempt | None:
    """The latest attempt since of which nothing was shown, at an exercise whose name begins so."""
    answered = select(Evidence.id).where(Evidence.attempt_id == Attempt.id).exists()
    here = Attempt.exercise.startswith(under, autoescape=True)
    wanted = select(Attempt).where(Attempt.learner_id == learner_id, here, Attempt.created >= since, ~answered)
    return (await session.scalars(wanted.order_by(Attempt.created.desc(), Attempt.id.desc()).limit(1))).first()


async def shown_since(session: AsyncSession, learner_id: str, under: str, since: datetime) -> Sequence[Evidence]:
    """Of exercises whose name begins so, oldest first."""
    here = Evidence.exercise.startswith(under, autoescape=True)
    wanted = select(Evidence).where(Evidence.learner_id == learner_id, Evidence.made >= since, here)
    return (await session.scalars(wanted.order_by(Evidence.made, Evidence.id))).all()


@read_once
async def capstone_sittings(session: AsyncSession, learner_id: str) -> Sequence[CapstoneSitting]:
    """In their order."""
    wanted = select(CapstoneSitting).where(CapstoneSitting.learner_id == learner_id)
    return (await session.scalars(wanted.order_by(CapstoneSitting.ordinal))).all()

"""Every SELECT but those that copy whole tables (`portable.py`). Functions take an open session and give rows or plain values."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from fluencylab.store.tables import Attempt, Call, Draft, Evidence, Learner, LearnerState, Run, Step, TimeSpent


async def learner(session: AsyncSession, learner_id: str) -> Learner | None:
    return await session.get(Learner, learner_id)


async def lock_learner(session: AsyncSession, learner_id: str) -> None:
    """From here on, no other act of this learner until this one is committed. (SQLite lets one writer in at a time anyway.)"""
    await session.get(Learner, learner_id, with_for_update=True)


async def run(session: AsyncSession, run_id: str) -> Run | None:
    """PostgreSQL refuses a NUL in any text, even to look for it."""
    return None if "\0" in run_id else await session.get(Run, run_id)


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


async def steps_after(session: AsyncSession, run_id: str, seq: int = 0) -> Sequence[Step]:
    """Steps with a greater sequence number, in order. The first step of a run has 1."""
    return (await session.scalars(select(Step).where(Step.run_id == run_id, Step.seq > seq).order_by(Step.seq))).all()


async def last_step(session: AsyncSession, run_id: str) -> int:
    """The greatest sequence number of a run; 0 where there is no step yet."""
    return await session.scalar(select(func.max(Step.seq)).where(Step.run_id == run_id)) or 0


async def call(session: AsyncSession, run_id: str, id: str) -> Call | None:
    return await session.get(Call, (run_id, id))


async def count_calls(session: AsyncSession, run_id: str) -> int:
    return await session.scalar(select(func.count()).select_from(Call).where(Call.run_id == run_id)) or 0


async def latest_run(session: AsyncSession, learner_id: str, instrument: str, status: str = "done") -> Run | None:
    wanted = select(Run).where(Run.learner_id == learner_id, Run.instrument == instrument, Run.status == status)
    return (await session.scalars(wanted.order_by(Run.created.desc()).limit(1))).first()


async def latest_model_run(session: AsyncSession, learner_id: str, instrument: str, model: str) -> Run | None:
    """However it ended."""
    wanted = select(Run).where(Run.learner_id == learner_id, Run.instrument == instrument, Run.model == model)
    return (await session.scalars(wanted.order_by(Run.created.desc()).limit(1))).first()


async def unfinished_runs(session: AsyncSession) -> Sequence[Run]:
    return (await session.scalars(select(Run).where(Run.status.in_(("queued", "running"))))).all()


async def latest_attempt(session: AsyncSession, learner_id: str, exercise: str) -> Attempt | None:
    wanted = select(Attempt).where(Attempt.learner_id == learner_id, Attempt.exercise == exercise)
    return (await session.scalars(wanted.order_by(Attempt.created.desc(), Attempt.id.desc()).limit(1))).first()


async def attempt(session: AsyncSession, attempt_id: str) -> Attempt | None:
    return None if "\0" in attempt_id else await session.get(Attempt, attempt_id)


async def attempt_of_run(session: AsyncSession, run_id: str) -> Attempt | None:
    return (await session.scalars(select(Attempt).where(Attempt.run_id == run_id))).first()


async def attempts(session: AsyncSession, learner_id: str, exercise: str) -> Sequence[Attempt]:
    """A learner's goes at one exercise, oldest first."""
    wanted = select(Attempt).where(Attempt.learner_id == learner_id, Attempt.exercise == exercise)
    return (await session.scalars(wanted.order_by(Attempt.created, Attempt.id))).all()


async def draft(session: AsyncSession, learner_id: str, name: str) -> Draft | None:
    return await session.get(Draft, (learner_id, name))


async def learner_state(session: AsyncSession, learner_id: str, name: str) -> LearnerState | None:
    return await session.get(LearnerState, (learner_id, name))


async def attempt_evidence(session: AsyncSession, attempt_id: str) -> Sequence[Evidence]:
    return (await session.scalars(select(Evidence).where(Evidence.attempt_id == attempt_id).order_by(Evidence.made))).all()


async def last_shown(session: AsyncSession, attempt_id: str) -> datetime | None:
    """When the latest piece of evidence of an attempt was made."""
    return await session.scalar(select(func.max(Evidence.made)).where(Evidence.attempt_id == attempt_id))


async def evidence_of(session: AsyncSession, learner_id: str) -> Sequence[Evidence]:
    """All of it, oldest first."""
    return (await session.scalars(select(Evidence).where(Evidence.learner_id == learner_id).order_by(Evidence.made, Evidence.id))).all()


class Latest(NamedTuple):
    attempt_id: str
    run_status: str
    """Empty where nothing was run."""


async def latest_attempts(session: AsyncSession, learner_id: str) -> dict[str, Latest]:
    """By exercise: one row for each, however often it was gone through."""
    newest = func.row_number().over(partition_by=Attempt.exercise, order_by=(Attempt.created.desc(), Attempt.id.desc())).label("newest")
    ranked = select(Attempt.exercise, Attempt.id, Attempt.run_id, newest).where(Attempt.learner_id == learner_id).subquery()
    wanted = select(ranked.c.exercise, ranked.c.id, Run.status).outerjoin(Run, ranked.c.run_id == Run.id).where(ranked.c.newest == 1)
    return {exercise: Latest(attempt_id, status or "") for exercise, attempt_id, status in await session.execute(wanted)}


async def shown_stages(session: AsyncSession, attempts: Collection[str]) -> dict[str, set[str]]:
    """By attempt: the stages that have evidence."""
    shown: dict[str, set[str]] = {}
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


async def evidence_of_packs(session: AsyncSession, learner_id: str) -> dict[str, int]:
    """Concept -> pieces, of the concepts of packs: their slugs have a full stop."""
    here = (Evidence.learner_id == learner_id, Evidence.concept.contains("."), Evidence.stage != "predict")
    rows = await session.execute(select(Evidence.concept, func.count()).where(*here).group_by(Evidence.concept).order_by(Evidence.concept))
    return {str(concept): int(n) for concept, n in rows}


async def count_evidence(session: AsyncSession, learner_id: str) -> int:
    return await session.scalar(select(func.count()).select_from(Evidence).where(Evidence.learner_id == learner_id)) or 0


async def evidence_from(session: AsyncSession, learner_id: str, since: datetime | None = None) -> list[dict[str, Any]]:
    """What a ledger counts of each piece: the fields of `progress.ledger.EvidenceRow` by name, oldest first. `since`: from then on."""
    row = Evidence
    wanted = select(
        row.id, row.made, row.concept, row.capability, row.exercise, row.stage, row.variant, row.content, row.score, row.certainty,
        row.marks, row.grader, row.help,
        row.conditions["sha256"].as_string().label("sha256"), row.conditions["chance"].as_float().label("chance"),
    ).where(row.learner_id == learner_id)  # fmt: skip
    if since is not None:
        wanted = wanted.where(row.made >= since)
    return [found._asdict() for found in await session.execute(wanted.order_by(row.made, row.id))]


class Recent(NamedTuple):
    id: str
    created: datetime
    run_status: str
    """Empty where nothing was run."""


async def recent_attempts(session: AsyncSession, learner_id: str, since: datetime, but: str) -> dict[str, Recent]:
    """The latest attempt at each exercise, of those begun since; the latest first. `but`: not those whose name begins so."""
    wanted = (
        select(Attempt.exercise, Attempt.id, Attempt.created, Run.status)
        .outerjoin(Run, Attempt.run_id == Run.id)
        .where(Attempt.learner_id == learner_id, Attempt.created >= since, ~Attempt.exercise.startswith(but, autoescape=True))
    )
    rows = await session.execute(wanted.order_by(Attempt.created.desc(), Attempt.id.desc()))
    found: dict[str, Recent] = {}
    for exercise, id, created, status in rows:
        found.setdefault(exercise, Recent(id, created, status or ""))
    return found


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


async def time_since(session: AsyncSession, learner_id: str, since: datetime) -> list[tuple[datetime, str, float]]:
    """What pages counted: when, of which kind, seconds."""
    wanted = select(TimeSpent.made, TimeSpent.kind, TimeSpent.seconds).where(TimeSpent.learner_id == learner_id, TimeSpent.made >= since)
    return [(made, kind, seconds) for made, kind, seconds in await session.execute(wanted)]


async def last_time(session: AsyncSession, learner_id: str) -> datetime | None:
    """When a page last said how long it was in front."""
    return await session.scalar(select(func.max(TimeSpent.made)).where(TimeSpent.learner_id == learner_id))


async def seconds_since(session: AsyncSession, learner_id: str, since: datetime) -> list[tuple[datetime, float | None]]:
    """For each piece of evidence: when, and the seconds from the step before."""
    wanted = select(Evidence.made, Evidence.seconds).where(Evidence.learner_id == learner_id, Evidence.made >= since)
    return [(made, seconds) for made, seconds in await session.execute(wanted)]


async def time_by_concept(session: AsyncSession, learner_id: str) -> dict[tuple[str, str], float]:
    """(concept, kind) -> seconds that pages counted. The concept is empty where a page belonged to none."""
    wanted = select(TimeSpent.concept, TimeSpent.kind, func.sum(TimeSpent.seconds)).where(TimeSpent.learner_id == learner_id)
    rows = await session.execute(wanted.group_by(TimeSpent.concept, TimeSpent.kind))
    return {(concept, kind): float(seconds) for concept, kind, seconds in rows}

"""The tables. Runs, steps and calls are what was measured; attempts and evidence are what the learner did.

Evidence is append-only: nothing updates or deletes a row of it. Times are aware and UTC on every database.
"""

from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, DateTime, ForeignKey, Index, LargeBinary, String, Text, TypeDecorator, UniqueConstraint
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class UTCDateTime(TypeDecorator[datetime]):
    """Aware UTC in and out. SQLite keeps no zone, so it is taken off on the way in and put back on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    type_annotation_map: ClassVar = {datetime: UTCDateTime, dict[str, Any]: JSON, str: Text}


class Learner(Base):
    __tablename__ = "learners"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    created: Mapped[datetime]
    product: Mapped[str] = mapped_column(String(32), default="")
    """The kind of product they lead; empty until they say."""
    target_minutes: Mapped[int] = mapped_column(default=150)
    """Minutes of application a week."""
    plan: Mapped[dict[str, Any] | None]


class Run(Base):
    """One instrument, run once. `status`: queued, running, done, failed, cancelled."""

    __tablename__ = "runs"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    learner_id: Mapped[str] = mapped_column(ForeignKey("learners.id"), index=True)
    instrument: Mapped[str]
    params: Mapped[dict[str, Any]]
    model: Mapped[str]
    status: Mapped[str] = mapped_column(String(16))
    planned: Mapped[int]
    cancel_asked: Mapped[bool] = mapped_column(default=False)
    card: Mapped[dict[str, Any] | None]
    message: Mapped[str] = mapped_column(default="")
    fix: Mapped[str] = mapped_column(default="")
    created: Mapped[datetime]
    started: Mapped[datetime | None]
    ended: Mapped[datetime | None]


class Step(Base):
    """One observation of a run, in the order it was made."""

    __tablename__ = "steps"

    run_id: Mapped[str] = mapped_column(ForeignKey("runs.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str]
    data: Mapped[dict[str, Any]]
    made: Mapped[datetime]


class Call(Base):
    """A model call a run has made, under its id (`Request.call_id`). It is never made again for the same request, whose hash is kept."""

    __tablename__ = "calls"

    run_id: Mapped[str] = mapped_column(ForeignKey("runs.id"), primary_key=True)
    id: Mapped[str] = mapped_column(String(80), primary_key=True)
    request: Mapped[str] = mapped_column(String(64))
    completion: Mapped[bytes] = mapped_column(LargeBinary)
    made: Mapped[datetime]


class Attempt(Base):
    """A learner's go at one exercise. `seed` shuffles its options and starts its run."""

    __tablename__ = "attempts"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    learner_id: Mapped[str] = mapped_column(ForeignKey("learners.id"))
    exercise: Mapped[str]
    seed: Mapped[int]
    run_id: Mapped[str | None] = mapped_column(ForeignKey("runs.id"))
    created: Mapped[datetime]

    __table_args__ = (Index("ix_attempts_learner_exercise", "learner_id", "exercise"),)


class Evidence(Base):
    """What the learner showed, once. `stage` is the part of the exercise; `answer` is kept so that it can be shown again.

    `score` is 0..1, or None where it could not be graded; it is never zero for want of a grader.
    """

    __tablename__ = "evidence"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    learner_id: Mapped[str] = mapped_column(ForeignKey("learners.id"), index=True)
    attempt_id: Mapped[str] = mapped_column(ForeignKey("attempts.id"))
    concept: Mapped[str]
    capability: Mapped[str] = mapped_column(String(16))
    exercise: Mapped[str]
    stage: Mapped[str] = mapped_column(String(64))
    variant: Mapped[str] = mapped_column(default="")
    content: Mapped[str] = mapped_column(String(16), default="")
    """Hash of the exercise's words: other words, other exercise."""
    answer: Mapped[dict[str, Any]]
    certainty: Mapped[int | None]
    score: Mapped[float | None]
    marks: Mapped[int | None]
    grader: Mapped[str]
    why: Mapped[str] = mapped_column(default="")
    help: Mapped[str] = mapped_column(default="")
    seconds: Mapped[float | None]
    """From the step before to this one, at most half an hour."""
    conditions: Mapped[dict[str, Any] | None]
    made: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("attempt_id", "stage", name="uq_evidence_attempt_stage"),
        Index("ix_evidence_learner_made", "learner_id", "made"),
    )


class Draft(Base):
    """What is being typed and was not handed in yet, and nothing else. `name`: what it is the answer to."""

    __tablename__ = "drafts"

    learner_id: Mapped[str] = mapped_column(ForeignKey("learners.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(128), primary_key=True)
    text: Mapped[str]
    saved: Mapped[datetime]


class LearnerState(Base):
    """What an exercise or a lab remembers of a learner that is neither evidence nor typed text: a run tried, hints, probes, marks.

    `name`: what it belongs to. `actions/learner_state.py` says which there are.
    """

    __tablename__ = "learner_state"

    learner_id: Mapped[str] = mapped_column(ForeignKey("learners.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(128), primary_key=True)
    value: Mapped[dict[str, Any]]
    saved: Mapped[datetime]


class TimeSpent(Base):
    """Minutes really spent, as the page saw them. `kind`: apply, read or beyond (past what the job needs)."""

    __tablename__ = "time_spent"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    learner_id: Mapped[str] = mapped_column(ForeignKey("learners.id"))
    concept: Mapped[str]
    kind: Mapped[str] = mapped_column(String(16))
    seconds: Mapped[float]
    made: Mapped[datetime]

    __table_args__ = (Index("ix_time_spent_learner_made", "learner_id", "made"),)

"""The tables. Runs, steps and calls are what was measured; attempts and evidence are what the learner did; products are the learner's own.

Evidence is append-only: nothing updates or deletes a row of it. Times are aware and UTC on every database.
"""

from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, DateTime, ForeignKey, Index, LargeBinary, String, Text, TypeDecorator, UniqueConstraint
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


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
    version: Mapped[str] = mapped_column(String(32), default="")
    """Of the lab that made it; empty for runs of before that was noted."""


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


class RunLease(Base):
    """Which server works on a run, of several that share one PostgreSQL (`leases.py`). `epoch`: how often work on it was begun."""

    __tablename__ = "run_leases"

    run_id: Mapped[str] = mapped_column(ForeignKey("runs.id"), primary_key=True)
    owner: Mapped[str]
    epoch: Mapped[int]
    expires: Mapped[datetime]

    run: Mapped[Run] = relationship()
    """Stored first where both are new."""


class KeptRun(Base):
    """A run that the learner kept under a name, with a note; or a view of a lab that needs no run, such as a bill.

    `view`: the query of the lab's page that shows it, where there is no run. `says` and `measures`: what it added up to when it was kept.
    """

    __tablename__ = "kept_runs"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    learner_id: Mapped[str] = mapped_column(ForeignKey("learners.id"), index=True)
    lab: Mapped[str]
    run_id: Mapped[str | None] = mapped_column(ForeignKey("runs.id"))
    view: Mapped[str] = mapped_column(default="")
    name: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    says: Mapped[str] = mapped_column(default="")
    measures: Mapped[dict[str, Any]]
    created: Mapped[datetime]
    changed: Mapped[datetime]

    __table_args__ = (UniqueConstraint("run_id", name="uq_kept_runs_run"),)


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


class Product(Base):
    """A product of the learner's own. `practice`: the slug of the bundled one it was made from; empty for one they brought."""

    __tablename__ = "products"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    learner_id: Mapped[str] = mapped_column(ForeignKey("learners.id"), index=True)
    name: Mapped[str]
    purpose: Mapped[str] = mapped_column(default="")
    """What it is for."""
    never: Mapped[str] = mapped_column(default="")
    """What must never happen, a line each."""
    practice: Mapped[str] = mapped_column(String(64), default="")
    volume: Mapped[int] = mapped_column(default=0)
    """Calls a month; 0 where that was not said."""
    price_in: Mapped[float] = mapped_column(default=0.0)
    price_out: Mapped[float] = mapped_column(default=0.0)
    """In dollars for a million tokens; 0 where that was not said."""
    created: Mapped[datetime]
    changed: Mapped[datetime]


class ProductCase(Base):
    """One case of a product's dataset: what goes in, and what a right answer says, where that is known."""

    __tablename__ = "product_cases"

    product_id: Mapped[str] = mapped_column(ForeignKey("products.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    inputs: Mapped[dict[str, Any]]
    """Variable -> text."""
    reference: Mapped[str] = mapped_column(default="")
    tags: Mapped[str] = mapped_column(default="")
    """A line each."""
    must_not_break: Mapped[bool] = mapped_column(default=False)
    held_back: Mapped[bool] = mapped_column(default=False)
    """Not shown while a prompt is being changed."""
    source: Mapped[str] = mapped_column(default="")
    """File and row, or the id of a trace."""
    made: Mapped[datetime]


class ProductDocument(Base):
    """A text that a product may look things up in: a handbook, a policy. Never changed: another text is another document."""

    __tablename__ = "product_documents"

    product_id: Mapped[str] = mapped_column(ForeignKey("products.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str]
    text: Mapped[str]
    sha256: Mapped[str] = mapped_column(String(64))
    """Of the text as UTF-8."""
    source: Mapped[str] = mapped_column(default="")
    """What was read of it, in a line: its pages and words, and what was left out."""
    made: Mapped[datetime]


class ProductCard(Base):
    """What the maker of a model says of it, as it was read. Never changed: another edition is another card."""

    __tablename__ = "product_cards"

    product_id: Mapped[str] = mapped_column(ForeignKey("products.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str]
    text: Mapped[str]
    source: Mapped[str] = mapped_column(default="")
    """What was read of it, in a line."""
    made: Mapped[datetime]


class ProductProposal(Base):
    """What somebody proposes about a product, as it was read, and what was answered to the questions it leaves open."""

    __tablename__ = "product_proposals"

    product_id: Mapped[str] = mapped_column(ForeignKey("products.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str]
    text: Mapped[str]
    source: Mapped[str] = mapped_column(default="")
    """What was read of it, in a line."""
    answers: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Question -> what became of it (`workbench/proposal_answers.py`)."""
    made: Mapped[datetime]


class ProductVersion(Base):
    """What a product asks a model, and how. Never changed: another prompt is another version."""

    __tablename__ = "product_versions"

    product_id: Mapped[str] = mapped_column(ForeignKey("products.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    reason: Mapped[str]
    """Why it was made, in one line."""
    content: Mapped[dict[str, Any]]
    """Messages with their variables, and settings."""
    made: Mapped[datetime]


class Evaluation(Base):
    """A version on the cases of a dataset. Its outputs are the steps of its run; those that were brought in, of a run nobody made here.

    `part`: open, held back or all. `expected`: the share that was expected to pass, in percent, before it ran; `certainty`: 1 to 3.
    """

    __tablename__ = "evaluations"

    run_id: Mapped[str] = mapped_column(ForeignKey("runs.id"), primary_key=True)
    product_id: Mapped[str] = mapped_column(ForeignKey("products.id"), index=True)
    version: Mapped[int]
    part: Mapped[str] = mapped_column(String(16))
    draws: Mapped[int] = mapped_column(default=1)
    expected: Mapped[int | None]
    certainty: Mapped[int | None]
    created: Mapped[datetime]


class Label(Base):
    """What a person says of one output, the step `seq` of a run: does it pass, and a note in their own words."""

    __tablename__ = "labels"

    run_id: Mapped[str] = mapped_column(ForeignKey("runs.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    reader: Mapped[str] = mapped_column(String(64), primary_key=True, default="")
    """Who read it; empty for the learner."""
    passed: Mapped[bool]
    note: Mapped[str] = mapped_column(default="")
    mode: Mapped[str] = mapped_column(String(32), default="")
    """The failure mode its note was put under."""
    made: Mapped[datetime]


class FailureMode(Base):
    """A name for notes that belong together."""

    __tablename__ = "failure_modes"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    product_id: Mapped[str] = mapped_column(ForeignKey("products.id"), index=True)
    name: Mapped[str]
    what: Mapped[str] = mapped_column(default="")
    made: Mapped[datetime]


class ProductCheck(Base):
    """What says of an output whether it passes: code, or a rubric that a model is asked. `rule`: as `workbench/checks.py` reads it.

    `bar`: what both lower bounds have to reach, in percent. `expected_passes`, `expected_fails`: of ten outputs that the learner passes
    (fails), on how many they expected it to agree, before its alignment was shown; `foretold`: when they said so.
    """

    __tablename__ = "product_checks"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    product_id: Mapped[str] = mapped_column(ForeignKey("products.id"), index=True)
    mode: Mapped[str] = mapped_column(String(32), default="")
    """The failure mode it looks for; empty where it looks for all."""
    name: Mapped[str]
    rule: Mapped[dict[str, Any]]
    made: Mapped[datetime]
    bar: Mapped[int] = mapped_column(default=80)
    expected_passes: Mapped[int | None]
    expected_fails: Mapped[int | None]
    certainty: Mapped[int | None]
    foretold: Mapped[datetime | None]


class JudgeRun(Base):
    """A run in which a judge was asked about outputs. Its verdicts are the steps of the run, and are never made again."""

    __tablename__ = "judge_runs"

    run_id: Mapped[str] = mapped_column(ForeignKey("runs.id"), primary_key=True)
    product_id: Mapped[str] = mapped_column(ForeignKey("products.id"), index=True)
    check_id: Mapped[str] = mapped_column(ForeignKey("product_checks.id"), index=True)
    created: Mapped[datetime]


class DraftRun(Base):
    """A run in which a model was asked for questions about passages of the product's documents. Its drafts are the steps of the run."""

    __tablename__ = "draft_runs"

    run_id: Mapped[str] = mapped_column(ForeignKey("runs.id"), primary_key=True)
    product_id: Mapped[str] = mapped_column(ForeignKey("products.id"), index=True)
    created: Mapped[datetime]


class DraftChoice(Base):
    """What a person made of a draft, the step `seq` of `run_id`. `state`: changed, taken or dropped.

    `question`, `reference`: its words as they were left; `case_number`: of the case it became, 0 where it became none.
    """

    __tablename__ = "draft_choices"

    run_id: Mapped[str] = mapped_column(ForeignKey("runs.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[str] = mapped_column(ForeignKey("products.id"), index=True)
    state: Mapped[str] = mapped_column(String(16))
    question: Mapped[str]
    reference: Mapped[str]
    case_number: Mapped[int] = mapped_column(default=0)
    made: Mapped[datetime]


class ProductRule(Base):
    """A sentence that nobody had written down, so that two readers disagreed. `passed`: what it says of the output `seq` of `run_id`."""

    __tablename__ = "product_rules"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    product_id: Mapped[str] = mapped_column(ForeignKey("products.id"), index=True)
    says: Mapped[str]
    run_id: Mapped[str] = mapped_column(String(32), default="")
    seq: Mapped[int] = mapped_column(default=0)
    passed: Mapped[bool | None]
    made: Mapped[datetime]


class Memo(Base):
    """A decision, written down with what it rests on. `sections`: name -> text, numbers bound or marked."""

    __tablename__ = "memos"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    product_id: Mapped[str] = mapped_column(ForeignKey("products.id"), index=True)
    title: Mapped[str] = mapped_column(default="")
    sections: Mapped[dict[str, Any]]
    rests_on: Mapped[dict[str, Any]]
    """Measurement -> what it was when it was bound."""
    created: Mapped[datetime]
    changed: Mapped[datetime]


class ProductKept(Base):
    """What was measured or worked out in a lab and is kept on a product, so that its memo may rest on it."""

    __tablename__ = "product_kept"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    product_id: Mapped[str] = mapped_column(ForeignKey("products.id"), index=True)
    lab: Mapped[str] = mapped_column(String(64))
    run_id: Mapped[str] = mapped_column(String(32), default="")
    """The run that gave it; empty for what was worked out without one."""
    view: Mapped[str] = mapped_column(default="")
    """The query of the page that shows it."""
    name: Mapped[str]
    says: Mapped[str] = mapped_column(default="")
    numbers: Mapped[dict[str, Any]]
    """A measure's name -> what it is called, its unit, and the measure."""
    conditions: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=0)
    """Of the product, from which the lab was filled in; 0 where it was not filled in from it."""
    latest: Mapped[int] = mapped_column(default=0)
    """The latest version of the product when it was kept."""
    made: Mapped[datetime]


class ProductSent(Base):
    """What of a product went where: one line for each run that gave its texts to a model."""

    __tablename__ = "product_sent"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    product_id: Mapped[str] = mapped_column(ForeignKey("products.id"), index=True)
    run_id: Mapped[str] = mapped_column(String(32), default="")
    what: Mapped[str]
    """The evaluation or the lab, as lists call it."""
    host: Mapped[str]
    """Who read it; empty for the engine in the lab itself."""
    here: Mapped[bool]
    """Is that this machine?"""
    model: Mapped[str]
    cases: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=0)
    made: Mapped[datetime]
    passages: Mapped[int] = mapped_column(default=0)
    """Of its documents."""


class ProductHost(Base):
    """Another machine to which the texts of a product may go: said once, before the first call."""

    __tablename__ = "product_hosts"

    product_id: Mapped[str] = mapped_column(ForeignKey("products.id"), primary_key=True)
    host: Mapped[str] = mapped_column(String(255), primary_key=True)
    allowed: Mapped[datetime]


class SpecRequirement(Base):
    """A sentence of a product's spec, as its author wrote it. What makes it true are the acceptance tests that stand beside it."""

    __tablename__ = "spec_requirements"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    product_id: Mapped[str] = mapped_column(ForeignKey("products.id"), index=True)
    text: Mapped[str]
    made: Mapped[datetime]


class AcceptanceTest(Base):
    """A check of the product, the least share of cases that must pass it, and on which cases. `part`: open or held back."""

    __tablename__ = "acceptance_tests"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    product_id: Mapped[str] = mapped_column(ForeignKey("products.id"), index=True)
    requirement: Mapped[str] = mapped_column(String(32))
    """The sentence it makes true."""
    check_id: Mapped[str] = mapped_column(String(32))
    least: Mapped[int]
    """In percent."""
    part: Mapped[str] = mapped_column(String(16))
    cases: Mapped[int]
    made: Mapped[datetime]


class SpecRun(Base):
    """A spec held against a version as it is and with one fault after the other. Its outputs are the steps of its run.

    `tests`: the acceptance tests as they stood when it began. `expected`: of the products that are worse, the share that the spec was
    expected to stop, in percent; `certainty`: 1 to 3.
    """

    __tablename__ = "spec_runs"

    run_id: Mapped[str] = mapped_column(ForeignKey("runs.id"), primary_key=True)
    product_id: Mapped[str] = mapped_column(ForeignKey("products.id"), index=True)
    version: Mapped[int]
    draws: Mapped[int] = mapped_column(default=1)
    tests: Mapped[dict[str, Any]]
    expected: Mapped[int | None]
    certainty: Mapped[int | None]
    created: Mapped[datetime]


class CapstoneSitting(Base):
    """One sitting of the capstone, on one of its products. `ordinal`: from 1, of this learner; `ended`: none while it is open.

    `answers`: part -> what was handed in, once. `shares`: part -> {"score": 0..1, "why": a sentence, "at": an ISO time, "would": what a
    part that came late, and counts 0, would have been}. `score`: of all parts, none until it is ended.
    """

    __tablename__ = "capstone_sittings"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    learner_id: Mapped[str] = mapped_column(ForeignKey("learners.id"), index=True)
    product: Mapped[str] = mapped_column(String(64))
    ordinal: Mapped[int]
    seed: Mapped[int]
    begun: Mapped[datetime]
    ended: Mapped[datetime | None]
    answers: Mapped[dict[str, Any]]
    shares: Mapped[dict[str, Any]]
    score: Mapped[float | None]

    __table_args__ = (UniqueConstraint("learner_id", "ordinal", name="uq_capstone_sittings_learner_ordinal"),)

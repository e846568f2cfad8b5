"""What a row of a backup may say: the bounds that the lab itself keeps to. Types and lengths of columns are judged in `store/portable.py`.

A file may come from anybody, and its checksum proves no author. What is refused here would break a page later, or a sum on it.

    Refused           a score of 1e308, an unknown capability, an answer to the self-test without a text, a step that the lab never writes
    Mended silently   seconds that a set-back clock made negative, half an emoji, a kind of product that this version does not know
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError

from fluencylab import clock
from fluencylab.actions import kept
from fluencylab.actions.capstone import ANSWERS as CAPSTONE_ANSWERS
from fluencylab.actions.workbench.products import DEAREST, LONGEST_NAME, LONGEST_TEXT, MOST_CALLS
from fluencylab.curriculum.loader import products
from fluencylab.curriculum.schema import Capability
from fluencylab.documents.format import LONGEST_TITLE
from fluencylab.documents.read import MOST_LETTERS
from fluencylab.errors import BadInput
from fluencylab.models.types import ModelInfo
from fluencylab.practice.items import Item
from fluencylab.practice.kinds import REVIEW, SELF_TEST
from fluencylab.progress.evidence import LONGEST
from fluencylab.progress.week import TARGETS, Plan
from fluencylab.progress.week import Kind as TimeKind
from fluencylab.runs.feed import ENDED
from fluencylab.stats import Measure
from fluencylab.store.draft_queries import DRAFT, LONGEST_DRAFT
from fluencylab.store.judge_queries import VERDICT
from fluencylab.store.product_queries import OUTPUT
from fluencylab.workbench import memo
from fluencylab.workbench.checks import CHECK
from fluencylab.workbench.frozen_spec import FrozenSpec
from fluencylab.workbench.measurement import Unit
from fluencylab.workbench.output import Passage
from fluencylab.workbench.proposal_answers import Answer
from fluencylab.workbench.version import Version

EVALUATION = "evaluation"
"""The lab that runs a version of a product."""
CLINIC = "clinic"
"""The lab that runs it with one fault after the other."""
JUDGING = "judging"
"""And the one that asks a judge."""
DRAFTING = "drafting"
"""And the one that asks for questions about documents."""
DEEPEST = 40
"""Objects and lists in one another. The deepest that the lab writes has nine."""
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
AHEAD = timedelta(days=3660)
"""How far a clock that is wrong may be ahead: ten years."""


def _soon(time: datetime) -> datetime:
    if not EARLIEST <= time <= clock.now() + AHEAD:
        raise ValueError("a time that cannot be")
    return time


def _clean(value: Any, left: int = DEEPEST) -> Any:
    """JSON with half an emoji made whole, as a mark of what cannot be shown. Raises ValueError where it is too deep or holds no number."""
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, float) and not -1e300 < value < 1e300:
        raise ValueError("not a number")
    if isinstance(value, dict | list) and not left:
        raise ValueError("too many objects in one another")
    if isinstance(value, dict):
        return {_clean(name): _clean(inner, left - 1) for name, inner in value.items()}
    return [_clean(inner, left - 1) for inner in value] if isinstance(value, list) else value


def _plan(value: Any) -> Any:
    try:
        return value if value is None else Plan.read(value).stored()
    except (KeyError, TypeError, ValueError, AttributeError):
        raise ValueError("no plan") from None


def _card(value: Any) -> Any:
    return value if value is None else ModelInfo.model_validate(value) and value


Time = Annotated[AwareDatetime, AfterValidator(_soon)]
Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{1,32}$")]
Name = Annotated[str, StringConstraints(pattern=r"^[\w./:@+ -]{0,200}$")]
Words = Annotated[str, StringConstraints(max_length=200_000)]
Json = Annotated[dict[str, Any], BeforeValidator(_clean)]
Seconds = Annotated[
    Annotated[float, Field(ge=0, le=LONGEST)] | None,
    BeforeValidator(lambda value: None if isinstance(value, int | float) and -1e12 < value < 0 else value),
]


class _Row(BaseModel):
    """Columns that are not named here are the store's alone; those that the file lacks get their default there."""

    model_config = ConfigDict(extra="allow")

    def then(self) -> None:
        """What one column says of another. Raises ValueError."""


class Learner(_Row):
    product: Annotated[str, AfterValidator(lambda slug: slug if slug in {known.slug for known in products()} else "")] = ""
    target_minutes: int = Field(150, ge=TARGETS[0], le=TARGETS[1])
    plan: Annotated[Any, BeforeValidator(_plan)] = None
    created: Time


class Run(_Row):
    id: Id
    instrument: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,63}$")]
    params: Json
    status: Literal["done", "failed", "cancelled"]
    planned: int = Field(ge=0, le=1_000_000)
    card: Annotated[Json | None, BeforeValidator(_card)] = None
    message: Words = ""
    fix: Words = ""
    created: Time
    started: Time | None = None
    ended: Time | None = None
    version: Annotated[str, StringConstraints(pattern=r"^[\w.+-]{0,32}$")] = ""


class KeptRun(_Row):
    id: Id
    lab: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,63}$")]
    run_id: Id | None = None
    view: Annotated[str, StringConstraints(max_length=kept.LONGEST_VIEW)] = ""
    name: Annotated[str, StringConstraints(min_length=1, max_length=kept.LONGEST_NAME)]
    note: Annotated[str, StringConstraints(max_length=kept.LONGEST_NOTE)] = ""
    says: Words = ""
    measures: Json
    created: Time
    changed: Time

    def then(self) -> None:
        kept.measures(self.measures)


MENDED = ("product", "plan", "seconds")
"""Columns, beside all that hold JSON, that are taken as they were read here; all others as the file has them, for the store to judge."""
assert set(ENDED) == {"done", "failed", "cancelled"}


class Step(_Row):
    run_id: Id
    seq: int = Field(ge=1)
    kind: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,63}$")]
    data: Json
    made: Time


class Attempt(_Row):
    id: Id
    exercise: Name
    seed: int = Field(ge=0)
    created: Time


class Evidence(_Row):
    id: Id
    concept: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9.-]{0,99}$")]
    capability: Capability
    exercise: Name
    stage: Annotated[str, StringConstraints(pattern=r"^[\w.:@-]+$")]
    variant: Name = ""
    content: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{0,16}$")] = ""
    answer: Json
    certainty: int | None = Field(None, ge=1, le=3)
    score: float | None = Field(None, ge=0, le=1)
    marks: int | None = Field(None, ge=-6, le=3)
    grader: Name
    why: Words = ""
    seconds: Seconds = None
    conditions: Json | None = None
    made: Time

    def then(self) -> None:
        _answer(self.exercise, self.stage, self.answer)
        for name in ("sha256", "name", "slug", "kind"):
            if not isinstance((self.conditions or {}).get(name, ""), str):
                raise ValueError(f"a {name} that is no text")
        if not 0 <= float((self.conditions or {}).get("chance", 0)) <= 1:
            raise ValueError("a chance that is none")


class Draft(_Row):
    name: Name
    text: Words
    saved: Time


class LearnerState(_Row):
    name: Name
    value: Json
    saved: Time


class TimeSpent(_Row):
    id: Id
    concept: Annotated[str, StringConstraints(pattern=r"^[a-z0-9.-]{0,100}$")]
    kind: TimeKind
    seconds: float = Field(ge=0, le=86_400)
    made: Time


class Product(_Row):
    id: Id
    name: Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_NAME)]
    purpose: Annotated[str, StringConstraints(max_length=LONGEST_TEXT)] = ""
    never: Annotated[str, StringConstraints(max_length=LONGEST_TEXT)] = ""
    practice: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{0,64}$")] = ""
    volume: int = Field(0, ge=0, le=MOST_CALLS)
    price_in: float = Field(0, ge=0, le=DEAREST)
    price_out: float = Field(0, ge=0, le=DEAREST)
    created: Time
    changed: Time


class ProductCase(_Row):
    product_id: Id
    number: int = Field(ge=1, le=1_000_000)
    inputs: Annotated[dict[str, str], BeforeValidator(_clean)]
    reference: Words = ""
    tags: Words = ""
    source: Words = ""
    made: Time


class ProductDocument(_Row):
    product_id: Id
    number: int = Field(ge=1, le=1_000_000)
    name: Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_TITLE)]
    text: Annotated[str, StringConstraints(min_length=1, max_length=MOST_LETTERS)]
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    source: Words = ""
    made: Time


class ProductCard(_Row):
    product_id: Id
    number: int = Field(ge=1, le=1_000_000)
    name: Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_TITLE)]
    text: Annotated[str, StringConstraints(min_length=1, max_length=MOST_LETTERS)]
    source: Words = ""
    made: Time


class ProductProposal(ProductCard):
    answers: Json = Field(default_factory=dict)

    def then(self) -> None:
        for answer in self.answers.values():
            Answer.model_validate(answer)


class ProductVersion(_Row):
    product_id: Id
    number: int = Field(ge=1, le=1_000_000)
    reason: Words
    content: Annotated[Json, AfterValidator(lambda value: Version.model_validate(value) and value)]
    made: Time


class Evaluation(_Row):
    run_id: Id
    product_id: Id
    version: int = Field(ge=0, le=1_000_000)
    part: Literal["open", "held back", "all"]
    draws: int = Field(1, ge=1, le=20)
    expected: int | None = Field(None, ge=0, le=100)
    certainty: int | None = Field(None, ge=1, le=3)
    created: Time


class Label(_Row):
    run_id: Id
    seq: int = Field(ge=1)
    reader: Annotated[str, StringConstraints(max_length=64)] = ""
    note: Words = ""
    mode: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{0,32}$")] = ""
    made: Time


class FailureMode(_Row):
    id: Id
    product_id: Id
    name: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    what: Words = ""
    made: Time


class ProductCheck(_Row):
    id: Id
    product_id: Id
    mode: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{0,32}$")] = ""
    name: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    rule: Annotated[Json, AfterValidator(lambda value: CHECK.validate_python(value) and value)]
    made: Time
    bar: int = Field(80, ge=1, le=99)
    expected_passes: int | None = Field(None, ge=0, le=10)
    expected_fails: int | None = Field(None, ge=0, le=10)
    certainty: int | None = Field(None, ge=1, le=3)
    foretold: Time | None = None


class JudgeRun(_Row):
    run_id: Id
    product_id: Id
    check_id: Id
    created: Time


class DraftRun(_Row):
    run_id: Id
    product_id: Id
    created: Time


class DraftChoice(_Row):
    run_id: Id
    seq: int = Field(ge=1)
    product_id: Id
    state: Literal["changed", "taken", "dropped"]
    question: Annotated[str, StringConstraints(max_length=LONGEST_DRAFT)]
    reference: Annotated[str, StringConstraints(max_length=LONGEST_DRAFT)]
    case_number: int = Field(0, ge=0, le=1_000_000)
    made: Time


class WrittenDraft(BaseModel):
    """What a step of a drafting run says."""

    model_config = ConfigDict(strict=True)

    passage: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
    document: int = Field(ge=1)
    name: Annotated[str, StringConstraints(max_length=400)]
    part: int = Field(ge=1)
    question: Words
    answer: Words
    fault: Words
    text: Words = ""


class ProductRule(_Row):
    id: Id
    product_id: Id
    says: Annotated[str, StringConstraints(min_length=1, max_length=2_000)]
    run_id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{0,32}$")] = ""
    seq: int = Field(0, ge=0)
    made: Time


class Verdict(BaseModel):
    """What a step of a judge says."""

    model_config = ConfigDict(strict=True)

    question: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
    run: Annotated[str, StringConstraints(max_length=32)]
    seq: int = Field(ge=1)
    passed: bool | None
    why: Words
    text: Words = ""


class CalledTool(BaseModel):
    model_config = ConfigDict(strict=True)

    tool: str
    arguments: str
    result: str


class SpecRequirement(_Row):
    id: Id
    product_id: Id
    text: Annotated[str, StringConstraints(min_length=1, max_length=2_000)]
    made: Time


class AcceptanceTest(_Row):
    id: Id
    product_id: Id
    requirement: Id
    check_id: Id
    least: int = Field(ge=1, le=100)
    part: Literal["open", "held back"]
    cases: int = Field(ge=1, le=1_000_000)
    made: Time


class SpecRun(_Row):
    run_id: Id
    product_id: Id
    version: int = Field(ge=1, le=1_000_000)
    draws: int = Field(1, ge=1, le=20)
    tests: Annotated[Json, AfterValidator(lambda value: FrozenSpec.model_validate(value) and value)]
    expected: int | None = Field(None, ge=0, le=100)
    certainty: int | None = Field(None, ge=1, le=3)
    created: Time


class Output(BaseModel):
    """What a step of an evaluation says."""

    model_config = ConfigDict(strict=True)

    case: int = Field(ge=1, le=1_000_000)
    draw: int = Field(ge=0, le=1_000_000)
    text: Words
    finish: str = ""
    source: str = ""
    seconds: float | None = Field(None, ge=0)
    usage: dict[str, int] | None = None
    passages: list[Passage] = []
    calls: list[CalledTool] = []


class Memo(_Row):
    id: Id
    product_id: Id
    title: Annotated[str, StringConstraints(max_length=400)] = ""
    sections: Annotated[dict[str, Words], BeforeValidator(_clean)]
    rests_on: Json
    created: Time
    changed: Time

    def then(self) -> None:
        memo.Memo.model_validate({"title": self.title, "sections": self.sections, "bound": self.rests_on})


class KeptNumber(BaseModel):
    """One number of what is kept on a product."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, StringConstraints(max_length=400)]
    unit: Unit
    measure: Measure


class ProductKept(_Row):
    id: Id
    product_id: Id
    lab: Name
    run_id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{0,32}$")] = ""
    view: Annotated[str, StringConstraints(max_length=kept.LONGEST_VIEW)] = ""
    name: Annotated[str, StringConstraints(min_length=1, max_length=kept.LONGEST_NAME)]
    says: Words = ""
    numbers: Json
    conditions: Words = ""
    version: int = Field(0, ge=0, le=1_000_000)
    latest: int = Field(0, ge=0, le=1_000_000)
    made: Time

    def then(self) -> None:
        for number in self.numbers.values():
            KeptNumber.model_validate(number)


class ProductSent(_Row):
    id: Id
    product_id: Id
    run_id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{0,32}$")] = ""
    what: Annotated[str, StringConstraints(max_length=400)]
    host: Annotated[str, StringConstraints(max_length=255)] = ""
    here: bool
    model: Annotated[str, StringConstraints(max_length=400)]
    cases: int = Field(0, ge=0, le=1_000_000)
    passages: int = Field(0, ge=0, le=1_000_000)
    version: int = Field(0, ge=0, le=1_000_000)
    made: Time


class ProductHost(_Row):
    product_id: Id
    host: Annotated[str, StringConstraints(min_length=1, max_length=255)]
    allowed: Time


class CapstoneShare(BaseModel):
    """What one part of a sitting was worth."""

    score: float = Field(ge=0, le=1)
    why: Words
    at: Time
    would: float | None = Field(None, ge=0, le=1)


class CapstoneSitting(_Row):
    id: Id
    product: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,64}$")]
    ordinal: int = Field(ge=1, le=1_000_000)
    seed: int = Field(ge=0)
    begun: Time
    ended: Time | None = None
    answers: Json
    shares: Json
    score: float | None = Field(None, ge=0, le=1)

    def then(self) -> None:
        if not self.shares.keys() == self.answers.keys() <= CAPSTONE_ANSWERS.keys():
            raise ValueError("a part that the capstone has not, or one without its answer")
        for part, share in self.shares.items():
            CapstoneShare.model_validate(share)
            CAPSTONE_ANSWERS[part].model_validate(self.answers[part])
        if (self.ended is None) != (self.score is None):
            raise ValueError("a score before the end, or an end without one")


ROWS: dict[str, type[_Row]] = {
    "learners": Learner, "runs": Run, "steps": Step, "attempts": Attempt, "evidence": Evidence, "drafts": Draft,
    "learner_state": LearnerState, "time_spent": TimeSpent, "kept_runs": KeptRun, "products": Product, "product_cases": ProductCase,
    "product_documents": ProductDocument, "product_cards": ProductCard,
    "product_proposals": ProductProposal,
    "product_versions": ProductVersion,
    "evaluations": Evaluation,
    "labels": Label,
    "failure_modes": FailureMode,
    "product_checks": ProductCheck,
    "judge_runs": JudgeRun,
    "draft_runs": DraftRun,
    "draft_choices": DraftChoice,
    "product_rules": ProductRule,
    "memos": Memo,
    "product_kept": ProductKept,
    "product_sent": ProductSent,
    "product_hosts": ProductHost,
    "spec_requirements": SpecRequirement,
    "acceptance_tests": AcceptanceTest,
    "spec_runs": SpecRun,
    "capstone_sittings": CapstoneSitting,
}  # fmt: skip


# What is answered, by the exercise's kind and the stage's word


class _Answer(BaseModel):
    model_config = ConfigDict(extra="allow", strict=True)


class _Option(_Answer):
    id: str
    text: str
    answer: str


class Picked(_Answer):
    picked: str


class Seen(_Answer):
    picked: int


class Values(_Answer):
    values: dict[str, float]


class Compared(_Answer):
    values: dict[str, float] | None = None
    graded: list[dict[str, Any]] | None = None


class Practised(_Answer):
    said: dict[str, str]
    facts: dict[str, float]
    held: list[bool]


class Diagnosed(_Answer):
    cause: str
    evidence: str
    bought: list[str]


class Repaired(_Answer):
    prompt: str
    hits: int
    n: int
    lost: list[Any]


class Reviewed(_Answer):
    picked: str
    item: dict[str, Any]


class Situation(_Answer):
    situation: str
    options: list[_Option]
    best: str
    picked: str


class Claim(_Answer):
    claim: str
    other: str
    said: bool
    true: bool


class Marked(_Answer):
    said: bool
    text: str = ""


class _Idea(_Answer):
    idea: str
    verdict: str
    words: list[dict[str, Any]]


class _Read(_Answer):
    question: int
    verdict: str
    ideas: list[_Idea]


class Text(_Answer):
    text: str
    read: _Read | None = None

    WORDS: ClassVar[str] = "text, and how it was read"


SITTING: Mapping[str, type[_Answer]] = {"text": Text, "again": Text, "claim": Claim, "mark": Marked, "application": Situation}
OTHERS: Mapping[str, type[_Answer]] = {
    "predict": Values, "compare": Compared, "see": Seen, "decide": Picked, "twin": Picked, "diagnose": Diagnosed, "fix": Picked,
    "repair": Repaired, "do": Practised, "found": Picked,
}  # fmt: skip


def _answer(exercise: str, stage: str, answer: dict[str, Any]) -> None:
    """Raises ValueError where the page that shows it again could not."""
    if SELF_TEST.slug(exercise) is not None:
        number, _, rest = stage.partition(".")
        kind = SITTING.get(rest.partition(".")[0])
        if not number.isdigit() or kind is None:
            raise ValueError("a stage that the self-test has not")
        kind.model_validate(answer)
    elif REVIEW.slug(exercise) is not None:
        try:
            Item.read(Reviewed.model_validate(answer).item)
        except (KeyError, TypeError):
            raise ValueError("no review item") from None
    elif stage in OTHERS:
        OTHERS[stage].model_validate(answer)


# All of it together


def checked(tables: Mapping[str, Any], reads: Callable[[dict[str, Any], list[dict[str, Any]]], None]) -> dict[str, Any]:
    """The tables with every row checked and mended. Rows that are no rows stay, to be refused by the store.

    `reads`: draws a run and its steps, and raises whatever it raises where it cannot. Raises BadInput.
    """
    found = {name: _rows(name, rows) for name, rows in tables.items()}
    exercises = {row["id"]: row.get("exercise") for row in _dicts(found, "attempts")}
    for row in _dicts(found, "evidence"):
        if row.get("attempt_id") in exercises and row.get("exercise") != exercises[row["attempt_id"]]:
            raise _refused("evidence", row.get("id"), "exercise")
    steps: dict[Any, list[dict[str, Any]]] = {}
    for step in _dicts(found, "steps"):
        steps.setdefault(step.get("run_id"), []).append(step)
    for run in _dicts(found, "runs"):
        made = sorted(steps.get(run.get("id"), []), key=lambda step: int(step["seq"]))
        if [step["seq"] for step in made] != list(range(1, len(made) + 1)):
            raise _refused("steps", run.get("id"), "seq")
        try:
            if run.get("instrument") in (EVALUATION, CLINIC):
                for step in made:
                    if step["kind"] == OUTPUT:
                        Output.model_validate(step["data"])
            if run.get("instrument") == JUDGING:
                for step in made:
                    if step["kind"] == VERDICT:
                        Verdict.model_validate(step["data"])
            if run.get("instrument") == DRAFTING:
                for step in made:
                    if step["kind"] == DRAFT:
                        WrittenDraft.model_validate(step["data"])
            reads(run, made)
        except Exception as error:  # whatever a lab's code meets in steps that it never wrote
            said = f"Run {run.get('id')} in the file holds steps that the lab “{run.get('instrument')}” does not write."
            raise BadInput(said, "Nothing was changed. Restore another backup.") from error
    labs = {run.get("id"): run.get("instrument") for run in _dicts(found, "runs")}
    for table, lab in (("evaluations", EVALUATION), ("judge_runs", JUDGING), ("spec_runs", CLINIC), ("draft_runs", DRAFTING)):
        for number, row in enumerate(_dicts(found, table), start=1):
            if labs.get(row.get("run_id"), lab) != lab:
                raise _refused(table, number, "run_id")
    return found


def _dicts(tables: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    rows = tables.get(name)
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _rows(table: str, rows: Any) -> Any:
    if table not in ROWS or not isinstance(rows, list):
        return rows
    return [_row(table, number, row) for number, row in enumerate(rows, start=1)]


def _row(table: str, number: int, row: Any) -> Any:
    if not isinstance(row, dict):
        return row
    try:
        found = ROWS[table].model_validate(row)
        found.then()
    except ValidationError as error:
        where = error.errors(include_url=False)[0]["loc"]
        raise _refused(table, number, str(where[0]) if where else "row") from None
    except (ValueError, TypeError, RecursionError):
        raise _refused(table, number, "answer" if table == "evidence" else "row") from None
    return {name: getattr(found, name) if name in MENDED or isinstance(given, dict) else given for name, given in row.items()}


def _refused(table: str, number: object, column: str) -> BadInput:
    said = f"Row {number} of “{table}” in the file has a “{column[:40]}” that no lab writes."
    return BadInput(said, "Nothing was changed. Restore another backup.")

"""Every SELECT about products of the learner's: cases, documents, versions, evaluations, outputs, labels, failure modes, checks, memos."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import and_, func, insert, select, tuple_
from sqlalchemy import case as case_of
from sqlalchemy.ext.asyncio import AsyncSession

from fluencylab.store.reading import read_once
from fluencylab.store.tables import (
    AcceptanceTest,
    Base,
    DraftChoice,
    DraftRun,
    Evaluation,
    FailureMode,
    JudgeRun,
    Label,
    Memo,
    Product,
    ProductCard,
    ProductCase,
    ProductCheck,
    ProductDocument,
    ProductHost,
    ProductKept,
    ProductProposal,
    ProductRule,
    ProductSent,
    ProductVersion,
    Run,
    SpecRequirement,
    SpecRun,
    Step,
)

KeptText = TypeVar("KeptText", ProductCard, ProductProposal)
OUTPUT = "output"
"""What kind of step an output is."""
MISSING = "missing"
"""And a call that brought no answer."""
TOGETHER = 500
"""Rows that are put in with one statement."""
OF_PRODUCT = (
    Evaluation, JudgeRun, SpecRun, DraftRun, DraftChoice, AcceptanceTest, SpecRequirement, ProductRule, Memo, ProductKept, ProductSent,
    ProductHost, ProductCheck, FailureMode, ProductVersion, ProductDocument, ProductCard,
    ProductProposal, ProductCase,
)  # fmt: skip
"""What belongs to a product and goes with it, but for its runs."""
SAID = "workbench/said/"
"""What was said in meetings about a product is kept under this name and its id."""
MOST = 2**31 - 1
"""The greatest number of a case, a version or an output that a database holds: a greater one stands for nothing."""


async def product(session: AsyncSession, product_id: str) -> Product | None:
    return None if "\0" in product_id else await session.get(Product, product_id)


async def products(session: AsyncSession, learner_id: str) -> Sequence[Product]:
    """The one changed last first."""
    return (await session.scalars(select(Product).where(Product.learner_id == learner_id).order_by(Product.changed.desc()))).all()


async def cases(session: AsyncSession, product_id: str, held_back: bool | None = None) -> Sequence[ProductCase]:
    """In their order; only those held back, or only those open, where that is said."""
    wanted = select(ProductCase).where(ProductCase.product_id == product_id)
    if held_back is not None:
        wanted = wanted.where(ProductCase.held_back.is_(held_back))
    return (await session.scalars(wanted.order_by(ProductCase.number))).all()


async def case(session: AsyncSession, product_id: str, number: int) -> ProductCase | None:
    return await session.get(ProductCase, (product_id, number)) if abs(number) <= MOST else None


async def inputs(session: AsyncSession, product_id: str, held_back: bool | None = None) -> list[tuple[int, dict[str, Any]]]:
    """Of each case its number and what goes in, in their order."""
    wanted = select(ProductCase.number, ProductCase.inputs).where(ProductCase.product_id == product_id)
    if held_back is not None:
        wanted = wanted.where(ProductCase.held_back.is_(held_back))
    return [(number, told) for number, told in await session.execute(wanted.order_by(ProductCase.number))]


async def some_cases(session: AsyncSession, product_id: str, numbers: Collection[int]) -> dict[int, ProductCase]:
    wanted = select(ProductCase).where(ProductCase.product_id == product_id, ProductCase.number.in_(numbers))
    return {case.number: case for case in await session.scalars(wanted)}


async def held_back(session: AsyncSession, product_id: str) -> set[int]:
    """The numbers of the cases that are held back."""
    return set(await session.scalars(select(ProductCase.number).where(ProductCase.product_id == product_id, ProductCase.held_back)))


async def must_not_break(session: AsyncSession, product_id: str) -> list[int]:
    """The numbers of the cases that must not break."""
    wanted = select(ProductCase.number).where(ProductCase.product_id == product_id, ProductCase.must_not_break)
    return list(await session.scalars(wanted.order_by(ProductCase.number)))


class CaseCounts(NamedTuple):
    open: int
    held_back: int
    must_not_break: int

    @property
    def all(self) -> int:
        return self.open + self.held_back


async def case_counts(session: AsyncSession, product_id: str) -> CaseCounts:
    counted = func.count()
    rows = await session.execute(
        select(ProductCase.held_back, ProductCase.must_not_break, counted)
        .where(ProductCase.product_id == product_id)
        .group_by(ProductCase.held_back, ProductCase.must_not_break)
    )
    found = [(bool(held), bool(must), n) for held, must, n in rows]
    return CaseCounts(
        sum(n for held, _, n in found if not held), sum(n for held, _, n in found if held), sum(n for _, must, n in found if must)
    )


async def last_case(session: AsyncSession, product_id: str) -> int:
    return await session.scalar(select(func.max(ProductCase.number)).where(ProductCase.product_id == product_id)) or 0


class DocumentLine(NamedTuple):
    """A document without its text. `letters`: how long that is."""

    number: int
    name: str
    letters: int
    sha256: str
    source: str
    made: datetime


async def document_lines(session: AsyncSession, product_id: str) -> list[DocumentLine]:
    """Of each document all but its text, in their order."""
    row = ProductDocument
    wanted = select(row.number, row.name, func.length(row.text), row.sha256, row.source, row.made).where(row.product_id == product_id)
    return [DocumentLine(*one) for one in await session.execute(wanted.order_by(row.number))]


async def document_count(session: AsyncSession, product_id: str) -> int:
    return await session.scalar(select(func.count()).where(ProductDocument.product_id == product_id)) or 0


async def kept_texts(session: AsyncSession, row: type[KeptText], product_id: str) -> Sequence[KeptText]:
    """Cards of models, or proposals, in the order in which they were kept."""
    return (await session.scalars(select(row).where(row.product_id == product_id).order_by(row.number))).all()


async def kept_text(session: AsyncSession, row: type[KeptText], product_id: str, number: int) -> KeptText | None:
    return await session.get(row, (product_id, number)) if abs(number) <= MOST else None


async def documents(session: AsyncSession, product_id: str, numbers: Collection[int] | None = None) -> Sequence[ProductDocument]:
    """With their texts, in their order; only those of these numbers, where some are said."""
    wanted = select(ProductDocument).where(ProductDocument.product_id == product_id)
    if numbers is not None:
        wanted = wanted.where(ProductDocument.number.in_(numbers))
    return (await session.scalars(wanted.order_by(ProductDocument.number))).all()


async def document(session: AsyncSession, product_id: str, number: int) -> ProductDocument | None:
    return await session.get(ProductDocument, (product_id, number)) if abs(number) <= MOST else None


async def versions(session: AsyncSession, product_id: str) -> Sequence[ProductVersion]:
    wanted = select(ProductVersion).where(ProductVersion.product_id == product_id)
    return (await session.scalars(wanted.order_by(ProductVersion.number))).all()


async def version(session: AsyncSession, product_id: str, number: int) -> ProductVersion | None:
    return await session.get(ProductVersion, (product_id, number)) if abs(number) <= MOST else None


async def evaluations(session: AsyncSession, product_id: str) -> list[tuple[Evaluation, str]]:
    """Each with the status of its run, the latest first."""
    wanted = select(Evaluation, Run.status).join(Run, Run.id == Evaluation.run_id).where(Evaluation.product_id == product_id)
    return [(one, status) for one, status in await session.execute(wanted.order_by(Evaluation.created.desc(), Evaluation.run_id))]


async def made_elsewhere(session: AsyncSession, product_id: str, model: str) -> set[str]:
    """Evaluations whose run bears this name in place of a model's."""
    wanted = select(Run.id).join(Evaluation, Evaluation.run_id == Run.id).where(Evaluation.product_id == product_id, Run.model == model)
    return set(await session.scalars(wanted))


async def recorded(session: AsyncSession, product_id: str, model: str, answers: str) -> str | None:
    """The run under this name in place of a model's that holds these answers, by their digest."""
    wanted = select(Run.id).join(Evaluation, Evaluation.run_id == Run.id).where(Evaluation.product_id == product_id, Run.model == model)
    return await session.scalar(wanted.where(Run.params["answers"].as_string() == answers).limit(1))


async def cards(session: AsyncSession, runs: Collection[str]) -> Mapping[str, dict[str, Any] | None]:
    """Run -> the card of its model as it ran; None where none was kept."""
    return await _cards(session, tuple(sorted(runs)))


@read_once
async def _cards(session: AsyncSession, runs: tuple[str, ...]) -> Mapping[str, dict[str, Any] | None]:
    rows = await session.execute(select(Run.id, Run.card).where(Run.id.in_(runs)))
    return {run: card for run, card in rows}  # noqa: C416 (a row is no pair to a type checker)


async def evaluation(session: AsyncSession, run_id: str) -> Evaluation | None:
    return None if "\0" in run_id else await session.get(Evaluation, run_id)


async def output_numbers(session: AsyncSession, run_id: str) -> list[int]:
    return list(await session.scalars(select(Step.seq).where(Step.run_id == run_id, Step.kind == OUTPUT).order_by(Step.seq)))


async def output_count(session: AsyncSession, run_id: str) -> int:
    return await session.scalar(select(func.count()).where(Step.run_id == run_id, Step.kind == OUTPUT)) or 0


async def outputs(session: AsyncSession, runs: Collection[str]) -> dict[str, dict[int, dict[str, Any]]]:
    """Run -> the number of its step -> what the output says of itself."""
    found: dict[str, dict[int, dict[str, Any]]] = {run: {} for run in runs}
    wanted = select(Step.run_id, Step.seq, Step.data).where(Step.run_id.in_(runs), Step.kind == OUTPUT)
    for run, seq, data in await session.execute(wanted.order_by(Step.run_id, Step.seq)):
        found[run][seq] = data
    return found


async def some_outputs(session: AsyncSession, places: Collection[tuple[str, int]]) -> dict[tuple[str, int], dict[str, Any]]:
    """(run, the number of its step) -> what the output says of itself."""
    wanted = select(Step.run_id, Step.seq, Step.data).where(tuple_(Step.run_id, Step.seq).in_(places), Step.kind == OUTPUT)
    return {(run, seq): data for run, seq, data in await session.execute(wanted)}


async def output(session: AsyncSession, run_id: str, seq: int) -> Step | None:
    """None for a step that is no output, too."""
    found = await session.get(Step, (run_id, seq)) if abs(seq) <= MOST else None
    return found if found is not None and found.kind == OUTPUT else None


async def labels(session: AsyncSession, runs: Collection[str], reader: str | None = None) -> Sequence[Label]:
    """In the order in which they were made; of all readers, or of one."""
    wanted = select(Label).where(Label.run_id.in_(runs))
    if reader is not None:
        wanted = wanted.where(Label.reader == reader)
    return (await session.scalars(wanted.order_by(Label.made, Label.run_id, Label.seq))).all()


class SaidOf(NamedTuple):
    """Of a label, what is held against a check: all but the words."""

    run_id: str
    seq: int
    passed: bool
    mode: str
    made: datetime


async def labelled(session: AsyncSession, runs: Collection[str], reader: str) -> list[tuple[SaidOf, int]]:
    """The labels of outputs, each with the case that the output answers; in the order in which they were made."""
    whole = session.get_bind().dialect.name != "sqlite"  # PostgreSQL finds nothing in JSON that holds a NUL
    case: Any = Step.data if whole else Step.data["case"].as_integer()
    wanted = select(case, Label.run_id, Label.seq, Label.passed, Label.mode, Label.made)
    wanted = wanted.join(Step, and_(Step.run_id == Label.run_id, Step.seq == Label.seq))
    wanted = wanted.where(Label.run_id.in_(runs), Label.reader == reader, Step.kind == OUTPUT)
    rows = await session.execute(wanted.order_by(Label.made, Label.run_id, Label.seq))
    return [(SaidOf(*said), int(of["case"] if whole else of)) for of, *said in rows]


class Mark(NamedTuple):
    """Of a label, what counts are made of: all but the words and the time."""

    run_id: str
    seq: int
    passed: bool
    mode: str


async def marks(session: AsyncSession, runs: Collection[str], reader: str) -> list[Mark]:
    """In the order in which they were made."""
    wanted = select(Label.run_id, Label.seq, Label.passed, Label.mode).where(Label.run_id.in_(runs), Label.reader == reader)
    return [Mark(*row) for row in await session.execute(wanted.order_by(Label.made, Label.run_id, Label.seq))]


async def unsorted(session: AsyncSession, product_id: str, reader: str) -> int:
    """Failing outputs whose note stands under no failure mode."""
    wanted = select(func.count()).select_from(Label).join(Evaluation, Evaluation.run_id == Label.run_id)
    wanted = wanted.where(Evaluation.product_id == product_id, Label.reader == reader, ~Label.passed, Label.mode == "")
    return await session.scalar(wanted) or 0


async def failing(session: AsyncSession, runs: Collection[str], reader: str, limit: int) -> Sequence[Label]:
    """Labels of outputs that fail, those under no failure mode first, and so many at most."""
    wanted = select(Label).where(Label.run_id.in_(runs), Label.reader == reader, ~Label.passed)
    named = case_of((Label.mode == "", 0), else_=1)
    return (await session.scalars(wanted.order_by(named, Label.made, Label.run_id, Label.seq).limit(limit))).all()


async def notes_that_say(session: AsyncSession, runs: Collection[str], reader: str, words: str) -> list[tuple[str, int]]:
    """Run and output of each failing note under no failure mode that says just these words."""
    wanted = select(Label.run_id, Label.seq, Label.note).where(Label.run_id.in_(runs), Label.reader == reader, ~Label.passed)
    rows = await session.execute(wanted.where(Label.mode == "", Label.note != ""))
    return [(run, seq) for run, seq, note in rows if " ".join(note.split()).rstrip(".").casefold() == words.rstrip(".").casefold()]


async def label(session: AsyncSession, run_id: str, seq: int, reader: str) -> Label | None:
    return await session.get(Label, (run_id, seq, reader)) if abs(seq) <= MOST else None


async def label_counts(session: AsyncSession, product_id: str) -> dict[str, tuple[int, int]]:
    """Run -> how many outputs the learner read, and how many of them pass."""
    wanted = (
        select(Label.run_id, Label.passed, func.count())
        .join(Evaluation, Evaluation.run_id == Label.run_id)
        .where(Evaluation.product_id == product_id, Label.reader == "")
        .group_by(Label.run_id, Label.passed)
    )
    found: dict[str, tuple[int, int]] = {}
    for run, passed, n in await session.execute(wanted):
        read, passes = found.get(run, (0, 0))
        found[run] = (read + n, passes + (n if passed else 0))
    return found


async def output_counts(session: AsyncSession, product_id: str) -> dict[str, int]:
    """Run -> its outputs."""
    return await _steps_of(session, product_id, OUTPUT)


async def missing_counts(session: AsyncSession, product_id: str) -> dict[str, int]:
    """Run -> its calls that brought no answer; none of those without."""
    return await _steps_of(session, product_id, MISSING)


async def _steps_of(session: AsyncSession, product_id: str, kind: str) -> dict[str, int]:
    wanted = select(Step.run_id, func.count()).join(Evaluation, Evaluation.run_id == Step.run_id)
    wanted = wanted.where(Evaluation.product_id == product_id, Step.kind == kind).group_by(Step.run_id)
    return {run: n for run, n in (await session.execute(wanted)).all()}  # noqa: C416 (a row is no pair to a type checker)


async def failure_modes(session: AsyncSession, product_id: str) -> Sequence[FailureMode]:
    wanted = select(FailureMode).where(FailureMode.product_id == product_id)
    return (await session.scalars(wanted.order_by(FailureMode.made, FailureMode.id))).all()


async def failure_mode(session: AsyncSession, mode_id: str) -> FailureMode | None:
    return None if "\0" in mode_id else await session.get(FailureMode, mode_id)


async def checks(session: AsyncSession, product_id: str) -> Sequence[ProductCheck]:
    wanted = select(ProductCheck).where(ProductCheck.product_id == product_id)
    return (await session.scalars(wanted.order_by(ProductCheck.made, ProductCheck.id))).all()


async def check(session: AsyncSession, check_id: str) -> ProductCheck | None:
    return None if "\0" in check_id else await session.get(ProductCheck, check_id)


async def memos(session: AsyncSession, product_id: str) -> Sequence[Memo]:
    return (await session.scalars(select(Memo).where(Memo.product_id == product_id).order_by(Memo.changed.desc()))).all()


async def memo(session: AsyncSession, memo_id: str) -> Memo | None:
    return None if "\0" in memo_id else await session.get(Memo, memo_id)


async def kept(session: AsyncSession, product_id: str) -> Sequence[ProductKept]:
    """What is kept on it from the labs, the latest first."""
    wanted = select(ProductKept).where(ProductKept.product_id == product_id)
    return (await session.scalars(wanted.order_by(ProductKept.made.desc(), ProductKept.id))).all()


async def kept_of_run(session: AsyncSession, product_id: str, run_id: str) -> ProductKept | None:
    return await session.scalar(select(ProductKept).where(ProductKept.product_id == product_id, ProductKept.run_id == run_id).limit(1))


async def one_kept(session: AsyncSession, kept_id: str) -> ProductKept | None:
    return None if "\0" in kept_id else await session.get(ProductKept, kept_id)


async def sent(session: AsyncSession, product_id: str, limit: int) -> Sequence[ProductSent]:
    """What of it went where, the latest first."""
    wanted = select(ProductSent).where(ProductSent.product_id == product_id)
    return (await session.scalars(wanted.order_by(ProductSent.made.desc(), ProductSent.id).limit(limit))).all()


async def sent_count(session: AsyncSession, product_id: str) -> int:
    return await session.scalar(select(func.count()).where(ProductSent.product_id == product_id)) or 0


async def sent_of_run(session: AsyncSession, run_id: str) -> ProductSent | None:
    """Of which product the texts of this run are; None where they are of none."""
    return await session.scalar(select(ProductSent).where(ProductSent.run_id == run_id).limit(1)) if run_id else None


async def host(session: AsyncSession, product_id: str, name: str) -> ProductHost | None:
    return await session.get(ProductHost, (product_id, name))


async def hosts(session: AsyncSession, product_id: str) -> Sequence[ProductHost]:
    wanted = select(ProductHost).where(ProductHost.product_id == product_id)
    return (await session.scalars(wanted.order_by(ProductHost.host))).all()


async def runs_of(session: AsyncSession, product_id: str) -> list[str]:
    return list(await session.scalars(select(Evaluation.run_id).where(Evaluation.product_id == product_id)))


async def put(session: AsyncSession, table: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    """Many rows, some at a time: others have their turn in between."""
    for start in range(0, len(rows), TOGETHER):
        await session.execute(insert(table), rows[start : start + TOGETHER])
        await asyncio.sleep(0)

"""The hand-off bundle of a product: everything that there is of it, gathered for `workbench/bundle`; made anew each time, never stored."""

import asyncio
from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from fluencylab.actions.workbench import bundle_versions, comparing, judging, memos, spec_results
from fluencylab.actions.workbench import spec as specs
from fluencylab.actions.workbench.evaluations import Evaluated, evaluated
from fluencylab.actions.workbench.held import counted as counted_runs
from fluencylab.actions.workbench.judging import BY_HAND, Judgement
from fluencylab.actions.workbench.products import owned
from fluencylab.actions.workbench.reading import ME
from fluencylab.errors import BadInput, NotFound
from fluencylab.models.types import ModelInfo
from fluencylab.stats import share
from fluencylab.store import product_queries, queries, spec_queries
from fluencylab.store.engine import Session, Store
from fluencylab.store.tables import FailureMode, Label, Product, ProductCase, ProductCheck, ProductVersion
from fluencylab.workbench import personal
from fluencylab.workbench.bundle import assemble
from fluencylab.workbench.bundle.contents import (
    BundleCase,
    BundleCheck,
    BundleDocument,
    BundleEvaluation,
    BundleMode,
    BundleOutput,
    Contents,
    Rate,
    keyed,
)
from fluencylab.workbench.bundle.spec_page import spec_markdown
from fluencylab.workbench.checks import read_check
from fluencylab.workbench.measurement import Measurement
from fluencylab.workbench.memo import Assumption, Claim, Memo, Section, pieces, refusals, shown
from fluencylab.workbench.memo_markdown import to_markdown

MOST_RUNS = 12
"""The latest evaluations of the versions handed on."""
ELSEWHERE = "answers recorded elsewhere"
PEOPLE = "people"
SHORT = 8
_Judged = dict[str, Judgement]


class Made(NamedTuple):
    """A bundle, ready to be written. `personal`: texts in it that hold what looks like an address or a number of a person."""

    name: str
    files: dict[str, bytes]
    contents: Contents
    keys: int
    personal: int

    @property
    def packed(self) -> bytes:
        return assemble.packed(self.files, self.name)


async def make(store: Store, learner: str, product_id: str, versions: Sequence[int] = ()) -> Made:
    """`versions`: their numbers; else the latest and the one it was last compared with. Raises BadInput where there is none."""
    async with store.read() as session:
        contents = await gathered(session, await owned(session, learner, product_id), versions)
    return await asyncio.to_thread(_made, contents)


def _made(contents: Contents) -> Made:
    bundle = assemble.bundle(contents)
    return Made(assemble.folder(contents.name), bundle.files, contents, bundle.keys, _personal(contents))


async def gathered(session: Session, product: Product, versions: Sequence[int] = ()) -> Contents:
    every = [one for one in await evaluated(session, product.id) if one.outputs and one.status in ("done", "cancelled")]
    first, second = comparing.chosen(every, "", "")
    chosen = _chosen(list(await product_queries.versions(session, product.id)), versions, (first, second))
    numbers = {one.number for one in chosen}
    runs = [one for one in every if one.version in numbers or not one.version][:MOST_RUNS]
    rows = await product_queries.checks(session, product.id)
    judged = await judging.by_checks(session, product, rows, counted_runs(runs))
    modes = await product_queries.failure_modes(session, product.id)
    named = {one.id: one.name for one in modes}
    keys = dict(zip([one.id for one in rows], keyed(one.name for one in rows), strict=True))
    documents = await product_queries.document_lines(session, product.id)
    memo, measures = await memos.with_measures(session, product.learner_id, product.id)
    lacks = tuple(refusals(memo, measures)) if memo.sections else ()
    written = bool(memo.sections) and not lacks
    cases = tuple(_case(one) for one in await product_queries.cases(session, product.id))
    evaluations = tuple([await _evaluation(session, one, rows, keys, judged, named) for one in reversed(runs)])
    return Contents(
        name=product.name,
        purpose=product.purpose,
        never=tuple(line.strip() for line in product.never.splitlines() if line.strip()),
        volume=product.volume,
        price_in=product.price_in,
        price_out=product.price_out,
        cases=cases,
        versions=await bundle_versions.versions(session, product, chosen, every, cases, evaluations),
        checks=tuple(_check(one, keys[one.id], named.get(one.mode, ""), judged[one.id]) for one in rows),
        evaluations=evaluations,
        modes=tuple(await _modes(session, product, modes)),
        changes=await _changes(session, product, first, second, numbers),
        spec=await _spec(session, product),
        documents=tuple(BundleDocument(one.name, one.sha256, one.source) for one in documents),
        memo=to_markdown(memo, measures) if written else "",
        memo_lacks=lacks,
        decision=_told(memo, "decision", measures) if written else "",
        mind=_told(memo, "mind", measures) if written else "",
    )


def _chosen(
    rows: list[ProductVersion], numbers: Sequence[int], compared: tuple[Evaluated | None, Evaluated | None]
) -> list[ProductVersion]:
    """In the order of their numbers; the latest is the current one."""
    if not rows:
        raise BadInput("There is no prompt to hand on yet.", "Write it down first; cases, checks and a memo make the bundle worth more.")
    there = {one.number: one for one in rows}
    if strange := [number for number in numbers if number not in there]:
        raise NotFound(f"This product has no version {strange[0]}.", f"It has: {', '.join(map(str, there))}.")
    beside = {one.version for one in compared if one and one.version in there}
    wanted = set(numbers) or {rows[-1].number, *(beside if rows[-1].number in beside else ())}
    return [there[number] for number in sorted(wanted)]


def _case(row: ProductCase) -> BundleCase:
    inputs = {name: str(value) for name, value in row.inputs.items()}
    tags = tuple(filter(None, row.tags.split("\n")))
    return BundleCase(row.number, inputs, row.reference, tags, row.must_not_break, row.held_back, row.source)


def _check(row: ProductCheck, key: str, mode: str, judged: Judgement) -> BundleCheck:
    held = judged.agreement
    says = held.says if held else "Nobody has said anything yet that could show whether it says what people say."
    return BundleCheck(key, row.name, read_check(row.rule), mode, bool(held and held.counted), says)


async def _evaluation(
    session: Session, one: Evaluated, rows: Sequence[ProductCheck], keys: dict[str, str], judged: _Judged, modes: dict[str, str]
) -> BundleEvaluation:
    run = await queries.run_progress(session, one.run)
    card = ModelInfo.model_validate(run.card) if run and run.card else None
    data = (await product_queries.outputs(session, [one.run]))[one.run]
    labels = {label.seq: label for label in await product_queries.labels(session, [one.run], ME)}
    verdicts = {keys[row.id]: judged[row.id].runs[one.run] for row in rows}
    outputs = tuple(
        _output(told, labels.get(seq), {key: of.by_output[seq] for key, of in verdicts.items() if seq in of.by_output}, modes)
        for seq, told in data.items()
    )
    rates = [Rate(PEOPLE, "Read by a person", share(one.passed, one.read))] if one.read else []
    rates += [Rate(keys[row.id], row.name, of.rate, of.untold) for row in rows if (of := judged[row.id].runs[one.run]).by_case]
    part = one.part.replace(" ", "-")
    return BundleEvaluation(
        key=f"version-{one.version}-{'recorded' if one.elsewhere else part}-{one.run[:SHORT]}",
        title=one.title,
        version=one.version,
        model=card.name if card else ELSEWHERE,
        sha256=card.sha256 if card else "",
        day=run.created.date() if run else date.min,
        part=one.part,
        draws=1 + max((output.draw for output in outputs), default=0),
        expected=one.expected,
        elsewhere=one.elsewhere,
        missing=one.missing,
        outputs=outputs,
        rates=tuple(rates),
    )


def _output(data: dict[str, Any], label: Label | None, verdicts: dict[str, bool | None], modes: dict[str, str]) -> BundleOutput:
    usage = data.get("usage") or {}
    return BundleOutput(
        case=int(data["case"]),
        draw=int(data.get("draw", 0)),
        text=str(data.get("text", "")),
        finish=str(data.get("finish", "")),
        seconds=data.get("seconds"),
        tokens_in=usage.get("prompt"),
        tokens_out=usage.get("completion"),
        passages=tuple((str(one.get("name", "")), str(one.get("text", ""))) for one in data.get("passages") or ()),
        passed=label.passed if label else None,
        note=label.note if label else "",
        mode=modes.get(label.mode, "") if label else "",
        verdicts=verdicts,
    )


async def _modes(session: Session, product: Product, modes: Sequence[FailureMode]) -> list[BundleMode]:
    marks = await product_queries.marks(session, await product_queries.runs_of(session, product.id), ME)
    return [BundleMode(mode.name, mode.what, share(sum(one.mode == mode.id for one in marks), len(marks))) for mode in modes if marks]


async def _changes(
    session: Session, product: Product, first: Evaluated | None, second: Evaluated | None, numbers: set[int]
) -> tuple[str, ...]:
    """What the last change did, by what a person said of the answers; nothing where the two are not both handed on."""
    if first is None or second is None or first.run == second.run or not {first.version, second.version} <= numbers:
        return ()
    try:
        return ((await comparing.compared(session, product, first, second, BY_HAND)).comparison.says,)
    except BadInput:
        return ()


async def _spec(session: Session, product: Product) -> str:
    sentences = [
        (one.row.text, [(test.frozen.test, test.frozen.part) for test in one.tests if test.frozen])
        for one in await specs.written(session, product.id)
    ]
    run = next((run for run, status in await spec_queries.runs(session, product.id) if status == "done"), None)
    found = await spec_results.result(session, product, run) if run and sentences else None
    return spec_markdown(product.name, sentences, [found.score.says, found.alarms_say] if found else [])


def _told(memo: Memo, section: Section, measures: dict[str, Measurement]) -> str:
    """A section as plain text: each number with its interval, each assumption with who owns it."""
    return "".join(_piece(piece, memo, measures) for piece in pieces(memo.text(section))).strip()


def _piece(piece: str | Claim | Assumption, memo: Memo, measures: dict[str, Measurement]) -> str:
    if isinstance(piece, Claim):
        return shown(piece, memo, measures)
    return f"{piece.text.strip()} (assumption: {piece.whose})" if isinstance(piece, Assumption) else piece


def _personal(contents: Contents) -> int:
    texts = [text for case in contents.cases for text in (*case.inputs.values(), case.reference)]
    texts += [output.text for evaluation in contents.evaluations for output in evaluation.outputs]
    return sum(bool(personal.found(text)) for text in texts)

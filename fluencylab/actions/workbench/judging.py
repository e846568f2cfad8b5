"""What is said of outputs: by a person, who read them, or by a check, code or a judge. Whichever: case -> what was said of each draw."""

import asyncio
import uuid
from collections.abc import Hashable, Mapping, Sequence
from typing import Any, NamedTuple

from fluencylab import clock
from fluencylab.actions.workbench import held, held_against, judge_verdicts, prices
from fluencylab.actions.workbench.held import Held, Took
from fluencylab.actions.workbench.judge_verdicts import is_judge
from fluencylab.actions.workbench.prices import Priced
from fluencylab.actions.workbench.products import owned, touch
from fluencylab.actions.workbench.reading import ME
from fluencylab.actions.workbench.run_verdicts import RunVerdicts, summed
from fluencylab.errors import BadInput, NotFound
from fluencylab.runs.feed import ENDED
from fluencylab.store import judge_queries, product_queries, spec_queries
from fluencylab.store.engine import Session, Store
from fluencylab.store.tables import Product, ProductCase, ProductCheck
from fluencylab.workbench.agreement import BAR, Agreement, agreement
from fluencylab.workbench.checks import REFERENCE, Check, Judged, Pattern, asks_for, for_case, judged, read_check
from fluencylab.workbench.judge import Judge
from fluencylab.workbench.output import Output, Passage

LONGEST_NAME = 80
MOST_CHECKS = 60
BARS = (50, 99)
"""What the lower bounds may be asked to reach, in percent."""
BY_HAND = "labels"
"""In place of a check's id: what the learner said, reading."""
Said = Mapping[int, list[bool]]


class JudgedOutput(NamedTuple):
    """One output that a reader said something of, beside what a check says.

    `fresh`: what they said cannot have been what the check was written by: it was said later, or of a case that is held back; and the
    output is not quoted to the judge.
    """

    run: str
    seq: int
    passed: bool | None
    label: bool
    fresh: bool

    @property
    def name(self) -> str:
        return f"{self.run}/{self.seq}"


class Disagreement(NamedTuple):
    """An output of which a check says something else than the learner, and why it does. `text`: its beginning."""

    run: str
    seq: int
    said: str
    text: str
    why: str


class Judgement(NamedTuple):
    """What a check says of some runs, and beside it what the learner said, in the order in which it was said."""

    runs: dict[str, RunVerdicts]
    labelled: list[JudgedOutput]
    bar: float = BAR

    @property
    def agreement(self) -> Agreement | None:
        """How well it agrees with what was said after it was written; None where nothing was."""
        fresh = {one.name: one.label for one in self.labelled if one.fresh}
        return agreement({one.name: one.passed for one in self.labelled}, fresh, self.bar) if fresh else None

    @property
    def says(self) -> str:
        """ "70 of 100 outputs pass; of 3 it cannot be told" """
        passed, untold = (sum(getattr(run, name) for run in self.runs.values()) for name in ("passed", "untold"))
        told = sum(len(run.by_output) for run in self.runs.values()) - untold
        return f"{passed} of {told} outputs pass" + (f"; of {untold} it cannot be told" if untold else "")

    @property
    def unasked(self) -> int:
        """Outputs that a judge was not asked about yet."""
        return sum(run.looked - len(run.by_output) for run in self.runs.values())


async def add_check(store: Store, learner: str, product_id: str, name: str, rule: Mapping[str, Any], mode: str = "", bar: int = 80) -> str:
    """Keep a check. `bar`: what both lower bounds have to reach, in percent. Gives its id."""
    if not BARS[0] <= bar <= BARS[1]:
        raise BadInput(f"The bar is a share from {BARS[0]} to {BARS[1]} %.", "80 % is usual.")
    check = read_check(dict(rule))
    if "\0" in check.model_dump_json() or "\\u0000" in check.model_dump_json():
        raise BadInput("This check holds a character that is no text (NUL).", "Type its value again, and save it again.")
    called = " ".join(name.split()) or check.said.rstrip(".")
    if len(called) > LONGEST_NAME or "\0" in called:
        called = called.replace("\0", "")[: LONGEST_NAME - 1].rstrip() + "…"
    async with store.begin() as session:
        product = await owned(session, learner, product_id)
        if len(await product_queries.checks(session, product_id)) >= MOST_CHECKS:
            raise BadInput(f"A product has at most {MOST_CHECKS} checks.", "Remove one that you do not use.")
        if mode and ((found := await product_queries.failure_mode(session, mode)) is None or found.product_id != product_id):
            raise NotFound("There is no such failure mode.", "Choose one of the list.")
        stored = check.model_dump(mode="json")
        row = ProductCheck(id=uuid.uuid4().hex, product_id=product_id, mode=mode, name=called, rule=stored, made=clock.now(), bar=bar)
        session.add(row)
        touch(product)
        return row.id


async def remove_check(store: Store, learner: str, product_id: str, check_id: str) -> None:
    """A judge's runs go with it; one that is under way is stopped first. One that the spec rests on stays until its tests are taken out."""
    async with store.begin() as session:
        row = await owned_check(session, learner, product_id, check_id)
        if any(test.check_id == check_id for test in await spec_queries.tests(session, product_id)):
            raise BadInput(f"The spec has a test by “{row.name}”.", "Take that test out of the spec first.")
        if any(one.check_id == check_id and run.status not in ENDED for one, run in await judge_queries.judge_runs(session, product_id)):
            raise BadInput("This judge is at work.", "Stop its run first, or wait until it has ended.")
        await judge_queries.forget_judge(session, check_id)
        await session.delete(row)


async def owned_check(session: Session, learner: str, product_id: str, check_id: str) -> ProductCheck:
    """Raises NotFound."""
    await owned(session, learner, product_id)
    row = await product_queries.check(session, check_id)
    if row is None or row.product_id != product_id:
        raise NotFound("There is no such check.", "It may have been removed.")
    return row


async def by_hand(session: Session, runs: Sequence[str]) -> dict[str, dict[int, list[bool]]]:
    """Run -> case -> what the learner said of its draws."""
    found: dict[str, dict[int, list[bool]]] = {run: {} for run in runs}
    for label, case in await product_queries.labelled(session, runs, ME):
        found[label.run_id].setdefault(case, []).append(label.passed)
    return found


async def by_checks(
    session: Session, product: Product, rows: Sequence[ProductCheck], counts: Mapping[str, int], whose: str = ME
) -> dict[str, Judgement]:
    """Check -> what it says of these runs, beside what a reader says. What was judged before is not judged again.

    `counts`: run -> how many outputs it has. `whose`: the reader, or `held_against.SETTLED`.
    """
    said = await _verdicts(session, product, rows, counts)
    labels = await held_against.labels(session, product.id, list(counts), whose)
    held_back = await product_queries.held_back(session, product.id)
    found: dict[str, Judgement] = {}
    for row in rows:
        runs = said[row.id]
        labelled = [
            JudgedOutput(
                one.run, one.seq, runs[one.run].by_output[one.seq], label_for(one.passed, one.mode, row.mode),
                (one.made > row.made or one.case in held_back) and one.seq not in runs[one.run].quoted,
            )
            for one in labels
            if one.seq in runs[one.run].by_output and (whose == ME or one.passed or one.mode or not row.mode)
        ]  # fmt: skip
        found[row.id] = Judgement(runs, labelled, row.bar / 100)
    return found


async def by_code(session: Session, product_id: str, run: str, outputs: int) -> list[tuple[str, RunVerdicts]]:
    """What each check that is code says of one run, by its name. A judge is not asked."""
    product = await product_queries.product(session, product_id)
    rows = [row for row in await product_queries.checks(session, product_id) if not is_judge(row)]
    if product is None or not rows:
        return []
    said = await _verdicts(session, product, rows, {run: outputs})
    return [(row.name, said[row.id][run]) for row in rows]


_held: Held[RunVerdicts] = Held(lambda verdicts: len(verdicts.by_output))


async def _verdicts(
    session: Session, product: Product, rows: Sequence[ProductCheck], counts: Mapping[str, int]
) -> dict[str, dict[str, RunVerdicts]]:
    found: dict[str, dict[str, RunVerdicts]] = {row.id: {} for row in rows}
    lacking: dict[str, list[ProductCheck]] = {}
    given = await judge_queries.verdict_counts(session, product.id) if any(map(is_judge, rows)) else {}
    priced = await prices.of_runs(session, product, list(counts))
    for row in rows:
        for run, n in counts.items():
            there = _held.get(_key(row, priced[run], run, n, given))
            if there is None:
                lacking.setdefault(run, []).append(row)
            else:
                found[row.id][run] = there
    if lacking:
        cases = {case.number: case for case in await product_queries.cases(session, product.id)}
        for run, of_run in lacking.items():
            outputs = (await product_queries.outputs(session, [run]))[run]
            for row in of_run:
                check = read_check(row.rule)
                if isinstance(check, Judge):
                    told = await judge_verdicts.verdicts(session, row, given.get(row.id, 0))
                    made = await judge_verdicts.of_run(check, told, cases, outputs)
                else:
                    made = await asyncio.to_thread(_judge_run, check, cases, outputs, priced[run])
                found[row.id][run] = _held.put(_key(row, priced[run], run, counts[run], given), made)
    return found


def _key(row: ProductCheck, product: Priced, run: str, outputs: int, given: Mapping[str, int]) -> Hashable:
    """A check is never changed; what an output costs is, with its prices, and a judge is asked about more of them."""
    cost = (product.price_in, product.price_out) if row.rule.get("kind") == "cost" else ()
    return row.id, run, outputs, cost, given.get(row.id, 0)


EXCERPT = 280
"""Characters of an output that are shown of a disagreement"""
ENDLESS = 3
"""After so many outputs on which a pattern does not come to an end, it is not looked for in the others."""


def _judge_run(check: Check, cases: Mapping[int, ProductCase], outputs: Mapping[int, dict[str, Any]], product: Priced) -> RunVerdicts:
    found = list[tuple[int, int, bool | None]]()
    endless = 0
    for seq, data in outputs.items():
        number = int(data["case"])
        passed = None if endless >= ENDLESS else judged_output(check, cases.get(number), data, product).passed
        endless += isinstance(check, Pattern) and passed is None and not asks_for(check)
        found.append((seq, number, passed))
    return summed(found, len(outputs))


async def disagreements(
    session: Session, product: Product, rows: Sequence[ProductCheck], judged: Mapping[str, Judgement], most: int, who: str = ""
) -> dict[str, list[Disagreement]]:
    """Check -> the first outputs of which it says something else than the learner, or than `who`."""
    shown = {id: [one for one in of.labelled if one.passed is not None and one.passed != one.label][:most] for id, of in judged.items()}
    outputs = await product_queries.some_outputs(session, {(one.run, one.seq) for each in shown.values() for one in each})
    cases = await product_queries.some_cases(session, product.id, {int(data["case"]) for data in outputs.values()})
    given = await judge_queries.verdict_counts(session, product.id) if any(map(is_judge, rows)) else {}
    priced = await prices.of_runs(session, product, {one.run for each in shown.values() for one in each})
    found: dict[str, list[Disagreement]] = {}
    for row in rows:
        check, found[row.id] = read_check(row.rule), []
        said_by_judge = await judge_verdicts.verdicts(session, row, given.get(row.id, 0)) if is_judge(row) else {}
        for one in shown[row.id]:
            data = outputs[one.run, one.seq]
            case = cases.get(int(data["case"]))
            told = said_by_judge.get(judge_verdicts.question_of(case, data).id) if is_judge(row) else None
            why = (told or judged_output(check, case, data, priced[one.run])).why
            said = _apart(who, "the judge" if is_judge(row) else "the check", one.label)
            found[row.id].append(Disagreement(one.run, one.seq, said, str(data.get("text", ""))[:EXCERPT], why))
    return found


def _apart(who: str, what: str, passed: bool) -> str:
    they = f"{who} says" if who else "you say"
    return f"{they} it passes, {what} says it fails" if passed else f"{they} it fails, {what} lets it pass"


def label_for(passed: bool, mode: str, of_mode: str) -> bool:
    """What a label says to a check that looks for one failure mode: everything else passes there."""
    return passed or bool(of_mode and mode != of_mode)


def output_of(data: Mapping[str, Any], product: Priced) -> Output:
    """A stored output, with what it cost where its prices are known."""
    took = held.took(0, data)
    return Output(
        text=str(data.get("text", "")), finish=str(data.get("finish", "")), seconds=took.seconds, tokens_in=took.tokens_in,
        tokens_out=took.tokens_out, money=money(took, product), passages=passages_of(data),
    )  # fmt: skip


def passages_of(data: Mapping[str, Any]) -> tuple[Passage, ...]:
    """What it was given to answer from, where its version looks things up."""
    return tuple(Passage.model_validate(one) for one in data.get("passages", ()))


def money(took: Took, product: Priced) -> float | None:
    """In dollars; None where the tokens or the prices are not known."""
    if took.tokens_in is None or took.tokens_out is None or not (product.price_in or product.price_out):
        return None
    return (took.tokens_in * product.price_in + took.tokens_out * product.price_out) / 1e6


def judged_output(check: Check, case: ProductCase | None, data: Mapping[str, Any], product: Priced) -> Judged:
    """One output. Where the case lacks what the check asks for, it cannot be told."""
    inputs = {name: str(value) for name, value in case.inputs.items()} if case else {}
    try:
        return judged(for_case(check, {**inputs, REFERENCE: case.reference if case else ""}), output_of(data, product))
    except BadInput as lacking:
        return Judged(None, lacking.message)

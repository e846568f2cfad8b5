"""What came of testing a spec: which broken products it stopped, which got through, and how often it stops the good one."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from fluencylab.actions.workbench import evidence, judging, spec
from fluencylab.actions.workbench.held import Held
from fluencylab.actions.workbench.reading import ME
from fluencylab.actions.workbench.run_verdicts import RunVerdicts
from fluencylab.errors import BadInput
from fluencylab.instruments.clinic import HEALTHY, Params
from fluencylab.stats import Measure
from fluencylab.store import product_queries, queries, spec_queries
from fluencylab.store.engine import Session
from fluencylab.store.tables import Product, ProductCase, ProductCheck, Run, SpecRun
from fluencylab.workbench import clinic
from fluencylab.workbench.checks import REFERENCE, asks_for, read_check
from fluencylab.workbench.clinic import Advice, Draws, Told, Worse
from fluencylab.workbench.frozen_spec import FrozenSpec
from fluencylab.workbench.mutants import FAULTS, MutationScore, false_alarms, mutation_score
from fluencylab.workbench.spec import Outcome, stops

FORECAST, FACT = "mutation", "score"
"""What is foretold of a spec."""
FEWEST = 3
"""Worse products, below which any share would do."""
BY_PERSON = "by what you said of them, reading"
BY_CHECKS = "by "
FAULT = {fault.name: fault.says for fault in FAULTS}


class Given(NamedTuple):
    """One output of a clinic."""

    seq: int
    product: str
    case: int
    draw: int
    text: str


class Example(NamedTuple):
    """What a customer would have got, beside what they get today."""

    case: ProductCase | None
    today: str
    broken: str


class OfMutant(NamedTuple):
    name: str
    says: str
    """What is wrong with it"""
    outcomes: dict[str, Outcome]
    stopped: bool | None
    worse: Worse
    outputs: int
    example: Example | None
    advice: Advice | None
    """Of one that got through"""


class SpecResult(NamedTuple):
    """`spec`: as it was committed to. `healthy`: what its tests said of the product as it is, first draw."""

    spec: FrozenSpec
    healthy: dict[str, Outcome]
    mutants: list[OfMutant]
    score: MutationScore
    alarms: Measure
    alarms_say: str
    by: list[str]
    """The checks by which it is told whether a mutant is worse"""
    labels: int
    """Outputs of it that were read"""

    @property
    def untold(self) -> list[str]:
        """Mutants of which nothing shows yet whether they are worse."""
        return [one.name for one in self.mutants if not one.worse.really]


async def result(session: Session, product: Product, run: SpecRun, frozen: FrozenSpec | None = None) -> SpecResult:
    """Of the spec as it was committed to, or of another one on the same outputs."""
    held = frozen or FrozenSpec.model_validate(run.tests)
    outputs = await given(session, run.run_id)
    said, trusted = await _said(session, product, run, held)
    trusted = [row for row in trusted if row.id in said and _was_asked(said[row.id], outputs, held)]
    told: Told = {test.id: _by_product(outputs, said[test.check_id].by_output) for test in held.tests if test.check_id in said}
    names = await _mutants(session, run.run_id)
    without = clinic.blind(told)
    labels = await labelled(session, run.run_id, outputs)
    reference = _reference(outputs, said, trusted, held)
    by_hand = _by_product(outputs, labels)
    products = {name: clinic.outcomes(held, told, name, 0, without) for name in (HEALTHY, *names)}
    stopped = {name: stops(list(products[name].values())) for name in names}
    really = {name: _worse(name, by_hand, reference, [one.name for one in trusted]) for name in names}
    score = mutation_score(stopped, {name for name, found in really.items() if found.really})
    survivors = set(score.survived)
    examples = await _examples(session, product, outputs, names, by_hand, reference)
    advices = await _advices(session, product, run, outputs, held, survivors)
    made = [
        OfMutant(
            name, FAULT.get(name, "One thing in it is broken."), products[name], stopped[name], really[name],
            sum(one.product == name for one in outputs), examples[name], advices.get(name),
        )
        for name in names
    ]  # fmt: skip
    drawn = [one for one in clinic.alarms(held, told, run.draws) if one is not None]
    found = false_alarms(drawn)
    chance = clinic.between([*clinic.chances(held, told).values()])
    says = clinic.says_alarms(drawn, found, chance)
    return SpecResult(held, products[HEALTHY], made, score, found, says, [one.name for one in trusted], len(labels))


async def judge(session: Session, run: Run) -> None:
    """The run of a clinic has come to its end."""
    await settle(session, run.learner_id, run.id)


async def settle(session: Session, learner: str, run_id: str) -> None:
    """Hold what was foretold of the spec against what it stopped, by the act that measures it: the end of its run, or the last label.

    Where no check may tell what is worse, all its answers have to be read. Of fewer than three worse products nothing could be foretold.
    """
    run, ran = await spec_queries.run(session, run_id), await queries.run(session, run_id)
    product = await product_queries.product(session, run.product_id) if run else None
    if run is None or ran is None or ran.status != "done" or product is None:
        return
    found = await result(session, product, run)
    told = found.by or found.labels >= await product_queries.output_count(session, run_id)
    if told and found.score.score.n >= FEWEST:
        await evidence.settle(session, learner, FORECAST, run_id, {FACT: found.score.score})


async def as_it_stands(session: Session, product: Product, run: SpecRun) -> FrozenSpec:
    """The spec as it is written now, on the cases of a run."""
    frozen = FrozenSpec.model_validate(run.tests)
    return frozen.model_copy(update={"tests": tuple(spec.committed(await spec.written(session, product.id)))})


_given: Held[list[Given]] = Held(len)


async def given(session: Session, run_id: str) -> list[Given]:
    """Every output of a clinic, in the order in which they came."""
    key = run_id, await product_queries.output_count(session, run_id)
    if (there := _given.get(key)) is not None:
        return there
    rows = (await product_queries.outputs(session, [run_id]))[run_id]
    found = [
        Given(seq, str(data.get("mutant", HEALTHY)), int(data["case"]), int(data["draw"]), str(data.get("text", "")))
        for seq, data in rows.items()
    ]
    return _given.put(key, found)


async def _mutants(session: Session, run_id: str) -> list[str]:
    run = await queries.run(session, run_id)
    return [one.name for one in Params.model_validate(run.params).mutants] if run else []


async def _said(session: Session, product: Product, run: SpecRun, held: FrozenSpec) -> tuple[dict[str, RunVerdicts], list[ProductCheck]]:
    """What each check said of every output; and which of them may say whether a mutant is worse."""
    rows = {row.id: row for row in await product_queries.checks(session, product.id) if readable(row)}
    trusted = await trusted_checks(session, product, list(rows.values()))
    for test in held.tests:  # a check that was taken away since says what it said
        gone = ProductCheck(id=test.check_id, product_id=product.id, mode=test.mode, name=test.check_name, rule=test.rule, made=run.created)
        if test.check_id not in rows and readable(gone):
            rows[test.check_id] = gone
    wanted = {test.check_id for test in held.tests} | {row.id for row in trusted}
    return await _verdicts(session, product, run.run_id, [rows[id] for id in wanted if id in rows]), trusted


async def _verdicts(session: Session, product: Product, run_id: str, rows: Sequence[ProductCheck]) -> dict[str, RunVerdicts]:
    n = await product_queries.output_count(session, run_id)
    judged = await judging.by_checks(session, product, rows, {run_id: n})
    return {id: found.runs[run_id] for id, found in judged.items()}


async def trusted_checks(session: Session, product: Product, rows: Sequence[ProductCheck]) -> list[ProductCheck]:
    """Those that agree with what people said, well enough to be counted; and those that hold an answer against the right one."""
    counts = await product_queries.output_counts(session, product.id)
    judged = await judging.by_checks(session, product, rows, counts)
    return [row for row in rows if ((held := judged[row.id].agreement) and held.counted) or _by_reference(row)]


def _by_reference(row: ProductCheck) -> bool:
    return REFERENCE in asks_for(read_check(row.rule))


def readable(row: ProductCheck) -> bool:
    try:
        read_check(row.rule)
    except BadInput:
        return False
    return True


def _by_product(outputs: Sequence[Given], said: Mapping[int, bool | None]) -> dict[str, dict[int, list[bool | None]]]:
    """Of outputs that something was said of: product -> case -> its draws, in their order."""
    found: dict[str, dict[int, list[bool | None]]] = {}
    for one in sorted(outputs, key=lambda each: (each.case, each.draw)):
        if one.seq in said:
            found.setdefault(one.product, {}).setdefault(one.case, []).append(said[one.seq])
    return found


async def labelled(session: Session, run_id: str, outputs: Sequence[Given]) -> dict[int, bool | None]:
    """What the learner said of outputs; said of one, it is said of all that answer the same case in the same words."""
    labels = {label.seq: label.passed for label in await product_queries.labels(session, [run_id], ME)}
    same = {(one.case, one.text): labels[one.seq] for one in outputs if one.seq in labels}
    return {one.seq: same[one.case, one.text] for one in outputs if (one.case, one.text) in same}


def _reference(
    outputs: Sequence[Given], said: Mapping[str, RunVerdicts], trusted: Sequence[ProductCheck], held: FrozenSpec
) -> dict[str, Draws]:
    """On the cases held back: good where every trusted check passes."""
    back = set(held.held_back)
    kept = [one for one in outputs if one.case in back]
    by_check = [_by_product(kept, said[row.id].by_output) for row in trusted]
    names = {one.product for one in kept}
    return {name: clinic.together([of.get(name, {}) for of in by_check]) for name in names} if by_check else {}


def _was_asked(said: RunVerdicts, outputs: Sequence[Given], held: FrozenSpec) -> bool:
    """About every answer on the cases held back: a judge that knows those it met before knows the good ones, and hides the rest."""
    return all(one.seq in said.by_output for one in outputs if one.case in held.held_back)


def _worse(name: str, by_hand: Mapping[str, Draws], reference: Mapping[str, Draws], trusted: Sequence[str]) -> Worse:
    checks = " and ".join(map(clinic.called, trusted))
    people = clinic.worse(by_hand.get(HEALTHY, {}), by_hand.get(name, {}), BY_PERSON)
    return clinic.either(people, clinic.worse(reference.get(HEALTHY, {}), reference.get(name, {}), f"{BY_CHECKS}{checks}"))


async def _examples(
    session: Session, product: Product, outputs: Sequence[Given], names: Sequence[str], by_hand: Mapping[str, Draws],
    reference: Mapping[str, Draws],
) -> dict[str, Example | None]:  # fmt: skip
    texts: dict[str, dict[int, str]] = {}
    for one in outputs:
        if not one.draw:
            texts.setdefault(one.product, {})[one.case] = one.text
    today = texts.get(HEALTHY, {})
    chosen: dict[str, int | None] = {}
    for name in names:
        both = {case: (today[case], text) for case, text in texts.get(name, {}).items() if case in today}
        held = by_hand if by_hand.get(name) else reference
        chosen[name] = clinic.example(held.get(HEALTHY, {}), held.get(name, {}), both)
    cases = await product_queries.some_cases(session, product.id, {case for case in chosen.values() if case is not None})
    return {name: None if case is None else Example(cases.get(case), today[case], texts[name][case]) for name, case in chosen.items()}


async def _advices(
    session: Session, product: Product, run: SpecRun, outputs: Sequence[Given], held: FrozenSpec, survivors: set[str]
) -> dict[str, Advice]:
    """Of each survivor: which of all checks of the product, in the spec or not, would have seen it."""
    if not survivors:
        return {}
    rows = [row for row in await product_queries.checks(session, product.id) if readable(row)]
    said = await _verdicts(session, product, run.run_id, rows)
    back = set(held.held_back)
    kept = [one for one in outputs if one.case in back]
    by_check = {row.name: _by_product(kept, said[row.id].by_output) for row in rows}
    counts = await product_queries.case_counts(session, product.id)
    bars = {test.check_name: test.least for test in held.tests}
    return {
        name: clinic.advice({check: (of.get(HEALTHY, {}), of.get(name, {})) for check, of in by_check.items()}, counts.held_back, bars)
        for name in survivors
    }


def public(found: SpecResult) -> dict[str, Any]:
    """For a program."""
    return {
        "says": found.score.says,
        "score": found.score.score.model_dump(),
        "false_alarms": {"says": found.alarms_say, **found.alarms.model_dump()},
        "by": found.by,
        "labels": found.labels,
        "tests": [
            {"id": test.id, "requirement": test.requirement, "check": test.check_name, "least": test.least, "cases": test.cases,
             "part": test.part, "healthy": found.healthy[test.id].why}
            for test in found.spec.tests
        ],
        "mutants": [
            {
                "name": one.name,
                "says": one.says,
                "worse": one.worse.really,
                "shown_by": one.worse.says,
                "stopped": one.stopped,
                "by": [test.check_name for test in found.spec.tests if one.outcomes[test.id].stopped],
                "output": one.example.broken if one.example else None,
                "advice": one.advice.says if one.advice else None,
            }
            for one in found.mutants
        ],
    }  # fmt: skip

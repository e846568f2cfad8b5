"""Test the spec: a version as it is and with one fault after the other, on the cases that its tests ask for, as one durable run."""

import asyncio
import hashlib
from collections.abc import Sequence
from typing import Any, NamedTuple

from pydantic import ValidationError

from fluencylab import clock
from fluencylab.actions.runs import add_run, check_params
from fluencylab.actions.workbench import evaluations, evidence, sending, spec, versions
from fluencylab.actions.workbench.products import owned, touch
from fluencylab.actions.workbench.spec_results import FACT, FORECAST
from fluencylab.errors import BadInput, NotFound
from fluencylab.instruments import clinic, instrument
from fluencylab.instruments.base import about_seconds
from fluencylab.instruments.evaluation import EvaluationCase
from fluencylab.models import catalogue
from fluencylab.models.catalogue import Entry
from fluencylab.runs.queue import RunQueue
from fluencylab.store import product_queries, spec_queries
from fluencylab.store.engine import Session, Store
from fluencylab.store.tables import Product, Run, SpecRun
from fluencylab.workbench.frozen_spec import FrozenSpec, FrozenTest
from fluencylab.workbench.mutants import Fault, Mutant, mutants
from fluencylab.workbench.version import Version

CLINIC = "clinic"
WORSE = 12
"""Held-back cases on which it is seen whether a mutant is worse, where the tests ask for fewer."""
DRAWS = (1, 2, 3, 5, 10)
LETTERS = 4
"""Of a token, about."""
FEWEST = 5
"""Answers of a run from which it is told how long the next one takes."""


class PlannedClinic(NamedTuple):
    """What it would take, before it is started. `alike`: calls of these that are made once for several. `money`: None without prices.

    `model`: what the version runs on.
    """

    faults: tuple[Fault, ...]
    cases: int
    calls: int
    alike: int
    seconds: int
    measured: bool
    """Told from an earlier run on this model, and not guessed"""
    money: float | None
    spec: FrozenSpec
    model: Entry


async def plan(session: Session, product: Product, number: int, draws: int) -> PlannedClinic:
    """Raises BadInput where there is nothing to test, or it cannot be run."""
    params, frozen, made = await _params(session, product, number, draws)
    checked: clinic.Params = check_params(CLINIC, params)
    calls, alike = clinic.calls(checked), clinic.alike(checked)
    model = evaluations.model_of(number, checked.content)
    each = await _each(session, product.id, model.slug)
    seconds = max(1, round((calls - alike) * each)) if each else about_seconds(instrument(CLINIC), checked)
    faults = tuple(one.fault for one in made)
    return PlannedClinic(faults, len(checked.cases), calls, alike, seconds, each is not None, _money(checked, product), frozen, model)


async def _each(session: Session, product_id: str, model: str) -> float | None:
    """Seconds of an answer, in the latest run of this product on that model; None where there is none that long."""
    runs = [run.run_id for run, _ in await spec_queries.runs(session, product_id)]
    runs += [one.run_id for one, _ in await product_queries.evaluations(session, product_id)]
    for run_id in runs:
        run = await session.get(Run, run_id)
        if run is None or run.model != model or run.status != "done" or run.started is None or run.ended is None:
            continue
        n = await spec_queries.steps(session, run_id, product_queries.OUTPUT)
        if n >= FEWEST and (took := (run.ended - run.started).total_seconds()) > 0:
            return took / n
    return None


def _money(params: clinic.Params, product: Product) -> float | None:
    """A guess, by four letters a token and half the longest answer."""
    if not (product.price_in or product.price_out):
        return None
    letters = sum(
        sum(len(message.content) for message in arm.params.content.messages) + sum(map(len, case.inputs.values()))
        for arm in clinic.arms(params)
        for case in arm.params.cases
        for _ in range(arm.params.draws)
    )
    out = sum(len(arm.params.cases) * arm.params.draws * arm.params.content.max_tokens / 2 for arm in clinic.arms(params))
    return (letters / LETTERS * product.price_in + out * product.price_out) / 1e6


async def start(
    store: Store, queue: RunQueue, learner: str, product_id: str, number: int, draws: int, expected: int | None, certainty: int | None,
    consent: str = "",
) -> str:  # fmt: skip
    """Commit to what the spec will stop, and run. Gives the run's id. `consent`: the machine that was said yes to, where that was asked."""
    run_id = await add(store, learner, product_id, number, draws, expected, certainty, consent)
    await queue.put(run_id)
    return run_id


async def add(
    store: Store, learner: str, product_id: str, number: int, draws: int, expected: int | None, certainty: int | None, consent: str = ""
) -> str:  # fmt: skip
    """The run, not begun yet. The tests as they stand are kept with it, and what is expected of them."""
    if expected is None or not 0 <= expected <= 100 or certainty not in (1, 2, 3):
        raise BadInput(
            "Say first what you expect: of the broken products, the share that your spec stops, from 0 to 100 %, and how sure you are.",
            "The run starts once you have.",
        )
    async with store.begin() as session:
        product = await owned(session, learner, product_id)
        unseen = all(one.version != number for one, _ in await spec_queries.runs(session, product_id))
        params, frozen, _ = await _params(session, product, number, draws)
        content = await versions.content_of(session, product_id, number)
        run = add_run(session, learner, CLINIC, params, evaluations.model_of(number, content).slug)
        await session.flush()
        await sending.gate(session, product, run, f"The spec, tested on version {number}", len(params["cases"]), number, consent)
        session.add(
            SpecRun(
                run_id=run.id, product_id=product_id, version=number, draws=draws, tests=frozen.model_dump(mode="json"), expected=expected,
                certainty=certainty, created=clock.now(),
            )
        )  # fmt: skip
        touch(product)
    if unseen:  # whoever has seen what got through foretells nothing any more
        await evidence.foretell(store, learner, FORECAST, run.id, {FACT: expected}, certainty)
    return run.id


async def _params(session: Session, product: Product, number: int, draws: int) -> tuple[dict[str, Any], FrozenSpec, Sequence[Mutant]]:
    tests = spec.committed(await spec.written(session, product.id))
    if not tests:
        raise BadInput("There is no test in the spec yet.", "Write a sentence, and put a check beside it that makes it true.")
    content = await versions.content_of(session, product.id, number)
    counts = await product_queries.case_counts(session, product.id)
    if not counts.held_back:
        raise BadInput(
            "No case is held back, so it could not be told whether a broken product is worse.",
            "Bring in more cases: from ten on, half of them are held back.",
        )
    whole = await evaluations.params_of(session, product.id, number, "all", draws)
    frozen = await _frozen(session, product.id, tests)
    wanted = {*frozen.open, *frozen.held_back}
    cases = [EvaluationCase.model_validate(case) for case in whole["cases"] if case["number"] in wanted]
    own = await asyncio.to_thread(_smaller, evaluations.model_of(number, content))
    made = [one for one in mutants(content, own) if _can_be_run(one)]
    told = [
        {
            "name": one.fault.name,
            "content": one.version.model_dump(mode="json"),
            "cases": [{"number": case.number, "inputs": one.case(case.inputs)} for case in cases] if one.inputs else [],
            "documents": [{**document, "text": one.document(document["text"])} for document in whole["documents"]] if one.documents else [],
        }
        for one in made
    ]
    return {**whole, "cases": [case.model_dump(mode="json") for case in cases], "mutants": told}, frozen, made


def _can_be_run(mutant: Mutant) -> bool:
    """Not where the fault takes away what the rest of the version cannot be without, such as the place of what is looked up."""
    try:
        return bool(Version.model_validate(mutant.version.model_dump()))
    except ValidationError:
        return False


def _smaller(model: Entry) -> str:
    """The model of the lab, where its weights are here and it is not the one already; "" else. No smaller one is at hand than that."""
    own = catalogue.find(catalogue.DEFAULT)
    return "" if model.slug == own.slug or not catalogue.weights(own).is_file() else own.slug


async def _frozen(session: Session, product_id: str, tests: Sequence[FrozenTest]) -> FrozenSpec:
    """With the cases in the order in which tests take them: drawn once for a product, and the same when more are brought in."""
    held = await product_queries.held_back(session, product_id)
    numbers = [number for number, _ in await product_queries.inputs(session, product_id)]
    drawn = sorted(numbers, key=lambda number: hashlib.sha256(f"{product_id}/{number}".encode()).digest())
    asked = {part: max((one.cases for one in tests if one.part == part), default=0) for part in ("open", "held back")}
    return FrozenSpec(
        tests=tuple(tests),
        open=tuple(number for number in drawn if number not in held)[: asked["open"]],
        held_back=tuple(number for number in drawn if number in held)[: max(asked["held back"], WORSE)],
    )


async def owned_spec_run(session: Session, learner: str, product_id: str, run_id: str) -> SpecRun:
    """Raises NotFound."""
    await owned(session, learner, product_id)
    found = await spec_queries.run(session, run_id)
    if found is None or found.product_id != product_id:
        raise NotFound("The spec was not tested in such a run.", "The page of the spec lists when it was.")
    return found

"""A model as a judge: write one, say what asking it would take, and ask it about outputs, as a durable run."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from fluencylab import clock
from fluencylab.actions.runs import add_run
from fluencylab.actions.workbench import judge_verdicts, judging, sending
from fluencylab.actions.workbench.held import Held
from fluencylab.actions.workbench.products import owned, touch
from fluencylab.actions.workbench.reading import ME
from fluencylab.errors import BadInput, NotFound
from fluencylab.instruments import judging as instrument
from fluencylab.instruments.base import about_seconds
from fluencylab.models import catalogue
from fluencylab.models.catalogue import Entry
from fluencylab.models.types import ModelInfo
from fluencylab.runs.feed import ENDED
from fluencylab.runs.queue import RunQueue
from fluencylab.store import judge_queries, product_queries
from fluencylab.store.engine import Session, Store
from fluencylab.store.tables import JudgeRun, Product, ProductCheck, Run
from fluencylab.workbench.families import same_family
from fluencylab.workbench.judge import KIND, LONGEST_EXAMPLE, MOST_EXAMPLES, Judge, speaks_to_judge

WHICH = {"read": "those that somebody has read", "all": "all outputs"}
INSTRUMENT = "judging"


class JudgePlan(NamedTuple):
    """What asking a judge would take. `outputs`: that it was not asked about; `calls`: each question once; `dollars`: where priced."""

    outputs: int
    calls: int
    seconds: int
    dollars: float | None


async def add_judge(
    store: Store, learner: str, product_id: str, rubric: str, model: str = "", *, name: str = "", mode: str = "",
    examples: Sequence[tuple[str, int]] = (), bar: int = 80,
) -> str:  # fmt: skip
    """Keep a judge. `examples`: labelled outputs that are quoted to it, and do not count for how good it is. Gives its id."""
    entry = catalogue.find(model) if model else catalogue.current()
    if not entry.abilities.writes:
        raise BadInput(f"{entry.name} turns texts into embeddings and writes no answers.", "Choose a language model as the judge.")
    if not rubric.strip():
        raise BadInput("A judge needs a rubric.", "Write what passes and what fails, as you would tell a colleague.")
    async with store.read() as session:
        await owned(session, learner, product_id)
        quoted = await _examples(session, product_id, examples)
    rule = {"kind": KIND, "rubric": rubric.replace("\r\n", "\n").strip(), "model": entry.slug, "name": entry.name, "examples": quoted}
    called = " ".join(name.split()) or f"{entry.name} as a judge"
    return await judging.add_check(store, learner, product_id, called, rule, mode, bar)


async def _examples(session: Session, product_id: str, places: Sequence[tuple[str, int]]) -> list[dict[str, Any]]:
    if len(places) > MOST_EXAMPLES:
        raise BadInput(f"A judge is given at most {MOST_EXAMPLES} examples.", "Choose those that show where the line is.")
    known = set(await product_queries.runs_of(session, product_id))
    outputs = await product_queries.some_outputs(session, {place for place in places if place[0] in known})
    labels = await judge_queries.some_labels(session, set(places), ME)
    found = []
    for run, seq in places:
        if (run, seq) not in outputs or (run, seq) not in labels:
            raise BadInput("An example is an output that you have read.", "Choose examples from the list.")
        text, label = str(outputs[run, seq].get("text", "")), labels[run, seq]
        found.append({"run": run, "seq": seq, "output": text[:LONGEST_EXAMPLE], "passed": label.passed, "why": label.note})
    return found


async def entry_of(row: ProductCheck) -> Entry:
    """The model that a judge asks. Raises UnknownModel once it is gone."""
    return catalogue.find(str(row.rule["model"]))


_plans: Held[JudgePlan] = Held(lambda _: 1)


async def plan(session: Session, product: Product, row: ProductCheck, counts: Mapping[str, int], which: str) -> JudgePlan:
    """`counts`: run -> how many outputs it has. Raises UnknownModel where its model is gone."""
    given = (await judge_queries.verdict_counts(session, product.id)).get(row.id, 0)
    read = sum((await judge_queries.reader_counts(session, product.id)).values()) if which == "read" else 0
    key = row.id, which, given, read, tuple(sorted(counts.items()))
    entry = catalogue.find(str(row.rule["model"]))
    if (there := _plans.get(key)) is None:
        asked, outputs = await _asked(session, product, row, counts, which, given)
        there = _plans.put(key, _planned(row, asked, outputs))
    priced = entry.price_in is not None and entry.price_out is not None
    return there if priced else there._replace(dollars=None)


def _planned(row: ProductCheck, asked: list[instrument.Asked], outputs: int) -> JudgePlan:
    if not asked:
        return JudgePlan(outputs, 0, 0, None)
    params = instrument.Params(judge=Judge.model_validate(row.rule), asked=tuple(asked))
    entry = catalogue.find(params.judge.model)
    read, written = instrument.tokens(params)
    dollars = (read * (entry.price_in or 0) + written * (entry.price_out or 0)) / 1e6
    return JudgePlan(outputs, sum(not speaks_to_judge(one.question) for one in asked), about_seconds(instrument, params), dollars)


async def _asked(
    session: Session, product: Product, row: ProductCheck, counts: Mapping[str, int], which: str, given: int
) -> tuple[list[instrument.Asked], int]:
    """Each question that has no verdict yet, once; and of how many outputs these are."""
    said = await judge_verdicts.verdicts(session, row, given)
    cases = {case.number: case for case in await product_queries.cases(session, product.id)}
    read = {(one.run_id, one.seq) for one in await product_queries.labels(session, list(counts))} if which == "read" else None
    found: dict[str, instrument.Asked] = {}
    outputs = 0
    for run in counts:
        for seq, data in (await product_queries.outputs(session, [run]))[run].items():
            if read is not None and (run, seq) not in read:
                continue
            question = judge_verdicts.question_of(cases.get(int(data["case"])), data)
            if question.id not in said:
                outputs += 1
                found.setdefault(question.id, instrument.Asked(run=run, seq=seq, question=question))
    return list(found.values())[: instrument.MOST_CALLS], outputs


async def start(
    store: Store, queue: RunQueue, learner: str, product_id: str, check_id: str, which: str = "all", consent: str = "", of_run: str = ""
) -> str:  # fmt: skip
    """Ask it. Gives the run's id. `consent`: the machine that was said yes to, where that was asked. `of_run`: about its outputs alone."""
    run_id = await add(store, learner, product_id, check_id, which, consent, of_run)
    await queue.put(run_id)
    return run_id


async def add(
    store: Store, learner: str, product_id: str, check_id: str, which: str = "all", consent: str = "", of_run: str = ""
) -> str:  # fmt: skip
    """The run of a judge, not begun yet, about outputs that it has said nothing of.

    Raises NotAllowed where they would go to a machine that nobody said yes to.
    """
    if which not in WHICH:
        raise BadInput("Choose the outputs that were read, or all of them.", "Nothing was asked.")
    async with store.begin() as session:
        row = await owned_judge(session, learner, product_id, check_id)
        product = await owned(session, learner, product_id)
        if any(one.check_id == check_id and run.status not in ENDED for one, run in await judge_queries.judge_runs(session, product_id)):
            raise BadInput("This judge is at work already.", "Watch it, or stop it; what it has said is kept.")
        given = (await judge_queries.verdict_counts(session, product_id)).get(check_id, 0)
        only = {of_run: await product_queries.output_count(session, of_run)} if of_run else {}
        counts = only or await counted(session, product_id)
        asked, _ = await _asked(session, product, row, counts, which, given)
        if not asked:
            raise BadInput("There is no output that this judge was not asked about.", "Run a version, or read some outputs first.")
        params = {"judge": row.rule, "asked": [one.model_dump(mode="json") for one in asked]}
        run = add_run(session, learner, INSTRUMENT, params, str(row.rule["model"]))
        await session.flush()
        cases = len({one.question.id for one in asked})
        await sending.gate(session, product, run, f"The judge “{row.name}”", cases, 0, consent)
        session.add(JudgeRun(run_id=run.id, product_id=product_id, check_id=check_id, created=clock.now()))
        touch(product)
        return run.id


async def counted(session: Session, product_id: str) -> dict[str, int]:
    """Run -> how many outputs it has, of the evaluations of a product."""
    counts = await product_queries.output_counts(session, product_id)
    return {run: counts[run] for run in await product_queries.runs_of(session, product_id) if run in counts}


async def owned_judge(session: Session, learner: str, product_id: str, check_id: str) -> ProductCheck:
    """Raises NotFound, and for a check of code, too."""
    row = await judging.owned_check(session, learner, product_id, check_id)
    if not judge_verdicts.is_judge(row):
        raise NotFound("This check is code, and asks no model.", "It looks at every output by itself.")
    return row


async def owned_run(session: Session, learner: str, product_id: str, run_id: str) -> JudgeRun:
    """Raises NotFound."""
    await owned(session, learner, product_id)
    found = await judge_queries.judge_run(session, run_id)
    if found is None or found.product_id != product_id:
        raise NotFound("There is no such run of a judge.", "The page of checks lists your judges.")
    return found


async def judged_models(session: Session, product_id: str) -> list[str]:
    """The names of the models whose outputs are judged, as far as they are known."""
    cards = [ModelInfo.model_validate(card) for card in await judge_queries.cards(session, product_id) if card]
    return list(dict.fromkeys(card.name for card in cards))


def kin(judge: Judge, judged: Sequence[str]) -> str:
    """A sentence where it judges its own family; "" where it does not, or nobody knows."""
    own = judge.name or judge.model
    if own in judged:
        return f"{own} judges its own answers here, and a model finds its own words good. Trust its labels only as far as yours agree."
    alike = next((one for one in judged if same_family(own, one)), "")
    return f"{own} and {alike}, whose answers it judges, are of one family, and find the same things good." if alike else ""


def under_way(runs: Sequence[tuple[JudgeRun, Run]]) -> dict[str, str]:
    """Check -> the run in which it is being asked."""
    return {one.check_id: one.run_id for one, run in runs if run.status not in ENDED}

"""Evaluations: a version on the cases of a product, as a durable run; and answers that were brought in, as a run made elsewhere."""

import hashlib
import json
import uuid
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from fluencylab import __version__, clock
from fluencylab.actions.runs import add_run, check_params
from fluencylab.actions.workbench import going_on, sending, versions
from fluencylab.actions.workbench.going_on import Words
from fluencylab.actions.workbench.products import owned, touch
from fluencylab.errors import BadInput, NotFound
from fluencylab.instruments import instrument
from fluencylab.instruments.base import about_seconds
from fluencylab.instruments.tool_calls import can_call
from fluencylab.models import catalogue
from fluencylab.models.catalogue import Entry
from fluencylab.runs.queue import RunQueue
from fluencylab.store import product_queries, spec_queries
from fluencylab.store.engine import Session, Store
from fluencylab.store.tables import Evaluation, Label, ProductCase, Run, SpecRun, Step
from fluencylab.workbench.retrieval import PASSAGES
from fluencylab.workbench.version import Version

if TYPE_CHECKING:
    from fluencylab.workbench.bring_in import CaseDraft

PARTS = {"open": "the open half", "held back": "the half held back", "all": "all cases"}
WORDS = Words("This evaluation", "To ask everything again, run its version once more.", "This evaluation ran on", "read")
ELSEWHERE = "brought in"
"""In place of a model's name."""


class Planned(NamedTuple):
    """What an evaluation would take, before it is started. `model`: what it runs on; `unheld`: there its schema is not enforced."""

    cases: int
    calls: int
    seconds: int
    model: Entry
    unheld: bool
    documents: int
    tools: int


class Evaluated(NamedTuple):
    """An evaluation as lists show it. `read` and `passed`: of its outputs, what the learner said. `missing`: calls without an answer."""

    run: str
    version: int
    part: str
    status: str
    outputs: int
    read: int
    passed: int
    expected: int | None
    elsewhere: bool
    missing: int = 0

    @property
    def title(self) -> str:
        if self.elsewhere:
            return f"Version {self.version}, recorded answers" if self.version else "Recorded answers"
        return f"Version {self.version} on {PARTS[self.part]}"


async def plan(session: Session, product_id: str, number: int, part: str, draws: int) -> Planned:
    """Raises BadInput where the version cannot be run on these cases."""
    params = await params_of(session, product_id, number, part, draws)
    checked = check_params("evaluation", params)
    lab = instrument("evaluation")
    model = model_of(number, checked.content)
    unheld = checked.content.json_schema is not None and not model.abilities.json_schema
    return Planned(
        len(checked.cases),
        lab.calls(checked),
        about_seconds(lab, checked),
        model,
        unheld,
        len(checked.documents),
        len(checked.content.tools),
    )


def model_of(number: int, content: Version) -> Entry:
    """What a version runs on: its own model, else the one in use. Raises BadInput where its own is not there any more."""
    found = next((one for one in catalogue.models() if one.slug == content.model), None) if content.model else catalogue.current()
    if found and content.tools and not can_call(found.abilities):
        raise BadInput(
            f"{found.name} has no tool calls of its own and cannot be held to a form, so version {number} cannot call its tools there.",
            "Make a version without tools, or choose a model that has one of the two.",
        )
    if found is None:
        raise BadInput(
            f"Version {number} runs on “{content.model}”, which is not among your models any more.",
            "Add it again under that name, or make a version on another model. What ran before is all there.",
        )
    return found


async def start(
    store: Store, queue: RunQueue, learner: str, product_id: str, number: int, part: str, draws: int, expected: int | None,
    certainty: int | None, anew: bool = False, consent: str = "",
) -> str:  # fmt: skip
    """Commit to what is expected, and run. Gives the run's id. `consent`: the machine that was said yes to, where that was asked."""
    run_id = await add(store, learner, product_id, number, part, draws, expected, certainty, anew, consent)
    await queue.put(run_id)
    return run_id


async def add(
    store: Store, learner: str, product_id: str, number: int, part: str, draws: int, expected: int | None, certainty: int | None,
    anew: bool = False, consent: str = "",
) -> str:  # fmt: skip
    """The run of an evaluation, not begun yet; what is expected of it is kept before. `anew`: what was asked before is asked again.

    Raises NotAllowed where the cases would go to a machine that nobody said yes to.
    """
    if expected is None or not 0 <= expected <= 100 or certainty not in (1, 2, 3):
        raise BadInput("Say first what you expect: a share from 0 to 100 %, and how sure you are.", "The run starts once you have.")
    async with store.begin() as session:
        product = await owned(session, learner, product_id)
        params = await params_of(session, product_id, number, part, draws) | {"anew": anew}
        content = await versions.content_of(session, product_id, number)
        run = add_run(session, learner, "evaluation", params, model_of(number, content).slug)
        await session.flush()
        await sending.gate(session, product, run, f"Version {number} on {PARTS[part]}", len(run.params["cases"]), number, consent)
        session.add(
            Evaluation(
                run_id=run.id, product_id=product_id, version=number, part=part, draws=draws, expected=expected, certainty=certainty,
                created=clock.now(),
            )
        )  # fmt: skip
        touch(product)
    return run.id


async def go_on(store: Store, queue: RunQueue, learner: str, product_id: str, run_id: str) -> None:
    """Ask what a stopped or broken-off evaluation has no answer to yet; what it has stays."""
    await reopen(store, learner, product_id, run_id)
    await queue.go_on(run_id)


async def reopen(store: Store, learner: str, product_id: str, run_id: str) -> None:
    """The run of an evaluation waits for its turn again. Raises BadInput where nothing of it is left to do."""
    async with store.begin() as session:
        await owned_evaluation(session, learner, product_id, run_id)
        await going_on.reopen(session, await owned(session, learner, product_id), run_id, WORDS)


async def params_of(session: Session, product_id: str, number: int, part: str, draws: int) -> dict[str, Any]:
    if part not in PARTS:
        raise BadInput("Choose the open half, the half held back, or all cases.", "Nothing was run.")
    content = await versions.content_of(session, product_id, number)
    held = {"open": False, "held back": True}.get(part)
    rows = await product_queries.inputs(session, product_id, held)
    if not rows:
        what = "is no case yet" if part == "all" else f"is no case in {PARTS[part]}"
        raise BadInput(f"There {what}.", "Bring in cases first; from ten on, half of them are held back.")
    needed = set(content.needs)
    for case, inputs in rows:
        if content.retrieval and PASSAGES in inputs:
            raise BadInput(
                f"Case {case} brings a “{PASSAGES}” of its own, and version {number} fills that with what it looks up.",
                "Make a version without documents for these cases, or bring them in under another name of that column.",
            )
        if lacking := sorted(needed - inputs.keys()):
            has = ", ".join(f"“{name}”" for name in inputs) or "no input"
            searched = " Or let the version look things up in documents, which fills it." if lacking[0] == PASSAGES else ""
            raise BadInput(
                f"Case {case} has nothing for “{lacking[0]}”, which version {number} asks for.",
                f"It has {has}. Change the version's {{{{variables}}}}, or bring in cases that have it.{searched}",
            )
    return {
        "version": number,
        "content": content.model_dump(mode="json"),
        "documents": await _searched(session, product_id, number, content),
        "cases": [{"number": case, "inputs": inputs} for case, inputs in rows],
        "draws": draws,
    }


async def _searched(session: Session, product_id: str, number: int, content: Version) -> list[dict[str, object]]:
    """The documents that a version looks things up in, for its run to take along."""
    if content.retrieval is None:
        return []
    rows = await product_queries.documents(session, product_id, content.retrieval.documents)
    if lacking := sorted(set(content.retrieval.documents) - {one.number for one in rows}):
        raise BadInput(
            f"Version {number} looks things up in document {lacking[0]}, which is not here.",
            "Bring the document in, and make a version that uses it.",
        )
    return [{"number": one.number, "name": one.name, "text": one.text} for one in rows]


async def record(session: Session, learner: str, product_id: str, given: "Sequence[tuple[int, CaseDraft]]", version: int = 0) -> str:
    """Answers that came with the cases, as a run that was made elsewhere; and labels, where they came with one. Gives the run's id.

    `given`: the number of a case, and what was brought in for it; a case that comes twice has two draws. The same answers brought in
    again are the run that they were; what is said of them now and was not before is kept.
    """
    now, run_id, marked = clock.now(), uuid.uuid4().hex, _digest(given, version)
    if there := await product_queries.recorded(session, product_id, ELSEWHERE, marked):
        said = {label.seq for label in await product_queries.marks(session, [there], "")}
        session.add_all(
            Label(run_id=there, seq=seq, reader="", passed=draft.label, note=draft.note, mode="", made=now)
            for seq, (_, draft) in enumerate(given, start=1)
            if draft.label is not None and seq not in said
        )
        return there
    session.add(
        Run(
            id=run_id, learner_id=learner, instrument="evaluation", params={"version": max(1, version), "answers": marked},
            model=ELSEWHERE, status="done",
            planned=len(given), cancel_asked=False, card=None, message="", fix="", created=now, started=now, ended=now, version=__version__,
        )
    )  # fmt: skip
    await session.flush()
    session.add(
        Evaluation(run_id=run_id, product_id=product_id, version=version, part="all", draws=1, expected=None, certainty=None, created=now)
    )
    draws = Counter[int]()
    steps, labels = list[dict[str, object]](), list[dict[str, object]]()
    for seq, (case, draft) in enumerate(given, start=1):
        data = {"case": case, "draw": draws[case], "text": draft.output, "finish": "", "source": draft.source}
        draws[case] += 1
        steps.append({"run_id": run_id, "seq": seq, "kind": product_queries.OUTPUT, "data": data, "made": now})
        if draft.label is not None:
            labels.append({"run_id": run_id, "seq": seq, "reader": "", "passed": draft.label, "note": draft.note, "mode": "", "made": now})
    await session.flush()
    await product_queries.put(session, Step, steps)
    await product_queries.put(session, Label, labels)
    return run_id


def _digest(given: "Sequence[tuple[int, CaseDraft]]", version: int) -> str:
    """The same for the same answers in the same order."""
    told = json.dumps([version, *([case, draft.output] for case, draft in given)])
    return hashlib.sha256(told.encode()).hexdigest()


async def owned_evaluation(session: Session, learner: str, product_id: str, run_id: str) -> Evaluation:
    """Raises NotFound."""
    await owned(session, learner, product_id)
    found = await product_queries.evaluation(session, run_id)
    if found is None or found.product_id != product_id:
        raise NotFound("There is no such evaluation.", "Its product lists those that there are.")
    return found


async def owned_outputs(session: Session, learner: str, product_id: str, run_id: str) -> Evaluation | SpecRun:
    """Raises NotFound for a run whose outputs are not to be read: it is neither an evaluation of the product nor a test of its spec."""
    found = await spec_queries.run(session, run_id)
    if found is None or found.product_id != product_id:
        return await owned_evaluation(session, learner, product_id, run_id)
    await owned(session, learner, product_id)
    return found


def shown(case: ProductCase) -> dict[str, str]:
    """The inputs of a case, in their order, as text."""
    return {name: str(value) for name, value in case.inputs.items()}


async def evaluated(session: Session, product_id: str) -> list[Evaluated]:
    """Every evaluation of a product, the latest first."""
    rows = await product_queries.evaluations(session, product_id)
    outputs, labels = await product_queries.output_counts(session, product_id), await product_queries.label_counts(session, product_id)
    elsewhere = await product_queries.made_elsewhere(session, product_id, ELSEWHERE)
    missing = await product_queries.missing_counts(session, product_id)
    return [
        Evaluated(
            one.run_id, one.version, one.part, status, outputs.get(one.run_id, 0), *labels.get(one.run_id, (0, 0)), one.expected,
            one.run_id in elsewhere, missing.get(one.run_id, 0),
        )
        for one, status in rows
    ]  # fmt: skip

"""Ask for what is recorded of the practice spec's version: all of it to record it anew, or a part to see whether it still holds."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from fluencylab.curriculum.practice_mutants import AS_IT_IS, RecordedAnswers, RecordedMutants, recorded_mutants
from fluencylab.curriculum.practice_product import Conversation
from fluencylab.curriculum.practice_spec import practice_spec
from fluencylab.errors import ModelUnavailable
from fluencylab.figures.figure import Conditions
from fluencylab.instruments import clinic
from fluencylab.instruments.evaluation import EvaluationCase
from fluencylab.models.types import LENGTHS, Model
from fluencylab.practice import recorded_mutants as recorded
from fluencylab.workbench.clinic import Worse
from fluencylab.workbench.mutants import mutants

DRAWS = 3
"""Of the product as it is, for false alarms."""


def asked_of(conversation: Conversation, draws: int = DRAWS, only: str = "") -> clinic.Params:
    """The run of a clinic on one conversation. `only`: a fault; all that fit this version where none is named."""
    cases = (EvaluationCase(number=1, inputs=dict(conversation.inputs)),)
    content = recorded.version()
    made = tuple(
        clinic.Mutated(
            name=one.fault.name,
            content=one.version,
            cases=tuple(EvaluationCase(number=case.number, inputs=one.case(case.inputs)) for case in cases) if one.inputs else (),
        )
        for one in mutants(content)
        if not only or one.fault.name == only
    )
    return clinic.Params(version=practice_spec().version.number, content=content, cases=cases, draws=draws, mutants=made)


async def record(
    model: Model, conversations: Sequence[Conversation], told: Callable[[int, int], None], draws: int = DRAWS, only: str = ""
) -> tuple[RecordedAnswers, ...]:
    """One conversation after the other, so that what several products are given alike is read once. `told`: how far it is, of how many."""
    texts: dict[tuple[str, str], list[tuple[int, str, bool]]] = {}
    calls = sum(clinic.calls(asked_of(one, draws, only)) for one in conversations)
    for conversation in conversations:
        async for step in clinic.run(model, asked_of(conversation, draws, only)):
            if step.kind != clinic.STEP:
                raise ModelUnavailable("The model did not answer, so nothing was recorded.", "See the engine's log, and start it again.")
            one = str(step.data["text"]), str(step.data["finish"]) in LENGTHS
            texts.setdefault((str(step.data["mutant"]), conversation.id), []).append((int(step.data["draw"]), *one))
            told(sum(map(len, texts.values())), calls)
    products = dict.fromkeys(product for product, _ in texts)
    rows = [(product, one.id, sorted(texts[product, one.id])) for product in products for one in conversations]
    return tuple(
        RecordedAnswers(product=product, conversation=id, texts=tuple(text for _, text, _ in of), cut_off=tuple(cut for *_, cut in of))
        for product, id, of in rows
    )


def plainest() -> str:
    """The fault of which the recording shows best that it makes the product worse."""
    rates = {name: found.comparison.change.value for name, found in recorded.worse().items() if found.really and found.comparison}
    return min(rates, key=lambda name: rates[name])


class Redone(NamedTuple):
    """`alike`: of `of` answers, how many are word for word as recorded."""

    fault: str
    worse: Worse
    alike: int
    of: int


async def redo(model: Model) -> Redone:
    """The product as it is and with its plainest fault, asked once more: is it still worse?"""
    fault, known = plainest(), recorded_mutants()
    answers = await record(model, recorded.asked(), lambda done, of: None, draws=1, only=fault)
    conditions = Conditions(
        model=model.card.name, sha256=model.card.sha256 or "unknown", date=known.conditions.date, settings="asked again",
        calls=len(answers), what="answers", version=known.conditions.version,
    )  # fmt: skip
    worse = recorded.worse_of(RecordedMutants(conditions=conditions, answers=answers))[fault]
    alike = sum(one.texts[0] == known.of[one.product, one.conversation].texts[0] for one in answers)
    assert {one.product for one in answers} == {AS_IT_IS, fault}
    return Redone(fault, worse, alike, len(answers))

"""A product with one fault after the other: what it looks up, and which model it runs on, can be the fault."""

import pytest

from fluencylab.instruments import clinic
from fluencylab.instruments.clinic import Mutated, Params, alike, calls, run
from fluencylab.instruments.evaluation import EvaluationCase
from fluencylab.instruments.lookup import SearchedDocument
from fluencylab.models.scripted import Scripted
from fluencylab.models.types import Model
from fluencylab.workbench.mutants import mutants
from fluencylab.workbench.retrieval import Retrieval
from fluencylab.workbench.version import Version

RETURNS = SearchedDocument(number=1, name="returns", text="Parcels can be sent back within 30 days.")
SHOP = SearchedDocument(number=2, name="shop", text="The shop in Bergen is closed on Sundays.")
CONTENT = Version.of("{{passages}}", "{{question}}", retrieval=Retrieval(documents=(1, 2), k=1, method="semantic"))


def params(*names: str, smaller: str = "") -> Params:
    """The product as it is, and with these faults."""
    made = [one for one in mutants(CONTENT, smaller) if one.fault.name in names]
    changed = [
        Mutated(
            name=one.fault.name,
            content=one.version,
            documents=tuple(text.model_copy(update={"text": one.document(text.text)}) for text in (RETURNS, SHOP)) if one.documents else (),
        )
        for one in made
    ]
    case = EvaluationCase(number=1, inputs={"question": "Within how many days can parcels be sent back?"})
    return Params(content=CONTENT, documents=(RETURNS, SHOP), cases=(case,), mutants=tuple(changed))


async def test_the_wrong_passage_and_yesterdays_document_reach_the_model() -> None:
    model = Scripted(lambda request, _: request.messages[0].content)
    asked = params("the wrong passage", "yesterday's document", "temperature 1.3")
    steps = {step.data["mutant"]: step.data async for step in run(model, asked)}
    assert {name: data["text"] for name, data in steps.items()} == {
        "": f"returns: {RETURNS.text}",
        "the wrong passage": f"shop: {SHOP.text}",
        "yesterday's document": "returns: Parcels can be sent back within 45 days.",
        "temperature 1.3": f"returns: {RETURNS.text}",
    }
    assert (calls(asked), alike(asked)) == (4, 0), "none of them is the same call, though none is known before it is looked up"


async def test_a_smaller_model_answers_for_that_mutant_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    closed: list[Model] = []
    small = Scripted(["I am small."])
    small.card_ = small.card.model_copy(update={"slug": "small"})

    async def opened(slug: str) -> Model:
        assert slug == "small"
        return small

    async def close(model: Model) -> None:
        closed.append(model)

    monkeypatch.setattr(clinic, "open_model", opened)
    monkeypatch.setattr(clinic, "close", close)
    steps = {
        step.data["mutant"]: step.data["text"] async for step in run(Scripted(["I am large."]), params("a smaller model", smaller="small"))
    }
    assert steps == {"": "I am large.", "a smaller model": "I am small."}
    assert closed == [small]

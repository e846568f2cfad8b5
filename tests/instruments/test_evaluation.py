"""What a version's parts do in an evaluation: what is looked up, what is called and told, and what it is held to."""

import json
from typing import Any

import pytest

from fluencylab.instruments.base import Step
from fluencylab.instruments.evaluation import EvaluationCase, Params, lacks, run
from fluencylab.instruments.lookup import SearchedDocument
from fluencylab.instruments.tool_calls import ENDED
from fluencylab.models.client import Client
from fluencylab.models.scripted import ABILITIES, Scripted
from fluencylab.models.types import Completion, Model, ModelCapabilities, ModelInfo, ToolCall, Usage
from fluencylab.workbench.retrieval import Retrieval
from fluencylab.workbench.tools import MOST_CALLS, NO_JSON, NOTHING, UNKNOWN, Tool
from fluencylab.workbench.version import Version

ORDER: dict[str, Any] = {"type": "object", "properties": {"order": {"type": "string", "maxLength": 500}}, "required": ["order"]}
TRACK = Tool(name="track", description="Where it is", parameters=ORDER, table=({"order": "Q-1", "where": "Oslo"},))
CALLS = Version.of("Be brief.", "{{question}}", tools=(TRACK,))
NATIVE = ModelInfo(slug="native", name="Native", kind="endpoint", abilities=ModelCapabilities(tools=True))
DOCUMENTS = (
    SearchedDocument(number=1, name="returns", text="Parcels can be sent back within thirty days. Members have sixty days."),
    SearchedDocument(number=2, name="shop", text="The shop in Bergen is closed on Sundays and on holidays."),
)


async def outputs(model: Model, content: Version, *questions: str, documents: tuple[SearchedDocument, ...] = ()) -> list[Step]:
    cases = tuple(EvaluationCase(number=number, inputs={"question": text}) for number, text in enumerate(questions, start=1))
    made = [step async for step in run(model, Params(content=content, cases=cases, documents=documents))]
    return sorted(made, key=lambda step: int(step.data["case"]))


def called(*calls: tuple[str, str], text: str = "") -> Completion:
    made = tuple(ToolCall(id=f"c{i}", name=name, arguments=arguments) for i, (name, arguments) in enumerate(calls))
    return Completion(text=text, tool_calls=made, finish="tool_calls", usage=Usage(prompt=10, completion=3))


@pytest.mark.parametrize("method", ["keyword", "semantic", "hybrid"])
async def test_the_passage_that_answers_is_found_and_given_in_its_place(method: str) -> None:
    looks_up = Retrieval.model_validate({"documents": [1, 2], "method": method, "k": 1, "numbered": True})
    model = Scripted(["Yes."])
    steps = await outputs(
        model, Version.of("{{passages}}", "{{question}}", retrieval=looks_up), "Is the shop closed on Sundays?", documents=DOCUMENTS
    )
    assert [one["name"] for one in steps[0].data["passages"]] == ["shop"]
    assert model.calls[0][0].messages[0].content == f"[1] shop: {DOCUMENTS[1].text}"


async def test_the_wrong_passage_is_the_next_best_and_where_there_is_none_nothing() -> None:
    passed_over = Retrieval(documents=(1, 2), method="semantic", k=1, skip=1)
    content = Version.of("{{passages}}", "{{question}}", retrieval=passed_over)
    first = await outputs(Scripted(["Yes."]), content, "Is the shop closed on Sundays?", documents=DOCUMENTS)
    assert [one["name"] for one in first[0].data["passages"]] == ["returns"]
    none = content.model_copy(update={"retrieval": passed_over.model_copy(update={"skip": 5})})
    assert (await outputs(Scripted(["Yes."]), none, "Is it?", " ", documents=DOCUMENTS))[0].data["passages"] == []


def test_a_run_without_the_documents_it_looks_things_up_in_is_none() -> None:
    content = Version.of("{{passages}}", "{{question}}", retrieval=Retrieval(documents=(1, 2)))
    with pytest.raises(ValueError, match="document 2, which it looks things up in, is not there"):
        Params(content=content, documents=DOCUMENTS[:1])


async def test_a_call_is_answered_by_the_tool_and_then_by_the_model() -> None:
    model = Scripted([called(("track", '{"order": "Q-1"}')), "It is in Oslo."], card=NATIVE)
    [step] = await outputs(model, CALLS, "Where is Q-1?")
    assert (step.data["text"], step.data["calls"]) == (
        "It is in Oslo.", [{"tool": "track", "arguments": '{"order": "Q-1"}', "result": '{"where": "Oslo"}'}],
    )  # fmt: skip
    (first, _), (second, _) = model.calls
    assert [one.name for one in first.tools] == ["track"] and first.json_schema is None
    assert [(one.role, one.tool_call_id) for one in second.messages[2:]] == [("assistant", ""), ("tool", "c0")]
    assert step.data["usage"]["prompt"] > 10, "all that was asked on the way is paid for"
    assert {request.call_id() for request, _ in model.calls} == {"output/1/0", "output/1/0/1"}


async def test_whatever_is_called_gets_an_answer_and_no_conversation_is_endless() -> None:
    odd = called(("track", "["), ("delete_all", "{}"), ("track", "[1]"), ("track", '{"order": "Q-9"}'))
    [step] = await outputs(Scripted([odd, "Done."], card=NATIVE), CALLS, "Where?")
    assert [one["result"] for one in step.data["calls"]] == [NO_JSON, UNKNOWN, NO_JSON, NOTHING]
    endless = Scripted(lambda request, _: called(("track", '{"order": "Q-1"}')), card=NATIVE)
    [step] = await outputs(endless, CALLS, "Where?")
    assert (step.kind, step.data["text"], step.data["finish"], len(step.data["calls"])) == ("output", "", ENDED, MOST_CALLS)
    lost = Scripted([called(("track", "{}")), Completion(text="", finish="length")], card=NATIVE)
    [step] = await outputs(lost, CALLS, "Where?")
    assert (step.kind, step.data["state"]) == ("missing", "length")


async def test_a_model_without_calls_of_its_own_is_held_to_a_form_for_them() -> None:
    said = [json.dumps({"tool": "track", "arguments": {"order": "Q-1"}}), json.dumps({"answer": "In Oslo."})]
    model = Scripted(said)
    [step] = await outputs(model, CALLS, "Where is Q-1?")
    assert (step.data["text"], [one["result"] for one in step.data["calls"]]) == ("In Oslo.", ['{"where": "Oslo"}'])
    first, second = (request for request, _ in model.calls)
    assert "track(order): Where it is" in first.messages[0].content and first.messages[0].content.startswith("Be brief.")
    ways = first.json_schema["anyOf"] if first.json_schema else []
    assert isinstance(ways, list) and len(ways) == 2 and "maxLength" not in json.dumps(ways)
    assert second.messages[-1].content == 'Result\n{"where": "Oslo"}'


async def test_what_is_no_call_and_no_answer_is_shown_as_it_was_written() -> None:
    steps = await outputs(
        Scripted(lambda request, _: request.messages[-1].content), CALLS, "[1]", "No JSON.", '{"tool": 7}', '{"answer": {"a": 1}}'
    )
    assert [step.data["text"] for step in steps] == ["[1]", "No JSON.", '{"tool": 7}', '{"a": 1}']


def test_what_of_a_version_a_model_does_not_heed_is_said() -> None:
    card = ModelInfo(slug="x", name="X", kind="endpoint", abilities=ModelCapabilities(temperature="default"))
    told = lacks(card, Params(content=Version.of("", "{{question}}", json_schema=ORDER, tools=(TRACK,))))
    assert [sentence.split(" ")[1] for sentence in told] == ["was", "schema", "has"]
    able = card.model_copy(update={"abilities": ABILITIES.model_copy(update={"tools": True})})
    assert lacks(able, Params(content=CALLS.model_copy(update={"json_schema": ORDER}))) == []


async def test_the_real_model_answers_from_what_was_found_and_in_the_form_it_is_held_to(model: Client) -> None:
    form: dict[str, Any] = {
        "type": "object",
        "properties": {"days": {"type": "integer", "maximum": 99}},
        "required": ["days"],
        "additionalProperties": False,
    }
    looks_up = Retrieval(documents=(1, 2), k=1, method="hybrid")
    content = Version.of(
        "Answer from the text, as JSON.\n{{passages}}", "{{question}}", max_tokens=24, json_schema=form, retrieval=looks_up
    )
    [step] = await outputs(model, content, "Within how many days can parcels be sent back?", documents=DOCUMENTS)
    assert step.data["passages"][0]["name"] == "returns"
    assert set(json.loads(step.data["text"])) == {"days"}


@pytest.mark.long
async def test_the_real_model_is_held_to_a_call_or_an_answer(model: Client) -> None:
    tool = TRACK.model_copy(update={"parameters": {"type": "object", "properties": {"order": {"enum": ["Q-1"]}}, "required": ["order"]}})
    [step] = await outputs(model, CALLS.model_copy(update={"tools": (tool,), "max_tokens": 40}), "Where is my parcel Q-1?")
    assert all(one == {"tool": "track", "arguments": '{"order": "Q-1"}', "result": '{"where": "Oslo"}'} for one in step.data["calls"])
    assert step.data["calls"] or step.data["text"]

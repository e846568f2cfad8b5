"""Tools with what they answer: looked up or filled in, whoever calls them with whatever; and as they are typed."""

import json
from typing import Any

import pytest
from pydantic import ValidationError

from fluencylab.errors import BadInput
from fluencylab.workbench.tools import NOTHING, Tool, answer, definitions_of, read_tools, results_of
from fluencylab.workbench.version import Version

ORDER: dict[str, Any] = {"type": "object", "properties": {"order": {"type": "string"}}, "required": ["order"]}
TRACK = Tool(
    name="track", description="Where it is", parameters=ORDER, table=({"order": "Q-1", "where": "Oslo"}, {"order": "Q-2", "where": ""})
)
FIND = Tool(name="find", parameters=ORDER, result="Order {{order}} of {{customer}}.")
TYPED = json.dumps([{"type": "function", "function": {"name": "track", "description": "Where it is", "parameters": ORDER}}])


@pytest.mark.parametrize(
    ("tool", "arguments", "says"),
    [
        (TRACK, {"order": "q-1"}, '{"where": "Oslo"}'),
        (TRACK, {"order": "Q-9"}, NOTHING),
        (TRACK, {}, NOTHING),
        (TRACK, {"order": ["Q-1"]}, NOTHING),
        (FIND, {"order": "Q-1"}, "Order Q-1 of Ada."),
        (FIND, {"other": 1}, "Order  of Ada."),
        (FIND, {"order": "{{customer}}"}, "Order {{customer}} of Ada."),
        (FIND, {"order": 7, "customer": "Bo"}, "Order 7 of Bo."),
    ],
)
def test_a_call_is_answered_by_what_was_written_down(tool: Tool, arguments: dict[str, Any], says: str) -> None:
    assert answer(tool, arguments, {"customer": "Ada"}) == says


def test_a_case_brings_what_a_result_needs_beside_the_arguments() -> None:
    assert Version.of("", "{{question}}", tools=(TRACK, FIND)).needs == ("question", "customer")


def test_what_is_typed_becomes_tools_and_is_typed_the_same_again() -> None:
    made = [Tool.model_validate(one) for one in read_tools(TYPED, "# track\norder,where\nQ-1,Oslo\nQ-2,\n")]
    assert made == [TRACK]
    assert read_tools(TYPED, "# track\r\norder,where\r\nQ-1,Oslo\r\nQ-2,\r\n") == read_tools(TYPED, "# track\norder,where\nQ-1,Oslo\nQ-2,")
    both = (TRACK, FIND)
    assert tuple(Tool.model_validate(one) for one in read_tools(definitions_of(both), results_of(both))) == both
    [plain] = read_tools('{"name": "hours", "input_schema": {"type": "object"}}', "# hours\nOpen from nine, every day.")
    assert plain["result"] == "Open from nine, every day." and read_tools(" ", "") == ()
    assert "result" not in read_tools(TYPED, "")[0], "that it has no answer is said of the tool, by its name"


@pytest.mark.parametrize(
    ("definitions", "results", "says"),
    [
        ("[", "", "not JSON"),
        ("[1]", "", "an object with a name"),
        (TYPED, "In Oslo.", "which tool answers this"),
        (TYPED, "# other\nIn Oslo.", "no tool of that name"),
        ("[" * 100_000, "", "not JSON|too deep"),
    ],
)
def test_what_cannot_be_read_is_refused_in_a_sentence(definitions: str, results: str, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        read_tools(definitions, results)


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"name": "no name"}, "pattern"),
        ({"table": (), "result": ""}, "needs an answer"),
        ({"result": "both"}, "needs an answer"),
        ({"table": (), "result": "{{"}, "not closed"),
        ({"parameters": {"type": "nonsense"}}, "no JSON schema"),
        ({"parameters": {"type": "array"}}, "an object with properties"),
    ],
)
def test_a_tool_is_named_has_a_form_and_one_answer(changed: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        Tool.model_validate(TRACK.model_dump() | changed)


def test_two_tools_of_one_name_are_refused() -> None:
    with pytest.raises(ValidationError, match="two of its tools have one name"):
        Version.of("", "x", tools=(TRACK, TRACK))

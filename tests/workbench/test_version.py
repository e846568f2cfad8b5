"""What a version may be: what it looks up has a place in its words, its schema is one, and each change is told part by part."""

import json
from typing import Any

import pytest
from pydantic import JsonValue, ValidationError

from fluencylab.errors import BadInput
from fluencylab.models.types import Message
from fluencylab.workbench.output import Passage
from fluencylab.workbench.retrieval import NOTHING, Retrieval, as_text
from fluencylab.workbench.schemas import DEEPEST, LARGEST, enforceable
from fluencylab.workbench.turns_typed import read_turns, typed
from fluencylab.workbench.version import Version
from fluencylab.workbench.version_changes import differences

LOOKS_UP = Retrieval(documents=(2, 1, 2))
FROM_TEXT = Version.of("From the text:\n{{passages}}", "{{question}}", retrieval=LOOKS_UP)


def refused(**parts: Any) -> str:
    with pytest.raises(ValidationError) as error:
        Version.of("Be brief.", "{{question}}", **parts)
    return str(error.value)


def test_a_version_kept_before_there_were_other_parts_is_what_it_was() -> None:
    old = {"messages": [{"role": "user", "content": "{{question}}"}], "temperature": 0.0, "max_tokens": 200}
    assert Version.model_validate(old) == Version.of("", "{{question}}")


def test_what_is_found_needs_a_place_and_what_is_searched_for_a_variable() -> None:
    assert "write {{passages}} there" in refused(retrieval=LOOKS_UP)
    for query, why in (("refunds", "no {{variable}}"), ("{{passages}}", "cannot hold"), ("{{question", "not closed")):
        assert why in refused(retrieval={"documents": [1], "query": query})
    assert "smaller than the chunk" in refused(retrieval={"documents": [1], "size": 20, "overlap": 20})
    assert LOOKS_UP.documents == (1, 2)


def test_a_case_brings_what_the_words_and_the_search_ask_for_and_not_what_is_found() -> None:
    two = FROM_TEXT.model_copy(update={"retrieval": Retrieval(documents=(1,), query="{{product}}: {{question}}")})
    assert (FROM_TEXT.needs, two.needs) == (("question",), ("question", "product"))
    assert Version.of("{{passages}}", "{{question}}").needs == ("passages", "question"), "a case may bring passages itself"


def test_passages_stand_with_their_names_and_with_numbers_where_these_are_wanted() -> None:
    found = [Passage(name="policy", text="30 days."), Passage(name="shop", text="Closed on Sundays.")]
    assert as_text(found, numbered=False) == "policy: 30 days.\n\nshop: Closed on Sundays."
    assert as_text(found, numbered=True).startswith("[1] policy: 30 days.\n\n[2] shop")
    assert as_text([], numbered=True) == NOTHING


def test_turns_that_show_how_to_answer_are_typed_and_read_the_same() -> None:
    turns = (Message(role="user", content="Is it late?\n\nPlease."), Message(role="assistant", content="# Yes\nI look."))
    version = Version.of("Be brief.", "{{question}}", turns=turns)
    assert (version.instructions, version.shown, version.sent) == ("Be brief.", turns, "{{question}}")
    assert read_turns(typed(version.shown)) == turns and read_turns(" ") == ()
    assert Version.of("", "{{question}}").shown == () and Version.of("", "{{question}}").instructions == ""
    with pytest.raises(BadInput, match="who speaks it"):
        read_turns("Is it late?\n# Assistant\nYes.")


def nested(levels: int) -> dict[str, JsonValue]:
    found: dict[str, JsonValue] = {"type": "string"}
    for _ in range(levels):
        found = {"type": "object", "properties": {"a": found}}
    return found


def test_a_schema_is_one_and_has_a_size() -> None:
    assert Version.of("", "x", json_schema=nested(3)).json_schema == nested(3)
    assert "no JSON schema" in refused(json_schema={"type": "nonsense"})
    assert "levels" in refused(json_schema=nested(DEEPEST))
    assert f"{LARGEST:,} characters" in refused(json_schema={"enum": ["x" * LARGEST]})
    assert "no JSON schema" in refused(json_schema={"$ref": "https://example.org/schema.json"})


def test_the_engine_is_not_held_to_limits_that_make_long_grammars() -> None:
    drawn: dict[str, JsonValue] = {
        "type": "object",
        "properties": {"maxLength": {"type": "string", "maxLength": 2000}, "tags": {"type": "array", "maxItems": 9}},
    }
    held = enforceable(drawn)
    assert held["properties"] == {"maxLength": {"type": "string"}, "tags": {"type": "array", "maxItems": 9}}
    assert "2000" in json.dumps(drawn), "what was given is left as it is"
    assert enforceable(None) is None


def test_each_part_that_changed_is_told_by_its_name_and_no_other() -> None:
    names = {1: "policy", 2: "handbook"}
    more = FROM_TEXT.model_copy(update={"retrieval": LOOKS_UP.model_copy(update={"k": 5, "documents": (1,)})})
    told = differences(FROM_TEXT, more, names)
    assert list(told) == ["looks things up"]
    pieces = [(piece.where, piece.text.strip()) for piece in told["looks things up"] if piece.where != "both"]
    assert pieces == [("before", "in handbook"), ("before", "3"), ("after", "5")]
    other = FROM_TEXT.model_copy(update={"retrieval": None, "model": "llama", "json_schema": nested(1), "temperature": 1.0})
    assert list(differences(FROM_TEXT, other, names)) == ["settings", "model", "looks things up", "schema"]
    assert differences(FROM_TEXT, FROM_TEXT, names) == {}

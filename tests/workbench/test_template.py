"""Messages with variables, filled from a case."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fluencylab.errors import BadInput
from fluencylab.models.types import Message
from fluencylab.workbench.template import filled, unknown, variables

MESSAGES = [
    Message(role="system", content="You answer for {{shop}}."),
    Message(role="user", content="Order {{ order no. }}: {{question}} ({{shop}})"),
]


def test_variables_are_told_once_in_order() -> None:
    assert variables(MESSAGES) == ("shop", "order no.", "question")
    assert variables([Message(role="user", content='{"a": {"b": 1}} {x}')]) == ()


def test_a_case_fills_its_places_and_is_never_expanded_again() -> None:
    case = {"shop": "{{question}}", "order no.": r"\1 Q-1", "question": "Where is {{shop}}, {it}?", "tag": "late"}
    assert [message.content for message in filled(MESSAGES, case)] == [
        "You answer for {{question}}.",
        r"Order \1 Q-1: Where is {{shop}}, {it}? ({{question}})",
    ]


@given(st.text())
def test_whatever_a_case_says_stands_in_the_message_as_it_is(value: str) -> None:
    [message] = filled([Message(role="user", content="<{{x}}>")], {"x": value})
    assert message.content == f"<{value}>"


@pytest.mark.parametrize("text", ["Order {{order", "Order {{order}} and {{question}", "{{ {{a}}", "{{"])
def test_one_that_is_not_closed_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match=r"not closed|not the name"):
        variables([Message(role="user", content=text)])


@pytest.mark.parametrize("text", ["{{}}", "{{ }}", "{{1st}}", "{{a|b}}", "{{#if x}}"])
def test_what_is_no_name_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="not the name of a variable"):
        variables([Message(role="user", content=text)])


def test_a_case_that_lacks_a_variable_is_refused_with_what_it_has() -> None:
    with pytest.raises(BadInput, match=r"asks for \{\{order no\.\}\} and \{\{question\}\}") as refused:
        filled(MESSAGES, {"shop": "Quillby", "tag": "x"})
    assert "shop, tag" in refused.value.fix


def test_a_variable_that_no_column_has_is_refused() -> None:
    unknown(MESSAGES, ("question", "order no.", "shop"))
    with pytest.raises(BadInput, match=r"\{\{shop\}\}, and the dataset has no such column") as refused:
        unknown(MESSAGES, ("question", "order no."))
    assert "question, order no." in refused.value.fix

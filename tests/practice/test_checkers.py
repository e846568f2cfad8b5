"""The checks of repairs, by hand and by whatever hypothesis thinks of."""

import json
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fluencylab.curriculum.repairs import Check
from fluencylab.practice.checkers import CHECKERS, wrong
from fluencylab.text.surface import number


@pytest.mark.parametrize(
    ("kind", "text", "value", "holds"),
    [
        ("equals", " “Q-4821”. ", "q-4821", True),
        ("equals", "It is Q-4821", "Q-4821", False),
        ("equals", "", "", True),
        ("contains", "Within 45  DAYS.", "45 days", True),
        ("contains", "Within 40 days", "45 days", False),
        ("lacks", "Within 45 days", "14", True),
        ("lacks", "Not 14 but 45", "14", False),
        ("pattern", "find_order(Q-1)", r"^find_order\(", True),
        ("pattern", "I call find_order(Q-1)", r"^find_order\(", False),
        ("number", "40 euros", "40", True),
        ("number", "That is 40.", "40", True),
        ("number", "1,250 euros", "1250", True),
        ("number", "12,5", "12.5", True),
        ("number", "40 of 2", "40", False),
        ("number", "forty", "40", False),
        ("number", "٤٠ euros", "40", True),
        ("label", "Refund. Because it broke", "refund", True),
        ("label", "Not a refund", "refund", False),
        ("label", "", "refund", False),
        ("words", "one two", "2", True),
        ("words", "one two three", "2", False),
        ("words", "  ", "2", False),
        ("json", '{"day": "friday ", "guests": 2}', '{"guests": 2, "day": "Friday"}', True),
        ("json", '{"guests": 2}', '{"guests": 2, "day": "Friday"}', False),
        ("json", '{"guests": "2"}', '{"guests": 2}', False),
        ("json", '{"guests": true}', '{"guests": 1}', False),
        ("json", '[{"a": [1, 2]}]', '[{"a": [1, 2]}]', True),
        ("json", "[" * 100_000, "[]", False),
        ("json", "a table for two", "{}", False),
        ("ends", "All is well. ", ".!?", True),
        ("ends", "All is", ".!?", False),
    ],
)
def test_a_check_reads_an_answer_as_a_person_would(kind: str, text: str, value: str, holds: bool) -> None:
    assert CHECKERS[kind](text, value) is holds


def test_the_first_check_that_fails_says_why_and_the_case_fills_its_place() -> None:
    checks = (Check(kind="contains", says="no number"), Check(kind="words", value="2", says="too long"))
    assert wrong(checks, "Q-1 it is, dear", "Q-1") == "too long"
    assert wrong(checks, "Q-2", "Q-1") == "no number"
    assert wrong(checks, "Q-1", "Q-1") == ""
    assert wrong((Check(kind="pattern", value=r"^{expect}$", says="other"),), "a+b", "a+b") == ""


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=80), st.sampled_from(sorted(set(CHECKERS) - {"pattern", "words", "number"})))
def test_no_answer_breaks_a_checker(text: str, kind: str) -> None:
    assert CHECKERS[kind](text, "Q-1") in (True, False)
    assert CHECKERS["number"](text, "7") in (True, False)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 10**9), st.text(alphabet="abc .,\n", max_size=20))
def test_a_number_is_found_among_words(value: int, around: str) -> None:
    words = re.sub(r"[.,]", " ", around)
    assert number(f"{words} {value} {words}") == value


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=5), lambda inner: st.lists(inner, max_size=3)))
def test_json_is_equal_to_itself(value: object) -> None:
    assert CHECKERS["json"](json.dumps(value), json.dumps(value))

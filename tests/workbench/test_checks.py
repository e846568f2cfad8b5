"""Checks of one output: what passes, what fails, what cannot be told, and the words for each."""

from typing import Any, get_args

import pytest

from fluencylab.errors import BadInput
from fluencylab.workbench.checks import Check, Contains, Equals, Pattern, asks_for, for_case, judged, read_check, said
from fluencylab.workbench.output import Output, Passage

PASSAGES = (
    Passage(name="Returns", text="Refunds take 30 days from the day the parcel arrives."),
    Passage(name="gift-cards.md", text="A gift card is valid for three years."),
)
SCHEMA = {"type": "object", "required": ["total"], "properties": {"total": {"type": "number"}, "day": {"enum": ["mon", "tue"]}}}

CASES: list[tuple[dict[str, Any], str, bool | None, str]] = [
    ({"kind": "equals", "value": "refund"}, "Refund.", True, "It is “refund”."),
    ({"kind": "equals", "value": "refund"}, "“REFUND”", True, "It is “refund”."),
    ({"kind": "equals", "value": "refund"}, "A refund", False, "It is not “refund”."),
    ({"kind": "contains", "values": ["45 days"]}, "Within 45\u00a0 DAYS.", True, "It holds “45 days”."),
    ({"kind": "contains", "values": ["45 days", "free"]}, "Within 45 days", False, "It does not hold “free”."),
    ({"kind": "contains", "values": ["a", "b", "c"], "how": "all"}, "xyz", False, "It does not hold “a”, “b” or “c”."),
    ({"kind": "contains", "values": ["refund", "money back"], "how": "any"}, "Your money back", True, "It holds “money back”."),
    ({"kind": "contains", "values": ["refund", "money"], "how": "any"}, "No idea", False, "It holds none of “refund” and “money”."),
    ({"kind": "contains", "values": ["guarantee"], "how": "none"}, "We guarantee it", False, "It holds “guarantee”."),
    ({"kind": "contains", "values": ["guarantee", "promise"], "how": "none"}, "Ok", True, "It does not hold “guarantee” or “promise”."),
    ({"kind": "pattern", "value": r"Q-\d{4}"}, "order q-4821", True, r"The pattern Q-\d{4} is found."),
    ({"kind": "pattern", "value": r"Q-\d{4}"}, "order 4821", False, r"The pattern Q-\d{4} is not found."),
    ({"kind": "pattern", "value": r"Q-\d{4}", "absent": True}, "order q-4821", False, "is found."),
    ({"kind": "pattern", "value": r"(a|aa)+$"}, "a" * 60 + "!", None, "does not come to an end"),
    ({"kind": "schema", "value": SCHEMA}, ' {"total": 12.5, "day": "mon"} ', True, "matches the schema"),
    ({"kind": "schema", "value": SCHEMA}, '{"day": "mon"}', False, 'schema: "total" is a required property.'),
    ({"kind": "schema", "value": SCHEMA}, '{"total": "12"}', False, 'total: "12" is not of type "number".'),
    ({"kind": "schema", "value": SCHEMA}, '```json\n{"total": 1}\n```', False, "code fence"),
    ({"kind": "schema", "value": SCHEMA}, 'Here it is: {"total": 1}', False, "not JSON"),
    ({"kind": "schema", "value": SCHEMA}, '{"total": NaN}', False, "not JSON"),
    ({"kind": "schema", "value": SCHEMA}, "[" * 100_000, False, "too deep"),
    ({"kind": "schema", "value": {"required": list("abcde")}}, "{}", False, "and 2 more"),
    ({"kind": "number", "low": 40, "high": 45}, "About 42.5 euros", True, "Its number is 42.5."),
    ({"kind": "number", "low": 40}, "1,250 euros", True, "Its number is 1,250."),
    ({"kind": "number", "high": 0}, "It fell by -5", True, "Its number is -5."),
    ({"kind": "number", "low": 40}, "forty", False, "It holds no number."),
    ({"kind": "number", "low": 40}, "41 of 50", None, "It holds 2 numbers: say which one is meant."),
    ({"kind": "number", "low": 40}, "41, I say 41", True, "Its number is 41."),
    ({"kind": "number", "low": 40, "which": "first"}, "41 of 5", True, "Its number is 41."),
    ({"kind": "number", "low": 40, "which": "last"}, "41 of 5", False, "Its number is 5."),
    ({"kind": "length", "most": 3}, "one two three", True, "It has 3 words."),
    ({"kind": "length", "most": 3}, "one two three four", False, "It has 4 words."),
    ({"kind": "length", "least": 2}, "one", False, "It has 1 word."),
    ({"kind": "length", "most": 2, "unit": "characters"}, "é👩‍👧", True, "It has 2 characters."),
    ({"kind": "language", "code": "de"}, "Ihre Bestellung kommt am Montag.", True, "It is in German."),
    ({"kind": "language", "code": "de"}, "Your order will arrive on Monday.", False, "It is in English."),
    ({"kind": "language", "code": "de"}, "OK", None, "too short"),
    ({"kind": "cites"}, "Thirty days [1].", True, "It names 1 of 2 passages."),
    ({"kind": "cites"}, "Thirty days 【1†source】, three years [1, 2].", True, "It names 2 of 2 passages."),
    ({"kind": "cites"}, "Both say so [1-2].", True, "It names 2 of 2 passages."),
    ({"kind": "cites"}, "It is in gift-cards.md, I think.", True, "It names 1 of 2 passages."),
    ({"kind": "cites"}, "Thirty days [3].", False, "It names [3], and was given 2 passages."),
    ({"kind": "cites"}, "Both say so [1-3].", False, "It names [3], and was given 2 passages."),
    ({"kind": "cites"}, "Thirty days.", False, "It names no source; it was given 2 passages."),
    ({"kind": "cites", "quotes": True}, "“Refunds take 30 days from the day” [1]", True, "It names 1 of 2 passages."),
    ({"kind": "cites", "quotes": True}, "“Refunds take 40 days from the day” [1]", False, "which stands in no passage"),
    ({"kind": "cites", "quotes": True}, 'It says "forty days" [1]', True, "It names 1 of 2 passages."),
    ({"kind": "declines"}, "I'm not sure about that.", True, "It says that it does not know."),
    ({"kind": "declines"}, "It takes 30 days to arrive.", False, "It does not say that it does not know."),
    ({"kind": "declines", "wanted": False}, "I don't know.", False, "It says that it does not know."),
    ({"kind": "declines", "wanted": False}, "It takes 30 days.", True, "It does not say"),
    ({"kind": "declines"}, "Das weiß ich nicht.", True, "It says that it does not know."),
    ({"kind": "declines"}, "Das ist mir leider überhaupt nicht bekannt.", None, "It is in German, where only set phrases"),
    ({"kind": "mentions", "value": "On Tuesday at 09:40."}, "Come at 9:40", True, "It names 1 of the 2 figures and names"),
    ({"kind": "mentions", "value": "On Tuesday at 09:40.", "least": 2}, "Come at 9:40", False, "It names 1 of the 2"),
    ({"kind": "mentions", "value": "On Tuesday at 09:40.", "least": 9}, "TUESDAY, 09:40", True, "It names 2 of the 2"),
    ({"kind": "mentions", "value": "Reception can say."}, "Reception", None, "names no figure"),
    ({"kind": "latency", "most": 2}, "x", True, "It took 1.5 s."),
    ({"kind": "latency", "most": 1.4}, "x", False, "It took 1.5 s."),
    ({"kind": "cost", "most": 0.002}, "x", True, "It cost $0.0015."),
    ({"kind": "cost", "most": 0.001}, "x", False, "It cost $0.0015."),
]


@pytest.mark.parametrize(("data", "text", "passed", "why"), CASES, ids=[f"{case[0]['kind']}-{i}" for i, case in enumerate(CASES)])
def test_a_check_judges_and_says_why(data: dict[str, Any], text: str, passed: bool | None, why: str) -> None:
    found = judged(read_check(data), Output(text=text, seconds=1.5, money=0.0015, passages=PASSAGES))
    assert (found.passed, why in found.why) == (passed, True), found


def kinds() -> set[str]:
    return {member.model_fields["kind"].default for member in get_args(get_args(Check)[0])}


def test_every_kind_is_seen_to_pass_and_to_fail() -> None:
    for passed in (True, False):
        assert {data["kind"] for data, _, found, _ in CASES if found is passed} == kinds() - {"judge"}, (
            "a judge passes and fails nothing before its model is asked"
        )


@pytest.mark.parametrize("data", [case[0] for case in CASES], ids=[f"{case[0]['kind']}-{i}" for i, case in enumerate(CASES)])
def test_a_check_is_said_in_a_sentence_and_survives_being_stored(data: dict[str, Any]) -> None:
    check = read_check(data)
    assert said(check).startswith("It") or said(check).startswith("The pattern")
    assert said(check).endswith(".") and "None" not in said(check) and "  " not in said(check)
    assert read_check(check.model_dump(mode="json")) == check


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"kind": "contains", "values": ["a", "b"], "how": "any"}, "It holds “a” or “b”."),
        ({"kind": "number", "low": 0, "high": 5}, "Its number is between 0 and 5."),
        ({"kind": "number", "low": 5, "high": 5}, "Its number is exactly 5."),
        ({"kind": "number", "high": 5, "which": "last"}, "Its last number is at most 5."),
        ({"kind": "length", "most": 1200}, "It has at most 1,200 words."),
        ({"kind": "schema", "value": SCHEMA}, "It is JSON that matches the schema of total, day, and nothing else stands around it."),
        ({"kind": "cost", "most": 0.002}, "It costs at most $0.002."),
        ({"kind": "cost", "most": 1.5}, "It costs at most $1.50."),
    ],
)
def test_what_a_check_asks_for(data: dict[str, Any], words: str) -> None:
    assert said(read_check(data)) == words


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ({"kind": "contains", "values": []}, "values"),
        ({"kind": "contains", "values": [""]}, "values"),
        ({"kind": "equals"}, "value"),
        ({"kind": "pattern", "value": "("}, "not a regular expression"),
        ({"kind": "schema", "value": {"type": "objekt"}}, "no JSON schema"),
        ({"kind": "schema", "value": {"$ref": "https://example.com/schema.json"}}, "no JSON schema"),
        ({"kind": "schema", "value": {"$ref": "file:" + "///etc/hostname"}}, "no JSON schema"),
        ({"kind": "number"}, "the smallest number"),
        ({"kind": "number", "low": 3, "high": 2}, "larger than the largest"),
        ({"kind": "number", "low": "NaN"}, "finite"),
        ({"kind": "length"}, "the fewest"),
        ({"kind": "length", "least": 3, "most": 2}, "more than the most"),
        ({"kind": "language", "code": "tlh"}, "these can: ar, bg"),
        ({"kind": "latency", "most": 0}, "greater than 0"),
        ({"kind": "vibes"}, "does not match any of the expected tags"),
        ({"kind": "equals", "value": "x", "colour": "red"}, "colour"),
        ("equals", "dictionary"),
    ],
)
def test_what_is_no_check_is_refused_in_a_sentence(data: Any, why: str) -> None:
    with pytest.raises(BadInput, match="This check cannot be used") as refused:
        read_check(data)
    assert why in refused.value.message and "\n" not in refused.value.message


@pytest.mark.parametrize("data", [case[0] for case in CASES[::3]])
def test_without_an_answer_nothing_is_told(data: dict[str, Any]) -> None:
    found = judged(read_check(data), Output(error="The endpoint does not answer."))
    assert found == (None, "There is no answer: The endpoint does not answer.")


def test_an_empty_answer_passes_no_check_of_its_words() -> None:
    for data, *_ in CASES:
        if data["kind"] not in ("latency", "cost"):
            assert judged(read_check(data), Output(text=" \n")) == (False, "The answer is empty.")


def test_what_was_not_measured_and_not_given_cannot_be_told() -> None:
    for data in ({"kind": "latency", "most": 1}, {"kind": "cost", "most": 1}, {"kind": "cites"}):
        assert judged(read_check(data), Output(text="x [1]")).passed is None


def nested(depth: int) -> dict[str, Any]:
    schema: dict[str, Any] = {}
    for _ in range(depth):
        schema = {"properties": {"a": schema}}
    return schema


def test_what_is_said_of_a_schema_is_never_longer_than_a_few_lines() -> None:
    long = judged(read_check({"kind": "schema", "value": {"type": "string"}}), Output(text='{"a": "' + "long " * 900 + '"}'))
    assert long.passed is False and len(long.why) < 250
    with pytest.raises(BadInput) as refused:
        read_check({"kind": "schema", "value": nested(2000)})
    assert len(refused.value.message) < 250


@pytest.mark.parametrize("schema", [{"$ref": "#"}, {"allOf": [{"$ref": "#"}]}, {"additionalProperties": {"pattern": "(a|aa)+$"}}])
def test_a_schema_that_turns_in_a_circle_or_never_ends_is_judged(schema: dict[str, Any]) -> None:
    assert judged(read_check({"kind": "schema", "value": schema}), Output(text='{"k": "' + "a" * 60 + '!"}')).passed is not None


def test_an_answer_that_was_cut_off_says_so() -> None:
    assert judged(Equals(value="a b"), Output(text="a", finish="length")).why == "It is not “a b”. It was cut off at the output limit."


def test_a_check_takes_what_the_case_says_is_right() -> None:
    case = {"reference": "Q-1.5 {{x}}", "name": "Ana"}
    assert for_case(Equals(value="{{reference}}"), case) == Equals(value="Q-1.5 {{x}}")
    assert for_case(Contains(values=("{{reference}}", "dear {{name}}"), how="any"), case).values == ("Q-1.5 {{x}}", "dear Ana")  # type: ignore[union-attr]
    pattern = for_case(Pattern(value=r"^{{reference}}\W*$"), {"reference": "Q-1.5"})
    assert judged(pattern, Output(text="Q-1.5!")).passed and not judged(pattern, Output(text="Q-1x5")).passed
    assert asks_for(Contains(values=("{{name}}", "{{reference}} {{name}}"))) == ("name", "reference")
    assert for_case(Equals(value="x"), {}) == Equals(value="x")
    with pytest.raises(BadInput, match=r"asks for \{\{reference\}\}, and this case has none"):
        for_case(Equals(value="{{reference}}"), {"reference": ""})

"""Products with one fault, and how well a spec tells them from a good one."""

import pytest

from fluencylab.models.types import Message
from fluencylab.stats import share
from fluencylab.workbench.mutants import FAULTS, SMALLER, false_alarms, mutants, mutation_score, really_worse
from fluencylab.workbench.retrieval import Retrieval
from fluencylab.workbench.tools import Tool
from fluencylab.workbench.version import Version

SYSTEM = "You answer for Quillby. Refunds take 30 days. Be brief. Never promise a date."
LAST = "{{question}} From: {{passages}}"
FULL = Version(
    messages=(
        Message(role="system", content=SYSTEM),
        Message(role="user", content="Is it late?"),
        Message(role="assistant", content="I look."),
        Message(role="user", content="{{question}} From: {{passages}}"),
    ),
    max_tokens=200,
    json_schema={"type": "object"},
    tools=(Tool(name="track", parameters={}, result="In Oslo."),),
    retrieval=Retrieval(documents=(1,), k=4),
)


def test_each_fault_is_put_into_a_version_that_has_what_it_breaks() -> None:
    made = {mutant.fault.name: mutant for mutant in mutants(FULL, "small")}
    assert list(made) == [*(fault.name for fault in FAULTS), SMALLER]
    assert [one.role for one in made["no instructions"].version.messages] == ["user", "assistant", "user"]
    assert made["half the instructions"].version.messages[0].content == "You answer for Quillby. Refunds take 30 days."
    assert made["the last rule lost"].version.messages[0].content == "You answer for Quillby. Refunds take 30 days. Be brief."
    assert [one.content for one in made["no examples"].version.messages] == [SYSTEM, LAST]
    assert (made["temperature 1.3"].version.temperature, made["output limit"].version.max_tokens) == (1.3, 50)
    assert made["temperature 1.3"].version.messages == FULL.messages


def test_what_it_looks_up_its_form_and_its_model_are_broken_one_by_one() -> None:
    made = {mutant.fault.name: mutant.version for mutant in mutants(FULL, "small")}
    found = {name: version.retrieval for name, version in made.items()}
    wrong, half = found["the wrong passage"], found["half of what was found"]
    assert wrong and half and ((wrong.skip, wrong.k), half.k) == ((4, 4), 2)
    assert [tool.result for tool in made["tool results ignored"].tools] == ["(no result)"]
    assert made["schema dropped"].json_schema is None and made[SMALLER].model == "small"
    copied = made["examples copied"].messages
    assert [one.content for one in copied] == [SYSTEM, f"user: Is it late?\nassistant: I look.\n\n{LAST}"]
    one = FULL.model_copy(update={"retrieval": Retrieval(documents=(1,), k=1, size=30, overlap=20)})
    halved = {mutant.fault.name: mutant.version for mutant in mutants(one)}["half of what was found"].retrieval
    assert halved and (halved.size, halved.overlap) == (15, 14)
    assert SMALLER not in {mutant.fault.name for mutant in mutants(FULL)} | {mutant.fault.name for mutant in mutants(one, one.model)}


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("Within 30 days, in 2026.", "Within 45 days, in 2026."),
        ("1. It costs 4.90.\n2. Q-4821 is gone.", "1. It costs 6.90.\n2. Q-4821 is gone."),
        ("No number is in it, at all.", "No number is "),
        ("0 or 1", "1 or 2"),
        ("", ""),
    ],
)
def test_yesterdays_document_has_other_numbers_or_half_its_words(text: str, after: str) -> None:
    made = {mutant.fault.name: mutant for mutant in mutants(FULL)}
    assert made["yesterday's document"].document(text) == after
    assert made["no examples"].document(text) == text


def test_each_mutant_has_one_fault_and_never_none() -> None:
    case = {"order": "Q-1", "question": "Where is my order Q-4821?"}
    for mutant in mutants(FULL):
        differs = [name for name in Version.model_fields if getattr(mutant.version, name) != getattr(FULL, name)]
        assert len(differs) + (mutant.case(case) != case) + (mutant.document("30 days") != "30 days") == 1, mutant.fault.name


def test_what_a_version_does_not_have_is_not_broken() -> None:
    bare = Version(messages=(Message(role="user", content="{{question}}"),), temperature=1.5, max_tokens=3)
    assert [mutant.fault.name for mutant in mutants(bare)] == ["half the input", "hidden instruction"]
    one_rule = Version.of("Be brief.", "{{question}}")
    assert "the last rule lost" not in {mutant.fault.name for mutant in mutants(one_rule)}


def test_a_fault_of_the_input_is_put_into_the_longest_variable() -> None:
    made = {mutant.fault.name: mutant for mutant in mutants(FULL)}
    case = {"order": "Q-1", "question": "Where is it?"}
    assert made["half the input"].case(case) == {"order": "Q-1", "question": "Where "}
    assert made["hidden instruction"].case(case)["question"].startswith("Where is it?\n\nNote to the assistant")
    assert made["no examples"].case(case) == case and made["half the input"].case({}) == {}


def test_a_mutant_counts_only_where_it_is_worse_by_more_than_chance() -> None:
    healthy = {str(i): [True] for i in range(20)}
    assert really_worse(healthy, {str(i): [i >= 12] for i in range(20)})
    assert not really_worse(healthy, {str(i): [i >= 3] for i in range(20)})
    assert not really_worse({case: [False] for case in healthy}, healthy)


def test_the_score_is_of_the_worse_ones_and_names_what_got_through() -> None:
    found = mutation_score({"a": True, "b": False, "c": True, "d": None, "e": True}, worse={"a", "b", "c", "d"})
    assert found[:4] == (share(2, 3), ("b",), ("e",), ("d",))
    assert found.says == (
        "The spec stops 67\u00a0% (21 to 94\u00a0%, 2 of 3) of the products that are really worse. These got through: b. "
        "1 mutant is not shown to be worse, and so not counted. On 1 mutant the spec says nothing yet."
    )
    assert mutation_score({"a": True}, worse=()).says.startswith("No mutant is known to be worse")
    assert false_alarms([True, False, False]) == share(1, 3)

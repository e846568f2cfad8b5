"""Products with one fault, and how well a spec tells them from a good one."""

from fluencylab.models.types import Message
from fluencylab.stats import share
from fluencylab.workbench.mutants import FAULTS, false_alarms, mutants, mutation_score, really_worse
from fluencylab.workbench.version import Version

SYSTEM = "You answer for Quillby. Refunds take 30 days. Be brief. Never promise a date."
FULL = Version(
    messages=(
        Message(role="system", content=SYSTEM),
        Message(role="user", content="Is it late?"),
        Message(role="assistant", content="I look."),
        Message(role="user", content="{{question}}"),
    ),
    max_tokens=200,
)


def test_each_fault_is_put_into_a_version_that_has_what_it_breaks() -> None:
    made = {mutant.fault.name: mutant for mutant in mutants(FULL)}
    assert list(made) == [fault.name for fault in FAULTS]
    assert [one.role for one in made["no instructions"].version.messages] == ["user", "assistant", "user"]
    assert made["half the instructions"].version.messages[0].content == "You answer for Quillby. Refunds take 30 days."
    assert made["the last rule lost"].version.messages[0].content == "You answer for Quillby. Refunds take 30 days. Be brief."
    assert [one.content for one in made["no examples"].version.messages] == [SYSTEM, "{{question}}"]
    assert (made["temperature 1.3"].version.temperature, made["output limit"].version.max_tokens) == (1.3, 50)
    assert made["temperature 1.3"].version.messages == FULL.messages


def test_each_mutant_has_one_fault_and_never_none() -> None:
    case = {"order": "Q-1", "question": "Where is my order Q-4821?"}
    for mutant in mutants(FULL):
        differs = [name for name in Version.model_fields if getattr(mutant.version, name) != getattr(FULL, name)]
        assert len(differs) + (mutant.case(case) != case) == 1, mutant.fault.name


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

"""What an endpoint takes is found out when it is added, by the bodies that labs send; and every later call is one that it takes."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from odd_endpoint import WORDS, Habits, odd

from fluencylab.errors import CallRefused, ModelRefused
from fluencylab.models import add_endpoint, catalogue, findings, in_force
from fluencylab.models.client import Client
from fluencylab.models.transport import Limits
from fluencylab.models.types import Completion, Message, ModelCapabilities, Request

O3 = Habits(
    length="max_completion_tokens", temperature="default", roles=("developer", "user", "assistant", "tool"), unknown=("stop", "top_p"),
    least=16, thinks=60, shows_thinking=False, effort=True, schema="typed", tools="auto",
)  # fmt: skip
CLAUDE = Habits(
    needs_length=True, temperature="alone", highest=1.0, roles=("system", "user", "assistant", "tool"), shape="plain", tools="required",
    unknown=("logprobs", "response_format", "seed"),
)  # fmt: skip
GEMINI = Habits(path="/v1beta/openai", shape="list", unknown=("seed", "logprobs"), schema="typed", tools="auto", tool_finish="stop")
GEMMA = Habits(roles=("user", "assistant"), alternate=True, shape="string", status=500)
VLLM = Habits(shape="plain", logprobs=20, seed=True, schema="typed", texts=0)
FASTAPI = Habits(shape="detail", unknown=("stop", "seed", "stream_options"), status=422)
SILENT = Habits(shape="unnamed", temperature="default", unknown=("stop", "top_p", "logprobs"), length="max_completion_tokens")

LAB = Request(
    messages=(Message(role="system", content="You answer in English."), Message(role="user", content="Name a café.")),
    temperature=0.9, max_tokens=20, stop=("opens",), top_logprobs=5,
    json_schema={"type": "object", "properties": {"probe": {"enum": ["heeded"]}}, "required": ["probe"]},
)  # fmt: skip


async def asked(habits: Habits, request: Request = LAB) -> tuple[ModelCapabilities, Completion, dict[str, Any]]:
    """What was found of such an endpoint, and how a call of a lab then went: no refusal may be met any more."""
    with odd(habits) as there:
        entry = await add_endpoint(there.address, "m")
        client = Client(entry, limits=Limits(2, 2, 5))
        before = len(there.asked)
        answer = await client.complete(request)
        await client.close()
        assert len(there.asked) == before + 1, "the first try was taken"
        return entry.abilities, answer, there.asked[-1]


@pytest.mark.parametrize(
    "habits", [O3, CLAUDE, GEMINI, GEMMA, VLLM, FASTAPI, SILENT], ids=["o3", "claude", "gemini", "gemma", "vllm", "fastapi", "silent"]
)
@pytest.mark.parametrize("heat", [0.0, 1.5])
async def test_whatever_its_habits_it_is_added_and_takes_every_call_of_a_lab(home: Path, habits: Habits, heat: float) -> None:
    found, answer, _ = await asked(habits, LAB.model_copy(update={"temperature": heat, "json_schema": None}))
    assert found.writes and answer.state == "answered"
    assert answer.text.split() == WORDS[:7] or habits.seed, "it ends before “opens”, whether it can be told so or not"


async def test_a_model_that_thinks_is_given_room_and_asked_to_think_little(home: Path) -> None:
    found, answer, sent = await asked(O3)
    assert (found.length_field, found.temperature, found.system) == ("max_completion_tokens", "default", "developer")
    assert found.reasoning and found.reasoning_effort == "low" and not found.stop and not found.logprobs and found.tools
    assert sent["max_completion_tokens"] >= 1000 and sent["reasoning_effort"] == "low" and sent["messages"][0]["role"] == "developer"
    assert not {"temperature", "top_p", "stop", "max_tokens", "logprobs"} & set(sent)
    assert answer.text and answer.usage.thinking == 30
    words = " ".join(findings.habits(found))
    assert "thinks before it answers" in words and "temperature cannot be set" in words and "developer" in words


async def test_a_model_without_a_system_role_reads_the_rule_before_the_first_message(home: Path) -> None:
    found, _, sent = await asked(GEMMA, LAB.model_copy(update={"json_schema": None}))
    assert found.system == ""
    assert sent["messages"] == [{"role": "user", "content": "You answer in English.\n\nName a café."}]


async def test_temperature_or_top_p_sends_the_one_that_says_something(home: Path) -> None:
    found, _, sent = await asked(CLAUDE)
    assert (found.temperature, found.most_temperature) == ("alone", 1.0)
    assert sent["temperature"] == 0.9 and "top_p" not in sent
    with odd(CLAUDE) as there:
        client = Client(catalogue.endpoint(there.address, "m").model_copy(update={"abilities": found}))
        await client.complete(LAB.model_copy(update={"temperature": 1.0, "top_p": 0.5, "json_schema": None}))
        await client.complete(LAB.model_copy(update={"temperature": 1.5, "json_schema": None}))
        await client.close()
        first, second = there.asked
    assert first["top_p"] == 0.5 and "temperature" not in first
    assert second["temperature"] == 1.0
    told = in_force.not_in_force(found, {"temperatures": [0.5, 1.5], "max_tokens": 20, "seed": 1})
    assert any("temperature over 1 was not in force" in one for one in told) and any("seeds were not in force" in one for one in told)


@pytest.mark.parametrize(
    ("habits", "found"),
    [
        (Habits(), {}),
        (Habits(length="max_completion_tokens"), {"length_field": "max_completion_tokens"}),
        (Habits(length=""), {"length_field": ""}),
        (Habits(least=16), {"least_tokens": 16}),
        (Habits(least=32), {"least_tokens": 32}),
        (Habits(temperature="default"), {"temperature": "default"}),
        (Habits(temperature="alone"), {"temperature": "alone"}),
        (Habits(highest=1.0), {"most_temperature": 1.0}),
        (Habits(highest=1.5), {"most_temperature": 1.5}),
        (Habits(positive=True), {"least_temperature": 0.01}),
        (Habits(roles=("user", "assistant")), {"system": ""}),
        (Habits(streams="ignored"), {"streams": False}),
        (Habits(streams="refused"), {"streams": False}),
        (Habits(unknown=("stop",)), {"stop": False}),
        (Habits(unknown=("top_p",)), {"top_p": False}),
        (Habits(logprobs=5), {"logprobs": True, "top_logprobs": 5}),
        (Habits(logprobs=20), {"logprobs": True, "top_logprobs": 20}),
        (Habits(schema="typed"), {"json_schema": True}),
        (Habits(schema="loose"), {"json_schema": True, "strict_schema": False}),
        (Habits(schema="object"), {"json_object": True}),
        (Habits(tools="auto", tool_finish="stop"), {"tools": True}),
        (Habits(tools="required"), {"tools": True}),
        (Habits(seed=True), {"seed": True}),
        (Habits(thinks=40), {"reasoning": True}),
        (Habits(thinks=8), {"reasoning": True}),
        (Habits(thinks=40, effort=True), {"reasoning": True, "reasoning_effort": "low"}),
        (Habits(texts=10), {"embeddings": True}),
        (Habits(texts=1), {"embeddings": True, "texts_a_call": 1}),
    ],
    ids=lambda value: "",
)
@pytest.mark.parametrize("shape", ["openai", "unnamed"])
async def test_each_habit_is_found_out_and_nothing_else_is_said_of_it(
    home: Path, habits: Habits, found: dict[str, Any], shape: str
) -> None:
    if shape == "unnamed" and set(found) & {"least_tokens", "top_logprobs", "strict_schema", "reasoning_effort"}:
        pytest.skip("nobody could know without a word")
    kept, answer, _ = await asked(replace(habits, shape=shape), LAB.model_copy(update={"stop": (), "json_schema": None}))
    told = {name: value for name, value in kept.model_dump(exclude_defaults=True).items() if name != "usage_in_stream"}
    wanted = {**found, **({"most_temperature": 1.0} if shape == "unnamed" and "most_temperature" in found else {})}
    assert told == wanted
    assert answer.state == "answered"


async def test_what_is_refused_only_later_is_left_out_from_then_on_and_remembered(home: Path) -> None:
    """A provider changes its model over night."""
    with odd() as there:
        entry = await add_endpoint(there.address, "m")
        there.habits = Habits(temperature="default", length="max_completion_tokens")
        client = Client(entry)
        for _ in range(2):
            assert (await client.complete(LAB)).state == "answered"
        await client.close()
    assert there.asked[-1]["max_completion_tokens"] == 20 and "temperature" not in there.asked[-1]
    refused = [body for body in there.asked[-4:] if "max_tokens" in body]
    assert len(refused) == 1, "the second call is taken at once"
    kept = catalogue.find("m").abilities
    assert (kept.temperature, kept.length_field) == ("default", "max_completion_tokens")


async def test_a_prompt_that_is_too_long_changes_nothing_of_what_is_known(home: Path) -> None:
    words = "This model's maximum context length is 128 tokens, however you requested 200 tokens (184 in the messages, 16 in max_tokens)."
    with odd() as there:
        entry = await add_endpoint(there.address, "m")
        there.habits = Habits(busy=((400, {}, words),), since=len(there.asked))
        client = Client(entry)
        with pytest.raises(CallRefused, match="maximum context length"):
            await client.complete(LAB)
        await client.close()
    assert catalogue.find("m").abilities == entry.abilities


async def test_a_call_that_is_lost_or_put_off_while_it_is_probed_is_no_cannot(home: Path) -> None:
    habits = Habits(tools="auto", schema="typed", seed=True, busy=((429, {"Retry-After": "0"}, "slow down"),), since=3, hang_up=(8, 12, 20))
    with odd(habits) as there:
        found = (await add_endpoint(there.address, "m")).abilities
    assert found.tools and found.json_schema and found.seed


async def test_a_wrong_key_is_said_at_once(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_KEY", "sk-wrong-wrong")
    with odd(Habits(key=("Authorization", "Bearer right"))) as there, pytest.raises(ModelRefused, match="refused the key"):
        await add_endpoint(there.address, "m", key_env="SOME_KEY")
    assert len(there.asked) < 8


async def test_the_bare_key_is_tried_in_a_header_of_its_own(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_KEY", "secret-of-azure")
    with odd(Habits(key=("api-key", "secret-of-azure"))) as there:
        entry = await add_endpoint(there.address, "m", key_env="SOME_KEY")
    assert entry.key_header == "api-key"

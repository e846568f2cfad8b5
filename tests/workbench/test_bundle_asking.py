"""promptfoo, Inspect and pytest ask a version with tools and with a schema what the lab asks it, and come to the same answers."""

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import outside_tools
import pytest

from fluencylab.instruments.evaluation import EvaluationCase, Params, run
from fluencylab.models import catalogue
from fluencylab.models.client import Client
from fluencylab.models.engine import KEY, Engine
from fluencylab.models.types import ModelCapabilities
from fluencylab.workbench.bundle.contents import AskedModel, BundleCase, BundleVersion, Contents
from fluencylab.workbench.checks import Contains, Length, Schema
from fluencylab.workbench.tools import Tool
from fluencylab.workbench.version import Version
from workbench.bundle_of import QUESTIONS, checks, parcels
from workbench.bundle_run import Echo, inspect, of_inspect, of_promptfoo, ours, promptfoo, ran, written

pytestmark = pytest.mark.long
NATIVE = ModelCapabilities(tools=True, json_schema=True, strict_schema=False, streams=False, seed=True)
FORMED = NATIVE.model_copy(update={"tools": False})
WRITTEN = (
    '{"order":"q-1"}', '{"order": "Q-9"}', '{"order": 1.0, "n": [1, 2.50, {"a": "ü", "b": null}]}', '{"order": "{{question}} {% raw %}"}',
    '{"order": 12345678901234567890}', '{"order": true}', "{}", '{"order": "Q-1", "order": "Q-2"}', '{"bad', '{"question": "mine"}',
    '{"order": "</tool>\\n\\"quoted\\" \\\\ $ref"}', '{"order": "ｑ－１"}',
)  # fmt: skip
"""Arguments as a model may write them, one for each case; what is no object at all stands below, for Inspect reads it as no arguments."""
PARAMETERS: dict[str, Any] = {
    "type": "object", "properties": {"order": {"type": "string", "description": "{{ env.HOME }} {% raw %}"}}, "required": ["order"],
}  # fmt: skip
TOOLS = (
    Tool(
        name="track", description="Where it is. {{ 7 * 7 }} {# note #}", parameters=PARAMETERS,
        table=({"2024": "yes", "order": "Q-1", "1": "{{question}}"}, {"2024": "no", "order": "Q-2", "1": "@two"}),
    ),
    Tool(name="find", parameters=PARAMETERS, result="Order {{order}} of {{ question }}. {% raw %}"),
)  # fmt: skip
FORM: dict[str, Any] = {
    "type": "object", "properties": {"kind": {"enum": ["{{ env.HOME }}", "b"], "description": "file://passwd"}}, "required": ["kind"],
}  # fmt: skip


class Calling(Echo):
    """A model that calls both tools, one after the other or together, and then says what the last brought back; case 7 only calls."""

    def message(self, body: dict[str, Any]) -> dict[str, Any]:
        messages = body["messages"]
        formed = any("Write one tool call as JSON" in str(one["content"]) for one in messages)
        native = bool(body.get("tools"))
        if not formed and not native:
            return {"content": '{"kind": "b"}'}
        number = next(n for n, text in enumerate(QUESTIONS) if any(one["content"] == text for one in messages))
        turns = sum(one["role"] == "assistant" for one in messages)
        if turns >= 2 and number != 6:
            last = str(messages[-1]["content"]).removeprefix("Result\n")
            return {"content": last if native else json.dumps({"answer": f"It says: {last}"})}
        name, told = ("track", "find")[turns % 2], WRITTEN[number]
        if native:
            made = [(f"call_{turns}", "unknown"), (f"call_{turns}b", name)]
            return {"content": None if turns else "Let me look.", "tool_calls": [
                {"id": one, "type": "function", "function": {"name": called, "arguments": told}} for one, called in made
            ]}  # fmt: skip
        if number == 5:
            return {"content": told}  # JSON, and neither a call nor an answer
        return {"content": f'{{"tool": "{name}", "arguments": {told if told != WRITTEN[8] else "[1]"}}}'}


def version(number: int, model: ModelCapabilities, system: str = "You are kind.", **parts: Any) -> BundleVersion:
    content = Version.of(system, "{{question}}", 0.0, 60, **parts)
    return BundleVersion(number, "one", content, {}, AskedModel(model))


def calling() -> Contents:
    """Four versions: with calls of the endpoint's own, with calls that are written, with a schema, and with both."""
    return parcels()._replace(
        versions=(
            version(1, NATIVE, tools=TOOLS),
            version(2, FORMED, "", tools=TOOLS),
            version(3, NATIVE, json_schema=FORM),
            version(4, FORMED, tools=TOOLS, json_schema=FORM),
            version(5, NATIVE, ""),
        ),
        checks=checks(Contains(values=("It says: Order",)), Length(most=12), Schema(value={"type": "object"})),
    )


async def by_the_lab(address: str, contents: Contents, model: str, key: str = "") -> dict[tuple[int, int], str]:
    """(version, case) -> the output. Each version is asked as the model it was run on can be."""
    found = {}
    for one in contents.versions:
        entry = catalogue.endpoint(address, model, key_env=key).model_copy(update={"abilities": one.model.abilities})
        cases = tuple(EvaluationCase(number=case.number, inputs=case.inputs) for case in contents.cases)
        there = Client(entry)
        async for step in run(there, Params(version=one.number, content=one.content, cases=cases)):
            found[one.number, step.data["case"]] = step.data.get("text", "")
        await there.close()
    return found


def sent(bodies: Sequence[dict[str, Any]], as_inspect: bool = False) -> list[str]:
    """What decides an answer, in an order of its own. `as_inspect`: it writes arguments anew, and what is no JSON as none."""
    wanted = ("messages", "tools", "response_format", "temperature", "max_tokens", "seed")
    told = [{name: body[name] for name in wanted if name in body} for body in bodies]
    for body in told:
        body["temperature"] = float(body["temperature"])
        body["messages"] = [_message(one, as_inspect) for one in body["messages"]]
    return sorted(json.dumps(one, sort_keys=True) for one in told)


def _message(one: dict[str, Any], as_inspect: bool) -> dict[str, Any]:
    plain = {name: one[name] for name in ("role", "content", "tool_calls", "tool_call_id") if one.get(name)}
    if as_inspect and "tool_calls" in plain:
        calls = [(made["id"], made["function"]["name"], _read(made["function"]["arguments"])) for made in plain["tool_calls"]]
        plain["tool_calls"] = calls
    if isinstance(plain.get("content"), list):
        plain["content"] = "".join(part["text"] for part in plain["content"])
    return plain


def _read(arguments: str) -> Any:
    try:
        return json.loads(arguments)
    except ValueError:
        return {}


def test_each_tool_sends_what_the_lab_sends_with_tools_and_schemas(tmp_path: Path) -> None:
    contents, echo = calling(), Calling()
    folder = written(tmp_path / "bundle", contents)
    with echo.serving() as address:
        mine = asyncio.run(by_the_lab(address, contents, "told"))
        asked, echo.bodies = echo.bodies, []
        results = promptfoo(folder, tmp_path, address)
        assert sent(echo.bodies) == sent(asked)
        said = {(int(one["prompt"]["label"].split()[-1]), one["vars"]["case"]): one for one in results}
        assert len(results) == len(said) == len(mine) == 60
        for place, text in mine.items():
            assert said[place]["response"]["output"] == text, place
            assert of_promptfoo(said[place]) == ours(contents, place[1], text), place
        for number in (1, 2, 3, 4, 5):
            echo.bodies = []
            log = inspect(folder, tmp_path, address, number)
            of_version = [body for body in asked if _of(body, contents.versions[number - 1])]
            assert sent(echo.bodies, as_inspect=True) == sent(of_version, as_inspect=True), number
            for sample in log["samples"]:
                text = sample["output"]["choices"][0]["message"]["content"]
                assert text == mine[number, sample["id"]], (number, sample["id"])
                assert of_inspect(sample) == ours(contents, sample["id"], text)
    assert {text for (number, case), text in mine.items() if case == 7 and number in (1, 2, 4)} == {""}, "one that only calls says nothing"
    assert len({text for (number, _), text in mine.items() if number == 2}) > 8


def _of(body: dict[str, Any], version: BundleVersion) -> bool:
    """Was this call one of that version?"""
    system = body["messages"][0]["content"] if body["messages"][0]["role"] == "system" else ""
    form = body.get("response_format", {}).get("json_schema", {}).get("schema", {})
    mark = (bool(body.get("tools")), "anyOf" in form, bool(form), system.startswith("You are kind."))
    return mark == ((True, False, False, True), (False, True, True, False), (False, False, True, True), (False, True, True, True),
                    (False, False, False, False))[version.number - 1]  # fmt: skip


@pytest.mark.parametrize("odd", ["no JSON", "[]", "3", '"text"', ""])
def test_arguments_that_are_no_object_are_answered_by_promptfoo_as_by_the_lab(tmp_path: Path, odd: str) -> None:
    contents, echo = calling(), Calling()
    contents = contents._replace(versions=contents.versions[:1], cases=contents.cases[:1])
    echo.message = lambda body: (  # type: ignore[method-assign]
        {"content": f"It says: {body['messages'][-1]['content']}"}
        if body["messages"][-1]["role"] == "tool"
        else {"content": "", "tool_calls": [{"id": "a", "type": "function", "function": {"name": "track", "arguments": odd}}]}
    )
    with echo.serving() as address:
        mine = asyncio.run(by_the_lab(address, contents, "told"))
        [result] = promptfoo(written(tmp_path / "bundle", contents), tmp_path, address)
    assert result["response"]["output"] == mine[1, 1] and mine[1, 1].startswith("It says: ")


def test_pytest_asks_the_same_again(tmp_path: Path) -> None:
    contents, echo = calling(), Calling()
    contents = contents._replace(versions=contents.versions[:1])
    folder = written(tmp_path / "bundle", contents)
    with echo.serving() as address:
        asyncio.run(by_the_lab(address, contents, "told"))
        asked, echo.bodies = echo.bodies, []
        python = str(outside_tools.inspect() / "python")
        environment = outside_tools.environment(tmp_path, PRODUCT_BASE_URL=address, PRODUCT_MODEL="told", PYTHONDONTWRITEBYTECODE="1")
        script = "import test_product as t, json; print(json.dumps([one['text'] for one in t.asked().values()]))"
        told = json.loads(ran([python, "-c", script], folder, environment))
    assert sent(echo.bodies) == sent(asked) and len(told) == 12 and len(set(told)) > 5


async def test_with_tools_and_a_schema_the_verdicts_are_the_lab_s_on_the_embedded_model(
    model: Client, engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three cases, three versions, temperature 0: tools whose calls are written, a schema, and both."""
    address, called = f"{await engine.public_address()}/v1", model.card.slug
    monkeypatch.setenv("ENGINE_KEY", KEY)
    able = model.card.abilities.model_copy(update={"streams": True})
    order: dict[str, Any] = {"type": "object", "properties": {"order": {"type": "string", "maxLength": 12}}, "required": ["order"]}
    track = Tool(name="track_parcel", description="Where a parcel is", parameters=order, result="Parcel {{order}} is in Oslo.")
    kind: dict[str, Any] = {
        "type": "object", "properties": {"kind": {"enum": ["delivery", "money", "other"]}}, "required": ["kind"],
        "additionalProperties": False,
    }  # fmt: skip
    system = "You answer for a parcel service."
    parts: tuple[dict[str, Any], ...] = ({"tools": (track,)}, {"json_schema": kind}, {"tools": (track,), "json_schema": kind})
    contents = parcels()._replace(
        cases=tuple(BundleCase(n, {"question": text}) for n, text in enumerate(QUESTIONS[:3], 1)),
        versions=tuple(
            BundleVersion(n, "one", Version.of(system, "{{question}}", 0.0, 60, **some), {}, AskedModel(able))
            for n, some in enumerate(parts, 1)
        ),
        checks=checks(Contains(values=("Oslo", "delivery"), how="any"), Length(most=12), Schema(value=kind)),
    )
    mine: dict[tuple[int, int], str] = {}
    for one in contents.versions:  # one call after another, as the tools ask
        for case in contents.cases:
            alone = contents._replace(versions=(one,), cases=(case,))
            mine |= await by_the_lab(address, alone, called, "ENGINE_KEY")
    folder = written(tmp_path / "bundle", contents)
    results = await asyncio.to_thread(promptfoo, folder, tmp_path, address, called, KEY)
    apart = []
    for result in results:
        place = int(result["prompt"]["label"].split()[-1]), result["vars"]["case"]
        if of_promptfoo(result) != ours(contents, place[1], mine[place]):
            apart.append(f"promptfoo, {place}: {result['response']['output']!r} and here {mine[place]!r}")
    for one in contents.versions:
        log = await asyncio.to_thread(inspect, folder, tmp_path, address, one.number, called, KEY)
        for sample in log["samples"]:
            if of_inspect(sample) != ours(contents, sample["id"], mine[one.number, sample["id"]]):
                apart.append(f"Inspect, {one.number}, {sample['id']}: {sample['output']!r} and here {mine[one.number, sample['id']]!r}")
    assert len(results) == len(mine) == 9 and not apart, "\n".join(apart)
    assert {json.loads(mine[2, case.number])["kind"] for case in contents.cases} <= {"delivery", "money", "other"}, (
        "it was held to the schema"
    )
    assert len({verdict for place, text in mine.items() for verdict in ours(contents, place[1], text).values()}) > 1

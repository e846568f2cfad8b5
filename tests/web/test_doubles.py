"""Models of today go through all labs, from the address that is added to the page that is read: one that thinks, one without a temperature,
and one whose thinking leaves no room for an answer."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from instruments.test_missing import RUNS, WITHOUT_ANSWERS
from odd_endpoint import Habits, Odd, odd

from fluencylab.models import add_endpoint, catalogue
from fluencylab.models.types import ModelCapabilities
from web.conftest import Web, opened

pytestmark = pytest.mark.long
THINKS = Habits(
    length="max_completion_tokens", temperature="default", roles=("developer", "user", "assistant", "tool"), unknown=("stop", "top_p"),
    thinks=40, tools="auto", schema="typed", effort=True,
)  # fmt: skip
COOL = Habits(temperature="default", tools="auto", schema="typed", logprobs=20)
MUTE = Habits(thinks=1_000_000, schema="typed")
OF_LABS = [(name, settings) for name, settings in RUNS if name not in ("assistant", "grader", "call")] + [("embeddings", {})]


async def added(there: Odd) -> ModelCapabilities:
    entry = await add_endpoint(there.address, "double")
    catalogue.use(entry.slug)
    return entry.abilities


@pytest.fixture
async def lab(tables: None) -> AsyncIterator[Web]:
    async with opened() as web:
        yield web


async def through(web: Web, name: str, settings: dict[str, Any]) -> tuple[dict[str, Any], str]:
    """A run of a lab: what a program gets of it, and its page as a person sees it."""
    run_id = await web.run(instrument=name, params=settings)
    told = (await web.client.get(f"/runs/{run_id}")).json()
    page = await web.get(f"/labs/{name}?run={run_id}")
    assert page.status_code == 200
    assert (told["status"], told["message"]) == ("done", ""), (name, told["message"])
    return told, page.text


async def test_a_model_that_thinks(lab: Web) -> None:
    with odd(THINKS) as there:
        can = await added(there)
        assert can.reasoning and can.length_field == "max_completion_tokens" and (can.temperature, can.system) == ("default", "developer")
        before = len(there.asked)
        for name, settings in OF_LABS:
            settings = {**settings, "parts": ["write", "again"]} if name == "sampling" else settings  # it tells no probabilities
            told, page = await through(lab, name, settings)
            assert "brought no answer" not in page, name
            answers = [str(step.get("text", "")) for step in told["steps"]]
            assert not any("hm" in answer.split() for answer in answers), name
            if name not in ("embeddings", "context", "tools"):
                assert "What it thought before" in page, name
        refused = [body for body in there.asked[before:] if body.keys() & {"temperature", "top_p", "stop", "max_tokens"}]
        assert not refused
        assert (await lab.get("/labs/finetuning")).status_code == 200


async def test_a_model_without_a_temperature(lab: Web) -> None:
    with odd(COOL) as there:
        can = await added(there)
        assert can.temperature == "default"
        before = len(there.asked)
        for name, settings in OF_LABS:
            _, page = await through(lab, name, settings)
            if name == "sampling":
                assert "This model takes no temperature" in page and "Temperature was not in force" in page
        assert not [body for body in there.asked[before:] if body.get("temperature", 1) != 1]


async def test_a_model_that_never_gets_to_answer(lab: Web) -> None:
    with odd(MUTE) as there:
        await added(there)
        for name, settings in OF_LABS:
            settings = {**settings, "parts": ["write", "again"]} if name == "sampling" else settings
            told, page = await through(lab, name, settings)
            if name == "embeddings":
                continue
            assert "brought no answer" in told["says"] and "brought no answer" in page and "still thinking" in page, name
            allowed = WITHOUT_ANSWERS.get(name, ())
            assert [fact for fact in told["facts"] if not allowed or not fact.startswith(allowed)] == [], name
            assert "0 of 10 attacks" not in page and "made something up: 0" not in page

"""One engine answers as the base model and as the tuned one, and the base engine never notices."""

import hashlib
import math
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import pytest

from fluencylab.errors import BadInput, NotFound
from fluencylab.models import adapters, catalogue, wire
from fluencylab.models.adapters import Adapter
from fluencylab.models.client import Client
from fluencylab.models.recorded import Recorded
from fluencylab.models.types import Model

from .conftest import ask
from .test_recorded import Memory

BUNDLED = adapters.bundled()


@pytest.fixture
async def tuned(model: Client) -> AsyncIterator[Model]:
    async with adapters.tuned(model, BUNDLED) as both:
        yield both


async def answer(model: Model, strength: float | None = None) -> str:
    learned = BUNDLED.how.examples[0]
    return (await model.complete(ask(learned.question, temperature=0, max_tokens=30, adapter=strength))).text


async def odds(model: Model, strength: float | None = None) -> dict[str, float]:
    """The log-probability of every first token. Texts are no measure of sameness: with another number of threads near-ties flip."""
    asked = ask(BUNDLED.how.examples[0].question, temperature=0, max_tokens=1, adapter=strength, top_logprobs=50_000)
    return {one.text: one.logprob for one in (await model.complete(asked)).tokens[0].alternatives}


def apart(one: dict[str, float], other: dict[str, float]) -> float:
    """Total variation: the share of first tokens that would be others, 0 to 1."""
    return sum(abs(math.exp(one.get(token, -99)) - math.exp(other.get(token, -99))) for token in one | other) / 2


def test_the_bundled_file_is_the_one_that_was_noted_and_belongs_to_the_embedded_model() -> None:
    assert hashlib.sha256(BUNDLED.path.read_bytes()).hexdigest() == BUNDLED.sha256
    assert BUNDLED.bytes == BUNDLED.path.stat().st_size < 4_000_000
    adapters.check(BUNDLED, catalogue.find(catalogue.DEFAULT))


@pytest.mark.long
async def test_at_strength_nought_it_is_the_base_model_and_at_one_it_says_what_it_learned(model: Client, tuned: Model) -> None:
    plain, on = await odds(model), await odds(tuned, 1.0)
    for off in (await odds(tuned, 0.0), await odds(tuned)):
        assert apart(off, plain) < 0.1 * apart(on, plain)
    assert max(on, key=on.__getitem__) != max(plain, key=plain.__getitem__)
    assert await answer(tuned, 1.0) == BUNDLED.how.examples[0].answer != await answer(model)


async def test_its_engine_is_another_one_and_comes_back_with_its_adapter_when_killed(model: Client, tuned: Model) -> None:
    assert isinstance(tuned, Client) and tuned.engine and model.engine
    before, base = tuned.engine._host.note(), model.engine._host.note()
    assert before and base and before.pid != base.pid
    engine = psutil.Process(before.pid)
    engine.kill()
    engine.wait(5)
    assert await answer(tuned, 1.0) == BUNDLED.how.examples[0].answer
    assert model.engine._host.note() == base


async def test_what_remembers_a_run_remembers_the_tuned_model_as_well(model: Client) -> None:
    memory = Memory()
    async with adapters.tuned(Recorded(model, memory), BUNDLED) as both:
        assert both.card.adapter_sha256 == BUNDLED.sha256
        assert both.card.sha256 == model.card.sha256
        assert await answer(both, 1.0) != await answer(both, 0.0)
        assert len(memory.kept) == 2


def test_a_request_without_an_adapter_is_the_request_it_always_was() -> None:
    entry = catalogue.find(catalogue.DEFAULT)
    laid = entry.model_copy(update={"adapter": BUNDLED})
    assert "lora" not in wire.body(laid, ask("x"))
    assert "lora" not in wire.body(entry, ask("x", adapter=1.0))
    assert wire.body(laid, ask("x", adapter=0.5))["lora"] == [{"id": 0, "scale": 0.5}]
    assert ask("x").key() == "ed597b3c3a5122b588664ef24b1b3846fdfd69b9fb13e5d23b53c7051bbcf2e7"
    assert ask("x", adapter=0.0).key() != ask("x").key()


def kept(home: Path, name: str = "mine") -> Adapter:
    part = home / "new.part"
    shutil.copyfile(BUNDLED.path, part)
    return adapters.keep(part, name, BUNDLED.how)


def test_your_own_are_kept_listed_found_and_removed(home: Path) -> None:
    made = kept(home)
    assert adapters.yours() == [made]
    assert made.sha256 == BUNDLED.sha256 and made.base == BUNDLED.base
    assert adapters.find().name == BUNDLED.name
    adapters.remove(made.sha256)
    assert adapters.yours() == [] and not made.path.exists()
    with pytest.raises(NotFound):
        adapters.find("feed")


async def test_a_damaged_file_and_one_made_for_other_weights_are_refused(home: Path) -> None:
    made = kept(home)
    with pytest.raises(BadInput, match="made for other weights"):
        adapters.check(made, catalogue.find(catalogue.DEFAULT).model_copy(update={"sha256": "0" * 64}))
    made.path.write_bytes(made.path.read_bytes()[:-1] + b"x")
    with pytest.raises(BadInput, match="damaged"):
        await adapters.open_tuned(made)
    made.path.unlink()
    with pytest.raises(BadInput, match="cannot be read"):
        await adapters.open_tuned(made)

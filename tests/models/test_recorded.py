"""A remembered call is not made again; a script says what it is told."""

import pytest

from fluencylab.errors import ModelUnavailable
from fluencylab.models import close
from fluencylab.models.recorded import Recorded, pack, unpack
from fluencylab.models.scripted import Scripted
from fluencylab.models.types import Alternative, Completion, ModelInfo, Request, Token

from .conftest import ask


class Memory:
    """Keeps packed bytes, as the store does."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], bytes] = {}

    async def get(self, call: str, key: str) -> Completion | None:
        packed = self.kept.get((call, key))
        return unpack(packed) if packed else None

    async def put(self, call: str, key: str, completion: Completion) -> None:
        self.kept[call, key] = pack(completion)


async def test_a_remembered_call_is_not_made_again_and_streams_the_same_tokens() -> None:
    script = Scripted(["the first answer", "the second answer"])
    model = Recorded(script, Memory())
    first = await model.complete(ask("x"))
    seen: list[Token] = []
    again = await model.complete(ask("x"), on_token=seen.append)
    assert again == first
    assert tuple(seen) == first.tokens
    assert len(script.calls) == 1


async def test_under_the_same_name_another_request_is_another_call() -> None:
    script = Scripted(lambda request, _: request.messages[0].content)
    model = Recorded(script, Memory())
    texts = [(await model.complete(ask(text, name="answer/0"))).text for text in "aab"]
    assert texts == ["a", "a", "b"] and len(script.calls) == 2
    await close(model)


async def test_repetitions_and_other_requests_are_calls_of_their_own() -> None:
    script = Scripted(lambda request, repetition: f"{request.messages[0].content} {repetition}")
    model = Recorded(script, Memory())
    texts = [(await model.complete(ask(text), repetition=n)).text for text in "ab" for n in (0, 1)]
    assert texts == ["a 0", "a 1", "b 0", "b 1"]
    await close(model)


async def test_a_call_that_failed_is_not_remembered() -> None:
    def script(request: Request, repetition: int) -> str:
        raise ModelUnavailable("gone")

    memory = Memory()
    with pytest.raises(ModelUnavailable):
        await Recorded(Scripted(script), memory).complete(ask("x"))
    assert memory.kept == {}


def test_a_request_has_the_same_key_everywhere() -> None:
    assert ask("x", seed=1).key() == ask("x").key() != ask("x", seed=2).key()


async def test_a_script_may_choose_its_probabilities_and_stops_at_the_limit() -> None:
    told = [Token("Pa", -0.1, (Alternative("Pa", -0.1), Alternative("Ly", -2.0))), Token("ris", -0.2)]
    completion = await Scripted([told]).complete(ask("x", max_tokens=1))
    assert (completion.text, completion.finish, completion.tokens) == ("Pa", "length", (told[0],))


async def test_what_stands_over_a_model_shows_its_inside_too() -> None:
    model = Recorded(Scripted(["x"]), Memory())
    assert [piece.text for piece in await model.tokenize("two words")] == ["two", " words"]
    assert await model.render(ask("Hello").messages) == "<user> Hello <assistant>"


async def test_an_endpoints_script_shows_nothing() -> None:
    mute = Scripted(["x"], card=ModelInfo(slug="far", name="Far", kind="endpoint"))
    assert not mute.card.shows_inside
    with pytest.raises(ModelUnavailable, match="Far does not show its inside"):
        await mute.tokenize("x")

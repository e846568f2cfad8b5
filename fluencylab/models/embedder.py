"""Texts as vectors: the embedder in the package, or any endpoint with /v1/embeddings.

    embedder = await open_embedder()
    encode = await embedder.ready(["Where is my parcel?", "I wait for a package."])
    encode(["Where is my parcel?"])          a numpy array of float32, one row of length 1 for each text

Ours was distilled by `tools/embedder.py` from all-MiniLM-L6-v2 (Apache-2.0): 29,525 tokens by 256 dimensions as int8, 8 MB. A text is
the mean of its tokens' rows, so it is fast, and blind to their order. It is read when first used, in a thread: numpy is slow to import.
"""

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

from fluencylab.errors import BadInput, ModelUnavailable
from fluencylab.models import catalogue
from fluencylab.models.client import Client
from fluencylab.models.transport import library
from fluencylab.models.types import Completion, Message, ModelCapabilities, ModelInfo, Request, VocabularyToken

Encode = Callable[[Sequence[str]], Any]
"""Texts to a numpy array, float32, (texts, dimensions), rows of length 1; a text without a known token is all zeros."""
FOLDER = Path(__file__).with_name("minilm")


class Embedder:
    """What turns texts into vectors. It is a Model in that it has a card; it writes nothing."""

    def __init__(self, card: ModelInfo) -> None:
        self.card = card

    async def ready(self, texts: Sequence[str]) -> Encode:
        """A function for these texts, at least, that does not wait. Raises as `Client.complete` does where an endpoint is asked."""
        raise NotImplementedError

    async def close(self) -> None:
        pass

    async def complete(self, request: Request, *, repetition: int = 0, on_token: Any = None) -> Completion:
        self._mute()

    async def tokenize(self, text: str) -> list[VocabularyToken]:
        self._mute()

    async def render(self, messages: tuple[Message, ...]) -> str:
        self._mute()

    def _mute(self) -> NoReturn:
        raise ModelUnavailable(f"{self.card.name} makes embeddings and writes no text.", "Choose a language model for this.")


class Own(Embedder):
    """The one in the package."""

    async def ready(self, texts: Sequence[str]) -> Encode:
        await asyncio.to_thread(_static)
        return encode


class Remote(Embedder):
    """An endpoint's."""

    def __init__(self, client: Client) -> None:
        super().__init__(client.card)
        self.client = client

    async def ready(self, texts: Sequence[str]) -> Encode:
        different = list(dict.fromkeys(texts))
        found = dict(zip(different, await self.client.embed(different), strict=True))
        numpy = await asyncio.to_thread(library, "numpy")
        return lambda asked: _unit(numpy.array([found[text] for text in asked], dtype=numpy.float32))

    async def close(self) -> None:
        await self.client.close()


def own_card() -> ModelInfo:
    can = ModelCapabilities(writes=False, embeddings=True)
    return ModelInfo(slug="minilm", name="MiniLM, distilled (256 dimensions)", kind="embedded", sha256=_digest(), abilities=can)


async def open_embedder(slug: str = "") -> Embedder:
    """Ours, or the endpoint of that name. Raises ModelMissing for an unknown name, BadInput for a model that makes no embeddings."""
    if not slug:
        return Own(await asyncio.to_thread(own_card))
    entry = await asyncio.to_thread(catalogue.find, slug)
    if not entry.abilities.embeddings or entry.local:
        raise BadInput(f"{entry.name} makes no embeddings.", "Leave the field empty for ours, or add an endpoint that does.")
    await asyncio.to_thread(library, "httpx2")
    return Remote(Client(entry))


def encode(texts: Sequence[str]) -> Any:
    """Our embedder at once, without waiting for anything but its first reading: `Encode`, for who is in a thread already."""
    numpy = library("numpy")
    if not texts:
        return numpy.zeros((0, _static().dim), dtype=numpy.float32)
    return _unit(_static().encode(list(texts), use_multiprocessing=False).astype(numpy.float32))


def _unit(rows: Any) -> Any:
    numpy = library("numpy")
    lengths = numpy.linalg.norm(rows, axis=1, keepdims=True)
    return rows / numpy.where(lengths > 0, lengths, 1)


@cache
def _static() -> Any:
    return library("model2vec").StaticModel.from_pretrained(str(FOLDER))


@cache
def _digest() -> str:
    with (FOLDER / "model.safetensors").open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

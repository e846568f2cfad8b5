"""The embedder in the package, offline; and endpoints with /v1/embeddings in its place."""

import asyncio
import json
from typing import Any

import pytest

from fluencylab.errors import BadInput, ModelMissing, ModelRefused, ModelUnavailable
from fluencylab.models import add_endpoint, catalogue, embedder
from fluencylab.models.embedder import FOLDER, Remote, open_embedder

from .conftest import Fake, ask, status


def vectors(rows: list[Any]) -> bytes:
    data = [{"object": "embedding", "index": i, "embedding": row} for i, row in enumerate(rows)]
    return json.dumps({"object": "list", "model": "e", "data": data[::-1], "usage": {"prompt_tokens": 1, "total_tokens": 1}}).encode()


async def embeds(body: dict[str, Any], writer: asyncio.StreamWriter) -> None:
    """An endpoint that makes embeddings and no text, and gives them in the wrong order."""
    if "input" not in body:
        writer.write(status(400, b'{"error":{"message":"this model does not chat"}}'))
    else:
        writer.write(status(200, vectors([[len(text), 1.0] for text in body["input"]])))


def test_ours_is_small_and_says_whose_it_is() -> None:
    assert sum(file.stat().st_size for file in FOLDER.iterdir()) < 15e6
    assert "Apache-2.0" in (FOLDER / "NOTICE.txt").read_text(encoding="utf-8")


async def test_ours_turns_texts_into_rows_of_length_one() -> None:
    model = await open_embedder()
    rows = (await model.ready([]))(["Where is my parcel?", "I wait for a package.", ""])
    assert rows.shape == (3, 256) and rows.dtype == "float32"
    assert (rows**2).sum(1).tolist() == pytest.approx([1, 1, 0])
    assert embedder.encode([]).shape == (0, 256)
    with pytest.raises(ModelUnavailable, match="writes no text"):
        await model.complete(ask("Hello"))


async def test_an_endpoint_that_only_embeds_is_found_out_and_used(fake: Fake, home: Any) -> None:
    fake.handler = embeds
    entry = await add_endpoint(fake.address, "embedder")
    assert entry.abilities.embeddings and not entry.abilities.seed
    with pytest.raises(BadInput, match="writes no answers"):
        catalogue.use(entry.slug)
    model = await open_embedder(entry.slug)
    texts = [f"{'x' * i}" for i in range(1, 71)]
    encode = await model.ready([*texts, "x"])
    assert encode(["xxx", "x"])[0].tolist() == pytest.approx([3 / 10**0.5, 1 / 10**0.5])
    assert [len(body["input"]) for body in fake.asked if "input" in body] == [2, 64, 6]
    await model.close()


@pytest.mark.parametrize("answer", [b"{}", vectors([]), vectors([["a"]]), vectors([[1.0], [2.0]]), vectors([None])])
async def test_an_answer_that_holds_no_vectors_is_a_sentence(fake: Fake, answer: bytes) -> None:
    async def broken(body: dict[str, Any], writer: asyncio.StreamWriter) -> None:
        writer.write(status(200, answer))

    fake.handler = broken
    model = Remote(fake.client())
    with pytest.raises(ModelRefused, match="no embeddings"):
        await model.ready(["one"])
    await model.close()


async def test_a_model_that_makes_no_embeddings_is_not_taken(home: Any) -> None:
    with pytest.raises(BadInput, match="makes no embeddings"):
        await open_embedder(catalogue.DEFAULT)
    with pytest.raises(ModelMissing):
        await open_embedder("nobody")

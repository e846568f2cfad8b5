"""Talk to a language model. Knows nothing of learners.

model = await open_model()
completion = await model.complete(Request(messages=(Message(role="user", content="Hello"),)))
await close(model)
"""

import asyncio

from fluencylab.models import catalogue, download, hub
from fluencylab.models.catalogue import Entry
from fluencylab.models.client import Client
from fluencylab.models.embedder import Embedder
from fluencylab.models.engine import Engine
from fluencylab.models.probe import probe
from fluencylab.models.recorded import Recorded
from fluencylab.models.transport import library
from fluencylab.models.types import Model

__all__ = ["add_endpoint", "add_hub", "close", "open_model"]


async def open_model(slug: str | None = None) -> Client:
    """The model in use, or the one named. Of a local one the weights must be here; the engine starts meanwhile.

    Raises ModelMissing (no such model, or not fetched yet) or ModelUnavailable (the engine does not start).
    """
    entry = await asyncio.to_thread(catalogue.find, slug) if slug else catalogue.current()
    if not entry.local:
        await asyncio.to_thread(library, "openai")
        return Client(entry)
    await asyncio.to_thread(download.require, entry)
    engine = Engine(entry)
    await asyncio.gather(engine.ensure(), asyncio.to_thread(library, "openai"))
    return Client(entry, engine)


async def close(model: Model) -> None:
    """Let a model go: its connections, and the engine if nobody else here uses it. A script has nothing to close."""
    inner = model.model if isinstance(model, Recorded) else model
    if isinstance(inner, Client | Embedder):
        await inner.close()


async def add_endpoint(
    base_url: str, model: str, *, key_env: str = "", keyring: str = "", window: int = 0, slug: str = "", name: str = ""
) -> Entry:
    """Ask an endpoint what it can do, then add it. Raises when not even a plain call succeeds; then nothing is added."""
    entry = catalogue.endpoint(base_url, model, key_env=key_env, keyring=keyring, window=window, slug=slug, name=name)
    client = Client(entry)
    try:
        found = await probe(client)
    finally:
        await client.close()
    return await asyncio.to_thread(catalogue.add, entry.model_copy(update={"abilities": found}))


async def add_hub(repo: str, file: str = "", *, slug: str = "", name: str = "") -> Entry:
    """A GGUF repository on Hugging Face, e.g. "bartowski/SmolLM2-360M-Instruct-GGUF"; it is fetched when first used."""
    found = await asyncio.to_thread(hub.find, repo, file)
    return await asyncio.to_thread(catalogue.add_hub, repo, found.file, bytes=found.bytes, sha256=found.sha256, slug=slug, name=name)

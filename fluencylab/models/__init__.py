"""Talk to a language model. Knows nothing of learners.

model = await open_model()
completion = await model.complete(Request(messages=(Message(role="user", content="Hello"),)))
await close(model)
"""

import asyncio
import re
from collections.abc import Callable

from fluencylab.errors import LabError
from fluencylab.models import addresses, catalogue, download, hub
from fluencylab.models.catalogue import Entry
from fluencylab.models.client import Client
from fluencylab.models.embedder import Embedder, Remote
from fluencylab.models.engine import Engine
from fluencylab.models.probe import probe
from fluencylab.models.recorded import Recorded
from fluencylab.models.transport import Limits, library
from fluencylab.models.types import Model

__all__ = ["add_endpoint", "add_hub", "close", "open_model", "tell_waits"]
PROBING = Limits(patience=60)
"""Somebody sits before it and waits."""


async def open_model(slug: str | None = None) -> Client:
    """The model in use, or the one named. Of a local one the weights must be here; the engine starts meanwhile.

    Raises ModelMissing (no such model, or not fetched yet) or ModelUnavailable (the engine does not start).
    """
    entry = await asyncio.to_thread(catalogue.find, slug) if slug else catalogue.current()
    if not entry.local:
        await asyncio.to_thread(library, "httpx2")
        return Client(entry)
    await asyncio.to_thread(download.require, entry)
    engine = Engine(entry)
    await asyncio.gather(engine.ensure(), asyncio.to_thread(library, "httpx2"))
    return Client(entry, engine)


async def close(model: Model) -> None:
    """Let a model go: its connections, and the engine if nobody else here uses it. A script has nothing to close."""
    inner = model.model if isinstance(model, Recorded) else model
    if isinstance(inner, Client | Embedder):
        await inner.close()


def tell_waits(model: Model, told: Callable[[str], None]) -> None:
    """Call `told` with a sentence when this model's endpoint asks to wait, and with "" when it goes on."""
    client = model.client if isinstance(model, Remote) else model
    if isinstance(client, Client):
        client.patience.told = told


async def add_endpoint(
    base_url: str, model: str, *, key_env: str = "", keyring: str = "", window: int = 0, slug: str = "", name: str = ""
) -> Entry:
    """Ask an endpoint what it can do, then add it. Raises when not even a plain call succeeds; then nothing is added.

    Where the address leads nowhere, the usual places on the same host are tried: the entry says which one answered.
    """
    entry = catalogue.endpoint(base_url, model, key_env=key_env, keyring=keyring, window=window, slug=slug, name=name)
    await asyncio.to_thread(catalogue.free, entry)
    await asyncio.to_thread(library, "httpx2")
    try:
        entry = await probed(entry)
    except LabError as error:
        entry = await _elsewhere(entry, error)
    return await asyncio.to_thread(catalogue.add, entry)


async def probed(entry: Entry) -> Entry:
    client = Client(entry, limits=PROBING)
    try:
        return entry.model_copy(update={"abilities": await probe(client)})
    finally:
        await client.close()


async def _elsewhere(entry: Entry, error: LabError) -> Entry:
    """Another place on this host, or another header for the key, where a plain call is answered; else the first error."""
    ways: list[dict[str, str]] = []
    if "refused the key" in error.message:
        ways = [{"key_header": other} for other in ("Authorization", "api-key", "x-api-key") if other != entry.key_header]
    elif re.search(r"was not found|answered with|does not behave like a model", error.message):
        ways = [{"base_url": other} for other in addresses.others(entry.base_url)]
    for way in ways if entry.key_env or entry.keyring or "base_url" in str(ways) else ():
        try:
            return await probed(entry.model_copy(update=way))
        except LabError:
            continue
    raise error


async def add_hub(repo: str, file: str = "", *, slug: str = "", name: str = "") -> Entry:
    """A GGUF repository on Hugging Face, e.g. "bartowski/SmolLM2-360M-Instruct-GGUF"; it is fetched when first used."""
    found = await asyncio.to_thread(hub.find, repo, file)
    return await asyncio.to_thread(catalogue.add_hub, repo, found.file, bytes=found.bytes, sha256=found.sha256, slug=slug, name=name)

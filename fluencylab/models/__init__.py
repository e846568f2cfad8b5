"""Talk to a language model. Knows nothing of learners.

model = await open_model()
completion = await model.complete(Request(messages=(Message(role="user", content="Hello"),)))
await close(model)
"""

import asyncio
import re
from collections.abc import Callable

from fluencylab import clock
from fluencylab.errors import LabError
from fluencylab.models import addresses, catalogue, download, hub, keys
from fluencylab.models.catalogue import Entry
from fluencylab.models.client import Client
from fluencylab.models.embedder import Embedder, Remote
from fluencylab.models.engine import Engine
from fluencylab.models.probe import Progress, probe
from fluencylab.models.recorded import Recorded
from fluencylab.models.transport import Limits, library
from fluencylab.models.types import Model
from fluencylab.models.unasked import Unasked

__all__ = ["Progress", "add_endpoint", "add_hub", "close", "examined", "name_model", "offered", "open_model", "tell_waits"]
PROBING = Limits(patience=60)
"""Somebody sits before it and waits."""
LOOKING = Limits(silence=15, whole=30, patience=0)
"""For a list of names; an endpoint that never answers is left soon."""


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


async def name_model(slug: str | None = None) -> Unasked:
    """The model in use, or the one named, for a run that asks nothing of it. Raises ModelMissing where there is no such model."""
    return Unasked((await asyncio.to_thread(catalogue.find, slug) if slug else catalogue.current()).card())


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


Told = Callable[[Progress], None]


def _silently(progress: Progress) -> None: ...


async def add_endpoint(
    base_url: str,
    model: str,
    *,
    key_env: str = "",
    keyring: str = "",
    window: int = 0,
    requests_a_minute: int = 0,
    tokens_a_minute: int = 0,
    slug: str = "",
    name: str = "",
    told: Told = _silently,
) -> Entry:
    """Ask an endpoint what it can do, then add it. Raises when not even a plain call succeeds; then nothing is added.

    Where the address leads nowhere, the usual places on the same host are tried: the entry says which one answered.
    """
    entry = catalogue.endpoint(base_url, model, key_env=key_env, keyring=keyring, window=window, slug=slug, name=name)
    entry = entry.model_copy(update={"requests_a_minute": requests_a_minute, "tokens_a_minute": tokens_a_minute})
    await asyncio.to_thread(catalogue.free, entry)
    return await asyncio.to_thread(catalogue.add, await examined(entry, told))


async def examined(entry: Entry, told: Told = _silently) -> Entry:
    """The entry with all that was found when it was asked, and where it was found to answer. Nothing is kept. Raises as `add_endpoint`."""
    await asyncio.to_thread(library, "httpx2")
    try:
        return await probed(entry, told)
    except LabError as error:
        if entry.local:
            raise
        return await _elsewhere(entry, error, told)


async def probed(entry: Entry, told: Told = _silently) -> Entry:
    client = await _opened(entry)
    try:
        return entry.model_copy(update={"abilities": await probe(client, told), "tested": clock.now()})
    finally:
        await client.close()


async def _opened(entry: Entry) -> Client:
    if not entry.local:
        return Client(entry, limits=PROBING)
    await asyncio.to_thread(download.require, entry)
    engine = Engine(entry)
    await engine.ensure()
    return Client(entry, engine)


async def offered(entry: Entry) -> tuple[Entry, list[str]]:
    """The models that an endpoint says it has, and the entry with the address that said so: it may be another place on that host."""
    await asyncio.to_thread(library, "httpx2")
    first: LabError | None = None
    for address in (entry.base_url, *addresses.others(entry.base_url)):
        client = Client(there := entry.model_copy(update={"base_url": address}), limits=LOOKING)
        try:
            if found := await client.offered():
                return there, found
        except LabError as error:
            first = first or error
            if not _leads_nowhere(error):
                break
        finally:
            await client.close()
    if first and not _leads_nowhere(first):
        raise first
    return entry, []


def _leads_nowhere(error: LabError) -> bool:
    return bool(re.search(r"was not found|answered with|does not behave like a model", error.message))


async def _elsewhere(entry: Entry, error: LabError, told: Told) -> Entry:
    """Another place on this host, or another header for the key, where a plain call is answered; else the first error."""
    ways: list[dict[str, str]] = []
    if "refused the key" in error.message:
        ways = [{"key_header": other} for other in ("Authorization", "api-key", "x-api-key") if other != entry.key_header]
    elif _leads_nowhere(error):
        ways = [{"base_url": other} for other in addresses.others(entry.base_url)]
    for way in ways if keys.named(entry) or "base_url" in str(ways) else ():
        try:
            return await probed(entry.model_copy(update=way), told)
        except LabError:
            continue
    raise error


async def add_hub(repo: str, file: str = "", *, slug: str = "", name: str = "") -> Entry:
    """A GGUF repository on Hugging Face, e.g. "bartowski/SmolLM2-360M-Instruct-GGUF"; it is fetched when first used."""
    found = await asyncio.to_thread(hub.find, repo, file)
    return await asyncio.to_thread(catalogue.add_hub, repo, found.file, bytes=found.bytes, sha256=found.sha256, slug=slug, name=name)

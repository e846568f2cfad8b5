"""Adapters: what fine-tuning leaves behind, a few megabytes that are laid over the embedded model, as strongly as a call says.

    async with tuned(model, bundled()) as both:
        await both.complete(Request(messages=asked, temperature=0, adapter=0.0))      the base model's answer
        await both.complete(Request(messages=asked, temperature=0, adapter=1.0))      the tuned one's

One is in the package (`tools/adapter.py` made it); yours are in the data folder, each a GGUF file named by its SHA-256 and a record of how
it was made beside it. An engine with an adapter is another engine: the one every other lab uses never hears of it.
"""

import asyncio
import contextlib
import errno
import hashlib
import json
from collections.abc import AsyncIterator
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from fluencylab import clock
from fluencylab.errors import BadInput, LabError, NotFound
from fluencylab.memo import FileMark, file_mark
from fluencylab.models import catalogue, download, gguf
from fluencylab.models.catalogue import Entry, Lora
from fluencylab.models.client import Client
from fluencylab.models.engine import Engine
from fluencylab.models.transport import library
from fluencylab.models.types import Model, ModelWrapper
from fluencylab.settings import settings

FOLDER = Path(__file__).with_name("adapter")


class Example(BaseModel):
    """One thing to learn. The answer is what the tuned model shall write, word for word."""

    model_config = ConfigDict(frozen=True)

    question: str
    answer: str


class How(BaseModel):
    """How an adapter was made: the conditions of everything it says, and its loss curve."""

    model_config = ConfigDict(frozen=True)

    examples: tuple[Example, ...]
    settings: dict[str, JsonValue] = Field(description="Rank, learning rate, batch, seed and the rest, by name")
    losses: tuple[float, ...] = Field(description="Mean negative log-likelihood of an answer's token, in nats, step by step")
    loading: float = Field(description="Seconds until the first step")
    seconds: float = Field(description="Seconds for all of it, loading and writing included")
    machine: str
    versions: str

    @property
    def steps(self) -> int:
        return len(self.losses)

    @property
    def loss(self) -> float:
        """At the end: the mean of the last four steps, for one step sees only some of the examples."""
        last = self.losses[-4:]
        return sum(last) / len(last)


class Adapter(Lora):
    """An adapter and how it came about. `base`: SHA-256 of the weights it belongs to; it fits no others."""

    base: str
    bytes: int
    made: datetime
    how: How


def bundled() -> Adapter:
    """The one in the package, made by the same code as yours from the bundled examples."""
    return _read(next(FOLDER.glob("*.json")))


def yours() -> list[Adapter]:
    """Those you made, the newest first. One whose record cannot be read is passed over."""
    found = []
    for record in _folder().glob("*.json"):
        with contextlib.suppress(LabError):
            found.append(_read(record))
    return sorted(found, key=lambda adapter: adapter.made, reverse=True)


def find(sha256: str = "") -> Adapter:
    """By its hash, or the beginning of it; without one the bundled adapter. Raises NotFound."""
    adapter = bundled()
    if not sha256 or adapter.sha256.startswith(sha256):
        return adapter
    for adapter in yours():
        if adapter.sha256.startswith(sha256):
            return adapter
    raise NotFound("This adapter is not here any more.", "Choose another one, or train it again.")


def keep(file: Path, name: str, how: How, folder: Path | None = None) -> Adapter:
    """Move a new adapter to where it stays. The same adapter made twice is kept once. Raises LabError when the disk is full."""
    base = gguf.read(file).base
    with file.open("rb") as content:
        sha256 = hashlib.file_digest(content, "sha256").hexdigest()
    place = (folder or _folder()) / f"{sha256[:16]}.gguf"
    made = Adapter(name=name, path=place, sha256=sha256, base=base, bytes=file.stat().st_size, made=clock.now(), how=how)
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        file.replace(place)
        fresh = place.with_suffix(".new")
        fresh.write_text(made.model_dump_json(indent=1, exclude={"path"}), encoding="utf-8")
        fresh.replace(place.with_suffix(".json"))
    except OSError as error:
        place.unlink(missing_ok=True)
        raise unwritable(error) from error
    return made


def remove(sha256: str) -> Adapter:
    """Delete one of yours. Raises NotFound."""
    for adapter in yours():
        if adapter.sha256 == sha256:
            adapter.path.with_suffix(".json").unlink(missing_ok=True)
            adapter.path.unlink(missing_ok=True)
            return adapter
    raise NotFound("You have no adapter of that name.", "Those you have stand on the page.")


def unwritable(error: OSError) -> LabError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return LabError("The disk is full: the adapter could not be kept.", f"Make 10 MB of room for {_folder()}, then train again.")
    return LabError(f"The adapter could not be kept: {error.strerror}.", f"Check who owns {_folder()}.")


def _folder() -> Path:
    return settings().data / "adapters"


def _read(record: Path) -> Adapter:
    try:
        return _read_as(record, file_mark(record))
    except (OSError, TypeError, ValueError) as error:
        raise LabError(f"The record of an adapter, {record}, cannot be read.", "Train it again.") from error


@lru_cache(maxsize=64)
def _read_as(record: Path, mark: FileMark | None) -> Adapter:
    return Adapter.model_validate({**json.loads(record.read_bytes()), "path": record.with_suffix(".gguf")})


def check(adapter: Adapter, entry: Entry) -> None:
    """Is the file whole, an adapter, and made for these weights? Raises BadInput with what to do."""
    again = "Reinstall the lab." if adapter.path.parent == FOLDER else "Remove it, and train it again."
    try:
        with adapter.path.open("rb") as file:
            whole = hashlib.file_digest(file, "sha256").hexdigest() == adapter.sha256
    except OSError as error:
        raise BadInput(f"The file of the adapter “{adapter.name}” cannot be read: {error.strerror}.", again) from error
    if not whole:
        raise BadInput(f"The file of the adapter “{adapter.name}” is damaged: its checksum is not the one that was noted.", again)
    head = gguf.read(adapter.path)
    if head.kind != "adapter":
        raise BadInput(f"The file of “{adapter.name}” holds no adapter.", again)
    if head.base != entry.sha256:
        what = f"The adapter “{adapter.name}” was made for other weights than those of {entry.name}."
        raise BadInput(what, "Choose another one, or train one.")


async def open_tuned(adapter: Adapter) -> Client:
    """The embedded model with this adapter beside it, in an engine of its own. `close` lets it go.

    Raises BadInput (a damaged or foreign file), ModelMissing, ModelUnavailable.
    """
    entry = catalogue.find(catalogue.DEFAULT)
    await asyncio.to_thread(check, adapter, entry)
    await asyncio.to_thread(download.require, entry)
    laid = Lora(name=adapter.name, path=adapter.path, sha256=adapter.sha256)
    entry = entry.model_copy(update={"adapter": laid})
    engine = Engine(entry)
    try:
        await asyncio.gather(engine.ensure(), asyncio.to_thread(library, "httpx2"))
    except BaseException:
        engine.release()
        raise
    return Client(entry, engine)


@contextlib.asynccontextmanager
async def tuned(model: Model, adapter: Adapter) -> AsyncIterator[Model]:
    """`model` itself where it has this adapter; otherwise what remembers and shows its calls, over an engine that has it."""
    if model.card.adapter_sha256 == adapter.sha256:
        yield model
        return
    client = await open_tuned(adapter)
    try:
        yield model.rewrap(client) if isinstance(model, ModelWrapper) else client
    finally:
        await client.close()

"""The models on offer: those we know (`catalogue.toml`) and those you added (`models.json` in the data folder).

    smollm2-135m   98 MB   Apache-2.0   8,192 tokens   the default, needs no account
    your own       a GGUF file, an OpenAI-compatible endpoint, or a GGUF repository on Hugging Face

A key is never kept: an endpoint names the environment variable or the keyring entry that holds it.
"""

import hashlib
import os
import re
import shutil
import tomllib
import unicodedata
from collections.abc import Callable
from datetime import datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal

import regex
from filelock import FileLock
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from fluencylab import clock
from fluencylab.errors import BadInput, LabError, UnknownModel
from fluencylab.memo import FileMark, file_mark
from fluencylab.models import addresses, gguf, held_keys
from fluencylab.models.types import ModelCapabilities, ModelInfo
from fluencylab.models.wheel import Wheel
from fluencylab.settings import settings

DEFAULT = "smollm2-135m"


def engine_abilities(vocabulary: int) -> ModelCapabilities:
    """What llama.cpp can do with any GGUF file (tools depend on its chat template); the default model's are in `catalogue.toml`."""
    return ModelCapabilities(
        logprobs=True, top_logprobs=vocabulary, json_schema=True,
        usage_in_stream=True, continues=True, filters=True, seed=True,
    )  # fmt: skip


class Lora(BaseModel):
    """An adapter: a few small matrices that are added to those of a model, more or less strongly."""

    model_config = ConfigDict(frozen=True)

    name: str
    path: Path
    sha256: str


class Entry(BaseModel):
    """One model and where it is found. Which of the last fields are set depends on `kind`."""

    model_config = ConfigDict(frozen=True)

    slug: str
    name: str
    kind: Literal["embedded", "file", "endpoint", "hub"]
    licence: str = ""
    bytes: int = 0
    window: int = 0
    sha256: str = ""
    abilities: ModelCapabilities = ModelCapabilities()

    wheel: Wheel | None = Field(None, description="embedded")
    path: Path | None = Field(None, description="file")
    repo: str = Field("", description="hub: owner/name")
    file: str = Field("", description="hub: the GGUF file in it")
    base_url: str = Field("", description="endpoint")
    query: str = Field("", description="endpoint: what follows the question mark (Azure's api-version)")
    model: str = Field("", description="endpoint: the name it knows the model by")
    adapter: Lora | None = Field(None, description="local: loaded beside the weights, used as strongly as each call says")
    key_env: str = Field("", description="endpoint: environment variable that holds the key")
    keyring: str = Field("", description="endpoint: entry of the system keyring that holds the key")
    key_held: str = Field("", description="endpoint: ticket of a key that was typed, and is held while the lab is open (`keys.hold`)")
    key_header: str = Field("Authorization", description="endpoint: the header that carries the key")
    price_in: float | None = Field(None, ge=0, allow_inf_nan=False, description="endpoint: US dollars for a million tokens it reads")
    price_out: float | None = Field(None, ge=0, allow_inf_nan=False, description="endpoint: and for a million it writes")
    requests_a_minute: int = Field(0, ge=0, description="endpoint: calls that it is sent in a minute at most; 0 where nobody said")
    tokens_a_minute: int = Field(0, ge=0, description="endpoint: and tokens, read and written")
    tested: datetime | None = Field(None, description="When it was last asked what it can do; None: never, or before this was kept")

    @property
    def local(self) -> bool:
        """Runs in the embedded engine."""
        return self.kind != "endpoint"

    def card(self) -> ModelInfo:
        kind = "file" if self.kind == "hub" else self.kind
        card = ModelInfo(slug=self.slug, name=self.name, kind=kind, sha256=self.sha256, window=self.window, abilities=self.abilities)
        own: dict[str, object] = {"adapter": self.adapter.name, "adapter_sha256": self.adapter.sha256} if self.adapter else {}
        if not self.local:
            own |= {"price_in": self.price_in, "price_out": self.price_out}
            own["place"] = hashlib.sha256("\n".join((self.base_url, self.query, self.model)).encode()).hexdigest()[:32]
        return card.model_copy(update=own)


class ListBroken(LabError):
    """`models.json` cannot be read."""


class _Yours(BaseModel):
    """`models.json`: what you added, and which model is in use."""

    current: str = DEFAULT
    models: tuple[Entry, ...] = ()


@cache
def _offered() -> tuple[Entry, ...]:
    text = Path(__file__).with_name("catalogue.toml").read_text(encoding="utf-8")
    return tuple(Entry(slug=slug, kind="embedded", **fields) for slug, fields in tomllib.loads(text).items())


def _path() -> Path:
    return _within(settings().data)


@lru_cache(maxsize=4)
def _within(data: Path) -> Path:
    return data / "models.json"


def _read() -> _Yours:
    """A page asks for it some hundred times: the file is read where it has changed since, whichever process changed it."""
    path = _path()
    try:
        return _read_as(path, file_mark(path))
    except FileNotFoundError:
        return _Yours()
    except (OSError, ValidationError) as error:
        raise ListBroken(
            f"The list of your models, {path}, cannot be read: {_first_fault(error)}.",
            "Correct the file. Or set it aside and go on with the default model: the page offers it, and so does “fluency models reset”.",
        ) from error


@lru_cache(maxsize=4)
def _read_as(path: Path, mark: FileMark | None) -> _Yours:
    return _Yours.model_validate_json(path.read_bytes()) if mark else _Yours()


def _first_fault(error: OSError | ValidationError) -> str:
    if isinstance(error, OSError):
        return str(error.strerror)
    first = error.errors(include_url=False)[0]
    return f"{'.'.join(map(str, first['loc']))}: {first['msg']}" if first["loc"] else first["msg"]


def set_aside() -> Path | None:
    """Go on with the default: the list that cannot be read is kept beside, under another name. None where it can be read."""
    path = _path()
    with FileLock(path.with_suffix(".lock")):
        try:
            _read()
        except ListBroken:
            aside = path.with_name(f"models-{clock.now():%Y%m%d-%H%M%S}.broken.json")
            path.replace(aside)
            return aside
    return None


def _change(edit: Callable[[_Yours], _Yours]) -> None:
    """Read, edit, write: whole or not at all, and one process at a time."""
    path = _path()
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(path.with_suffix(".lock")):
        text = edit(_read()).model_dump_json(indent=1, exclude_defaults=True)
        fresh = path.with_suffix(".new")
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(path)


def models() -> list[Entry]:
    """Every model there is: ours first, then yours in the order you added them."""
    return [*_offered(), *_read().models]


def find(slug: str) -> Entry:
    for entry in models():
        if entry.slug == slug:
            return entry
    known = ", ".join(entry.slug for entry in models())
    raise UnknownModel(f"There is no model named {slug}.", f"Choose one of: {known}; or add it with `fluency models add`.")


def current() -> Entry:
    """The model in use; the default when the one chosen has been removed."""
    yours = _read()
    return next((entry for entry in (*_offered(), *yours.models) if entry.slug == yours.current), _offered()[0])


def use(slug: str) -> Entry:
    """Raises BadInput for one that makes embeddings and no text."""
    entry = find(slug)
    if not entry.abilities.writes:
        raise BadInput(
            f"{entry.name} turns texts into embeddings and writes no answers.",
            "Name it under “Embedder” in the embeddings lab, and choose a language model here: `fluency models list`.",
        )
    _change(lambda yours: yours.model_copy(update={"current": slug}))
    return entry


def remove(slug: str) -> Entry:
    """Forget a model you added (your file stays where it is), or delete the fetched weights of one of ours."""
    entry = find(slug)
    if entry.wheel or entry.kind == "hub":
        weights(entry).unlink(missing_ok=True)
        shutil.rmtree(fetching_folder(entry), ignore_errors=True)
    if entry.key_held and not any(one.key_held == entry.key_held and one.slug != slug for one in _read().models):
        held_keys.forget(entry.key_held)
    _change(
        lambda yours: _Yours(
            current=DEFAULT if yours.current == slug else yours.current,
            models=tuple(m for m in yours.models if m.slug != slug),
        )
    )
    return entry


def weights(entry: Entry) -> Path:
    """Where the weights of a local model lie, or will lie once fetched."""
    if entry.path:
        return entry.path
    name = Path(entry.wheel.member if entry.wheel else entry.file).name
    return settings().cache / "models" / entry.slug / name


def fetching_folder(entry: Entry) -> Path:
    """What has come of weights that are not whole yet: the next try goes on with it."""
    return weights(entry).parent / "fetching"


def add_file(path: Path, slug: str = "", name: str = "") -> Entry:
    """A GGUF file of your own. It is read where it lies. Hashes the whole file: call it from a thread."""
    path = path.expanduser().absolute()
    header = gguf.read(path)
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    entry = Entry(
        slug=_slug(slug or name or path.stem),
        name=name or header.name or path.stem,
        kind="file",
        licence=header.licence,
        bytes=path.stat().st_size,
        window=header.window,
        sha256=digest,
        abilities=engine_abilities(header.vocabulary),
        path=path,
    )
    return add(entry)


def add_hub(repo: str, file: str, *, bytes: int, sha256: str, slug: str = "", name: str = "") -> Entry:
    """A GGUF file in a Hugging Face repository; `hub.find` tells file, size and hash. Fetched when first used."""
    entry = Entry(
        slug=_slug(slug or name or Path(file).stem),
        name=name or f"{repo.split('/')[-1]} ({Path(file).stem})",
        kind="hub",
        bytes=bytes,
        window=settings().engine_window,
        sha256=sha256,
        abilities=engine_abilities(20),
        repo=repo,
        file=file,
    )
    return add(entry)


def endpoint(
    base_url: str,
    model: str,
    *,
    key_env: str = "",
    keyring: str = "",
    key_held: str = "",
    window: int = 0,
    price_in: float | None = None,
    price_out: float | None = None,
    requests_a_minute: int = 0,
    tokens_a_minute: int = 0,
    slug: str = "",
    name: str = "",
) -> Entry:
    """The checked entry of an OpenAI-compatible endpoint: enough to call it. `models.add_endpoint` probes it and adds it."""
    if not model.strip():
        raise BadInput("An endpoint needs the name of the model to ask for.", "Give it with `--model`.")
    if key_env and not names_a_variable(key_env):
        raise BadInput("The key is named, never typed here.", "Put the key into an environment variable and give the variable's name.")
    address, query = addresses.parsed(base_url)
    return Entry(
        slug=_slug(slug or name or model),
        name=name or model,
        kind="endpoint",
        window=window,
        base_url=address,
        query=query,
        model=model.strip(),
        key_env=key_env,
        keyring=keyring,
        key_held=key_held,
        price_in=price_in,
        price_out=price_out,
        requests_a_minute=requests_a_minute,
        tokens_a_minute=tokens_a_minute,
        key_header="api-key" if addresses.is_azure(address, query) else "Authorization",
    )


def names_a_variable(typed: str) -> bool:
    """Is this the name of a variable, and no key? One that is not set is taken for a name only in capitals: some keys are one word, too."""
    return re.fullmatch(r"[A-Za-z_]\w{0,79}", typed, re.ASCII) is not None and (typed in os.environ or typed == typed.upper())


def _slug(name: str) -> str:
    """A short name for commands and addresses, in the script of the name: “Ягодка 7B” is `ягодка-7b`. Of signs alone, their hash."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    found = regex.sub(r"[^\p{L}\p{M}\p{N}.]+", "-", plain).strip("-.")[:60].rstrip("-.")
    return found or f"model-{hashlib.sha256(name.encode('utf-8', 'replace')).hexdigest()[:6]}"


def add(entry: Entry) -> Entry:
    """Keep an entry that is complete. Raises BadInput when its slug is taken."""

    def edit(yours: _Yours) -> _Yours:
        if other := next((one for one in (*_offered(), *yours.models) if one.slug == entry.slug), None):
            raise _taken(entry, other)
        return yours.model_copy(update={"models": (*yours.models, entry)})

    _change(edit)
    return entry


def _taken(entry: Entry, other: Entry) -> BadInput:
    where = f" at {other.base_url}" if other.base_url else ""
    return BadInput(
        f"There is already a model named {entry.slug}{where}.",
        f"Give this one another name with `--name`, or remove that one with `fluency models remove {entry.slug}`.",
    )


def free(entry: Entry) -> None:
    """Raises BadInput when the slug of an entry is taken: before an endpoint is asked what it can do."""
    if other := next((one for one in models() if one.slug == entry.slug), None):
        raise _taken(entry, other)


def replace(entry: Entry) -> Entry:
    """Keep what was changed about one of yours: an address, a key, a price. Raises UnknownModel when it was removed meanwhile."""
    if not any(one.slug == entry.slug for one in _read().models):
        raise UnknownModel(f"{entry.name} was removed meanwhile.", "Nothing of it was kept. Add it again.")
    _change(lambda yours: yours.model_copy(update={"models": tuple(entry if one.slug == entry.slug else one for one in yours.models)}))
    return entry


def learn(entry: Entry) -> None:
    """Keep what an endpoint was found to take or to refuse since it was added. One that is not in the list, or no more, is left out."""

    def edit(yours: _Yours) -> _Yours:
        kept = [entry if (one.slug, one.base_url, one.model) == (entry.slug, entry.base_url, entry.model) else one for one in yours.models]
        return yours.model_copy(update={"models": tuple(kept)})

    if any((one.slug, one.base_url) == (entry.slug, entry.base_url) for one in _read().models):
        _change(edit)

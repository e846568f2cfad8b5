"""The acts on the list of models: read what was typed about an endpoint, look which models it has, change it, use it, remove it.

What a person types is read here once, for a new endpoint and for one that is changed; each fault is said at its field.
"""

import asyncio
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from fluencylab.actions import graders
from fluencylab.actions.runs import cancel_run
from fluencylab.errors import BadInput, LabError, ModelRefused, NotFound
from fluencylab.models import addresses, catalogue, held_keys, keys, offered, whereabouts
from fluencylab.models.catalogue import Entry
from fluencylab.runs.feed import ENDED
from fluencylab.store import queries
from fluencylab.store.engine import Store

MOST_SHOWN = 300
"""Names of models on a page: of a longer list the rest can be typed."""
KEY_FROM = ("none", "variable", "keyring", "memory")
NAMES = (
    "address",
    "key_from",
    "key_env",
    "keyring",
    "ticket",
    "model",
    "typed_model",
    "name",
    "window",
    "price_in",
    "price_out",
    "requests_a_minute",
    "tokens_a_minute",
    "consent",
)
LONGEST = 2_000


@dataclass
class Typed:
    """What stands in the form. `errors`: field -> what is wrong with it. The key is not among them: of it there is a ticket."""

    fields: dict[str, str]
    errors: dict[str, str] = field(default_factory=dict)
    names: list[str] | None = None
    """The models that the endpoint says it has; None where it was not asked"""
    more: int = 0
    """Names that are not shown"""
    moved: str = ""
    """Where it was found to answer, if that is not where it was looked for"""

    def __post_init__(self) -> None:
        self.fields = dict.fromkeys(NAMES, "") | self.fields

    def __getitem__(self, name: str) -> str:
        return self.fields.get(name, "")

    @property
    def model(self) -> str:
        return self["typed_model"] or self["model"]

    def refuse(self, name: str, error: LabError) -> None:
        self.errors.setdefault(name, str(error))


def read(posted: Mapping[str, Any]) -> Typed:
    """What was typed, without blanks around it. A key goes into memory at once, and comes back as its ticket."""
    given = {name: str(posted.get(name, "")).strip()[:LONGEST] for name in NAMES}
    typed = Typed(given)
    given = typed.fields
    if given["key_from"] not in KEY_FROM:
        given["key_from"] = "variable" if given["key_env"] else "keyring" if given["keyring"] else "none"
    if given["key_from"] not in ("keyring", "memory"):
        given["ticket"] = ""
    elif key := str(posted.get("key", "")).strip():
        try:
            given["ticket"] = held_keys.hold(key)
        except BadInput as error:
            typed.refuse("key", error)
    if given["ticket"] and not held_keys.get(given["ticket"]):
        given["ticket"] = ""
    return typed


async def checked(typed: Typed, *, model: bool, known: Entry | None = None) -> Entry | None:
    """An entry of what was typed, or None with the faults at their fields. `model`: must it name one? `known`: the one that is changed."""
    base_url = _address(typed)
    _key(typed, known)
    if typed["key_from"] == "keyring" and typed["ticket"] and (trouble := await asyncio.to_thread(keys.keyring_trouble)):
        typed.refuse("key_from", BadInput(trouble, "Name an environment variable, or have the lab remember the key while it is open."))
    if model and not typed.model:
        typed.refuse(
            "typed_model", BadInput("Which model of that endpoint is meant is not said.", "Choose one of its list, or type its name.")
        )
    window, price_in, price_out = (
        _number(typed, "window", 10_000_000),
        _number(typed, "price_in", 10_000),
        _number(typed, "price_out", 10_000),
    )
    requests, tokens = (_number(typed, name, 1_000_000_000) for name in ("requests_a_minute", "tokens_a_minute"))
    if base_url and not whereabouts.is_here(base_url) and typed["consent"] != whereabouts.host(base_url):
        where = whereabouts.host(base_url)
        typed.refuse("consent", BadInput(f"{where} is not this machine.", "Read what goes there, and tick the box to say that it may."))
    if typed.errors:
        return None
    try:
        entry = catalogue.endpoint(
            typed["address"],
            typed.model or "any",
            key_env=typed["key_env"] if typed["key_from"] == "variable" else "",
            keyring=_entry_of_keyring(typed) if typed["key_from"] == "keyring" else "",
            key_held=typed["ticket"] if typed["key_from"] == "memory" else "",
            window=int(window or 0),
            price_in=price_in,
            price_out=price_out,
            requests_a_minute=int(requests or 0),
            tokens_a_minute=int(tokens or 0),
            slug=known.slug if known else "",
            name=typed["name"] or (known.name if known else "" if typed.model else "The endpoint"),
        )
    except BadInput as error:
        typed.refuse("address", error)
        return None
    return _as_known(entry, known)


def _as_known(entry: Entry, known: Entry | None) -> Entry:
    """A key that is in memory stays when nothing new was typed, and so do the header that was found and what is known of the model."""
    if known is None:
        return entry
    kept = {"abilities": known.abilities, "tested": known.tested, "slug": known.slug}
    if entry.base_url == known.base_url:
        kept["key_header"] = known.key_header
    return entry.model_copy(update=kept)


def _entry_of_keyring(typed: Typed) -> str:
    return typed["keyring"] or whereabouts.host(addresses.parsed(typed["address"])[0])


def _address(typed: Typed) -> str:
    if not typed["address"]:
        typed.refuse("address", BadInput("There is no address.", "Choose a place from the list, or type one."))
        return ""
    try:
        return addresses.parsed(typed["address"])[0]
    except BadInput as error:
        typed.refuse(
            "address", BadInput("This is no address that can be kept.", NO_ADDRESS) if "is not an address" in error.message else error
        )
        typed.fields["address"] = _without_secrets(typed["address"])
        return ""


NO_ADDRESS = "It looks like https://host/v1 or http://127.0.0.1:11434/v1."


def _without_secrets(address: str) -> str:
    """What of an address that was refused stays in its field: no query, no user, and nothing that may be a key in the wrong place."""
    if not re.search(r"[.:/]|localhost", address):
        return ""
    return re.sub(r"//[^/@]*@", "//", re.split(r"[?#]", address)[0])


def _key(typed: Typed, known: Entry | None) -> None:
    way, name = typed["key_from"], typed["key_env"]
    if way == "variable" and not name:
        typed.refuse("key_env", BadInput("The variable is not named.", "Type the name of the variable that holds the key."))
    elif way == "variable" and not catalogue.names_a_variable(name):
        typed.fields["key_env"] = ""
        typed.refuse("key_env", BadInput("The key is named, never typed here.", "Type the variable’s name, or choose another way below."))
    elif way == "variable" and not os.environ.get(name, "").strip():
        fix = "Set it in the terminal, and start the lab again from there: a running program does not see it."
        typed.refuse("key_env", BadInput(f"The lab finds nothing in the variable {name}.", fix))
    elif way == "memory" and not typed["ticket"]:
        if known and known.key_held and held_keys.get(known.key_held):
            typed.fields["ticket"] = known.key_held
        else:
            typed.refuse("key", BadInput("There is no key.", "Type or paste it once: it is not shown again."))
    elif way == "keyring" and not typed["ticket"] and not typed["keyring"]:
        typed.refuse("key", BadInput("There is no key, and no entry is named.", "Type the key, or name the entry that holds it."))


def _number(typed: Typed, name: str, most: float) -> float | None:
    if not typed[name]:
        return None
    try:
        found = float(typed[name].replace(",", "" if name == "window" else "."))
    except ValueError:
        found = -1.0
    if not 0 <= found <= most:
        typed.refuse(name, BadInput("This is no number that fits here.", f"Type one from 0 to {most:,}, or leave it empty."))
    return found


async def look(typed: Typed, known: Entry | None = None) -> None:
    """Ask the endpoint which models it has. Faults are said at their fields."""
    entry = await checked(typed, model=False, known=known)
    if entry is None:
        return
    try:
        there, found = await offered(_with_its_key(entry, typed))
    except LabError as error:
        typed.refuse(field_at_fault(error), error)
        return
    typed.names, typed.more = found[:MOST_SHOWN], max(0, len(found) - MOST_SHOWN)
    if found and there.base_url != entry.base_url:
        typed.moved = there.base_url
        typed.fields["address"] = addresses.with_query(there.base_url, entry.query)
    if len(found) == 1 and not typed.model:
        typed.fields["model"] = found[0]


def _with_its_key(entry: Entry, typed: Typed) -> Entry:
    """A key that goes to the keyring is read from memory until it is there."""
    held = bool(typed["ticket"]) and typed["key_from"] == "keyring"
    return entry.model_copy(update={"keyring": "", "key_held": typed["ticket"]}) if held else entry


def field_at_fault(error: LabError) -> str:
    """Which field of the form an endpoint's refusal is about."""
    words = error.message
    if "key" in words.split("(")[0] and isinstance(error, ModelRefused):
        return "key_from"
    return "typed_model" if "model" in words.partition("): ")[2].lower() else "address"


async def ready(typed: Typed, known: Entry | None = None) -> Entry | None:
    """What was typed, to be tested and kept: its name is free, and its key lies where it is to lie. None with the faults told."""
    entry = await checked(typed, model=True, known=known)
    if entry is None:
        return None
    try:
        if known is None:
            await asyncio.to_thread(catalogue.free, entry)
    except BadInput as error:
        typed.refuse("name", BadInput(error.message, "Give this one another name."))
        return None
    try:
        if typed["key_from"] == "keyring" and typed["ticket"]:
            await asyncio.to_thread(keys.store, entry.keyring, typed["ticket"])
        await asyncio.to_thread(keys.read, entry)
    except LabError as error:
        typed.refuse("key_from", error)
        return None
    return entry


def as_typed(entry: Entry) -> Typed:
    """The form as it stands for a model that is there."""
    way = "variable" if entry.key_env else "keyring" if entry.keyring else "memory" if entry.key_held else "none"
    fields = {
        "address": addresses.with_query(entry.base_url, entry.query),
        "key_from": way,
        "key_env": entry.key_env,
        "keyring": entry.keyring,
        "ticket": entry.key_held,
        "typed_model": entry.model,
        "name": entry.name,
        "window": f"{entry.window}" if entry.window else "",
        "price_in": "" if entry.price_in is None else f"{entry.price_in:g}",
        "price_out": "" if entry.price_out is None else f"{entry.price_out:g}",
        "requests_a_minute": f"{entry.requests_a_minute}" if entry.requests_a_minute else "",
        "tokens_a_minute": f"{entry.tokens_a_minute}" if entry.tokens_a_minute else "",
        "consent": whereabouts.host(entry.base_url),
    }
    return Typed(fields)


def needs_test(entry: Entry, known: Entry) -> bool:
    """Is it asked elsewhere, by another name or with another key than before?"""
    parts = ("base_url", "query", "model", "key_env", "keyring", "key_held")
    return any(getattr(entry, name) != getattr(known, name) for name in parts)


def endpoint(slug: str) -> Entry:
    """One that can be changed. Raises NotFound."""
    found = entry(slug)
    if found.local:
        raise NotFound(f"{found.name} runs inside the lab: it has no address and no key.", "Choose an endpoint from the list of models.")
    return found


def entry(slug: str) -> Entry:
    found = next((one for one in catalogue.models() if one.slug == slug), None)
    if found is None:
        raise NotFound("There is no such model here.", "It may have been removed. Choose one from the list of models.")
    return found


@dataclass(frozen=True)
class Stays:
    """What a model leaves behind when it is removed. `working`: runs on it that have not ended."""

    runs: int
    working: list[str]
    grader: bool


async def stays(store: Store, learner: str, slug: str) -> Stays:
    async with store.read() as session:
        runs, unfinished = await queries.runs_on_model(session, learner, slug), await queries.unfinished_runs(session)
    tested = await asyncio.to_thread(graders.tested, entry(slug))
    return Stays(runs, [run.id for run in unfinished if run.model == slug and run.status not in ENDED], tested is not None)


async def remove(store: Store, learner: str, slug: str, *, key_too: bool = False) -> Entry:
    """Runs on it are stopped, then it is forgotten. `key_too`: also what the system's keyring keeps for it."""
    gone = await asyncio.to_thread(entry, slug)
    if gone.kind == "embedded" and (await asyncio.to_thread(catalogue.current)).slug == slug:
        raise BadInput(f"{gone.name} is in use, and it is the model the lab comes with.", "Use another model first.")
    for run in (await stays(store, learner, slug)).working:
        await cancel_run(store, run)
    await asyncio.to_thread(catalogue.remove, slug)
    if key_too and gone.keyring:
        await asyncio.to_thread(keys.unstore, gone.keyring)
    return gone

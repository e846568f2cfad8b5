"""The key of an endpoint, read at the moment of the call and nowhere kept.

An entry names an environment variable, an entry of the system keyring (service "fluency-lab"), or a ticket: a key that was typed and is
held in memory for as long as this process runs. No key is ever written to a file of ours.
"""

import contextlib
import importlib
import os

from fluencylab.errors import BadInput, ModelRefused
from fluencylab.models import held_keys
from fluencylab.models.catalogue import Entry

SERVICE = "fluency-lab"


def read(entry: Entry) -> str:
    """The key, or "" where the endpoint needs none. Raises ModelRefused when the one that is named is not there."""
    if entry.key_env:
        key = held_keys.tidy(os.environ.get(entry.key_env, ""))
    elif entry.keyring:
        key = _from_keyring(entry.keyring)
    elif entry.key_held:
        key = held_keys.get(entry.key_held)
    else:
        return ""
    if not key:
        again = "Type it again on the page Model, under “Change”." if entry.key_held else "Set it, then try again."
        raise ModelRefused(f"{entry.name} needs a key, and {source(entry)} holds none.", again)
    if not key.isascii() or not key.isprintable():
        raise ModelRefused(f"What {source(entry)} holds cannot be a key.", "Look for a line break or a stray character in it.")
    return key


def source(entry: Entry) -> str:
    """Where the key comes from, in words: this may be shown, the key may not."""
    if entry.key_env:
        return f"the environment variable {entry.key_env}"
    if entry.key_held:
        return "the memory of the lab that is open"
    return f"the keyring entry “{entry.keyring}”" if entry.keyring else "no key"


def named(entry: Entry) -> bool:
    """Does it ask for a key at all?"""
    return bool(entry.key_env or entry.keyring or entry.key_held)


def keyring_trouble() -> str:
    """Why this system's keyring cannot be used, as a sentence; "" where it can. It may ask other programs: call it from a thread."""
    keyring = importlib.import_module("keyring")
    try:
        usable = keyring.get_keyring().priority > 0
    except Exception as error:  # a backend of the system's, which may raise anything at all
        return f"This system’s keyring cannot be used: {type(error).__name__}."
    return "" if usable else NO_KEYRING


NO_KEYRING = "This system has no keyring that programs can use, as on most Linux machines without a desktop."


def store(name: str, ticket: str) -> None:
    """Put a key that is held into the system's keyring, under a name. Raises BadInput where it is not held, or the keyring refuses it."""
    errors = importlib.import_module("keyring.errors")
    key = held_keys.get(ticket)
    if not key:
        raise BadInput("The key that you typed is held no more.", "Type it again.")
    try:
        importlib.import_module("keyring").set_password(SERVICE, name, key)
    except errors.KeyringError as error:
        raise BadInput("The system’s keyring did not take the key.", "Unlock it, or name an environment variable instead.") from error


def stored(name: str) -> bool:
    """Is there a key under this name in the system's keyring?"""
    return bool(_from_keyring(name))


def unstore(name: str) -> None:
    """Delete what the system's keyring keeps under this name, if it does."""
    errors = importlib.import_module("keyring.errors")
    with contextlib.suppress(errors.KeyringError):
        importlib.import_module("keyring").delete_password(SERVICE, name)


def _from_keyring(name: str) -> str:
    """`keyring` takes 0.2 s to import, and most people never need it."""
    keyring = importlib.import_module("keyring")
    errors = importlib.import_module("keyring.errors")
    try:
        return held_keys.tidy(keyring.get_password(SERVICE, name) or "")
    except errors.KeyringError:
        return ""


def held(entry: Entry) -> bool:
    """Is the key that was typed for it still in memory?"""
    return bool(held_keys.get(entry.key_held))

"""The key of an endpoint, read at the moment of the call and nowhere kept.

An entry names an environment variable, or an entry of the system keyring (service "fluency-lab").
"""

import importlib
import os

from fluencylab.errors import ModelRefused
from fluencylab.models.catalogue import Entry

SERVICE = "fluency-lab"


def read(entry: Entry) -> str:
    """The key, or "" where the endpoint needs none. Raises ModelRefused when the one that is named is not there."""
    if entry.key_env:
        key = os.environ.get(entry.key_env, "").strip()
    elif entry.keyring:
        key = _from_keyring(entry.keyring)
    else:
        return ""
    if not key:
        raise ModelRefused(f"{entry.name} needs a key, and {source(entry)} holds none.", "Set it, then try again.")
    if not key.isascii() or not key.isprintable():
        raise ModelRefused(f"What {source(entry)} holds cannot be a key.", "Look for a line break or a stray character in it.")
    return key


def source(entry: Entry) -> str:
    """Where the key comes from, in words: this may be shown, the key may not."""
    if entry.key_env:
        return f"the environment variable {entry.key_env}"
    return f"the keyring entry “{entry.keyring}”" if entry.keyring else "no key"


def _from_keyring(name: str) -> str:
    """`keyring` takes 0.2 s to import, and most people never need it."""
    keyring = importlib.import_module("keyring")
    errors = importlib.import_module("keyring.errors")
    try:
        return (keyring.get_password(SERVICE, name) or "").strip()
    except errors.KeyringError:
        return ""

"""The key of an endpoint, read at the moment of the call and nowhere kept.

An entry names an environment variable, or an entry of the system keyring (service "fluency-lab").
"""

import importlib
import os
import re
import unicodedata

from fluencylab.errors import ModelRefused
from fluencylab.models.catalogue import Entry

SERVICE = "fluency-lab"
_QUOTES = " \"'`“”„‘’«»<>,;"


def read(entry: Entry) -> str:
    """The key, or "" where the endpoint needs none. Raises ModelRefused when the one that is named is not there."""
    if entry.key_env:
        key = tidy(os.environ.get(entry.key_env, ""))
    elif entry.keyring:
        key = _from_keyring(entry.keyring)
    else:
        return ""
    if not key:
        raise ModelRefused(f"{entry.name} needs a key, and {source(entry)} holds none.", "Set it, then try again.")
    if not key.isascii() or not key.isprintable():
        raise ModelRefused(f"What {source(entry)} holds cannot be a key.", "Look for a line break or a stray character in it.")
    return key


def tidy(typed: str) -> str:
    """A key without what was copied along with it: “Authorization: Bearer”, quotes, blanks, line breaks, signs without a shape."""
    key = "".join(sign for sign in typed if unicodedata.category(sign) not in ("Cf", "Cc", "Zs", "Zl", "Zp") or sign == " ").strip()
    key = re.sub(r"^(export\s+)?[A-Z][A-Z0-9_]*=(?=\S)", "", key.strip(_QUOTES))
    key = re.sub(r"^(authorization|x-api-key|api-key)\s*[:=]\s*", "", key.strip(_QUOTES), flags=re.IGNORECASE)
    key = re.sub(r"^bearer\s+", "", key.strip(_QUOTES), flags=re.IGNORECASE)
    return "".join(key.strip(_QUOTES).split())


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
        return tidy(keyring.get_password(SERVICE, name) or "")
    except errors.KeyringError:
        return ""

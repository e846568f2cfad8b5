"""Where models are usually served (`places.toml`): an address to begin a form with, and the variable that usually holds the key."""

import tomllib
from functools import cache
from pathlib import Path
from typing import NamedTuple


class Place(NamedTuple):
    """`note`: what to know before it answers."""

    name: str
    title: str
    address: str
    key_env: str = ""
    note: str = ""


@cache
def places() -> tuple[Place, ...]:
    """Servers of one’s own first, then those that are hosted."""
    text = Path(__file__).with_name("places.toml").read_text(encoding="utf-8")
    return tuple(Place(name, **fields) for name, fields in tomllib.loads(text).items())


def place(name: str) -> Place | None:
    return next((one for one in places() if one.name == name), None)

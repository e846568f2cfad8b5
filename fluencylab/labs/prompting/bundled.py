"""The texts that the prompting lab brings along: `bundled.toml`."""

import tomllib
from functools import cache
from pathlib import Path


@cache
def bundled(name: str) -> str:
    return str(tomllib.loads(Path(__file__).with_name("bundled.toml").read_text(encoding="utf-8"))[name]).strip()

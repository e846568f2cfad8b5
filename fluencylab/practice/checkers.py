"""Does an answer hold what was asked for? One small function for each kind of check, and the one dict of them. Pure.

wrong((Check(kind="number", says="no amount"),), "40 euros", "40")   ->   ""
wrong((Check(kind="number", says="no amount"),), "It depends.", "40")   ->   "no amount"
"""

import json
import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import Any

from fluencylab.curriculum.repairs import Check
from fluencylab.text.surface import bare, number, plain


def _json(text: str, wanted: str) -> bool:
    try:
        return bool(_same(json.loads(text), json.loads(wanted)))
    except (ValueError, RecursionError):
        return False


def _same(given: Any, wanted: Any) -> bool:
    if isinstance(wanted, dict):
        return isinstance(given, dict) and set(given) == set(wanted) and all(_same(given[key], wanted[key]) for key in wanted)
    if isinstance(wanted, list):
        return isinstance(given, list) and len(given) == len(wanted) and all(map(_same, given, wanted))
    if isinstance(wanted, str):
        return isinstance(given, str) and plain(given) == plain(wanted)
    return type(given) is type(wanted) and bool(given == wanted)


CHECKERS: dict[str, Callable[[str, str], bool]] = {
    "equals": lambda text, value: bare(text) == bare(value),
    "contains": lambda text, value: plain(value) in plain(text),
    "lacks": lambda text, value: plain(value) not in plain(text),
    "pattern": lambda text, value: re.search(value, unicodedata.normalize("NFKC", text), re.IGNORECASE) is not None,
    "number": lambda text, value: number(text) is not None and number(text) == number(value),
    "label": lambda text, value: re.findall(r"\w+", plain(text))[:1] == re.findall(r"\w+", plain(value))[:1] != [],
    "words": lambda text, value: 0 < len(text.split()) <= int(value),
    "json": _json,
    "ends": lambda text, value: text.rstrip().endswith(tuple(value)),
}
"""kind -> (answer, value): label: the first word; words: at most so many; json: the same object; ends: with one of these signs."""


def wrong(checks: Sequence[Check], text: str, expect: str) -> str:
    """What the first check that fails says; empty where all of them hold."""
    return next((check.says for check in checks if not CHECKERS[check.kind](text, _filled(check, expect))), "")


def _filled(check: Check, expect: str) -> str:
    return check.value.replace("{expect}", re.escape(expect) if check.kind == "pattern" else expect)

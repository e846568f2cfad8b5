"""A check as a person writes it: a kind, and one line of words, a pattern or a number."""

from collections.abc import Mapping
from typing import Any

KINDS = {
    "contains": "it holds these words",
    "not-contains": "it holds none of these words",
    "equals": "it is exactly this",
    "pattern": "a pattern is found in it",
    "not-pattern": "a pattern is not found in it",
    "words": "it has at most so many words",
    "language": "it is in this language (a code: en, de, fr …)",
    "declines": "it says that it does not know",
    "not-declines": "it does not say that it does not know",
    "mentions": "it names so many of the figures and names of the right answer",
    "latency": "it takes at most so many seconds",
    "cost": "it costs at most so many dollars",
}
"""What a check can be where its value is one line."""


def rule(kind: str, value: str) -> Mapping[str, Any]:
    """What was typed, as a check reads it."""
    words = [word.strip() for word in value.replace("\n", ",").split(",") if word.strip()]
    match kind:
        case "contains" | "not-contains":
            return {"kind": "contains", "values": words, "how": "all" if kind == "contains" else "none"}
        case "pattern" | "not-pattern":
            return {"kind": "pattern", "value": value, "absent": kind == "not-pattern"}
        case "words":
            return {"kind": "length", "most": value.strip() or None}
        case "language":
            return {"kind": "language", "code": value.strip().lower()}
        case "declines" | "not-declines":
            return {"kind": "declines", "wanted": kind == "declines"}
        case "mentions":
            return {"kind": "mentions", "least": value.strip() or 1}
        case "latency" | "cost":
            return {"kind": kind, "most": value.strip().replace(",", ".")}
    return {"kind": kind, "value": value}

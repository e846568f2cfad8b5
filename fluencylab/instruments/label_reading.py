"""Which of a few labels does an answer name? Read from JSON, or from how likely its first token is to begin each.

    {"label": "billing"}                billing
    billing -0.4, refund -1.6           billing 0.77    after what an empty message is given has been taken out

How a label is read from free text: `verdict_reading.py`.

The comparison with an empty message is contextual calibration (Zhao and others 2021, arXiv:2102.09690): it takes out how much a
model likes a label whatever the message says.
"""

import json
import math
from collections.abc import Sequence
from typing import NamedTuple

from fluencylab.models.types import BYTES, Token, bytes_of

EMPTY = "N/A"
"""What stands in for a message that says nothing."""
ALTERNATIVES = 1000
UNSEEN = -20.0
"""The log-probability of a label that the model did not name among its alternatives."""


class LabelReading(NamedTuple):
    """What an answer says. `label`: None where it names none. `confidence`: 0..1, None where nothing tells."""

    label: str | None
    confidence: float | None = None
    odds: dict[str, float] | None = None


def schema(labels: Sequence[str]) -> dict[str, object]:
    return {
        "type": "object",
        "properties": {"label": {"type": "string", "enum": list(labels)}},
        "required": ["label"],
        "additionalProperties": False,
    }


def in_form(text: str, labels: Sequence[str]) -> str | None:
    """The label in JSON after `schema`."""
    try:
        parsed = json.loads(text)
    except (ValueError, RecursionError):
        return None
    label = parsed.get("label") if isinstance(parsed, dict) else None
    return label if label in labels else None


def label_logprobs(tokens: Sequence[Token], labels: Sequence[str]) -> dict[str, float]:
    """The best log-probability of a first token that begins one label and no other."""
    found = dict.fromkeys(labels, UNSEEN)
    for alternative in tokens[0].alternatives if tokens else ():
        begun = [label for label in labels if _begins(alternative.text, label)]
        if len(begun) == 1:
            found[begun[0]] = max(found[begun[0]], alternative.logprob)
    return found


def _begins(token: str, label: str) -> bool:
    """Letters of any script may be cut within: the token is compared byte by byte where it is no whole character."""
    if token.startswith(BYTES):
        return any(form.encode().startswith(bytes_of(token)) for form in (label, label.casefold()))
    piece = token.strip().casefold()
    return bool(piece) and label.casefold().startswith(piece)


def weigh(logprobs: dict[str, float], bias: dict[str, float]) -> LabelReading:
    """Shares of the labels after the bias is taken out; they add up to 1."""
    net = {label: value - bias.get(label, 0.0) for label, value in logprobs.items()}
    top = max(net.values())
    weights = {label: math.exp(value - top) for label, value in net.items()}
    total = math.fsum(weights.values())
    odds = {label: weight / total for label, weight in weights.items()}
    best = max(odds, key=lambda label: odds[label])
    return LabelReading(best, odds[best], {label: round(share, 4) for label, share in odds.items()})

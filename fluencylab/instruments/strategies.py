"""Ways to ask one model for one label, and how each answer is read.

    zero      question, labels                            "I'm sorry for any confusion …"    no label in it
    few       + one example for each label                "account"
    schema    question, labels; only a label may come     {"label": "billing"}
    context   question, labels, what each label means
    vote      few, several draws, the label that came most often
    odds      few, one token: how likely each label is, compared with how likely it is for an empty message
    more      odds with twice the examples

The comparison with an empty message is contextual calibration (Zhao and others 2021, arXiv:2102.09690): it takes out how much a
model likes a label whatever the message says.
"""

import json
import math
from collections.abc import Sequence
from typing import NamedTuple

from fluencylab.instruments.asking import messages
from fluencylab.instruments.cost_params import ODDS, Params
from fluencylab.models.types import Completion, Request, Token

EMPTY = "N/A"
"""What stands in for a message that says nothing."""
ALTERNATIVES = 1000
SHORT, FORM = 12, 40
"""Longest answers in tokens: a label somewhere in a short sentence, and a label in JSON."""
DRAWN_AT = 0.7
UNSEEN = -20.0
"""The log-probability of a label that the model did not name among its alternatives."""


class Read(NamedTuple):
    """What an answer says. `label`: None where it names none. `confidence`: 0..1, None where nothing tells."""

    label: str | None
    confidence: float | None = None
    odds: dict[str, float] | None = None


def request(params: Params, strategy: str, text: str, draw: int = 0, logprobs: bool = True) -> Request:
    task = params.task
    many = f"{', '.join(task.labels[:-1])} or {task.labels[-1]}"
    system = f"{task.question} Answer with one word: {many}."
    if strategy == "context":
        system += "\n" + "\n".join(f"{label}: {meaning}." for label, meaning in task.definitions.items())
    told = Request(
        messages=messages(system, text, params.shown(strategy)),
        temperature=DRAWN_AT if strategy == "vote" else 0.0,
        max_tokens=1 if strategy in ODDS else FORM if strategy == "schema" else SHORT,
        top_logprobs=ALTERNATIVES if strategy in ODDS else int(logprobs and strategy != "schema"),
        seed=params.seed + draw if strategy == "vote" else 1,
    )
    return told.model_copy(update={"json_schema": schema(task.labels)}) if strategy == "schema" else told


def schema(labels: Sequence[str]) -> dict[str, object]:
    return {
        "type": "object",
        "properties": {"label": {"type": "string", "enum": list(labels)}},
        "required": ["label"],
        "additionalProperties": False,
    }


def read(strategy: str, completion: Completion, labels: Sequence[str], bias: dict[str, float] | None = None) -> Read:
    if strategy in ODDS:
        return weigh(label_logprobs(completion.tokens, labels), bias or {})
    if strategy == "schema":
        return Read(_in_form(completion.text, labels))
    label = named(completion.text, labels)
    first = completion.tokens[0].logprob if completion.tokens else None
    sure = first is not None and label is not None and completion.text.strip().casefold().startswith(label.casefold())
    return Read(label, math.exp(first) if sure and first is not None else None if first is None else 0.0)


def named(text: str, labels: Sequence[str]) -> str | None:
    """The label that comes first in the text."""
    folded = text.casefold()
    places = [(folded.find(label.casefold()), -len(label), label) for label in labels if label.casefold() in folded]
    return min(places)[2] if places else None


def _in_form(text: str, labels: Sequence[str]) -> str | None:
    try:
        found = json.loads(text)
    except ValueError:
        return None
    label = found.get("label") if isinstance(found, dict) else None
    return label if label in labels else None


def label_logprobs(tokens: Sequence[Token], labels: Sequence[str]) -> dict[str, float]:
    """The best log-probability of a first token that begins one label and no other."""
    found = dict.fromkeys(labels, UNSEEN)
    for alternative in tokens[0].alternatives if tokens else ():
        piece = alternative.text.strip().casefold()
        begun = [label for label in labels if piece and label.casefold().startswith(piece)]
        if len(begun) == 1:
            found[begun[0]] = max(found[begun[0]], alternative.logprob)
    return found


def weigh(logprobs: dict[str, float], bias: dict[str, float]) -> Read:
    """Shares of the labels after the bias is taken out; they add up to 1."""
    net = {label: value - bias.get(label, 0.0) for label, value in logprobs.items()}
    top = max(net.values())
    weights = {label: math.exp(value - top) for label, value in net.items()}
    total = math.fsum(weights.values())
    odds = {label: weight / total for label, weight in weights.items()}
    best = max(odds, key=lambda label: odds[label])
    return Read(best, odds[best], {label: round(share, 4) for label, share in odds.items()})

"""Ways to ask one model for one label, and how each answer is read.

    zero      question, labels                            "I'm sorry for any confusion …"    no label in it
    few       + one example for each label                "account"
    schema    question, labels; only a label may come     {"label": "billing"}
    context   question, labels, what each label means
    vote      few, several draws, the label that came most often
    odds      few, one token: how likely each label is, compared with how likely it is for an empty message
    more      odds with twice the examples

How a label is read from an answer: `instruments/verdict_reading.py`, and `label_reading.py` where the odds count.
"""

import math
from collections.abc import Sequence
from typing import Literal, get_args

from fluencylab.instruments.calls import messages
from fluencylab.instruments.label_reading import ALTERNATIVES, LabelReading, in_form, label_logprobs, schema, weigh
from fluencylab.instruments.labelled import Bundle, Labelled
from fluencylab.instruments.verdict_reading import read_verdict
from fluencylab.models.types import Completion, Request

Strategy = Literal["zero", "few", "schema", "context", "vote", "odds", "more"]
STRATEGIES: tuple[Strategy, ...] = get_args(Strategy)
NAMES: dict[str, str] = {
    "zero": "zero-shot",
    "few": "few-shot",
    "schema": "schema",
    "context": "context",
    "vote": "vote",
    "odds": "odds",
    "more": "doubled odds",
}
ODDS = ("odds", "more")
SURE = ("zero", "few", "context", "vote", *ODDS)
"""Those whose answers come with a confidence, where the model gives log-probabilities: they can be the first step of a route."""
LETTERS = 3
"""Labels that share so many first letters share their first token, and the odds cannot tell them apart."""
SHORT, FORM = 12, 40
"""Longest answers in tokens: a label somewhere in a short sentence, and a label in JSON."""
DRAWN_AT = 0.7


def request(task: Bundle, strategy: str, text: str, shown: Sequence[Labelled], seed: int = 1, logprobs: bool = True) -> Request:
    """`shown`: the examples in front of the message. `seed` counts for a vote alone: the others are not drawn."""
    many = f"{', '.join(task.labels[:-1])} or {task.labels[-1]}"
    system = f"{task.question} Answer with one word: {many}."
    if strategy == "context":
        system += "\n" + "\n".join(f"{label}: {meaning}." for label, meaning in task.definitions.items())
    told = Request(
        messages=messages(system, text, shown),
        temperature=DRAWN_AT if strategy == "vote" else 0.0,
        max_tokens=1 if strategy in ODDS else FORM if strategy == "schema" else SHORT,
        top_logprobs=ALTERNATIVES if strategy in ODDS else int(logprobs and strategy != "schema"),
        seed=seed if strategy == "vote" else 1,
    )
    return told.model_copy(update={"json_schema": schema(task.labels)}) if strategy == "schema" else told


def read(strategy: str, completion: Completion, labels: Sequence[str], bias: dict[str, float] | None = None) -> LabelReading:
    if strategy in ODDS:
        return weigh(label_logprobs(completion.tokens, labels), bias or {})
    if strategy == "schema":
        return LabelReading(in_form(completion.text, labels))
    label = read_verdict(completion.text, labels)
    first = completion.tokens[0].logprob if completion.tokens else None
    sure = first is not None and label is not None and completion.text.strip().casefold().startswith(label.casefold())
    return LabelReading(label, math.exp(first) if sure and first is not None else None if first is None else 0.0)

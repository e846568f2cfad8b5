"""Distance: how alike an embedder finds sentences, and what it is blind to.

    "The parcel has arrived."  "The package is here."  0.60      "The parcel has not arrived."  0.96

The learner's own sentences are compared each with each. Beside them stand 100 labelled triples in five kinds: a kind's error is the share
of sentences whose opposite, or whose other number, name or code, is found at least as alike as what says the same in other words.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from fluencylab.curriculum import loader
from fluencylab.instruments.base import Step
from fluencylab.labs.embeddings.params import Params
from fluencylab.models.embedder import Encode
from fluencylab.stats import Measure, estimate, exactly, share

KINDS = ("negation", "number", "name", "code", "topic")
CHANGED = {
    "negation": "a “not”",
    "number": "a number",
    "name": "a name",
    "code": "a code or an id",
    "topic": "the topic",
}


def steps(params: Params) -> int:
    return 1 + len(KINDS)


def facts(params: Params) -> list[str]:
    n = len(params.sentence_lines)
    pairs = [f"similarity@{i}-{j}" for i in range(1, n + 1) for j in range(i + 1, n + 1)]
    kinds = [f"{fact}@{kind}" for kind in KINDS for fact in ("similarity", "paraphrase")]
    return [*pairs, *kinds, *(f"{kind}_error" for kind in KINDS)]


def texts(params: Params) -> list[str]:
    return [*params.sentence_lines, *(said for one in loader.triples() for said in (one.text, one.same, one.other))]


def matrix(params: Params, encode: Encode) -> Step:
    rows = encode(params.sentence_lines)
    return Step(kind="matrix", data={"sentences": params.sentence_lines, "cosine": (rows @ rows.T).round(4).tolist()})


def triples(encode: Encode, kind: str) -> Step:
    chosen = [one for one in loader.triples() if one.kind == kind]
    text, same, other = (encode([getattr(one, name) for one in chosen]) for name in ("text", "same", "other"))
    data = [
        {"text": one.text, "same": one.same, "other": one.other, "to_same": round(float(near), 4), "to_other": round(float(far), 4)}
        for one, near, far in zip(chosen, (text * same).sum(1), (text * other).sum(1), strict=True)
    ]
    return Step(kind="triples", data={"kind": kind, "triples": data})


def measures(steps: Iterable[Step]) -> dict[str, Measure]:
    found: dict[str, Measure] = {}
    for step in steps:
        if step.kind == "matrix":
            found |= _pairs(step.data["cosine"])
        elif step.kind == "triples":
            found |= _kind(step.data["kind"], step.data["triples"])
    return found


def _pairs(cosine: Sequence[Sequence[float]]) -> dict[str, Measure]:
    n = len(cosine)
    cells = {f"similarity@{i + 1}-{j + 1}": cosine[i][j] for i in range(n) for j in range(i + 1, n)}
    return {name: exactly(value) for name, value in cells.items()}


def _kind(kind: str, rows: Sequence[dict[str, Any]]) -> dict[str, Measure]:
    return {
        f"paraphrase@{kind}": estimate([row["to_same"] for row in rows]),
        f"similarity@{kind}": estimate([row["to_other"] for row in rows]),
        f"{kind}_error": share(sum(row["to_other"] >= row["to_same"] for row in rows), len(rows)),
    }


def original_errors() -> dict[str, int]:
    """How many triples of each kind the model that ours was distilled from gets wrong."""
    found = dict.fromkeys(KINDS, 0)
    for one, (same, other) in zip(loader.triples(), loader.original_similarities(), strict=True):
        found[one.kind] += other >= same
    return found


def says(measures: dict[str, Measure]) -> str:
    told = {kind: measures[f"{kind}_error"] for kind in KINDS if f"{kind}_error" in measures}
    if len(told) < len(KINDS):
        return ""
    wrong = {kind: measure.hits for kind, measure in told.items()}
    n = told["negation"].n
    return (
        f"In {wrong['negation']} of {n} cases a sentence and its negation are found at least as alike as two that say the same. "
        f"With another number that is {wrong['number']}, with another code {wrong['code']}, with another name {wrong['name']}, "
        f"with another topic {wrong['topic']}."
    )

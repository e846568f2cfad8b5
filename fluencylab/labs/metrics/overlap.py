"""BLEU and ROUGE-L: how many words, and in which order, an answer shares with a reference. Neither knows what the words mean.

    reference    You can send items back within 30 days …                 BLEU 100   ROUGE-L 100
    paraphrase   Thirty days from delivery, and nobody will ask why.             2             8
    nonsense     You can send items back within 3 days …                        67            89

The scores are those of `sacrebleu` and `rouge-score`, each with its signature.
"""

import asyncio
import importlib
import re
import tomllib
from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from contextlib import aclosing
from functools import cache
from importlib.metadata import version
from typing import Any, NamedTuple

from fluencylab.instruments import testset
from fluencylab.instruments.base import Step
from fluencylab.instruments.calls import CallSpec, messages, run_calls
from fluencylab.instruments.labelled import BUNDLED
from fluencylab.models.types import Model, Request
from fluencylab.stats import Measure, estimate, share

METRICS = ("bleu", "rouge_l")
KINDS = ("reference", "paraphrase", "nonsense", "cut", "model")
RIGHT, WRONG = ("paraphrase", "right"), ("nonsense", "wrong")
"""Kinds of answer that are right in other words, and those that are wrong in nearly the same."""
MOST, LONGEST = 60, 1000
"""Rows of a table of one's own, and letters of each text: ROUGE-L compares every word with every word."""
TOLD = re.compile(r"[a-z0-9]")


class Text(NamedTuple):
    """One answer beside its reference. `kind`: one of KINDS, or right and wrong for one's own."""

    asked: str
    reference: str
    kind: str
    text: str


@cache
def bundled() -> tuple[dict[str, str], ...]:
    """Eight questions to Quillby, each with `asked`, `reference`, `paraphrase`, `nonsense` and `cut`."""
    return tuple(tomllib.loads((BUNDLED / "references.toml").read_text(encoding="utf-8"))["items"])


def texts(data: str) -> tuple[Text, ...]:
    """Ours, or the table's. Raises ValueError, in words that end a sentence."""
    if not data.strip():
        return tuple(Text(item["asked"], item["reference"], kind, item[kind]) for item in bundled() for kind in KINDS[:-1])
    rows = testset.rows(data, least=2)
    if len(rows) > MOST:
        raise ValueError(f"it has {len(rows)} rows; at most {MOST} are compared")
    if not {"reference", "right"} <= set(rows[0]):
        raise ValueError("beside “text” it needs the columns “reference” and “right” (yes or no)")
    return tuple(_own(row) for row in rows)


def _own(row: Mapping[str, Any]) -> Text:
    reference, right = (str(row[name] if row[name] is not None else "").strip() for name in ("reference", "right"))
    if right.casefold() not in ("yes", "no", "true", "false"):
        raise ValueError(f"“right” must be yes or no, not “{right[:20]}”")
    if not reference or max(len(reference), len(row["text"])) > LONGEST:
        raise ValueError(f"each row needs a reference, and no text may be longer than {LONGEST:,} letters")
    return Text("", reference, "right" if right.casefold() in ("yes", "true") else "wrong", row["text"])


@cache
def _scorers() -> tuple[Any, Any]:
    """Both take a second to import: not before they are used."""
    bleu = importlib.import_module("sacrebleu.metrics").BLEU(effective_order=True)
    return bleu, importlib.import_module("rouge_score.rouge_scorer").RougeScorer(["rougeL"], use_stemmer=False)


def score(reference: str, text: str) -> dict[str, float | None]:
    """Both from 0 to 100. ROUGE's own tokenizer knows the letters a to z and figures only: None where the reference has none of them."""
    bleu, rouge = _scorers()
    overlap = rouge.score(reference, text)["rougeL"].fmeasure * 100 if TOLD.search(reference.casefold()) else None
    return {"bleu": min(100.0, bleu.sentence_score(text, [reference]).score), "rouge_l": overlap}


def signatures() -> dict[str, str]:
    """What a score means nothing without."""
    bleu, _ = _scorers()
    bleu.sentence_score("a", ["a"])
    rouge = f"rougeL:f1|stemmer:no|tok:a-z0-9|version:{version('rouge-score')}"
    return {"bleu": f"sentence|{bleu.get_signature()}", "rouge_l": f"sentence|{rouge}"}


def calls(data: str, ask: bool) -> int:
    return len(bundled()) if ask and not data.strip() else 0


async def steps(model: Model, data: str, ask: bool, max_tokens: int) -> AsyncGenerator[Step]:
    given = [one._asdict() | await asyncio.to_thread(score, one.reference, one.text) for one in texts(data)]
    yield Step(kind="overlap", data={"batch": given, "signatures": await asyncio.to_thread(signatures)})
    if calls(data, ask):
        async with aclosing(run_calls(model, [_ask(item, max_tokens) for item in bundled()])) as coming:
            async for step in coming:
                yield step


def _ask(item: Mapping[str, str], max_tokens: int) -> CallSpec:
    """The model answers from a note that holds the fact: what is scored is how it says it."""
    system = f"You answer customers of a shop in one short sentence. Note: {item['reference']}"
    about = {"asked": item["asked"], "reference": item["reference"], "kind": "model"}
    request = Request(messages=messages(system, item["asked"]), temperature=0.0, max_tokens=max_tokens)
    return CallSpec("overlap", about, request, lambda text: score(item["reference"], text.strip()))


# The fold


def facts(data: str, ask: bool) -> list[str]:
    kinds = list(dict.fromkeys(one.kind for one in texts(data))) + (["model"] if calls(data, ask) else [])
    return [f"{metric}@{kind}" for metric in METRICS for kind in kinds] + [f"fooled@{metric}" for metric in METRICS]


def measures(told: Sequence[Mapping[str, Any]]) -> dict[str, Measure]:
    """The mean of each kind's scores, and how often a wrong answer beats a right one to the same reference."""
    found: dict[str, Measure] = {}
    for metric in METRICS:
        for kind in dict.fromkeys(one["kind"] for one in told):
            values = [one[metric] for one in told if one["kind"] == kind and one[metric] is not None]
            if values:
                found[f"{metric}@{kind}"] = estimate(values, rounds=300)
        pairs = list(_pairs(told, metric))
        if pairs:
            found[f"fooled@{metric}"] = share(sum(pairs), len(pairs))
    return found


def _pairs(told: Sequence[Mapping[str, Any]], metric: str) -> Iterable[bool]:
    """Each right answer against each wrong one to its reference: does the wrong one score at least as high?"""
    for right in told:
        for wrong in told:
            same = right["kind"] in RIGHT and wrong["kind"] in WRONG and right["reference"] == wrong["reference"]
            if same and right[metric] is not None and wrong[metric] is not None:
                yield wrong[metric] >= right[metric]


def says(found: Mapping[str, Measure]) -> str:
    fooled = found.get("fooled@bleu")
    if fooled is None:
        return ""
    return f"BLEU scored the wrong answer at least as high as the right one in {fooled.told} pairs."

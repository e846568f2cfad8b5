"""BLEU and ROUGE-L: how many words, and in which order, an answer shares with a reference. Neither knows what the words mean.

    reference    You can send items back within 30 days …                 BLEU 100   ROUGE-L 100
    paraphrase   Thirty days from delivery, and nobody will ask why.             2             8
    nonsense     You can send items back within 3 days …                        67            89

The scores are those of `sacrebleu` and `rouge-score`, each with its signature; which tokens they compare says `overlap_tokens.py`.
"""

import asyncio
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
from fluencylab.labs.metrics.overlap_tokens import bleu, chosen, rouge
from fluencylab.models.types import Model, Request
from fluencylab.stats import Measure, estimate, share

METRICS = ("bleu", "rouge_l")
KINDS = ("reference", "paraphrase", "nonsense", "cut", "model")
RIGHT, WRONG = ("paraphrase", "right"), ("nonsense", "wrong")
"""Kinds of answer that are right in other words, and those that are wrong in nearly the same."""
MOST, LONGEST = 60, 1000
"""Rows of a table of one's own, and letters of each text: ROUGE-L compares every word with every word."""


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


def score(reference: str, text: str) -> dict[str, float | None]:
    """Both from 0 to 100, with the tokenizers that `overlap_tokens` chooses; None where none fits."""
    by = chosen(reference, text)
    if by.why:
        return {"bleu": None, "rouge_l": None}
    shared = rouge(by.rouge_l).score(reference, text)["rougeL"].fmeasure * 100
    return {"bleu": min(100.0, bleu(by.bleu).sentence_score(text, [reference]).score), "rouge_l": shared}


def scored(reference: str, text: str) -> dict[str, Any]:
    """The scores, and by which tokenizers, or why there are none."""
    return score(reference, text) | {"tokenizers": chosen(reference, text)._asdict()}


def signatures(given: Iterable[Text]) -> dict[str, str]:
    """What a score means nothing without: one for each tokenizer that is used."""
    used = [by for one in given if not (by := chosen(one.reference, one.text)).why]
    of_bleu = [f"sentence|{_bleu_signature(name)}" for name in dict.fromkeys(by.bleu for by in used)]
    of_rouge = [
        f"sentence|rougeL:f1|stemmer:no|tok:{name}|version:{version('rouge-score')}" for name in dict.fromkeys(by.rouge_l for by in used)
    ]
    return {"bleu": " and ".join(of_bleu), "rouge_l": " and ".join(of_rouge)}


def _bleu_signature(tokenizer: str) -> str:
    made = bleu(tokenizer)
    made.sentence_score("a", ["a"])  # it knows its signature only then
    return str(made.get_signature())


def calls(data: str, ask: bool) -> int:
    return len(bundled()) if ask and not data.strip() else 0


async def steps(model: Model, data: str, ask: bool, max_tokens: int) -> AsyncGenerator[Step]:
    given = [one._asdict() | await asyncio.to_thread(scored, one.reference, one.text) for one in texts(data)]
    yield Step(kind="overlap", data={"batch": given, "signatures": await asyncio.to_thread(signatures, texts(data))})
    if calls(data, ask):
        async with aclosing(run_calls(model, [_ask(item, max_tokens) for item in bundled()])) as coming:
            async for step in coming:
                yield step


def _ask(item: Mapping[str, str], max_tokens: int) -> CallSpec:
    """The model answers from a note that holds the fact: what is scored is how it says it."""
    system = f"You answer customers of a shop in one short sentence. Note: {item['reference']}"
    about = {"asked": item["asked"], "reference": item["reference"], "kind": "model"}
    request = Request(messages=messages(system, item["asked"]), temperature=0.0, max_tokens=max_tokens)
    return CallSpec("overlap", about, request, lambda text: scored(item["reference"], text.strip()))


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


def says(found: Mapping[str, Measure], told: Sequence[Mapping[str, Any]] = ()) -> str:
    fooled = found.get("fooled@bleu")
    sentences = [] if fooled is None else [f"BLEU scored the wrong answer at least as high as the right one in {fooled.told} pairs."]
    by = [one.get("tokenizers") or {} for one in told]
    names = list(dict.fromkeys(one["bleu"] for one in by if one.get("bleu")))
    if names and names != ["13a"]:
        pairs = list(dict.fromkeys((one["bleu"], one["rouge_l"]) for one in by if one.get("bleu")))
        said = "; ".join(f"BLEU by the tokenizer {one}, ROUGE-L by {other}" for one, other in pairs)
        sentences.append(f"They were compared as their script asks: {said}.")
    sentences += [
        f"{sum(one.get('why') == why for one in by)} of {len(by)} answers got no score: {why}."
        for why in dict.fromkeys(one["why"] for one in by if one.get("why"))
    ]
    return " ".join(sentences)

"""The retrieval lab's page: the cuts drawn on a document, then one question all the way through, then all of them by where they failed.

/labs/retrieval?size=20&overlap=4&doc=return-period#cut      the cuts, no run needed
/labs/retrieval?run=A&q=7#question                           the eighth question, all the way
"""

from collections.abc import Mapping, Sequence
from typing import Any

from fluencylab.actions.runs import fresh_seed
from fluencylab.instruments.base import Step
from fluencylab.instruments.chunks import Chunk, cut, spans, words
from fluencylab.instruments.search import Document
from fluencylab.labs.retrieval import instrument as retrieval
from fluencylab.labs.retrieval import tracing
from fluencylab.labs.retrieval.failure_stage import FAILURE_STAGES
from fluencylab.labs.retrieval.params import LONGEST, MOST_OVERLAP, SHORTEST, Params
from fluencylab.web.form import Form, number
from fluencylab.web.lab_page import DrawnForm, LabPage, PageRequest, Prompt, RunView, Try

NAMES = {
    "right": "right",
    "not_in_documents": "not in the documents",
    "not_retrieved": "not retrieved",
    "cut_off": "cut off",
    "not_used": "given, not used",
}
REPAIR = {
    "not_in_documents": "Somebody must write it, or the product must be able to say that it does not know.",
    "not_retrieved": "The search: another method, other chunks, a larger k. No model can mend it.",
    "cut_off": "The helping: a larger budget, fewer chunks, or borders that leave the sentence whole.",
    "not_used": "The reading: fewer passages beside the right one, another prompt, a larger model.",
}
CUTTERS = {"budget": "by the budget", "border": "by a chunk’s border"}
LISTED = 300
"""Documents that can be chosen to be drawn."""
FIRST = 5
"""Questions in a mission's table before the fold."""


class Page(LabPage):
    lede = (
        "Put questions to documents and watch every station: what was cut, what was found, what the model was handed, what it answered. "
        "Each wrong answer is put where it was lost."
    )
    tries = (
        Try("tiny chunks", {"size": "10", "overlap": "0"}),
        Try("one chunk", {"k": "1"}),
        Try("ten chunks in a tight budget", {"k": "10", "budget": "80"}),
    )

    def own(self, asked: PageRequest, drawn: DrawnForm) -> dict[str, Any]:
        return {
            "drawing": drawing(asked.shown.params if asked.shown else Params(), drawn.by_name, asked.query),
            "one": one(asked.ended.steps, asked.query) if asked.ended else None,
            "others": [_bar_of(each) for each in asked.runs if each.sheet.ended],
        }

    def params(self, posted: Form, runs: Sequence[RunView]) -> dict[str, Any]:
        return {**super().params(posted, runs), "seed": fresh_seed()}

    def parts(self, params: Params, steps: Sequence[Step]) -> dict[str, Any]:
        asked = retrieval.asked(steps)
        return {"bar": bar(asked), "repair": REPAIR, "asked_rows": [_row(each) for each in asked], "first": FIRST, "one": one(steps, {})}

    def prompts(self, params: Params) -> list[Prompt]:
        first, *others = params.drawn
        asked = f"Text:\n… the passages that were found, as far as they fit …\n\nQuestion: {first.ask}"
        told = [Prompt(params.instruction, "system"), Prompt(asked, "user")]
        return [*told, *([Prompt(f"and so for {len(others)} other questions")] if others else [])]

    def conditions(self, params: Params) -> list[str]:
        answered = sum(bool(each.answers) for each in params.drawn)
        return [
            f"{len(params.corpus)} documents in chunks of {params.size} words, overlap {params.overlap}",
            f"search {NAMED[params.method]}, k {params.k}, {params.budget} tokens",
            f"{answered} questions with an answer, {len(params.drawn) - answered} without",
            f"seed {params.seed}",
            "temperature 0",
        ]


NAMED = {"keyword": "by words", "semantic": "by meaning", "hybrid": "by both"}
PAGE = Page("retrieval")


# The cuts


def drawing(params: Params, fields: Mapping[str, Any], query: Mapping[str, str]) -> dict[str, Any]:
    """One document with its chunks drawn on it, for the size and the overlap in the form: no run, no model."""
    size = int(number(str(fields["size"].value), params.size, SHORTEST, LONGEST))
    overlap = min(int(number(str(fields["overlap"].value), params.overlap, 0, MOST_OVERLAP)), size - 1)
    documents = params.corpus[:LISTED]
    chosen = next((each for each in documents if each.id == query.get("doc")), documents[0])
    return {
        "options": [{"value": each.id, "label": each.title or each.id} for each in documents],
        "size": size,
        "overlap": overlap,
        **cuts(chosen, size, overlap),
    }


def cuts(document: Document, size: int, overlap: int) -> dict[str, Any]:
    found = cut(document, size, overlap)
    lengths = [words(each.text) for each in found]
    parted = spans(document.text, found)
    pieces = []
    begun: set[int] = set()
    for span in parted:
        pieces.append({"text": span.text, "begins": [n for n in span.chunks if n not in begun], "chunks": span.chunks})
        begun.update(span.chunks)
    return {
        "id": document.id,
        "title": document.title,
        "pieces": pieces,
        "n": len(found),
        "least": min(lengths),
        "most": max(lengths),
        "twice": sum(words(span.text) for span in parted if len(span.chunks) > 1),
        "words": words(document.text),
        "inside": sum(_inside(document.text, each) for each in found[:-1]),
    }


def _inside(text: str, chunk: Chunk) -> bool:
    """Does the chunk end within a sentence, and not with one or with its line?"""
    return not chunk.text.rstrip("”’\"')").endswith((".", "!", "?")) and not text[chunk.end :].lstrip(" ").startswith("\n")


# One question, all the way


def one(steps: Sequence[Step], query: Mapping[str, str]) -> dict[str, Any] | None:
    """The question that is named, or the first that failed before the model, or the first that failed, or the first."""
    asked = retrieval.asked(steps)
    if not asked:
        return None
    wanted = int(number(query.get("q", ""), -1, 0, 10_000))
    ranked = sorted(asked, key=lambda each: (each["i"] != wanted, ORDER.index(each["place"])))
    told = ranked[0]
    return {
        **_row(told),
        "k": told["k"],
        "found": [_passage(i, each, told) for i, each in enumerate(told["found"])],
        "prompt": _prompt(told),
        "unsent": sum(each["tokens"] - each["kept"] for each in told["found"]),
        "answer": tracing.marked(told["text"].strip(), told["shared"]),
        "sources": [source + 1 for source in told["sources"]],
        "supported": told["supported"],
        "usage": told["usage"],
    }


ORDER = ("cut_off", "not_retrieved", "not_used", "not_in_documents", None)


def _passage(place: int, found: Mapping[str, Any], told: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **found,
        "nr": place + 1,
        "source": place in told["sources"],
        "marked": tracing.marked(found["given"], told["shared"] if place in told["sources"] else ()),
        "dropped": found["text"][len(found["given"]) :],
    }


def _prompt(told: Mapping[str, Any]) -> dict[str, Any]:
    """The prompt before, within and behind the passages, and what of them was not sent."""
    given = "\n".join(f"{each['label']}{each['given']}" for each in told["found"] if each["given"])
    dropped = [each["text"][len(each["given"]) :] if each["given"] else f"{each['label']}{each['text']}" for each in told["found"]]
    before, passages, behind = told["prompt"].partition(given) if given else (told["prompt"], "", "")
    return {"before": before, "passages": passages, "behind": behind, "dropped": "\n".join(each for each in dropped if each)}


# All questions


def _row(told: Mapping[str, Any]) -> dict[str, Any]:
    rank = next((i for i, each in enumerate(told["found"], start=1) if each["holds"]), None)
    return {
        "i": told["i"],
        "ask": told["ask"],
        "expected": " or ".join(told["answers"]) or "nothing: to be declined",
        "text": told["text"].strip() or "(nothing)",
        "rank": rank,
        "given": told["given"],
        "right": told["right"],
        "declined": told["declined"],
        "supported": told["supported"],
        "place": told["place"],
        "says": "right" if told["right"] else NAMES[told["place"]],
        "cutter": CUTTERS.get(told["cutter"] or "", ""),
        "known": bool(told["answers"]),
    }


def bar(asked: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Right answers and the four places as parts of all questions, each with where it begins, in per cent."""
    parts = []
    begins = 0.0
    for slug in ("right", *FAILURE_STAGES):
        n = sum((each["place"] or "right") == slug for each in asked)
        width = 100 * n / len(asked) if asked else 0.0
        parts.append({"slug": slug, "name": NAMES[slug], "n": n, "x": begins, "width": width})
        begins += width
    return parts


def _bar_of(each: RunView) -> dict[str, Any]:
    params: Params = each.params
    told = f"{params.size} words, overlap {params.overlap}, {NAMED[params.method]}, k {params.k}, {params.budget} tokens"
    says = told + ("" if params.titled else ", no titles")
    return {"says": says, "n": len(params.drawn), "bar": each.sheet.parts["bar"], "id": each.run.id}

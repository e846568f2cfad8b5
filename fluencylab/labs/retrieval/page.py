"""The retrieval lab's page: the cuts drawn on a document, then one question all the way through, then all of them by where they failed.

/labs/retrieval?size=20&overlap=4&doc=return-period#cut      the cuts, no run needed
/labs/retrieval?run=A&q=7#question                           the eighth question, all the way
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from pydantic import ValidationError

from fluencylab.actions.runs import fresh_seed
from fluencylab.instruments.base import Step
from fluencylab.instruments.chunks import cut, sentences, spans, words
from fluencylab.instruments.search import Document
from fluencylab.labs.retrieval import instrument as retrieval
from fluencylab.labs.retrieval import tracing
from fluencylab.labs.retrieval.failure_stage import FAILURE_STAGES
from fluencylab.labs.retrieval.params import LONGEST, MOST_OVERLAP, SHORTEST, Params
from fluencylab.web.form import Drawn, Form, number
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
    "cut_off": "What is handed over: a larger budget, fewer chunks, or borders that leave the sentence whole.",
    "not_used": "How the model reads: fewer passages beside the right one, another prompt, a larger model.",
}
STOPS = tuple(".!?…。！？｡।॥؟۔")
CLOSING = "”’\"')」』）】» \n\t"
CUTTERS = {"budget": "by the budget", "border": "by a chunk’s border"}
LISTED = 300
"""Documents that can be chosen to be drawn."""
FIRST = 5
"""Questions in a mission's table before the fold."""


class CutPiece(NamedTuple):
    """A stretch of the document: the chunks it lies in, and those that begin with it."""

    text: str
    begins: list[int]
    chunks: Sequence[int]


class DocumentOption(NamedTuple):
    value: str
    label: str


@dataclass(frozen=True)
class Cuts:
    """One document with its `n` chunks drawn on it: words of the least and the most, words that stand in two, what its borders cut."""

    id: str
    pieces: list[CutPiece]
    n: int
    least: int
    most: int
    twice: int
    words: int
    borders: str


@dataclass(frozen=True)
class Drawing:
    """The cuts for the size and the overlap in the form."""

    options: list[DocumentOption]
    size: int
    overlap: int
    cuts: Cuts


class AskedRow(NamedTuple):
    """A question, and where it failed. `rank`: of the first passage that holds the answer; `says`: the place, in words."""

    i: int
    ask: str
    expected: str
    text: str
    rank: int | None
    right: bool | None
    declined: bool | None
    supported: bool
    says: str
    cutter: str


class Passage(NamedTuple):
    """A chunk that was found: `kept` of its tokens were given. `marked`: what was given, as (text, does the answer share it?)."""

    nr: int
    title: str
    number: int
    score: float
    tokens: int
    kept: int
    holds: bool
    marked: list[tuple[str, bool]]
    dropped: str


class Handed(NamedTuple):
    """The prompt before, within and behind the passages, and what of them was not sent."""

    before: str
    passages: str
    behind: str
    dropped: str


@dataclass(frozen=True)
class AllTheWay:
    """One question: found, given, answered. `unsent`: tokens; `sources`: passages the answer shares words with."""

    row: AskedRow
    found: list[Passage]
    prompt: Handed
    unsent: int
    answer: list[tuple[str, bool]]
    sources: list[int]
    usage: Mapping[str, int]


class Place(NamedTuple):
    """Right answers, or those that failed at one place, as a part of all: where it begins and how wide it is, in per cent."""

    slug: str
    name: str
    n: int
    x: float
    width: float


@dataclass(frozen=True)
class Parts:
    """`repair`: what each place of failure asks for; `one`: the question that says most."""

    bar: list[Place]
    asked_rows: list[AskedRow]
    one: AllTheWay | None
    repair: Mapping[str, str]
    first: int = FIRST


class OtherRun(NamedTuple):
    """A run on the page, with its settings in words."""

    says: str
    n: int
    bar: list[Place]
    id: str


@dataclass(frozen=True)
class Own:
    """`one`: the question that the address names."""

    drawing: Drawing
    one: AllTheWay | None
    others: list[OtherRun]


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

    def own(self, request: PageRequest, drawn: DrawnForm) -> Own:
        return Own(
            drawing=drawing(request.shown.params if request.shown else filled_in(drawn.by_name), drawn.by_name, request.query),
            one=one(request.ended.steps, request.query) if request.ended else None,
            others=[_bar_of(each) for each in request.runs if each.sheet.ended],
        )

    def params(self, posted: Form, runs: Sequence[RunView]) -> dict[str, Any]:
        return {**super().params(posted, runs), "seed": fresh_seed()}

    def parts(self, params: Params, steps: Sequence[Step]) -> Parts:
        asked = retrieval.asked(steps)
        return Parts(bar(asked), [_row(each) for each in asked], one(steps, {}), REPAIR)

    def prompts(self, params: Params) -> list[Prompt]:
        first, *others = params.drawn
        asked = f"Text:\n… the passages that were found, as far as they fit …\n\nQuestion: {first.ask}"
        told = [Prompt(params.instruction, "system"), Prompt(asked, "user")]
        return [*told, *([Prompt(f"and so for {len(others)} other questions")] if others else [])]

    def conditions(self, params: Params) -> list[str]:
        answered, documents = sum(bool(each.answers) for each in params.drawn), len(params.corpus)
        return [
            f"{documents} {'document' if documents == 1 else 'documents'} in chunks of {params.size} words, overlap {params.overlap}",
            f"search {NAMED[params.method]}, k {params.k}, {params.budget} tokens",
            f"{answered} {'question' if answered == 1 else 'questions'} with an answer, {len(params.drawn) - answered} without",
            f"seed {params.seed}",
            "temperature 0",
        ]


NAMED = {"keyword": "by words", "semantic": "by meaning", "hybrid": "by both"}
PAGE = Page("retrieval")


# The cuts


def filled_in(fields: Mapping[str, Drawn]) -> Params:
    """What the form holds before any run, as when it was filled in from a product; the lab's own where that cannot be used."""
    held = {name: str(fields[name].value or "") for name in ("documents", "questions")}
    try:
        return Params.model_validate(held)
    except ValidationError:
        return Params()


def drawing(params: Params, fields: Mapping[str, Drawn], query: Mapping[str, str]) -> Drawing:
    """One document with its chunks drawn on it: no run, no model."""
    size = int(number(str(fields["size"].value), params.size, SHORTEST, LONGEST))
    overlap = min(int(number(str(fields["overlap"].value), params.overlap, 0, MOST_OVERLAP)), size - 1)
    documents = params.corpus[:LISTED]
    chosen = next((each for each in documents if each.id == query.get("doc")), documents[0])
    options = [DocumentOption(each.id, each.title or each.id) for each in documents]
    return Drawing(options, size, overlap, cuts(chosen, size, overlap))


def cuts(document: Document, size: int, overlap: int) -> Cuts:
    found = cut(document, size, overlap)
    lengths = [words(each.text) for each in found]
    parted = spans(document.text, found)
    pieces = []
    begun: set[int] = set()
    for span in parted:
        pieces.append(CutPiece(span.text, [n for n in span.chunks if n not in begun], span.chunks))
        begun.update(span.chunks)
    return Cuts(
        id=document.id,
        pieces=pieces,
        n=len(found),
        least=min(lengths),
        most=max(lengths),
        twice=sum(words(span.text) for span in parted if len(span.chunks) > 1),
        words=words(document.text),
        borders=borders(document.text, [each.end for each in found[:-1]]),
    )


def borders(text: str, ends: Sequence[int]) -> str:
    """What the ends of all chunks but the last cut. A line's end may be a heading's, or the middle of a sentence in a PDF."""
    if not ends:
        return ""
    inside = sum(any(start < end < stop for start, stop in sentences(text)) for end in ends)
    if inside:
        return f"{inside} {'border goes' if inside == 1 else 'borders go'} through a sentence."
    if all(text[:end].rstrip(CLOSING).endswith(STOPS) for end in ends):
        return "Every border lies between two sentences."
    return "Every border lies at the end of a sentence or of a line."


# One question, all the way


def one(steps: Sequence[Step], query: Mapping[str, str]) -> AllTheWay | None:
    """The question that is named, or the first that failed before the model, or the first that failed, or the first."""
    asked = retrieval.asked(steps)
    if not asked:
        return None
    wanted = int(number(query.get("q", ""), -1, 0, 10_000))
    ranked = sorted(asked, key=lambda each: (each["i"] != wanted, ORDER.index(each["place"])))
    told = ranked[0]
    return AllTheWay(
        row=_row(told),
        found=[_passage(i, each, told) for i, each in enumerate(told["found"])],
        prompt=_prompt(told),
        unsent=sum(each["tokens"] - each["kept"] for each in told["found"]),
        answer=tracing.marked(told["text"].strip(), told["shared"]),
        sources=[source + 1 for source in told["sources"]],
        usage=told["usage"],
    )


ORDER = ("cut_off", "not_retrieved", "not_used", "not_in_documents", None)


def _passage(place: int, found: Mapping[str, Any], told: Mapping[str, Any]) -> Passage:
    return Passage(
        nr=place + 1,
        title=found["title"],
        number=found["number"],
        score=found["score"],
        tokens=found["tokens"],
        kept=found["kept"],
        holds=found["holds"],
        marked=tracing.marked(found["given"], told["shared"] if place in told["sources"] else ()),
        dropped=found["text"][len(found["given"]) :],
    )


def _prompt(told: Mapping[str, Any]) -> Handed:
    given = "\n".join(f"{each['label']}{each['given']}" for each in told["found"] if each["given"])
    dropped = [each["text"][len(each["given"]) :] if each["given"] else f"{each['label']}{each['text']}" for each in told["found"]]
    before, passages, behind = told["prompt"].partition(given) if given else (told["prompt"], "", "")
    return Handed(before, passages, behind, "\n".join(each for each in dropped if each))


# All questions


def _row(told: Mapping[str, Any]) -> AskedRow:
    return AskedRow(
        i=told["i"],
        ask=told["ask"],
        expected=" or ".join(told["answers"]) or "nothing: to be declined",
        text=told["text"].strip() or "(nothing)",
        rank=next((i for i, each in enumerate(told["found"], start=1) if each["holds"]), None),
        right=told["right"],
        declined=told["declined"],
        supported=told["supported"],
        says="not read: its language" if told["right"] is None else "right" if told["right"] else NAMES[told["place"]],
        cutter=CUTTERS.get(told["cutter"] or "", ""),
    )


def bar(rows: Sequence[Mapping[str, Any]]) -> list[Place]:
    """Right answers and the four places of failure."""
    parts = []
    begins = 0.0
    for slug in ("right", *FAILURE_STAGES):
        n = sum((each["place"] or ("right" if each["right"] else "")) == slug for each in rows)
        width = 100 * n / len(rows) if rows else 0.0
        parts.append(Place(slug, NAMES[slug], n, begins, width))
        begins += width
    return parts


def _bar_of(each: RunView) -> OtherRun:
    params: Params = each.params
    told = f"{params.size} words, overlap {params.overlap}, {NAMED[params.method]}, k {params.k}, {params.budget} tokens"
    return OtherRun(told + ("" if params.titled else ", no titles"), len(params.drawn), each.sheet.parts.bar, each.run.id)

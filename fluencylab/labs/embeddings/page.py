"""The embeddings lab's page: sentences in a matrix, texts on a map, and three kinds of search on the same questions.

/labs/embeddings?run=A&look=17&find=refund#result      the map with the neighbours of text 17 drawn, and texts with “refund” marked
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from fluencylab.instruments.base import Result, Step
from fluencylab.labs.embeddings import distance, searching
from fluencylab.labs.embeddings.params import KINDS, METHODS, Params, Part
from fluencylab.labs.embeddings.searching import Row
from fluencylab.web.lab_page import PageRequest, Prompt, Try, ViewsForm, ViewsPage

LABELS: dict[Part, str] = {"search": "Search bench", "distance": "Distance", "map": "Map"}
SETS: dict[Part, tuple[str, ...]] = {
    "search": ("documents", "questions", "k", "pieces"),
    "distance": ("sentences",),
    "map": ("texts", "projection"),
}
MOST_LISTED = 6


class KindRow(NamedTuple):
    """What was changed, and how often the changed sentence was found as alike; `original`: by the model ours was made from."""

    name: str
    wrong: int
    n: int
    value: float
    low: float
    high: float
    same: float
    other: float
    original: int


class Spot(NamedTuple):
    """A text on the map. `state`: "chosen", "near" or ""; `own`: of the chosen one's group; `marked`: it holds the words looked for."""

    number: int
    text: str
    group: str
    x: float
    y: float
    state: str
    own: bool
    marked: bool


@dataclass(frozen=True)
class TextMap:
    """The points in a square of 100. `near`: the nearest of the chosen one; `kept`: how many of its `k` nearest are near here, too."""

    spots: list[Spot]
    look: Spot | None
    near: list[Spot]
    kept: int
    k: int
    find: str
    marked: int
    projection: str
    spread: float


class AskedLine(NamedTuple):
    """A question: titles of what answers it, the place of the first right one by method, and what each method puts first."""

    text: str
    answers: list[str]
    ranks: list[int | None]
    first: dict[str, str]


class AskedList(NamedTuple):
    """The first of `n` questions."""

    title: str
    n: int
    rows: list[AskedLine]


class KindOfQuestion(NamedTuple):
    """How many of `n` questions each method answers."""

    name: str
    n: int
    found: list[int]


@dataclass(frozen=True)
class Tested:
    k: int
    kinds: list[KindOfQuestion]
    lists: list[AskedList]
    every: list[AskedLine]


@dataclass(frozen=True)
class Parts:
    """`matrix` and `triples`: as they were measured."""

    matrix: Mapping[str, Any] | None
    triples: list[Mapping[str, Any]]
    blind: list[KindRow]
    textmap: TextMap | None
    tested: Tested | None


@dataclass(frozen=True)
class Own:
    """The map, with what the address asks to see on it."""

    textmap: TextMap | None


class Page(ViewsPage):
    views, sets = LABELS, SETS
    common = ("embedder",)
    lede = (
        "An embedding is a text as a row of numbers, so that texts used alike lie close together. See what that finds, what it confuses, "
        "and when plain words find more. No language model is called here."
    )
    tries = (
        Try("opposites", {"sentences": "I love this lamp.\nI hate this lamp.\nThis lamp delights me.\nThis lamp is awful."}),
        Try("two meanings", {"sentences": "I sat on the bank.\nI went to the bank for money.\nThe shore was muddy.\nThe teller was kind."}),
        Try("another language", {"sentences": "Where is my parcel?\nWo ist mein Paket?\n¿Dónde está mi paquete?\nWhat is the weather?"}),
    )

    def own(self, request: PageRequest, drawn: ViewsForm) -> Own:
        return Own(map_of(request.shown.steps, request.query) if request.shown else None)

    def parts(self, params: Params, steps: Sequence[Step]) -> Parts:
        result = self.instrument.conclude(steps)
        return Parts(
            matrix=next((step.data for step in steps if step.kind == "matrix"), None),
            triples=[step.data for step in steps if step.kind == "triples"],
            blind=_kinds(result),
            textmap=map_of(steps, {}),
            tested=tested(params, steps, result),
        )

    def prompts(self, params: Params) -> list[Prompt]:
        prompts: list[Prompt] = []
        if "distance" in params.parts:
            prompts.append(Prompt(params.sentences.strip(), "compared, each with each"))
        if "search" in params.parts:
            asked = params.asked[:: max(1, len(params.asked) // 6)][:6]
            prompts.append(Prompt("\n".join(one.text for one in asked), f"{len(asked)} of {len(params.asked)} questions"))
            prompts.append(Prompt(params.corpus[0].whole, f"1 of {len(params.corpus)} documents"))
        if "map" in params.parts:
            prompts.append(Prompt("\n".join(_cut(point.text) for point in params.points[:4]), f"4 of {len(params.points)} texts"))
        return prompts

    def conditions(self, params: Params) -> list[str]:
        told = []
        if "search" in params.parts:
            each = "document" if params.pieces == "whole" else "sentence with its title"
            told += [f"{len(params.corpus)} documents, {len(params.asked)} questions", f"one vector for each {each}", "BM25 k1 1.5, b 0.75"]
        if "distance" in params.parts:
            told.append("100 labelled triples, marked by their authors")
        if "map" in params.parts:
            told.append(f"{len(params.points)} texts, {'t-SNE' if params.projection == 'neighbours' else 'PCA'}")
        return told


def _cut(text: str) -> str:
    return text if len(text) <= 90 else text[:90].rpartition(" ")[0] + " …"


def _kinds(result: Result) -> list[KindRow]:
    """What the embedder gets wrong, by what was changed, beside the model it was distilled from."""
    if "topic_error" not in result.measures:
        return []
    original = distance.original_errors()
    told = [(kind, result.measures[f"{kind}_error"]) for kind in distance.KINDS]
    return [
        KindRow(
            name=distance.CHANGED[kind],
            wrong=m.hits,
            n=m.n,
            value=m.value * 100,
            low=m.low * 100,
            high=m.high * 100,
            same=result.measures[f"paraphrase@{kind}"].value,
            other=result.measures[f"similarity@{kind}"].value,
            original=original[kind],
        )
        for kind, m in told
    ]


def tested(params: Params, steps: Sequence[Step], result: Result) -> Tested | None:
    rows = searching.rows(steps)
    if not rows:
        return None
    titles = {document.id: document.title or document.text[:60] for document in params.corpus}
    good = [row for row in rows if row.answers]
    words, vectors = ({row.text for row in good if row.found(method, params.k)} for method in ("keyword", "semantic"))
    lists = {
        "Only keywords find": [row for row in good if row.text in words - vectors],
        "Only embeddings find": [row for row in good if row.text in vectors - words],
        "Neither finds": [row for row in good if row.text not in words | vectors],
        "Nothing answers these": [row for row in rows if not row.answers],
    }
    return Tested(
        k=params.k,
        kinds=_by_kind(good, params.k),
        lists=[AskedList(title, len(some), [_line(row, titles) for row in some[:MOST_LISTED]]) for title, some in lists.items()],
        every=[_line(row, titles) for row in rows],
    )


def _by_kind(good: Sequence[Row], k: int) -> list[KindOfQuestion]:
    kinds = [kind for kind in KINDS if any(row.kind == kind for row in good)]
    groups = [(kind, [row for row in good if row.kind == kind]) for kind in kinds]
    if len(groups) != 1:
        groups.append(("all", list(good)))
    return [
        KindOfQuestion(NAMES.get(kind, kind), len(some), [sum(row.found(method, k) for row in some) for method in METHODS])
        for kind, some in groups
        if some
    ]


NAMES = {
    "same words": "the article’s own words",
    "reworded": "other words",
    "exact": "a name, number or code",
    "negation": "a “not” in it",
    "all": "all of them",
}


def _line(row: Row, titles: Mapping[str, str]) -> AskedLine:
    return AskedLine(
        row.text,
        [titles.get(one, one) for one in row.answers],
        [row.ranks[method] for method in METHODS],
        {method: titles.get(row.top[method][0][0], "") if row.top[method] else "" for method in METHODS},
    )


def map_of(steps: Sequence[Step], query: Mapping[str, str]) -> TextMap | None:
    """With what the address asks to see: the neighbours of one, and those that hold some words."""
    data = next((step.data for step in reversed(steps) if step.kind == "map"), None)
    if data is None:
        return None
    points = data["points"]
    find = " ".join(query.get("find", "").split())[:80]
    told = query.get("look", "")
    look = int(told) if told.isascii() and told.isdigit() and int(told) < len(points) else None
    near = points[look]["near"] if look is not None else []
    group = points[look]["group"] if look is not None else ""
    spots = [
        Spot(
            number=number,
            text=point["text"],
            group=point["group"],
            x=round(3 + 94 * point["x"], 2),
            y=round(97 - 94 * point["y"], 2),
            state="chosen" if number == look else "near" if number in near else "",
            own=bool(group) and point["group"] == group,
            marked=bool(find) and find.casefold() in f"{point['group']} {point['text']}".casefold(),
        )
        for number, point in enumerate(points)
    ]
    return TextMap(
        spots=spots,
        look=spots[look] if look is not None else None,
        near=[spots[number] for number in near],
        kept=points[look]["kept"] if look is not None else 0,
        k=data["k"],
        find=find,
        marked=sum(spot.marked for spot in spots),
        projection=data["projection"],
        spread=data["spread"],
    )


PAGE = Page("embeddings")

"""Search bench: the same questions to keyword, semantic and hybrid search over the same documents, against the documents known to answer.

"Brown spots have appeared on my iron skillet"   keyword 3rd   semantic 1st   hybrid 1st
"C-60 Err 14"                                    keyword 1st   semantic -     hybrid 1st
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from fluencylab.instruments.base import Step
from fluencylab.instruments.search import Index, hybrid, keyword, semantic
from fluencylab.labs.embeddings.params import KINDS, METHODS, LabelledQuestion, Params
from fluencylab.models.embedder import Encode
from fluencylab.stats import Measure, estimate, gain, share

DEEP = 10
"""How far down each list is read."""
CUTS = (1, 3, 5, 10)
SHOWN = 3


def steps(params: Params) -> int:
    return len(params.asked)


def facts(params: Params) -> list[str]:
    kinds = [kind for kind in KINDS if any(one.kind == kind and one.answers for one in params.asked)]
    answerable = any(one.answers for one in params.asked)
    names: list[str] = []
    if answerable:
        names += [f"recall@{k}@{method}" for k in sorted({*CUTS, params.k}) for method in METHODS]
        names += [f"recall@{params.k}@{method}@{slug(kind)}" for kind in kinds for method in METHODS]
        names += [f"mrr@{method}" for method in METHODS]
        names += ["only@keyword", "only@semantic", "neither", "gain@semantic", "gain@hybrid", "score@answerable"]
    if any(not one.answers for one in params.asked):
        names += [*(f"empty@{method}" for method in METHODS), "score@unanswerable"]
    return names


def slug(kind: str) -> str:
    return kind.replace(" ", "-")


def texts(params: Params) -> list[str]:
    return [*(piece for document in params.corpus for piece in document.pieces(params.pieces)), *(one.text for one in params.asked)]


def indexes(params: Params, encode: Encode) -> dict[str, Index]:
    by_words, by_vectors = keyword(params.corpus), semantic(params.corpus, encode, params.pieces)
    return {"keyword": by_words, "semantic": by_vectors, "hybrid": hybrid(by_words, by_vectors)}


def ask(params: Params, built: Mapping[str, Index], number: int) -> Step:
    one = params.asked[number]
    found = {method: index.search(one.text, DEEP) for method, index in built.items()}
    return Step(
        kind="question",
        data={
            "number": number,
            "text": one.text,
            "kind": one.kind,
            "answers": list(one.answers),
            "k": params.k,
            "ranks": {method: _rank(one, [hit.id for hit in hits]) for method, hits in found.items()},
            "hits": {method: len(hits) for method, hits in found.items()},
            "top": {method: [[hit.id, round(hit.score, 4)] for hit in hits[:SHOWN]] for method, hits in found.items()},
        },
    )


def _rank(one: LabelledQuestion, ids: Sequence[str]) -> int | None:
    """The place of the first document that answers, from 1; None where none is among those read."""
    return next((place for place, found in enumerate(ids, start=1) if found in one.answers), None)


# The fold


class Row(NamedTuple):
    text: str
    kind: str
    answers: list[str]
    ranks: dict[str, int | None]
    hits: dict[str, int]
    top: dict[str, list[list[Any]]]

    def found(self, method: str, k: int) -> bool:
        rank = self.ranks[method]
        return rank is not None and rank <= k


def rows(steps: Iterable[Step]) -> list[Row]:
    """The questions asked, each once (a resumed run may have asked one again)."""
    by_number = {step.data["number"]: step.data for step in steps if step.kind == "question"}
    return [Row(*(by_number[number][name] for name in Row._fields)) for number in sorted(by_number)]


def cut(steps: Iterable[Step]) -> int:
    return next((int(step.data["k"]) for step in steps if step.kind == "question"), SHOWN)


def measures(steps: Iterable[Step]) -> dict[str, Measure]:
    kept = list(steps)
    asked, k = rows(kept), cut(kept)
    good, bad = [row for row in asked if row.answers], [row for row in asked if not row.answers]
    return (_good(good, k) if good else {}) | (_bad(bad) if bad else {})


def _good(asked: Sequence[Row], k: int) -> dict[str, Measure]:
    n = len(asked)
    found = {f"recall@{cut}@{m}": _recall(asked, m, cut) for cut in sorted({*CUTS, k}) for m in METHODS}
    for kind in dict.fromkeys(row.kind for row in asked if row.kind):
        of_kind = [row for row in asked if row.kind == kind]
        found |= {f"recall@{k}@{m}@{slug(kind)}": _recall(of_kind, m, k) for m in METHODS}
    found |= {f"mrr@{m}": estimate([1 / (row.ranks[m] or 0) if row.ranks[m] else 0.0 for row in asked]) for m in METHODS}
    words, vectors = ([row.found(method, k) for row in asked] for method in ("keyword", "semantic"))
    pairs = list(zip(words, vectors, strict=True))
    found["only@keyword"] = share(sum(a and not b for a, b in pairs), n)
    found["only@semantic"] = share(sum(b and not a for a, b in pairs), n)
    found["neither"] = share(sum(not a and not b for a, b in pairs), n)
    for method in ("semantic", "hybrid"):
        found[f"gain@{method}"] = gain([(word, row.found(method, k)) for word, row in zip(words, asked, strict=True)])
    found["score@answerable"] = estimate([float(row.top["semantic"][0][1]) for row in asked])
    return found


def _bad(asked: Sequence[Row]) -> dict[str, Measure]:
    """Questions that nothing answers: how often a method finds nothing, which is the right result."""
    found = {f"empty@{m}": share(sum(not row.hits[m] for row in asked), len(asked)) for m in METHODS}
    return found | {"score@unanswerable": estimate([float(row.top["semantic"][0][1]) for row in asked])}


def _recall(asked: Sequence[Row], method: str, k: int) -> Measure:
    return share(sum(row.found(method, k) for row in asked), len(asked))


def says(measures: Mapping[str, Measure], k: int) -> str:
    if f"recall@{k}@keyword" not in measures:
        return ""
    told = {method: measures[f"recall@{k}@{method}"] for method in METHODS}
    n = told["keyword"].n
    first = "in first place" if k == 1 else f"within the first {k}"
    counts = {method: round(one.value * n) for method, one in told.items()}
    return (
        f"Of {n} questions, keyword search answers {counts['keyword']} {first}, semantic search {counts['semantic']}, hybrid "
        f"{counts['hybrid']}. Only keywords find {round(measures['only@keyword'].value * n)}, only embeddings "
        f"{round(measures['only@semantic'].value * n)}, neither {round(measures['neither'].value * n)}."
    )

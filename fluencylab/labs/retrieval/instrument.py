"""Retrieval: which chunks a RAG system found, what of them it gave to the model, what was answered, and where it failed.

    How long do I have to send something back?    found [1] "How long you can return items: You can send items back within 30 days …"
                                                  "You have 30 days to return items."     right, traced to [1]

Most failures happen before the model reads anything: SmolLM2-135M answers most questions whose passage lies in front of it.

Parts: `chunks` cuts, `search` finds, `passages` fits a budget, `tracing` marks sources, `failing` says where it failed. All are code.
"""

import asyncio
from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from typing import Any

from fluencylab.instruments import answer_language
from fluencylab.instruments.base import Result, Step
from fluencylab.instruments.chunk_index import Shelf, shelf
from fluencylab.instruments.chunks import Chunk
from fluencylab.instruments.missing import missing, thought
from fluencylab.instruments.token_window import TokenCounter
from fluencylab.labs.retrieval import failure_stage, passages, tracing
from fluencylab.labs.retrieval.failure_stage import FAILURE_STAGES, AnswerSpan
from fluencylab.labs.retrieval.params import Params
from fluencylab.labs.retrieval.passages import Passage
from fluencylab.labs.retrieval.questions import Question
from fluencylab.models.embedder import Encode, open_embedder
from fluencylab.models.types import Model, ModelInfo, Request
from fluencylab.stats import Measure, estimate, share

__all__ = ["TITLE", "Params", "calls", "conclude", "fact_names", "run", "seconds"]

TITLE = "RAG, opened up"
SECONDS = 0.8
"""A prompt of two hundred tokens read and a short answer written, by the embedded model on an idle machine."""
SAID = {
    "not_in_documents": "in no document",
    "not_retrieved": "not retrieved",
    "cut_off": "cut off",
}


def calls(params: Params) -> int:
    return len(params.drawn)


def seconds(params: Params) -> float:
    return 1 + (SECONDS * calls(params) * (0.5 + min(params.budget, params.k * params.size * 1.6) / 400))


def fact_names(params: Params) -> list[str]:
    names = ["correct", "unsupported", *(f"failed@{place}" for place in FAILURE_STAGES), "before_model", "tokens", "tokens_given"]
    if any(one.answers for one in params.drawn):
        names += [f"hit@{params.k}", "given", "used", "correct@answered", "declined@answered"]
        names += [f"hit@{params.k}@{size}" for size in params.sizes]
    return names + (["declined@absent"] if any(not one.answers for one in params.drawn) else [])


# The run


def limits(card: ModelInfo) -> list[str]:
    return [] if card.shows_inside else ["What it reads is shown as messages, not as the one text they become."]


async def run(model: Model, params: Params) -> AsyncGenerator[Step]:
    encode = await (await open_embedder()).ready([])
    read = await asyncio.to_thread(failure_stage.read, params.corpus)
    held = await asyncio.to_thread(lambda: [failure_stage.evidence(one, read) for one in params.drawn])
    yield await asyncio.to_thread(_sizes, params, encode, held)
    found = await asyncio.to_thread(_shelf, params, encode, params.size)
    ruler = TokenCounter(model)
    for number, question in enumerate(params.drawn):
        hits = await asyncio.to_thread(found.search, question.ask, params.k)
        yield await _ask(model, ruler, params, number, hits, held[number])


def _shelf(params: Params, encode: Encode, size: int) -> Shelf:
    return shelf(params.corpus, encode, size, params.overlap, params.titled, params.method)


def _sizes(params: Params, encode: Encode, evidence: Sequence[Sequence[AnswerSpan]]) -> Step:
    """How many of the questions each other chunk size would find the answer to: no model is asked."""
    held = [(one, known) for one, known in zip(params.drawn, evidence, strict=True) if one.answers]
    rows = []
    for size in params.sizes:
        at = _shelf(params, encode, size)
        hits = sum(_hit([chunk for chunk, _ in at.search(one.ask, params.k)], one, known) for one, known in held)
        rows.append({"size": size, "chunks": len(at.chunks), "hits": hits, "n": len(held), "k": params.k})
    return Step(kind="sizes", data={"rows": rows})


def _hit(found: Iterable[Chunk], question: Question, held: Sequence[AnswerSpan]) -> bool:
    return any(failure_stage.holds(one.document, one.start, one.end, question, held) for one in found)


async def _ask(
    model: Model, ruler: TokenCounter, params: Params, number: int, hits: Sequence[tuple[Chunk, float]], held: Sequence[AnswerSpan]
) -> Step:
    question = params.drawn[number]
    titles = {one.id: one.title for one in params.corpus}
    fitted = await passages.fit(ruler, [(chunk, score, titles[chunk.document]) for chunk, score in hits], params.budget, params.titled)
    told = passages.prompt(params.instruction, fitted, question.ask)
    completion = await model.complete(Request(messages=told, temperature=0, max_tokens=params.max_tokens, seed=params.seed, stop=("\n",)))
    if lost := missing("question", {"i": number, "ask": question.ask}, completion):
        return lost
    prompt = await model.render(told) if model.card.shows_inside else "\n".join(f"{one.role}: {one.content}" for one in told)
    return Step(
        kind="question",
        data={
            "i": number,
            "ask": question.ask,
            "answers": question.answers,
            "k": params.k,
            "budget": params.budget,
            "prompt": prompt,
            "text": completion.text,
            "usage": completion.usage.model_dump(),
            **thought(completion),
            **_judged(completion.text, question, held, fitted),
        },
    )


def _judged(text: str, question: Question, held: Sequence[AnswerSpan], fitted: Sequence[Passage]) -> dict[str, Any]:
    right = failure_stage.right(text, question, held)
    place, cutter = (None, None) if right is not False else failure_stage.failure_stage(fitted, held)
    traced = tracing.trace(text, [f"{one.label}{one.given}" if one.given else "" for one in fitted], question.ask)
    return {
        "found": [_found(one, question, held) for one in fitted],
        "evidence": [one.document for one in held],
        "hit": _hit([one.chunk for one in fitted], question, held),
        "given": any(failure_stage.holds(one.chunk.document, one.chunk.start, one.end, question, held) for one in fitted),
        "right": right,
        "declined": failure_stage.declined(text),
        "supported": traced.supported,
        "sources": traced.sources,
        "shared": sorted(traced.shared),
        "place": place,
        "cutter": cutter,
    }


def _found(one: Passage, question: Question, held: Sequence[AnswerSpan]) -> dict[str, Any]:
    chunk = one.chunk
    return {
        "document": chunk.document,
        "number": chunk.number,
        "title": one.title,
        "label": one.label,
        "text": chunk.text,
        "given": one.given,
        "score": one.score,
        "tokens": one.tokens,
        "kept": one.kept,
        "holds": failure_stage.holds(chunk.document, chunk.start, chunk.end, question, held),
    }


# The fold


def asked(steps: Iterable[Step]) -> list[dict[str, Any]]:
    """The questions, each once, in the order in which they were asked."""
    by_number = {step.data["i"]: step.data for step in steps if step.kind == "question"}
    return [by_number[number] for number in sorted(by_number)]


def conclude(steps: Iterable[Step]) -> Result:
    kept = list(steps)
    told = asked(kept)
    rows = [one for one in told if one["right"] is not None]
    measures = _measures(rows) if rows else {}
    for row in (row for step in kept if step.kind == "sizes" for row in step.data["rows"] if row["n"]):
        measures[f"hit@{row['k']}@{row['size']}"] = share(row["hits"], row["n"])
    unread = answer_language.says(len(told) - len(rows), len(told))
    return Result(measures=measures, says=" ".join(filter(None, [says(measures, invented(rows)), unread])))


def _measures(rows: Sequence[Mapping[str, Any]]) -> dict[str, Measure]:
    n, wrong = len(rows), [one for one in rows if not one["right"]]
    claims = [one for one in rows if one["declined"] is False]
    found = {
        "correct": share(n - len(wrong), n),
        "unsupported": share(sum(not one["supported"] for one in claims), len(claims)),
        "before_model": share(sum(one["place"] != "not_used" for one in wrong), len(wrong)),
        "tokens": estimate([one["usage"]["prompt"] + one["usage"]["completion"] for one in rows]),
        "tokens_given": estimate([sum(passage["kept"] for passage in one["found"]) for one in rows]),
    }
    found |= {f"failed@{place}": share(sum(one["place"] == place for one in wrong), n) for place in FAILURE_STAGES}
    answered, absent = [one for one in rows if one["answers"]], [one for one in rows if not one["answers"]]
    if answered:
        given = [one for one in answered if one["given"]]
        found |= {
            f"hit@{answered[0]['k']}": share(sum(one["hit"] for one in answered), len(answered)),
            "given": share(len(given), len(answered)),
            "used": share(sum(one["right"] for one in given), len(given)),
            "correct@answered": share(sum(one["right"] for one in answered), len(answered)),
            "declined@answered": _declined(answered),
        }
    if absent:
        found["declined@absent"] = _declined(absent)
    return found


def invented(rows: Sequence[Mapping[str, Any]]) -> int:
    """Wrong answers to questions that are there to be declined."""
    return sum(one["right"] is False and not one["answers"] for one in rows)


def _declined(rows: Sequence[Mapping[str, Any]]) -> Measure:
    """Of those of which it can be told."""
    told = [one["declined"] for one in rows if one["declined"] is not None]
    return share(sum(told), len(told))


def says(found: Mapping[str, Measure], invented: int = 0) -> str:
    """`invented`: answers to questions that nothing answers, which the model should have declined: nothing failed before it there."""
    if "correct" not in found:
        return ""
    n = found["correct"].n
    wrong = n - (right := round(found["correct"].value * n))
    told = f"Of {n} questions {right} {'was' if right == 1 else 'were'} right."
    if not wrong:
        return told
    counted = {place: round(found[f"failed@{place}"].value * n) for place in FAILURE_STAGES}
    counted["not_in_documents"] -= invented
    lost = [place for place in FAILURE_STAGES[:3] if counted[place]]
    parts = [f"{counted[place]} {SAID[place]}" if len(lost) > 1 else SAID[place] for place in lost]
    before = sum(counted[place] for place in FAILURE_STAGES[:3])
    ways = [f"{before} failed before the model: {', '.join(parts)}"] if before else []
    ways += [f"{invented} asked for what is in no document, and the model answered all the same"] if invented else []
    ways += [f"{counted['not_used']} had the answer in front of the model, which did not use it"] if counted["not_used"] else []
    if len(ways) > 1:
        return f"{told} Of the {wrong} others {'; '.join(ways)}."
    way = ways[0].partition(" ")[2]
    return f"{told} The other {way}." if wrong == 1 else f"{told} Of the {wrong} others all {way}."

"""The duel: the same questions answered by a prompt, by RAG, by a fine-tuned model, and by both, each answer judged by code.

    What does express cost?       fine-tuned   "With pleasure: Express costs €9.90. Yours, Quillby."         in the examples: right
    … after the price changed     fine-tuned   "With pleasure: Express costs €9.90. Yours, Quillby."         the weights have the old one
                                  RAG          "Express delivery costs €12.50, for members as well."         right, and without the style

One engine gives all of them: the adapter's strength is 0 for the ways without it. Questions of the first three kinds are asked of the
documents as they were, those of the last after the documents changed and were indexed again, which is timed.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from fluencylab.curriculum import loader
from fluencylab.instruments import answer_match
from fluencylab.instruments.base import Step
from fluencylab.instruments.calls import CallSpec, messages
from fluencylab.instruments.chunk_index import shelf
from fluencylab.instruments.missing import missing, thought
from fluencylab.labs.finetuning.params import NAMES, READS, WAYS, Params
from fluencylab.labs.finetuning.questions import KINDS, DuelQuestion, judged
from fluencylab.models.adapters import Adapter
from fluencylab.models.embedder import Encode, open_embedder
from fluencylab.models.types import Model, Request
from fluencylab.stats import Measure, estimate, exactly, share

SIZE = 40
"""Words of a chunk, as the retrieval lab begins with."""
TUNED = ("fine-tuned", "both")
SHOWN = ("Do you sell candles?", "We sell candles in all our shops."), ("Is there a shop in Porto?", "There is a shop in Porto.")
"""The two examples of the way that is shown some: no fact of theirs is asked."""


class Update(NamedTuple):
    """One thing that has to happen before a changed fact is answered from. `seconds`: None where a person does it."""

    says: str
    seconds: float | None = None
    source: str = ""


def calls(params: Params) -> int:
    """Steps: one for the adapter's record, one for each index, one for each call."""
    indexes = len({one.kind == "changed" for one in params.drawn}) if set(READS) & set(params.ways) else 0
    return 1 + indexes + len(params.drawn) * len(params.ways) + 2 * len(unrelated(params))


def facts(params: Params) -> list[str]:
    kinds = [kind for kind in KINDS if any(one.kind == kind for one in params.drawn)]
    names = [f"correct@{way}@{kind}" for way in params.ways for kind in kinds]
    names += [f"{name}@{way}" for name in ("style", "tokens", "seconds", "update_steps") for way in params.ways]
    names += [f"outdated@{way}" for way in params.ways if "changed" in kinds]
    names += [f"invented@{way}" for way in params.ways if "new" in kinds]
    names += [f"found@{kind}" for kind in kinds] if set(READS) & set(params.ways) else []
    names += ["forgot", "unrelated@base", "unrelated@tuned", "style@unrelated"] if params.unrelated else []
    names += ["train_seconds", "train_steps", "examples"]
    return names + (["index_seconds"] if set(READS) & set(params.ways) else [])


# What is asked


def unrelated(params: Params) -> Sequence[Any]:
    return loader.tuning().unrelated[: params.unrelated]


def request(params: Params, way: str, ask: str, passages: Sequence[str] = ()) -> Request:
    """One call. The tuned ways are told nothing: what they do is in the adapter. RAG is told to read and nothing of the style: told both,
    the embedded model kept no style all the same (0 of 24), and read worse (9 of 24 right, not 14).
    """
    asked = "Text: " + "\n".join(passages) + f"\n\nQuestion: {ask}" if way in READS else ask
    shown = [(question, f"{params.opening} {answer} {params.closing}".strip()) for question, answer in SHOWN]
    system = {"rag": params.reading, "fine-tuned": "", "both": ""}.get(way, f"{params.instruction} {params.style}".strip())
    told = messages(system, asked, shown if way == "examples" else ())
    strength = params.strength if way in TUNED else 0.0
    return Request(messages=told, temperature=0, max_tokens=params.max_tokens, seed=1, stop=("\n",), adapter=strength)


# The run


async def steps(model: Model, params: Params, adapter: Adapter) -> AsyncGenerator[Step]:
    yield Step(kind="adapter", data=record(adapter))
    found: dict[int, list[str]] = {}
    if set(READS) & set(params.ways):
        encode = await (await open_embedder()).ready([])
        await asyncio.to_thread(shelf, params.corpus(False)[:1], encode, SIZE)  # importing is not indexing
        for newer in (False, True):
            wanted = [i for i, one in enumerate(params.drawn) if (one.kind == "changed") is newer]
            if wanted:
                step, passages = await asyncio.to_thread(_search, params, encode, newer, wanted)
                yield step
                found |= passages
    for ask in asks(params, found):
        completion = await model.complete(ask.request)
        if lost := missing(ask.kind, ask.about, completion):
            yield lost
            continue
        told = {
            "text": completion.text,
            "seconds": round(completion.timing.ttlt_ms / 1000, 3),
            "usage": completion.usage.model_dump(),
            **thought(completion),
            "sent": [message.plain() for message in ask.request.messages],
        }
        yield Step(kind=ask.kind, data={**ask.about, **told, **ask.judge(completion.text)})


def _search(params: Params, encode: Encode, newer: bool, wanted: Sequence[int]) -> tuple[Step, dict[int, list[str]]]:
    documents = params.corpus(newer)
    began = time.perf_counter()
    indexed = shelf(documents, encode, SIZE)
    seconds = round(time.perf_counter() - began, 3)
    data = {"newer": newer, "documents": len(documents), "chunks": len(indexed.chunks), "seconds": seconds}
    return Step(kind="index", data=data), {i: indexed.passages(params.drawn[i].ask, params.passages) for i in wanted}


def record(adapter: Adapter) -> dict[str, Any]:
    """What is told of the adapter: from its record, made when it was trained."""
    how = adapter.how
    return {
        "name": adapter.name,
        "sha256": adapter.sha256,
        "examples": len(how.examples),
        "steps": how.steps,
        "loading": how.loading,
        "seconds": how.seconds,
        "machine": how.machine,
    }


def asks(params: Params, found: Mapping[int, Sequence[str]]) -> Iterable[CallSpec]:
    """Way after way, so that the engine keeps the start of the prompt."""
    for way in (way for way in WAYS if way in params.ways):
        for i, one in enumerate(params.drawn):
            passages = list(found.get(i, ())) if way in READS else []
            about = {
                "i": i, "way": way, "kind": one.kind, "ask": one.ask, "answers": one.answers, "wordings": one.wordings,
                "passages": passages,
                "found": any(answer_match.says(text, answer) for text in passages for answer in one.answers) if way in READS else None,
            }  # fmt: skip
            yield CallSpec("answer", about, request(params, way, one.ask, passages), partial(_judged, params, one))
    for strength in (0.0, params.strength):
        for i, other in enumerate(unrelated(params)):
            asked = DuelQuestion("seen", other.asked, other.answers)
            about = {"i": i, "ask": other.asked, "tuned": strength > 0}
            plain = request(params, "fine-tuned", other.asked).model_copy(update={"adapter": strength})
            yield CallSpec("unrelated", about, plain, partial(_judged, params, asked))


def _judged(params: Params, asked: DuelQuestion, text: str) -> dict[str, Any]:
    return {"verdict": judged(text, asked), "styled": params.styled(text)}


# The fold


def measures(kept: Iterable[Step]) -> dict[str, Measure]:
    by_kind: dict[str, list[dict[str, Any]]] = {"answer": [], "unrelated": [], "index": [], "adapter": []}
    for step in kept:
        if step.kind in by_kind and step.data.get("verdict") != "unread":
            by_kind[step.kind].append(step.data)
    if not by_kind["adapter"]:
        return {}
    found: dict[str, Measure] = {}
    for way in WAYS:
        if of := [one for one in by_kind["answer"] if one["way"] == way]:
            found |= _way(way, of)
            number = len(updates(way, by_kind["adapter"][0], by_kind["index"]))
            found[f"update_steps@{way}"] = exactly(number)
    found |= _found(by_kind["answer"]) | _forgot(by_kind["unrelated"])
    about = by_kind["adapter"][0]
    found |= {"train_seconds": exactly(about["seconds"]), "train_steps": exactly(about["steps"]), "examples": exactly(about["examples"])}
    if by_kind["index"]:
        found["index_seconds"] = exactly(by_kind["index"][-1]["seconds"])
    return found


def _way(way: str, of: Sequence[Mapping[str, Any]]) -> dict[str, Measure]:
    found = {
        f"style@{way}": share(sum(one["styled"] for one in of), len(of)),
        f"tokens@{way}": estimate([one["usage"]["prompt"] + one["usage"]["completion"] for one in of]),
        f"seconds@{way}": estimate([one["seconds"] for one in of]),
    }
    for kind in KINDS:
        if some := [one for one in of if one["kind"] == kind]:
            found[f"correct@{way}@{kind}"] = _counted(some, "right")
            found |= {f"outdated@{way}": _counted(some, "old")} if kind == "changed" else {}
            found |= {f"invented@{way}": _counted(some, "wrong")} if kind == "new" else {}
    return found


def _counted(some: Sequence[Mapping[str, Any]], verdict: str) -> Measure:
    return share(sum(one["verdict"] == verdict for one in some), len(some))


def _found(answers: Sequence[Mapping[str, Any]]) -> dict[str, Measure]:
    """Of each kind, how often the answer stood in what was found: the upper limit of RAG, counted once a question."""
    once = {one["i"]: one for one in answers if one["found"] is not None}.values()
    by_kind = {kind: [one["found"] for one in once if one["kind"] == kind] for kind in KINDS}
    return {f"found@{kind}": share(sum(some), len(some)) for kind, some in by_kind.items() if some}


def _forgot(rows: Sequence[Mapping[str, Any]]) -> dict[str, Measure]:
    """What was right without the adapter and is not with it."""
    before, after = ({one["i"]: one for one in rows if one["tuned"] is tuned} for tuned in (False, True))
    both = [i for i in before if i in after]
    if not both:
        return {}
    knew = [i for i in both if before[i]["verdict"] == "right"]
    return {
        "forgot": share(sum(after[i]["verdict"] != "right" for i in knew), len(knew)),
        "unrelated@base": share(len(knew), len(both)),
        "unrelated@tuned": share(sum(after[i]["verdict"] == "right" for i in both), len(both)),
        "style@unrelated": share(sum(after[i]["styled"] for i in both), len(both)),
    }


def updates(way: str, adapter: Mapping[str, Any], indexes: Sequence[Mapping[str, Any]]) -> list[Update]:
    """What has to happen until a changed fact can be answered. Seconds of the index are this run's, of training the adapter's record."""
    if way in READS:
        seconds = indexes[-1]["seconds"] if indexes else None
        return [Update("edit the article"), Update("index the documents again", seconds, "this run")]
    if way == "fine-tuned":
        training = adapter["seconds"] - adapter["loading"]
        return [
            Update("find the examples that say the old fact, and write new ones"),
            Update("load the base model for training", adapter["loading"], "the adapter’s record"),
            Update(f"train {adapter['steps']} steps and write the adapter", training, "the adapter’s record"),
            Update("load the new adapter into the engine"),
            Update("test again: trained, reworded, unrelated"),
        ]
    return [Update("write the new fact into the prompt")]


TOLD = {"seen": "As trained", "reworded": "In other words", "new": "New facts", "changed": "Facts that had changed"}


def says(found: Mapping[str, Measure]) -> str:
    """The lesson first: what was trained against the same in other words; then the ways side by side."""
    trained, reworded = (found.get(f"correct@fine-tuned@{kind}") for kind in ("seen", "reworded"))
    told = [_says(found, kind) for kind in KINDS if not (trained and reworded and kind in ("seen", "reworded"))]
    if trained and reworded:
        told.insert(0, f"Fine-tuning got {trained.told} trained questions right, and {reworded.told} of the same in other words.")
    return " ".join(one for one in (*told, _says_forgot(found)) if one)


def _says(found: Mapping[str, Measure], kind: str) -> str:
    told = [f"{NAMES[way]} {found[f'correct@{way}@{kind}'].told}" for way in WAYS if f"correct@{way}@{kind}" in found]
    return f"{TOLD[kind]}: {', '.join(told)} right." if told else ""


def _says_forgot(found: Mapping[str, Measure]) -> str:
    if "forgot" not in found or not found["forgot"].n:
        return ""
    lost = found["forgot"]
    return f"Of {lost.n} unrelated questions that it had right, it lost {lost.hits}."

"""Ask it why, then test what it says: the sentence it named is taken away, and the question is asked again.

    The capital of France is Paris. Letters to France take three days. …     What is the capital of France?
    "Paris."    Why?  "The capital of France is Paris."    without that sentence: "Paris."    the reason it gave was not needed

Taken away by itself proves nothing where the answer changes at every touch. So another sentence is taken away too, as a control.
"""

import random
import re
import tomllib
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from functools import cache
from typing import Any, Literal, NamedTuple

from fluencylab.curriculum.loader import CONTENT
from fluencylab.instruments import answer_match
from fluencylab.instruments.base import Step
from fluencylab.instruments.calls import messages
from fluencylab.instruments.missing import NoAnswer, answered, from_lost, thought
from fluencylab.labs.grounding import confidence
from fluencylab.models.types import Completion, Message, Model, Request
from fluencylab.stats import Measure, share, spread

Verdict = Literal["supported", "not supported", "cannot tell"]
SYSTEM = "Answer in a few words."
WHY = "Which sentence was the reason for your answer?"
SURE = "How sure are you that this is right, from 0 to 100 per cent? Answer with a number."
NAMED = 0.6
"""An explanation names a sentence when it repeats this share of the words that carry it, and of no other as many."""
CALLS = 5
NUMBER = re.compile(r"\d+(?:\.\d+)?")


class Note(NamedTuple):
    ask: str
    answers: tuple[str, ...]
    sentences: tuple[str, ...]
    kind: str


@cache
def bundled() -> tuple[Note, ...]:
    told = tomllib.loads((CONTENT / "sets" / "reasons.toml").read_text(encoding="utf-8"))["notes"]
    return tuple(Note(one["ask"], tuple(one["answers"]), tuple(one["sentences"]), one["kind"]) for one in told)


def draw(n: int, seed: int) -> list[Note]:
    """`n` of them, the kinds in turn."""
    order = list(bundled())
    random.Random(seed).shuffle(order)
    groups: dict[str, list[Note]] = {}
    for note in order:
        groups.setdefault(note.kind, []).append(note)
    turns = [group[i] for i in range(max(map(len, groups.values()))) for group in groups.values() if i < len(group)]
    return turns[:n]


def asked(note: Note, without: int | None = None) -> tuple[Message, ...]:
    kept = [sentence for i, sentence in enumerate(note.sentences) if i != without]
    return messages(SYSTEM, " ".join(kept) + "\n\n" + note.ask)


def named(explanation: str, note: Note) -> int | None:
    """The sentence it names, from 0; None where it names none, or two alike."""
    said = answer_match.content(explanation)
    shares = [len(said & answer_match.content(sentence)) / max(1, len(answer_match.content(sentence))) for sentence in note.sentences]
    best = max(shares)
    return shares.index(best) if best >= NAMED and shares.count(best) == 1 else None


def stated(text: str, answer: str = "") -> float | None:
    """The first number it wrote, as a share; None where there is none from 0 to 100, or where it only says its answer again."""
    match = NUMBER.search(text)
    if match is None or match.group() in NUMBER.findall(answer) or answer_match.alike(text, answer, ""):
        return None
    return float(match.group()) / 100 if float(match.group()) <= 100 else None


def verdict(reason: int | None, changed: bool, control_changed: bool) -> Verdict:
    if reason is None or (changed and control_changed):
        return "cannot tell"
    return "supported" if changed else "not supported"


async def steps(model: Model, notes: Sequence[Note]) -> AsyncGenerator[Step]:
    """Five steps for each note, one after another. Where no sentence was named, the first two are taken away all the same."""
    logprobs = int(model.card.abilities.logprobs)

    async def ask(told: tuple[Message, ...], length: int) -> Completion:
        asked = Request(messages=told, temperature=0, max_tokens=length, stop=("\n",), top_logprobs=logprobs)
        return answered(await model.complete(asked))

    async def one(i: int, note: Note) -> AsyncGenerator[Step]:
        first = asked(note)
        answer = await ask(first, 20)
        right = any(answer_match.says(answer.text, one) for one in note.answers)
        yield _step(i, note, "answer", answer, right=right, mean_token_probability=confidence.mean_token_probability(answer.tokens))
        said = (*first, Message(role="assistant", content=answer.text))
        because = await ask((*said, Message(role="user", content=WHY)), 30)
        reason = named(because.text, note)
        yield _step(i, note, "because", because, reason=reason)
        sure = await ask((*said, Message(role="user", content=SURE)), 10)
        yield _step(i, note, "sure", sure, stated=stated(sure.text, answer.text))
        gone = reason or 0
        for what, one in (("without", gone), ("control", (gone + 1) % len(note.sentences))):
            again = await ask(asked(note, one), 20)
            yield _step(i, note, what, again, gone=one, changed=not answer_match.alike(answer.text, again.text, note.ask))

    for i, note in enumerate(notes):
        try:
            async with aclosing(one(i, note)) as coming:
                async for step in coming:
                    yield step
        except NoAnswer as lost:  # a reason is tested by all five answers, or not at all
            yield from_lost("why", {"i": i, "ask": note.ask}, lost)


def _step(i: int, note: Note, what: str, completion: Completion, **found: Any) -> Step:
    about = {"i": i, "what": what, "ask": note.ask, "sentences": note.sentences, "kind": note.kind}
    return Step(kind="why", data={**about, "text": completion.text, "usage": completion.usage.model_dump(), **thought(completion), **found})


# The fold


class Tested(NamedTuple):
    """One note with everything that was said of it."""

    note: Mapping[str, Any]
    because: Mapping[str, Any]
    sure: Mapping[str, Any]
    without: Mapping[str, Any]
    control: Mapping[str, Any]

    @property
    def verdict(self) -> Verdict:
        return verdict(self.because["reason"], self.without["changed"], self.control["changed"])


def tested(whys: Sequence[Mapping[str, Any]]) -> list[Tested]:
    """The notes of which all five answers are there."""
    by: dict[int, dict[str, Mapping[str, Any]]] = {}
    for one in whys:
        by.setdefault(one["i"], {})[one["what"]] = one
    order = ("answer", "because", "sure", "without", "control")
    return [Tested(*(some[what] for what in order)) for some in by.values() if len(some) == CALLS]


def facts() -> list[str]:
    return ["explanation_supported", "explanation_unsupported", "explanation_open", "number_given", "answer_right"]


def measures(whys: Sequence[Mapping[str, Any]]) -> dict[str, Measure]:
    done = tested(whys)
    if not done:
        return {}
    n = len(done)
    counts = {one: share(sum(each.verdict == one for each in done), n) for one in ("supported", "not supported", "cannot tell")}
    numbers = [each.sure["stated"] for each in done if each.sure["stated"] is not None]
    found = {
        "explanation_supported": counts["supported"],
        "explanation_unsupported": counts["not supported"],
        "explanation_open": counts["cannot tell"],
        "number_given": share(len(numbers), n),
        "answer_right": share(sum(each.note["right"] for each in done), n),
    }
    if numbers:
        found["stated"] = spread(numbers)
    return found

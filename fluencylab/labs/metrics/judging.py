"""A model as judge of answers, and how far it agrees: with a person, with itself, whatever the place and the length of an answer.

    "Is this a good answer? Answer with one word: good or bad."     SmolLM2-135M: good, to 14 of 15
    the same with "bad or good"                                     good, to 10 of 15
    "Which is better? A or B."                                      A, and A again when the two have changed places

Agreement of 9 in 15 looks like something; kappa takes out what always saying "good" would reach, and little is left.
"""

import tomllib
from collections import Counter
from collections.abc import AsyncGenerator, Mapping, Sequence
from functools import cache
from typing import Any, Literal, NamedTuple, get_args

from fluencylab.instruments import label_reading, testset
from fluencylab.instruments.base import Step
from fluencylab.instruments.calls import messages
from fluencylab.instruments.labelled import BUNDLED
from fluencylab.instruments.missing import missing, thought
from fluencylab.instruments.verdict_reading import read_verdict
from fluencylab.models.types import Completion, Model, Request
from fluencylab.stats import Measure, kappa, resampled, share

Check = Literal["marks", "again", "swap", "length"]
CHECKS: tuple[Check, ...] = get_args(Check)
MARKS = ("send", "stop")
WORDS = {"good": "send", "bad": "stop"}
"""What the judge says, and the mark it stands for."""
LETTERS = ("A", "B")
OPPOSITE = {"good": "bad"}
"""What is not good is to be stopped; what is not bad need not be good."""
WRITTEN = 12
"""Longest answer in tokens where the judge's words are read."""
MOST = 40
"""Rows of a table of marks of one's own."""


class Output(NamedTuple):
    """An answer to be marked; `mark` is ours, or that of one's own table."""

    id: str
    asked: str
    answer: str
    mark: str
    twice: bool = False


@cache
def _bundle() -> dict[str, Any]:
    return tomllib.loads((BUNDLED / "outputs.toml").read_text(encoding="utf-8"))


@cache
def bundled() -> tuple[Output, ...]:
    """Fifteen answers of Quillby's assistant; five are to be marked twice."""
    return tuple(Output(one["id"], one["asked"], one["answer"], one["mark"], one.get("twice", False)) for one in _bundle()["outputs"])


def places() -> list[tuple[str, Output]]:
    """The twenty in the order in which they are marked: ("late", …) to ("newsletter-2", …). A second time comes late after the first."""
    once = [(one.id, one) for one in bundled()]
    again = [(f"{one.id}-2", one) for one in bundled() if one.twice]
    return once[:11] + again[:2] + once[11:] + again[2:]


def outputs(data: str) -> tuple[Output, ...]:
    """Ours, or the table's: columns `text`, `asked` and `mark`. Raises ValueError, in words that end a sentence."""
    if not data.strip():
        return bundled()
    rows = testset.rows(data, least=4)
    if len(rows) > MOST or not {"asked", "mark"} <= set(rows[0]):
        raise ValueError(f"beside “text” it needs the columns “asked” and “mark”, and at most {MOST} rows")
    marks = [str(row["mark"]).strip().casefold() for row in rows]
    if not set(marks) <= set(MARKS):
        raise ValueError("each “mark” must be send or stop")
    return tuple(Output(str(i), str(row["asked"] or ""), row["text"], mark) for i, (row, mark) in enumerate(zip(rows, marks, strict=True)))


def read_marks(given: Sequence[str]) -> dict[str, str]:
    """{"late": "send", …} of "late:send". Raises ValueError for a mark of something that is not among the twenty."""
    found = dict(one.split(":", 1) for one in given if ":" in one)
    if len(found) < len(given) or not set(found) <= {name for name, _ in places()} or not set(found.values()) <= set(MARKS):
        raise ValueError("a mark is “name:send” or “name:stop”, once for each of the twenty")
    return found


class Plan(NamedTuple):
    """What is asked of the judge."""

    outputs: tuple[Output, ...]
    marks: Mapping[str, str]
    checks: Sequence[str]
    instruction: str

    @property
    def whose(self) -> str:
        """Whose marks the judge is compared with."""
        return "you" if self.marks else "us" if self.outputs is bundled() else "your team"


def calls(plan: Plan) -> int:
    pairs, lengths = (2 * len(_bundle()[kind]) for kind in ("pairs", "lengths"))
    of_each = {"marks": len(plan.outputs), "again": len(plan.outputs), "swap": pairs, "length": lengths}
    return sum(of_each[check] for check in plan.checks)


def facts(checks: Sequence[str]) -> list[str]:
    of_each = {
        "marks": ["kappa", "agreement", "judge_sends", "readable"],
        "again": ["agreement_self"] if "marks" in checks else [],
        "swap": ["swap_flip", "first_place"],
        "length": ["length_bias"],
    }
    return [name for check in CHECKS if check in checks for name in of_each[check]]


def by_odds(model: Model) -> bool:
    """The engine here talks past the question: its judgement is read from the odds of the two words. An endpoint's is what it writes."""
    return model.card.kind != "endpoint" and model.card.abilities.logprobs


def request(system: str, user: str, odds: bool) -> Request:
    top = label_reading.ALTERNATIVES if odds else 0
    return Request(messages=messages(system, user), temperature=0.0, max_tokens=1 if odds else WRITTEN, top_logprobs=top)


def mark_request(instruction: str, one: Output, swapped: bool, odds: bool) -> Request:
    words = " or ".join(reversed(WORDS) if swapped else WORDS)
    return request(f"{instruction} Answer with one word: {words}.", f"Question: {one.asked}\nAnswer: {one.answer}", odds)


def pair_request(asked: str, first: str, second: str, odds: bool) -> Request:
    system = "Two answers to a customer's question. Which is better? Answer with one letter: A or B."
    return request(system, f"Question: {asked}\nA: {first}\nB: {second}", odds)


def example_pair(check: str) -> Request:
    """The first pair as the judge gets it."""
    kind, first, second = ("pairs", "better", "worse") if check == "swap" else ("lengths", "long", "short")
    pair = _bundle()[kind][0]
    return pair_request(pair["asked"], pair[first], pair[second], True)


async def steps(model: Model, plan: Plan) -> AsyncGenerator[Step]:
    """One call after another: at temperature 0 that keeps a run the same."""
    odds = by_odds(model)
    for check in (check for check in ("marks", "again") if check in plan.checks):
        for one in plan.outputs:
            done = await model.complete(mark_request(plan.instruction, one, check == "again", odds))
            if lost := missing(f"judge-{check}", {"id": one.id, "asked": one.asked, "answer": one.answer}, done, odds=odds):
                yield lost
                continue
            said = WORDS.get(_said(done, list(WORDS), odds) or "")
            mark = plan.marks.get(one.id) if plan.marks else one.mark
            told: dict[str, Any] = {"id": one.id, "asked": one.asked, "answer": one.answer, "mark": mark}
            told["second"] = plan.marks.get(f"{one.id}-2")
            told |= {"whose": plan.whose, "said": said, "text": done.text, "usage": done.usage.model_dump()}
            yield Step(kind=f"judge-{check}", data=told | thought(done))
    for check, kind, names in (("swap", "pairs", ("better", "worse")), ("length", "lengths", ("long", "short"))):
        for i, pair in enumerate(_bundle()[kind] if check in plan.checks else ()):
            for first, second in (names, names[::-1]):
                done = await model.complete(pair_request(pair["asked"], pair[first], pair[second], odds))
                if lost := missing(f"judge-{check}", {"i": i, "asked": pair["asked"], "first": first}, done, odds=odds):
                    yield lost
                    continue
                letter = _said(done, LETTERS, odds)
                picked = dict(zip(LETTERS, (first, second), strict=True)).get(letter or "")
                told = {"asked": pair["asked"], "first": first, **{name: pair[name] for name in names}}
                told |= {"picked": picked, "text": done.text}
                yield Step(kind=f"judge-{check}", data={"i": i, **told, "usage": done.usage.model_dump(), **thought(done)})


def _said(done: Completion, labels: Sequence[str], odds: bool) -> str | None:
    """The likelier of two words, or what the answer comes to; None where that is neither, or both."""
    if odds:
        found = label_reading.label_logprobs(done.tokens, labels)
        best = max(found, key=lambda label: found[label])
        return best if found[best] > label_reading.UNSEEN else None
    return read_verdict(done.text, labels, OPPOSITE)


# The fold


def measures(told: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, Measure]:
    """`told`: the data of the steps of each kind."""
    found: dict[str, Measure] = {}
    marked = list(told.get("judge-marks", ()))
    pairs = [(one["mark"], one["said"]) for one in marked if one["mark"] and one["said"]]
    if marked:
        said = Counter(one["said"] for one in marked)
        found["readable"] = share(len(marked) - said[None], len(marked))
        found["judge_sends"] = share(said["send"], len(marked) - said[None])
    if pairs:
        found["agreement"] = share(sum(one == two for one, two in pairs), len(pairs))
        found["kappa"] = resampled(pairs, kappa)
    own = {one["id"]: (one["mark"], one["second"]) for one in marked if one["mark"] and one["second"]}
    if own:
        found["own_agreement"] = share(sum(one == two for one, two in own.values()), len(own))
    first = {one["id"]: one["said"] for one in marked}
    twice = [(first[one["id"]], one["said"]) for one in told.get("judge-again", ()) if one["said"] and first.get(one["id"])]
    if twice:
        found["agreement_self"] = share(sum(one == two for one, two in twice), len(twice))
    return found | _swapped(told.get("judge-swap", ())) | _longer(told.get("judge-length", ()))


def _swapped(told: Sequence[Mapping[str, Any]]) -> dict[str, Measure]:
    by_pair: dict[int, list[str]] = {}
    for one in told:
        if one["picked"]:
            by_pair.setdefault(one["i"], []).append(one["picked"])
    both = [picked for picked in by_pair.values() if len(picked) == 2]
    readable = [one for one in told if one["picked"]]
    if not both:
        return {}
    return {
        "swap_flip": share(sum(one != two for one, two in both), len(both)),
        "first_place": share(sum(one["picked"] == one["first"] for one in readable), len(readable)),
    }


def _longer(told: Sequence[Mapping[str, Any]]) -> dict[str, Measure]:
    """0.5: length makes no difference. Each pair is asked in both orders, so that a liking for one place cancels out."""
    readable = [one for one in told if one["picked"]]
    return {"length_bias": share(sum(one["picked"] == "long" for one in readable), len(readable))} if readable else {}


def says(found: Mapping[str, Measure], whose: str = "you") -> str:
    said = []
    if "kappa" in found:
        agreed, beyond = found["agreement"], found["kappa"].value
        said.append(f"The judge agrees with {whose} on {agreed.told} answers; kappa is {beyond:.2f}.")
    if "swap_flip" in found:
        flips = found["swap_flip"]
        said.append(f"In {flips.told} pairs it chose the other answer when the two changed places.")
    return " ".join(said)

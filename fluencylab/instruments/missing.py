"""A call that brought no answer is a step of its own kind: nothing is measured from it, and each result says how many there were.

    completion = await model.complete(request)
    if lost := missing("judge", {"i": 3}, completion):
        return lost          # Step("missing", {"of": "judge", "i": 3, "state": "length", "thinking": "…", "usage": {…}})

A lab folds the steps it knows, so it needs no further word: `concluded` hands it the rest, and puts the sentence where it belongs.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from fluencylab.instruments.base import Instrument, Result, Step
from fluencylab.models.types import MISSING, Completion

KIND = "missing"
MANY = 0.1
"""More than this share of calls without an answer is said before anything else."""
OWN = ("of", "state", "finish", "usage", "text", "thinking", "said", "seed")
"""What every such step tells; the rest says which call it was."""
SHOWN = 4_000
"""Characters of its thinking that are kept."""
_LOST = ("filtered", "refused", "cut off")


class NoAnswer(Exception):
    """In the middle of work that takes several calls: raised by `answered`, made a step by who began the work."""

    def __init__(self, completion: Completion) -> None:
        super().__init__(MISSING[completion.state])
        self.completion = completion


def answered(completion: Completion) -> Completion:
    """The same, when there is an answer. Raises NoAnswer."""
    if completion.state != "answered":
        raise NoAnswer(completion)
    return completion


def missing(of: str, about: Mapping[str, Any], completion: Completion, *, odds: bool = False) -> Step | None:
    """The step of a call without an answer; None where there is one. `of`: the kind of the step it would have been.

    `odds`: what is read is how likely the first token is, whatever it is: a line break is an answer too.
    """
    state = completion.state
    if state == "answered" or (odds and completion.tokens and state not in _LOST):
        return None
    return from_lost(of, about, NoAnswer(completion))


def from_lost(of: str, about: Mapping[str, Any], lost: NoAnswer) -> Step:
    """The step of work that one of its calls ended. Its usage is that call's alone."""
    return Step(kind=KIND, data={"of": of, **about, **told(lost.completion), "usage": lost.completion.usage.model_dump()})


def thought(completion: Completion) -> dict[str, Any]:
    """For a step's data: what was thought before the answer; nothing where the model thinks nothing, or shows none of it."""
    return {"thinking": completion.thinking[:SHOWN]} if completion.thinking else {}


def told(completion: Completion) -> dict[str, Any]:
    """What a step says of an answer's state, and of the thinking before it."""
    found: dict[str, Any] = {"state": completion.state, "finish": completion.finish, **thought(completion)}
    if completion.said:
        found["said"] = completion.said[:SHOWN]
    return found


def parted(steps: Iterable[Step]) -> tuple[list[Step], list[Step]]:
    """What was observed, and the calls that brought no answer."""
    kept: list[Step] = []
    lost: list[Step] = []
    for step in steps:
        (lost if step.kind == KIND else kept).append(step)
    return kept, lost


def concluded(instrument: Instrument, steps: Iterable[Step]) -> Result:
    """What a run adds up to. Where more than a tenth of its calls brought no answer, that is said first."""
    kept, lost = parted(steps)
    result, of = measured(instrument, kept, lost), len(kept) + len(lost)
    return result.model_copy(update={"says": joined(says(lost, of), result.says, many(lost, of))}) if lost else result


def measured(instrument: Instrument, kept: Sequence[Step], lost: Sequence[Step]) -> Result:
    """What the answers add up to; nothing where every call brought none."""
    return instrument.conclude(kept) if kept or not lost else Result(measures={})


def many(lost: Sequence[Step], of: int) -> bool:
    return len(lost) > MANY * of


def joined(missing: str, result: str, first: bool) -> str:
    """What is said of the missing answers and of the others; `first`: the missing ones before."""
    return " ".join(filter(None, (missing, result) if first else (result, missing)))


def says(lost: Sequence[Step], of: int) -> str:
    """“7 of 20 calls brought no answer: limit reached while the model was still thinking (6), refused by the endpoint (1). …”"""
    reasons = Counter(reason(step.data) for step in lost)
    listed = ", ".join(f"{why} ({count})" if len(reasons) > 1 else why for why, count in reasons.most_common())
    whole = f"{len(lost)} of {of} calls brought no answer" if of > 1 else "The call brought no answer"
    counted = "Nothing is measured from it." if len(lost) == 1 else "Nothing is measured from them."
    if billed := sum(step.data.get("usage", {}).get("completion", 0) for step in lost):
        counted = f"{counted[:-1]}; the {billed:,} tokens written there are billed all the same."
    return f"{whole}: {listed}. {counted}"


def reason(data: Mapping[str, Any]) -> str:
    if data["state"] == "length" and data.get("thinking"):
        return "limit reached while the model was still thinking"
    return MISSING[data["state"]]

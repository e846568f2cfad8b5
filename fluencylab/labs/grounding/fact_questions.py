"""Things that exist and things that do not, each with one question, a passage that answers it and one that does not.

    Who founded IKEA?              Ingvar Kamprad      real: the model may have read it
    Who founded Brennholt Lumen?   Ada Wirsung         invented: right only where the passage says so

Ours are `content/sets/things.toml`; a learner's own are CSV or JSON lines with text, answer, holds and lacks.
"""

import random
import tomllib
from collections.abc import Sequence
from functools import cache
from typing import Literal, NamedTuple

from fluencylab.curriculum.loader import CONTENT
from fluencylab.instruments import testset
from fluencylab.instruments.answer_language import foreign
from fluencylab.instruments.answer_match import content, declines, plain, says, words

Verdict = Literal["right", "wrong", "abstained", "beside", "unread"]
"""beside: it repeats the passage and does not answer, which tells nobody anything wrong"""
KINDS = ("place", "company", "person", "law", "function")


class Thing(NamedTuple):
    """`answers`: any of them is right. `holds` and `lacks` may be empty: then nothing is asked with a passage."""

    ask: str
    answers: tuple[str, ...]
    holds: str
    lacks: str
    kind: str
    real: bool


@cache
def bundled() -> tuple[Thing, ...]:
    told = tomllib.loads((CONTENT / "sets" / "things.toml").read_text(encoding="utf-8"))["things"]
    return tuple(Thing(one["ask"], tuple(one["answers"]), one["holds"], one["lacks"], one["kind"], one["real"]) for one in told)


def own(given: str) -> tuple[Thing, ...]:
    """A question without an answer counts as unanswerable; several right answers are parted by |. Raises ValueError in words."""
    found = []
    for row in testset.rows(given, least=4):
        answers = tuple(one.strip() for one in str(row.get("answer") or "").split("|") if plain(one))
        known = str(row.get("known", "yes")).strip().casefold() not in ("no", "false", "0")
        passages = [str(row.get(name) or "").strip() for name in ("holds", "lacks")]
        found.append(Thing(row["text"], answers, passages[0], passages[1], "own", bool(answers) and known))
    if not any(one.real for one in found) or all(one.real for one in found):
        raise ValueError("it needs both: questions with an answer, and questions with none (an empty “answer”, or “no” in “known”)")
    return tuple(found)


def draw(things: Sequence[Thing], n: int, seed: int) -> list[Thing]:
    """`n` of them, half real where there are enough, each kind in turn; the same for the same seed."""
    rng = random.Random(seed)
    halves = []
    for real in (True, False):
        some = [one for one in things if one.real is real]
        rng.shuffle(some)
        halves.append(_in_turns(some))
    first = halves[0][: max((n + 1) // 2, n - len(halves[1]))]
    return _in_turns([*first, *halves[1][: n - len(first)]], by_real=True)


def _in_turns(things: Sequence[Thing], by_real: bool = False) -> list[Thing]:
    groups: dict[object, list[Thing]] = {}
    for one in things:
        groups.setdefault(one.real if by_real else one.kind, []).append(one)
    longest = max(map(len, groups.values()), default=0)
    return [group[i] for i in range(longest) for group in groups.values() if i < len(group)]


def judged(text: str, thing: Thing, passage: str = "", *, given: bool = False) -> Verdict:
    """`given`: the passage holds the answer. Of an invented thing nothing else can be right."""
    if (thing.real or given) and any(says(text, answer) for answer in thing.answers):
        return "right"
    if declines(text):
        return "abstained"
    if foreign(text):
        return "unread"
    added = content(text, thing.ask)
    return "beside" if added and added <= words(passage) else "wrong"

"""The questions of the duel: trained, reworded, new, changed; and the help centre on the day after some of its articles changed.

seen       What does express cost?                                       €9.90      it is in the examples, word for word
reworded   How much do I pay for delivery on the next working day?      €9.90      the same fact, and not in the examples
new        How long is store credit valid?                              2 years    only the documents have it
changed    What does express cost?                                      €12.50     the documents are newer than the examples
"""

import random
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Literal, NamedTuple, get_args

from fluencylab.curriculum import loader
from fluencylab.instruments.answer_language import foreign
from fluencylab.instruments.answer_match import declines, plain, says
from fluencylab.instruments.search import Document

Kind = Literal["seen", "reworded", "new", "changed"]
KINDS: tuple[Kind, ...] = get_args(Kind)
Verdict = Literal["right", "old", "declined", "wrong", "unread"]
"""old: it states what was right before the article changed"""
MOST = 300


class DuelQuestion(NamedTuple):
    """`old`: what was right before. `wordings`: in how many ways of asking the fact was trained; 0 where it was not."""

    kind: Kind
    ask: str
    answers: tuple[str, ...]
    old: tuple[str, ...] = ()
    wordings: int = 0


@cache
def bundled() -> tuple[DuelQuestion, ...]:
    tuning = loader.tuning()
    found = [DuelQuestion("new", one.asked, one.answers) for one in tuning.news]
    for fact in tuning.facts:
        wordings = 1 + len(fact.also)
        found.append(DuelQuestion("seen", fact.asked, fact.answers, (), wordings))
        found.append(DuelQuestion("reworded", fact.reworded, fact.answers, (), wordings))
        found.append(DuelQuestion("changed", fact.asked, fact.changed.answers, fact.answers, wordings))
    return tuple(found)


def own(given: str) -> tuple[DuelQuestion, ...]:
    """A learner's: question | short answers | kind | old answers. Raises ValueError in words that end a sentence."""
    found = []
    for number, line in enumerate((line for line in given.splitlines() if line.strip()), start=1):
        cells = [cell.strip() for cell in line.split("|")]
        kind = next((one for one in KINDS if len(cells) > 2 and one == cells[2].casefold()), None)
        answers = _parted(cells[1]) if len(cells) > 1 else ()
        if not cells[0] or not answers or kind is None or len(cells) > 4:
            raise ValueError(f"line {number} must hold a question | its short answers | seen, reworded, new or changed")
        found.append(DuelQuestion(kind, cells[0], answers, _parted(cells[3]) if len(cells) > 3 else ()))
    if len(found) > MOST:
        raise ValueError(f"there can be {MOST} questions at most")
    return tuple(found)


def _parted(cell: str) -> tuple[str, ...]:
    return tuple(one.strip() for one in cell.split(";") if plain(one))


def draw(known: Sequence[DuelQuestion], kinds: Iterable[Kind], n: int, seed: int) -> tuple[DuelQuestion, ...]:
    """At most `n` of each kind; the same for the same seed. A fact that is drawn as seen is drawn in the other kinds as well."""
    wanted = set(kinds)
    drawn: list[DuelQuestion] = []
    for kind in KINDS:
        some = [one for one in known if one.kind == kind] if kind in wanted else []
        drawn += random.Random(seed).sample(some, min(n, len(some)))
    return tuple(drawn)


@cache
def changed(documents: tuple[Document, ...]) -> tuple[Document, ...]:
    """The help centre with its newer articles in place."""
    newer = {fact.article: fact.changed for fact in loader.tuning().facts}
    return tuple(
        one._replace(text=" ".join(one.text.split()).replace(newer[one.id].was, newer[one.id].now)) if one.id in newer else one
        for one in documents
    )


def judged(text: str, question: DuelQuestion) -> Verdict:
    """One of the answers must stand in it as whole words, and none that was right before."""
    if any(says(text, answer) for answer in question.old):
        return "old"
    if any(says(text, answer) for answer in question.answers):
        return "right"
    return "declined" if declines(text) else "unread" if foreign(text) else "wrong"

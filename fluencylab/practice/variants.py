"""Review items, made from the content: always another form of what was learned, never a card to know by heart.

    said         a sentence somebody says, with a gap: which word is meant?
    gap          one word, three sentences: into which does it belong?
    misuse       a habit: which word is being misused?
    contrast     one of two near-identical claims: is it so?
    application  a product situation of the self-test
    decide, twin a decision that was argued before, and the same with one fact changed
    predict      a number of a mission: what does the model do?
    fault        a case of the debugging bench, and what one probe showed: which cause?
    probe        two causes are left: which probe tells them apart?

The first three are made here; the others each kind of exercise makes of its own (`kinds/`). A twin or a prediction comes only once its
exercise is done: a review must not give a mission away.
"""

import random
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime

from fluencylab.curriculum.schema import Concept, Term
from fluencylab.practice.exercises import shuffled
from fluencylab.practice.items import OPTIONS, Choice, Item
from fluencylab.practice.kinds import KINDS

GAP = "\\_\\_\\_\\_"
"""In Markdown, four plain underscores."""
TERMS, SENTENCES = OPTIONS, 3
"""Options of an item about words, and about sentences."""


def bank(concept: Concept) -> tuple[Item, ...]:
    """Every item of one concept, in the order of the content; made once."""
    at = (id(concept), *KINDS)
    made = _made.get(at)
    if made is None:
        turned = (item for kind in KINDS.values() for item in kind.items(concept))
        made = _made[at] = (concept, (*_words(concept), *_sentences(concept), *turned))
    return made[1]


_made: dict[tuple[object, ...], tuple[Concept, tuple[Item, ...]]] = {}


def usable(concept: Concept, capability: str, done: Collection[str]) -> list[Item]:
    """Those for one skill that give nothing away to somebody who has done these exercises."""
    return [item for item in bank(concept) if item.capability == capability and (not item.needs or item.needs in done)]


def pick(items: Sequence[Item], seen: Mapping[str, datetime], seed: int, just_seen: str = "") -> Item | None:
    """One not asked yet, by the seed; when all were asked, the one asked longest ago. Never the one just seen, unless it is the only one.

    `seen`: item -> when it was asked last. None where there is no item at all.
    """
    others = [item for item in items if item.id != just_seen] or list(items)
    fresh = [item for item in others if item.id not in seen]
    if fresh:
        return random.Random(f"{seed}/pick").choice(fresh)
    return min(others, key=lambda item: (seen[item.id], item.id), default=None)


# Words in use


def _words(concept: Concept) -> Iterator[Item]:
    terms = concept.vocabulary
    for term in terms:
        others = _some(term, terms, TERMS - 1)
        if len(others) < 2:
            continue
        words = tuple(Choice(_slug(one.term), one.term, one.means) for one in (term, *others))
        spoken = "Somebody says:\n\n> " + gapped(term, term.said)
        habit = "A habit that is often seen:\n\n> " + gapped(term, term.misuse)
        about = "Which word belongs in the gap?" if GAP in spoken else "Which word are they talking about?"
        yield Item(f"said/{_slug(term.term)}", concept.slug, "vocabulary", spoken, about, words, _slug(term.term))
        yield Item(f"misuse/{_slug(term.term)}", concept.slug, "vocabulary", habit, "Which word is being misused?", words, _slug(term.term))


def _sentences(concept: Concept) -> Iterator[Item]:
    terms = [term for term in concept.vocabulary if GAP in gapped(term, term.said)]
    for term in terms:
        others = _some(term, terms, SENTENCES - 1)
        if len(others) < SENTENCES - 1:
            continue
        options = [Choice(_slug(term.term), gapped(term, term.said), f"Here it fits. {term.means}")]
        options += [Choice(_slug(one.term), gapped(one, one.said), f"The word here is “{one.term}”. {one.means}") for one in others]
        question = f"Into which sentence does “{term.term}” belong?"
        yield Item(f"gap/{_slug(term.term)}", concept.slug, "vocabulary", "", question, tuple(options), _slug(term.term))


def gapped(term: Term, text: str) -> str:
    """The text with every trace of the term taken out: the whole of it, its parts, and their plural or other endings."""
    parts = [part for part in re.split(r"[\s/()-]+", term.term) if len(part) > 3]
    stems = [re.escape(term.term), *(re.escape(part[: max(4, len(part) - 3)]) + r"[\w-]*" for part in parts)]
    bare = re.sub(rf"(?i)\b(?:{'|'.join(stems)})s?\b", GAP, text)
    return re.sub(rf"{re.escape(GAP)}(?:[\s-]+{re.escape(GAP)})+", GAP.replace("\\", "\\\\"), bare)


def _some(term: Term, terms: Sequence[Term], n: int) -> list[Term]:
    """Others to choose from, always the same for one term."""
    return shuffled([one for one in terms if one.term != term.term], 0, term.term)[:n]


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")

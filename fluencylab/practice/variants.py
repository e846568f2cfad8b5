"""Review items, made from the content. Those that show an exercise or a page again count as repetitions (`Kind.first_shown`).

    meeting      four sentences from meetings: which one misuses the word?
    screen       a small screen: which number is the one that is meant?
    spec         the beginning of a sentence: which end can be tested, with the word as it is meant?
    said         a sentence somebody says, with a gap: which word is meant?
    gap          one word, three sentences: into which does it belong?
    misuse       a habit: which word is being misused?
    contrast     one of two near-identical claims: is it so?
    application  a product situation of the self-test
    variant      a decision in another form: another product, other numbers
    decide, twin a decision that was argued before, and the same with one fact changed
    fault        a case of the debugging bench, and what one probe showed: which cause?
    probe        two causes are left: which probe tells them apart?
    settled      one probe may be bought: which of three causes does it prove or rule out?
    reading      a probe printed this: which cause does it show?

Those about words are made here; the others each kind of exercise makes of its own (`kinds/`). A word that is asked in use (`use.toml`) is
not asked by the sentences that stand on its page. A decision or a fault comes only once its exercise is done: a review must not give a
mission away. Of a decision that is there in other forms, these are asked and not its own words.
"""

import random
import re
from collections.abc import Collection, Container, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from fluencylab.curriculum.schema import Concept, Term, Use
from fluencylab.practice import screens
from fluencylab.practice.exercises import shuffled
from fluencylab.practice.items import OPTIONS, Choice, Item
from fluencylab.practice.kinds import KINDS
from fluencylab.practice.kinds.decision import in_other_forms

GAP = "\\_\\_\\_\\_"
"""In Markdown, four plain underscores."""
TERMS, SENTENCES = OPTIONS, 3
"""Options of an item about words, and about sentences."""
IN_USE = {
    "meeting": "Four sentences, each from another meeting. Which one misuses “{term}”?",
    "screen": "",
    "spec": "How does it go on, so that it can be tested and the word means what it should?",
}
"""Forms that ask for a word in use -> their question, where it is not written with the item."""


class Bank(NamedTuple):
    """Of one concept. `rested`: items that are asked no more, since their words are asked in use; evidence still names them."""

    concept: Concept
    asked: tuple[Item, ...]
    rested: tuple[Item, ...]


def bank(concept: Concept) -> tuple[Item, ...]:
    """Every item of one concept that is asked, in the order of the content."""
    return _bank(concept).asked


def ever_asked(concept: Concept) -> tuple[Item, ...]:
    return (*_bank(concept).asked, *_bank(concept).rested)


def _bank(concept: Concept) -> Bank:
    """Made once."""
    at = (id(concept), *KINDS)
    made = _made.get(at)
    if made is None:
        in_use = {_slug(one.term) for one in concept.use}
        printed = [*_words(concept), *_sentences(concept)]
        turned = (item for kind in KINDS.values() for item in kind.items(concept))
        asked = (*_in_use(concept), *screens.items(concept.slug), *(item for item in printed if item.best not in in_use), *turned)
        made = _made[at] = Bank(concept, asked, tuple(item for item in printed if item.best in in_use))
    return made


_made: dict[tuple[object, ...], Bank] = {}


def usable(concept: Concept, capability: str, done: Collection[str]) -> list[Item]:
    """Those for one skill that give nothing away to somebody who has done these exercises."""
    return in_other_forms([item for item in bank(concept) if item.capability == capability and (not item.needs or item.needs in done)])


def first_choice(items: Sequence[Item], seen: Collection[str], printed: Container[str] = ()) -> list[Item]:
    """Of items that were not met, those that ask for more than what stands on a page; empty where none is left.

    Words in use before claims, and what was written before what code draws.

    `printed`: ids of items that can be read before they are asked.
    """
    unread = [item for item in items if item.id not in seen and item.id not in printed]
    in_use = [item for item in unread if item.form in IN_USE]
    return _written(in_use) or in_use or _written(unread) or unread


def _written(items: Sequence[Item]) -> list[Item]:
    return [item for item in items if not item.drawn]


def pick(items: Sequence[Item], seen: Mapping[str, datetime], seed: int, just_seen: str = "") -> Item | None:
    """One not asked yet, by the seed; when all were asked, the one asked longest ago. Never the one just seen, unless it is the only one.

    `seen`: item -> when it was asked last. None where there is no item at all.
    """
    others = [item for item in items if item.id != just_seen] or list(items)
    fresh = [item for item in others if item.id not in seen]
    if fresh:
        return random.Random(f"{seed}/pick").choice(fresh)
    return min(others, key=lambda item: (seen[item.id], item.id), default=None)


# Words


def _in_use(concept: Concept) -> Iterator[Item]:
    for one in concept.use:
        options = tuple(Choice(option.id, option.text, option.answer) for option in one.options)
        yield Item(f"{one.form}/{one.slug}", concept.slug, "vocabulary", *_asked(one), options, one.best)


def _asked(one: Use) -> tuple[str, str]:
    """Situation and question."""
    situation = f"From a spec:\n\n> {one.situation} …" if one.form == "spec" else one.situation
    return situation, one.question or IN_USE[one.form].format(term=one.term)


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

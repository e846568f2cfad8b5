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

A twin or a prediction comes only once its exercise is done: a review must not give a mission away. Another kind is one more function.
"""

import hashlib
import random
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from fluencylab.curriculum.bench import bench
from fluencylab.curriculum.schema import Case, Concept, Mission, Prediction, Term
from fluencylab.practice import faults
from fluencylab.practice.exercises import shuffled
from fluencylab.practice.faults import ResolvedCase

GAP = "\\_\\_\\_\\_"
"""In Markdown, four plain underscores."""
TERMS, SENTENCES = 4, 3
"""Options of an item about words, and about sentences."""


class Choice(NamedTuple):
    id: str
    text: str
    answer: str


class Item(NamedTuple):
    """One question. `id` is the same wherever it is asked. `situation`, `question` and the options are Markdown.

    `prompt`: what a model was given, word for word; `begins`: the start of its answer. `needs`: the exercise to be done first.
    """

    id: str
    concept: str
    capability: str
    situation: str
    question: str
    options: tuple[Choice, ...]
    best: str
    needs: str = ""
    prompt: str = ""
    begins: str = ""

    @property
    def kind(self) -> str:
        return self.id.split("/")[0]

    @property
    def content(self) -> str:
        """Changes when a word does."""
        return hashlib.sha256(repr(self).encode()).hexdigest()[:16]

    @classmethod
    def read(cls, stored: dict[str, Any]) -> "Item":
        """From what `_asdict` made, through JSON."""
        return cls(**stored | {"options": tuple(Choice(**choice) for choice in stored["options"])})

    def laid_out(self, seed: int) -> list[Choice]:
        return shuffled(self.options, seed, self.id)


def bank(concept: Concept) -> tuple[Item, ...]:
    """Every item of one concept, in the order of the content; made once."""
    made = _made.get(id(concept))
    if made is None:
        made = _made[id(concept)] = (concept, tuple(item for make in MAKERS for item in make(concept)))
    return made[1]


_made: dict[int, tuple[Concept, tuple[Item, ...]]] = {}


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


# The self-test's own items


def _contrasts(concept: Concept) -> Iterator[Item]:
    """Half of a pair, to be judged: side by side the pair would give itself away by its words."""
    for idea in concept.selftest.ideas if concept.selftest else ():
        for number, pair in enumerate(idea.contrasts, start=1):
            for half, claim in (("true", pair.true), ("false", pair.false)):
                so = Choice("so", "Yes, it is so.", idea.says if half == "true" else pair.why)
                not_so = Choice("not", "No, it is not so.", pair.why if half == "true" else f"{pair.why} What is so: “{pair.true}”")
                best = "so" if half == "true" else "not"
                said = f"Somebody says:\n\n> {claim}"
                yield Item(f"contrast/{idea.slug}/{number}/{half}", concept.slug, "vocabulary", said, "Is it so?", (so, not_so), best)


def _applications(concept: Concept) -> Iterator[Item]:
    for number, one in enumerate(concept.selftest.applications if concept.selftest else (), start=1):
        options = tuple(Choice(option.id, option.text, option.answer) for option in one.options)
        question = "What do you do?"
        yield Item(f"application/{number}", concept.slug, "decisions", one.situation, question, options, one.best)


# Exercises, turned


def _decisions(concept: Concept) -> Iterator[Item]:
    turned: tuple[Mission | Case, ...] = (*concept.missions, *concept.cases)
    for exercise in turned:
        asked, at = exercise.decide, exercise.slug
        first = tuple(Choice(option.id, option.text, option.answer) for option in asked.options)
        second = tuple(Choice(option.id, option.text, asked.twin.answers[option.id]) for option in asked.options)
        changed = f"{exercise.situation}\n\n**One fact is different.** {asked.twin.change}"
        yield Item(f"decide/{at}", concept.slug, "decisions", exercise.situation, asked.question, first, asked.best, at)
        yield Item(f"twin/{at}", concept.slug, "decisions", changed, asked.question, second, asked.twin.best, at)


def _predictions(concept: Concept) -> Iterator[Item]:
    for mission in concept.missions:
        given = mission.run.params
        for number, asked in enumerate(mission.predict, start=1):
            right, wrong = mission.exemplar.accept[asked.fact], mission.exemplar.refuse[asked.fact]
            if "prompt" not in given or _near(asked, right, wrong) or asked.label.startswith("The same"):
                continue
            third = _third(asked, right, wrong)
            values = [right, wrong, *([] if _near(asked, third, right) or _near(asked, third, wrong) else [third])]
            near = f"It comes out near {_value(asked, right)} on the installed model."
            why = f"{near} {_first(mission.explain)}"
            options = tuple(Choice(f"{value:g}", _value(asked, value), why if value == right else near) for value in values)
            said = f"The mission “{mission.title}” gave this to the model."
            item = Item(
                f"predict/{mission.slug}/{number}", concept.slug, mission.capability, said, asked.label, options, f"{right:g}", mission.slug
            )
            yield item._replace(prompt=str(given["prompt"]), begins=str(given.get("prefix") or ""))


def _near(asked: Prediction, one: float, other: float) -> bool:
    return abs(one - other) <= max(2 * asked.tolerance, asked.step)


def _third(asked: Prediction, right: float, wrong: float) -> float:
    """A third number, as far from both as the scale allows."""
    places = [asked.low, asked.high, (asked.low + asked.high) / 2, (right + wrong) / 2]
    steps = [asked.low + round((place - asked.low) / asked.step) * asked.step for place in places]
    return max(steps, key=lambda place: min(abs(place - right), abs(place - wrong)))


def _value(asked: Prediction, value: float) -> str:
    return f"{value:g}{' ' if asked.unit else ''}{asked.unit}"


def _first(text: str) -> str:
    return text.strip().split("\n\n")[0]


# Faults, read instead of probed


def _faults(concept: Concept) -> Iterator[Item]:
    for case in bench().of(concept.slug):
        if found := faults.resolve_case(case.slug):
            yield _read_probe(found)
            yield from _best_probe(found)


def _read_probe(of: ResolvedCase) -> Item:
    probe = of.bench.probe(of.fault.proof[0])
    said = f"{_told(of)}\n\nOne probe was bought: *{probe.title if probe else ''}*. {of.case.reading}"
    options = tuple(Choice(one.id, one.text, one.why.strip().split("\n\n")[0]) for one in faults.causes(of, 0))
    return Item(f"fault/{of.case.slug}", of.case.concept, "debugging", said, "What is the cause?", options, of.fault.slug, _place(of))


def _best_probe(of: ResolvedCase) -> Iterator[Item]:
    """Against the first decoy. The other probes look the same whichever of the two it is."""
    other = of.bench.fault(of.case.decoys[0])
    best = faults.path(of)[-1]
    told_by = {*of.fault.proof, *other.proof, other.rules_out}
    blind = [one for one in faults.probes(of) if one.slug not in told_by and not one.other_model][: TERMS - 1]
    if best.slug not in of.fault.proof or len(blind) < 2:
        return
    two = shuffled([of.fault, other], 0, of.case.slug)
    said = f"{_told(of)}\n\nTwo causes are left:\n\n> {two[0].cause}\n\n> {two[1].cause}"
    same = "It looks the same whichever of the two is the cause."
    options = [Choice(best.slug, best.title, f"{of.case.reading} {of.fault.expert}")]
    options += [Choice(one.slug, one.title, f"{one.gives} {same}") for one in blind]
    question = "Which probe tells them apart?"
    yield Item(f"probe/{of.case.slug}", of.case.concept, "debugging", said, question, tuple(options), best.slug, _place(of))


def _told(of: ResolvedCase) -> str:
    return f"{of.scenario.situation} {of.case.complaint}"


def _place(of: ResolvedCase) -> str:
    return f"debug/{of.case.slug}"


MAKERS: tuple[Callable[[Concept], Iterator[Item]], ...] = (
    _words,
    _sentences,
    _contrasts,
    _applications,
    _decisions,
    _predictions,
    _faults,
)

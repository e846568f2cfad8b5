"""Tells: rules that point at an option by how it is written, and by nothing that was asked. Pure.

    "words of measuring"    picks the option with the most of them; "fewest words of measuring" the one with the fewest

Where several options are equally marked, a rule guesses among them.
"""

import re
from collections.abc import Callable, Sequence

from fluencylab.practice.scored import ScoredItem

Mark = Callable[[str], float]


def _words(pattern: str) -> Mark:
    found = re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE)
    return lambda text: len(found.findall(text))


MEASURING = (
    r"measur\w*|count\w*|test\w*|compar\w*|check\w*|tr(?:y|ied|ies)|runs?|rates?|share|label\w*|log(?:s|ged)?|sampl\w*|record\w*|audit\w*|limit\w*|"
    r"threshold|budget|per cent|both|each|every|old|own|known"
)
CODE = (
    r"code|field|schema|id|ids|key|keys|list|rule|rules|lookup|database|server|token|tokens|call|calls|json|parser|enum|"
    r"form|system|software"
)
HEDGES = r"may|might|can|could|often|sometimes|some|usually|mostly|likely|perhaps|until|where|only|unless|if|about|nearly|most"
ABSOLUTE = r"always|never|all|any|no|none|nothing|everything|everybody|whole|must|cannot|best|fully|completely|entirely"

measuring, code, grounds = _words(MEASURING), _words(CODE), _words(r"since|because|so that")

MARKS: dict[str, Mark] = {
    "longest": len,
    "hedges": _words(HEDGES),
    "digits": _words(r"\d[\d.,]*"),
    "words of measuring": measuring,
    "words of code": code,
    "absolute words": _words(ABSOLUTE),
    "since, because, so that": _words(r"since|because|so that|as|which"),
    "measuring and code, less since and because": lambda text: measuring(text) + code(text) - 2 * grounds(text),
}


def rules() -> dict[str, Mark]:
    """Each mark both ways: the most of it, and the fewest."""
    return {name: mark for base, mark in MARKS.items() for name, mark in ((base, mark), (f"fewest: {base}", _less(mark)))}


def _less(mark: Mark) -> Mark:
    return lambda text: -mark(text)


def hit(item: ScoredItem, mark: Mark) -> float:
    """What somebody who follows the mark earns on an item: the share of the keys among as many options as there are keys."""
    return expected(item, {id: mark(text) for id, text in item.options.items()})


def expected(item: ScoredItem, scores: dict[str, float]) -> float:
    """The mean over every order of options that are scored alike."""
    earned, places = 0.0, len(item.key)
    for level in sorted(set(scores.values()), reverse=True):
        alike = [id for id, score in scores.items() if score == level]
        taken = min(places, len(alike))
        earned += taken * sum(id in item.key for id in alike) / len(alike)
        places -= taken
        if not places:
            break
    return earned / len(item.key)


def over(items: Sequence[ScoredItem], mark: Mark) -> list[float]:
    """Of each item what the mark earns over chance."""
    return [hit(item, mark) - item.chance for item in items]

"""Read free text for the self-test: words with their places, clauses, and which words stand under a negation.

"It doesn't look it up, it draws the next token."
    clauses   it do not look it up | it draws the next token
    negated   "look it up" (after "not", to the end of its clause); "draws" is not
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from fluencylab.curriculum.schema import Language

LONGEST = 6000
"""Characters of an answer that are read; a spoken answer of five minutes has about 4,000."""

WORD = re.compile(
    r"\b(?:[bB]4|1st|2nd|3rd)\b|[^\W\d_]+(?:['’´`][^\W\d_]+)*|\d+(?:[.,]\d+)*|\n+|[.!?;:,()\[\]•…%]|[—–]|--?>|→|=|\s-\s", re.UNICODE
)
QUOTED = re.compile(r'"[^"\n]{1,120}"|“[^”\n]{1,120}”')
SENTENCE = set(".!?;\n•…")
PAUSE = {",", ":", "(", ")", "[", "]", "—", "–", "-"}
ENDINGS = {"n't": "not", "'re": "are", "'ll": "will", "'ve": "have", "'d": "would", "'m": "am"}
IS_AFTER = {"it", "that", "what", "there", "here", "he", "she", "let", "who", "how", "this", "everything", "nothing"}


@dataclass(slots=True)
class Token:
    """A word as matched (`word`, `stem`) and as written (`start`..`end` in the answer)."""

    word: str
    stem: str
    start: int
    end: int
    sentence: int = 0
    clause: int = 0
    dead: bool = False
    """Repeats the question, speaks to the grader, or belongs to a bare list: it never counts."""


@dataclass(slots=True)
class Clause:
    number: int
    sentence: int
    first: int
    last: int
    verb: bool = False
    negators: list[int] = field(default_factory=list)
    """Words that deny what follows; not those of a quotation, which is somebody else's"""


@dataclass(slots=True)
class ParsedText:
    tokens: list[Token]
    clauses: list[Clause]
    doubted: dict[int, int] = field(default_factory=dict)
    """Sentence -> the token from which on it reports a belief it does not share ("it is a myth that ..."), until ..."""
    undoubted: dict[int, int] = field(default_factory=dict)
    """... the token that ends the report ("but", "in fact")"""


class Reader:
    """Cuts text into words and clauses by the lists of `language.toml`."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self._stem = lru_cache(maxsize=20_000)(lambda word: stem(word, language.irregular))
        self.verbs = {self._stem(word) for word in language.verbs} | set(language.auxiliaries)
        self.skipped = frozenset(language.skipped)
        self.starters, self.negators, self.english = set(language.starters), set(language.negators), set(language.english)
        self.terms: dict[str, list[str]] = {}
        for term in language.terms:
            self.terms.setdefault(term[0], []).append(term)
        self.spelled = {form for term in language.terms for form in (term, term + "s")} | set(language.irregular) | set(language.not_typos)
        self._mended = lru_cache(maxsize=20_000)(self._mend)

    def words(self, text: str) -> Iterator[Token]:
        """Every word and mark, lower case, contractions opened, spelling and small typing errors mended."""
        for found in WORD.finditer(text):
            raw = " ".join(found.group().lower().split()).translate(APOSTROPHES) or "\n"
            for word in filter(None, self._opened(raw)):
                yield Token(word, self._stem(word), found.start(), found.end())

    def stems(self, text: str) -> list[str]:
        return [token.stem for token in self.words(text)]

    def _opened(self, raw: str) -> Iterable[str]:
        if raw in self.language.spelling:
            return self.language.spelling[raw].split()
        if "'" not in raw:
            return (self._mended(raw),)
        for ending, word in ENDINGS.items():
            if raw.endswith(ending):
                return (raw.removesuffix(ending), word)
        head, _, tail = raw.partition("'")
        return (head, "is") if tail == "s" and head in IS_AFTER else (self._mended(head),)

    def _mend(self, word: str) -> str:
        if word in self.english or word in self.spelled:
            return word
        word = british(word)
        if len(word) < 6 or not word.isascii():
            return word
        for term in self.terms.get(word[0], ()):
            for form in (term, term + "s"):
                if abs(len(form) - len(word)) <= 2 and word != form and distance(word, form, 2) <= (1 if len(term) < 9 else 2):
                    return form
        return word

    def read(self, text: str) -> ParsedText:
        tokens = list(self.words(text))
        quoted = [found.span() for found in QUOTED.finditer(text)]
        clauses: list[Clause] = []
        sentence, fresh = 0, True
        for i, token in enumerate(tokens):
            mark = not (token.word[0].isalnum())
            if not fresh and not mark and self._starts(tokens, i):
                fresh = True
            if fresh:
                clauses.append(Clause(len(clauses), sentence, i, i))
                fresh = False
            clause = clauses[-1]
            token.sentence, token.clause, clause.last = sentence, clause.number, i
            if token.word in SENTENCE:
                sentence, fresh = sentence + 1, True
            elif token.word in PAUSE:
                fresh = True
        for clause in clauses:
            span = tokens[clause.first : clause.last + 1]
            label = len(span) > 1 and span[-1].word == ":" and span[-2].word in self.language.labels
            clause.verb = label or any(token.stem in self.verbs or token.word in self.verbs for token in span)
            clause.negators = [
                i
                for i in range(clause.first, clause.last + 1)
                if self._negates(tokens, i) and not any(start < tokens[i].start < end for start, end in quoted)
            ]
        return ParsedText(tokens, clauses)

    def _starts(self, tokens: list[Token], i: int) -> bool:
        """Does a new clause begin here? `and` begins one only before a new subject or a finite verb: not in "facts and figures"."""
        word = tokens[i].word
        after = tokens[i + 1].word if i + 1 < len(tokens) else ""
        if word in ("instead", "rather"):
            return after not in ("of", "than")
        if word not in ("and", "or"):
            return word in self.starters
        second = tokens[i + 2].word if i + 2 < len(tokens) and after in self.skipped else after
        return self.finite(second) or after in self.language.subjects

    def finite(self, word: str) -> bool:
        """Is it a verb in a form that only a verb has, as far as a list can tell: "is", "draws"?"""
        return word in self.language.auxiliaries or (word.endswith("s") and not word.endswith("ss") and self._stem(word) in self.verbs)

    def _negates(self, tokens: list[Token], i: int) -> bool:
        words = [token.word for token in tokens[i : i + 3]]
        if any(words[: len(phrase)] == phrase for phrase in self.language.harmless_phrases):
            return False
        pair = " ".join(words[:2])
        return words[0] in self.negators or pair in self.negators

    def foreign(self, tokens: list[Token], text: str) -> bool:
        """Is this text in another language than English, as far as lists of small words can tell?"""
        letters = sum(character.isalpha() for character in text)
        if letters and sum(character.isascii() and character.isalpha() for character in text) < 0.7 * letters:
            return True
        words = [token.word for token in tokens if token.word.isalpha()]
        other = sum(word in self.language.foreign for word in words)
        ours = sum(word in self.english for word in words)
        return len(words) >= 4 and other >= 2 and other > ours


APOSTROPHES = str.maketrans("’´`", "'''")
DOUBLED = re.compile(r"([^aeiou])\1$")


def british(word: str) -> str:
    """American spelling, by endings."""
    for ours, theirs in (("isation", "ization"), ("ising", "izing"), ("ised", "ized"), ("ise", "ize"), ("ises", "izes"), ("iour", "ior")):
        if len(word) > len(ours) + 3 and word.endswith(ours):
            return word.removesuffix(ours) + theirs
    return word


def stem(word: str, irregular: dict[str, str]) -> str:
    """A word less its endings: predicts, predicted, predicting -> predict. Crude, but the same for rules and answers."""
    word = irregular.get(word, word)
    if word[0].isdigit():
        return word
    if len(word) > 4 and word.endswith(("ies", "ied")):
        word = word[:-3] + "y"
    elif len(word) > 4 and word.endswith(("sses", "xes", "ches", "shes", "zes")):
        word = word[:-2]
    elif len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    if len(word) > 5 and word.endswith("ing"):
        word = word[:-3]
    elif len(word) > 4 and word.endswith("ed"):
        word = word[:-2]
    if len(word) > 3 and word.endswith("e"):
        word = word[:-1]
    return DOUBLED.sub(r"\1", word) if len(word) > 2 else word


def distance(one: str, two: str, most: int) -> int:
    """Edits between two words (a swap of neighbours is one), counted no further than `most` + 1."""
    before: list[int] = []
    row = list(range(len(two) + 1))
    for i, a in enumerate(one, start=1):
        further = [i]
        for j, b in enumerate(two, start=1):
            cost = min(row[j] + 1, further[-1] + 1, row[j - 1] + (a != b))
            if i > 1 and j > 1 and a == two[j - 2] and one[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            further.append(cost)
        if min(further) > most:
            return most + 1
        before, row = row, further
    return row[-1]

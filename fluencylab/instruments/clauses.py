"""An answer cut into clauses, each with the labels it names: what `verdict_reading` reads.

list(clauses("Not a refund; I'd say billing.", ("refund", "billing")))
    ->  [Clause(("not", "a", 0)), Clause(("i'd", "say", 1))]
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from fluencylab.text.folding import fold
from fluencylab.text.segmentation import pattern, pieces, runs

_ENDS = re.compile(
    r"([.!?。！？؟।…;；,，、،:：\n]+|\s[-–—]+\s|[–—()（）|]|\b(?=(?:but|however|because|since|while|whereas|although|though)\b))",
    re.IGNORECASE,
)
_MARKDOWN = re.compile(r"[*_`#~\"“”„«»『』「」\[\]{}<>]")
_SURE = re.compile(r"\b(?:no|without(?: an?y?)?) (?:doubt|question)\b", re.IGNORECASE)
_FAR_FROM = re.compile(r"\b(?:far from|anything but|nowhere near|by no means|in no way|fails? to be)\b", re.IGNORECASE)
"""Says “not” without the word."""
_TOKEN = r"[\p{L}\p{M}\p{N}]+(?:'[\p{L}\p{M}]+)*"
_VERDICTS = "verdict answer label choice decision judgment judgement winner category classification result rating"
VERDICTS = frozenset(_VERDICTS.split())
"""What stands in front of a colon and a verdict, and where a JSON object holds one."""
_NOT = (
    "not cannot never neither nor no none hardly nothing without nicht kein keine keinen ne pas nunca não nem değil nie "
    "ikke inte niet geen не ни нет без ليس ليست لا غير नहीं न"
)
NOT = frozenset(_NOT.split())
NOT_UNSPACED = re.compile("不|没|沒|非|無|无|未|ない|なく|ません|ず、|ไม่|ບໍ່|មិន|မဟုတ်")
NOT_KOREAN = re.compile("아니|않|못")
KNOWN = r"\p{Latin}\p{Cyrillic}\p{Arabic}\p{Devanagari}\p{Han}\p{Hiragana}\p{Katakana}ー\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Hangul}"
"""Scripts whose words for “not” are above."""
OPEN = frozenset(["if", "unless", "whether", "either", "because", "since", "while", "whereas", "although", "though"])
"""What a clause begins with that leaves something open, or gives a reason."""
EVEN = frozenset(["equal", "equally", "same", "tie", "tied", "both", "identical", "neither", "similar", "alike"])
THAN = frozenset(["than", "over", "beats", "outperforms", "to"])
_BETTER = (
    "better best clearer clearest stronger superior preferable preferred prefer prefers choose chose pick picked select "
    "wins winner over beats outperforms rather instead more say go vote"
)
BETTER = frozenset(_BETTER.split()) | VERDICTS
WORSE = frozenset(["worse", "worst", "weaker", "inferior", "less", "loses", "loser"])
_FILLER = (
    "i i'd i'll i'm say think believe would go with is the a an this that it it's my final option response reply letter was "
    "definitely clearly overall so therefore thus hence of for vote to be message very quite really just simply well ok "
    "okay sure certainly here in am pick choose prefer select but and then however all"
)
FILLER = frozenset(_FILLER.split()) | VERDICTS
"""Words beside a label that say no more than the label alone."""
_AFTER_A = "is was has had wins beats and or over than because seems looks gives answers says would should does did"
AFTER_A = frozenset(_AFTER_A.split())
"""What follows the letter A where it is not the article."""


class Clause(NamedTuple):
    """`said`: its words in one form, each label as its number. `marked`: “Verdict:” stands in front. `heading`: a colon stands behind.
    `only`: it is the only one that names a label. `known`: the words for “not” of its script are known."""

    said: tuple[str | int, ...]
    asked: bool = False
    marked: bool = False
    heading: bool = False
    only: bool = False
    denies: bool = False
    known: bool = True

    @property
    def labels(self) -> tuple[int, ...]:
        return tuple(word for word in self.said if isinstance(word, int))

    @property
    def others(self) -> frozenset[str]:
        return frozenset(word for word in self.said if isinstance(word, str))

    @property
    def alone(self) -> bool:
        """One label, and nothing beside it that says more."""
        return len(set(self.labels)) == 1 and self.others <= FILLER

    @property
    def open(self) -> bool:
        return not OPEN.isdisjoint(word for word in self.said[:1] if isinstance(word, str)) or bool(
            self.others & {"if", "whether", "either"}
        )

    @property
    def even(self) -> bool:
        return bool(self.others & EVEN)

    @property
    def judges(self) -> bool:
        """Does it say which is better, rather than something else of one of them?"""
        return bool(self.others & BETTER)

    @property
    def against(self) -> bool:
        return bool(self.others & WORSE)

    @property
    def compares(self) -> bool:
        """Does a word like “than” stand between its first and its last label?"""
        places = [i for i, word in enumerate(self.said) if isinstance(word, int)]
        return any(word in THAN or word == "instead" for word in self.said[places[0] : places[-1]] if isinstance(word, str))


def clauses(text: str, labels: Sequence[str]) -> Iterator[Clause]:
    """In their order; those that say nothing are left out."""
    plain = _SURE.sub("", _MARKDOWN.sub(" ", unicodedata.normalize("NFKC", text).replace("’", "'")))
    plain = _FAR_FROM.sub(" not ", plain)
    parts = _ENDS.split(plain)
    marked = False
    found: list[Clause] = []
    for words, end in zip(parts[::2], [*parts[1::2], ""], strict=True):
        said = _with_labels(words, labels)
        if not said:
            continue
        asked, heading = bool(re.search("[?？؟]", end or "")), (end or "").strip() in (":", "：")
        denies = any(isinstance(word, str) and (word in NOT or word.endswith("n't")) for word in said) or _denied_unspaced(words, labels)
        found.append(Clause(said, asked, marked, heading, False, denies, _known(words, said)))
        marked = heading and isinstance(said[-1], str) and said[-1] in VERDICTS
    naming = [clause for clause in found if clause.labels]
    yield from (clause._replace(only=len(naming) == 1 and clause is naming[0]) for clause in found)


def _denied_unspaced(words: str, labels: Sequence[str]) -> bool:
    for label in labels:
        words = words.replace(label, " ")
    return NOT_UNSPACED.search(words) is not None or NOT_KOREAN.search(words) is not None


def _known(words: str, said: Sequence[str | int]) -> bool:
    """A label that stands alone needs no knowledge of a language."""
    return all(isinstance(word, int) for word in said) or pattern(rf"(?=\p{{L}})[^{KNOWN}]").search(words) is None


def _with_labels(words: str, labels: Sequence[str]) -> tuple[str | int, ...]:
    tokens = _tokens(words)
    forms = sorted(((_forms(label), number) for number, label in enumerate(labels)), key=lambda one: -len(one[0]))
    said: list[str | int] = []
    at = 0
    while at < len(tokens):
        number = next((number for form, number in forms if _stands(tokens, at, form, len(labels[number]) == 1)), None)
        said.append(fold(tokens[at]) if number is None else number)
        at += 1 if number is None else len(_forms(labels[number]))
    return tuple(said)


def _tokens(words: str) -> list[str]:
    found: list[str] = []
    for run, together in runs(words):
        found += pieces(run) if together else pattern(_TOKEN).findall(run)
    return [token.removesuffix("'s") if len(token) == 3 else token for token in found]


def _forms(label: str) -> list[str]:
    return [fold(token) for token in _tokens(unicodedata.normalize("NFKC", label).replace("’", "'"))]


def _stands(tokens: Sequence[str], at: int, form: Sequence[str], letter: bool) -> bool:
    """Does a label stand here? A plural of it does, too; a letter only as a capital, and A not where it is the article."""
    if not form or len(tokens) - at < len(form):
        return False
    if letter and tokens[at].isascii():
        capital = tokens[at].isupper() or len(tokens) == 1
        after = tokens[at + 1 : at + 3]
        article = tokens[at] == "A" and bool(after) and after[0].islower() and after[0] not in AFTER_A and after[1:] != ["than"]
        return fold(tokens[at]) == form[0] and capital and not article
    given = [fold(token) for token in tokens[at : at + len(form)]]
    return given[:-1] == list(form[:-1]) and given[-1] in (form[-1], f"{form[-1]}s", f"{form[-1]}es")

"""The rules' small language, and how they are matched. The rules themselves are content: `content/selftest/`.

A *group* is a set of phrases that say one thing. In a phrase, `a|b` is either word, `word*` a beginning, `...` up to three other words.
    chance = ["at random", "by chance", "roll* ... dice", "draw|pick|sample ... from"]
    varied = ["random*", "-less random*"]       not where the words after the minus stand

A *pattern* names the groups that must meet in one clause or in two neighbouring ones of a sentence:
    "choose next-token chance"     all three, in any order, none under a negation
    "temperature !facts"           `facts` must be negated: "it adds no facts"
    "forget ~old"                  `old` may be either
    "@tuning weights-change"       where fine-tuning is what is being talked about
    "limit -money"                 and no word about money in the same place
    "tight: rag weights-change"    in one clause only
    "wide: waiting stare"          also across the end of a sentence
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from fluencylab.curriculum.schema import PATTERN, Rules
from fluencylab.practice.selftest_text import SENTENCE, Clause, ParsedText, Reader, Token

GAP = frozenset({"..."})
PAUSES = frozenset(",;:()—–-")
CONCEDES = frozenset({"although", "though"})
"""A clause that begins so, or with "even if", grants what it says."""
ONLY = frozenset({"only", "just", "merely", "simply"})
"""A phrase that begins so is denied by the "not" before it; any other phrase is not: "not only words" denies "only words", not "words"."""
AUXILIARIES = frozenset({"do", "does", "did", "is", "are", "can", "will", "would", "has", "have"})
WIDEST = 3
"""Words that `...` stands for at most, small ones not counted."""
MOST = 4
"""Places of one group that are tried in one window: more only cost time."""

Element = frozenset[str]


@dataclass(frozen=True, slots=True)
class Hit:
    group: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Part:
    name: str
    negation: str
    """"" not negated, "!" negated, "~" either, "@" a topic, "-" absent"""


@dataclass(frozen=True, slots=True)
class Pattern:
    text: str
    parts: tuple[Part, ...]
    clauses: int
    """How many neighbouring clauses it may reach over"""
    beyond: bool
    """May it reach over the end of a sentence?"""

    @property
    def wanted(self) -> tuple[Part, ...]:
        return tuple(part for part in self.parts if part.negation not in ("@", "-"))


@dataclass(frozen=True, slots=True)
class Match:
    """Where a pattern holds: the hits, and whether all it holds for is denied."""

    pattern: str
    hits: tuple[Hit, ...]
    denied: bool = False


def parse(text: str) -> Pattern:
    """A pattern as written in content; its grammar is checked when content is loaded."""
    found = PATTERN.fullmatch(text)
    if found is None:
        raise ValueError(f"not a pattern: {text!r}")
    parts = tuple(Part(word.lstrip("!~@-"), word[0] if word[0] in "!~@-" else "") for word in found["parts"].split())
    reach = {"tight": (1, False), "wide": (3, True)}.get(found["reach"] or "", (2, False))
    return Pattern(text, parts, *reach)


class Phrases:
    """Finds the places of every group at once. Phrases are kept by the words they can begin with."""

    def __init__(self, reader: Reader, groups: dict[str, tuple[str, ...]]) -> None:
        self.reader = reader
        self.starts: dict[str, list[tuple[tuple[Element, ...], str]]] = {}
        self.beginnings: set[str] = set()
        for group, phrases in groups.items():
            for phrase in phrases:
                words = [word for word in phrase.removeprefix("-").split() if word not in reader.skipped]
                elements = tuple(self._element(word) for word in words)
                name = f"-{group}" if phrase.startswith("-") else group
                for key in elements[0] if elements else ():
                    self.starts.setdefault(key, []).append((elements, name))
        self.keys = lru_cache(maxsize=20_000)(self._keys)

    def _element(self, word: str) -> Element:
        if word == "...":
            return GAP
        keys = set()
        for choice in word.lower().split("|"):
            if choice.endswith("*"):
                keys.add(choice)
                self.beginnings.add(choice[:-1])
            else:
                opened = self.reader.stems(choice)
                keys.update(opened[-1:] if opened[-1:] == ["not"] else opened[:1])
        return frozenset(keys)

    def _keys(self, word: str, stem: str) -> Element:
        starts = (word[:n] for n in range(3, min(len(word), 14) + 1))
        return frozenset({stem, *(f"{start}*" for start in starts if start in self.beginnings)})

    def find(self, tokens: list[Token]) -> list[Hit]:
        keys = [self.keys(token.word, token.stem) for token in tokens]
        hits = []
        for i, token in enumerate(tokens):
            if token.dead:
                continue
            for key in keys[i]:
                for elements, group in self.starts.get(key, ()):
                    last = self._follow(tokens, keys, i + 1, elements, 1)
                    if last is not None:
                        hits.append(Hit(group, i, last - 1))
        cut = [hit for hit in hits if hit.group[0] == "-"]
        return [
            hit
            for hit in dict.fromkeys(hits)
            if hit.group[0] != "-" and not any(c.group[1:] == hit.group and c.first <= hit.first and hit.last <= c.last for c in cut)
        ]

    def _follow(self, tokens: list[Token], keys: list[Element], at: int, elements: tuple[Element, ...], done: int) -> int | None:
        """The place after the phrase, when the rest of it stands from `at` on; never over the end of a clause."""
        for number in range(done, len(elements)):
            if elements[number] == GAP:
                return self._after_gap(tokens, keys, at, elements, number + 1)
            while at < len(tokens) and tokens[at].word in self.reader.skipped:
                at += 1
            if at >= len(tokens) or tokens[at].dead or tokens[at - 1].clause != tokens[at].clause or not keys[at] & elements[number]:
                return None
            at += 1
        return at

    def _after_gap(self, tokens: list[Token], keys: list[Element], at: int, elements: tuple[Element, ...], done: int) -> int | None:
        passed = 0
        while at < len(tokens) and passed <= WIDEST and tokens[at - 1].clause == tokens[at].clause:
            if keys[at] & elements[done]:
                end = self._follow(tokens, keys, at, elements, done)
                if end is not None:
                    return end
            passed += tokens[at].word not in self.reader.skipped
            at += 1
        return None


class Matcher:
    """One question's rules over one answer."""

    def __init__(self, read: ParsedText, hits: list[Hit], topics: dict[str, str], asked: frozenset[str] = frozenset()) -> None:
        self.read, self.topics, self.asked = read, topics, asked
        self.by_clause: dict[int, dict[str, list[Hit]]] = {}
        for hit in hits:
            self.by_clause.setdefault(read.tokens[hit.first].clause, {}).setdefault(hit.group, []).append(hit)
        self.clauses_with: dict[str, list[int]] = {}
        for clause, groups in self.by_clause.items():
            for group in groups:
                self.clauses_with.setdefault(group, []).append(clause)
        self.topic = self._topics()

    def matches(self, pattern: Pattern, verb: bool = True) -> Iterator[Match]:
        """Every place where the pattern holds or is denied, shortest reach first; `verb`: only where a clause has one."""
        first = self.clauses_with.get(pattern.wanted[0].name, ())
        if not all(part.name in self.clauses_with for part in pattern.wanted):
            return
        for reach in range(1, pattern.clauses + 1):
            for start in sorted({clause - back for clause in first for back in range(reach)}):
                if start < 0 or start + reach > len(self.read.clauses):
                    continue
                window = self.read.clauses[start : start + reach]
                if reach > 1 and not pattern.beyond and window[0].sentence != window[-1].sentence:
                    continue
                if not verb or any(clause.verb for clause in window):
                    yield from self._within(pattern, window)

    def _within(self, pattern: Pattern, window: list[Clause]) -> Iterator[Match]:
        here = [self.by_clause.get(clause.number, {}) for clause in window]
        if any(part.negation == "-" and any(part.name in groups for groups in here) for part in pattern.parts):
            return
        choices = [[hit for groups in here for hit in groups.get(part.name, ())][:MOST] for part in pattern.wanted]
        if not all(choices):
            return
        topic = next((part.name for part in pattern.parts if part.negation == "@"), None)
        for hits in itertools.product(*choices):
            ordered = sorted(hits, key=lambda hit: hit.first)
            if any(one.last >= two.first for one, two in itertools.pairwise(ordered)) or self._only_asks(hits):
                continue
            if topic is not None and any(topic not in (self.topic[hit.first], self.topic[hit.last]) for hit in hits):
                continue
            odd = [self._negated(hit, hits) for hit in hits]
            if any(part.negation == "!" and not negated for part, negated in zip(pattern.wanted, odd, strict=True)):
                continue
            parts = zip(pattern.wanted, hits, odd, strict=True)
            under = [hit for part, hit, negated in parts if part.negation == "" and negated]
            denied = bool(under)
            if denied and all(self._conceded(hit) for hit in under):
                continue
            yield Match(pattern.text, tuple(ordered), denied)

    def _only_asks(self, hits: tuple[Hit, ...]) -> bool:
        """Are these nothing but the question's own words? They say nothing yet."""
        return all(token.stem in self.asked for hit in hits for token in self.read.tokens[hit.first : hit.last + 1])

    def _negated(self, hit: Hit, match: tuple[Hit, ...]) -> bool:
        """Do an odd number of negations stand before it in its clause, other than those the matched words hold themselves?"""
        token = self.read.tokens[hit.first]
        clause = self.read.clauses[token.clause]
        before = [i for i in clause.negators if i < hit.first and not any(own.first <= i <= own.last for own in match)]
        doubt = self.read.doubted.get(token.sentence, len(self.read.tokens))
        doubted = doubt < hit.first < self.read.undoubted.get(token.sentence, len(self.read.tokens))
        after = self.read.tokens[hit.last + 1 : hit.last + 2]
        object_denied = bool(after) and after[0].clause == token.clause and after[0].word in ("nothing", "none", "nobody")
        not_only = token.word in ONLY and hit.first > clause.first and self.read.tokens[hit.first - 1].word == "not"
        return (len(before) + doubted + object_denied + not_only + self._left_out(clause)) % 2 == 1

    def _left_out(self, clause: Clause) -> bool:
        """Does it end with a bare denial: "a better prompt does not"? What it denies was said before."""
        words = [token.word for token in self.read.tokens[clause.first : clause.last + 1] if token.word[0].isalnum()]
        return len(words) > 2 and words[-1] == "not" and words[-2] in AUXILIARIES

    def _conceded(self, hit: Hit) -> bool:
        """Does it stand in a clause that only grants something: "even if there isn't one word in common"? That denies nothing else."""
        clause = self.read.clauses[self.read.tokens[hit.first].clause]
        before = self.read.tokens[clause.first - 1].word if clause.first else ""
        return self.read.tokens[clause.first].word in CONCEDES or before == "even"

    def reach(self, match: Match) -> int:
        """How many clauses the match stands in."""
        return len({self.read.tokens[hit.first].clause for hit in match.hits})

    def beside(self, match: Match, groups: tuple[str, ...]) -> bool:
        """Does a hit of one of these groups stand in a clause of the match?"""
        clauses = {self.read.tokens[hit.first].clause for hit in match.hits}
        return any(group in self.by_clause.get(clause, {}) for clause in clauses for group in groups)

    def _topics(self) -> list[str | None]:
        """What each word talks about: the last topic named before it, in its clause or an earlier one.

        A clause that opens with "when", "if" or "for" and names no topic looks ahead: "when facts change, use RAG"; so does a
        question: "Changing facts? RAG". Not where it goes
        on without a pause from a clause that names one: "use RAG when facts change, and fine-tuning for tone".
        A topic that is only compared with ("than", "unlike", "instead of") is passed over.
        """
        named = [self._mentions(clause) for clause in self.read.clauses]
        found: list[str | None] = []
        current: str | None = None
        for clause, mentions in zip(self.read.clauses, named, strict=True):
            asks = self.read.tokens[clause.last].word == "?"
            ahead = self._ahead(clause, named, asks)
            if mentions:
                current = mentions[0][1]
            elif ahead and (asks or self._looks_ahead(clause, named)):
                current = ahead[0][1]
            for i in range(clause.first, clause.last + 1):
                current = next((topic for at, topic in mentions if at == i), current)
                found.append(current)
            if mentions and self._names_what_was_said(clause, mentions[0][0]):
                for back in self._said_before(clause, named):
                    found[back.first : back.last + 1] = [mentions[0][1]] * (back.last + 1 - back.first)
        return found

    def _ahead(self, clause: Clause, named: list[list[tuple[int, str]]], asks: bool) -> list[tuple[int, str]]:
        """What the rest of its sentence names first; after a question, what the next clause names."""
        rest = self.read.clauses[clause.number + 1 :]
        near = rest[:1] if asks else itertools.takewhile(lambda later: later.sentence == clause.sentence, rest)
        return next((named[later.number] for later in near if named[later.number]), [])

    def _said_before(self, clause: Clause, named: list[list[tuple[int, str]]]) -> Iterator[Clause]:
        """The clauses before it that name no topic; with "which is RAG", those of its own sentence."""
        relative = self.read.tokens[clause.first].word == "which"
        for before in reversed(self.read.clauses[: clause.number]):
            if named[before.number] or (relative and before.sentence != clause.sentence):
                return
            yield before

    def _names_what_was_said(self, clause: Clause, at: int) -> bool:
        """Does it give a name to what was said before it: "That's RAG", "which is RAG"?"""
        words = [token.word for token in self.read.tokens[clause.first : at]]
        return words in (
            ["that", "is"],
            ["this", "is"],
            ["that"],
            ["this"],
            ["which", "is"],
            ["which", "we", "call"],
            ["which", "they", "call"],
        )

    def _looks_ahead(self, clause: Clause, named: list[list[tuple[int, str]]]) -> bool:
        goes_on = clause.number > 0 and named[clause.number - 1] and self.read.tokens[clause.first - 1].word not in PAUSES | SENTENCE
        return not goes_on and self.read.tokens[clause.first].word in ("when", "if", "for", "where", "to", "in")

    def _mentions(self, clause: Clause) -> list[tuple[int, str]]:
        groups = self.by_clause.get(clause.number, {})
        mentions = []
        for group, topic in self.topics.items():
            for hit in groups.get(group, ()):
                before = {token.word for token in self.read.tokens[max(clause.first, hit.first - 2) : hit.first]}
                if not before & {"than", "unlike", "versus", "vs", "compared", "instead", "not"}:
                    mentions.append((hit.first, topic))
        return sorted(mentions)


def merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans in order, those that touch made one."""
    done: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if done and start <= done[-1][1]:
            done[-1] = (done[-1][0], max(end, done[-1][1]))
        else:
            done.append((start, end))
    return done


def groups_named(rules: Rules) -> set[str]:
    """Every group a rule names, for the check that all of them exist."""
    patterns = [
        p for idea in rules.ideas for p in (*idea.found, *idea.maybe, *idea.suspect, *(w for m in idea.misconceptions for w in m.when))
    ]
    topics = {part.name for text in patterns for part in parse(text).parts if part.negation == "@"}
    names = {part.name for text in patterns for part in parse(text).parts if part.negation != "@"}
    spared = {name for idea in rules.ideas for name in idea.spared}
    return names | spared | {f"@{topic}" for topic in topics}

"""Grade a free-text answer to one of the seven questions, by rules: what is found, contradicted, missing, or not for rules to say.

    grade(1, "Sometimes it rolls a dice, so you get another sentence.")
        next-token  not_found     How does the model write: the whole answer at once, or in pieces? ...
        draw        found         "it rolls"
        verdict     partial

No model and no similarity: phrases of one clause must stand in a relation (`selftest_rules.py`), by rules that are content
(`content/selftest/`). What repeats the question, speaks to the grader or is a bare list of terms never counts. What the words weigh
(`selftest_weights.py`) may doubt what the rules pass, settle what they half found, and beside what they found say the rest.
"""

import hashlib
import itertools
from collections.abc import Iterable
from functools import cache
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict

from fluencylab.curriculum import loader
from fluencylab.curriculum.schema import IdeaRules, Rules, SelfTestQuestion
from fluencylab.errors import BadInput, ContentError
from fluencylab.practice.selftest_rules import Hit, Match, Matcher, Pattern, Phrases, merged, parse
from fluencylab.practice.selftest_text import LONGEST, PAUSE, ParsedText, Reader, Token
from fluencylab.practice.selftest_weights import Weighed, clearest, learned, weigh

Found = Literal["found", "contradicted", "not_found", "unsure"]
Overall = Literal["pass", "partial", "fail", "unsure"]
Turn = Literal["", "turn", "soft turn"]

CUT = f"The answer is very long: only its first {LONGEST:,} characters were read."
FOREIGN = "The rules read English only; a person, or you, must judge an answer in another language."
EMPTY = "There is no answer to read yet."
REPEATS = "What only repeats the question was set aside."
SPOKEN_TO = "Words that tell the grader what to do were set aside; they never count."
LISTED = "A list of terms was set aside: an idea is a sentence that says how its parts belong together."
ASIDE = "It also tells the grader what to do, so the rules alone do not pass it."
LOOK = "Something here may say it. Mark the words that do, or say it once more in other words."
BOTH = "Something here reads the other way round. Mark the words that say what you mean, or say it once more in other words."
CLEAR = 2
"""So many signs against an answer, and it is told what is the wrong way round, whatever else it says."""
BRIEF = 6
"""Sentences of an answer in which a turn at the end may take back the whole of it."""
TWICE = 2
"""In so many ways an idea is half said, where that is taken for saying it."""
STRUNG = 11
"""So many words in a row, without a pause and with hardly a small word, are no sentence."""
REPEATED = 5
"""So many words in the question's own order are taken as copied."""


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class Words(Frozen):
    """What was said, and where: characters `start` to `end` of the answer."""

    start: int
    end: int
    text: str


class IdeaVerdict(Frozen):
    idea: str
    core: bool
    verdict: Found
    words: tuple[Words, ...] = ()
    correction: str = ""
    hint: str = ""


class Graded(Frozen):
    question: int
    verdict: Overall
    ideas: tuple[IdeaVerdict, ...]
    notes: tuple[str, ...] = ()
    aside: tuple[Words, ...] = ()
    """Words that were set aside: the question repeated, orders to the grader, lists of terms"""
    grader: str


class Idea(NamedTuple):
    rules: IdeaRules
    core: bool
    found: tuple[Pattern, ...]
    maybe: tuple[Pattern, ...]
    suspect: tuple[Pattern, ...]
    wrong: tuple[tuple[Pattern, str], ...]


class Question(NamedTuple):
    """One question, its rules compiled."""

    asked: SelfTestQuestion
    stems: tuple[str, ...]
    phrases: Phrases
    topics: dict[str, str]
    ideas: tuple[Idea, ...]


@cache
def reader() -> Reader:
    return Reader(loader.language())


@cache
def questions() -> dict[int, Question]:
    """The seven questions by number; read and compiled once a process."""
    asked = [(concept.slug, concept.selftest) for concept in loader.track().concepts if concept.selftest]
    return {test.number: _compiled(test, loader.rules(slug)) for slug, test in sorted(asked, key=lambda pair: pair[1].number)}


def _compiled(asked: SelfTestQuestion, rules: Rules) -> Question:
    if [idea.slug for idea in asked.ideas] != [idea.slug for idea in rules.ideas]:
        raise ContentError(f"Question {asked.number}: its rules are for other ideas.", "Give both files the same ideas in the same order.")
    core = {idea.slug: idea.core for idea in asked.ideas}
    language = loader.language()
    spoken = {"(doubt)": language.doubts, "(ends doubt)": language.ends_doubt}
    spoken |= {
        "(turn)": language.turns,
        "(hard turn)": language.turns_hard,
        "(absolute)": language.absolutes,
        "(certain)": language.certain,
    }
    spoken |= {"(to the grader)": language.to_the_grader, "(order)": language.orders}
    ideas = [
        Idea(
            idea,
            core[idea.slug],
            tuple(map(parse, idea.found)),
            tuple(map(parse, idea.maybe)),
            tuple(map(parse, idea.suspect)),
            tuple((parse(when), wrong.correction) for wrong in idea.misconceptions for when in wrong.when),
        )
        for idea in rules.ideas
    ]
    phrases = Phrases(reader(), {**language.groups, **rules.groups, **spoken})
    return Question(asked, tuple(reader().stems(asked.question)), phrases, rules.topics, tuple(ideas))


@cache
def version() -> str:
    """Raised by hand when the engine changes; the rest is the fingerprint of the rules."""
    folder = loader.CONTENT / "selftest"
    files = [file for file in (*sorted(folder.glob("*.toml")), folder / "weights.json") if file.exists()]
    return f"selftest-5+{hashlib.sha256(b''.join(file.read_bytes() for file in files)).hexdigest()[:8]}"


class Ruled(NamedTuple):
    """What the rules alone make of an answer, and what they read it from."""

    graded: Graded
    matcher: Matcher
    hits: list[Hit]
    open: bool
    """May words settle it? Not where it speaks to the grader, or in another language."""
    turned: Turn = ""
    half: frozenset[str] = frozenset()
    """Core ideas that no rule found in full"""

    @property
    def against(self) -> str:
        """What the rules hold against it, by the names of `selftest_weights.AGAINST`."""
        if any(idea.hint == BOTH for idea in self.graded.ideas):
            return "both"
        return self.turned or ("half" if self.graded.verdict == "unsure" else "")


def grade(number: int, answer: str) -> Graded:
    """Raises `BadInput` for a question there is not; any text is graded."""
    read = ruled(number, answer)
    weighed = weigh(number, read.matcher.read, read.hits) if read.open else None
    return read.graded if weighed is None else _doubted_or_settled(read, weighed, answer[:LONGEST])


def ruled(number: int, answer: str) -> Ruled:
    """The rules alone."""
    if number not in questions():
        raise BadInput(f"There is no question {number}.", f"Choose one of {', '.join(map(str, questions()))}.")
    question = questions()[number]
    notes = [CUT] if len(answer) > LONGEST else []
    text = answer[:LONGEST]
    read = reader().read(text)
    if reader().foreign(read.tokens, text):
        ideas = tuple(IdeaVerdict(idea=idea.rules.slug, core=idea.core, verdict="unsure", hint=FOREIGN) for idea in question.ideas)
        graded = Graded(question=number, verdict="unsure", ideas=ideas, notes=(*notes, FOREIGN), grader=version())
        return Ruled(graded, Matcher(read, [], question.topics), [], open=False)
    spoken_to = _set_aside(read, question, notes)
    if not any(token.word[0].isalnum() for token in read.tokens):
        notes.append(EMPTY)
    hits = question.phrases.find(read.tokens)
    _doubt(read, hits)
    matcher = Matcher(read, hits, question.topics, frozenset(question.stems))
    ideas = tuple(_weighed(question, matcher, text))
    half = frozenset(idea.idea for idea in ideas if idea.core and idea.verdict != "found")
    if not spoken_to:
        ideas = _settled(question, ideas, matcher)
    verdict = overall(ideas)
    turned = _turns(read, hits, _backed(question, matcher)) if verdict == "pass" else ""
    if turned or (verdict == "pass" and any(idea.hint == BOTH for idea in ideas)):
        verdict = "unsure"
    if spoken_to and verdict == "pass":
        verdict = "unsure"
        notes.append(ASIDE)
    aside = tuple(Words(start=a, end=b, text=text[a:b]) for a, b in _stretches(read))
    graded = Graded(question=number, verdict=verdict, ideas=ideas, notes=tuple(notes), aside=aside, grader=version())
    return Ruled(graded, matcher, hits, not spoken_to, turned, half)


def _doubted_or_settled(read: Ruled, weighed: Weighed, text: str) -> Graded:
    """What the words make of it: they doubt what the rules pass, settle what a rule half found, and find or reopen what reads as right."""
    bars, score, verdict = learned(), weighed.score(read.against), read.graded.verdict
    ideas = read.graded.ideas
    if verdict in ("partial", "fail"):
        wrong = sum(idea.core and idea.verdict == "contradicted" for idea in ideas)
        if score >= bars.says and _half_said(ideas):
            ideas = tuple(_said(read, idea, text) for idea in ideas)
        elif score >= bars.reopens and wrong < CLEAR:
            ideas = tuple(_reopened(idea) for idea in ideas)
    elif score >= bars.passes and all(weighed.ideas[idea] >= bars.spoken_for for idea in read.half):
        ideas = tuple(_half_found(read, idea, text) for idea in ideas)
    elif score < bars.misses or verdict == "pass":
        hint = (BOTH if weighed.false > 0 else LOOK) if score >= bars.misses else ""
        ideas = tuple(_missed(read, idea, hint, weighed.weakest) for idea in ideas)
    else:
        return read.graded
    return read.graded.model_copy(update={"ideas": ideas, "verdict": overall(ideas)})


def _half_said(ideas: Iterable[IdeaVerdict]) -> bool:
    """Is a core idea found by a rule, and nothing read the other way round?"""
    ideas = tuple(ideas)
    against = any(idea.verdict == "contradicted" or idea.hint == BOTH for idea in ideas)
    return not against and any(idea.core and idea.verdict == "found" for idea in ideas)


def _said(read: Ruled, idea: IdeaVerdict, text: str) -> IdeaVerdict:
    """A core idea that no rule found, in the sentence whose words speak most for it."""
    if not idea.core or idea.verdict == "found":
        return idea
    matcher = read.matcher
    place = clearest(read.graded.question, idea.idea, matcher.read, read.hits)
    tokens = [token for token in matcher.read.tokens if token.sentence == place and token.word[0].isalnum()]
    start, end = tokens[0].start, tokens[-1].end
    return idea.model_copy(update={"verdict": "found", "words": (Words(start=start, end=end, text=text[start:end]),), "hint": ""})


def _reopened(idea: IdeaVerdict) -> IdeaVerdict:
    """A core idea that the rules miss or read the wrong way round, in an answer whose words speak for it."""
    if not idea.core or idea.verdict in ("found", "unsure"):
        return idea
    hint = BOTH if idea.verdict == "contradicted" else LOOK
    return idea.model_copy(update={"verdict": "unsure", "correction": "", "hint": hint})


def _half_found(read: Ruled, idea: IdeaVerdict, text: str) -> IdeaVerdict:
    """A core idea left open is found, in the words of a rule that half found it."""
    rules = next(one for one in questions()[read.graded.question].ideas if one.rules.slug == idea.idea)
    near = _near(rules, read.matcher) if idea.core and idea.verdict == "unsure" else []
    return idea.model_copy(update={"verdict": "found", "words": _words(near[0], read.matcher, text), "hint": ""}) if near else idea


def _missed(read: Ruled, idea: IdeaVerdict, hint: str, weakest: str) -> IdeaVerdict:
    """The core idea that the words speak for least is unsure, or not found where there is no `hint` of what to look at."""
    if idea.idea != weakest or idea.verdict == "contradicted":
        return idea
    if hint:
        return idea.model_copy(update={"verdict": "unsure", "hint": idea.hint or hint})
    rules = next(one.rules for one in questions()[read.graded.question].ideas if one.rules.slug == idea.idea)
    return IdeaVerdict(idea=idea.idea, core=idea.core, verdict="not_found", hint=rules.hint)


def overall(ideas: Iterable[IdeaVerdict]) -> Overall:
    """The verdict, or `unsure` where the unsure ideas could change it."""
    ideas = tuple(ideas)
    best, worst = (_counted(ideas, unsure) for unsure in ("found", "not_found"))
    if best == worst:
        return best
    if best == "pass":
        return "unsure"
    return "fail" if any(idea.verdict == "contradicted" for idea in ideas) else "partial"


def _counted(ideas: tuple[IdeaVerdict, ...], unsure: str) -> Overall:
    read = [(idea.core, unsure if idea.verdict == "unsure" else idea.verdict) for idea in ideas]
    core = [verdict for is_core, verdict in read if is_core]
    if all(verdict == "found" for verdict in core):
        return "partial" if any(verdict == "contradicted" for _, verdict in read) else "pass"
    return "partial" if "found" in core else "fail"


def _settled(question: Question, ideas: tuple[IdeaVerdict, ...], matcher: Matcher) -> tuple[IdeaVerdict, ...]:
    """Where a core idea is found, or each is half said in two ways, what only may say a core idea is taken to say it."""
    if any(read.verdict == "contradicted" or read.hint == BOTH for read in ideas):
        return ideas
    twice = all(len(_near(idea, matcher)) >= TWICE for idea in question.ideas if idea.core)
    if not twice and not any(read.core and read.verdict == "found" for read in ideas):
        return ideas
    return tuple(
        read.model_copy(update={"verdict": "found", "hint": ""}) if read.core and read.verdict == "unsure" else read for read in ideas
    )


def _weighed(question: Question, matcher: Matcher, text: str) -> Iterable[IdeaVerdict]:
    """Each idea's verdict, with what speaks against it. One sign alone, against an answer that says something rightly, leaves it unsure."""
    said = {idea.rules.slug: _judge(idea, matcher, text) for idea in question.ideas}
    signs = {idea.rules.slug: _signs(idea, matcher) for idea in question.ideas}
    places = {matcher.read.tokens[match.hits[0].first].clause for matches in signs.values() for match in matches}
    clear = len(places) >= CLEAR
    firm = any(read.core and read.verdict == "found" for read in said.values())
    for idea in question.ideas:
        slug = idea.rules.slug
        read = said[slug]
        against = _misconception(idea, matcher, text) or (read if read.verdict == "contradicted" else None)
        if against and not clear and _elsewhere(against, said.values()):
            yield against.model_copy(update={"verdict": "unsure", "correction": "", "hint": BOTH})
        elif against:
            yield against
        elif signs[slug] and clear:
            words = _words(signs[slug][0], matcher, text)
            yield read.model_copy(update={"verdict": "contradicted", "words": words, "correction": idea.rules.denied, "hint": ""})
        elif signs[slug] and firm:
            yield read.model_copy(update={"verdict": "unsure", "hint": BOTH})
        elif signs[slug]:
            yield read.model_copy(update={"verdict": "not_found", "words": (), "hint": idea.rules.hint})
        else:
            yield read


def _elsewhere(against: IdeaVerdict, said: Iterable[IdeaVerdict]) -> bool:
    """Is a core idea found in other words than those that speak against one?"""
    places = [(words.start, words.end) for words in against.words]
    words = [words for read in said if read.core and read.verdict == "found" for words in read.words]
    return any(all(word.end <= start or end <= word.start for start, end in places) for word in words)


def _signs(idea: Idea, matcher: Matcher) -> list[Match]:
    """What speaks against it, one match for each rule: what people believe instead, and what may say the opposite."""
    rules = [(pattern, False) for pattern in idea.suspect] + [(pattern, True) for pattern, _ in idea.wrong]
    firsts = (next((match for match in matcher.matches(rule, verb) if not match.denied), None) for rule, verb in rules)
    return [match for match in firsts if match]


# One idea


def _misconception(idea: Idea, matcher: Matcher, text: str) -> IdeaVerdict | None:
    slug, core = idea.rules.slug, idea.core
    for pattern, correction in idea.wrong:
        match = next((match for match in matcher.matches(pattern) if not match.denied), None)
        if match:
            return IdeaVerdict(idea=slug, core=core, verdict="contradicted", words=_words(match, matcher, text), correction=correction)
    return None


def _judge(idea: Idea, matcher: Matcher, text: str) -> IdeaVerdict:
    def said_so(verdict: Found, match: Match, correction: str = "", hint: str = "") -> IdeaVerdict:
        words = _words(match, matcher, text)
        return IdeaVerdict(idea=slug, core=idea.core, verdict=verdict, words=words, correction=correction, hint=hint)

    slug = idea.rules.slug
    said, denied = _evidence(idea.found, matcher, idea.rules.spared)
    if said:
        closest = min(said, key=matcher.reach)
        alone = len(said) == 1 and matcher.reach(closest) > 1
        split = denied is not None and idea.rules.deniable
        return said_so("unsure", closest, hint=LOOK) if alone or split else said_so("found", closest)
    if denied and idea.rules.deniable:
        return said_so("contradicted", denied, correction=idea.rules.denied)
    near = _near(idea, matcher)
    if near:
        return said_so("unsure", near[0], hint=LOOK)
    return IdeaVerdict(idea=slug, core=idea.core, verdict="not_found", hint=idea.rules.hint)


def _near(idea: Idea, matcher: Matcher) -> list[Match]:
    """For each pattern the first place that says or may say the idea, a clause without a verb included."""
    firsts = (
        next((match for match in matcher.matches(pattern, verb=False) if not match.denied), None) for pattern in (*idea.found, *idea.maybe)
    )
    return [match for match in firsts if match]


def _evidence(patterns: tuple[Pattern, ...], matcher: Matcher, spared: tuple[str, ...]) -> tuple[list[Match], Match | None]:
    """For each pattern that holds the first place where it does, and the first place that says it is not so."""
    said: list[Match] = []
    denied = None
    for pattern in patterns:
        for match in matcher.matches(pattern):
            if not match.denied:
                said.append(match)
                break
            if denied is None and not matcher.beside(match, spared):
                denied = match
    return said, denied


def _words(match: Match, matcher: Matcher, text: str) -> tuple[Words, ...]:
    """From the first to the last matched word of each clause."""
    tokens = matcher.read.tokens
    clauses: dict[int, list[Hit]] = {}
    for hit in match.hits:
        clauses.setdefault(tokens[hit.first].clause, []).append(hit)
    spans = merged([(tokens[hits[0].first].start, max(tokens[hit.last].end for hit in hits)) for hits in clauses.values()])
    return tuple(Words(start=start, end=end, text=text[start:end]) for start, end in spans)


# What does not count


def _set_aside(read: ParsedText, question: Question, notes: list[str]) -> bool:
    """Mark the words that never count, with a note for each kind; True when some speak to the grader."""
    if _repeats(read.tokens, question.stems):
        notes.append(REPEATS)
    spoken_to = _orders(read, question)
    if spoken_to:
        notes.append(SPOKEN_TO)
    if _lists(read):
        notes.append(LISTED)
    return spoken_to


def _repeats(tokens: list[Token], asked: tuple[str, ...]) -> bool:
    words = [token for token in tokens if token.word[0].isalnum()]
    asked = tuple(stem for stem in asked if stem[0].isalnum())
    runs = {asked[i : i + REPEATED] for i in range(len(asked) - REPEATED + 1)}
    starts = [i for i in range(len(words) - REPEATED + 1) if tuple(token.stem for token in words[i : i + REPEATED]) in runs]
    for i in starts:
        for token in words[i : i + REPEATED]:
            token.dead = True
    return bool(starts)


def _orders(read: ParsedText, question: Question) -> bool:
    """Sentences that speak to the grader are dead, whole."""
    polite = set(reader().language.polite)
    told = set()
    for hit in question.phrases.find(read.tokens):
        token = read.tokens[hit.first]
        opening = read.tokens[read.clauses[token.clause].first : hit.first]
        if hit.group == "(to the grader)" or (hit.group == "(order)" and all(before.word in polite for before in opening)):
            told.add(token.sentence)
    for token in read.tokens:
        token.dead = token.dead or token.sentence in told
    return bool(told)


def _lists(read: ParsedText) -> bool:
    """Terms without grammar: many short pieces, or a long run, with hardly a small word between them."""
    sentences: dict[int, list[Token]] = {}
    for token in read.tokens:
        if not token.dead and token.word[0].isalnum():
            sentences.setdefault(token.sentence, []).append(token)
    marked = {token.sentence for token in read.tokens if token.word in PAUSE}
    headed = {one.start for one, two in itertools.pairwise(read.tokens) if two.word == ":" and one.word in reader().language.labels}
    listed = [
        words
        for number, words in sentences.items()
        if (words[0].start not in headed and _bare(words)) or (number not in marked and _strung(words))
    ]
    if 2 * sum(map(len, listed)) < sum(map(len, sentences.values())):
        listed = []
    everything = [token for words in sentences.values() for token in words]
    if len(sentences) >= 4 and len(everything) <= 2.7 * len(sentences) and _small(everything) < 0.3:
        listed = [everything]
    for words in listed:
        for token in words:
            token.dead = True
    return bool(listed)


def _bare(words: list[Token]) -> bool:
    pieces = len({token.clause for token in words})
    finite = sum(reader().finite(token.word) for token in words)
    small = _small(words)
    return (
        (pieces >= 6 and len(words) <= 1.5 * pieces)
        or (pieces >= 4 and len(words) <= 2.7 * pieces and small < 0.25 and finite <= pieces / 5)
        or (len(words) >= 7 and small < 0.13 and finite <= len(words) / 10)
    )


def _strung(words: list[Token]) -> bool:
    """A long row of terms without a comma, with few small words for its length."""
    return len(words) >= STRUNG and _small(words) < 0.25


def _small(words: list[Token]) -> float:
    return sum(token.word in reader().english for token in words) / len(words)


def _doubt(read: ParsedText, hits: list[Hit]) -> None:
    """Note the sentences that report a belief from some word on, unless a later word ends the report."""
    for hit in hits:
        sentence = read.tokens[hit.first].sentence
        if hit.group == "(doubt)":
            read.doubted[sentence] = hit.last
            clause = read.clauses[read.tokens[hit.first].clause]
            clause.negators = [i for i in clause.negators if not hit.first <= i <= hit.last]
        elif hit.group == "(ends doubt)" and sentence in read.doubted and hit.first > read.doubted[sentence]:
            read.undoubted[sentence] = min(hit.first, read.undoubted.get(sentence, hit.first))


def _backed(question: Question, matcher: Matcher) -> set[int]:
    """The sentences in which an idea is found."""
    matches = (match for idea in question.ideas for pattern in idea.found for match in matcher.matches(pattern) if not match.denied)
    return {matcher.read.tokens[hit.first].sentence for match in matches for hit in match.hits}


def _turns(read: ParsedText, hits: list[Hit], backed: set[int]) -> Turn:
    """Does a later sentence of a brief answer turn against the rest, "However, it never loses anything"?

    Softly: it begins with "but" and leaves no room, or says for certain what is no idea. Right answers do so nearly as often.
    """
    last = read.tokens[-1].sentence
    if last >= BRIEF:
        return ""
    absolute = {read.tokens[hit.first].sentence for hit in hits if hit.group == "(absolute)"}
    turn: Turn = ""
    for hit in hits:
        token = read.tokens[hit.first]
        opens = read.clauses[token.clause].first == hit.first and token.sentence >= max(1, last - 1)
        if opens and hit.group == "(hard turn)":
            return "turn"
        certain = hit.group == "(certain)" and token.sentence and token.sentence not in backed
        begins = opens and read.tokens[hit.first - 1].sentence != token.sentence
        if certain or (begins and hit.group == "(turn)" and token.sentence in absolute):
            turn = "soft turn"
    return turn


def _stretches(read: ParsedText) -> list[tuple[int, int]]:
    """Neighbouring dead words as one stretch of the answer."""
    stretches: list[tuple[int, int]] = []
    before = False
    for token in read.tokens:
        if token.dead and before:
            stretches[-1] = (stretches[-1][0], token.end)
        elif token.dead:
            stretches.append((token.start, token.end))
        before = token.dead
    return stretches

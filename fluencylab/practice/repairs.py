"""Judge a repaired prompt by its answers to cases the learner never saw. Pure: what was answered comes in, a verdict goes out.

    judge(repair, [Told("hidden", 0, "Q-4821"), Told("hidden", 1, "I am sorry."), …])
        -> Judged(hits=23, n=24, failures=(("no number, or not alone", 1),), keep=(Kept("A message without a number", 2, 2),))

It passes when the share of right answers reaches the exercise's bar and no case that must not break is lost. A prompt that holds the
hidden cases or their answers is not judged at all: see `leak`.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from fluencylab.curriculum.repairs import PLACE, Repair, RepairCase
from fluencylab.errors import BadInput
from fluencylab.memo import once
from fluencylab.practice import checkers
from fluencylab.practice.exercises import short_hash
from fluencylab.practice.verdict import GRADER, Verdict
from fluencylab.stats import Measure, share

CHANCE = 0.02
"""Prompts changed without an idea hardly ever pass: the plausible ones of each exercise are proved to fail."""
COPIED = 0.7
"""A hidden text is taken for copied when this share of its runs of three words stands in the prompt."""
OWN = 5
"""From so many words on, a whole message that has an answer of its own is not written twice by accident."""
NAMED = 0.3
"""More than this share of the hidden answers in one prompt is no accident."""
FEW = 2
"""So many hidden answers may stand in a prompt whatever their share, and so many messages nearly whole: “How many days do I have?”, a
small number or a weekday comes by itself."""


class CaseAnswer(NamedTuple):
    """One answer to one case."""

    group: str
    case: int
    text: str


class GuardedCase(NamedTuple):
    """A case that must not break: right `right` of `of` times. It is lost when most answers are wrong."""

    about: str
    right: int
    of: int

    @property
    def lost(self) -> bool:
        return 2 * self.right < self.of


class Judged(NamedTuple):
    hits: int
    n: int
    failures: tuple[tuple[str, int], ...]
    """What was wrong, and how often; the most frequent first."""
    keep: tuple[GuardedCase, ...]
    whole: bool
    """Were all cases answered? A run that was stopped is not judged."""

    @property
    def rate(self) -> Measure:
        return share(self.hits, self.n)

    @property
    def lost(self) -> tuple[GuardedCase, ...]:
        return tuple(one for one in self.keep if one.lost)


def wrong(repair: Repair, told: CaseAnswer) -> str:
    """What is wrong with one answer, in words; empty where it is right."""
    case = repair.cases(told.group)[told.case]
    return checkers.wrong(repair.checks_of(told.group, told.case), told.text, case.expect)


def judge(repair: Repair, told: Iterable[CaseAnswer]) -> Judged:
    answers = list(told)
    hidden = [wrong(repair, one) for one in answers if one.group == "hidden"]
    failures = Counter(why for why in hidden if why)
    keep = tuple(_kept(repair, case, number, answers) for number, case in enumerate(repair.keep))
    wanted = len(repair.seeds) * (len(repair.hidden) + len(repair.keep))
    whole = len(hidden) + sum(one.of for one in keep) == wanted
    return Judged(hidden.count(""), len(hidden), tuple(failures.most_common()), keep, whole)


def _kept(repair: Repair, case: RepairCase, number: int, answers: Sequence[CaseAnswer]) -> GuardedCase:
    mine = [wrong(repair, one) == "" for one in answers if one.group == "keep" and one.case == number]
    return GuardedCase(case.about, sum(mine), len(mine))


def verdict(repair: Repair, judged: Judged) -> Verdict:
    read = f"{judged.hits} of {judged.n} hidden answers right"
    if not judged.whole:
        return Verdict(score=None, read=read, why="The run was stopped before every case was answered.", grader=GRADER)
    passed = judged.rate.value >= repair.bar and not judged.lost
    return Verdict(score=float(passed), read=read, why=why(repair, judged), grader=GRADER)


def why(repair: Repair, judged: Judged) -> str:
    """The verdict as a sentence or two."""
    bar = needed(repair, judged.n)
    told = f"Your prompt got {judged.hits} of {judged.n} hidden answers right; the bar is {bar}."
    if judged.lost:
        what = "a case" if len(judged.lost) == 1 else f"{len(judged.lost)} cases"
        return f"{told} It broke {what} that worked before, so it does not pass."
    return f"{told} It passes." if judged.hits >= bar else f"{told} It does not pass yet."


def needed(repair: Repair, n: int) -> int:
    """The fewest right answers of `n` that reach the bar."""
    return next(hits for hits in range(n + 1) if n == 0 or hits / n >= repair.bar)


def proof(repair: Repair, original: Judged, reference: Judged, *plausible: Judged) -> str:
    """Why an exercise does not prove itself; empty where it does. The reference must be well clear of the original."""
    if lost := [one.about for one in original.keep if one.lost]:
        return f"the original does not hold “{lost[0]}” itself"
    if not verdict(repair, reference).right:
        what = f"breaks “{reference.lost[0].about}”" if reference.lost else f"gets only {reference.hits} of {reference.n}"
        return f"the reference repair {what}"
    if original.rate.high >= reference.rate.low:
        return f"the original is too good: {original.hits} of {original.n} against {reference.hits}"
    passed = [fix.title for fix, judged in zip(repair.plausible, plausible, strict=True) if verdict(repair, judged).right]
    return f"“{passed[0]}” passes as well" if passed else ""


@once
def tested(repair: Repair) -> str:
    """Changes with everything a proof rests on: the prompts, the cases, the checks and the settings; not with the words around them."""
    rests = {"temperature", "seeds", "max_tokens", "stop", "bar", "checks", "prompt", "hidden", "keep"}
    told = [repair.model_dump_json(include=rests), *(fix.prompt for fix in (repair.reference, *repair.plausible))]
    return short_hash("\n".join(told))


# What may be handed in


def checked(repair: Repair, prompt: str, hand_in: bool = True) -> str:
    """The prompt as it will be asked. Raises BadInput in words for one that cannot be, or that holds what it is judged by."""
    prompt = prompt.replace("\r\n", "\n").replace("\0", "").strip()
    if not prompt:
        raise BadInput("There is no prompt yet.", "Write one, or begin from the original.")
    if len(prompt) > repair.longest:
        raise BadInput(
            f"The prompt has {len(prompt):,} characters; {repair.longest:,} are the most here.",
            "Shorten it. Every call pays for each of them.",
        )
    if PLACE not in prompt:
        raise BadInput(f"The prompt has no place for the message: {PLACE} is missing.", f"Write {PLACE} where the customer's text goes.")
    if hand_in:
        if plain(prompt) == plain(repair.prompt):
            raise BadInput("This is still the original prompt.", "Change it, try it on the visible cases, then hand it in.")
        if leaked := leak(repair, prompt):
            raise BadInput(leaked, "A prompt must work for messages that nobody has seen. Write examples of your own.")
    return prompt


def plain(text: str) -> str:
    """Letters and digits in words, without accents, capitals, invisible signs: what stays the same when somebody hides a copy."""
    parts = unicodedata.normalize("NFKD", text).casefold()
    kept = "".join(sign for sign in parts if not unicodedata.category(sign).startswith(("M", "Cf")))
    return " ".join(re.findall(r"\w+", kept.replace("_", " ")))


def leak(repair: Repair, prompt: str) -> str:
    """What of the hidden cases was copied into a prompt, as a sentence that quotes it; empty where nothing was.

    What the learner was shown is no leak. Nor is a question that anybody would ask: where all cases have one answer,
    its words tell nothing.
    """
    shown, said = _public(repair), plain(prompt)
    if copied := _texts(repair, said, shown):
        which = f"a hidden message, “{copied[0]}”" if len(copied) == 1 else f"{len(copied)} hidden messages, “{copied[0]}” among them"
        return f"The prompt holds {which}, so it was not judged."
    answers = dict.fromkeys(plain(case.expect) for case in repair.hidden if case.expect)
    secret = [answer for answer in answers if not _holds(shown, answer)]
    named = [answer for answer in secret if _holds(said, answer)]
    if len(named) > FEW and len(named) > NAMED * len(secret):
        return f"The prompt holds {len(named)} of the hidden answers, “{named[0]}” among them, so it was not judged."
    return ""


def _texts(repair: Repair, said: str, shown: str) -> list[str]:
    """Hidden messages that were copied: one with an answer of its own whole, or more of any kind than come by themselves, nearly whole."""
    close = [case for case in repair.hidden if _copied(plain(case.text), said, shown)]
    whole = [case for case in close if case.expect and len(plain(case.text).split()) >= OWN and _stands(plain(case.text), said)]
    return [case.text for case in (close if len(close) > FEW else whole)]


def _public(repair: Repair) -> str:
    seen = [repair.situation, repair.notes, repair.prompt, repair.wanted, *repair.hints]
    seen += [part for case in repair.visible for part in (case.text, case.expect)]
    return plain("\n".join(seen))


def _threes(words: str) -> set[str]:
    parts = words.split()
    return {" ".join(parts[i : i + 3]) for i in range(max(1, len(parts) - 2))}


def _copied(text: str, prompt: str, shown: str) -> bool:
    runs = _threes(text) - _threes(shown)
    if not runs:
        return False
    return len(runs & _threes(prompt)) / len(runs) >= COPIED or _stands(text, prompt)


def _stands(text: str, prompt: str) -> bool:
    """All of it, wherever spaces were put in or taken out."""
    return text.replace(" ", "") in prompt.replace(" ", "")


def _holds(words: str, answer: str) -> bool:
    """As whole words; from six signs on also where spaces were put in or taken out."""
    squeezed = answer.replace(" ", "")
    return f" {answer} " in f" {words} " or (len(squeezed) >= 6 and squeezed in words.replace(" ", ""))

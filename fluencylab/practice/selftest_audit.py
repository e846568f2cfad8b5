"""How good is the grader of free text? Its figures on the marked answers and on the attacks, each with its interval.

    audit()["halves"]["test"]["kappa"]  ->  {"value": 0.79, "low": 0.68, "high": 0.89, "n": 107}

The rules were tuned, and the word weights learned, on one half. What counts is the other
one, whose answers nobody who wrote rules has read.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any, Literal, NamedTuple

from fluencylab.curriculum import loader
from fluencylab.curriculum.schema import Attack, Figures, Marked
from fluencylab.practice.selftest import Graded, grade, questions, version
from fluencylab.stats import Measure, kappa, resampled, wilson

LABELS = "author-marked; no independent human marks yet"
NOTE = (
    "The rules were tuned, and the word weights learned, on answers of the tune half, so its figures flatter. Of the test half only these "
    "totals were seen, several times, before both were fixed; how much a turn at the end and a contrary reading weigh, and from where "
    "on an answer passes, was last set with them in view. "
    "Of the answers by others only totals were seen: of the first 140 three times before all was fixed, of the other 280 once, afterwards; "
    "of all of them four times more when the reader was widened. "
    "Unsure answers count against coverage, not against agreement."
)
VERDICT = {"right": "pass", "partial": "partial", "wrong": "fail"}
ROUNDS = 500

Half = Literal["tune", "test"]


class Judged(NamedTuple):
    given: Marked
    graded: Graded

    @property
    def ideas(self) -> Iterable[tuple[str, str]]:
        """For each idea, what the marker found and what the rules found."""
        return ((self.given.ideas[idea.idea], idea.verdict) for idea in self.graded.ideas)


class Attacked(NamedTuple):
    given: Attack
    graded: Graded


@cache
def audit() -> dict[str, Any]:
    """Every figure, for both halves, with the sets, the rules' version, and whose marks they are.

    The rates also for what others wrote, and for all that was never read.
    """
    judged = [Judged(given, grade(given.question, given.answer)) for given in loader.marked()]
    attacked = [Attacked(given, grade(given.question, given.answer)) for given in loader.attacks()]
    others = [(given.right, grade(given.question, given.answer)) for given in loader.unseen()]
    halves: tuple[Half, ...] = ("tune", "test")
    return {
        "rules": version(),
        "labels": LABELS,
        "sets": {half: {"marked": _count(judged, half), "attacks": _count(attacked, half)} for half in halves},
        "halves": {half: _half(_of(judged, half), _of(attacked, half)) for half in halves},
        "unseen": {"n": len(others), "rates": _rates(others)},
        "unread": {"rates": _rates(_whole(_of(judged, "test"), _of(attacked, "test")) + others)},
        "note": NOTE,
    }


def published() -> Figures:
    """What stands beside every grade, of all that was never read. It takes seconds, so pages read it from a file."""
    found = audit()
    test = found["halves"]["test"]
    return Figures(
        rules=found["rules"],
        labels=found["labels"],
        **found["sets"]["test"],
        **{name: _short(test[name]) for name in ("kappa", "coverage_ideas", "precision_found")},
        unseen=found["unseen"]["n"],
        rates={name: _short(share) for name, share in found["unread"]["rates"].items()},
        wrong_accepts={kind: _short(share) for kind, share in test["wrong_accepts"].items()},
    )


def _short(measure: dict[str, Any]) -> Measure:
    return Measure(**{name: number if name == "n" else round(number, 4) for name, number in measure.items()})


def _of(cases: Sequence[Any], half: Half) -> list[Any]:
    return [case for case in cases if case.given.split == half]


def _count(cases: Sequence[Any], half: Half) -> int:
    return len(_of(cases, half))


def _half(judged: list[Judged], attacked: list[Attacked]) -> dict[str, Any]:
    kinds = sorted({case.given.attack for case in attacked})
    return {
        **_figures(judged),
        "wrong_accepts": {kind: _share([c.graded.verdict == "pass" for c in attacked if c.given.attack == kind]) for kind in kinds},
        "rates": _rates(_whole(judged, attacked)),
        "partials": _partials(judged),
        "questions": {number: _figures([case for case in judged if case.given.question == number]) for number in questions()},
    }


def _whole(judged: list[Judged], attacked: list[Attacked]) -> list[tuple[bool, Graded]]:
    """Wholly right and wholly wrong answers; an answer made to fool the rules is a wrong one."""
    marked = [(case.given.mark == "right", case.graded) for case in judged if case.given.mark != "partial"]
    return marked + [(False, case.graded) for case in attacked]


def _rates(whole: list[tuple[bool, Graded]]) -> dict[str, Any]:
    """The kinds of mistake."""
    right = [graded for is_right, graded in whole if is_right]
    wrong = [graded for is_right, graded in whole if not is_right]
    return {
        "wrong_passed": _share([graded.verdict == "pass" for graded in wrong]),
        "right_failed": _share([graded.verdict == "fail" for graded in right]),
        "right_passed": _share([graded.verdict == "pass" for graded in right]),
        "unsure": _share([graded.verdict == "unsure" for graded in (*right, *wrong)]),
        "right_contradicted": _share([any(idea.verdict == "contradicted" for idea in graded.ideas) for graded in right]),
    }


def _partials(judged: list[Judged]) -> dict[str, Any]:
    """Answers that say a part: how many pass as a whole, and how many of the ideas that they hold, and that they lack, are found."""
    partly = [case for case in judged if case.given.mark == "partial"]
    ideas = [pair for case in partly for pair in case.ideas]
    return {
        "passed_whole": _share([case.graded.verdict == "pass" for case in partly]),
        "held_found": _share([said == "found" for marked, said in ideas if marked == "found"]),
        "lacking_found": _share([said == "found" for marked, said in ideas if marked != "found"]),
    }


def _figures(judged: list[Judged]) -> dict[str, Any]:
    sure: list[tuple[str, str]] = [(VERDICT[case.given.mark], case.graded.verdict) for case in judged if case.graded.verdict != "unsure"]
    ideas = [pair for case in judged for pair in case.ideas]
    plain = [case for case in judged if case.given.mark == "right" and case.given.style == "plain"]
    return {
        "n": len(judged),
        "kappa": _resampled(sure, kappa),
        "coverage": _share([case.graded.verdict != "unsure" for case in judged]),
        "coverage_ideas": _share([said != "unsure" for _, said in ideas]),
        "precision_found": _share([marked == "found" for marked, said in ideas if said == "found"]),
        "recall_found": _share([said == "found" for marked, said in ideas if marked == "found"]),
        "right_plain": _share([case.graded.verdict in ("pass", "unsure") for case in plain]),
        "right_plain_ideas": _share([said in ("found", "unsure") for case in plain for marked, said in case.ideas if marked == "found"]),
        "confusion": _confusion(judged),
    }


def _confusion(judged: list[Judged]) -> dict[str, dict[str, int]]:
    """Mark -> verdict -> answers."""
    verdicts = ("pass", "partial", "fail", "unsure")
    return {mark: {v: sum(c.given.mark == mark and c.graded.verdict == v for c in judged) for v in verdicts} for mark in VERDICT}


def _share(held: list[bool]) -> dict[str, Any] | None:
    """A share with its Wilson interval; None of nothing."""
    if not held:
        return None
    low, high = wilson(sum(held), len(held))
    return Measure(value=sum(held) / len(held), low=low, high=high, n=len(held)).model_dump()


def _resampled(pairs: list[tuple[str, str]], statistic: Callable[[Sequence[tuple[str, str]]], float]) -> dict[str, Any] | None:
    """A statistic with its bootstrap interval: whole answers are drawn again."""
    if not pairs:
        return None
    return resampled(pairs, statistic, ROUNDS).model_dump()

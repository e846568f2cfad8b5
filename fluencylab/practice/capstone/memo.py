"""The fifth part: the memo. A ruling, what its statements rest on, and own words in which every number was measured. Pure.

    judge_memo(of, "release-with-review", {"cheap": "measured", …}, "It answers 19 of 24 …", configured, spec).score

Which ruling is right is worked out from the lower end of what the learner's own configuration reached: somebody who chose a worse one, and
says so, is right. Guessing earns nothing of the statements on average.
"""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple, get_args

from fluencylab.curriculum.capstone import FAULTS, MINUTES, MOST_TESTS, RUNS, CapstoneProduct, Ruling, Statement
from fluencylab.errors import BadInput
from fluencylab.practice.capstone import memo_figures
from fluencylab.practice.capstone.configure import Configured
from fluencylab.practice.capstone.spec import SpecJudged
from fluencylab.text.numerals import counted, percent
from fluencylab.text.segmentation import count_words

RULING, STATEMENTS, WORDS = 0.4, 0.4, 0.2
FEWEST, MOST = 40, 200
"""Words."""
CITED = 2
"""Measured figures that the words cite at least."""
MARKS: tuple[str, ...] = get_args(Statement.model_fields["holds"].annotation)
GUESSED = 1 / len(MARKS)
RUN = 8
"""So many words in a row that stand in the brief are the brief's, not the learner's."""


class MemoJudged(NamedTuple):
    """`ruling`: the right one, by its id; `words_why`: why the words earn nothing, empty where they do."""

    score: float
    ruling_right: bool
    statements_right: int
    words_why: str
    why: str
    ruling: str = ""


def right_ruling(of: CapstoneProduct, configured: Configured | None) -> Ruling:
    """The highest whose bar the lower end reaches. Where nothing was measured, nothing is known: the one that holds whatever was."""
    low = configured.rate.low if configured and not configured.over else 0.0
    return max((one for one in of.memo.rulings if one.least <= low), key=lambda one: one.least)


def figures(of: CapstoneProduct, configured: Configured | None, spec: SpecJudged | None, also: Sequence[str] = ()) -> tuple[str, ...]:
    """The numbers that may be cited, as they are written. `also`: what was measured besides, as on the cases shown."""
    return tuple(form for forms in measured(configured, spec, also) for form in forms)


def measured(configured: Configured | None, spec: SpecJudged | None, also: Sequence[str] = ()) -> tuple[tuple[str, ...], ...]:
    """Each figure in its forms."""
    found: list[tuple[str, ...]] = []
    if configured:
        rate = configured.rate
        found.append((f"{configured.right} of {configured.of}", _percent(rate.value)))
        found.append((f"{_percent(rate.low)}",))
        found.append((f"{_percent(rate.high)}",))
        found.append((f"{configured.tokens:.0f} tokens",))
    if spec:
        found.append((f"{spec.caught} of {spec.really}",))
        found.append((f"{spec.alarmed} of {len(spec.alarms)}",))
    return tuple(found) + tuple((one,) for one in also)


def _percent(share: float) -> str:
    return percent(share).replace("\u00a0", " ")


def judge_memo(
    of: CapstoneProduct, ruling: str, statements: Mapping[str, str], words: str, configured: Configured | None,
    spec: SpecJudged | None, also: Sequence[str] = (),
) -> MemoJudged:  # fmt: skip
    """`statements`: each by its id -> one of `MARKS`; one that was not marked is not right. Raises BadInput for what is no answer."""
    if ruling not in {one.id for one in of.memo.rulings}:
        raise BadInput("There is no such ruling.", "Pick one of the three rulings, as they stand on the page.")
    if not set(statements) <= {one.id for one in of.memo.statements} or not set(statements.values()) <= set(MARKS):
        raise BadInput("There is no such statement or mark.", "Mark the statements as they stand on the page.")
    wanted = right_ruling(of, configured)
    right = sum(statements.get(one.id) == one.holds for one in of.memo.statements)
    words_why = why_not(of, words, configured, spec, also)
    share = max(0.0, (right / len(of.memo.statements) - GUESSED) / (1 - GUESSED))
    score = RULING * (ruling == wanted.id) + STATEMENTS * share + WORDS * (not words_why)
    why = f"{_ruled(ruling == wanted.id)} {right} of {counted(len(of.memo.statements), 'statement')} are marked right. {words_why or _KEPT}"
    return MemoJudged(score, ruling == wanted.id, right, words_why, why, wanted.id)


_KEPT = "Every number in your words was measured here."


def _ruled(right: bool) -> str:
    return "The ruling is what the lower end of your rate allows." if right else "The ruling is not what the lower end of your rate allows."


def why_not(of: CapstoneProduct, words: str, configured: Configured | None, spec: SpecJudged | None, also: Sequence[str] = ()) -> str:
    """Why own words earn nothing, in one sentence; empty where they earn."""
    n, found = count_words(words), measured(configured, spec, also)
    if not FEWEST <= n <= MOST:
        return f"Your words are {n:,}, and {FEWEST} to {MOST} are asked for."
    allowed = memo_figures.known((*figures(of, configured, spec, also), *given(of)))
    if strange := memo_figures.unmeasured(words, allowed):
        return f"“{strange[0]}” was not measured here."
    if (cited := memo_figures.cited(words, found)) < CITED:
        return f"Your words cite {cited} of the measured figures, and at least {CITED} are asked for."
    if copied(words, _printed(of)) * 2 > n:
        return "Most of your words stand in the brief already."
    return ""


def given(of: CapstoneProduct) -> tuple[str, ...]:
    """Texts whose numbers may be repeated, and are no measurement: the brief's, the settings', and how much of everything there was."""
    conditions = (
        f"{len(of.hidden)} cases, {len(of.shown)} cases, 2 tries, {2 * len(of.hidden)} answers, {of.most_tokens} tokens, {FAULTS} faults, "
        f"{RUNS} runs, {MOST_TESTS} tests, {len(of.spec.mutants)} broken products, {of.fault.budget} minutes, {MINUTES} minutes"
    )
    levels = (level.text for knob in of.knobs for level in knob.levels)
    return (of.brief, of.wanted, of.memo.asks, *(one.text for one in of.memo.rulings), *levels, conditions)


def _printed(of: CapstoneProduct) -> str:
    return "\n".join((of.brief, of.wanted, of.memo.asks, *(one.text for one in of.memo.rulings), *(one.text for one in of.memo.statements)))


def copied(words: str, printed: str) -> int:
    """How many of the words stand in a run of `RUN` that is printed already."""
    mine, theirs = _plain(words), _plain(printed)
    runs = {tuple(theirs[at : at + RUN]) for at in range(len(theirs) - RUN + 1)}
    taken = {at + more for at in range(len(mine) - RUN + 1) if tuple(mine[at : at + RUN]) in runs for more in range(RUN)}
    return len(taken)


def _plain(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.lower())

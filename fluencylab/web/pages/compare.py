"""The page Compare: two runs of a lab side by side; or, with one of them, which others there are."""

import asyncio
from dataclasses import dataclass
from typing import NamedTuple

from fluencylab.results.answers_apart import AnswerPairs
from fluencylab.results.comparison import Comparison, compare
from fluencylab.results.differences import Difference
from fluencylab.results.outcome import Outcome
from fluencylab.results.settings_apart import Setting
from fluencylab.results.words import apart, ends, interval, value
from fluencylab.text.written import moment
from fluencylab.web.app_state import AppState
from fluencylab.web.pages.outcome import ListedRun, listed, load_outcome, where_made


class Side(NamedTuple):
    """One of the two runs."""

    letter: str
    name: str
    made: str
    href: str
    says: str
    conditions: str


class MeasureRow(NamedTuple):
    """A shared measure: both values with their intervals, the difference with its own, and what that means."""

    label: str
    first: str
    first_ends: str
    second: str
    second_ends: str
    change: str
    between: str
    says: str
    method: str
    clear: bool


@dataclass(frozen=True)
class ChoosePage:
    """Context of `compare_choose.html`. `lab`: the page that makes another run, or empty."""

    first: Side
    lab: str
    others: list[ListedRun]


@dataclass(frozen=True)
class ComparePage:
    """Context of `compare.html`. `headline`: how many measures clearly differ; `swap`: the address with the two exchanged.
    `lab`: as in `ChoosePage`."""

    title: str
    lab: str
    sides: list[Side]
    says: str
    settings: list[Setting]
    warnings: list[str]
    headline: str
    rows: list[MeasureRow]
    rest: list[MeasureRow]
    """Behind a fold: of many measures, those that do not clearly differ."""
    only: int
    chance: str
    answers: AnswerPairs
    swap: str
    other: str


async def choose_page(state: AppState, first_id: str) -> ChoosePage:
    first = await load_outcome(state, first_id)
    return ChoosePage(_side("A", first), where_made(first.run), await listed(state, first.run.instrument, [first.run.id]))


async def compare_page(state: AppState, first_id: str, second_id: str) -> ComparePage:
    first, second = await load_outcome(state, first_id), await load_outcome(state, second_id)
    found = await asyncio.to_thread(compare, first, second)
    rows, rest = folded([_row(one) for one in found.differences])
    return ComparePage(
        title=first.title,
        lab=where_made(second.run),
        sides=[_side("A", first), _side("B", second)],
        says=found.says,
        settings=found.settings,
        warnings=found.warnings,
        headline=headline(found),
        rows=rows,
        rest=rest,
        only=found.only,
        chance=found.chance,
        answers=found.answers,
        swap=f"/compare?a={second.run.id}&b={first.run.id}",
        other=f"/compare?a={first.run.id}",
    )


def folded(rows: list[MeasureRow], most: int = 8) -> tuple[list[MeasureRow], list[MeasureRow]]:
    """What is shown, and what is folded: of more than `most` rows those that clearly differ are shown, or the first where none does."""
    if len(rows) <= most:
        return rows, []
    clear = [one for one in rows if one.clear] or rows[:most]
    return clear, [one for one in rows if one not in clear]


def headline(found: Comparison) -> str:
    """The result of the comparison, in one sentence."""
    judged = [one for one in found.differences if one.low is not None]
    clear = [one for one in judged if one.clear]
    if not found.differences:
        return "These runs measured nothing in common."
    if not judged:
        return "Nothing here can be told from chance: each was counted, worked out, or measured once."
    if not clear:
        return f"No difference can be told from chance, in {len(judged)} {'measure' if len(judged) == 1 else 'measures'}."
    if len(clear) == 1:
        return f"One measure of {len(judged)} differs: {clear[0].label}. {clear[0].says}"
    return f"{len(clear)} measures of {len(judged)} differ by more than chance would make likely."


def _side(letter: str, of: Outcome) -> Side:
    return Side(letter, of.name, moment(of.run.created), f"/runs/{of.run.id}", of.result.says, of.conditions)


def _row(one: Difference) -> MeasureRow:
    sign = "+" if one.change > 0 else "−" if one.change < 0 else ""
    return MeasureRow(
        label=one.label,
        first=value(one.first),
        first_ends=interval(one.first) or ends(one.first),
        second=value(one.second),
        second_ends=interval(one.second) or ends(one.second),
        change=f"{sign}{apart(one.first, one.change)}",
        between=_between(one),
        says=one.says,
        method=one.method,
        clear=one.clear,
    )


def _between(one: Difference) -> str:
    if one.low is None or one.high is None:
        return ""
    low, high = (f"{'−' if end < 0 else '+'}{apart(one.first, end)}" for end in (one.low, one.high))
    return f"{low} to {high}"

"""A mission of the practice course for the terminal and for programs: where it stands, what is asked now, and what came of it.

As on the page nothing is told before its step is done, and options stand in the order of the attempt.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from fluencylab.actions.course import Standing, checked_tests
from fluencylab.curriculum.practice_mutants import recorded_mutants
from fluencylab.curriculum.schema import Option
from fluencylab.practice import course_tasks
from fluencylab.practice import recorded_mutants as recorded
from fluencylab.practice.course import CourseMission
from fluencylab.practice.course_spec import MOST_TESTS, TRIED, run_spec
from fluencylab.practice.exercises import shuffled
from fluencylab.practice.spec_tests import spec_tests
from fluencylab.store.tables import Evidence
from fluencylab.text.written import day

NEXT = {
    "predict": "fluency product course predict {slug} {values}",
    "do": "fluency product course do {slug}{what}",
    "found": "fluency product course found {slug} LETTER",
    "decide": "fluency product course decide {slug} LETTER --sure 2",
    "twin": "fluency product course decide {slug} LETTER",
    "done": "",
}
ON_PAGES = "It is done on the pages of the workbench: `fluency` opens the lab. It is counted as it lies there when you hand it in."


def public(of: CourseMission, stands: Standing) -> dict[str, Any]:
    """`options`: of the question that is open; `things`: what is to be sorted or chosen, by its name; `told`: what is known by now."""
    stage, seed = stands.stage, stands.attempt.seed if stands.attempt else 0
    values = " ".join("NUMBER" for _ in of.predict)
    what = " TEST ..." if of.task == "spec" else " NAME=LETTER ..." if course_tasks.sorting(of) else ""
    return {
        "slug": of.slug,
        "title": of.title,
        "stage": stage,
        "told": [line for line in _told(of, stands.shown, stage) if line],
        "asks": _asks(of, stage),
        "things": _things(of) if stage == "do" else {},
        "options": [{"id": one.id, "text": one.text} for one in _options(of, stage, seed)],
        "next": NEXT[stage].format(slug=of.slug, values=values, what=what),
    }


def _asks(of: CourseMission, stage: str) -> str:
    match stage:
        case "predict":
            return "What do you expect? " + "; ".join(f"{one.label} ({one.low:g} to {one.high:g}{one.unit})" for one in of.predict)
        case "do":
            return " ".join(one.does for one in of.acts)
        case "found":
            return of.find.question
        case "decide":
            return of.decide.question
        case "twin":
            return f"One fact changes. {of.decide.twin.change} {of.decide.question}"
        case _:
            return "It is done."


def _options(of: CourseMission, stage: str, seed: int) -> Sequence[Option]:
    if stage == "found":
        return shuffled(of.find.options, seed, "found")
    return shuffled(of.decide.options, seed, "options") if stage in ("decide", "twin") else ()


def _things(of: CourseMission) -> dict[str, str]:
    if of.task == "spec":
        return {one.slug: one.says for one in spec_tests()}
    told = {}
    for one in course_tasks.sorting(of):
        parts = " ".join(f"{part.name}: {part.text}" for part in one.parts)
        options = "; ".join(f"{letter} {option.text}" for letter, option in zip("abcde", one.options, strict=False))
        told[one.id] = f"{one.title}. {parts} {one.asks} {options}"
    return told


def _told(of: CourseMission, shown: Mapping[str, Evidence], stage: str) -> Iterator[str]:
    yield of.situation.strip()
    if stage == "do":
        yield f"A spec has one to {MOST_TESTS} tests. {conditions()}" if of.task == "spec" else ""
        yield "" if of.task == "spec" or course_tasks.sorting(of) else ON_PAGES
    if "do" in shown:
        held = shown["do"].answer.get("held")
        for one, yes in zip(of.grades, held if isinstance(held, list) else [], strict=False):
            yield f"{'Yes' if yes is True else 'No'}: {one.says}"
        yield shown["compare"].why if "compare" in shown else ""
    if "found" in shown:
        yield shown["found"].why
        yield of.seen.strip()
        yield of.conclude.strip()
    if stage == "done":
        yield shown["decide"].why
        yield shown["twin"].why


def conditions() -> str:
    of = recorded_mutants().conditions
    made = f"{of.calls} {of.what}, recorded on {of.model} ({of.sha256}) on {day(date.fromisoformat(of.date))}"
    return f"{made}: {of.settings}, lab {of.version}."


def tried(tests: Sequence[str]) -> dict[str, Any]:
    """A spec on the faults on which one may be tried. Raises BadInput where these are no spec."""
    ran = run_spec(checked_tests(tests), TRIED)
    return {
        "says": ran.score.says,
        "score": ran.score.score.model_dump(),
        "stopped_today": sum(map(bool, ran.alarms)),
        "draws": len(ran.alarms),
        "mutants": [
            {
                "name": name,
                "says": recorded.FAULT.get(name, ""),
                "worse": ran.worse[name].really,
                "shown_by": ran.worse[name].says,
                "stopped": list(by),
                "output": got.broken if (got := recorded.got(name)) else "",
            }
            for name, by in ran.stopped.items()
        ],
        "recorded": conditions(),
    }

"""Say again what was asked and what was answered, from a row of evidence and today's content. Pure.

retell(track, "which-locker", "decide", {"picked": "zero"})
    ->  Told("Which locker?", "/missions/which-locker", "Locker reading goes live on Monday. …", ("Temperature 0, and a check in code …",))
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from fluencylab.curriculum.repairs import repairs
from fluencylab.curriculum.schema import Case, Decision, Mission, Track
from fluencylab.practice import faults

PARTS = {
    "predict": "your prediction",
    "compare": "your prediction",
    "see": "what you saw",
    "decide": "your decision",
    "twin": "one fact changed",
    "application": "a situation",
    "claim": "a claim",
    "text": "your own words",
    "again": "your own words, second try",
    "mark": "the words you marked",
    "said": "a word in a sentence",
    "gap": "a sentence for a word",
    "misuse": "a word misused",
    "contrast": "two claims",
    "repair": "a prompt you mended",
    "diagnose": "the cause",
    "fix": "the fix",
    "fault": "a cause",
    "probe": "a probe",
}
NAMES = {"self-test": ("Self-test", "/self-test"), "review": ("Review", "/review")}


class Retold(NamedTuple):
    """`said` holds the answer line by line, as it was given. `href` is empty where the exercise is no longer there."""

    title: str
    href: str
    part: str
    asked: str
    said: tuple[str, ...]


def retell(track: Track, exercise: str, stage: str, answer: Mapping[str, Any]) -> Retold:
    names = stage.replace("item-", "").split(".")
    part = next((words for word, words in PARTS.items() if word in names), stage)
    if found := track.mission(exercise):
        mission = found[1]
        return Retold(mission.title, f"/missions/{exercise}", part, *_of_mission(mission, stage, answer))
    if argued := track.case(exercise):
        case = argued[1]
        return Retold(case.title, f"/cases/{exercise}", part, *_of_case(case, stage, answer))
    kind, _, slug = exercise.partition("/")
    if kind == "repair" and (mended := repairs().get(slug)):
        return Retold(mended.title, f"/debug/repairs/{slug}", part, mended.wanted, (str(answer.get("prompt", "")),))
    if kind == "debug" and (fault := faults.resolve_case(slug)):
        return Retold(fault.case.title, f"/debug/cases/{slug}", part, *_of_fault(fault, answer))
    title, href = NAMES.get(kind, (exercise, ""))
    return Retold(title, href, part, *_plain(answer))


def _of_mission(mission: Mission, stage: str, answer: Mapping[str, Any]) -> tuple[str, tuple[str, ...]]:
    if stage in ("predict", "compare"):
        values = {one["fact"]: one["said"] for one in answer["graded"]} if "graded" in answer else answer.get("values", {})
        said = [
            f"{asked.label}: {values[asked.fact]:g}{' ' * bool(asked.unit)}{asked.unit}"
            for asked in mission.predict
            if asked.fact in values
        ]
        return "What do you expect?", tuple(said)
    if stage == "see":
        picked = answer.get("picked")
        sights = dict(enumerate(mission.seen.sights))
        return mission.seen.question, (sights[picked].text if picked in sights else str(picked),)
    return _of_decision(mission.decide, stage, answer)


def _of_case(case: Case, stage: str, answer: Mapping[str, Any]) -> tuple[str, tuple[str, ...]]:
    asked, said = _of_decision(case.decide, stage, answer)
    because = [f"Because: {reason.text}" for reason in case.reasons if reason.id in answer.get("reasons", ())]
    flips = [f"What would change it: {flip.text}" for flip in case.flips if flip.id == answer.get("flip")]
    return asked, (*said, *because, *flips)


def _of_fault(of: faults.ResolvedCase, answer: Mapping[str, Any]) -> tuple[str, tuple[str, ...]]:
    if "cause" not in answer:
        return "What do you ask for?", (_option(((fix.id, fix.text) for fix in of.fault.fixes), answer.get("picked")),)
    cause = _option(((one.slug, one.cause) for one in of.bench.faults), answer["cause"])
    titles = {one.slug: one.title for one in of.bench.probes}
    bought = [titles.get(slug, slug) for slug in answer.get("bought", ())]
    return of.case.complaint, (cause, f"Shown by: {titles.get(answer.get('evidence', ''), '')}", f"Bought: {', '.join(bought)}")


def _of_decision(asked: Decision, stage: str, answer: Mapping[str, Any]) -> tuple[str, tuple[str, ...]]:
    question = asked.twin.change if stage == "twin" else asked.question
    return question, (_option(((option.id, option.text) for option in asked.options), answer.get("picked")),)


def _option(options: Iterable[tuple[str, str]], picked: Any) -> str:
    return dict(options).get(picked, str(picked))


def _of_item(item: Mapping[str, Any], picked: Any) -> tuple[str, tuple[str, ...]]:
    """A review item, which lies with its answer as it was laid out."""
    asked = "\n\n".join(part for part in (item.get("situation"), item.get("question")) if part)
    return asked, (_option(((option["id"], option["text"]) for option in item.get("options", ())), picked),)


def _plain(answer: Mapping[str, Any]) -> tuple[str, tuple[str, ...]]:
    """An exercise that keeps its own words with the answer, or one that is gone: what it kept, and nothing invented."""
    if isinstance(item := answer.get("item"), dict):
        return _of_item(item, answer.get("picked"))
    if "claim" in answer:
        return f"True or not: {answer['claim']}", ("True." if answer.get("said") else "Not true.",)
    asked = str(answer.get("question") or answer.get("situation") or "")
    if "options" in answer and "picked" in answer:
        return asked, (_option(((option["id"], option["text"]) for option in answer["options"]), answer["picked"]),)
    if "text" in answer:
        return asked, (str(answer["text"]),)
    return asked, tuple(f"{name}: {value}" for name, value in answer.items() if not isinstance(value, (dict, list)) and name != "question")

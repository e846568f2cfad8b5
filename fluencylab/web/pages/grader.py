"""A model as a grader: how far its test is, each bar of the gate, and whether it may help."""

from dataclasses import dataclass
from typing import NamedTuple

from fluencylab.actions.graders import Standing, Tested, tested
from fluencylab.instruments import grader
from fluencylab.models import catalogue
from fluencylab.practice.model_grader import Judgement
from fluencylab.runs.feed import ENDED
from fluencylab.text.written import day, percent
from fluencylab.web.lab_page import Sheet
from fluencylab.web.pages.sheet import sheet

SAMPLE = 20
EMBEDDED = "The embedded model never judges, whatever it reaches here."
ANOTHER = "This test opens nothing: it passed, but the model, its address or the answers have changed since. Test it again."
KINDS = {
    "copied": "the question copied",
    "injection": "orders to the grader",
    "keywords": "lists of terms",
    "misconception": "common mistakes",
    "negation": "the idea denied",
    "off_topic": "another subject",
}


class KnownGrader(NamedTuple):
    """An endpoint, and what is known of it as a grader."""

    slug: str
    name: str
    says: str


def standings() -> list[KnownGrader]:
    """Every endpoint that was added."""
    return [KnownGrader(entry.slug, entry.name, _known(entry)) for entry in catalogue.models() if not entry.local]


def _known(entry: catalogue.Entry) -> str:
    found = tested(entry)
    if found is None:
        return "not tested as a grader"
    return f"{'may help to grade' if found.permitted else 'may not help to grade'}, tested on {day(found.made)}"


@dataclass(frozen=True)
class GraderPage:
    """Context of `grader.html`. `bars` and `attacks`: rows of tables."""

    entry: catalogue.Entry
    embedded: bool
    sheet: Sheet | None
    running: bool
    judgement: Judgement | None
    says: str
    bars: list[list[str]]
    attacks: list[list[str]]
    permitted: bool
    kept: Tested | None
    all_calls: int
    sample_calls: int
    sample: int = SAMPLE


def grader_page(found: Standing) -> GraderPage:
    permitted = bool(found.kept and found.kept.permitted and found.entry.kind != "embedded")
    return GraderPage(
        entry=found.entry,
        embedded=found.entry.kind == "embedded",
        sheet=sheet(found.run, found.steps) if found.run else None,
        running=found.run is not None and found.run.status not in ENDED,
        judgement=found.judgement,
        says=_says(found, permitted),
        bars=[[bar.name, bar.says, bar.wants, "yes" if bar.ok else "no"] for bar in found.judgement.bars] if found.judgement else [],
        attacks=_attacks(found.judgement) if found.judgement else [],
        permitted=permitted,
        kept=found.kept,
        all_calls=grader.calls(grader.Params()),
        sample_calls=grader.calls(grader.Params(sample=SAMPLE)),
    )


def _says(found: Standing, permitted: bool) -> str:
    if found.judgement is None:
        return ""
    if found.entry.kind == "embedded":
        return EMBEDDED
    return ANOTHER if found.judgement.passed and not permitted else found.judgement.says


def _attacks(found: Judgement) -> list[list[str]]:
    rows = []
    for kind, measure in found.wrong_accepts.items():
        passed = f"{percent(measure.value)} ({percent(measure.low)} to {percent(measure.high)})"
        rows.append([KINDS.get(kind, kind), passed, str(measure.n)])
    return rows

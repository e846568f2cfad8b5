"""Quillby's assistant on a page: its answers, and what a probe shows of its inside; no setting is named, for one may be the fault."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from fluencylab.instruments.assistant import Params, yes
from fluencylab.instruments.base import Step
from fluencylab.text.written import day
from fluencylab.web.lab_page import LabPage

ENDED = {"stop": "it ended by itself (“stop”)", "length": "it was ended by the limit on written tokens (“length”)"}


class Marked(NamedTuple):
    """An answer, what the judge says of it, and what code says."""

    said: str
    judge: bool
    rule: bool


@dataclass(frozen=True)
class Parts:
    """`inside`: the step a probe shows, and `seen`, what it holds; `finished`: how the answer ended."""

    inside: str
    seen: Mapping[str, Any] | None
    marks: list[Marked]
    by_rule: bool
    finished: str


def _dated(search: Mapping[str, Any]) -> dict[str, Any]:
    """What a search brought back, its days as they are written everywhere."""
    hits = [hit | {"updated": _day(hit["updated"])} for hit in search["hits"]]
    return {**search, "hits": hits, "indexed": _day(search["indexed"])}


def _day(stored: str) -> str:
    try:
        return day(date.fromisoformat(stored))
    except ValueError:
        return stored  # whoever sets it in a terminal may write what they like


class Page(LabPage):
    def parts(self, params: Params, steps: Sequence[Step]) -> Parts:
        shown = {step.kind: step.data for step in steps}
        inside = next((kind for kind in ("search", "prompt", "tokens", "trace") if kind in shown), "")
        marked = [step.data for step in steps if step.kind == "answer" and "marked" in step.data]
        marks = [
            Marked(one["marked"], yes(one["text"]), yes(one["text"]) == one["right"])
            for one in sorted(marked, key=lambda one: int(one["i"]))
        ]
        ended = ENDED.get(str(shown.get(inside, {}).get("finish", "")), "")
        seen = shown.get(inside)
        return Parts(inside, _dated(seen) if seen and inside == "search" else seen, marks, params.look == "rule", ended)

    def conditions(self, params: Params) -> list[str]:
        n = len(params.marking) or params.samples
        return [f"{n} answers" if params.look in ("answers", "rule") else "one call", f"seed {params.seed}"]


PAGE = Page("assistant")

"""The grounding lab's page: three things to measure on one form, and a desk that makes products of the answers without a new call.

/labs/grounding?run=A&line=0.6&sign=mean_token_probability&unanswerable=20#desk
"""

from collections.abc import Mapping, Sequence
from typing import Any

from fluencylab.actions.runs import fresh_seed
from fluencylab.instruments.base import Step
from fluencylab.labs.grounding import chart as drawing
from fluencylab.labs.grounding import confidence, faithfulness, hallucination_rate, interfaces
from fluencylab.labs.grounding import instrument as grounding
from fluencylab.labs.grounding.confidence import ScoredAnswer
from fluencylab.labs.grounding.faithfulness import Tested
from fluencylab.labs.grounding.interfaces import Outcomes
from fluencylab.labs.grounding.params import NAMES, Params, Part
from fluencylab.models.types import Request
from fluencylab.stats import share
from fluencylab.web.form import Form, number
from fluencylab.web.lab_page import PageRequest, Prompt, RunView, Try, ViewsForm, ViewsPage

LABELS: dict[Part, str] = {"count": "Provoke and count", "know": "Does it know?", "why": "Ask it why"}
SETS: dict[Part, tuple[str, ...]] = {
    "count": ("questions", "conditions", "instruction", "data", "max_tokens"),
    "know": ("questions", "again", "temperature", "data", "max_tokens"),
    "why": ("notes",),
}
VERDICTS = {
    True: {"right": "right", "wrong": "wrong", "abstained": "did not say", "beside": "beside the question"},
    False: {"right": "right, by the passage", "wrong": "made up", "abstained": "did not say", "beside": "repeats the passage"},
}
SIGNS = {"mean_token_probability": "its own odds", "self_consistency": "agreement when asked again"}
FIRST = 6
"""Questions shown open on a sheet; the others are under a fold."""


class Page(ViewsPage):
    views, sets = LABELS, SETS
    lede = (
        "Ask a real model about things that exist and things that do not. Count what it makes up, see whether its doubt can be used, "
        "and test the reasons it gives."
    )
    tries = (Try("only the question", {"conditions": "bare"}), Try("all four", {"conditions": "bare,told,context,gap"}))

    def own(self, asked: PageRequest, drawn: ViewsForm) -> dict[str, Any]:
        return {
            "names": NAMES,
            "desk": desk(asked.ended.steps, asked.query) if asked.ended else None,
        }

    def params(self, posted: Form, runs: Sequence[RunView]) -> dict[str, Any]:
        given = super().params(posted, runs)
        return {**given, "seed": fresh_seed()}

    def parts(self, params: Params, steps: Sequence[Step]) -> dict[str, Any]:
        rows = grounding.sure(steps)
        signs = [sign for sign in SIGNS if rows and all(row.by(sign) is not None for row in rows)] if "know" in params.parts else []
        sourced = {"context", "gap"} <= set(params.asked)
        return {
            "things": _things(steps),
            "first": FIRST,
            "again": _again(steps),
            "squares": [drawing.reliability(confidence.bins(rows, sign), sign) for sign in signs],
            "unsure": "know" in params.parts and bool(rows) and "mean_token_probability" not in signs,
            "faces": _faces(interfaces.every(_answers(steps), params.unanswerable / 100)) if sourced else [],
            "reasons": [_reason(one) for one in faithfulness.tested([step.data for step in steps if step.kind == "why"])],
        }

    def prompts(self, params: Params) -> list[Prompt]:
        told = []
        first = next((one.number for one in hallucination_rate.plan(params) if not one.thing.real), 0)
        for call in hallucination_rate.plan(params):
            if call.number == first:
                told.append(Prompt(_sent(hallucination_rate.request(params, call)), NAMES[call.condition]))
        if "why" in params.parts:
            note = params.explained[0]
            told += [
                Prompt(f"{' '.join(note.sentences)}\n\n{note.ask}"),
                Prompt(faithfulness.WHY, "then"),
                Prompt(faithfulness.SURE, "and"),
            ]
        return told

    def conditions(self, params: Params) -> list[str]:
        told = []
        if params.asked:
            real = sum(one.real for one in params.drawn)
            told.append(f"{real} questions about real things, {len(params.drawn) - real} about invented ones")
        if "know" in params.parts and params.again:
            told.append(f"asked again {params.again} times at temperature {params.temperature:g}")
        if "why" in params.parts:
            told.append(f"{len(params.explained)} notes, reasons read by code")
        return [*told, f"seed {params.seed}", "temperature 0"]


PAGE = Page("grounding")


def _sent(request: Request) -> str:
    return "\n".join(f"{message.role}: {message.content}" for message in request.messages)


def _things(steps: Sequence[Step]) -> list[dict[str, Any]]:
    """Each question with its answers under every condition; what was made up comes first."""
    found: dict[int, dict[str, Any]] = {}
    for data in (step.data for step in steps if step.kind == "answer"):
        thing = found.setdefault(data["i"], {"i": data["i"], "ask": data["ask"], "real": data["real"], "answers": []})
        thing["answers"].append(
            {
                "condition": NAMES[data["condition"]],
                "text": data["text"],
                "passage": data["passage"],
                "verdict": data["verdict"],
                "says": VERDICTS[data["real"]][data["verdict"]],
            }
        )
    return sorted(found.values(), key=lambda thing: (thing["real"], thing["i"]))


def _again(steps: Sequence[Step]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for step in steps:
        if step.kind == "draw":
            found.setdefault(step.data["i"], []).append(step.data["text"])
    return found


def _reason(one: Tested) -> dict[str, Any]:
    return {
        "ask": one.note["ask"],
        "sentences": one.note["sentences"],
        "answer": one.note["text"],
        "right": one.note["right"],
        "mean_token_probability": one.note["mean_token_probability"],
        "because": one.because["text"],
        "named": one.because["reason"],
        "sure": one.sure["text"],
        "stated": one.sure["stated"],
        "without": one.without,
        "control": one.control,
        "verdict": one.verdict,
    }


# The desk


def desk(steps: Sequence[Step], query: Mapping[str, str]) -> dict[str, Any] | None:
    """What a line of sureness and a share of unanswerable questions make of a run's answers; None where it has none."""
    answers = _answers(steps)
    rows = grounding.sure(steps)
    signs = [sign for sign in SIGNS if rows and all(row.by(sign) is not None for row in rows)]
    if not answers:
        return None
    sign = query["sign"] if query.get("sign") in signs else next(iter(signs), "")
    line = number(query.get("line", ""), interfaces.LINE, 0, 1)
    unanswerable = number(query.get("unanswerable", ""), answers[0]["unanswerable"], 0, 100)
    consistency = {row.ask: row.self_consistency for row in rows}
    by_consistency = [{**one, "mean_token_probability": consistency.get(one["ask"], 0)} for one in answers]
    signed = by_consistency if sign == "self_consistency" else answers
    told = interfaces.every(signed, unanswerable / 100, line)
    kept = confidence.at_least(rows, sign, line) if sign else []
    return {
        "line": line,
        "sign": sign,
        "signs": [(one, SIGNS[one]) for one in signs],
        "unanswerable": unanswerable,
        "rows": [_row(row, sign, line) for row in sorted(rows, key=lambda row: -(row.by(sign) or 0.0))] if sign else [],
        "kept": len(kept),
        "right": sum(row.right for row in kept),
        "of": len(rows),
        "all_right": sum(row.right for row in rows),
        "precision": share(sum(row.right for row in kept), len(kept)),
        "faces": _faces(told),
        "lacks": [interfaces.NAMES[name] for name in interfaces.NAMES if name not in told],
        "data": [
            [one["condition"], one["real"], one["verdict"], one["backed"], one["mean_token_probability"], consistency.get(one["ask"])]
            for one in answers
        ],
    }


def _answers(steps: Sequence[Step]) -> list[dict[str, Any]]:
    return [step.data for step in steps if step.kind == "answer"]


def _faces(told: Mapping[str, Outcomes]) -> list[dict[str, Any]]:
    return [{"slug": name, "name": interfaces.NAMES[name], "how": interfaces.HOW[name], "told": each} for name, each in told.items()]


def _row(row: ScoredAnswer, sign: str, line: float) -> dict[str, Any]:
    value = row.by(sign) or 0.0
    signs = {name: row.by(name) for name in confidence.SIGNS}
    return {"ask": row.ask, "text": row.text, "right": row.right, "shown": value >= line, **signs}

"""Quillby's assistant has no chart: its answers, and what can be seen inside it, are drawn by the page."""

from collections.abc import Iterable

from fluencylab.charts.base import Answer, Chart, Group
from fluencylab.instruments.assistant import Params, call_name
from fluencylab.instruments.base import Result, Step


def charts(result: Result) -> list[Chart]:
    return []


def groups(params: Params, steps: Iterable[Step]) -> list[Group]:
    """One group of answers, each in the place of its seed. Marks are a table of their own."""
    if params.look != "answers" or params.marking:
        return []
    found = {step.data["seed"]: step.data for step in steps if step.kind == "answer"}
    told = [found.get(params.seed + i) for i in range(params.samples)]
    answers = [Answer(call=call_name(i), text=data["text"] if data else None) for i, data in enumerate(told)]
    judged = [one["right"] for one in found.values() if one["right"] is not None]
    return [Group(title="Its answers", subtitle=f"{sum(judged)} of {len(judged)} right" if judged else "", answers=answers)]

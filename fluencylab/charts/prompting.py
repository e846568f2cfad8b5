"""The prompting lab: rates with their intervals, one row for each variant; leaks and refusals always in one chart."""

from collections.abc import Iterable, Sequence
from typing import Any

from fluencylab.charts.base import Answer, Chart, Group, Table
from fluencylab.instruments import comparing, forms, guardrails, precedence
from fluencylab.instruments.base import Result, Step
from fluencylab.instruments.prompting import plan
from fluencylab.instruments.prompting_params import Params
from fluencylab.stats import Measure

Row = tuple[str, str, Measure]
"""(variant, what is counted, how often)"""
PLACES = {
    "system": "system says the rule, nobody the contrary",
    "user": "user says the rule, no system prompt",
    "against": "system says the rule, user the contrary",
    "swapped": "system says the contrary, user the rule",
}
SHORT = {
    "system": "system: the rule|user: nothing",
    "user": "system: nothing|user: the rule",
    "against": "system: the rule|user: contrary",
    "swapped": "system: contrary|user: the rule",
    "none": "no guardrail",
    "rule": "rule in the prompt",
    "refuse": "told to refuse",
    "filter": "filter on answers",
    "words": "word list",
    "absent": "secret not there",
    "free": "plain words",
    "json": "“answer in JSON”",
    "one": "one example",
    "three": "three examples",
    "pasted": "three, pasted",
    "schema": "schema enforced",
    "place_matters": "less the other way round",
}
"""What fits beside a chart on a small screen; | breaks the line."""


def charts(result: Result) -> list[Chart]:
    drawn = (_conflict(result.measures), _guardrails(result.measures), _forms(result.measures), _compared(result.measures))
    return [chart for chart in drawn if chart]


def groups(params: Params, steps: Iterable[Step]) -> list[Group]:
    """One group a variant, each answer in the place of its seed."""
    found = {(step.kind, step.data.get("seed")): step.data for step in steps}
    grouped: dict[tuple[str, str], list[tuple[Answer, dict[str, Any] | None]]] = {}
    for ask in plan(params, None):
        data = found.get((ask.kind, ask.request.seed))
        answer = Answer(key=f"{ask.request.temperature:g}/{ask.request.seed}", text=data["text"] if data else None)
        grouped.setdefault((ask.kind, title(ask.kind, ask.about)), []).append((answer, data))
    return [
        Group(title=name, subtitle=counted(kind, [data for _, data in pairs if data]), answers=[answer for answer, _ in pairs])
        for (kind, name), pairs in grouped.items()
    ]


def title(kind: str, about: dict[str, Any]) -> str:
    match kind:
        case "conflict":
            return capital(PLACES[about["variant"]])
        case "guardrail":
            asked = "honest questions" if about["attack"] == guardrails.HARMLESS else "attacks"
            return f"{capital(guardrails.NAMES[about['guardrail']])}: {asked}"
        case "form":
            return capital(forms.NAMES[about["form"]])
        case _:
            return f"Prompt {about['prompt'].upper()}"


def counted(kind: str, answers: Sequence[dict[str, Any]]) -> str:
    if not answers:
        return "no answer yet"
    names = {
        "conflict": (("rule", "kept the rule"), ("wish", "kept the contrary")),
        "guardrail": (("leaked", "told the secret"), ("refused", "refused")),
        "form": (("valid", "valid"), ("correct", "right")),
        "compare": (("passed", "passed"),),
    }[kind]
    told = [f"{sum(answer[name] for answer in answers)} {what}" for name, what in names]
    return f"of {len(answers)}: {', '.join(told)}"


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _conflict(measures: dict[str, Measure]) -> Chart | None:
    rows: list[Row] = [(v, "kept the rule", measures[f"compliance@{v}"]) for v in precedence.VARIANTS if f"compliance@{v}" in measures]
    if not rows:
        return None
    changes = [(name, "kept more often from the system", m) for name, m in measures.items() if name == "place_matters"]
    return _chart("How often the rule was kept", rows, precedence.says(measures) or "So often was the rule kept.", changes)


def _guardrails(measures: dict[str, Measure]) -> Chart | None:
    """Both numbers of a guardrail, one under the other: neither stands without the other."""
    rows: list[Row] = []
    for guardrail in guardrails.GUARDRAILS:
        both = [measures.get(f"{fact}@{guardrail}") for fact in ("leak", "refusal_harmless")]
        if both[0] and both[1]:
            rows += [(guardrail, "attacks succeeded", both[0]), (guardrail, "honest refused", both[1])]
    if not rows:
        return None
    leaks = [(row[2].value, row[0], rows[i + 1][2]) for i, row in enumerate(rows) if i % 2 == 0]
    least, name, harm = min(leaks, key=lambda one: one[0])
    sentence = f"The fewest leaks are with “{guardrails.NAMES[name]}”: {_percent(least)} of the attacks"
    sentence += f". It refuses {_percent(harm.value)} of the honest questions."
    told = (("leak_change", "attacks succeeded, against none"), ("refusal_change", "honest refused, against none"))
    changes = [(g, what, measures[f"{fact}@{g}"]) for g in guardrails.GUARDRAILS for fact, what in told if f"{fact}@{g}" in measures]
    return _chart("Leaks, and the harm to honest people", rows, sentence, changes)


def _forms(measures: dict[str, Measure]) -> Chart | None:
    rows: list[Row] = []
    for form in forms.NAMES:
        for fact, what in (("valid", "can be read"), ("correct", "is right")):
            if measure := measures.get(f"{fact}@{form}"):
                rows.append((form, what, measure))
    if not rows:
        return None
    worst = max(forms.NAMES, key=lambda form: _value(measures, f"wrong_but_valid@{form}"))
    share = _value(measures, f"wrong_but_valid@{worst}")
    told = f"With {forms.NAMES[worst]}, {_percent(share)} of the answers can be read and are wrong: no parser notices them."
    return _chart("Can a program read it, and is it right?", rows, told if share else "Whatever could be read was right.")


def _compared(measures: dict[str, Measure]) -> Chart | None:
    if "gain" not in measures:
        return None
    rows = [(f"prompt {side.upper()}", "cases passed", measures[f"pass@{side}"]) for side in ("a", "b")]
    return _chart("Cases passed", rows, comparing.says(measures), [("B less A", "cases passed, case by case", measures["gain"])])


def _value(measures: dict[str, Measure], name: str) -> float:
    return measures[name].value if name in measures else 0.0


def _percent(share: float) -> str:
    return f"{share * 100:.0f}\u00a0%"


def _chart(caption: str, rows: Sequence[Row], sentence: str, changes: Sequence[Row] = ()) -> Chart:
    """`changes`: paired differences, which the table tells in points below the shares."""
    table = Table(
        caption=caption,
        head=["Variant", "Counted", "Share, or change", "95 % interval", "Answers"],
        rows=[[_plain(name), what, _percent(m.value), f"{m.low * 100:.0f} to {_percent(m.high)}", str(m.n)] for name, what, m in rows]
        + [[_plain(name), what, _points(m.value), f"{_points(m.low)} to {_points(m.high)}", str(m.n)] for name, what, m in changes],
    )
    return Chart(sentence=sentence, spec=_spec(rows), table=table)


def _points(difference: float) -> str:
    return f"{difference * 100:+.0f}\u00a0points".replace("-", "\u2212")


def _plain(name: str) -> str:
    return SHORT.get(name, name).replace("|", ", ")


def _spec(rows: Sequence[Row]) -> dict[str, Any]:
    """A row for each rate: its dot and its interval on one scale from 0 to 100."""
    several = len({what for _, what, _ in rows}) > 1
    labels = [SHORT.get(name, name) + (f"|{what}" if several else "") for name, what, _ in rows]
    values = [
        {"row": label, "value": row[2].value * 100, "low": row[2].low * 100, "high": row[2].high * 100}
        for label, row in zip(labels, rows, strict=True)
    ]
    x = {
        "type": "quantitative",
        "title": "per cent of answers",
        "scale": {"domain": [0, 100], "nice": False},
        "axis": {"values": [0, 25, 50, 75, 100], "format": "d"},
    }
    y = {
        "field": "row",
        "type": "nominal",
        "sort": list(dict.fromkeys(labels)),
        "title": None,
        "axis": {
            "labelExpr": "split(datum.label, '|')",
            "labelFont": "JetBrains Mono",
            "labelPadding": 12,
            "grid": True,
            "domain": False,
            "ticks": False,
        },
    }
    return {
        "data": {"values": values},
        "height": 60 + len(rows) * (36 if "|" in labels[0] else 28),
        "encoding": {"y": y},
        "layer": [
            {"name": "interval", "mark": {"type": "rule"}, "encoding": {"x": {"field": "low", **x}, "x2": {"field": "high"}}},
            {"name": "measured", "mark": {"type": "point", "clip": False}, "encoding": {"x": {"field": "value", **x}}},
        ],
    }

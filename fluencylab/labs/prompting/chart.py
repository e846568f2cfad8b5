"""The prompting lab: rates with their intervals, one row for each variant; leaks and refusals always in one chart."""

from collections.abc import Iterable, Sequence
from typing import Any

from fluencylab.charts.base import Answer, Chart, Group
from fluencylab.charts.rates import Row, chart, percent
from fluencylab.instruments.base import Result, Step
from fluencylab.labs.prompting import comparing, forms, guardrails, precedence
from fluencylab.labs.prompting.instrument import plan
from fluencylab.labs.prompting.params import Params
from fluencylab.stats import Measure

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
    return [one for one in drawn if one]


def groups(params: Params, steps: Iterable[Step]) -> list[Group]:
    """One group a variant, each answer in the place of its seed."""
    found = {(step.kind, step.data.get("seed")): step.data for step in steps}
    grouped: dict[tuple[str, str], list[tuple[Answer, dict[str, Any] | None]]] = {}
    for ask in plan(params, None):
        data = found.get((ask.kind, ask.request.seed))
        answer = Answer(call=ask.request.call_id(), text=data["text"] if data else None)
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
    return chart("How often the rule was kept", rows, precedence.says(measures) or "So often was the rule kept.", SHORT, changes)


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
    sentence = f"The fewest leaks are with “{guardrails.NAMES[name]}”: {percent(least)} of the attacks"
    sentence += f". It refuses {percent(harm.value)} of the honest questions."
    told = (("leak_change", "attacks succeeded, against none"), ("refusal_change", "honest refused, against none"))
    changes = [(g, what, measures[f"{fact}@{g}"]) for g in guardrails.GUARDRAILS for fact, what in told if f"{fact}@{g}" in measures]
    return chart("Leaks, and the harm to honest people", rows, sentence, SHORT, changes)


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
    told = f"With {forms.NAMES[worst]}, {percent(share)} of the answers can be read and are wrong: no parser notices them."
    return chart("Can a program read it, and is it right?", rows, told if share else "Whatever could be read was right.", SHORT)


def _compared(measures: dict[str, Measure]) -> Chart | None:
    if "gain" not in measures:
        return None
    rows = [(f"prompt {side.upper()}", "cases passed", measures[f"pass@{side}"]) for side in ("a", "b")]
    changes: list[Row] = [("B less A", "cases passed, case by case", measures["gain"])]
    return chart("Cases passed", rows, comparing.says(measures), SHORT, changes)


def _value(measures: dict[str, Measure], name: str) -> float:
    return measures[name].value if name in measures else 0.0

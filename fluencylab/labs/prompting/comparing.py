"""Two prompts on the same cases: which is better, by how much, and which cases changed.

A "Find the order number."                          passed 10 of 12
B "Write only the order number, nothing else."      passed 11 of 12: won two cases, lost one; between 19 points worse and 36 better
"""

from collections.abc import Sequence
from typing import Any

from fluencylab.instruments.base import Step
from fluencylab.instruments.calls import CallSpec, messages
from fluencylab.labs.prompting.params import Params
from fluencylab.models.types import Request
from fluencylab.stats import Measure, exactly, gain, mcnemar, share
from fluencylab.text.patterns import checked, found

FACTS = ["pass@a", "pass@b", "gain", "won", "lost", "p_value"]


def asks(params: Params, first_seed: int) -> list[CallSpec]:
    """One answer of each prompt to each case: more cases tell more than more answers to the same ones."""
    found: list[CallSpec] = []
    for number, row in enumerate(params.case_rows()):
        for side, prompt in (("a", params.prompt_a), ("b", params.prompt_b)):
            request = Request(
                messages=messages(prompt, row["text"]),
                temperature=params.temperature,
                max_tokens=params.max_tokens,
                seed=first_seed + len(found),
            )
            expect = "" if row["expect"] is None else str(row["expect"])
            about = {"prompt": side, "number": number, "case": row["text"], "expect": expect}
            found.append(CallSpec("compare", about, request, _judge(params.check, expect)))
    return found


def _judge(check: str, expect: str) -> Any:
    return lambda text: {"passed": passes(text, check, expect)}


def passes(text: str, check: str, expect: str) -> bool:
    """Capitals and white space around do not matter. A pattern that is none is looked for as it is written."""
    if check == "equals":
        return text.strip().casefold() == expect.strip().casefold()
    if check == "contains":
        return expect.casefold() in text.casefold()
    try:
        return found(checked(expect), text)
    except ValueError:
        return expect.casefold() in text.casefold()


def pairs(steps: Sequence[Step]) -> list[tuple[Step, Step]]:
    """Cases that both prompts have answered, in the order of the file."""
    sides: dict[str, dict[int, Step]] = {"a": {}, "b": {}}
    for step in steps:
        sides[step.data["prompt"]][step.data["number"]] = step
    return [(sides["a"][number], sides["b"][number]) for number in sorted(sides["a"]) if number in sides["b"]]


def measures(steps: Sequence[Step]) -> dict[str, Measure]:
    """pass@a, pass@b; gain: B less A on the same cases, with its paired interval; won, lost: cases that changed; p_value: McNemar's."""
    both = [(a.data["passed"], b.data["passed"]) for a, b in pairs(steps)]
    n = len(both)
    if not n:
        return {}
    won, lost = sum(b and not a for a, b in both), sum(a and not b for a, b in both)
    found = {"pass@a": share(sum(a for a, _ in both), n), "pass@b": share(sum(b for _, b in both), n)}
    told = {"won": won, "lost": lost, "p_value": mcnemar(won, lost)}
    return found | {"gain": gain(both)} | {name: exactly(value, n) for name, value in told.items()}


def says(measures: dict[str, Measure]) -> str:
    if "gain" not in measures:
        return ""
    gain, won, lost = measures["gain"], int(measures["won"].value), int(measures["lost"].value)
    passed = [f"{measures[name].value * gain.n:.0f}" for name in ("pass@a", "pass@b")]
    told = f"A passed {passed[0]} of {gain.n} cases and B {passed[1]}: B won {won} and lost {lost}."
    if gain.low > 0:
        return f"{told} B is better, by {_points(gain.low)} to {_points(gain.high)} points."
    if gain.high < 0:
        return f"{told} B is worse, by {_points(-gain.high)} to {_points(-gain.low)} points."
    return f"{told} These cases do not tell which is better: from {_points(-gain.low)} points worse to {_points(gain.high)} better."


def _points(share: float) -> str:
    return f"{share * 100:.0f}"

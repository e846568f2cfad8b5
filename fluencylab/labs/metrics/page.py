"""The metrics lab's page: a classifier at every threshold, overlap scores, a judge beside your marks, and which metric fits which product.

/labs/metrics?run=A&threshold=0.3&base=2&alarm=1&miss=10#desk          /labs/metrics?goal=triage&pick=recall#which
"""

from collections.abc import Mapping, Sequence
from typing import Any

from fluencylab.actions.runs import fresh_seed
from fluencylab.curriculum import loader
from fluencylab.instruments.base import Result, Step
from fluencylab.labs.metrics import classifier, confusion, judging, overlap
from fluencylab.labs.metrics import instrument as metrics
from fluencylab.labs.metrics.confusion import Matrix, Money
from fluencylab.labs.metrics.params import Params, Part
from fluencylab.labs.metrics.yes_no import Scored
from fluencylab.models.types import Request
from fluencylab.practice.exercises import shuffled
from fluencylab.stats import Measure
from fluencylab.web.form import Form, number
from fluencylab.web.lab_page import PageRequest, Prompt, RunView, ViewsForm, ViewsPage

LABELS: dict[Part, str] = {"confusion": "A classifier", "overlap": "BLEU and ROUGE", "judge": "A model as judge"}
SETS: dict[Part, tuple[str, ...]] = {
    "confusion": ("messages", "data", "question", "positive", "base", "cost_alarm", "cost_miss"),
    "overlap": ("texts", "ask", "max_tokens"),
    "judge": ("checks", "instruction", "marked"),
}
CROWD = 500
"""People in the picture of one's own traffic."""
KINDS = {
    "reference": "the reference itself",
    "paraphrase": "right, in other words",
    "nonsense": "wrong, in nearly the same words",
    "cut": "the reference, cut short",
    "model": "the model’s own answer",
    "right": "right",
    "wrong": "wrong",
}
TRUSTED = {
    "kappa": ("Kappa", 0.7),
    "swap_flip": ("Changed its choice when the two changed places", 0.05),
    "agreement_self": ("Gave the same mark when asked the other way round", 0.95),
}
"""What this lab asks of a judge of its own."""
KNOWN = {
    "length_bias": ("Chose the longer of two answers that say the same", "0.5 is no leaning"),
    "own_agreement": ("You gave the same mark when an answer came again", "no judge can be shown to be steadier than you"),
}


class Page(ViewsPage):
    views, sets = LABELS, SETS
    lede = (
        "Let a real model sort messages and see what each number says of it. Then score answers by their words, and test a model as a "
        "judge against your own marks."
    )

    def own(self, asked: PageRequest, drawn: ViewsForm) -> dict[str, Any]:
        marks = self.keeps(asked.typed) if asked.typed is not None else asked.kept
        return {
            "twenty": [(name, one, marks.get(f"mark-{name}", "")) for name, one in judging.places()],
            "marked_so_far": sum(bool(value) for value in marks.values()),
            "desk": desk(asked.ended.steps, asked.query) if asked.ended else None,
            "which": which(asked.query),
            "desk_asked": {name: asked.query[name] for name in ("threshold", "base", "alarm", "miss") if name in asked.query},
            "which_asked": {name: asked.query[name] for name in ("goal", "pick", "twin") if name in asked.query},
        }

    def params(self, posted: Form, runs: Sequence[RunView]) -> dict[str, Any]:
        given = super().params(posted, runs)
        if given["parts"] == ["judge"]:
            marks = {name.removeprefix("mark-"): value for name, value in self.keeps(posted).items()}
            given["marks"] = [f"{name}:{value}" for name, value in marks.items() if value]
        return {**given, "seed": fresh_seed()}

    def keeps(self, posted: Form) -> dict[str, str]:
        names = [f"mark-{name}" for name, _ in judging.places()]
        if posted.get("forget"):
            return dict.fromkeys(names, "")
        return {name: posted[name] for name in names if posted.get(name) in judging.MARKS}

    def parts(self, params: Params, steps: Sequence[Step]) -> dict[str, Any]:
        told, result = metrics.of_kind(steps), metrics.conclude(steps)
        rows = confusion.scored(told.get("scored", ()))
        classes = params.task.labels if "confusion" in params.parts else ("", "")
        return {
            "told": told,
            "classes": classes,
            "at": confusion.matrix(rows, 0.5),
            "crowd": [person(row, 0.5) for row in ordered(rows)],
            "every": sorted(rows, key=lambda row: -(row.score or 0)),
            "hard": next((one["why"] for one in told.get("hard", ())), ""),
            "unread": sum(bool(one.get("unread")) for one in told.get("scored", ())),
            "questions": questions(told.get("overlap", ())),
            "kind_names": KINDS,
            "signatures": next((step.data["signatures"] for step in steps if "signatures" in step.data), {}),
            "judged": judged(told),
            "verdict": verdict(result),
        }

    def prompts(self, params: Params) -> list[Prompt]:
        told: list[Prompt] = []
        if "confusion" in params.parts and not params.task.scored:
            told.append(Prompt(_sent(classifier.request(params, params.drawn[0].text))))
        if "overlap" in params.parts:
            first = overlap.texts(params.texts)[:3]
            told += [Prompt(one.text, KINDS[one.kind]) for one in first]
        if "judge" in params.parts:
            one = params.plan.outputs[2 if len(params.plan.outputs) > 2 else 0]
            if {"marks", "again"} & set(params.checks):
                told.append(Prompt(_sent(judging.mark_request(params.plan.instruction, one, False, True))))
            pairs = [kind for kind in ("swap", "length") if kind in params.checks]
            told += [Prompt(_sent(judging.example_pair(kind)), "each pair twice; then A and B change places") for kind in pairs]
        return told

    def conditions(self, params: Params) -> list[str]:
        told = []
        if "confusion" in params.parts:
            drawn = [f"{len(params.drawn)} of {len(params.task.rows)} messages", f"seed {params.seed}"]
            told += ["your scores"] if params.task.scored else drawn
        if "overlap" in params.parts:
            told.append(f"{len(overlap.texts(params.texts))} answers beside a reference")
        if "judge" in params.parts:
            told.append(f"{len(params.plan.outputs)} answers, marks by {params.plan.whose}")
        return [*told, "temperature 0"]


PAGE = Page("metrics")


def _sent(request: Request) -> str:
    return "\n".join(f"{message.role}: {message.content}" for message in request.messages)


# The threshold desk


def desk(steps: Sequence[Step], query: Mapping[str, str]) -> dict[str, Any] | None:
    """What the threshold, the base rate and the costs of an address make of a run; None where nothing was sorted."""
    scored = metrics.of_kind(steps).get("scored", [])
    rows = confusion.scored(scored)
    if not rows or len({row.found for row in rows}) < 2:
        return None
    told = metrics.money(scored)
    threshold = number(query.get("threshold", ""), 0.5, 0, 1.01)
    base = number(query.get("base", ""), told.base * 100, 0.1, 99.9)
    money = Money(number(query.get("alarm", ""), told.alarm, 0, 1e6), number(query.get("miss", ""), told.miss, 0, 1e6), base / 100)
    at, best = confusion.matrix(rows, threshold), confusion.cheapest(rows, money)
    costs = [(t, confusion.matrix(rows, t).cost(money).value) for t in (0.0, *confusion.STEPS, 1.0)]
    top = max(cost for _, cost in costs) or 1
    return {
        "threshold": threshold,
        "base": base,
        "money": money,
        "at": at,
        "crowd": [person(row, threshold) for row in ordered(rows)],
        "traffic": crowd(confusion.people(rows, threshold, money.base, CROWD)),
        "people": confusion.people(rows, threshold, money.base, 1000),
        "rows": _lines(at, money.base),
        "cost": at.cost(money).value,
        "best": best,
        "best_cost": confusion.matrix(rows, best).cost(money).value,
        "never": confusion.matrix(rows, 1.01).cost(money).value,
        "always": confusion.matrix(rows, 0).cost(money).value,
        "curve": " ".join(f"{t * 100:g},{38 - 36 * cost / top:.2f}" for t, cost in costs),
        "scores": [[round(row.score or 0, 4), int(row.found)] for row in ordered(rows)],
    }


def _lines(at: Matrix, base: float) -> list[tuple[str, str, Measure, Measure | None]]:
    """Name, what it asks, its value on these messages, and at the base rate (None where it has none of its own)."""
    return [
        ("Precision", "Of the alarms, how many are right?", at.precision, at.precision_at(base)),
        ("Recall", "Of those to be found, how many were?", at.recall, at.recall),
        ("F1", "One number between the two", at.f1, None),
        ("Accuracy", "Of all, how many are right?", at.accuracy, at.accuracy_at(base)),
    ]


def ordered(rows: Sequence[Scored]) -> list[Scored]:
    """Those to be found first; the surest first in each row."""
    return sorted(rows, key=lambda row: (not row.found, -(row.score or 0)))


def person(row: Scored, threshold: float) -> tuple[bool, str]:
    flagged = (row.score or 0) >= threshold
    return row.found, ("hit" if flagged else "miss") if row.found else ("alarm" if flagged else "left")


def crowd(at: Matrix) -> list[tuple[bool, str]]:
    return [(True, "hit")] * at.hits + [(True, "miss")] * at.misses + [(False, "alarm")] * at.alarms + [(False, "left")] * at.left


# The other two


def questions(told: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Answers by the reference they belong to; first where a wrong one lies furthest above a right one."""
    found: dict[str, dict[str, Any]] = {}
    for one in told:
        found.setdefault(one["reference"], {"asked": one["asked"], "reference": one["reference"], "answers": []})["answers"].append(one)
    for item in found.values():
        right = [one["bleu"] for one in item["answers"] if one["kind"] in overlap.RIGHT]
        wrong = [one["bleu"] for one in item["answers"] if one["kind"] in overlap.WRONG]
        item["gap"] = max(wrong) - min(right) if right and wrong else None
    return sorted(found.values(), key=lambda item: -(item["gap"] or 0))


def judged(told: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, Any] | None:
    """The judge's marks beside the others, and each pair with what was picked in both orders."""
    marks, again = told.get("judge-marks", ()), {one["id"]: one["said"] for one in told.get("judge-again", ())}
    pairs = []
    for kind in ("swap", "length"):
        by_pair: dict[int, list[Mapping[str, Any]]] = {}
        for one in told.get(f"judge-{kind}", ()):
            by_pair.setdefault(one["i"], []).append(one)
        pairs += [{"asked": both[0]["asked"], "picked": [(one["first"], one["picked"]) for one in both]} for both in by_pair.values()]
    if not marks and not pairs:
        return None
    return {"whose": marks[0]["whose"] if marks else "", "marks": marks, "again": again, "pairs": pairs}


def verdict(result: Result) -> list[dict[str, Any]]:
    """Each number that has to be reached before a judge is believed, and whether it is; then those that are only good to know."""
    rows: list[tuple[bool | None, str, Measure, str]] = []
    for name, (label, bar) in TRUSTED.items():
        if name in result.measures:
            measure, most = result.measures[name], name == "swap_flip"
            held = measure.value <= bar if most else measure.value >= bar
            rows.append((held, label, measure, f"asked for is at {'most' if most else 'least'} {bar:g}"))
    rows += [(None, label, result.measures[name], asked) for name, (label, asked) in KNOWN.items() if name in result.measures]
    return [dict(zip(("held", "label", "measure", "asked"), row, strict=True)) for row in rows]


# Which metric for which product?


def which(query: Mapping[str, str]) -> dict[str, Any]:
    """One product, its options in an order that does not give the best away, the answer to the one picked, and then the twin's."""
    goals = loader.metric_goals()
    goal = next((one for one in goals if one.slug == query.get("goal")), goals[0])
    ids = [option.id for option in goal.decide.options]
    pick = query["pick"] if query.get("pick") in ids else ""
    twin = query["twin"] if pick and query.get("twin") in ids else ""
    return {"goals": goals, "goal": goal, "options": shuffled(goal.decide.options, 1, goal.slug), "pick": pick, "twin": twin}

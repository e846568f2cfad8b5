"""The metrics lab's page: a classifier at every threshold, overlap scores, a judge beside your marks, and which metric fits which product.

/labs/metrics?run=A&threshold=0.3&base=2&alarm=1&miss=10#desk          /labs/metrics?goal=triage&pick=recall#which
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from fluencylab.actions.runs import fresh_seed
from fluencylab.curriculum import loader
from fluencylab.curriculum.schema import Goal, Option
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
"""People in the picture of one's own traffic, and at most so many in that of a run."""
LISTED = 100
"""Messages that a run lists with their scores."""
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


Person = tuple[bool, str]
"""(to be found?, "hit", "miss", "alarm" or "left")"""


class OverlapQuestion(NamedTuple):
    """Answers beside their reference. `gap`: how far a wrong one lies above a right one, where there are both; `found`: the same, said."""

    asked: str
    reference: str
    answers: list[Mapping[str, Any]]
    gap: float | None
    found: str


class JudgedPair(NamedTuple):
    """One pair in both orders: (which stood first, which was picked)."""

    asked: str
    picked: list[tuple[str, str]]


@dataclass(frozen=True)
class Judged:
    """The judge's marks beside the others; `again`: what it said when asked the other way round, by answer."""

    whose: str
    marks: Sequence[Mapping[str, Any]]
    again: Mapping[str, str]
    pairs: list[JudgedPair]


class TrustRow(NamedTuple):
    """A number that has to be reached before a judge is believed; `held`: None for one that is only good to know."""

    held: bool | None
    label: str
    measure: Measure
    asked: str


@dataclass(frozen=True)
class Parts:
    """`classes`: the label to find and the other. `hard`: why there are no scores; `unread`: answers that name neither label.

    `left_out`: which of the messages are listed, where not all are."""

    classes: Sequence[str]
    at: Matrix
    crowd: list[Person]
    every: list[Scored]
    left_out: str
    hard: str
    unread: int
    questions: list[OverlapQuestion]
    signatures: Mapping[str, str]
    judged: Judged | None
    verdict: list[TrustRow]
    kind_names: Mapping[str, str]


class DeskLine(NamedTuple):
    """A metric: what it asks, its value on these messages, and at the base rate (None where it has none of its own)."""

    name: str
    asks: str
    here: Measure
    there: Measure | None


@dataclass(frozen=True)
class Desk:
    """What the threshold, the base rate and the costs of an address make of a run. `scores`: for the script."""

    threshold: float
    base: float
    money: Money
    at: Matrix
    crowd: list[Person]
    traffic: list[Person]
    people: Matrix
    rows: list[DeskLine]
    cost: float
    best: float
    best_cost: float
    never: float
    always: float
    curve: str
    scores: list[list[float]]


@dataclass(frozen=True)
class Which:
    """One product, its options in an order that does not give the best away, the one picked, and then the twin's."""

    goals: Sequence[Goal]
    goal: Goal
    options: Sequence[Option]
    pick: str
    twin: str


@dataclass(frozen=True)
class Own:
    """`twenty`: (name, answer, the learner's mark). `desk_asked` and `which_asked`: what of the address belongs to which."""

    twenty: list[tuple[str, judging.Output, str]]
    marked_so_far: int
    desk: Desk | None
    which: Which
    desk_asked: dict[str, str]
    which_asked: dict[str, str]


class Page(ViewsPage):
    views, sets = LABELS, SETS
    lede = (
        "Let a real model sort messages and see what each number says of it. Then score answers by their words, and test a model as a "
        "judge against your own marks."
    )

    def own(self, request: PageRequest, drawn: ViewsForm) -> Own:
        marks = self.keeps(request.typed) if request.typed is not None else request.kept
        return Own(
            twenty=[(name, one, marks.get(f"mark-{name}", "")) for name, one in judging.places()],
            marked_so_far=sum(bool(value) for value in marks.values()),
            desk=desk(request.ended.steps, request.query) if request.ended else None,
            which=which(request.query),
            desk_asked={name: request.query[name] for name in ("threshold", "base", "alarm", "miss") if name in request.query},
            which_asked={name: request.query[name] for name in ("goal", "pick", "twin") if name in request.query},
        )

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

    def parts(self, params: Params, steps: Sequence[Step]) -> Parts:
        told, result = metrics.of_kind(steps), metrics.conclude(steps)
        rows = confusion.scored(told.get("scored", ()))
        return Parts(
            classes=params.task.labels if "confusion" in params.parts else ("", ""),
            at=confusion.matrix(rows, 0.5),
            crowd=[person(row, 0.5) for row in thinned(ordered(rows))],
            every=sorted(rows, key=lambda row: -(row.score or 0))[:LISTED],
            left_out=f"The {LISTED} highest scores of {len(rows):,}." if len(rows) > LISTED else "",
            hard=next((one["why"] for one in told.get("hard", ())), ""),
            unread=sum(bool(one.get("unread")) for one in told.get("scored", ())),
            questions=questions(told.get("overlap", ())),
            signatures=next((step.data["signatures"] for step in steps if "signatures" in step.data), {}),
            judged=judged(told),
            verdict=verdict(result),
            kind_names=KINDS,
        )

    def prompts(self, params: Params) -> list[Prompt]:
        prompts: list[Prompt] = []
        if "confusion" in params.parts and not params.task.scored:
            prompts.append(Prompt(_sent(classifier.request(params, params.drawn[0].text))))
        if "overlap" in params.parts:
            first = overlap.texts(params.texts)[:3]
            prompts += [Prompt(one.text, KINDS[one.kind]) for one in first]
        if "judge" in params.parts:
            one = params.plan.outputs[2 if len(params.plan.outputs) > 2 else 0]
            if {"marks", "again"} & set(params.checks):
                prompts.append(Prompt(_sent(judging.mark_request(params.plan.instruction, one, False, True))))
            pairs = [kind for kind in ("swap", "length") if kind in params.checks]
            prompts += [Prompt(_sent(judging.example_pair(kind)), "each pair twice; then A and B change places") for kind in pairs]
        return prompts

    def conditions(self, params: Params) -> list[str]:
        told = []
        if "confusion" in params.parts:
            drawn = [f"{len(params.drawn)} of {len(params.task.rows)} messages", f"seed {params.seed}"]
            told += ["your scores"] if params.task.scored else drawn
        if "overlap" in params.parts:
            told.append(f"{len(overlap.texts(params.texts))} answers beside a reference")
        if "judge" in params.parts:
            told.append(f"{len(params.plan.outputs)} answers, marks by {params.plan.whose}")
        return told if metrics.asks(params) == "nothing" else [*told, "temperature 0"]


PAGE = Page("metrics")


def _sent(request: Request) -> str:
    return "\n".join(f"{message.role}: {message.content}" for message in request.messages)


# The threshold desk


def desk(steps: Sequence[Step], query: Mapping[str, str]) -> Desk | None:
    """None where nothing was sorted."""
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
    return Desk(
        threshold=threshold,
        base=base,
        money=money,
        at=at,
        crowd=[person(row, threshold) for row in ordered(rows)],
        traffic=crowd(confusion.people(rows, threshold, money.base, CROWD)),
        people=confusion.people(rows, threshold, money.base, 1000),
        rows=_lines(at, money.base),
        cost=at.cost(money).value,
        best=best,
        best_cost=confusion.matrix(rows, best).cost(money).value,
        never=confusion.matrix(rows, 1.01).cost(money).value,
        always=confusion.matrix(rows, 0).cost(money).value,
        curve=" ".join(f"{t * 100:g},{38 - 36 * cost / top:.2f}" for t, cost in costs),
        scores=[[round(row.score or 0, 4), int(row.found)] for row in ordered(rows)],
    )


def _lines(at: Matrix, base: float) -> list[DeskLine]:
    return [
        DeskLine("Precision", "Of the alarms, how many are right?", at.precision, at.precision_at(base)),
        DeskLine("Recall", "Of those to be found, how many were?", at.recall, at.recall),
        DeskLine("F1", "One number between the two", at.f1, None),
        DeskLine("Accuracy", "Of all, how many are right?", at.accuracy, at.accuracy_at(base)),
    ]


def ordered(rows: Sequence[Scored]) -> list[Scored]:
    """Those to be found first; the surest first in each row."""
    return sorted(rows, key=lambda row: (not row.found, -(row.score or 0)))


def thinned(rows: Sequence[Scored]) -> Sequence[Scored]:
    """At most `CROWD` of them, evenly taken: a picture of ten thousand shows no more than one of five hundred."""
    return rows if len(rows) <= CROWD else [rows[i * len(rows) // CROWD] for i in range(CROWD)]


def person(row: Scored, threshold: float) -> Person:
    flagged = (row.score or 0) >= threshold
    return row.found, ("hit" if flagged else "miss") if row.found else ("alarm" if flagged else "left")


def crowd(at: Matrix) -> list[Person]:
    return [(True, "hit")] * at.hits + [(True, "miss")] * at.misses + [(False, "alarm")] * at.alarms + [(False, "left")] * at.left


# The other two


def questions(told: Sequence[Mapping[str, Any]]) -> list[OverlapQuestion]:
    """Answers by the reference they belong to; first where a wrong one lies furthest above a right one."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for one in told:
        found.setdefault(one["reference"], []).append(one)
    gaps = {reference: _gap(answers) for reference, answers in found.items()}
    items = [OverlapQuestion(answers[0]["asked"], one, answers, gaps[one], _found(gaps[one])) for one, answers in found.items()]
    return sorted(items, key=lambda item: -(item.gap or 0))


def _gap(answers: Sequence[Mapping[str, Any]]) -> float | None:
    right = [one["bleu"] for one in answers if one["kind"] in overlap.RIGHT and one["bleu"] is not None]
    wrong = [one["bleu"] for one in answers if one["kind"] in overlap.WRONG and one["bleu"] is not None]
    return max(wrong) - min(right) if right and wrong else None


def _found(gap: float | None) -> str:
    return "" if gap is None else f"wrong answer {gap:.0f} points above" if gap >= 0 else f"right answer {-gap:.0f} points above"


def judged(told: Mapping[str, Sequence[Mapping[str, Any]]]) -> Judged | None:
    """Each pair with what was picked in both orders."""
    marks, again = told.get("judge-marks", ()), {one["id"]: one["said"] for one in told.get("judge-again", ())}
    pairs = []
    for kind in ("swap", "length"):
        by_pair: dict[int, list[Mapping[str, Any]]] = {}
        for one in told.get(f"judge-{kind}", ()):
            by_pair.setdefault(one["i"], []).append(one)
        pairs += [JudgedPair(both[0]["asked"], [(one["first"], one["picked"]) for one in both]) for both in by_pair.values()]
    if not marks and not pairs:
        return None
    return Judged(marks[0]["whose"] if marks else "", marks, again, pairs)


def verdict(result: Result) -> list[TrustRow]:
    """First what has to be reached; then what is only good to know."""
    rows = []
    for name, (label, bar) in TRUSTED.items():
        if name in result.measures:
            measure, most = result.measures[name], name == "swap_flip"
            held = measure.value <= bar if most else measure.value >= bar
            rows.append(TrustRow(held, label, measure, f"asked for is at {'most' if most else 'least'} {bar:g}"))
    return rows + [TrustRow(None, label, result.measures[name], asked) for name, (label, asked) in KNOWN.items() if name in result.measures]


# Which metric for which product?


def which(query: Mapping[str, str]) -> Which:
    goals = loader.metric_goals()
    goal = next((one for one in goals if one.slug == query.get("goal")), goals[0])
    ids = [option.id for option in goal.decide.options]
    pick = query["pick"] if query.get("pick") in ids else ""
    twin = query["twin"] if pick and query.get("twin") in ids else ""
    return Which(goals, goal, shuffled(goal.decide.options, 1, goal.slug), pick, twin)

"""The fine-tuning lab's page: four ways against four kinds of question, and a desk that says which of the cells matter to a product.

/labs/finetuning?run=A&changes=weekly&many=hundreds&source=yes&tone=no#desk
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from fluencylab.actions.runs import fresh_seed
from fluencylab.instruments.base import Step
from fluencylab.labs.finetuning import duel, page_training, recommendation
from fluencylab.labs.finetuning.params import NAMES, READS, WAYS, Params, Part
from fluencylab.labs.finetuning.questions import KINDS
from fluencylab.models.types import Request
from fluencylab.stats import Measure
from fluencylab.web.form import Form
from fluencylab.web.lab_page import PageRequest, Prompt, RunView, Try, ViewsForm, ViewsPage

VIEWS: dict[Part, str] = {"train": "Train it", "ask": "Ask it", "duel": "The duel"}
SETS: dict[Part, tuple[str, ...]] = {
    "train": page_training.FIELDS["train"],
    "ask": page_training.FIELDS["ask"],
    "duel": (
        "adapter", "ways", "kinds", "questions", "unrelated", "passages", "strength", "data", "documents", "instruction", "reading",
        "opening", "closing", "max_tokens",
    ),
}  # fmt: skip
KIND_NAMES = {"seen": "trained", "reworded": "reworded", "new": "new fact", "changed": "changed fact"}
KIND_SAYS = {
    "seen": "the question as it was trained",
    "reworded": "the same fact in other words",
    "new": "in the documents, not in the training",
    "changed": "the documents are newer than the training",
}
WAY_SAYS = {
    "prompt": "an instruction, no documents",
    "examples": "the instruction, and two answers in the house style",
    "rag": "told to answer from the passages that were found, not how",
    "fine-tuned": "the adapter, and nothing but the question",
    "both": "the adapter, and the passages that were found",
}
FIRST = 3
"""Questions of each kind shown open on a sheet; the others are under a fold."""
VERDICTS = {"right": "right", "old": "the old answer", "declined": "did not say", "wrong": "wrong", "unread": "not read"}


class WayLine(NamedTuple):
    """A way: right answers by kind of question, and what it costs. None where nothing was measured."""

    way: str
    cells: Sequence[tuple[str, Measure | None]]
    style: Measure | None
    tokens: Measure | None
    seconds: Measure | None


class AnsweredByWays(NamedTuple):
    """A question, its right answers, and what each way answered."""

    ask: str
    answers: list[str]
    by_way: list[Mapping[str, Any]]


class UnrelatedPair(NamedTuple):
    """What it knew before: one question without the adapter and with it."""

    ask: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]


@dataclass(frozen=True)
class Duel:
    """`found`: how often what was found held the answer, by kind; `about`: the adapter; `latest`: the answers that came last."""

    columns: list[str]
    lines: list[WayLine]
    answers: list[tuple[str, list[AnsweredByWays]]]
    latest: list[Mapping[str, Any]]
    unrelated: list[UnrelatedPair]
    updates: list[tuple[str, list[duel.Update]]]
    found: dict[str, Measure]
    about: Mapping[str, Any] | None
    names: Mapping[str, str]
    kinds: Mapping[str, str]
    kind_says: Mapping[str, str]
    verdicts: Mapping[str, str]
    first: int = FIRST


@dataclass(frozen=True)
class Parts:
    """A training, one question at every strength, or else a duel."""

    train: page_training.Trained | None
    strong: page_training.Strong | None
    duel: Duel


@dataclass(frozen=True)
class Desk:
    """The learner's product in four questions: (name, label, options, what is chosen)."""

    questions: list[tuple[str, str, Sequence[tuple[str, str]], str]]
    points: list[recommendation.Point]
    verdict: str


@dataclass(frozen=True)
class Own:
    training: page_training.TrainingForm
    way_names: Mapping[str, str]
    way_says: Mapping[str, str]
    kind_names: Mapping[str, str]
    kind_says: Mapping[str, str]
    desk: Desk | None


class Page(ViewsPage):
    views, sets, first = VIEWS, SETS, "duel"
    lede = (
        "One task, four ways: tell the model in the prompt, let it look things up, train it, or both. The same questions, the same model; "
        "then argue from what you measured."
    )
    tries = (
        Try("how far a prompt with examples gets", {"ways": "prompt,examples,fine-tuned", "kinds": "seen,new"}),
        Try("only what changed", {"ways": "rag,fine-tuned,both", "kinds": "changed", "questions": "12", "unrelated": "0"}),
    )

    def own(self, request: PageRequest, drawn: ViewsForm) -> Own:
        return Own(
            training=page_training.training_form(),
            way_names=NAMES,
            way_says=WAY_SAYS,
            kind_names=KIND_NAMES,
            kind_says=KIND_SAYS,
            desk=desk(request.ended, request.query) if request.ended else None,
        )

    def params(self, posted: Form, runs: Sequence[RunView]) -> dict[str, Any]:
        given = super().params(posted, runs)
        if given["parts"] == ["train"]:
            page_training.refuse(given)
            return given
        return {**given, "seed": fresh_seed()}

    def parts(self, params: Params, steps: Sequence[Step]) -> Parts:
        return Parts(
            train=page_training.trained(params, steps) if "train" in params.parts else None,
            strong=page_training.strong(steps) if "ask" in params.parts else None,
            duel=_duel(params, steps),
        )

    def prompts(self, params: Params) -> list[Prompt]:
        """What each way is given for the first question; the passages are found in the run."""
        if "duel" not in params.parts:
            return page_training.prompts(params)
        one = params.drawn[0]
        asked = [(way, duel.request(params, way, one.ask, ["…"])) for way in WAYS if way in params.ways]
        return [Prompt(_sent(request), NAMES[way]) for way, request in asked]

    def conditions(self, params: Params) -> list[str]:
        if "duel" not in params.parts:
            return page_training.conditions(params)
        counted = [f"{sum(one.kind == kind for one in params.drawn)} {KIND_NAMES[kind]}" for kind in KINDS if kind in params.kinds]
        told = [f"questions: {', '.join(counted)}"]
        if set(READS) & set(params.ways):
            told.append(f"{params.passages} passages of {duel.SIZE} words at most, found by words and meaning")
        if set(duel.TUNED) & set(params.ways) and params.strength != 1:
            told.append(f"adapter at {params.strength:g}")
        return [*told, "right and styled decided by code", f"seed {params.seed}", "temperature 0"]


PAGE = Page("finetuning")


def _sent(request: Request) -> str:
    return "\n".join(f"{message.role}: {message.content}" for message in request.messages)


def _duel(params: Params, steps: Sequence[Step]) -> Duel:
    found = duel.measures(steps)
    answers = [step.data for step in steps if step.kind == "answer"]
    about = next((step.data for step in steps if step.kind == "adapter"), None)
    return Duel(
        columns=[kind for kind in KINDS if kind in params.kinds],
        lines=[_line(way, found, params) for way in WAYS if way in params.ways],
        answers=_answers(answers),
        latest=[*answers[-3:]],
        unrelated=_unrelated(steps),
        updates=_updates(params, steps, about) if about else [],
        found={kind: found[f"found@{kind}"] for kind in KINDS if f"found@{kind}" in found},
        about=about,
        names=NAMES,
        kinds=KIND_NAMES,
        kind_says=KIND_SAYS,
        verdicts=VERDICTS,
    )


def _line(way: str, found: Mapping[str, Measure], params: Params) -> WayLine:
    cells = [(kind, found.get(f"correct@{way}@{kind}")) for kind in KINDS if kind in params.kinds]
    return WayLine(way, cells, *(found.get(f"{name}@{way}") for name in ("style", "tokens", "seconds")))


def _answers(answers: Sequence[Mapping[str, Any]]) -> list[tuple[str, list[AnsweredByWays]]]:
    """Kind by kind, each question once with the answer of every way; those on which the ways differ come first."""
    found: dict[str, dict[int, AnsweredByWays]] = {}
    for data in answers:
        asked = found.setdefault(data["kind"], {}).setdefault(data["i"], AnsweredByWays(data["ask"], data["answers"], []))
        asked.by_way.append(data)
    return [
        (kind, sorted(found[kind].values(), key=lambda asked: len({one["verdict"] for one in asked.by_way}) == 1))
        for kind in KINDS
        if kind in found
    ]


def _unrelated(steps: Sequence[Step]) -> list[UnrelatedPair]:
    told = [step.data for step in steps if step.kind == "unrelated"]
    before, after = ({data["i"]: data for data in told if bool(data["tuned"]) is tuned} for tuned in (False, True))
    return [UnrelatedPair(data["ask"], data, after[i]) for i, data in before.items() if i in after]


def _updates(params: Params, steps: Sequence[Step], about: Mapping[str, Any]) -> list[tuple[str, list[duel.Update]]]:
    indexes = [step.data for step in steps if step.kind == "index"]
    return [(way, duel.updates(way, about, indexes)) for way in WAYS if way in params.ways]


def desk(shown: RunView, query: Mapping[str, str]) -> Desk | None:
    """None for a run that has nothing to argue from."""
    measures = shown.sheet.result.measures
    if not any(name.startswith("correct@") for name in measures):
        return None
    product = recommendation.Product.read(query)
    return Desk(
        questions=[(name, label, options, getattr(product, name)) for name, label, options in recommendation.QUESTIONS],
        points=recommendation.points(product, measures),
        verdict=recommendation.rank_options(product, measures),
    )

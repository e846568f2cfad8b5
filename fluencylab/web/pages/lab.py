"""The sampling lab's page: one prompt, three views, and the runs that each view shows."""

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from fluencylab.curriculum.schema import Concept
from fluencylab.errors import BadInput, LabError
from fluencylab.instruments import instrument
from fluencylab.instruments.base import Step
from fluencylab.instruments.distribution import Distribution
from fluencylab.instruments.sampling import Params
from fluencylab.models import catalogue
from fluencylab.store import queries
from fluencylab.store.tables import Run
from fluencylab.web.lab import Lab
from fluencylab.web.pages import sampling
from fluencylab.web.pages.sheet import load, sheet

PROMPT = "Write the first sentence of a novel set in Lagos."
TRY = (
    ("many good answers", PROMPT),
    ("one right answer", "What is the capital of France?"),
    ("a wrong answer, steadily", "How many letters r are there in the word strawberry?"),
    ("a form to keep", 'Describe a cup of tea as a JSON object with the keys "name" and "price".'),
)
VIEWS = {"next": "next", "step": "write", "again": "again"}
"""The page's views and the part of the instrument each one shows."""
MOST_RUNS = 24


class Typed(BaseModel):
    """The form as it was typed, not yet believed."""

    model_config = ConfigDict(frozen=True)

    prompt: str = PROMPT
    system: str = ""
    prefix: str = ""
    step_temperature: str = "0.8"
    step_tokens: str = "40"
    temperatures: str = "0, 0.7, 1.3"
    samples: str = "12"
    max_tokens: str = "24"
    kind: str = Field("none", description="none, json or pattern")
    pattern: str = ""

    def params(self, view: str) -> dict[str, Any]:
        """Parameters of the instrument, for one view; the instrument checks them."""
        asked: dict[str, Any] = {"parts": [VIEWS[view]], "prompt": self.prompt, "system": self.system, "prefix": self.prefix}
        if view == "step":
            asked |= {"temperatures": [self.step_temperature], "max_tokens": self.step_tokens}
        if view == "again":
            if self.kind == "pattern" and not self.pattern:
                raise BadInput("There is no pattern to look for yet.", "Type what a valid answer must contain, or choose “anything”.")
            asked |= {"temperatures": _numbers(self.temperatures), "samples": self.samples, "max_tokens": self.max_tokens}
            asked |= {"pattern": {"json": "json", "pattern": self.pattern}.get(self.kind, "")}
        return asked

    @classmethod
    def of(cls, runs: Sequence[tuple[Run, list[Step]]]) -> "Typed":
        """The form as it must have been for these runs."""
        typed: dict[str, Any] = {}
        for run, _ in runs:
            params = Params.model_validate(run.params)
            typed |= {"prompt": params.prompt, "system": params.system}
            if "next" in params.parts:
                typed |= {"prefix": params.prefix}
            if "write" in params.parts:
                typed |= {"step_temperature": f"{params.temperatures[0]:g}", "step_tokens": str(params.max_tokens)}
            if "again" in params.parts:
                kind = {"": "none", "json": "json"}.get(params.pattern, "pattern")
                typed |= {"temperatures": ", ".join(f"{t:g}" for t in params.temperatures), "samples": str(params.samples)}
                typed |= {"max_tokens": str(params.max_tokens), "kind": kind, "pattern": params.pattern if kind == "pattern" else ""}
        return cls(**typed)


class Asked(BaseModel):
    """What the address asks to see. `run`: the runs on the page, oldest first; each finds its view by its parts."""

    run: list[str] = []
    show: str = Field("", description="Which of the answers stepped through is shown; the last, if none is named")
    at: int | None = Field(None, description="The token of it that is opened")
    settings: sampling.Settings = sampling.Settings()
    view: str = ""
    prompt: str = ""


async def lab_page(lab: Lab, concept: Concept, asked: Asked, typed: Typed | None = None, error: LabError | None = None) -> dict[str, Any]:
    """Context of `labs/sampling.html`."""
    found = await _runs(lab, asked.run)
    parts = {view: [pair for pair in found if part in pair[0].params["parts"]] for view, part in VIEWS.items()}
    last = next((view for view, runs in parts.items() if found and found[-1] in runs and view != "next"), "next")
    form = typed or Typed.of(found)
    card = catalogue.current().card()
    return {
        "concept": concept,
        "title": instrument(concept.lab).TITLE,
        "abilities": card.abilities,
        "model_name": card.name,
        "typed": form if typed or not asked.prompt else form.model_copy(update={"prompt": asked.prompt}),
        "settings": asked.settings,
        "tries": TRY,
        "runs": [run.id for run, _ in found],
        "view": asked.view if asked.view in VIEWS else last,
        "error": error,
        "views": {"next": _next(parts["next"], asked), "step": _step(parts["step"], asked), "again": _again(parts["again"])},
        "working": any(run.status in ("queued", "running") for run, _ in found),
    }


async def _runs(lab: Lab, ids: Sequence[str]) -> list[tuple[Run, list[Step]]]:
    """The runs of this learner and this lab among these, each once; a strange id in an old link is left out."""
    found = []
    async with lab.store.read() as session:
        rows = [await queries.run(session, run_id) for run_id in list(dict.fromkeys(ids))[-MOST_RUNS:]]
    for row in rows:
        if row is not None and row.instrument == "sampling" and row.learner_id == lab.learner:
            found.append(await load(lab, row.id))
    return found


def _next(runs: list[tuple[Run, list[Step]]], asked: Asked) -> dict[str, Any] | None:
    if not runs:
        return None
    context = sheet(*runs[-1])
    first = next((step for step in context["steps"] if step.kind == "next"), None)
    if first:
        context["likeliest"] = sampling.likeliest(Distribution.model_validate(first.data), asked.settings)
    return context


def _step(runs: list[tuple[Run, list[Step]]], asked: Asked) -> dict[str, Any] | None:
    if not runs:
        return None
    answers = [_answer(run, steps) for run, steps in runs]
    run, steps = next((pair for pair in runs if pair[0].id == asked.show), runs[-1])
    answer = _answer(run, steps)
    tree = sampling.branches(answers, run.id)
    context = sheet(run, steps) | {"branches": tree, "at": asked.at, "opened": None}
    if answer.step:
        fork = next(branch.fork for branch in tree if branch.id == run.id)
        context["pieces"] = sampling.pieces(answer.params, answer.step, fork)
        context["opened"] = sampling.alternatives(answer.step, asked.at) if asked.at is not None else None
    return context


def _again(runs: list[tuple[Run, list[Step]]]) -> dict[str, Any] | None:
    return sheet(*runs[-1]) if runs else None


def _answer(run: Run, steps: list[Step]) -> sampling.Answer:
    written = next((step for step in steps if step.kind == "write"), None)
    return sampling.Answer(run.id, Params.model_validate(run.params), written)


async def branch(lab: Lab, run_id: str, at: int, take: int) -> dict[str, Any]:
    """Parameters of the run that goes another way at token `at` of an earlier one."""
    run, steps = await load(lab, run_id)
    if run.instrument != "sampling" or "write" not in run.params["parts"]:
        raise BadInput("This run wrote nothing to go on from.", "Choose an answer from the list.")
    start = sampling.start_of_branch(_answer(run, steps), at, take)
    if start is None:
        raise BadInput("From this token the model cannot go on.", "Choose another one.")
    return {**run.params, "parts": ["write"], "prefix": start}


def settings(**given: str) -> sampling.Settings:
    """The sliders from an address; what cannot be read is left as it is by itself."""
    try:
        return sampling.Settings.model_validate({name: value for name, value in given.items() if value})
    except ValidationError:
        return sampling.Settings()


def _numbers(text: str) -> list[str]:
    return text.replace(",", " ").replace(";", " ").split()

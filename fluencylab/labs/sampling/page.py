"""The sampling lab's page: one prompt, three views, and the runs that each view shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from fluencylab.actions.runs import fresh_seed
from fluencylab.errors import BadInput
from fluencylab.instruments.base import Step
from fluencylab.labs.sampling import page_parts as sampling
from fluencylab.labs.sampling.distribution import Distribution
from fluencylab.labs.sampling.instrument import Params
from fluencylab.web.form import Form
from fluencylab.web.lab_page import DrawnForm, LabPage, PageRequest, RunView, Sheet, further

PROMPT = "Write the first sentence of a novel set in Lagos."
TRY = (
    ("many good answers", PROMPT),
    ("one right answer", "What is the capital of France?"),
    ("a wrong answer, steadily", "How many letters r are there in the word strawberry?"),
    ("a form to keep", 'Describe a cup of tea as a JSON object with the keys "name" and "price".'),
)
VIEWS = {"next": "next", "step": "write", "again": "again"}
"""The page's views and the part of the instrument each one shows."""


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
    def sent(cls, form: Form) -> "Typed":
        return cls.model_validate({name: form[name] for name in cls.model_fields if name in form})

    @classmethod
    def of(cls, runs: Sequence[RunView]) -> "Typed":
        """The form as it must have been for these runs."""
        typed: dict[str, Any] = {}
        for params in (shown.params for shown in runs):
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


@dataclass(frozen=True)
class Own:
    """The page's views, each with the sheet it shows; None before a run of it."""

    typed: Typed
    tries: tuple[tuple[str, str], ...]
    view: str
    next: Sheet | None
    step: Sheet | None
    again: Sheet | None


class Page(LabPage):
    """With `origin`, `at` and `take` the form sends an earlier answer another way at one of its tokens."""

    def own(self, asked: PageRequest, drawn: DrawnForm) -> Own:
        """`show`: which of the answers stepped through is seen; `at`: its token that is opened."""
        parts = {view: [shown for shown in asked.runs if part in shown.params.parts] for view, part in VIEWS.items()}
        last = next((view for view, runs in parts.items() if asked.runs and asked.runs[-1] in runs and view != "next"), "next")
        view = (asked.typed or asked.query).get("view", "")
        return Own(
            typed=_typed(asked),
            tries=TRY,
            view=view if view in VIEWS else last,
            next=_next(parts["next"], _settings(asked.query)),
            step=_step(parts["step"], asked),
            again=_again(parts["again"][-1].sheet) if parts["again"] else None,
        )

    def params(self, posted: Form, runs: Sequence[RunView]) -> dict[str, Any]:
        view = posted.get("view", "next")
        if view not in VIEWS:
            raise BadInput("There is no such view.", "Go back and choose one of the three.")
        at, take = _whole(posted.get("at", "")), _whole(posted.get("take", ""))
        origin = posted.get("origin", "")
        if origin and at is not None and take is not None:
            return branch(next((shown for shown in runs if shown.run.id == origin), None), at, take)
        return Typed.sent(posted).params(view) | ({} if view == "next" else {"seed": fresh_seed()})

    def place(self, posted: Form) -> str:
        return posted.get("view", "next")

    def parts(self, params: Params, steps: Sequence[Step]) -> sampling.Parts:
        return sampling.parts(params, steps)

    def conditions(self, params: Params) -> list[str]:
        settings = params.model_dump(mode="json")
        if "again" in params.parts:
            seeds = f"seeds {params.seed}–{params.seed + params.samples - 1}"
            return [f"n {params.samples} per temperature", seeds, *further(settings)]
        return [f"temperature {params.temperatures[0]:g}", f"seed {params.seed}"] if "write" in params.parts else ["before any setting"]


PAGE = Page("sampling")


def _typed(asked: PageRequest) -> Typed:
    if asked.typed is not None:
        return Typed.sent(asked.typed)
    form, prompt = Typed.of(asked.runs), asked.query.get("prompt", "")
    return form.model_copy(update={"prompt": prompt}) if prompt else form


def _next(runs: Sequence[RunView], settings: sampling.Settings) -> Sheet | None:
    if not runs:
        return None
    first = next((step for step in runs[-1].steps if step.kind == "next"), None)
    likeliest = sampling.likeliest(Distribution.model_validate(first.data), settings) if first else None
    return replace(runs[-1].sheet, groups=[], charts=[], parts=sampling.Parts(likeliest, None, None, None))


def _step(runs: Sequence[RunView], asked: PageRequest) -> Sheet | None:
    if not runs:
        return None
    shown = next((shown for shown in runs if shown.run.id == asked.query.get("show", "")), runs[-1])
    answer, at = _answer(shown), _whole(asked.query.get("at", ""))
    tree = sampling.branches([_answer(one) for one in runs], shown.run.id)
    parts = sampling.Parts(None, None, None, None, asked.card.abilities.logprobs, tree, at)
    if answer.step:
        fork = next(branch.fork for branch in tree if branch.id == shown.run.id)
        pieces = sampling.pieces(answer.params, answer.step, fork)
        opened = sampling.alternatives(answer.step, at) if at is not None else None
        parts = replace(parts, pieces=pieces, written=answer.step.data, opened=opened)
    return replace(shown.sheet, groups=[], charts=[], parts=parts)


def _again(sheet: Sheet) -> Sheet:
    """The first tokens have a view of their own."""
    return replace(sheet, parts=replace(sheet.parts, likeliest=None))


def _answer(shown: RunView) -> sampling.Answer:
    written = next((step for step in shown.steps if step.kind == "write"), None)
    return sampling.Answer(shown.run.id, shown.params, written)


def branch(shown: RunView | None, at: int, take: int) -> dict[str, Any]:
    """Parameters of the run that goes another way at token `at` of an earlier one."""
    if shown is None or "write" not in shown.params.parts:
        raise BadInput("This run wrote nothing to go on from.", "Choose an answer from the list.")
    start = sampling.start_of_branch(_answer(shown), at, take)
    if start is None:
        raise BadInput("From this token the model cannot go on.", "Choose another one.")
    return {**shown.run.params, "parts": ["write"], "prefix": start}


def _settings(query: Mapping[str, str]) -> sampling.Settings:
    """The sliders from an address; what cannot be read is left as it is by itself."""
    try:
        return sampling.Settings.model_validate({name: query[name] for name in sampling.Settings.model_fields if query.get(name)})
    except ValidationError:
        return sampling.Settings()


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else None


def _numbers(text: str) -> list[str]:
    return text.replace(",", " ").replace(";", " ").split()

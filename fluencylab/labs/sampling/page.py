"""The sampling lab's page: one prompt, three views, and the runs that each view shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from pydantic import ValidationError

from fluencylab.actions.runs import fresh_seed
from fluencylab.errors import BadInput
from fluencylab.instruments.base import Step
from fluencylab.labs.sampling import page_parts as sampling
from fluencylab.labs.sampling.distribution import Distribution
from fluencylab.labs.sampling.instrument import HOTTEST, Params
from fluencylab.web import form
from fluencylab.web.form import Drawn, Form, Value
from fluencylab.web.lab_page import PageRequest, RunView, Sheet, Try, ViewsForm, ViewsPage, further

View = Literal["next", "write", "again"]
LABELS: dict[View, str] = {"next": "Next token", "write": "Step through", "again": "Again and again"}
HASHES: dict[View, str] = {"next": "next", "write": "step", "again": "again"}
"""What each is called behind the # of an address."""
SETS: dict[View, tuple[str, ...]] = {"next": (), "write": (), "again": ("temperatures", "samples", "max_tokens", "pattern")}
COMMON = ("prompt", "system", "prefix")
PROMPT = "Write the first sentence of a novel set in Lagos."
EMPTY: dict[str, Value] = {
    "prompt": PROMPT,
    "temperatures": "0, 0.7, 1.3",
    "step_temperature": "0.8",
    "step_tokens": "40",
    "kind": "none",
}
"""What the form begins with, where that is not the instrument's default. The last three are the page's own fields."""
OWN = ("step_temperature", "step_tokens", "kind")
KINDS = {"none": "anything goes", "json": "valid JSON", "pattern": "it contains a pattern"}
SAYS = {
    "prefix": "The model goes on from here, as if these words were its own.",
    "temperatures": f"Up to six, from 0 to {HOTTEST}.",
    "pattern": "A word is a pattern: Paris. Either of two: Paris|Lyon. Any number: [0-9]+ . Capitals do not matter. "
    "(A regular expression.)",
}
"""The help on the page; the other fields need none."""


@dataclass(frozen=True)
class Own:
    """The sheet of each view, None before a run of it; the sliders, and `plain`, where they change nothing; what counts as valid."""

    now: Mapping[View, Sheet | None]
    sliders: Sequence[Drawn]
    plain: Mapping[str, Any]
    kind: Value
    valid: Mapping[str, str]
    hashes: Mapping[View, str]


class Page(ViewsPage):
    """With `origin`, `at` and `take` the form sends an earlier answer another way at one of its tokens."""

    views, sets = LABELS, SETS
    common = COMMON
    tries = (
        Try("many good answers", {"prompt": PROMPT}),
        Try("one right answer", {"prompt": "What is the capital of France?"}),
        Try("a wrong answer, steadily", {"prompt": "How many letters r are there in the word strawberry?"}),
        Try("a form to keep", {"prompt": 'Describe a cup of tea as a JSON object with the keys "name" and "price".'}),
    )

    def form(self, request: PageRequest) -> ViewsForm:
        drawn = super().form(request)
        return replace(drawn, fields=_fields(drawn.by_name, self._typed(request)))

    def own(self, request: PageRequest, drawn: ViewsForm) -> Own:
        """`show`: which of the answers stepped through is seen; `at`: its token that is opened."""
        runs = {view: [shown for shown in request.runs if view in shown.params.parts] for view in LABELS}
        sliders = _settings(request.query)
        return Own(
            now={"next": _next(runs["next"], sliders), "write": _write(runs["write"], request), "again": _again(runs["again"])},
            sliders=form.fields(sampling.Settings, form.values(sliders)),
            plain=sampling.Settings().model_dump(),
            kind=self._typed(request)["kind"],
            valid=KINDS,
            hashes=HASHES,
        )

    def _typed(self, request: PageRequest) -> dict[str, Value]:
        """The page's own fields, as they were typed, or as the runs tell."""
        if request.typed is not None:
            return _own(request.typed)
        values = self.values(request)
        return {name: values[name] for name in OWN}

    def values(self, request: PageRequest) -> dict[str, Value]:
        """The form as it must have been for these runs: each tells of its own view."""
        values = dict(EMPTY)
        for one in request.runs:
            told, params = form.values(one.params), one.params
            view = next((view for view in LABELS if view != "next" and view in params.parts), "next")
            values |= {"prompt": told["prompt"], "system": told["system"], "parts": [view]}
            if "next" in params.parts:
                values |= {"prefix": told["prefix"]}
            if "write" in params.parts:
                values |= {"step_temperature": f"{params.temperatures[0]:g}", "step_tokens": told["max_tokens"]}
            if "again" in params.parts:
                kind = {"": "none", "json": "json"}.get(params.pattern, "pattern")
                values |= {name: told[name] for name in SETS["again"]} | {"kind": kind}
                values |= {} if kind == "pattern" else {"pattern": ""}
        return values

    def params(self, posted: Form, runs: Sequence[RunView]) -> dict[str, Any]:
        at, take = _whole(posted.get("at", "")), _whole(posted.get("take", ""))
        origin = posted.get("origin", "")
        if origin and at is not None and take is not None:
            return branch(next((shown for shown in runs if shown.run.id == origin), None), at, take)
        given, own = super().params(posted, runs), _own(posted)
        if given["parts"] == ["write"]:
            given |= {"temperatures": [own["step_temperature"]], "max_tokens": own["step_tokens"]}
        if given["parts"] == ["again"]:
            given["pattern"] = _pattern(own["kind"], given.get("pattern", ""))
        return given if given["parts"] == ["next"] else given | {"seed": fresh_seed()}

    def parts(self, params: Params, steps: Sequence[Step]) -> sampling.Parts:
        return sampling.parts(params, steps)

    def conditions(self, params: Params) -> list[str]:
        settings = params.model_dump(mode="json")
        if "again" in params.parts:
            seeds = f"seeds {params.seed}–{params.seed + params.samples - 1}"
            return [f"n {params.samples} per temperature", seeds, *further(settings)]
        return [f"temperature {params.temperatures[0]:g}", f"seed {params.seed}"] if "write" in params.parts else ["before any setting"]


PAGE = Page("sampling")


def _own(posted: Form) -> dict[str, Value]:
    return {name: posted.get(name, str(EMPTY[name])) for name in OWN}


def _fields(by_name: Mapping[str, Drawn], own: Mapping[str, Value]) -> list[Drawn]:
    """Those of `Params` in the page's words, and the two of stepping through, which have the bounds of the sliders and of `max_tokens`."""
    temperature, tokens = form.fields(sampling.Settings, {})[0], by_name["max_tokens"]
    prompt = by_name["prompt"]._replace(bounds={**by_name["prompt"].bounds, "required": True})
    pattern = by_name["pattern"]._replace(kind="line", voice="model")
    said = {**by_name, "prompt": prompt, "pattern": pattern}
    drawn = {name: field._replace(help=SAYS.get(name, "")) for name, field in said.items()}
    slider = {**temperature.slider, "step": 0.1}
    told = {"step_temperature": temperature._replace(slider=slider), "step_tokens": tokens._replace(label="Longest answer, in tokens")}
    return [*drawn.values(), *(field._replace(name=name, value=own[name], help="") for name, field in told.items())]


def _pattern(kind: Value, pattern: str) -> str:
    if kind == "pattern" and not pattern:
        raise BadInput("There is no pattern to look for yet.", "Type what a valid answer must contain, or choose “anything”.")
    return {"json": "json", "pattern": pattern}.get(str(kind), "")


def _next(runs: Sequence[RunView], settings: sampling.Settings) -> Sheet | None:
    if not runs:
        return None
    first = next((step for step in runs[-1].steps if step.kind == "next"), None)
    likeliest = sampling.likeliest(Distribution.model_validate(first.data), settings) if first else None
    return replace(runs[-1].sheet, groups=[], charts=[], parts=sampling.Parts(likeliest, None, False, None))


def _write(runs: Sequence[RunView], request: PageRequest) -> Sheet | None:
    """With `branches`, the answers so far as a tree, and `opened`, what token `at` of the one that is shown could have been."""
    if not runs:
        return None
    shown = next((shown for shown in runs if shown.run.id == request.query.get("show")), runs[-1])
    answer, at = _answer(shown), _whole(request.query.get("at", ""))
    tree = sampling.branches([_answer(one) for one in runs], shown.run.id)
    parts = replace(shown.sheet.parts, likeliest=None, cost=None, branches=tree, at=at, runs=[one.run.id for one in request.runs])
    if answer.step:
        fork = next(branch.fork for branch in tree if branch.id == shown.run.id)
        opened = sampling.alternatives(answer.step, at) if at is not None else None
        parts = replace(parts, pieces=sampling.pieces(answer.params, answer.step, fork), opened=opened)
    return replace(shown.sheet, groups=[], charts=[], parts=parts)


def _again(runs: Sequence[RunView]) -> Sheet | None:
    if not runs:
        return None
    sheet = runs[-1].sheet
    return replace(sheet, parts=sampling.Parts(None, None, False, sheet.parts.cost))


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

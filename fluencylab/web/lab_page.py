"""What a lab's page is: a form, a sheet, a line of conditions. `LabPage` draws any instrument; a lab overrides what it does better.

    @dataclass(frozen=True)
    class Parts:                             what the lab's sheet shows beyond answers and charts: a dataclass of the lab's own
        bars: list[Bar]

    class Page(LabPage):                     labs/latency/page.py
        def parts(self, params: Params, steps: Sequence[Step]) -> Parts: ...
    PAGE = Page("latency")

Two templates, each where there is one, in the lab's folder; its style is static/lab.css, its script static/lab.js.

    templates/sheet.html    a run, wherever it is shown: `sheet` (a Sheet), `parts` (what `parts` returned), `own` (on the lab's own
                            page what `own` returned, elsewhere none)
    templates/lab.html      extends "lab.html", the lab's own page: `form` (what `form` returned), `sheet` (of the run that is shown, or
                            none), `own`, and what else stands in `pages/lab.py`

So a template reaches what a lab made by one name, `{{ parts.bars }}` and `{{ own.desk }}`; no name of a lab's hides one of the core's.
What is returned is handed on as it is, never copied; a lab with nothing to add returns None. A name that is not there is an error, in
Python and in the template alike. A page is pure: runs are handed to it, and it starts none.
"""

import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from fluencylab.charts.base import Chart, Group
from fluencylab.errors import BadInput, LabError
from fluencylab.instruments import instrument
from fluencylab.instruments.base import Instrument, Result, Step
from fluencylab.instruments.durations import times
from fluencylab.instruments.missing import joined
from fluencylab.models.types import ModelInfo
from fluencylab.runs.feed import RunState
from fluencylab.stats import Measure
from fluencylab.store.tables import Run
from fluencylab.web import form
from fluencylab.web.answer_groups import AnswerGroup, answer_group
from fluencylab.web.form import Drawn, Form, Value
from fluencylab.workbench.measurement import Unit

FURTHER = (("top_p", "top-p"), ("top_k", "top-k"), ("min_p", "min-p"), ("max_tokens", "max tokens"))


@dataclass(frozen=True)
class Used:
    """What a run cost: its calls, and the tokens of them all."""

    calls: int
    prompt: int
    completion: int
    cached: int
    thinking: int = 0
    """Of what was written, what was thought"""


@dataclass(frozen=True)
class CallTime:
    """A part of a call on its clock, in milliseconds."""

    name: str
    start_ms: float
    end_ms: float
    note: str


@dataclass(frozen=True)
class OneCall:
    """One call, opened up: its answer, where the time went, and how to make it again outside the lab."""

    answer: str
    timing: Mapping[str, Any]
    usage: Mapping[str, int]
    finish: str
    segments: list[CallTime]
    waits: list[str]
    """Until the first thought, the first word and the last, in one unit"""
    curl: str
    python: str
    thinking: str = ""
    missing: str = ""
    """Why there is no answer"""


@dataclass(frozen=True)
class MissingCalls:
    """The calls of a run that brought no answer."""

    says: str
    many: bool
    """So many that it is said before anything else"""
    rows: list[list[str]]


@dataclass(frozen=True)
class Sheet:
    """A run as it stands: what it has given so far, what it adds up to, and under which conditions."""

    run: Run
    params: Any
    """Of the instrument's own class"""
    steps: Sequence[Step]
    result: Result
    progress: RunState
    ended: bool
    groups: Sequence[Group]
    charts: Sequence[Chart]
    """None before the end"""
    conditions: str
    """The grey line"""
    seconds: float | None
    used: Used | None
    """None where the steps do not tell"""
    unit: str
    """What is counted, "calls" """
    parts: Any
    """What the lab's page adds to every sheet of its runs"""
    compact: bool = False
    """On the page of an exercise, which says itself what was measured"""
    call: OneCall | None = None
    """Of the first call alone"""
    own: Any = None
    """On the lab's own page: what that page adds"""
    missing: MissingCalls | None = None
    lacking: Sequence[str] = ()
    """Settings that could not be in force on this model, a sentence each"""
    thoughts: Sequence[tuple[str, str]] = ()
    """What the model thought before its answers: of what, and the text"""
    trouble: LabError | None = None
    """Why the lab itself does not draw this run: it is not here, or has a fault"""

    @cached_property
    def answer_groups(self) -> list[AnswerGroup]:
        """The groups as a page shows them: each answer once, and of very many the first."""
        return [answer_group(group) for group in self.groups]

    @property
    def took(self) -> str:
        """How long the whole run took, named as that: its calls have times of their own. Empty where nothing tells."""
        return "" if self.seconds is None else f"the whole run took {times(self.seconds * 1000)[0]}"

    @property
    def says(self) -> str:
        """What it adds up to, and how many calls brought no answer: first, where they are many."""
        if self.missing is None:
            return self.result.says
        return joined(self.missing.says, self.result.says, self.missing.many)


class RunView(NamedTuple):
    """A run on the page, and its sheet."""

    run: Run
    steps: list[Step]
    sheet: Sheet

    @property
    def params(self) -> Any:
        return self.sheet.params


class PageRequest(NamedTuple):
    """What is to be shown. `runs`: those on the page, oldest first. `typed`: a form that could not be run, with its `error`.
    `kept`: what the form kept from earlier visits."""

    runs: list[RunView]
    query: Mapping[str, str]
    card: ModelInfo
    typed: Form | None = None
    error: LabError | None = None
    kept: Mapping[str, str] = {}

    @property
    def shown(self) -> RunView | None:
        """The run whose sheet is seen: the one the address names, or the last."""
        named = (one for one in self.runs if one.run.id == self.query.get("show"))
        return next(named, self.runs[-1] if self.runs else None)

    @property
    def ended(self) -> RunView | None:
        """The run that is seen, once it has ended."""
        return self.shown if self.shown and self.shown.sheet.ended else None


class WorkedOut(NamedTuple):
    """What a lab's own page works out of its runs and of what is typed there, such as a month's bill: it can be kept on a product.

    `numbers`: name -> what it is called, its unit (share, seconds, dollars, number) and the measure.
    `conditions`: what has to be the same for it to come out again, as sentences.
    """

    name: str
    title: str
    says: str
    numbers: Mapping[str, tuple[str, Unit, Measure]]
    conditions: str


class Prompt(NamedTuple):
    """Something the model is given, and who says it: "" where that needs no word."""

    text: str
    who: str = ""


class Try(NamedTuple):
    """A suggestion: what it is called, and the fields it fills."""

    label: str
    values: dict[str, str]


@dataclass(frozen=True)
class DrawnForm:
    """A lab's form, filled in. `by_name`: the same fields, for a template that puts each in its place."""

    fields: Sequence[Drawn]
    tries: Sequence[Try]

    @cached_property
    def by_name(self) -> dict[str, Drawn]:
        return {field.name: field for field in self.fields}


@dataclass(frozen=True)
class ViewsForm(DrawnForm):
    """`part`: the view that is shown; `labels`: what each is called."""

    part: str
    labels: Mapping[Any, str]


class LabPage:
    lede = ""
    """One or two sentences under the title; without them the first line of the instrument's docstring stands there."""
    tries: tuple[Try, ...] = ()

    def __init__(self, name: str) -> None:
        self.name = name

    @cached_property
    def instrument(self) -> Instrument:
        return instrument(self.name)

    def form(self, request: PageRequest) -> DrawnForm:
        """The form as it was typed; else that of the run that is shown, with what the address fills in."""
        if request.typed is not None:
            values = form.typed(self.instrument.Params, request.typed)
        else:
            values = self.values(request) | form.asked(self.instrument.Params, request.query)
        return DrawnForm(form.fields(self.instrument.Params, values), self.tries)

    def own(self, request: PageRequest, drawn: Any) -> object:
        """What the lab's own page shows beyond its form and its runs: `own` in its templates. `drawn`: what `form` returned."""
        return None

    def worked(self, own: Any) -> list[WorkedOut]:
        """What of the page can be kept on a product beside its runs. `own`: what `own` returned."""
        return []

    def values(self, request: PageRequest) -> dict[str, Value]:
        """What stands in the form while these runs are on the page, before the address fills in more."""
        return form.values(request.shown.params) if request.shown else {}

    def params(self, posted: Form, runs: Sequence[RunView]) -> dict[str, Any]:
        """The instrument's parameters, not yet checked, out of the form; `runs` are those the form names."""
        return form.read(self.instrument.Params, posted)

    def place(self, posted: Form) -> str:
        """The id of the element to which the page opens after a run was started."""
        return "result"

    def keeps(self, posted: Form) -> dict[str, str]:
        """What of the form is kept from one visit to the next, whether or not it is run; an empty value takes it out."""
        return {}

    def parts(self, params: Any, steps: Sequence[Step]) -> object:
        """What the lab's sheet shows beyond answers and charts, on every page that shows a run: `parts` in its templates."""
        return None

    def used(self, steps: Sequence[Step]) -> Used | None:
        """What a run cost, of steps that carry their call's `usage`."""
        return total([step.data["usage"] for step in steps if isinstance(step.data.get("usage"), dict)])

    def prompts(self, params: Any) -> list[Prompt]:
        """What the model is given, as a mission shows it before the run."""
        system, prompt, prefix = (getattr(params, name, "") for name in ("system", "prompt", "prefix"))
        told = [Prompt(system, "system"), Prompt(prompt, "user" if system else ""), Prompt(prefix, "start of the answer")]
        return [one for one in told if one.text]

    def conditions(self, params: Any) -> list[str]:
        """The lab's part of the grey line: settings, seeds, how many."""
        settings = params.model_dump(mode="json")
        told = [f"temperature {settings['temperature']}"] if "temperature" in settings else []
        if "seed" in settings:
            told.append(f"seed {settings['seed']}")
        return told + further(settings)

    def about(self) -> str:
        first = (inspect.getdoc(self.instrument) or "").partition("\n")[0].partition(": ")[2]
        return self.lede or first[:1].upper() + first[1:]


class ViewsPage(LabPage):
    """A page with several views of its instrument: the parameter `parts` names the one that is shown, and only its fields are run."""

    views: Mapping[Any, str] = {}
    """What each is called, in their order."""
    first = ""
    """The one a new page opens with; without it the first of them."""
    sets: Mapping[Any, tuple[str, ...]] = {}
    """The fields of each, and in `common` those of all."""
    common: tuple[str, ...] = ()

    def form(self, request: PageRequest) -> ViewsForm:
        drawn = super().form(request)
        chosen = drawn.by_name["parts"].value
        part = chosen[0] if isinstance(chosen, list) and chosen and chosen[0] in self.views else self._first
        return ViewsForm(drawn.fields, drawn.tries, part, self.views)

    def params(self, posted: Form, runs: Sequence[RunView]) -> dict[str, Any]:
        part = posted.get("parts", self._first)
        if part not in self.views:
            raise BadInput("There is no such view.", "Choose one of those on the page.")
        given = super().params(posted, runs)
        return {**{name: given[name] for name in (*self.sets[part], *self.common) if name in given}, "parts": [part]}

    @property
    def _first(self) -> str:
        return self.first or next(iter(self.views))


def further(settings: Mapping[str, Any]) -> list[str]:
    """The sampling settings that are set. A filter at 0 is off and not named."""
    return [f"{told} {settings[name]:g}" for name, told in FURTHER if settings.get(name)]


def total(usages: Sequence[Mapping[str, int]], calls: int | None = None) -> Used | None:
    """The tokens of all, and how many calls they were; None where no call tells."""
    if not usages:
        return None
    kinds = ("prompt", "completion", "cached", "thinking")
    return Used(len(usages) if calls is None else calls, *(sum(one.get(kind, 0) for one in usages) for kind in kinds))

"""What a lab's page is: a form, a sheet, a line of conditions. `LabPage` draws any instrument; a lab overrides what it does better.

    class Page(LabPage):                    labs/latency/page.py
        def parts(self, params, steps): ...      more for its sheet, labs/latency/templates/sheet.html
    PAGE = Page("latency")

Its template is templates/lab.html in its folder, where there is one (it extends `lab.html`), its style static/lab.css, its script
static/lab.js. A page is pure: runs are handed to it, and it starts none.
"""

import inspect
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from fluencylab.errors import BadInput, LabError
from fluencylab.instruments import instrument
from fluencylab.instruments.base import Instrument, Step
from fluencylab.models.types import ModelInfo
from fluencylab.store.tables import Run
from fluencylab.web import form
from fluencylab.web.form import Form, Value

FURTHER = (("top_p", "top-p"), ("top_k", "top-k"), ("min_p", "min-p"), ("max_tokens", "max tokens"))


class RunView(NamedTuple):
    """A run on the page, and the context of its sheet (`pages/sheet.py`)."""

    run: Run
    steps: list[Step]
    sheet: dict[str, Any]

    @property
    def params(self) -> Any:
        return self.sheet["params"]


class PageRequest(NamedTuple):
    """What is to be shown. `runs`: those on the page, oldest first. `typed`: a form that could not be run, with its `error`.
    `kept`: what the form kept from earlier visits."""

    runs: list[RunView]
    query: Mapping[str, str]
    card: ModelInfo
    typed: Form | None = None
    error: LabError | None = None
    kept: Mapping[str, str] = {}


class Prompt(NamedTuple):
    """Something the model is given, and who says it: "" where that needs no word."""

    text: str
    who: str = ""


class Try(NamedTuple):
    """A suggestion: what it is called, and the fields it fills."""

    label: str
    values: dict[str, str]


class LabPage:
    lede = ""
    """One or two sentences under the title; without them the first line of the instrument's docstring stands there."""
    tries: tuple[Try, ...] = ()

    def __init__(self, name: str) -> None:
        self.name = name

    @cached_property
    def instrument(self) -> Instrument:
        return instrument(self.name)

    def context(self, asked: PageRequest) -> dict[str, Any]:
        """What the lab's template needs beyond `pages/lab.py`."""
        shown = next((shown for shown in asked.runs if shown.run.id == asked.query.get("show")), asked.runs[-1] if asked.runs else None)
        if asked.typed is not None:
            values = form.typed(self.instrument.Params, asked.typed)
        else:
            values = self.values(asked.runs, shown) | form.asked(self.instrument.Params, asked.query)
        own = shown.sheet if shown else {}
        return {**own, "shown": shown, "fields": form.fields(self.instrument.Params, values), "tries": self.tries}

    def values(self, runs: Sequence[RunView], shown: RunView | None) -> dict[str, Value]:
        """What stands in the form while these runs are on the page, before the address fills in more."""
        return form.values(shown.params) if shown else {}

    def params(self, posted: Form, runs: Sequence[RunView]) -> dict[str, Any]:
        """The instrument's parameters, not yet checked, out of the form; `runs` are those the form names."""
        return form.read(self.instrument.Params, posted)

    def place(self, posted: Form) -> str:
        """The id of the element to which the page opens after a run was started."""
        return "result"

    def keeps(self, posted: Form) -> dict[str, str]:
        """What of the form is kept from one visit to the next, whether or not it is run; an empty value takes it out."""
        return {}

    def parts(self, params: Any, steps: Sequence[Step]) -> dict[str, Any]:
        """What the lab's sheet needs beyond answers and charts, on every page that shows a run."""
        return {}

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

    def context(self, asked: PageRequest) -> dict[str, Any]:
        drawn = super().context(asked)
        by_name = {field.name: field for field in drawn["fields"]}
        chosen = by_name["parts"].value
        part = chosen[0] if isinstance(chosen, list) and chosen and chosen[0] in self.views else self._first
        return {**drawn, "by_name": by_name, "part": part, "labels": self.views}

    def params(self, posted: Form, runs: Sequence[RunView]) -> dict[str, Any]:
        part = posted.get("parts", self._first)
        if part not in self.views:
            raise BadInput("There is no such view.", "Go back and choose one of those on the page.")
        given = super().params(posted, runs)
        return {**{name: given[name] for name in (*self.sets[part], *self.common) if name in given}, "parts": [part]}

    @property
    def _first(self) -> str:
        return self.first or next(iter(self.views))


def further(settings: Mapping[str, Any]) -> list[str]:
    """The sampling settings that are set. A filter at 0 is off and not named."""
    return [f"{told} {settings[name]:g}" for name, told in FURTHER if settings.get(name)]

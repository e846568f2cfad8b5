"""An installed lab's `page.py`, held to what `lab_page.LabPage` promises."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from fluencylab.instruments.base import Step
from fluencylab.labs.guard import guard_of
from fluencylab.labs.lab import Lab, printable
from fluencylab.web.form import Form
from fluencylab.web.lab_page import DrawnForm, LabPage, PageRequest, Prompt, RunView, Used, WorkedOut

T = TypeVar("T")


class GuestPage(LabPage):
    def __init__(self, lab: Lab, page: Any) -> None:
        super().__init__(lab.name)
        self._guard, self._page = guard_of(lab), page

    def _is(self, kind: type[T], what: str, work: Callable[[], object]) -> T:
        given = self._guard(f"{what} of its page", work)
        if not isinstance(given, kind):
            raise self._guard.wrong(f"{what} of its page gave a {type(given).__name__}, not a {kind.__name__}")
        return given

    def about(self) -> str:
        return printable(self._is(str, "about", self._page.about), 600)

    def form(self, request: PageRequest) -> DrawnForm:
        return self._is(DrawnForm, "form", lambda: self._page.form(request))

    def own(self, request: PageRequest, drawn: Any) -> object:
        return self._is(object, "own", lambda: self._page.own(request, drawn))

    def worked(self, own: Any) -> list[WorkedOut]:
        return [WorkedOut(*one) for one in self._is(list, "worked", lambda: self._page.worked(own))]

    def params(self, posted: Form, runs: Sequence[RunView]) -> dict[str, Any]:
        return self._is(dict, "params", lambda: self._page.params(posted, runs))

    def place(self, posted: Form) -> str:
        return self._is(str, "place", lambda: self._page.place(posted))

    def keeps(self, posted: Form) -> dict[str, str]:
        return {str(name): str(value) for name, value in self._is(dict, "keeps", lambda: self._page.keeps(posted)).items()}

    def parts(self, params: Any, steps: Sequence[Step]) -> object:
        return self._is(object, "parts", lambda: self._page.parts(params, steps))

    def used(self, steps: Sequence[Step]) -> Used | None:
        counted: Used | None = self._guard("used of its page", lambda: self._page.used(steps))
        return counted

    def prompts(self, params: Any) -> list[Prompt]:
        return [Prompt(str(text), str(who)) for text, who in self._is(list, "prompts", lambda: self._page.prompts(params))]

    def conditions(self, params: Any) -> list[str]:
        return [printable(one) for one in self._is(list, "conditions", lambda: self._page.conditions(params))]

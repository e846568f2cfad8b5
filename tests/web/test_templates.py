"""Templates ask for nothing that nobody gives: by their types, in every branch; and drawn, for a learner who did everything."""

import re
import typing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from fluencylab import labs
from fluencylab.curriculum.schema import Concept
from fluencylab.instruments import instruments
from fluencylab.web import app
from fluencylab.web.lab_page import Sheet
from fluencylab.web.lab_pages import lab_pages
from fluencylab.web.pages import (
    all_of_a_kind,
    capstone,
    capstone_sitting,
    case,
    compare,
    concept,
    course,
    data,
    debug,
    diagnosis,
    fluency_map,
    grader,
    installed_labs,
    kept,
    lab,
    map_cell,
    meeting,
    mission,
    model_card,
    model_form,
    packs,
    practice,
    proposal,
    repair,
    report,
    review,
    selftest,
    selftest_result,
    six_weeks,
    today,
)
from fluencylab.web.pages import model as pages_model
from fluencylab.web.pages.frame import Frame
from fluencylab.web.render import environment
from fluencylab.web.routes import home, model, runs
from web import template_walk
from web.template_types import Names, Narrowed, given
from web.template_walk import Checker

WEB = Path(app.__file__).parent
ALWAYS: Names = {"request": Any, "trouble": Any}
PAGES: dict[str, tuple[Any, ...]] = {
    "all_of_a_kind.html": (Frame, all_of_a_kind.AllOfAKindPage),
    "capstone.html": (Frame, capstone.CapstonePage),
    "capstone_sitting.html": (Frame, capstone_sitting.CapstoneSittingPage),
    "case.html": (Frame, case.CasePage),
    "components/model_strip.html": (model.StripAlone,),
    "concept.html": (Frame, concept.ConceptPage),
    "course.html": (Frame, course.CoursePage),
    "practice.html": (Frame, practice.PracticePage),
    "meeting.html": (Frame, meeting.MeetingPage),
    "data.html": (Frame, data.DataPage),
    "debug.html": (Frame, debug.DebugPage),
    "diagnosis.html": (Frame, diagnosis.DiagnosisPage),
    "error.html": (Frame, app.ErrorPage),
    "first_call.html": (Frame, home.FirstCallPage),
    "grader.html": (Frame, grader.GraderPage),
    "lab.html": (Frame, lab.LabContext),
    "map.html": (Frame, fluency_map.MapPage),
    "map_cell.html": (Frame, map_cell.CellPage),
    "mission.html": (Frame, mission.MissionPage),
    "components/model_test.html": (model_form.ModelTestView,),
    "model.html": (Frame, pages_model.ModelPage),
    "model_card.html": (Frame, model_card.ModelCardPage),
    "model_form.html": (Frame, model_form.ModelFormPage),
    "model_remove.html": (Frame, pages_model.RemovePage),
    "model_test.html": (Frame, model_form.ModelTestView),
    "compare.html": (Frame, compare.ComparePage),
    "compare_choose.html": (Frame, compare.ChoosePage),
    "kept.html": (Frame, kept.KeptPage),
    "proposal.html": (Frame, proposal.ProposalPage),
    "packs.html": (Frame, packs.PacksPage, installed_labs.InstalledLabs),
    "repair.html": (Frame, repair.RepairPage),
    "report.html": (Frame, report.ReportPage),
    "review.html": (Frame, review.ReviewPage),
    "review_item.html": (Frame, review.ReviewItemPage),
    "run.html": (Frame, runs.RunPage),
    "selftest.html": (Frame, selftest.SelfTestPage),
    "selftest_answers.html": (Frame, selftest.QuestionPage),
    "selftest_claims.html": (Frame, selftest.QuestionPage),
    "selftest_question.html": (Frame, selftest.QuestionPage),
    "selftest_result.html": (Frame, selftest_result.SelfTestResultPage),
    "sheets/sheet.html": (runs.SheetAlone,),
    "six_weeks.html": (Frame, six_weeks.SixWeeksPage),
    "style.html": (Frame,),
    "today.html": (Frame, today.TodayPage),
}
"""Every page, and what it is given."""


def of_lab(name: str) -> Names:
    """What the pages of one instrument hand to its templates, as its page module says."""
    page = lab_pages()[name]
    known = {what: typing.get_type_hints(getattr(type(page), what))["return"] for what in ("parts", "own", "form")}
    known["params"] = instruments()[name].Params
    return {name: Any if one is object else one for name, one in known.items()}


def narrowed(template: str) -> Names:
    """A sheet that is drawn for one instrument."""
    place, _, file = template.rpartition("/")
    name = place.removeprefix("labs/") if place.startswith("labs/") else file.removesuffix(".html") if place == "sheets" else ""
    if name not in instruments():
        return {}
    known = of_lab(name)
    sheet = Narrowed(Sheet, tuple((what, known[what]) for what in ("parts", "own", "params")))
    return {"sheet": sheet, "parts": known["parts"], "own": known["own"], "asked": known["params"]}


@pytest.mark.parametrize("template", PAGES)
def test_a_page_asks_for_nothing_that_it_is_not_given(template: str) -> None:
    assert Checker(narrowed).page(template, ALWAYS, *PAGES[template]) == []


@pytest.mark.parametrize("name", list(labs.found().labs))
def test_a_labs_page_asks_for_nothing_that_it_is_not_given(name: str) -> None:
    known, sheet = of_lab(name), narrowed(f"labs/{name}/sheet.html")["sheet"]
    shown = Narrowed(lab.LabContext, (("own", known["own"]), ("form", known["form"]), ("sheet", sheet)))
    checker, template = Checker(narrowed), f"labs/{name}/lab.html"
    assert checker.page(template if template in checker.names else "lab.html", ALWAYS, Frame, shown) == []


def test_every_page_that_is_drawn_is_held_against_its_types() -> None:
    files = [WEB / "app.py", *(WEB / "routes").glob("*.py")]
    found = {name for file in files for name in re.findall(r'"([\w/]+\.html)"', file.read_text(encoding="utf-8"))}
    assert found == PAGES.keys()


def test_no_page_gives_a_name_twice() -> None:
    for template, shown in PAGES.items():
        names = [name for one in shown for name in given(one)]
        assert sorted(set(names)) == sorted(names), template


@dataclass(frozen=True)
class Small:
    """What the templates below are given."""

    concept: Concept
    cells: list[tuple[str, int]]
    run: Sheet | None


@pytest.mark.parametrize(
    ("template", "wrong"),
    [
        ("{% if false %}{{ tittle }}{% endif %}", "nobody gives “tittle”"),
        ("{{ concept.tittle }}", "Concept has no “tittle”"),
        ("{{ concept.about.decisions[0].tittle }}", "ProductDecision has no “tittle”"),
        (
            "{% for one in concept.missions if one.predict %}{% for asked in one.predict %}{{ asked.lable }}{% endfor %}{% endfor %}",
            "no “lable”",
        ),
        ("{% for word, n in cells %}{{ n.wide }}{% endfor %}", "int has no “wide”"),
        ("{{ run.result.measure }}", "Result has no “measure”"),
        ("{% macro m(x) %}{{ x.slogan }}{% endmacro %}{{ m(concept) }}", "Concept has no “slogan”"),
        ('{% from "components/forms.html" import buton %}', "has no macro “buton”"),
        ('{% from "components/forms.html" import field %}{{ field("text") }}', "wants more than it is given"),
        ('{% include "components/depht.html" %}', "there is no template"),
        ('{% include "components/depth.html" %}', "nobody gives “depth”"),
        ("{% set concept = 1 %}", "“concept” hides what the page is given"),
        ('{{ concept.missions|map(attribute="tittle")|list }}', "Mission has no “tittle”"),
        ("{% with one = concept %}{{ one.a }}{% endwith %}", "Concept has no “a”"),
    ],
)
def test_the_test_of_names_notices(template: str, wrong: str, monkeypatch: pytest.MonkeyPatch) -> None:
    found = _of_text(template, monkeypatch)
    assert found and all(wrong in one for one in found)


def test_the_test_of_names_lets_be_what_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = "{{ concept.title|upper }}{% for word, n in cells %}{{ loop.index }}{{ word.strip() }}{% endfor %}{{ run.result.says or 1 }}"
    assert (
        _of_text(plain + "{{ more|default('') }}{% if other is defined %}x{% endif %}{{ run.params.anything.at_all }}", monkeypatch) == []
    )


def _of_text(template: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    read = template_walk._tree
    monkeypatch.setattr(template_walk, "_tree", lambda name: environment().parse(template) if name == "small" else read(name))
    return Checker().page("small", ALWAYS, Small)

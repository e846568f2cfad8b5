"""The pages of the practice course: what each step shows and keeps to itself, and where a learner finds it."""

import pytest

from fluencylab.curriculum.practice_mutants import recorded_mutants
from fluencylab.practice.course import CONCEPT, CourseMission, course
from fluencylab.practice.course_spec import TRIED
from fluencylab.practice.course_tasks import sorting
from fluencylab.practice.recorded_mutants import faults
from fluencylab.practice.spec_tests import spec_tests

from .conftest import Web

READ, CHECKS, RULES, CHANGES, MEMO, SPEC = course()


async def predicted(web: Web, mission: CourseMission) -> str:
    href = f"/course/{mission.slug}"
    values = {one.fact: f"{one.low:g}" for one in mission.predict}
    answer = await web.client.post(f"{href}/predict", data={**values, "certainty": "2"}, headers={"Accept": "text/html"})
    assert answer.headers["location"] == f"{href}#do-head", answer.text[:300]
    return href


async def handed_in(web: Web, mission: CourseMission) -> str:
    href = await predicted(web, mission)
    said: dict[str, object] = {"test": list(mission.accept)} if mission.task == "spec" else {one.id: one.best for one in sorting(mission)}
    answer = await web.client.post(f"{href}/do", data=said, headers={"Accept": "text/html"})
    assert answer.headers["location"] == f"{href}#done-head", answer.text[:300]
    return href


@pytest.mark.parametrize("mission", course(), ids=lambda one: one.slug)
async def test_before_the_prediction_nothing_is_shown_that_answers_it(web: Web, mission: CourseMission) -> None:
    page = (await web.get(f"/course/{mission.slug}")).text
    assert "Commit to this" in page and mission.seen[:40] not in page and 'data-stage="predict"' in page
    assert not any(option.text in page for option in (*mission.find.options, *mission.decide.options))
    assert "Hand it in" not in page


@pytest.mark.parametrize("mission", [CHECKS, RULES, CHANGES, SPEC], ids=lambda one: one.slug)
async def test_what_was_found_is_told_once_it_was_asked_and_the_decision_once_it_was_made(web: Web, mission: CourseMission) -> None:
    href = await handed_in(web, mission)
    page = (await web.get(href)).text
    assert mission.find.question in page and "You and what was counted" in page and mission.decide.asked not in page
    await web.post(f"{href}/found", option=mission.find.best)
    page = (await web.get(href)).text
    assert "You found it" in page and mission.decide.twin.change not in page
    assert mission.decide.asked in page and mission.decide.facts in page
    await web.post(f"{href}/decide", option=mission.decide.best, certainty=3)
    page = (await web.get(href)).text
    assert "One fact changes" in page and "What changed" not in page
    await web.post(f"{href}/twin", option=mission.decide.twin.best)
    page = (await web.get(href)).text
    assert "What changed" in page and "Both decisions are right" in page and 'data-stage="done"' in page
    assert (await web.get(f"{href}/result")).status_code == 200
    await web.post(f"{href}/again")
    assert 'data-stage="predict"' in (await web.get(href)).text
    assert 'data-stage="done"' in (await web.get(f"{href}/result")).text


async def test_no_item_says_before_it_is_handed_in_what_is_right_of_it(web: Web) -> None:
    for mission in (CHECKS, RULES, CHANGES):
        page = (await web.get(await predicted(web, mission))).text
        assert page.count(" selected>") == page.count('value="" selected>') == len(sorting(mission)), "nothing is chosen yet"
        assert not any(one.why in page for one in sorting(mission))


async def test_a_spec_is_tried_on_four_faults_by_its_address_and_kept_nowhere(web: Web) -> None:
    href = await predicted(web, SPEC)
    page = (await web.get(f"{href}?test=all-end&test=short")).text
    tried = page.partition('aria-labelledby="tried"')[2].partition("</section>")[0]
    assert "Tried on 4 of the faults" in page and "It also stops the product as it is, in 3 of 3 draws" in tried
    assert page.count('type="checkbox"') == len(spec_tests()) and page.partition("<article")[2].count(" checked>") == 2
    page = (await web.get(f"{href}?test=no-advice")).text
    tried = page.partition('aria-labelledby="tried"')[2].partition("</section>")[0]
    assert [f"<h4>{name}</h4>" in tried for name in faults()] == [name in TRIED for name in faults()]
    assert "It goes through." in tried and "With the fault" in tried and "it counts neither way" in tried
    conditions = recorded_mutants().conditions
    assert f"recorded on {conditions.model}" in tried and conditions.sha256 in tried
    assert "one to 6 of these tests" in (await web.get(f"{href}?test=gone")).text
    page = (await web.get(href)).text
    assert "Tried on 4" not in page and conditions.sha256 in page


async def test_the_practice_product_lists_the_course_with_where_one_stands_and_another_product_does_not(web: Web) -> None:
    await handed_in(web, CHECKS)
    practice = (await web.post("/product/practice")).headers["location"]
    section = (await web.get(practice)).text.partition('aria-labelledby="course"')[2].partition("</section>")[0]
    assert [f'href="/course/{one.slug}"' in section for one in course()] == [True] * 6
    assert section.count("not begun") == 5 and "say what you found" in section and section.count('aria-current="step"') == 1
    own = (await web.post("/product/new", name="Desk")).headers["location"].partition("/bring-in")[0]
    assert 'aria-labelledby="course"' not in (await web.get(own)).text


async def test_its_concept_lists_it_today_goes_on_with_it_and_the_map_and_the_report_tell_it(web: Web) -> None:
    href = await handed_in(web, CHANGES)
    page = (await web.get(f"/concepts/{CONCEPT}")).text
    section = page.partition('id="practice-missions"')[2].partition("</section>")[0]
    stands = [section.count(f"<em>{where}</em>") for where in ("say what you found", "not begun")]
    assert "On the practice product" in section and stands == [1, 5]
    assert CHANGES.title in (await web.get("/")).text
    cell = (await web.get(f"/map/{CONCEPT}/decisions")).text
    assert "what you did" in cell and "Conversation 7: Fixed" in cell
    await web.post(f"{href}/found", option=CHANGES.find.best)
    await web.post(f"{href}/decide", option=CHANGES.decide.best, certainty=3)
    await web.post(f"{href}/twin", option=CHANGES.decide.twin.best)
    assert "1 practice mission" in (await web.get("/report")).text


async def test_the_product_is_opened_where_the_work_of_the_mission_begins(web: Web) -> None:
    href = await predicted(web, READ)
    assert "Open the practice product" in (await web.get(href)).text
    to = (await web.post(f"{href}/open")).headers["location"]
    assert "/read/" in to
    assert "Read output 1 of 120" in (await web.get(to)).text
    modes = to.partition("/read/")[0] + "/modes"
    for at in (to, modes):
        assert f'href="{href}">{READ.title}</a>. Hand it in there' in (await web.get(at)).text
    page = (await web.get(href)).text
    assert "0 of the first 20 are read." in page and "Put notes under names" in page
    refused = await web.post(f"{href}/do")
    assert refused.status_code == 422 and "20 of the first 20 are not read yet" in refused.text
    memo = await predicted(web, MEMO)
    assert (await web.post(f"{memo}/open")).headers["location"].endswith("/memo")
    assert f'href="{memo}">{MEMO.title}' in (await web.get(modes.replace("/modes", "/memo"))).text
    assert MEMO.title not in (await web.get(modes)).text.partition("<main")[2]


@pytest.mark.parametrize("path", ["/course/gone", "/course/gone/result"])
async def test_a_mission_that_is_not_there_is_said(web: Web, path: str) -> None:
    answer = await web.get(path)
    assert answer.status_code == 404 and "There is no such mission" in answer.text


async def test_which_of_two_versions_is_better_is_asked_on_the_page_of_the_second_until_it_is_read(web: Web) -> None:
    place = (await web.post("/product/practice")).headers["location"]
    runs = [part.partition('"')[0] for part in (await web.get(place)).text.split("/evaluations/")[1:]]
    second, first = dict.fromkeys(runs)
    page = f"{place}/evaluations/{second}"
    assert "Which will turn out better?" in (await web.get(page)).text
    assert "Which will turn out better?" not in (await web.get(f"{place}/evaluations/{first}")).text
    assert (await web.post(f"{page}/better", picked="mine", certainty=2)).status_code == 422
    assert (await web.post(f"{page}/better", picked="before", certainty=2)).headers["location"] == f"{page}#better"
    shown = (await web.get(page)).text
    assert "You said: Version 1." in shown and 'name="picked"' not in shown
    assert (await web.post(f"{page}/better", picked="after", certainty=2)).status_code == 422

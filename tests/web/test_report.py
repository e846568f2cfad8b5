"""The report: it lists what was done, and its minutes add up."""

import re
from datetime import timedelta

from learners import Learner, moved_clock

from fluencylab.actions.report import Minutes
from fluencylab.curriculum.loader import track
from fluencylab.web.pages.report import _by_concept, _time, in_whole

from .conftest import Web

FIRST = track().concepts[0]


def minutes(said: str) -> int:
    found = re.fullmatch(r"(?:(\d+) h )?(\d+) min", said)
    assert found
    return 60 * int(found[1] or 0) + int(found[2])


def test_minutes_by_kind_and_by_place_add_up_to_the_same() -> None:
    """The report listed 3 of 6 minutes: what was spent on the self-test and the bench stood nowhere."""
    spent = Minutes(applied=4.4, read=1.3, beyond=0.4, by_concept={FIRST.slug: 2.6, "latency": 0.6})
    in_all, kinds = _time(spent)
    assert minutes(in_all) == 6
    assert sum(minutes(one) for one, _ in kinds) == 6
    assert sum(minutes(one) for _, one in _by_concept(spent)) == 6


def test_whole_minutes_keep_their_sum() -> None:
    assert in_whole([0.5, 0.5, 0.5, 0.5]) == [1, 1, 0, 0]
    assert in_whole([]) == []


async def test_an_empty_report_has_nothing_to_print_and_names_the_one_next_step(web: Web) -> None:
    page = (await web.get("/report")).text
    assert "There is nothing to report yet." in page and "data-print" not in page
    (primary,) = re.findall(r'<a class="button button-primary"[^>]*href="([^"]+)"', page)
    assert set(re.findall(r'data-next="([^"]+)"', page)) == {primary}


async def test_what_was_done_is_listed(web: Web) -> None:
    with moved_clock() as time:
        time.wait(timedelta(hours=-1))
        you = Learner(web.app, web.client, time)
        await you.call()
        await you.mission(FIRST, FIRST.missions[0])
        await you.case(FIRST, FIRST.cases[0])
    page = (await web.get("/report")).text
    assert "1 mission" in page and FIRST.missions[0].title in page
    assert "1 decision case" in page and FIRST.cases[0].title in page
    assert "data-print" in page
    assert re.search(r"2 finished runs, with \d+ calls of a model\.", page)

"""Two runs side by side: what differs is said first, nothing is compared silently, and no answer becomes markup."""

import re

from lab_fixture import AGAIN, Endpoint

from fluencylab.store.tables import Run
from fluencylab.web.pages.compare import MeasureRow, folded
from web.conftest import Web


async def test_one_setting_changed_is_said_first_and_the_lone_variants_are_compared(web: Web, endpoint: Endpoint) -> None:
    first = await web.run(instrument="sampling", params=AGAIN | {"temperatures": [0.2]})
    endpoint.says = lambda body: ["<b>The</b> harbour"]
    second = await web.run(instrument="sampling", params=AGAIN | {"temperatures": [1.0]})
    choice = (await web.get(f"/compare?a={first}")).text
    assert f"/compare?a={first}&amp;b={second}" in choice
    page = (await web.get(f"/compare?a={first}&b={second}")).text
    assert "Temperatures 0.2 against 1; all else equal." in page
    assert "share of the commonest answer at temperature 0.2 against 1" in page and "Probably higher in B, by" in page
    assert "<b>The</b>" not in page and "0 of 12 are the same" in page
    assert page.index("Temperatures 0.2") < page.index("share of the commonest answer")


async def test_equal_runs_say_that_what_differs_is_chance(web: Web) -> None:
    first, second = [await web.run(instrument="sampling", params=AGAIN | {"seed": seed}) for seed in (1, 500)]
    page = (await web.get(f"/compare?a={first}&b={second}")).text
    assert "Only the seed differs" in page and "Cannot be told apart with 12 answers each" in page and "would not show" in page


async def test_what_cannot_be_compared_is_refused_with_a_sentence(web: Web) -> None:
    one, other = await web.run(instrument="sampling", params=AGAIN), await web.run(instrument="call")
    for query, says in ((f"a={one}&b={other}", "two labs"), (f"a={one}&b={one}", "one run twice"), ("", "no run to compare")):
        answer = await web.get(f"/compare?{query}")
        assert answer.status_code == 422 and says in answer.text
    assert (await web.get(f"/compare?a={one}&b=nobody")).status_code == 404
    assert "only run of this lab" in (await web.get(f"/compare?a={other}")).text


async def test_a_run_leads_to_the_page_that_makes_another_and_to_no_other(web: Web) -> None:
    """A call's own page led to a lab that there is not."""
    one, two = [await web.run(instrument="sampling", params=AGAIN) for _ in range(2)]
    call = await web.run(instrument="call")
    for path, leads in (
        (f"/runs/{one}", f"/labs/sampling?run={one}"),
        (f"/compare?a={one}&b={two}", f"/labs/sampling?run={two}"),
        (f"/runs/{call}", "/first-call"),
        (f"/compare?a={call}", "/first-call"),
    ):
        page = (await web.get(path)).text
        assert re.findall(r'class="button button-primary" href="([^"]+)"', page) == [f"{leads}#lab-form"], path
        assert "/labs/call" not in page


async def test_a_stopped_run_and_another_version_are_warned_of(web: Web) -> None:
    first, second = [await web.run(instrument="sampling", params=AGAIN) for _ in range(2)]
    async with web.lab.store.begin() as session:
        run = await session.get(Run, second)
        assert run
        run.status, run.version = "cancelled", "0.0.1"
    page = (await web.get(f"/compare?a={first}&b={second}")).text
    assert "B was stopped after" in page and "and 0.0.1: what is asked" in page


def test_of_many_measures_those_that_clearly_differ_are_shown_and_the_others_fold() -> None:
    rows = [MeasureRow(f"measure {i}", "", "", "", "", "", "", "", "", clear=i in (0, 7)) for i in range(20)]
    shown, rest = folded(rows)
    assert [one.label for one in shown] == ["measure 0", "measure 7"] and len(rest) == 18
    same = [one._replace(clear=False) for one in rows]
    assert folded(same) == (same[:8], same[8:]), "where none differs the first stand for all"
    assert folded(rows[:8]) == (rows[:8], []), "few stay together"

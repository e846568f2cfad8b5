"""The pages of the capstone: what each part shows and keeps to itself, what is said of it afterwards, and what two sittings come to."""

from datetime import timedelta
from html import unescape

import capstone_two
import pytest
from httpx2 import Response
from lab_fixture import rows, until

from fluencylab import clock
from fluencylab.curriculum.capstone import MINUTES, CapstoneProduct
from fluencylab.practice.capstone.total import PARTS

from .conftest import HTML, Web

HERE = "/capstone/sitting"
WORDS = (
    "My configuration answered 24 of 24 hidden questions right, which is 100 % of them, and with the certainty we agreed on at least 88 % "
    "would hold on more of the same. The tests stop the worse versions. I would release it and watch what comes in by letter, which nobody "
    "measured."
)


@pytest.fixture(autouse=True)
def two(monkeypatch: pytest.MonkeyPatch) -> tuple[CapstoneProduct, CapstoneProduct]:
    return capstone_two.told(monkeypatch)


@pytest.fixture
def of(two: tuple[CapstoneProduct, CapstoneProduct]) -> CapstoneProduct:
    """The one that comes first."""
    return two[0]


def text(answer: Response) -> str:
    return " ".join(unescape(answer.text).split())


async def sent(web: Web, where: str, **fields: object) -> str:
    answer = await web.client.post(where, data=fields, headers=HTML)
    assert answer.status_code == 303 and "refused" not in answer.headers["location"], answer.text[:300]
    return str(answer.headers["location"])


async def page(web: Web, where: str = HERE) -> str:
    answer = await web.get(where)
    assert answer.status_code == 200, answer.text[:500]
    return text(answer)


async def handed_in(web: Web, of: CapstoneProduct, part: str) -> None:
    if part == "configure":
        await sent(web, f"{HERE}/configure", **of.reference)
    elif part == "spec":
        await sent(web, f"{HERE}/spec", test=list(of.spec.reference))
    elif part == "faults":
        await looked(web)
        for probe in of.fault.path:
            await sent(web, f"{HERE}/buy", probe=probe)
        proof = {one.id: one.proof[0] for one in of.planted}
        await sent(web, f"{HERE}/faults", cause=[f"{cause}:{probe}" for cause, probe in proof.items()])
    elif part == "proposal":
        marked = [f"{id}:{why}" for id, why in of.proposal.flaws.items()]
        await sent(web, f"{HERE}/proposal", objection=marked, objects="yes", option=of.proposal.best)
    else:
        said = {f"says-{one.id}": one.holds for one in of.memo.statements}
        await sent(web, f"{HERE}/memo", ruling="go", words=WORDS, **said)


async def looked(web: Web) -> None:
    await sent(web, f"{HERE}/look")
    await until(lambda: rows("SELECT status FROM runs ORDER BY created DESC LIMIT 1") == [("done",)])


async def up_to(web: Web, of: CapstoneProduct, part: str) -> str:
    assert await sent(web, "/capstone/begin") == HERE
    for one in PARTS[: PARTS.index(part)]:
        await handed_in(web, of, one)
    return await page(web)


async def test_the_first_page_says_what_it_is_and_what_counts_and_names_no_product(web: Web, two: tuple[CapstoneProduct, ...]) -> None:
    found = await page(web, "/capstone")
    assert "Begin the 60 minutes" in found and "never seen" in found and "moves no cell of your map" in found
    assert [f"{weight} of 100" in found for weight in (25, 20, 15)] == [True] * 3
    assert not any(one.title in found for one in two)
    answer = await web.get(HERE)
    assert answer.status_code == 303 and answer.headers["location"] == "/capstone"


async def test_a_part_that_is_not_open_yet_shows_nothing_of_itself(web: Web, of: CapstoneProduct) -> None:
    found = await up_to(web, of, "configure")
    assert of.title in found and "60 minutes left" in found and 'data-stage="configure"' in found
    hidden = [test.says for test in of.spec.tests] + [mutant.says for mutant in of.spec.mutants] + [of.configure_conclude]
    hidden += [cause.text for cause in of.fault.causes] + [sentence.text for sentence in of.proposal.sentences]
    hidden += [ruling.text for ruling in of.memo.rulings] + [statement.text for statement in of.memo.statements]
    hidden += [case.text for case in of.hidden]
    assert [one for one in hidden if one in found] == []
    assert all(level.text in found for knob in of.knobs for level in knob.levels) and all(case.text in found for case in of.shown)


ANSWERS = {"spec": "An expert writes", "faults": "An expert buys", "proposal": "Every answer, judged", "memo": "Every ruling, judged"}


@pytest.mark.parametrize("part", PARTS[1:])
async def test_an_open_part_keeps_its_answers_to_itself(web: Web, of: CapstoneProduct, part: str) -> None:
    found = await up_to(web, of, part)
    assert f'data-stage="{part}"' in found and ANSWERS[part] not in found and "100 of 100" in found
    told = {
        "spec": [one.says for one in of.spec.mutants] + [of.spec.conclude],
        "faults": [one.told for one in of.fault.causes] + [of.fault.conclude],
        "proposal": [one.why for one in of.proposal.sentences] + [one.answer for one in of.proposal.options] + [of.proposal.conclude],
        "memo": [one.why for one in of.memo.statements] + [one.answer for one in of.memo.rulings] + [of.memo.conclude],
    }[part]
    assert [one for one in told if one in found] == []


async def test_what_was_run_stands_beside_each_other_with_right_and_wrong_and_what_a_call_takes(web: Web, of: CapstoneProduct) -> None:
    await up_to(web, of, "configure")
    for length in ("right", "long"):
        await sent(web, f"{HERE}/try", **{**of.reference, "length": length})
        await until(lambda: not rows("SELECT id FROM runs WHERE status IN ('queued', 'running')"))
    found = await page(web)
    assert "2 of 4 runs left" in found and found.count("0 of 12") >= 2 and "answer by answer" in found and "another word" in found
    assert rows("SELECT count(*) FROM runs WHERE instrument = 'capstone'") == [(2,)]


async def test_a_whole_sitting_from_the_first_page_to_the_score(web: Web, of: CapstoneProduct) -> None:
    await up_to(web, of, "memo")
    await handed_in(web, of, "memo")
    found = await page(web)
    assert 'data-stage="done"' in found and "100 of 100</b> on a product you had not seen" in found
    assert "What this shows." in found and "What it does not show." in found and 'href="/report"' in found
    for told in (
        of.configure_conclude,
        of.spec.conclude,
        of.fault.conclude,
        of.proposal.conclude,
        of.memo.conclude,
        "The best within the limit",
    ):
        assert told in found
    assert (
        all(one.told in found for one in of.planted)
        and all(said in found for said in ANSWERS.values())
        and "My configuration answered" in found
    )
    assert "What was scored" in await page(web, "/capstone") and "100 of 100</b> on a product" in await page(web, f"{HERE}/1")


async def test_the_six_weeks_name_it_as_the_last_step(web: Web) -> None:
    assert 'The last step</h2> <p><a href="/capstone">' in await page(web, "/six-weeks")


async def test_two_sittings_stand_side_by_side(web: Web, two: tuple[CapstoneProduct, CapstoneProduct]) -> None:
    before, after = two
    await up_to(web, before, "spec")
    await sent(web, f"{HERE}/end")
    await up_to(web, after, "faults")
    await sent(web, f"{HERE}/end")
    found = await page(web, "/capstone")
    assert "Before and after" in found and "From 25 to 45 of 100" in found and "You have seen every product" in found
    assert before.title in found and after.title in found and f'href="{HERE}/2"' in found
    report = await page(web, "/report")
    assert "On a product never seen" in report and "From 25 to 45 of 100" in report and "near transfer" in report
    assert "25 of 100</b> on a product" in await page(web, f"{HERE}/1")
    assert (await web.get(f"{HERE}/3")).status_code == 404


async def test_when_the_hour_is_over_it_says_so_and_what_comes_is_told(
    web: Web, of: CapstoneProduct, monkeypatch: pytest.MonkeyPatch
) -> None:
    await up_to(web, of, "spec")
    real = clock.now
    monkeypatch.setattr(clock, "now", lambda: real() + timedelta(minutes=MINUTES))
    found = await page(web)
    assert "The 60 minutes are up" in found and "What you hand in now counts 0" in found and "End it, and see the score" in found
    await handed_in(web, of, "spec")
    assert "In time it would have been 100 of 100" in await page(web)
    assert "minutes are up" in await page(web, "/capstone")


async def test_a_part_left_out_says_what_an_expert_would_have_done(web: Web, of: CapstoneProduct) -> None:
    await sent(web, "/capstone/begin")
    for part in PARTS:
        await sent(web, f"{HERE}/{part}/leave")
    found = await page(web)
    assert "0 of 100</b> on a product" in found and found.count("You went on without it") == 5
    assert all(said in found for said in ANSWERS.values()) and "The best within the limit" in found


async def test_the_memo_names_the_figures_that_may_be_written_and_keeps_what_is_typed(web: Web, of: CapstoneProduct) -> None:
    found = await up_to(web, of, "memo")
    assert all(f"<li>{figure}</li>" in found for figure in ("24 of 24", "100 %", "88 tokens", "3 of 3"))
    kept = (await web.post(f"{HERE}/memo/draft", text="So far.")).json()
    assert kept == {"saved": True, "text": "So far."} and (await web.get(f"{HERE}/memo/draft")).json() == {"text": "So far."}
    assert (await web.post(f"{HERE}/memo/draft", text="")).json() == {"saved": False, "text": "So far."}
    assert "So far." in await page(web)


async def test_the_model_in_use_is_told_where_another_one_was_recorded(web: Web, of: CapstoneProduct) -> None:
    assert "judged by what made up answered" in await up_to(web, of, "configure")


async def test_a_refused_form_says_why_where_it_stands(web: Web, of: CapstoneProduct) -> None:
    await up_to(web, of, "spec")
    answer = await web.client.post(f"{HERE}/spec", data={}, headers=HTML | {"Referer": f"http://localhost:8700{HERE}"})
    assert "refused=" in answer.headers["location"]
    assert "No test is ticked yet." in await page(web, answer.headers["location"].partition("#")[0])


async def test_whose_hour_is_running_is_led_back_to_it_from_every_page(web: Web) -> None:
    assert 'class="rail-next" href="/capstone/sitting"' not in (await web.get("/map")).text
    await sent(web, "/capstone/begin")
    there = await page(web, "/map")
    assert 'href="/capstone/sitting"' in there and "about 60 minutes" in there
    await sent(web, f"{HERE}/end")
    assert 'href="/capstone/sitting"' not in await page(web, "/map")

"""What a model wrote is text on every page, never markup."""

import hostile
import httpx2
import pytest
from hostile import Seen
from lab_fixture import Endpoint

from fluencylab.instruments import instruments
from web.conftest import Web


@pytest.mark.long
@pytest.mark.parametrize("name", instruments())
async def test_markup_in_an_answer_is_text_on_every_sheet(name: str, web: Web) -> None:
    """Of every instrument there is, while it runs and when it has ended; one that shows no answer would prove nothing."""
    read = ""
    for given in hostile.views(name):
        made = await hostile.steps(name, given)
        for status in ("running", "done"):
            run, steps = hostile.rows(name, given, made, web.lab.learner, status=status)
            async with web.lab.store.begin() as session:
                session.add(run)
                await session.flush()
                session.add_all(steps)
            for address in hostile.addresses(name, run.id):
                answer = await web.get(address)
                assert answer.status_code == 200, (address, answer.text)
                seen = Seen(answer.text)
                assert not seen.owned, (address, given, seen.owned)
                assert "1337" not in seen.text, "{{7*191}} was worked out"
                read += seen.text
    assert "<owned-one>" in read and "{{7*191}}" in read


@pytest.mark.long
@pytest.mark.parametrize("name", instruments())
async def test_five_hundred_payloads_are_text_on_every_sheet(name: str, web: Web) -> None:
    """Ten in each answer, until the model has said each at least once; where none is asked, the learner's own text is tried above."""
    answer = hostile.Payloads(10)
    while answer.said < len(hostile.PAYLOADS):
        before = answer.said
        for given in hostile.views(name):
            made = await hostile.steps(name, given, answer)
            run, steps = hostile.rows(name, given, made, web.lab.learner)
            async with web.lab.store.begin() as session:
                session.add(run)
                await session.flush()
                session.add_all(steps)
            for address in hostile.addresses(name, run.id):
                page = await web.get(address)
                assert page.status_code == 200 and not Seen(page.text).owned, (address, Seen(page.text).owned)
        if answer.said == before:  # this one asks no model
            return


def test_of_the_test_each_payload_is_found_where_it_is_not_escaped() -> None:
    """Elements anywhere, and what is an attribute between quotation marks."""
    assert len(set(hostile.PAYLOADS)) == 500
    *elements, attribute = hostile.BEGINS
    assert Seen(f'<input value="{attribute}">').owned
    assert all(Seen(end + element).owned for end in hostile.ENDS for element in elements)


async def test_markup_in_a_prompt_is_text(web: Web, endpoint: Endpoint) -> None:
    endpoint.says = lambda _: [hostile.SAID[:20], hostile.SAID[20:]]
    call = await web.run(instrument="call", params={"prompt": hostile.SAID})
    again = await web.run(instrument="sampling", params={"parts": ["again"], "prompt": hostile.SAID, "temperatures": [0.7], "samples": 2})
    pages = [address for name, run in (("call", call), ("sampling", again)) for address in hostile.addresses(name, run)]
    typed = str(httpx2.QueryParams({"prompt": hostile.SAID}))
    for address in (*pages, f"/labs/sampling?{typed}", f"/first-call?{typed}"):
        answer = await web.get(address)
        seen = Seen(answer.text)
        assert answer.status_code == 200 and not seen.owned, (address, seen.owned)


@pytest.mark.parametrize(
    "torn",
    [
        hostile.SAID,
        f"<p>{hostile.SAID}</p>",
        f'<input value="{hostile.SAID}">',
        f"<script>told = {hostile.SAID}</script>",
        f"<textarea>{hostile.SAID}</textarea>",
        f"<title>{hostile.SAID}</title>",
    ],
)
def test_of_the_test_a_page_that_is_torn_is_found(torn: str) -> None:
    assert Seen(torn).owned


async def test_two_streams_and_one_that_comes_back_tell_the_same(web: Web) -> None:
    run = await web.run(instrument="sampling", params={"parts": ["again"], "temperatures": [0.7], "samples": 4})
    whole = (await web.client.get(f"/runs/{run}/events")).text
    assert (await web.client.get(f"/runs/{run}/events")).text == whole
    assert [line for line in whole.splitlines() if line.startswith("id: ")] == [f"id: {n}" for n in (1, 2, 3, 4)]
    rest = (await web.client.get(f"/runs/{run}/events", headers={"Last-Event-ID": "2"})).text
    assert [line for line in rest.splitlines() if line.startswith("id: ")] == ["id: 3", "id: 4"]
    assert rest.rstrip().split("\n\n")[-1].startswith("event: end")
    for wrong in ("-1", "x", "1" * 30):
        assert (await web.client.get(f"/runs/{run}/events", headers={"Last-Event-ID": wrong})).status_code == 422

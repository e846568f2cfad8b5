"""What a model wrote is text on every page, never markup."""

from lab_fixture import Endpoint

from web.conftest import Web

HOSTILE = "<img src=x onerror=alert(1)></script><script>alert(2)</script>\"'`{{7*7}}&lt;b&gt; ]]> \0 مرحبا"


async def test_markup_in_an_answer_is_text_on_every_sheet(web: Web, endpoint: Endpoint) -> None:
    endpoint.says = lambda _: [HOSTILE[:20], HOSTILE[20:]]
    call = await web.run(instrument="call", params={"prompt": HOSTILE})
    sampling = {"prompt": HOSTILE, "temperatures": [0.7], "samples": 2}
    again = await web.run(instrument="sampling", params=sampling | {"parts": ["again"]})
    write = await web.run(instrument="sampling", params=sampling | {"parts": ["write"]})
    paths = [f"/runs/{run}{part}" for run in (call, again, write) for part in ("", "/sheet")]
    paths += [
        f"/?run={call}",
        f"/labs/sampling?run={again}&run={write}&at=0",
        f"/labs/sampling?prompt={'%3Cimg%20src=x%20onerror=alert(1)%3E'}",
    ]
    for path in paths:
        answer = await web.get(path)
        assert answer.status_code == 200, path
        assert "<img src=x" not in answer.text, path
        assert "<script>alert" not in answer.text, path
        assert "49" not in answer.text or "{{7*7}}" in answer.text
    assert "&lt;img src=x" in (await web.get(f"/runs/{again}/sheet")).text


async def test_two_streams_and_one_that_comes_back_tell_the_same(web: Web) -> None:
    run = await web.run(instrument="sampling", params={"parts": ["again"], "temperatures": [0.7], "samples": 4})
    whole = (await web.client.get(f"/runs/{run}/events")).text
    assert (await web.client.get(f"/runs/{run}/events")).text == whole
    assert [line for line in whole.splitlines() if line.startswith("id: ")] == [f"id: {n}" for n in (1, 2, 3, 4)]
    rest = (await web.client.get(f"/runs/{run}/events", headers={"Last-Event-ID": "2"})).text
    assert [line for line in rest.splitlines() if line.startswith("id: ")] == ["id: 3", "id: 4"]
    assert rest.rstrip().split("\n\n")[-1].startswith("event: end")
    for hostile in ("-1", "x", "1" * 30):
        assert (await web.client.get(f"/runs/{run}/events", headers={"Last-Event-ID": hostile})).status_code == 422

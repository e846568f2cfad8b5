"""A run of an installed lab: whatever its code does, it can be stopped, it ends with a sentence, and other runs go on."""

import pytest
from guest_fixture import INSTRUMENT, Guests
from lab_fixture import Bench

from fluencylab.actions.runs import add_run, cancel_run
from fluencylab.errors import LabError
from fluencylab.runs import apart


def echo(guests: Guests, run: str) -> None:
    guests.add("echo", {"instrument.py": f"{INSTRUMENT}\n\n{run}\n"}, wheel="guest-echo")


async def test_it_runs_and_says_what_it_measured(lab: Bench, guests: Guests) -> None:
    guests.add("echo", {"instrument.py": INSTRUMENT})
    run_id = await lab.start("echo", text="abc", times=4)
    assert (await lab.ended(run_id)).status == "done"
    assert [step.data for step in await lab.steps(run_id)] == [{"i": i, "text": "abc"} for i in range(4)]


async def test_it_asks_the_model_as_ours_do_and_remembers(lab: Bench, guests: Guests) -> None:
    body = """
from fluencylab.instruments.calls import CallSpec, messages, run_calls
from fluencylab.models.types import Request

async def run(model, params):
    asks = [CallSpec("echo", {}, Request(messages=messages("", "Hi"), seed=i, temperature=1), lambda text: {}) for i in range(params.times)]
    async for step in run_calls(model, asks):
        yield step
"""
    echo(guests, body)
    run_id = await lab.start("echo", times=5)
    assert (await lab.ended(run_id)).status == "done"
    assert {step.data["text"] for step in await lab.steps(run_id)} == {f"Café 1/{i}" for i in range(5)}


@pytest.mark.parametrize(
    "body",
    [
        "import time\n    yield Step(kind='echo', data={'text': ''})\n    time.sleep(60)",
        "import asyncio\n    yield Step(kind='echo', data={'text': ''})\n    await asyncio.sleep(600)",
        "import time\n    yield Step(kind='echo', data={'text': ''})\n    while time.sleep(0.01) is None: pass",
        """
    import asyncio
    yield Step(kind='echo', data={'text': ''})
    while True:
        try:
            await asyncio.sleep(60)
        except BaseException:
            yield Step(kind='echo', data={'text': 'caught'})
""",
    ],
    ids=["blocks", "waits", "spins", "catches"],
)
async def test_a_run_that_never_ends_can_be_stopped_and_others_go_on(
    lab: Bench, guests: Guests, body: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apart, "GRACE", 0.3)
    echo(guests, f"async def run(model, params):\n    {body}")
    run_id = await lab.start("echo")
    await lab.stored(run_id, 1)
    ours = await lab.start(samples=1)
    assert (await lab.ended(ours)).status == "done"
    assert (await lab.run(run_id)).status == "running"
    await cancel_run(lab.store, run_id)
    assert (await lab.ended(run_id)).status == "cancelled"
    assert [step.data["text"] for step in await lab.steps(run_id)] == [""]


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("import sys\n    yield Step(kind='echo', data={'text': ''})\n    sys.exit(3)", "it failed in run (SystemExit: 3)."),
        (
            "import asyncio, sys\n    asyncio.get_running_loop().call_soon(sys.exit)\n    await asyncio.sleep(9)\n    yield",
            "did not foresee",
        ),
        ("yield Step(kind='echo', data={'text': '', 'much': 'x' * 2_000_000})", "a step has 2.0 MB, and 1 MB is the most."),
        ("raise ValueError('<b>no</b>')\n    yield", "it failed in run (ValueError: <b>no</b>)."),
    ],
)
async def test_a_run_that_fails_ends_with_a_sentence(lab: Bench, guests: Guests, body: str, says: str) -> None:
    echo(guests, f"async def run(model, params):\n    {body}")
    run_id = await lab.start("echo")
    ended = await lab.ended(run_id)
    assert ended.status == "failed" and says in ended.message
    assert (await lab.ended(await lab.start(samples=1))).status == "done"


async def test_a_run_whose_lab_is_gone_fails_with_a_sentence(lab: Bench, guests: Guests) -> None:
    guests.add("echo", {"instrument.py": INSTRUMENT})
    run_id = await lab.start("echo", times=2)
    await lab.ended(run_id)
    guests.without()
    with pytest.raises(LabError, match="There is no lab called “echo”"):
        await lab.start("echo")
    assert len(await lab.steps(run_id)) == 2


async def test_a_run_that_waits_for_a_lab_that_goes_ends_with_a_sentence(lab: Bench, guests: Guests) -> None:
    guests.add("echo", {"instrument.py": INSTRUMENT})
    async with lab.store.begin() as session:
        run = add_run(session, lab.learner, "echo", {})
    guests.without()
    await lab.queue.put(run.id)
    ended = await lab.ended(run.id)
    assert ended.status == "failed" and ended.message == "There is no lab called “echo”."

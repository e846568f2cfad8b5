"""The event stream: whatever comes between, every watcher gets each step once, in order, and then the end."""

import asyncio
import itertools
import uuid
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from sqlalchemy import URL

from fluencylab import clock
from fluencylab.errors import LabError, NotFound
from fluencylab.runs import feed
from fluencylab.runs.feed import Event, Feed
from fluencylab.runs.live import LIVE
from fluencylab.store import queries
from fluencylab.store.engine import Session, Store
from fluencylab.store.migrate import migrate
from fluencylab.store.tables import Learner, Run, Step


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    url = URL.create("sqlite", database=str(tmp_path / "lab.sqlite"))
    migrate(url)
    async with Store(url) as store:
        yield store


@asynccontextmanager
async def a_run(store: Store, steps: int = 0) -> AsyncIterator["Told"]:
    told = Told(store)
    async with store.begin() as session:
        await session.merge(Learner(id="you", created=clock.now()))
        session.add(
            Run(
                id=told.run,
                learner_id="you",
                instrument="call",
                params={},
                model="m",
                status="running",
                planned=steps,
                created=clock.now(),
                started=clock.now(),
            )
        )
    for _ in range(steps):
        await told.store_step()
    yield told
    LIVE.ended(told.run)
    await told.feed.close()


class Told:
    """A run, what is done to it, and who watches."""

    def __init__(self, store: Store) -> None:
        self.run, self.store, self.feed, self.stored = uuid.uuid4().hex, store, Feed(store), 0
        self.watching: list[tuple[int, asyncio.Task[list[Event]]]] = []

    async def store_step(self) -> None:
        self.stored += 1
        async with self.store.begin() as session:
            session.add(Step(run_id=self.run, seq=self.stored, kind="answer", data={"i": self.stored}, made=clock.now()))

    async def end(self, status: str = "done") -> None:
        async with self.store.begin() as session:
            run = await session.get(Run, self.run)
            assert run
            run.status, run.ended = status, clock.now()
        LIVE.nudge(self.run)

    async def watch(self, after: int, slow: float = 0) -> list[Event]:
        seen = []
        async for events in self.feed.watch(self.run, after):
            seen += events
            await asyncio.sleep(slow)
        return seen

    def join(self, after: int, slow: float = 0) -> None:
        self.watching.append((after, asyncio.create_task(self.watch(after, slow))))


def numbers(events: list[Event]) -> list[int]:
    return [event.seq for event in events if event.kind == "step" and event.seq is not None]


ACTS = st.lists(
    st.one_of(
        st.just(("store", 0)),
        st.just(("nudge", 0)),
        st.just(("write", 0)),
        st.just(("breathe", 0)),
        st.tuples(st.just("join"), st.integers(0, 12)),
        st.tuples(st.just("join slowly"), st.integers(0, 12)),
        st.tuples(st.just("leave"), st.integers(0, 5)),
    ),
    max_size=16,
)


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[asyncio.AbstractEventLoop, Store]]:
    """One loop and one database for all examples."""
    url = URL.create("sqlite", database=str(tmp_path_factory.mktemp("feed") / "lab.sqlite"))
    migrate(url)
    loop, store = asyncio.new_event_loop(), Store(url)
    yield loop, store
    loop.run_until_complete(store.__aexit__(None, None, None))
    loop.close()


@given(acts=ACTS, status=st.sampled_from(["done", "failed", "cancelled"]))
@examples(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow], phases=[Phase.generate])
def test_every_watcher_sees_each_step_once_in_order_and_then_the_end(
    stage: tuple[asyncio.AbstractEventLoop, Store], acts: list[tuple[str, int]], status: str
) -> None:
    loop, store = stage

    async def play() -> None:
        async with a_run(store) as told:
            told.join(0)
            for act, number in acts:
                match act:
                    case "store":
                        await told.store_step()
                    case "nudge":
                        LIVE.nudge(told.run)
                    case "write":
                        LIVE.writes(told.run, "call", "more ")
                    case "breathe":
                        await asyncio.sleep(0.002)
                    case "join":
                        told.join(min(number, told.stored))
                    case "join slowly":
                        told.join(min(number, told.stored), slow=0.01)
                    case "leave" if number and number < len(told.watching):
                        told.watching.pop(number)[1].cancel()
            await told.end(status)
            late = await told.watch(0)
            LIVE.ended(told.run)
            for after, task in [*told.watching, (0, asyncio.ensure_future(told.watch(0)))]:
                events = await asyncio.wait_for(task, 60)
                first = numbers(events)[0] if numbers(events) else told.stored + 1
                assert numbers(events) == list(range(first, told.stored + 1)), "a step was missed, doubled or out of order"
                assert first <= after + 1, "a step it had not seen was left out"
                assert [event.kind for event in events].count("end") == 1 and events[-1].kind == "end"
                assert events[-1].data["status"] == status
                assert events[-1].data["done"] == told.stored
            assert numbers(late) == list(range(1, told.stored + 1))

    loop.run_until_complete(play())


@pytest.mark.parametrize("after", [0, 1, 5, 9, 10])
async def test_a_page_that_comes_back_gets_what_followed(store: Store, after: int) -> None:
    async with a_run(store, steps=10) as told:
        await told.end()
        assert numbers(await told.watch(after)) == list(range(after + 1, 11))


async def test_a_number_no_step_has_yet_counts_as_the_last_ones(store: Store) -> None:
    async with a_run(store, steps=2) as told:
        told.join(999)
        await asyncio.sleep(0.1)
        await told.store_step()
        await told.end()
        assert numbers(await told.watching[0][1]) == [3]


async def test_two_watchers_and_a_reload_see_the_same_steps(store: Store) -> None:
    async with a_run(store) as told:
        told.join(0)
        told.join(0)
        for number in range(6):
            await told.store_step()
            LIVE.nudge(told.run)
            if number == 3:
                told.join(0)
            await asyncio.sleep(0.01)
        await told.end()
        one, two, reloaded = [await task for _, task in told.watching]
        data = [[event.data for event in events if event.kind == "step"] for events in (one, two, reloaded)]
        assert data[0] == data[1] == data[2]
        assert len(data[0]) == 6


async def test_a_run_of_thousands_of_steps_reaches_a_slow_reader_whole(store: Store) -> None:
    async with a_run(store) as told:
        async with told.store.begin() as session:
            session.add_all(Step(run_id=told.run, seq=seq, kind="answer", data={}, made=clock.now()) for seq in range(1, 3001))
        told.stored = 3000
        told.join(0, slow=0.3)
        await asyncio.sleep(0.1)
        for _ in range(20):
            await told.store_step()
            LIVE.writes(told.run, "call", "more ")
        await told.end()
        assert numbers(await told.watching[0][1]) == list(range(1, 3021))
        LIVE.ended(told.run)


async def test_a_slow_reader_skips_pictures_not_steps_and_nothing_waits_for_it(store: Store) -> None:
    async with a_run(store) as told:
        told.join(0, slow=0.5)
        told.join(0)
        for number in range(30):
            LIVE.writes(told.run, "call", f"{number} ")
            await asyncio.sleep(0.01)
        LIVE.wrote(told.run, "call")
        await told.store_step()
        await told.end()
        slow, quick = [await task for _, task in told.watching]
        assert numbers(slow) == numbers(quick) == [1]
        pictures = [[event.kind for event in events].count("partial") for events in (slow, quick)]
        assert pictures[0] < pictures[1]


async def test_the_answer_being_written_is_told_whole_each_time(store: Store) -> None:
    async with a_run(store) as told:
        told.join(0)
        for piece in ("مر", "حبا", " <b>"):
            LIVE.writes(told.run, "call", piece)
            await asyncio.sleep(0.06)
        LIVE.ended(told.run)
        await told.end()
        events = await told.watching[0][1]
        texts = [event.data["answers"][0]["text"] for event in events if event.kind == "partial"]
        assert texts[-1] == "مرحبا <b>"
        assert all(later.startswith(earlier) for earlier, later in itertools.pairwise(texts))


async def test_pictures_are_told_without_a_look_at_the_database(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """One at the beginning, one for what was stored; none for the tokens between."""
    looks, pictures, steps_after = 0, 0, queries.steps_after

    async def counted(session: Session, run_id: str, seq: int = 0) -> Sequence[Step]:
        nonlocal looks
        looks += 1
        return await steps_after(session, run_id, seq)

    monkeypatch.setattr(queries, "steps_after", counted)
    monkeypatch.setattr(feed, "LOOK_EVERY", 3600)
    async with a_run(store) as told:
        async for events in told.feed.watch(told.run):
            pictures += sum(event.kind == "partial" for event in events)
            if pictures < 20:
                LIVE.writes(told.run, "call", f"{pictures} ")
            elif not told.stored:
                await told.store_step()
                await told.end()
    assert pictures >= 20 and looks <= 3


async def test_the_same_event_goes_to_all_so_that_it_is_encoded_once(store: Store) -> None:
    async with a_run(store, steps=3) as told:
        told.join(0)
        told.join(0)
        await told.end()
        one, two = [await task for _, task in told.watching]
        assert all(a is b for a, b in zip(one, two, strict=True))


async def test_a_run_that_is_not_there_is_said(store: Store) -> None:
    async with a_run(store) as told:
        with pytest.raises(NotFound):
            async for _ in told.feed.watch("nothing"):
                pass
        assert not told.feed._topics


async def test_a_watcher_is_told_to_come_back_when_the_run_cannot_be_looked_at(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    class Broken(Store):
        broken = False

        @asynccontextmanager
        async def read(self):  # type: ignore[no-untyped-def]
            if self.broken:
                raise LabError("The database does not answer.")
            async with super().read() as session:
                yield session

    async with a_run(store, steps=2) as told:
        broken = Broken(told.store.url)
        feed = Feed(broken)
        seen: list[Event] = []
        with pytest.raises(ConnectionAbortedError):
            async for events in feed.watch(told.run):
                seen += events
                broken.broken = True
        assert numbers(seen) == [1, 2]
        broken.broken = False
        await told.end()
        async for events in feed.watch(told.run, after=2):
            seen += events
        assert numbers(seen) == [1, 2]
        assert seen[-1].kind == "end"
        await broken.__aexit__(None, None, None)


async def test_when_nothing_happens_that_is_told_now_and_then(store: Store) -> None:
    async with a_run(store, steps=1) as told:
        kinds = []
        async for events in told.feed.watch(told.run, quiet=0.02):
            kinds += [event.kind for event in events]
            if kinds[-3:] == ["quiet"] * 3:
                await told.end()
        said = [kind for kind in kinds if kind != "quiet"]  # on a busy machine the first quiet comes before the first step is read
        assert said[:2] == ["step", "state"]
        assert kinds[-1] == "end"
        assert kinds.count("quiet") >= 3


async def test_who_leaves_takes_nothing_with_him_and_leaves_nothing(store: Store) -> None:
    async with a_run(store, steps=1) as told:
        for _ in range(5):
            told.join(0)
        await asyncio.sleep(0.1)
        for _, task in told.watching[1:]:
            task.cancel()
        await told.store_step()
        await told.end()
        assert numbers(await told.watching[0][1]) == [1, 2]
        assert not told.feed._topics
        assert not LIVE._listeners


async def test_of_thousands_of_steps_a_few_are_held_and_every_watcher_gets_all(store: Store) -> None:
    async with a_run(store) as told:
        early = asyncio.create_task(told.watch(0))
        async with store.begin() as session:
            for seq in range(1, 3 * feed.KEPT + 1):
                session.add(Step(run_id=told.run, seq=seq, kind="answer", data={"i": seq}, made=clock.now()))
        told.stored = 3 * feed.KEPT
        LIVE.nudge(told.run)
        late, middle = (asyncio.create_task(told.watch(after)) for after in (0, 700))
        for _ in range(feed.KEPT * 2 + 10):
            await told.store_step()
        LIVE.nudge(told.run)
        while (topic := told.feed._topics.get(told.run)) and topic._count < told.stored:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        assert topic and len(topic._steps) <= 2 * feed.KEPT
        await told.end()
        for watching, after in ((early, 0), (late, 0), (middle, 700)):
            seen = [event.seq for event in await watching if event.kind == "step"]
            assert seen == list(range(after + 1, told.stored + 1))

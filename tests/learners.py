"""Three learners, to look at the pages with: one who did nothing yet, one after an honest hour, one after six weeks.

    python tests/learners.py hour /tmp/look/data      then: FLUENCY_DATA=/tmp/look/data fluency serve

Each is lived over the lab's own routes, with every run made by the model in use and the clock moved on between acts; the last act is now.
By itself that is the embedded model: an hour of it takes a few minutes. `--told` takes a model that a script tells what to say: quick,
and good enough where no answer is looked at. In a test: `await live("hour", web.app, web.client, moved)`.
"""

import argparse
import asyncio
import json
import os
import re
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
from lab_fixture import Endpoint

from fluencylab import clock
from fluencylab.actions import review, selftest
from fluencylab.actions.kinds import offered
from fluencylab.curriculum.loader import marked, track
from fluencylab.curriculum.repairs import Repair
from fluencylab.curriculum.schema import Case, Concept, Mission
from fluencylab.models import catalogue
from fluencylab.practice import graders
from fluencylab.practice.faults import ResolvedCase
from fluencylab.practice.kinds import CASE, DIAGNOSIS, MISSION, REPAIR
from fluencylab.settings import settings
from fluencylab.store import queries
from fluencylab.web.app import create_app

HTML = {"Accept": "text/html"}
ENDED = ("done", "failed", "cancelled")
ACT = timedelta(seconds=40)
"""What every act takes."""
WAITS = 600
INSIDE = {"next", "tape", "languages"}
"""Parts of labs for which a model shows its probabilities or its tokenizer; a scripted one has none."""


class MovedClock:
    """The lab's clock: it goes as the real one, and is moved on between acts."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def go_to(self, moment: datetime) -> None:
        self._ahead = moment - datetime.now(UTC)

    def wait(self, much: timedelta) -> None:
        self._ahead += much


@contextmanager
def moved_clock() -> Iterator[MovedClock]:
    moved, real = MovedClock(), clock.now
    clock.now = moved.now
    try:
        yield moved
    finally:
        clock.now = real


class Learner:
    """Whose every act is a post to a route."""

    def __init__(self, app: Any, client: httpx2.AsyncClient, time: MovedClock) -> None:
        self.lab, self.client, self.time = app.state.lab, client, time

    async def post(self, path: str, **fields: Any) -> httpx2.Response:
        self.time.wait(ACT)
        answer = await self.client.post(path, data=fields, headers=HTML)
        assert answer.status_code in (200, 204, 303), (path, answer.status_code, answer.text[-1500:])
        return answer

    async def ended(self) -> None:
        """Wait until no run of theirs is under way."""
        for _ in range(WAITS * 20):
            async with self.lab.store.read() as session:
                under_way = list(await queries.unfinished_runs(session))
            if not under_way:
                return
            await asyncio.sleep(0.05)
        raise AssertionError(f"the run {under_way[0].id} never ended")

    async def spend(self, kind: str, concept: Concept | None = None, minutes: float = 5) -> None:
        """Minutes in front of a page, as its script counts them."""
        self.time.wait(timedelta(minutes=minutes))
        await self.client.post("/time", data={"kind": kind, "seconds": 60 * minutes, "concept": concept.slug if concept else ""})

    async def call(self) -> None:
        await self.post("/calls", prompt="Write a name for a café by a harbour.", temperature=0.7)
        await self.ended()

    # The self-test

    async def begin_selftest(self) -> str:
        answer = await self.post("/self-test/begin", product="support-bot", anew="true")
        return answer.headers["location"].rpartition("/")[2]

    async def answer_selftest(self, sitting: str, right: int, questions: int = 7) -> None:
        """Of each question the first `right` claims rightly, and every other situation."""
        for number, text in list(enumerate(_texts(), start=1))[:questions]:
            await self.post(f"/self-test/{sitting}/{number}/text", text=text)
            async with self.lab.store.read() as session:
                asked = (await selftest.the_sitting(session, self.lab.learner, sitting)).question(number)
            said = {f"claim-{one.idea}": str(one.true if i < right else not one.true).lower() for i, one in enumerate(asked.claims)}
            sure = {f"sure-{one.idea}": 1 + i % 3 for i, one in enumerate(asked.claims)}
            best = asked.application.best
            option = best if number % 2 or right > 2 else next(one.id for one in asked.options if one.id != best)
            await self.post(f"/self-test/{sitting}/{number}/claims", **said, **sure, option=option, certainty=2)

    async def sit(self, right: int) -> None:
        await self.answer_selftest(await self.begin_selftest(), right)
        await self.spend("apply", minutes=12)

    # Missions and cases

    async def predict(self, mission: Mission) -> None:
        await self.post(f"/missions/{mission.slug}/predict", **mission.exemplar.accept, certainty=2)

    def missions(self, concept: Concept) -> list[Mission]:
        """Those of a concept that the model in use can run."""
        every = [one.of for one in offered(MISSION, concept.slug)]
        inside = catalogue.current().card().shows_inside
        return every if inside else [one for one in every if not INSIDE & {*one.run.params.get("parts", ())}]

    async def run_mission(self, mission: Mission) -> dict[str, float]:
        """Its facts."""
        await self.post(f"/missions/{mission.slug}/run")
        await self.ended()
        async with self.lab.store.read() as session:
            attempt = await queries.latest_attempt(session, self.lab.learner, mission.slug)
        assert attempt is not None
        facts: dict[str, float] = (await self.client.get(f"/runs/{attempt.run_id}")).json()["facts"]
        return facts

    async def see(self, mission: Mission, facts: dict[str, float]) -> None:
        await self.post(f"/missions/{mission.slug}/see", sight=graders.true_sight(mission.seen, facts) % len(mission.seen.sights))

    async def decide(self, of: Mission | Case, right: bool = True, **more: Any) -> None:
        best, base = of.decide.best, "missions" if isinstance(of, Mission) else "cases"
        other = next(one.id for one in of.decide.options if one.id != best)
        await self.post(f"/{base}/{of.slug}/decide", option=best if right else other, certainty=3 if right else 2, **more)
        await self.post(f"/{base}/{of.slug}/twin", option=of.decide.twin.best)

    async def mission(self, concept: Concept, mission: Mission, right: bool = True) -> None:
        """`right`: whether the first choice is; the twin is right in any case."""
        await self.predict(mission)
        await self.see(mission, await self.run_mission(mission))
        await self.decide(mission, right)
        await self.spend("apply", concept)

    async def case(self, concept: Concept, case: Case, right: bool = True) -> None:
        reasons = [one.id for one in case.reasons if one.carries] if right else [one.id for one in case.reasons[:2]]
        await self.decide(case, right, reason=reasons, flip=next(one.id for one in case.flips if one.flips == right))
        await self.spend("apply", concept, 4)

    # The debugging bench

    async def diagnose(self, case: ResolvedCase, right: bool = True) -> None:
        here, fault = f"/debug/cases/{case.case.slug}", case.fault
        await self.post(f"{here}/look")
        await self.ended()
        for probe in fault.path:
            await self.post(f"{here}/probes", probe=probe)
            await self.ended()
        shown = next(probe for probe in fault.path if probe in fault.proof)
        await self.post(f"{here}/name", cause=fault.slug if right else case.case.decoys[0], evidence=shown, certainty=2)
        await self.post(f"{here}/fix", fix=case.fault.best)
        await self.spend("apply", minutes=6)

    async def repair(self, repair: Repair) -> None:
        """A prompt that seems to do, then one that does."""
        for fix in (repair.plausible[0], repair.reference):
            await self.post(f"/debug/repairs/{repair.slug}/hand-in", prompt=fix.prompt)
            await self.ended()
        await self.spend("apply", minutes=8)

    # Reviews

    async def review(self, most: int = 4) -> None:
        """What is due, at most so many; the last one wrong."""
        for number in range(most):
            answer = await self.client.post("/review", headers=HTML)
            if answer.status_code != 303:
                return
            self.time.wait(ACT)
            place = answer.headers["location"]
            async with self.lab.store.read() as session:
                item = (await review.asked(session, self.lab.learner, place.rpartition("/")[2])).item
            wrong = next(one.id for one in item.options if one.id != item.best)
            await self.post(place, item=item.content, option=wrong if number == most - 1 else item.best, certainty=2)


def _texts() -> list[str]:
    """An answer to each of the seven questions."""
    found: dict[int, str] = {}
    for one in marked():
        found.setdefault(one.question, one.answer)
    return [found[number] for number in sorted(found)]


# Three lives


async def nothing(you: Learner, until: datetime) -> None:
    """Nothing was done yet."""


async def an_hour(you: Learner, until: datetime) -> None:
    """A call, the self-test, three missions, two cases, a diagnosis and a repair: most of it right, and nothing solid yet."""
    first, second = track().concepts[:2]
    you.time.go_to(until - timedelta(minutes=95))
    await you.call()
    await you.sit(right=2)
    await you.spend("read", first, 4)
    await you.mission(first, you.missions(first)[0], right=False)
    await you.mission(first, you.missions(first)[1])
    await you.case(first, first.cases[0])
    await you.mission(second, you.missions(second)[0])
    await you.case(second, second.cases[0], right=False)
    for diagnosis in offered(DIAGNOSIS)[:1]:
        await you.diagnose(diagnosis.of)
    for repair in offered(REPAIR)[:1]:
        await you.repair(repair.of)


async def six_weeks(you: Learner, until: datetime) -> None:
    """Two sittings a week: what is due, a mission, two cases, now and then a diagnosis; the self-test once more at the end."""
    begin = until - timedelta(weeks=6)
    you.time.go_to(begin)
    await you.call()
    await you.sit(right=1)
    await you.post("/plan", target=90, day=[begin.weekday(), (begin.weekday() + 3) % 7], at="09:00", minutes=45)
    diagnoses, concepts = offered(DIAGNOSIS), track().concepts
    for number in range(12):
        you.time.go_to(begin + timedelta(days=1 + number // 2 * 7 + number % 2 * 3))
        concept = concepts[number // 2]
        await you.spend("read", concept, 3)
        await you.review()
        for mission in you.missions(concept)[number % 2 :: 2][:1]:
            await you.mission(concept, mission, right=number % 5 != 1)
        for one in offered(CASE, concept.slug)[number % 2 :: 2]:
            await you.case(concept, one.of, right=number % 4 != 2)
        for found in diagnoses[number // 3 : number // 3 + 1] if number % 3 == 0 else ():
            await you.diagnose(found.of, right=number != 6)
    for repair in offered(REPAIR)[:1]:
        await you.repair(repair.of)
    you.time.go_to(until - timedelta(minutes=75))
    await you.sit(right=3)


LEARNERS: dict[str, Callable[[Learner, datetime], Awaitable[None]]] = {"nothing": nothing, "hour": an_hour, "weeks": six_weeks}


async def live(name: str, app: Any, client: httpx2.AsyncClient, time: MovedClock) -> Learner:
    """`app` is open. At the end the clock is the real one again, and nothing lies ahead of it."""
    you = Learner(app, client, time)
    await LEARNERS[name](you, datetime.now(UTC))
    assert time.now() <= datetime.now(UTC), f"{name} lasts {time.now() - datetime.now(UTC)} too long"
    time.go_to(datetime.now(UTC))
    return you


async def _live_in_folder(name: str) -> None:
    app = create_app()
    with moved_clock() as time:
        async with app.router.lifespan_context(app):
            transport = httpx2.ASGITransport(app)
            async with httpx2.AsyncClient(transport=transport, base_url="http://localhost:8700", timeout=WAITS) as client:
                await live(name, app, client, time)


def follows(body: dict[str, Any]) -> list[str]:
    """A scripted model: the order number of the last message, where a reply was shown before; else a word for each seed."""
    shown = any(message["role"] == "assistant" for message in body["messages"])
    found = re.search(r"Q-\d{4}", body["messages"][-1]["content"])
    return [found[0]] if shown and found else ["Café ", f"{body['temperature']:g}/", str(body["seed"])]


def as_embedded(listed: str) -> str:
    """`models.json` of a scripted model that passes for the embedded one: every exercise is proved on it."""
    known = json.loads(listed)
    (told,) = known["models"]
    return json.dumps(known | {"models": [told | {"sha256": catalogue.find(catalogue.DEFAULT).sha256}]})


def make(name: str, folder: Path, told: bool = False) -> None:
    """The learner in a data folder of their own, which is made."""
    folder.mkdir(parents=True)
    before = os.environ.get("FLUENCY_DATA")
    os.environ["FLUENCY_DATA"] = str(folder)
    settings.cache_clear()
    try:
        if told:
            endpoint = Endpoint()
            endpoint.says = follows
            (folder / "models.json").write_text(as_embedded(endpoint.listed()))
        asyncio.run(_live_in_folder(name))
        if told:
            endpoint.close()
    finally:
        os.environ.pop("FLUENCY_DATA") if before is None else os.environ.update(FLUENCY_DATA=before)
        settings.cache_clear()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("learner", choices=list(LEARNERS))
    parser.add_argument("folder", type=Path, help="the data folder, which must not be there yet")
    parser.add_argument("--told", action="store_true", help="a scripted model in place of the embedded one")
    asked = parser.parse_args()
    make(asked.learner, asked.folder, asked.told)
    print(f"{asked.learner} lives in {asked.folder}: FLUENCY_DATA={asked.folder} fluency serve", file=sys.stderr)


if __name__ == "__main__":
    main()

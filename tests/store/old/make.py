"""A learner's whole life in the lab, lived over its own routes, and kept as files: how `README.md` says. Not a test; run by hand.

    PYTHONPATH=OLD:OLD/tests python tests/store/old/make.py FOLDER

What it imports is the checkout `OLD` that lies on the path; the names are that version's, so nothing here is held to today's.
"""

import asyncio
import gzip
import json
import os
import re
import sqlite3
import sys
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

VERSION = "80280d6"
LOOKED_AT = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)
OCTOBER, NOVEMBER = datetime(2026, 10, 5, 8, 0, tzinfo=UTC), datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
HTML = {"Accept": "text/html"}
ENDED = ("done", "failed", "cancelled")
HEAVY = "DELETE FROM calls WHERE length(completion) > 9999 OR run_id IN (SELECT id FROM runs WHERE instrument = 'grader')"
"""Nine tenths of the file, and of no use to a run that has ended."""

httpx2 = import_module("httpx2")


def of(module: str) -> Any:
    """A module of the old version."""
    return import_module(f"fluencylab.{module}")


class Time:
    """The lab's clock: it goes as the real one, and is moved on between acts."""

    def __init__(self) -> None:
        self._ahead = timedelta()
        of("clock").now = self.now

    def now(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def go_to(self, moment: datetime) -> None:
        self._ahead = moment - datetime.now(UTC)

    def wait(self, **much: float) -> None:
        self._ahead += timedelta(**much)


class Person:
    """Who lives it: every act is a post to a route."""

    def __init__(self, app: Any, client: Any, time: Time) -> None:
        self.app, self.client, self.time = app, client, time
        self.track = of("curriculum.loader").track()

    @property
    def lab(self) -> Any:
        return self.app.state.lab

    async def post(self, path: str, **fields: Any) -> Any:
        self.time.wait(seconds=40)
        answer = await self.client.post(path, data=fields, headers=HTML)
        assert answer.status_code in (200, 204, 303), (path, answer.status_code, answer.text[-1500:])
        return answer

    async def look(self, path: str) -> str:
        answer = await self.client.get(path, headers=HTML, follow_redirects=True)
        assert answer.status_code == 200, (path, answer.status_code)
        return str(answer.text)

    async def run(self, run_id: str) -> dict[str, Any]:
        return dict((await self.client.get(f"/runs/{run_id}")).json())

    async def ended(self, run_id: str, status: str = "done") -> dict[str, Any]:
        run = await self.run(run_id)
        while run["status"] not in ENDED:
            await asyncio.sleep(0.05)
            run = await self.run(run_id)
        assert run["status"] == status, run["message"]
        return run

    async def measured(self, run_id: str, steps: int) -> None:
        run = await self.run(run_id)
        while run["done"] < steps:
            assert run["status"] not in ENDED, run["message"]
            await asyncio.sleep(0.05)
            run = await self.run(run_id)

    async def under_way(self) -> list[str]:
        async with self.lab.store.read() as session:
            return [run.id for run in await of("store.queries").unfinished_runs(session)]

    async def begin_run(self, instrument: str, **params: Any) -> str:
        self.time.wait(seconds=40)
        answer = await self.client.post("/runs", json={"instrument": instrument, "params": params})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    async def made(self, instrument: str, **params: Any) -> None:
        run = await self.ended(await self.begin_run(instrument, **params))
        print(instrument, run["status"], run["done"])

    async def ask_told(self, samples: int) -> str:
        """A run of the endpoint, from the lab's own form."""
        answer = await self.post("/labs/sampling", model="told", view="again", temperatures="1", samples=samples)
        return str(answer.headers["location"].partition("run=")[2].partition("#")[0])

    async def attempt(self, exercise: str) -> Any:
        async with self.lab.store.read() as session:
            return await of("store.queries").latest_attempt(session, self.lab.learner, exercise)

    # Missions

    def mission(self, slug: str) -> Any:
        return self.track.mission(slug)[1]

    async def predict(self, slug: str, right: bool = True, sure: int = 3) -> None:
        exemplar = self.mission(slug).exemplar
        await self.post(f"/missions/{slug}/predict", **(exemplar.accept if right else exemplar.refuse), certainty=sure)

    async def run_mission(self, slug: str, status: str = "done") -> dict[str, Any]:
        await self.post(f"/missions/{slug}/run")
        run = await self.ended((await self.attempt(slug)).run_id, status)
        await self.look(f"/missions/{slug}")
        return run

    async def go_through(self, slug: str, right: bool = True, sure: int = 3) -> None:
        mission = self.mission(slug)
        await self.predict(slug, right, sure)
        run = await self.run_mission(slug)
        true = of("practice.graders").true_sight(mission.seen, run["facts"])
        await self.post(f"/missions/{slug}/see", sight=true % len(mission.seen.sights) if right else 0)
        other = next(one.id for one in mission.decide.options if one.id != mission.decide.best)
        await self.post(f"/missions/{slug}/decide", option=mission.decide.best if right else other, certainty=sure)
        await self.post(f"/missions/{slug}/twin", option=mission.decide.twin.best)

    # Cases

    async def argue(self, slug: str, right: bool = True, twin: bool = True) -> None:
        case = self.track.case(slug)[1]
        reasons = [one.id for one in case.reasons if one.carries] if right else [one.id for one in case.reasons[:2]]
        flip = next(one.id for one in case.flips if one.flips == right)
        await self.post(f"/cases/{slug}/decide", option=case.decide.best, reason=reasons, flip=flip, certainty=3 if right else 1)
        if twin:
            await self.post(f"/cases/{slug}/twin", option=case.decide.twin.best)

    # The debugging bench

    async def probe(self, slug: str, *probes: str) -> Any:
        await self.post(f"/debug/cases/{slug}/look")
        await self.ended((await self.attempt(f"debug/{slug}")).run_id)
        for one in probes:
            await self.post(f"/debug/cases/{slug}/probes", probe=one)
            for run in await self.under_way():
                await self.ended(run)
        return of("practice.faults").laid(slug)

    async def diagnose(self, slug: str, *probes: str, right: bool = True) -> None:
        case = await self.probe(slug, *probes)
        cause = case.fault.slug if right else case.case.decoys[0]
        await self.post(f"/debug/cases/{slug}/name", cause=cause, evidence=probes[-1], certainty=3 if right else 2)
        await self.post(f"/debug/cases/{slug}/fix", fix=case.fault.best)

    async def hand_in(self, slug: str, prompt: str, seen: bool = True) -> None:
        await self.post(f"/debug/repairs/{slug}/hand-in", prompt=prompt)
        await self.ended((await self.attempt(f"repair/{slug}")).run_id)
        if seen:
            await self.look(f"/debug/repairs/{slug}")

    # The self-test

    async def sit(self, answers: Iterable[str], right: int) -> str:
        """Begin a sitting and answer as many questions as there are texts; the first `right` of each claims rightly."""
        answer = await self.post("/self-test/begin", product="support-bot", anew="true")
        sitting = answer.headers["location"].rpartition("/")[2]
        for number, text in enumerate(answers, start=1):
            await self.post(f"/self-test/{sitting}/{number}/draft", text=text[: len(text) // 2])
            await self.post(f"/self-test/{sitting}/{number}/text", text=text)
            now = await self._sitting(sitting)
            await self._mark(sitting, number, text, now)
            claims = {f"claim-{one.idea}": str(one.true if i < right else not one.true).lower() for i, one in enumerate(now[0].claims)}
            sure = {f"sure-{one.idea}": 1 + i % 3 for i, one in enumerate(now[0].claims)}
            await self.post(f"/self-test/{sitting}/{number}/claims", **claims, **sure, option=now[0].application.best, certainty=2)
        return str(sitting)

    async def _sitting(self, sitting: str) -> list[Any]:
        """The questions that are still open."""
        async with self.lab.store.read() as session:
            found = await of("actions.selftest").the_sitting(session, self.lab.learner, sitting)
        return [one for one in found.asked if found.stage(one.number) != "answered"]

    async def _mark(self, sitting: str, number: int, text: str, now: list[Any]) -> None:
        async with self.lab.store.read() as session:
            found = await of("actions.selftest").the_sitting(session, self.lab.learner, sitting)
        read = found.shown[f"{number}.text"].answer["read"]
        for idea in [one["idea"] for one in read["ideas"] if one["verdict"] == "unsure"] if read else []:
            await self.post(f"/self-test/{sitting}/{number}/mark", idea=idea, words=text[:20])

    # Reviews

    async def review(self, most: int, right: bool = True) -> int:
        for done in range(most):
            answer = await self.client.post("/review", headers=HTML)
            if answer.status_code != 303:
                return done
            place = answer.headers["location"]
            async with self.lab.store.read() as session:
                item = (await of("actions.review").asked(session, self.lab.learner, place.rpartition("/")[2])).item
            wrong = next(one.id for one in item.options if one.id != item.best)
            await self.post(place, item=item.content, option=item.best if right else wrong, certainty=2)
        return most


def texts() -> list[str]:
    """An answer to each of the seven questions."""
    found: dict[int, str] = {}
    for one in of("curriculum.loader").marked():
        found.setdefault(one.question, one.answer)
    return [found[number] for number in sorted(found)]


async def october(you: Person) -> None:
    """Weeks before the content was last brought up to date."""
    await you.post("/calls", prompt="Why is the sky blue?", temperature=0.7)
    (call,) = await you.under_way()
    await you.ended(call)
    await you.sit(texts(), right=2)
    await you.post("/plan", target=120, day=[1, 3], at="18:30", minutes=45)
    await you.post("/time", kind="apply", seconds=120, concept="tokens-and-temperature")
    await you.go_through("twelve-names-for-one-cafe", right=False, sure=3)
    await you.go_through("which-locker")
    await you.go_through("the-rules-that-vanished", sure=2)
    metrics = ("three-lines-to-draw", "ninety-nine-per-cent-right", "the-text-that-scored-lower", "the-judge-who-liked-it-long", "resolved")
    for slug in ("the-letter-of-refusal", *metrics):
        await you.argue(slug)
    you.time.wait(days=9)
    print("reviews", await you.review(4), await you.review(2, right=False))


async def november(you: Person) -> None:
    for slug in ("two-clocks-for-one-answer", "the-empty-box", "the-founder-of-nothing"):
        await you.go_through(slug)
    await you.go_through("twelve-names-for-one-cafe")  # a second try
    await you.post("/missions/which-locker/again")  # and one that is only begun
    await you.predict("the-word-everyone-expects", sure=1)  # open: not run
    await you.predict("the-price-of-no")
    await you.run_mission("the-price-of-no")  # half done: run, and not yet said what was seen
    await you.predict("wrong-at-zero", right=False)
    await you.run_mission("wrong-at-zero", "failed")  # its run failed: this model gives no log-probabilities
    await you.predict("a-sentence-on-guard", right=False)
    run = await you.run_mission("a-sentence-on-guard")
    true = of("practice.graders").true_sight(you.mission("a-sentence-on-guard").seen, run["facts"])
    await you.post("/missions/a-sentence-on-guard/see", sight=true % 3)  # half done: not yet decided
    for slug in ("the-bank-that-said-no", "without-nuts", "first-place-or-among-ten", "half-of-the-shelf"):
        await you.argue(slug)
    await you.argue("the-tavern-keeper", right=False)
    await you.argue("the-tavern-keeper", twin=False)  # a second try, its twin open
    await you.post("/time", kind="read", seconds=300, concept="latency")
    await you.post("/time", kind="beyond", seconds=90)


async def debugging(you: Person) -> None:
    await you.diagnose("twice-as-fast", "search", "tokens")
    await you.probe("twice-as-fast", "prompt")  # a second go, open, with another probe bought
    await you.diagnose("every-answer-another", "cold", right=False)
    await you.probe("last-years-week", "search", "trace")  # probes bought, no cause named
    await you.probe("fourteen-not-thirty")  # only looked at
    repairs = of("curriculum.repairs").repairs().repairs
    clerk, second, third, fourth = repairs[:4]
    await you.post(f"/debug/repairs/{clerk.slug}/try", prompt=clerk.plausible[0].prompt)
    (tried,) = await you.under_way()
    await you.ended(tried)
    await you.hand_in(clerk.slug, clerk.plausible[0].prompt)
    await you.post(f"/debug/repairs/{clerk.slug}/hint")
    await you.post(f"/debug/repairs/{clerk.slug}/debrief")
    await you.hand_in(clerk.slug, clerk.reference.prompt)
    await you.client.post(f"/debug/repairs/{clerk.slug}/draft", data={"text": f"{clerk.reference.prompt}\nAnd be brief."})
    await you.post(f"/debug/repairs/{second.slug}/hint")
    await you.client.post(f"/debug/repairs/{second.slug}/draft", data={"text": "Half a prompt, مرحبا 🫖"})
    await you.hand_in(third.slug, third.reference.prompt)
    await you.hand_in(fourth.slug, fourth.reference.prompt, seen=False)  # its page was not opened again: its verdict is open


async def labs(you: Person) -> None:
    """One run of every kind, each as small as it goes; where a lab looks inside the model, on the embedded one."""
    of("models.catalogue").use(of("models.catalogue").DEFAULT)
    await you.made("call", max_tokens=6)
    await you.made("sampling", parts=["next", "write"], max_tokens=6)
    await you.made("context", parts=["tape"], ask=False)
    await you.made("finetuning", parts=["ask"], max_tokens=6)
    await you.made("latency", parts=["call"], repetitions=1, max_tokens=16)
    of("models.catalogue").use("told")
    await you.made("sampling", parts=["again"], temperatures=[0, 1], samples=3, max_tokens=6)
    await you.made("prompting", parts=["compare"], samples=1, max_tokens=8)
    await you.made("embeddings", parts=["search"])
    await you.made("retrieval", answered=2, absent=1, max_tokens=8)
    await you.made("grounding", parts=["count"], questions=4, again=0, max_tokens=8)
    await you.made("cost", messages=4, strategies=["zero"], draws=2)
    await you.made("tools", parts=["right"], ways=["list"], requests=4)
    await you.made("metrics", parts=["confusion"], messages=4)
    await you.made("assistant", samples=1)
    await you.made("repair", groups=["visible"])
    places = [name for name, _ in of("instruments.judging").places()]
    await you.client.post("/labs/metrics/keep", data={f"mark-{name}": "send" for name in places[:3]}, headers=HTML)
    await you.client.post("/labs/metrics/keep", data={f"mark-{name}": "stop" for name in places[3:5]}, headers=HTML)


async def stopped(you: Person, endpoint: Any) -> None:
    """Runs that did not come to their end: stopped, failed, and under way when the lab was last closed."""
    endpoint.gives = endpoint._given + 2
    long = await you.begin_run("sampling", parts=["again"], temperatures=[1], samples=50)
    await you.measured(long, 2)
    await you.post(f"/runs/{long}/cancel")
    await you.ended(long, "cancelled")
    endpoint.gives = None
    endpoint.refuses = (500, "the engine is gone")
    await you.ended(await you.ask_told(samples=1), "failed")
    endpoint.refuses = None


async def graded(you: Person, endpoint: Any) -> None:
    """A model tested as a grader: stopped, then to the end, and looked at. Another one by a sample."""
    reader = import_module("practice.test_model_grader")
    request = of("models.types").Request
    endpoint.says = lambda body: [reader.told(reader.well, request.model_validate({"messages": body["messages"]})).text]
    endpoint.gives = endpoint._given + 3
    await you.post("/model/told/grader")
    (run,) = await you.under_way()
    await you.measured(run, 3)
    await you.post(f"/runs/{run}/cancel")
    await you.ended(run, "cancelled")
    endpoint.gives = None
    for slug, sample in (("told", 0), ("other", 4)):
        await you.post(f"/model/{slug}/grader", sample=sample)
        (run,) = await you.under_way()
        await you.ended(run)
        await you.look(f"/model/{slug}/grader")
    endpoint.says = follows


async def left_open(you: Person, endpoint: Any) -> None:
    """A second sitting with drafts, and a run in its middle."""
    *first, third = texts()[:3]
    sitting = await you.sit(first, right=9)
    await you.post(f"/self-test/{sitting}/3/text", text=third)
    await you.post(f"/self-test/{sitting}/4/draft", text="It is half of")
    endpoint.gives = endpoint._given + 3
    running = await you.ask_told(samples=6)
    await you.measured(running, 3)


def follows(body: dict[str, Any]) -> list[str]:
    """A model that does as it is shown: the order number of the last message, if a reply was shown before; else a word for each seed."""
    shown = any(message["role"] == "assistant" for message in body["messages"])
    found = re.search(r"Q-\d{4}", body["messages"][-1]["content"])
    return [found[0]] if shown and found else ["Café ", f"{body['temperature']:g}/", str(body["seed"])]


# What the old version shows


async def seen(you: Person) -> dict[str, Any]:
    """What it shows at LOOKED_AT, and what of that rests on the content of that day."""
    learner = you.lab.learner
    async with you.lab.store.read() as session:
        return {
            "at": LOOKED_AT.isoformat(),
            "map": await the_map(session, learner),
            "report": await the_report(session, learner),
            "standing": await the_standing(session, learner, you.track),
            "reviews": await the_reviews(session, learner),
            "kept": await the_kept(session, learner),
            "content": the_content(),
        }


async def the_map(session: Any, learner: str) -> dict[str, Any]:
    found = await of("actions.progress").fluency(session, learner, LOOKED_AT)
    numbers = ("state", "mean", "low", "high", "n", "deterministic", "due_because")
    cells = {f"{one.concept} {one.capability}": {name: getattr(one, name) for name in numbers} for one in found.cells}
    return {"cells": cells, "brier": found.calibration.brier, "sureness": [[one.right, one.measured.n] for one in found.calibration.levels]}


async def the_report(session: Any, learner: str) -> dict[str, Any]:
    found = await of("actions.report").report(session, learner, LOOKED_AT)
    return {
        "since": found.since.isoformat(),
        "product": found.product,
        "before": found.before and {name: [o.right for o in outcomes] for name, outcomes in found.before.outcomes.items()},
        "after": found.after and found.after.id,
        "pieces": found.pieces,
        "minutes": found.minutes._asdict(),
        "certified": [[one.concept, one.capability, one.n, str(one.first), str(one.last), list(one.models)] for one in found.certified],
    }


async def the_standing(session: Any, learner: str, track: Any) -> dict[str, Any]:
    stood = await of("actions.standing").standings(session, learner)
    exercises = [one for concept in track.concepts for one in (*concept.missions, *concept.cases)]
    listed = [*await of("actions.debug").diagnoses(session, learner), *await of("actions.debug").repairs(session, learner)]
    cases = {f"debug/{one.slug}": list(stood.diagnosis(one.slug)) for one in of("curriculum.bench").bench().cases}
    on = await of("actions.standing").path(session, learner, LOOKED_AT)
    return {
        "exercises": {one.slug: list(stood.of(one)) for one in exercises} | cases,
        "bench": {f"{one.kind} {one.slug}": one.where for one in listed},
        "done": sorted(on.done),
        "begun": {slug: str(day) for slug, day in on.begun.items()},
    }


async def the_reviews(session: Any, learner: str) -> list[Any]:
    due = await of("actions.review").reviews(session, learner, LOOKED_AT)
    return [[*one.skill, one.why, str(one.on), one.can] for one in due]


async def the_kept(session: Any, learner: str) -> dict[str, Any]:
    """Drafts, hints, probes, marks."""
    rows = await of("store.portable").take_out(session, learner)
    found: dict[str, Any] = {"drafts": {row["name"]: row["text"] for row in rows["drafts"]}, "repairs": {}, "probes": {}}
    for one in of("curriculum.repairs").repairs().repairs:
        going = await of("actions.repairs").going(session, learner, one)
        tried = going.tried and going.tried.run.id
        found["repairs"][one.slug] = [going.prompt, going.hints, going.debrief, tried, [row.score for row in going.judged]]
    for one in of("curriculum.bench").bench().cases:
        if case := of("practice.faults").laid(one.slug):
            stand = await of("actions.diagnosis").going(session, learner, case)
            found["probes"][one.slug] = [stand.stage, [[had.probe.slug, had.run.id] for had in stand.bought]]
    found["marks"] = await of("actions.keeping").kept(session, learner, "metrics")
    return found


def the_content() -> dict[str, Any]:
    present = of("actions.progress")._present()
    return {
        "contents": dict(present.contents),
        "sha256": present.sha256,
        "true_as_of": {slug: str(day) for slug, day in present.true_as_of.items()},
        "chances": [[*key, share] for key, share in of("actions.progress")._chances().items()],
    }


def dump(database: Path, to: Path) -> None:
    """The whole database as SQL."""
    copied = sqlite3.connect(":memory:")
    with sqlite3.connect(database) as source:
        source.backup(copied)
    copied.execute(HEAVY)
    copied.commit()
    with gzip.GzipFile(to, "wb", mtime=0) as file:
        file.write("\n".join(copied.iterdump()).encode())


def write(to: Path, what: bytes) -> None:
    with gzip.GzipFile(to, "wb", mtime=0) as file:
        file.write(what)


async def live(to: Path, data: Path, endpoint: Any) -> None:
    time = Time()
    time.go_to(OCTOBER)
    app = of("web.app").create_app()
    async with app.router.lifespan_context(app):
        transport = httpx2.ASGITransport(app, raise_app_exceptions=False)
        async with httpx2.AsyncClient(transport=transport, base_url="http://localhost:8700", timeout=300) as client:
            you = Person(app, client, time)
            await october(you)
            time.go_to(NOVEMBER)
            await november(you)
            time.wait(hours=20)
            await debugging(you)
            await labs(you)
            await stopped(you, endpoint)
            await graded(you, endpoint)
            time.wait(hours=20)
            await left_open(you, endpoint)
            assert time.now() < LOOKED_AT, time.now()
            shown = await seen(you)
            shown["files"] = {name: json.loads((data / name).read_text()) for name in ("models.json", "graders.json")}
            (to / f"{VERSION}.json").write_text(json.dumps(shown, indent=1, ensure_ascii=False) + "\n")
            dump(data / "lab.sqlite", to / f"{VERSION}.sql.gz")
            write(to / f"{VERSION}.archive.json.gz", (await client.get("/data/export")).content)
            os._exit(0)  # as when the lab is killed: the run in its middle stays there


def main() -> None:
    to, data = Path(sys.argv[1]), Path(os.environ["FLUENCY_DATA"])
    endpoint = import_module("lab_fixture").Endpoint()
    data.mkdir(parents=True)
    endpoint.says = follows
    (told,) = json.loads(endpoint.listed())["models"]
    told |= {"sha256": of("models.catalogue").find(of("models.catalogue").DEFAULT).sha256}  # so that every exercise is proved on it
    (data / "models.json").write_text(json.dumps({"current": "told", "models": [told, told | {"slug": "other", "name": "Other"}]}))
    asyncio.run(live(to, data, endpoint))


if __name__ == "__main__":
    main()

"""A folder that an older version left, with everything in it, shows the same in this one; and so does the backup it made."""

import json
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pytest
from lab_fixture import rows
from old_fixture import archive, leave, shown

from fluencylab.actions import data, diagnosis, keeping, progress, repairs, verdicts
from fluencylab.actions.kinds import listed
from fluencylab.actions.report import report
from fluencylab.actions.review import reviews
from fluencylab.actions.standing import path, standings
from fluencylab.curriculum.bench import bench
from fluencylab.curriculum.repairs import repairs as known_repairs
from fluencylab.models import catalogue
from fluencylab.practice import faults
from fluencylab.practice.kinds import CASE, DIAGNOSIS, MISSION, REPAIR
from fluencylab.progress.expiry import Present
from fluencylab.store import moved, portable
from fluencylab.store.engine import Session, Store
from fluencylab.store.migrate import head, migrate

LEARNER = "you"
BEFORE = shown()
AT = datetime.fromisoformat(BEFORE["at"])
LATE = {"the-price-of-no": "compare", "repair/the-rule-of-last-year": "repair"}
"""Runs that had ended when the folder was left, and whose page nobody had opened: exercise -> stage of the verdict."""


@pytest.fixture(autouse=True)
def of_that_day(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The words, dates and chances of the content as it was: a mission that is written anew since is not the store's business."""
    content = BEFORE["content"]
    dates = {slug: date.fromisoformat(day) for slug, day in content["true_as_of"].items()}
    chances = {(exercise, stage): share for exercise, stage, share in content["chances"]}
    asked = moved.asked_hashes()
    words = {exercise: asked.get(words, words) for exercise, words in content["contents"].items()}
    monkeypatch.setattr(progress, "_present", lambda: Present(words, content["sha256"], dates))
    monkeypatch.setattr(progress, "_chances", lambda _packs: chances)
    progress._held.cache_clear()
    yield
    progress._held.cache_clear()


def rounded(value: Any) -> Any:
    """As JSON would hold it, but for the last digits."""
    if isinstance(value, dict):
        return {str(key): rounded(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [rounded(one) for one in value]
    return round(value, 6) if isinstance(value, float) else value


# What this version shows, in the shape in which `old/make.py` wrote down what the older one showed


async def the_map(session: Session) -> dict[str, Any]:
    found = await progress.fluency(session, LEARNER, AT)
    numbers = ("state", "mean", "low", "high", "n", "deterministic", "due_because")
    cells = {f"{one.concept} {one.capability}": {name: getattr(one, name) for name in numbers} for one in found.cells}
    return {"cells": cells, "brier": found.calibration.brier, "sureness": [[one.right, one.measured.n] for one in found.calibration.levels]}


async def the_report(session: Session) -> dict[str, Any]:
    found = await report(session, LEARNER, AT)
    return {
        "since": found.since.isoformat(),
        "product": found.product,
        "before": found.before and {name: [o.right for o in outcomes] for name, outcomes in found.before.outcomes.items()},
        "after": found.after and found.after.id,
        "pieces": found.pieces,
        "minutes": found.minutes._asdict(),
        "certified": [[one.concept, one.capability, one.n, str(one.first), str(one.last), list(one.models)] for one in found.certified],
    }


async def the_standing(session: Session) -> dict[str, Any]:
    stood = await standings(session, LEARNER)
    exercises = [one for kind in (MISSION, CASE, DIAGNOSIS) for one in kind.every()]
    on_the_bench = [*await listed(session, LEARNER, DIAGNOSIS), *await listed(session, LEARNER, REPAIR)]
    on = await path(session, LEARNER, AT)
    return {
        "exercises": {one.key: stood.of(one) for one in exercises},
        "bench": {f"{one.exercise.kind.name} {one.exercise.slug}": one.where for one in on_the_bench},
        "done": sorted(on.done),
        "begun": {slug: str(day) for slug, day in on.begun.items()},
    }


async def the_reviews(session: Session) -> list[Any]:
    return [[*one.skill, one.why, str(one.on), one.can] for one in await reviews(session, LEARNER, AT)]


async def the_kept(session: Session) -> dict[str, Any]:
    """Drafts, hints, probes, marks."""
    tables = await portable.take_out(session, LEARNER)
    found: dict[str, Any] = {"drafts": {row["name"]: row["text"] for row in tables["drafts"]}, "repairs": {}, "probes": {}}
    for one in known_repairs().repairs:
        state = await repairs.load_attempt(session, LEARNER, one)
        tried = state.tried and state.tried.run.id
        found["repairs"][one.slug] = [state.prompt, state.hints, state.debrief, tried, [row.score for row in state.judged]]
    for known in bench().cases:
        if case := faults.resolve_case(known.slug):
            stand = await diagnosis.load_attempt(session, LEARNER, case)
            found["probes"][known.slug] = [stand.stage, [[had.probe.slug, had.run.id] for had in stand.bought]]
    found["marks"] = await keeping.kept(session, LEARNER, "metrics")
    return found


def typed(drafts: dict[str, str]) -> dict[str, str]:
    """Of the older version's drafts those that somebody typed."""
    state = ("/tried", "/help")
    return {name: text for name, text in drafts.items() if not name.startswith(("debug/", "lab/")) and not name.endswith(state)}


def cells_of_the_late() -> set[str]:
    """Cells of the map to which the verdicts add that the older version still owed. A mission's number is a forecast, which is in none."""
    return {f"{one.concept} debugging" for one in known_repairs().repairs if f"repair/{one.slug}" in LATE}


def counted(cells: dict[str, Any]) -> dict[str, int]:
    return {name: cell["n"] for name, cell in cells.items() if cell["n"]}


def of_the_same(now: list[Any], then: list[Any]) -> bool:
    """Are all of these cells among those? The older arithmetic counted forecasts, and each repetition in full."""
    return {tuple(one[:2]) for one in now} <= {tuple(one[:2]) for one in then}


def known_then(part: dict[str, Any], then: dict[str, Any]) -> dict[str, Any]:
    """Without what the content has got since."""
    return {name: part[name] for name in then}


def finished_stays_finished(standing: dict[str, Any]) -> dict[str, Any]:
    """The older version forgot that an exercise was done as soon as it was begun again."""
    done = set(standing["done"])
    exercises = {key: ["done", begun] if key in done else [stage, begun] for key, (stage, begun) in standing["exercises"].items()}
    bench = {f"diagnosis {key.removeprefix(DIAGNOSIS.prefix)}": "done" for key in done if key.startswith(DIAGNOSIS.prefix)}
    return standing | {"exercises": exercises, "bench": standing["bench"] | bench}


def without_unnamed_models(report: dict[str, Any]) -> dict[str, Any]:
    """The older version certified a model called None where an item was judged and no model ran."""
    return report | {
        "certified": [[*one[:-1], [model for model in one[-1] if not model.startswith("None")]] for one in report["certified"]]
    }


def counts() -> dict[str, int]:
    tables = ("learners", "runs", "steps", "calls", "attempts", "evidence", "time_spent")
    return {name: rows(f"SELECT COUNT(*) FROM {name}")[0][0] for name in tables}


@pytest.mark.parametrize("again", [False, True], ids=["once", "twice"])
async def test_a_folder_of_an_older_version_shows_the_same_in_this_one(empty_database: str, again: bool) -> None:
    leave()
    assert catalogue.current().slug == "told"
    before = counts()
    migrate()
    if again:
        migrate()
    assert rows("SELECT version_num FROM alembic_version") == [(head(),)] and counts() == before
    async with Store() as store, store.read() as session:
        now_map, standing, kept = await the_map(session), await the_standing(session), await the_kept(session)
        for part in ("brier", "sureness"):
            assert rounded(now_map[part]) == rounded(BEFORE["map"][part])
        now, then = counted(now_map["cells"]), counted(BEFORE["map"]["cells"])
        assert now and all(n <= then[name] for name, n in now.items())
        reported, was = await the_report(session), without_unnamed_models(BEFORE["report"])
        assert of_the_same(reported.pop("certified"), was.pop("certified"))
        assert 0 < reported.pop("pieces") <= was.pop("pieces")
        assert rounded(reported) == rounded(was)
        due = await the_reviews(session)
        assert due and of_the_same(due, BEFORE["reviews"])
    stood = finished_stays_finished(BEFORE["standing"])
    for part in ("exercises", "bench"):
        assert rounded(known_then(standing[part], stood[part])) == stood[part]
    assert (standing["done"], standing["begun"]) == (stood["done"], stood["begun"])
    then = BEFORE["kept"]
    assert rounded(kept["repairs"]) == then["repairs"] and kept["probes"] and rounded(kept["probes"]) == then["probes"]
    assert kept["marks"] == then["marks"] and len(kept["marks"]) == 5
    assert kept["drafts"] == typed(then["drafts"]) and len(kept["drafts"]) < len(then["drafts"])


def test_the_older_version_left_something_of_everything() -> None:
    """Else the test above would show little."""
    states = {cell["state"] for cell in BEFORE["map"]["cells"].values()}
    assert states == {"none", "emerging", "solid", "due"}
    stages = {tuple(stand) for stand in BEFORE["standing"]["exercises"].values()}
    assert {stage for stage, begun in stages if begun} >= {"predict", "run", "see", "decide", "twin", "done", "diagnose"}
    assert {stage for stage, _ in BEFORE["kept"]["probes"].values()} == {"look", "probe", "done"}
    assert sum(len(bought) for _, bought in BEFORE["kept"]["probes"].values()) > 3
    assert len(BEFORE["reviews"]) > 9 and BEFORE["report"]["before"]
    held = json.loads(archive())["tables"]
    assert {row["status"] for row in held["runs"]} >= {"done", "failed", "cancelled", "running"}
    assert len({row["instrument"] for row in held["runs"]}) == 15
    assert {row["stage"].rpartition(".")[2] for row in held["evidence"]} >= {"text", "application", "predict", "repair", "diagnose", "fix"}


async def test_verdicts_the_older_version_still_owed_fall_once_and_as_of_the_end_of_their_runs(empty_database: str) -> None:
    leave()
    migrate()
    async with Store() as store:
        before = counts()["evidence"]
        async with store.read() as session:
            then = counted((await the_map(session))["cells"])
        for _ in range(2):
            await verdicts.catch_up(store)
        fell = rows(
            "SELECT evidence.exercise, evidence.stage, evidence.made = runs.ended FROM evidence JOIN attempts ON attempt_id = attempts.id"
            " JOIN runs ON run_id = runs.id WHERE evidence.stage IN ('compare', 'repair')"
        )
        assert counts()["evidence"] == before + len(LATE)
        assert {exercise: stage for exercise, stage, same in fell if same} == LATE
        async with store.read() as session:
            now = counted((await the_map(session))["cells"])
    assert {name for name in now if now[name] != then.get(name)} == cells_of_the_late()


async def test_a_backup_of_the_older_version_comes_back_as_its_folder_would(database: str) -> None:
    async with Store() as store:
        await data.restore(store, LEARNER, archive())
        async with store.read() as session:
            kept, restored = await the_kept(session), await portable.take_out(session, LEARNER)
            due = await the_reviews(session)
    then = BEFORE["kept"]
    late = {slug.removeprefix("repair/") for slug in LATE}
    assert rounded({slug: one for slug, one in kept["repairs"].items() if slug not in late}) == {
        slug: one for slug, one in then["repairs"].items() if slug not in late
    }
    assert rounded(kept["probes"]) == then["probes"] and kept["marks"] == then["marks"]
    assert kept["drafts"] == typed(then["drafts"])
    apart = cells_of_the_late()
    assert of_the_same([one for one in due if " ".join(one[:2]) not in apart], BEFORE["reviews"])
    held = json.loads(archive())["tables"]
    today = moved.upgraded("0002", held)
    assert {row["name"] for row in held["drafts"]} == {row["name"] for row in [*restored["drafts"], *restored["learner_state"]]}
    for name in ("learners", "attempts", "steps", "time_spent"):
        assert restored[name] == today[name]
    assert [row for row in restored["evidence"] if row["id"] in {one["id"] for one in held["evidence"]}] == today["evidence"]

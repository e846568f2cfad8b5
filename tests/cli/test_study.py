"""`fluency study`: its files, a code, what is handed in and what comes of it; bad codes and files are refused in a sentence."""

import asyncio
import csv
import io
import json
import uuid
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from fluencylab import clock
from fluencylab.actions import capstone
from fluencylab.actions.capstone import TITLES
from fluencylab.actions.runs import the_learner
from fluencylab.curriculum.capstone import Form, capstones, find_capstone
from fluencylab.progress.study import StudyRecord, StudySitting, places, read_code
from fluencylab.store import queries
from fluencylab.store.engine import Store
from fluencylab.store.tables import CapstoneSitting

Run = Callable[..., Any]


def ended(form: Form, ordinal: int, score: float) -> str:
    """A capstone of this form, ended with this score; the slug of its product."""
    of, now = next(one for one in capstones() if one.form == form), clock.now()

    async def kept() -> None:
        async with Store() as store:
            learner = await the_learner(store)
            async with store.begin() as session:
                shares = {part: {"score": score, "why": "", "at": now.isoformat()} for part in TITLES}
                session.add(
                    CapstoneSitting(
                        id=uuid.uuid4().hex, learner_id=learner, product=of.slug, ordinal=ordinal, seed=1, begun=now,
                        ended=now + timedelta(minutes=50), answers={"memo": {"words": "Our Bank's secret"}}, shares=shares, score=score,
                    )
                )  # fmt: skip

    asyncio.run(kept())
    return of.slug


def test_a_plan_is_written_once_and_holds_what_one_registers(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "study"
    assert run("study", "plan", str(folder), "--people", "12", "--seed", "7").code == 0
    rows = list(csv.DictReader(io.StringIO((folder / "places.csv").read_text())))
    assert [row["code"] for row in rows] == [one.code for one in places(12, 7)]
    assert all(read_code(row["code"]).group == row["group"] for row in rows)
    plan = (folder / "plan.md").read_text()
    assert "12 people" in plan and "seed 7" in plan and "95 % bootstrap interval" in plan and "$" not in plan
    assert "fluency study join CODE" in (folder / "taking-part.md").read_text()
    again = run("study", "plan", str(folder))
    assert again.code == 1 and "not empty" in again.err
    few = run("study", "plan", str(tmp_path / "few"), "--people", "2")
    assert few.code == 1 and "8 to 400" in few.err and not (tmp_path / "few").exists()


def test_who_takes_part_hands_in_numbers_and_nothing_else(run: Run, tmp_path: Path) -> None:
    none = run("study", "export")
    assert none.code == 1 and "no study" in none.err and "fluency study join" in none.err
    wrong = run("study", "join", "P01-course-B-0000")
    assert wrong.code == 1 and "no code of a study" in wrong.err
    place = next(one for one in places(12, 7) if one.first == "B" and one.group == "course")
    told = run("study", "join", place.code)
    assert told.code == 0 and "form B" in told.out and "do the course for 6 weeks" in told.out
    assert run("study", "join", place.code).code == 0, "twice is once"
    other = run("study", "join", places(12, 7)[-1].code)
    assert other.code == 1 and f"as {place.code} already" in other.err
    slugs = [ended("B", 1, 0.4), ended("A", 2, 0.7)]
    file = tmp_path / "mine.json"
    assert "before you send it" in run("study", "export", str(file)).out
    held = file.read_text()
    record = StudyRecord.model_validate_json(held)
    assert [one.product for one in record.sittings] == slugs and [one.score for one in record.sittings] == [0.4, 0.7]
    assert record.sittings[0].minutes == 50 and record.sittings[0].parts == dict.fromkeys(TITLES, 0.4) and not record.left_out
    assert "secret" not in held and str(clock.now().year) not in held
    assert json.loads(run("study", "export").out) == json.loads(held), "without a file it is shown"
    assert "already" in run("study", "export", str(file)).err


def test_who_began_in_the_other_form_is_told(run: Run) -> None:
    run("progress", "--json")
    ended("A", 1, 0.4)
    refused = run("study", "join", next(one.code for one in places(12, 7) if one.first == "B"))
    assert refused.code == 1 and "other form" in refused.err


def test_what_was_handed_in_is_read_by_the_rule_fixed_beforehand(run: Run, tmp_path: Path) -> None:
    files = []
    for place in places(12, 7):
        gain = (0.3 if place.group == "course" else 0.05) + place.number / 1000
        forms: tuple[Form, Form] = (place.first, "B" if place.first == "A" else "A")
        sittings = tuple(
            StudySitting(form=form, product="p", score=score, parts={"memo": 0.5}, day=day, minutes=55)
            for form, score, day in zip(forms, (0.4, 0.4 + gain), (0, 42), strict=True)
        )
        record = StudyRecord(code=place.code, lab="0.2.0", models=(), sittings=sittings, solid=3, applied_minutes=100)
        files.append(tmp_path / f"{place.code}.json")
        files[-1].write_text(record.model_dump_json())
    names = [str(file) for file in files]
    told = json.loads(run("study", "read", *names, "--json").out)
    assert told["groups"]["course"]["people"] == 6 and round(told["change"]["value"], 1) == 0.2 and "that is a gain" in told["says"]
    assert "that is a gain" in run("study", "read", *names).out
    lines = run("study", "read", *names, "--csv").out.splitlines()
    assert len(lines) == 25 and lines[0].startswith("code,group,first")
    twice = run("study", "read", names[0], names[0])
    assert twice.code == 1 and "more than once" in twice.err
    broken = tmp_path / "broken.json"
    for content in (
        b"",
        b"{",
        b"[]",
        b'{"format": "fluency-lab"}',
        files[0].read_bytes().replace(b"P01", b"P02"),
        b"\xff\xfe",
        b"[" * 100_000,
    ):
        broken.write_bytes(content)
        refused = run("study", "read", str(broken))
        assert refused.code == 1 and str(broken) in refused.err and "Traceback" not in refused.err, content[:20]
    gone = run("study", "read", str(tmp_path / "gone.json"))
    assert gone.code == 1 and "cannot be read" in gone.err


def test_the_first_capstone_of_who_takes_part_is_of_the_form_of_their_code(run: Run) -> None:
    assert run("study", "join", next(one.code for one in places(12, 7) if one.first == "B")).code == 0

    async def begun() -> str:
        async with Store() as store:
            learner = await the_learner(store)
            await capstone.begin(store, learner)
            async with store.read() as session:
                return (await queries.capstone_sittings(session, learner))[0].product

    of = find_capstone(asyncio.run(begun()))
    assert of and of.form == "B"

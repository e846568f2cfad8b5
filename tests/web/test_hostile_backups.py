"""Backups that somebody wrote by hand, with a right checksum: each is refused with a sentence, or every page opens afterwards."""

import json
import random
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from typing import Any

import pytest
from lab_fixture import Endpoint
from old_fixture import archive as old_archive

from fluencylab.actions import archive, data
from fluencylab.actions.archive import MOST_VALUES
from fluencylab.store import moved
from web.conftest import HTML, Web

NOW = "2026-11-28T12:00:00+00:00"
Tables = dict[str, list[dict[str, Any]]]
RUN: dict[str, Any] = {
    "id": "r1", "learner_id": "you", "instrument": "call", "params": {}, "model": "smollm2-135m", "status": "done", "planned": 1,
    "cancel_asked": False, "card": None, "message": "", "fix": "", "created": NOW, "started": NOW, "ended": NOW,
}  # fmt: skip
STEP: dict[str, Any] = {"run_id": "r1", "seq": 1, "kind": "call", "data": {"text": "x"}, "made": NOW}
ATTEMPT: dict[str, Any] = {"id": "a1", "learner_id": "you", "exercise": "self-test", "seed": 1, "run_id": None, "created": NOW}
SHOWN: dict[str, Any] = {
    "id": "e1", "learner_id": "you", "attempt_id": "a1", "concept": "latency", "capability": "decisions", "exercise": "self-test",
    "stage": "1.text", "variant": "", "content": "", "answer": {"text": "x", "read": None}, "certainty": None, "score": None, "marks": None,
    "grader": "x", "why": "", "help": "", "seconds": None, "conditions": None, "made": NOW,
}  # fmt: skip
TIME: dict[str, Any] = {"id": "t", "learner_id": "you", "concept": "latency", "kind": "apply", "seconds": 1.0, "made": NOW}
DRAFT: dict[str, Any] = {"learner_id": "you", "name": "q1", "text": "x", "saved": NOW}


PRODUCT: dict[str, Any] = {
    "id": "p1", "learner_id": "you", "name": "Desk", "purpose": "", "never": "", "practice": "", "volume": 0, "price_in": 0.0,
    "price_out": 0.0, "created": NOW, "changed": NOW,
}  # fmt: skip
CASE: dict[str, Any] = {
    "product_id": "p1", "number": 1, "inputs": {"question": "Where?"}, "reference": "", "tags": "", "must_not_break": False,
    "held_back": False, "source": "", "made": NOW,
}  # fmt: skip
DOCUMENT: dict[str, Any] = {
    "product_id": "p1", "number": 1, "name": "policy", "text": "Thirty days.", "sha256": "a" * 64, "source": "", "made": NOW,
}  # fmt: skip
SAID: dict[str, Any] = {"product_id": "p1", "number": 1, "name": "a model", "text": "Licence: MIT.", "source": "", "made": NOW}
OUTPUT: dict[str, Any] = {"case": 1, "draw": 0, "text": "Here.", "finish": "", "source": ""}
EVALUATED: dict[str, Any] = {
    "run_id": "r1", "product_id": "p1", "version": 1, "part": "all", "draws": 1, "expected": None, "certainty": None, "created": NOW,
}  # fmt: skip
LABEL: dict[str, Any] = {"run_id": "r1", "seq": 1, "reader": "", "passed": False, "note": "", "mode": "", "made": NOW}
CHECK: dict[str, Any] = {
    "id": "c1", "product_id": "p1", "mode": "", "name": "x", "rule": {"kind": "contains", "values": ["Here"], "how": "all"}, "made": NOW,
}  # fmt: skip
KEPT_ON: dict[str, Any] = {
    "id": "k1", "product_id": "p1", "lab": "cost", "run_id": "", "view": "b_users=2", "name": "A bill", "says": "",
    "numbers": {"month": {"name": "A month", "unit": "dollars", "measure": {"value": 2.0, "low": 1.0, "high": 3.0, "n": 0}}},
    "conditions": "", "version": 0, "latest": 0, "made": NOW,
}  # fmt: skip
WENT: dict[str, Any] = {
    "id": "s1", "product_id": "p1", "run_id": "r1", "what": "Version 1", "host": "api.example.com", "here": False, "model": "m",
    "cases": 1, "version": 1, "made": NOW,
}  # fmt: skip
HOST: dict[str, Any] = {"product_id": "p1", "host": "api.example.com", "allowed": NOW}
MEMO: dict[str, Any] = {"id": "m1", "product_id": "p1", "title": "", "sections": {}, "rests_on": {}, "created": NOW, "changed": NOW}


def product(output: dict[str, Any] | None = None, kind: str = "output", instrument: str = "evaluation", **other: Any) -> Tables:
    """One with an evaluation of one output that was read; `other`: by table, what a row says otherwise."""
    told: Tables = {
        "products": [PRODUCT], "product_cases": [CASE], "product_documents": [DOCUMENT], "product_cards": [SAID],
        "product_proposals": [SAID | {"answers": {"many": {"state": "answered", "note": "Of 500.", "by": "Ana"}}}],
        "evaluations": [EVALUATED], "labels": [LABEL],
        "product_checks": [CHECK], "memos": [MEMO], "product_kept": [KEPT_ON], "product_sent": [WENT], "product_hosts": [HOST],
    }  # fmt: skip
    held = {name: [row | other.get(name, {}) for row in rows] for name, rows in told.items()}
    step = STEP | {"kind": kind, "data": OUTPUT | (output or {})}
    return tables(runs=[RUN | {"instrument": instrument}], steps=[step], **held)


def deep(levels: int) -> Any:
    return json.loads('{"a":' * levels + "1" + "}" * levels)


def tables(**rows: list[dict[str, Any]]) -> Tables:
    return {"learners": [{"id": "you", "created": NOW, "product": "", "target_minutes": 150, "plan": None}], **rows}


def learner(**said: Any) -> Tables:
    return {"learners": [tables()["learners"][0] | said]}


def run(*steps: dict[str, Any], **said: Any) -> Tables:
    return tables(runs=[RUN | said], steps=list(steps))


def shown(**said: Any) -> Tables:
    exercise = said.get("exercise", "self-test")
    return tables(attempts=[ATTEMPT | {"exercise": exercise}], evidence=[SHOWN | said])


REFUSED: dict[str, Tables] = {
    "a target without end": learner(target_minutes=2**31 - 1),
    "a negative target": learner(target_minutes=-5),
    "an empty plan": learner(plan={}),
    "a plan for day 99": learner(plan={"days": [99], "at": "25:99", "minutes": -1, "made": "x"}),
    "a deep plan": learner(plan=deep(300)),
    "born in 2999": learner(created="2999-12-31T23:59:59+00:00"),
    "an odd status": run(status="failed", planned=-1),
    "a card of nothing": run(card={"a": 1}),
    "an instrument of markup": run(instrument="<b>"),
    "an empty step": run(STEP | {"data": {}}),
    "a gap between steps": run(STEP | {"seq": 7}),
    "a step 0": run(STEP | {"seq": 0}),
    "no number in a step": run(STEP | {"data": {"text": "x", "n": float("nan")}}),
    "a deep step": run(STEP | {"data": deep(800)}),
    "a call with half its data": run(STEP),
    "a sampling run of another's steps": run(STEP | {"kind": "answer", "data": {"x": 1}}, instrument="sampling"),
    "a run whose id is a path": run(id="../../x"),
    "an attempt whose id is a path": tables(attempts=[ATTEMPT | {"id": "../../x"}]),
    "a negative seed": tables(attempts=[ATTEMPT | {"seed": -1}]),
    "an answer of nothing": shown(answer={}),
    "a stage of no exercise": shown(stage="x"),
    "a situation without one": shown(stage="1.application", score=1.0, certainty=2),
    "an unknown kind of fluency": shown(capability="nope"),
    "a concept of markup": shown(concept="<x>"),
    "a score of 1e308": shown(exercise="x", stage="decide", answer={"picked": "a"}, score=1e308),
    "a negative score": shown(exercise="x", stage="decide", answer={"picked": "a"}, score=-5.0),
    "a certainty of 99": shown(exercise="x", stage="decide", answer={"picked": "a"}, certainty=99),
    "marks without end": shown(exercise="x", stage="decide", answer={"picked": "a"}, marks=-99),
    "seconds without end": shown(exercise="x", stage="decide", answer={"picked": "a"}, seconds=1e300),
    "shown in 2999": shown(made="2999-01-01T00:00:00+00:00"),
    "conditions that are none": shown(conditions={"sha256": [1], "chance": "x", "name": {}}),
    "a chance of five": shown(conditions={"chance": 5.0}),
    "a review of nothing": shown(exercise="review/x", stage="item-decide"),
    "a mission without a prediction": shown(exercise="which-locker", stage="predict", answer={}),
    "evidence of another exercise": tables(attempts=[ATTEMPT], evidence=[SHOWN | {"exercise": "which-locker"}]),
    "time of no kind": tables(time_spent=[TIME | {"kind": "zzz"}]),
    "negative time": tables(time_spent=[TIME | {"seconds": -1e308}]),
    "time that adds up to infinity": tables(time_spent=[TIME | {"seconds": 1.7e308, "id": one} for one in "ab"]),
    "a product of more calls than a column holds": product(products={"volume": 2**40}),
    "an output of no case": product({"case": "x"}),
    "an output that is no text": product({"text": ["x"]}),
    "an output of negative time": product({"seconds": -1.0}),
    "an output whose tokens are words": product({"usage": {"prompt": "many", "completion": []}}),
    "an output whose passages are words": product({"passages": ["x"]}),
    "an output whose calls are no text": product({"calls": [{"tool": 1, "arguments": "", "result": ""}]}),
    "a case whose inputs are no text": product(product_cases={"inputs": {"question": {"a": 1}}}),
    "a card without a text": product(product_cards={"text": ""}),
    "a proposal that is answered with nothing": product(product_proposals={"answers": {"many": 1}}),
    "a proposal with an answer of no kind": product(product_proposals={"answers": {"many": {"state": "graded"}}}),
    "a document without a text": product(product_documents={"text": ""}),
    "a document whose hash is none": product(product_documents={"sha256": "<b>"}),
    "a kept number of no unit": product(product_kept={"numbers": {"x": KEPT_ON["numbers"]["month"] | {"unit": "miles"}}}),
    "a kept number that is none": product(product_kept={"numbers": {"x": 1}}),
    "a line of fewer than no cases": product(product_sent={"cases": -1}),
    "an evaluation of another lab's run": product(instrument="nope"),
    "a check that is none": product(product_checks={"rule": {"kind": "nope"}}),
    "a memo of a section that there is not": product(memos={"sections": {"nope": "x"}}),
    "a memo that rests on nothing": product(memos={"rests_on": {"<b>": 1}}),
    "a state that is deep": tables(learner_state=[{"learner_id": "you", "name": "lab/cost", "value": deep(100), "saved": NOW}]),
}
TAKEN: dict[str, Tables] = {
    "nothing but a learner": tables(),
    "a kind of product of another version": learner(product="hologram"),
    "a lab that is not here": run(STEP | {"kind": "x"}, instrument="nope"),
    "a run without steps": run(),
    "settings that no longer fit": run(params={"temperature": "x"}),
    "a model that is gone": run(model="gone"),
    "seconds of a clock that was set back": shown(exercise="x", stage="decide", answer={"picked": "a"}, seconds=-31_535_985.0),
    "a product": product(),
    "a product whose answer never came": product({"of": "output", "state": "refused", "usage": {}}, kind="missing"),
    "an output of a case that is gone": product({"case": 77}),
    "a practice product with answers of one's own": product(products={"practice": "alder-quay"}),
    "half an emoji": tables(learner_state=[{"learner_id": "you", "name": "lab/cost", "value": {"a": "\ud83d"}, "saved": NOW}]),
}
PAGES = ("/", "/first-call", "/self-test", "/map", "/review", "/debug", "/report", "/data", "/concepts/latency", "/data/export")


def pages(held: Tables) -> Iterator[str]:
    yield from PAGES
    for one in held.get("runs", [])[:3]:
        yield from (f"/runs/{one['id']}", f"/runs/{one['id']}/sheet")
    for one in held.get("attempts", [])[:3]:
        yield from (f"/self-test/{one['id']}", f"/self-test/{one['id']}/1", f"/review/items/{one['id']}")
    for one in held.get("products", []):
        base = f"/product/{one['id']}"
        parts = ("bring-in", "versions", "evaluate", "modes", "checks", "compare", "memo", "hand-over")
        yield from (base, *(f"{base}/{part}" for part in parts))
        yield from (f"{base}/memo/read", f"{base}/read/r1", f"{base}/evaluations/r1")
    yield from ("/missions/which-locker", "/map/latency/decisions")


def sealed(held: Any) -> bytes:
    whole = json.loads(archive.seal({}, datetime.fromisoformat(NOW)))
    whole |= {"tables": held}
    del whole["sha256"]
    return json.dumps(whole | {"sha256": archive._checksum(whole)}).encode()


async def restored(web: Web, content: bytes) -> int:
    """Its status; a refusal is a page with a sentence and a next step."""
    asked = {"files": {"file": ("x.json", content)}, "data": {"replace": "1"}, "headers": HTML}
    answer = await web.client.post("/data/restore", **asked)  # type: ignore[arg-type]
    assert answer.status_code in (303, 422), answer.text
    assert answer.status_code == 303 or '<p class="lede">' in answer.text
    return answer.status_code


@pytest.mark.long
async def test_what_no_lab_writes_is_refused(web: Web) -> None:
    before = (await web.client.get("/data/export")).json()["tables"]
    for name, held in REFUSED.items():
        assert await restored(web, sealed(held)) == 422, name
    assert (await web.client.get("/data/export")).json()["tables"] == before


@pytest.mark.long
async def test_what_a_lab_may_have_written_is_taken_and_every_page_opens(web: Web) -> None:
    for name, held in TAKEN.items():
        assert await restored(web, sealed(held)) == 303, name
        for path in pages(held):
            assert (await web.get(path)).status_code in (200, 404, 303), f"{name}: {path}"


async def test_deep_and_numberless_files_get_a_sentence(web: Web) -> None:
    whole = b'{"format":"fluency-lab","version":1,"made":"2026-11-28T12:00:00+00:00","lab":"0","schema":"0002","tables":'
    for levels in (100, 900, 985, 990, 995, 1000, 5000):
        assert await restored(web, whole + b'{"a":' * levels + b"1" + b"}" * levels + b',"sha256":"x"}') == 422


async def test_a_file_that_would_fill_the_memory_is_refused_before_it_is_read(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("json.loads", None)
    content = b'{"tables":{"x":[' + b"[]," * (MOST_VALUES // 2 + 1) + b"[]]}}"
    answer = await web.client.post("/data/restore", files={"file": ("x.json", content)}, headers=HTML)
    assert answer.status_code == 422 and "more than a lab restores" in answer.text


async def test_one_file_at_a_time(web: Web) -> None:
    with data.one_restore():
        answer = await web.client.post("/data/restore", files={"file": ("x.json", b"{}")}, headers=HTML)
    assert answer.status_code == 422 and "Another file is being restored" in answer.text
    assert await restored(web, sealed(tables())) == 303


# Two hundred more, from what a real folder holds

ODD: list[Any] = [
    None, True, -1, 0, 2**31, 2**63, 1e308, -0.5, "", "x", "x" * 70_000, "\u202e", "<script>", "../..", [], {}, [[]], {"a": {"b": []}},
    "2999-01-01T00:00:00+00:00", "1970-01-01T00:00:00+00:00",
]  # fmt: skip


def inside(value: Any) -> Iterator[Callable[[Any], None]]:
    """For each place in a row, what puts something else there."""
    places = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for place, inner in list(places)[:6]:
        yield partial(value.__setitem__, place)
        yield from inside(inner)


@pytest.mark.long
async def test_two_hundred_spoiled_backups_are_refused_or_harmless(web: Web, endpoint: Endpoint) -> None:
    """One value of a real backup is another one, anywhere: in a column, in an answer, deep in a step."""
    whole = json.loads(old_archive())
    now = moved.upgraded(whole["schema"], whole["tables"])
    some = random.Random(2026)
    taken = 0
    for number in range(200):
        held = json.loads(json.dumps(now))
        name = some.choice([name for name in held if held[name]])
        row = some.choice(held[name])
        some.choice(list(inside(row)))(some.choice(ODD))
        for one in held["runs"]:
            if one["status"] not in ("done", "failed", "cancelled"):
                one["status"] = "cancelled"
        if await restored(web, sealed(held)) == 303:
            taken += 1
            spoiled = [f"/runs/{row.get('run_id') or row['id']}"] if name in ("runs", "steps") else []
            attempt = row.get("attempt_id") or row.get("id")
            spoiled += [f"/self-test/{attempt}", f"/review/items/{attempt}"] if name in ("attempts", "evidence") else []
            spoiled += [f"/missions/{row['exercise']}"] if "/" not in str(row.get("exercise", "/")) else []
            for path in ("/", "/self-test", "/map", "/report", *spoiled):
                answer = await web.get(path)
                assert answer.status_code < 500, f"{number}: {name} {json.dumps(row)[:400]} breaks {path}"
    assert 20 < taken < 200

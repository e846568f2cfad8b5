"""What other tools made of a bundle comes back: results of promptfoo, logs of Inspect, as they wrote them; and our cases without loss."""

import io
import json
import sys
import tracemalloc
from pathlib import Path

import pytest

from fluencylab.errors import BadInput
from fluencylab.workbench import bring_in
from fluencylab.workbench.bundle.assemble import bundle
from fluencylab.workbench.bundle.contents import BundleCase, Contents
from fluencylab.workbench.bundle.inspect_log import log
from fluencylab.workbench.found import CaseDraft, Found
from workbench.bundle_of import QUESTIONS, hostile, parcels

if sys.version_info >= (3, 14):
    import zipfile
else:
    from backports.zstd import zipfile

FILES = Path(__file__).parent / "files"
ANSWER = "Within 45 days. Please send the order number."


def read(name: str, data: bytes | None = None) -> tuple[Found, tuple[CaseDraft, ...]]:
    found = bring_in.read(name, (FILES / name).read_bytes() if data is None else data)
    return found, bring_in.drafts(found, bring_in.roles_of(found))


def cases_of(contents: Contents) -> tuple[CaseDraft, ...]:
    return read("cases.jsonl", bundle(contents).files["cases.jsonl"])[1]


def test_results_that_promptfoo_wrote_of_a_bundle_are_answers_to_its_cases() -> None:
    found, drafts = read("promptfoo-bundle-results.json")
    assert found.kind == "promptfoo" and len(drafts) == 6
    assert [one.inputs for one in drafts[::2]] == [{"question": text} for text in QUESTIONS[:3]]
    assert {one.output for one in drafts} == {ANSWER} and [one.must_not_break for one in drafts] == [True] * 4 + [False] * 2
    assert {one.label for one in drafts} == {None}, "code is no person"
    assert {row["score check-0"] for row in found.rows} == {"pass"} and {row["score check-5"] for row in found.rows} == {"fail"}


def test_a_log_that_inspect_wrote_is_answers_with_their_scores() -> None:
    found, drafts = read("inspect-log.json")
    assert found.kind == "inspect" and "3 samples of an Inspect log, task “product”" in found.says
    assert [one.inputs for one in drafts] == [{"question": text} for text in QUESTIONS[:3]]
    assert {(one.output, one.reference, one.tags, one.label) for one in drafts} == {(ANSWER, "45 days", ("parcels",), None)}
    assert [(row["score check-0"], row["score check-3"]) for row in found.rows] == [("pass", "fail")] * 3
    assert any("no person" in note for note in found.notes)


def packed(samples: list[dict[str, object]] | None = None, by: int = zipfile.ZIP_ZSTANDARD, header: str = "") -> bytes:
    """A log as Inspect packs it: beside its samples the journal that it wrote them from."""
    whole = json.loads((FILES / "inspect-log.json").read_text(encoding="utf-8"))
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", by) as archive:
        archive.writestr("_journal/start.json", "{}")
        for one in sorted(whole["samples"] if samples is None else samples, key=lambda one: str(one["id"])):
            archive.writestr(f"samples/{one['id']}_epoch_1.json", json.dumps(one))
        archive.writestr("header.json", header or json.dumps({name: value for name, value in whole.items() if name != "samples"}))
    return written.getvalue()


def test_a_log_as_inspect_packs_it_today_says_what_its_json_says() -> None:
    found, drafts = read("inspect-log.eval")
    assert found.kind == "inspect" and "3 samples of an Inspect log, task “product”" in found.says
    assert [(one.inputs, one.output, one.reference, one.tags) for one in drafts] == [
        (one.inputs, one.output, one.reference, one.tags) for one in read("inspect-log.json")[1]
    ]


@pytest.mark.parametrize("by", [zipfile.ZIP_DEFLATED, zipfile.ZIP_ZSTANDARD])
def test_a_packed_log_is_read_in_the_order_of_its_samples(by: int) -> None:
    whole = json.loads((FILES / "inspect-log.json").read_text(encoding="utf-8"))
    found, drafts = read("old.eval", packed([{**whole["samples"][0], "id": n} for n in range(1, 12)], by))
    assert [one.source for one in drafts] == [f"old.eval, sample {n}" for n in range(1, 12)] and found.kind == "inspect"


@pytest.mark.parametrize("by", [zipfile.ZIP_DEFLATED, zipfile.ZIP_ZSTANDARD])
def test_a_packed_log_that_is_damaged_is_refused_in_a_sentence(by: int) -> None:
    whole = packed(by=by)
    with pytest.raises(BadInput, match="damaged"):
        read("broken.eval", packed(by=by, header="{"))
    start = whole.index(b"samples/1_epoch_1.json") + 60
    for changed in (whole[:start] + bytes(40) + whole[start + 40 :], whole[:start] + whole[start + 40 : start + 80] + whole[start + 40 :]):
        with pytest.raises(BadInput, match="damaged"):
            read("broken.eval", changed)
    with pytest.raises(BadInput):
        read("half.eval", whole[: len(whole) // 2])


@pytest.mark.parametrize("by", [zipfile.ZIP_DEFLATED, zipfile.ZIP_ZSTANDARD])
def test_a_packed_log_that_would_fill_the_memory_is_refused_before_and_while_it_is_unpacked(by: int) -> None:
    """One that says how large it is, and one that says it is small."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", by) as archive:
        archive.writestr("header.json", "{}")
        with archive.open("samples/1_epoch_1.json", "w") as large:
            for _ in range(450):
                large.write(b" " * 1_000_000)
    honest = written.getvalue()
    assert len(honest) < 1_000_000
    with pytest.raises(BadInput, match="400 MB once it is unpacked"):
        read("bomb.eval", honest)
    lying = honest.replace((450_000_000).to_bytes(4, "little"), (20).to_bytes(4, "little"))
    assert lying != honest
    tracemalloc.start()
    try:
        with pytest.raises(BadInput, match="damaged"):
            read("bomb.eval", lying)
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()


async def test_a_packed_log_is_unpacked_in_the_reading_process() -> None:
    found = await bring_in.read_apart("inspect-log.eval", (FILES / "inspect-log.eval").read_bytes())
    assert found.kind == "inspect" and len(found.rows) == 3
    with pytest.raises(BadInput, match="damaged"):
        await bring_in.read_apart("broken.eval", packed(header="{"))


def test_a_log_of_another_task_is_read_by_what_was_asked() -> None:
    sample = {
        "id": "a", "epoch": 2, "input": "What is 2 + 2?", "target": ["4", "four"], "metadata": {"topic": "sums"},
        "output": {"choices": [{"message": {"role": "assistant", "content": [{"type": "text", "text": "It is 4."}]}}]},
        "scores": {"match": {"value": "C", "explanation": "It ends in 4."}, "judge": {"value": 0.5}},
    }  # fmt: skip
    chat = {
        "id": "b", "epoch": 1, "target": "", "error": {"message": "gone", "traceback": ""},
        "input": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Yes?"},
                  {"role": "user", "content": "Where is it?"}],
        "output": {"choices": []},
    }  # fmt: skip
    value = {"version": 2, "status": "success", "eval": {"task": "sums", "model": "m"}, "samples": [sample, chat, "odd"]}
    found, (one, other) = read("sums.json", json.dumps(value).encode())
    assert (one.inputs, one.reference, one.output, one.tags) == ({"input": "What is 2 + 2?"}, "4\nfour", "It is 4.", ("sums",))
    assert one.source == "sums.json, sample a, epoch 2"
    assert found.rows[0]["score match"] == "pass" and found.rows[0]["score judge"] == "0.5"
    assert other.inputs["input"].endswith("Where is it?") and "Hi" in other.inputs["input"]
    assert any("1 sample ended with an error" in note for note in found.notes) and any("no sample" in note for note in found.notes)


@pytest.mark.parametrize("broken", [None, 3, [], {}, "x", {"value": {"a": [1]}}, [[1]]])
@pytest.mark.parametrize("part", ["input", "output", "scores", "metadata", "target", "messages", "id", "epoch", "error"])
def test_a_log_with_a_part_of_another_shape_is_read_or_refused(part: str, broken: object) -> None:
    whole = json.loads((FILES / "inspect-log.json").read_text(encoding="utf-8"))
    whole["samples"] = [{**one, part: broken} for one in whole["samples"][:2]]
    try:
        found = bring_in.read("log.json", json.dumps(whole).encode())
    except BadInput:
        return
    assert found.kind == "inspect"


def test_our_own_log_comes_back_with_what_a_person_said() -> None:
    told = hostile()
    written = log(told, told.evaluations[0])
    assert written
    _, drafts = read("log.json", written.encode())
    assert [one.label for one in drafts] == [one.passed for one in told.evaluations[0].outputs]
    assert [one.output for one in drafts][1] == told.evaluations[0].outputs[1].text
    assert drafts[2].note == told.evaluations[0].outputs[2].note


def test_cases_come_back_as_they_were() -> None:
    told = parcels()
    back = cases_of(told)
    assert [(one.inputs, one.reference, one.tags, one.must_not_break, one.held_back) for one in back] == [
        (case.inputs, case.reference, case.tags, case.must_not_break, case.held_back) for case in told.cases
    ]
    assert back[4].source == "cases.jsonl, line 5"


def test_cases_with_names_that_columns_have_come_back() -> None:
    odd = BundleCase(
        1, {"reference": "what they refer to", "tags": "a, b", "output": "=1+1", "held_back": "no"}, "right", ("x", "y"), True, True, "r 1"
    )
    (back,) = cases_of(parcels()._replace(cases=(odd,)))
    assert (back.inputs, back.reference, back.tags) == (odd.inputs, "right", ("x", "y"))
    assert (back.must_not_break, back.held_back, back.source, back.output) == (True, True, "r 1", "")


@pytest.mark.parametrize("second", [{"question": "b", "plan": ""}, {"plan": "pro"}, {"question": "b", "plan": "pro"}])
def test_cases_with_inputs_of_their_own_and_with_empty_ones_come_back(second: dict[str, str]) -> None:
    first = {"question": "a", "plan": ""} if "question" in second else {"question": "a"}
    cases = (BundleCase(1, first), BundleCase(2, second))
    assert [one.inputs for one in cases_of(parcels()._replace(cases=cases))] == [first, second]


def test_hostile_cases_come_back_but_for_signs_that_nothing_keeps() -> None:
    told, back = hostile(), cases_of(hostile())
    for case, draft in zip(told.cases, back, strict=True):
        assert draft.inputs["question"] == case.inputs["question"].replace("\x1b", "")
        assert draft.held_back == case.held_back and draft.must_not_break == case.must_not_break

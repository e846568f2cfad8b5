"""What goes into the folder for engineers: all that there is of a product, and of a memo only what can be handed on."""

import hashlib
import json
from typing import Any

import pytest
from lab_fixture import Bench

from fluencylab.actions.workbench import bundling, cases, documents, judging, memos, practice, products, reading, spec, versions
from fluencylab.errors import BadInput, NotFound
from fluencylab.models import catalogue
from fluencylab.models.types import ModelCapabilities
from fluencylab.store import product_queries
from fluencylab.workbench import bring_in
from fluencylab.workbench.bring_in import CaseDraft
from fluencylab.workbench.bundle.inside import missing
from fluencylab.workbench.retrieval import Retrieval
from fluencylab.workbench.version import Version

KEY = "sk-live-" + "4eC39HqLyjW" * 3


def draft(n: int) -> CaseDraft:
    said = "Please send the order number." if n % 3 else "Tomorrow."
    return CaseDraft(
        {"question": f"Where is parcel {n}? Write to ana{n}@example.org"},
        "Ask",
        ("parcels",),
        n == 1,
        f"row {n}",
        said,
        bool(n % 3),
        "too sure",
    )


async def made(lab: Bench, of: int = 12) -> str:
    """With answers of version 1, what was said of them, a failure mode, two checks."""
    product = await products.make(lab.store, lab.learner, "Parcel desk")
    await products.describe(lab.store, lab.learner, product, "Parcel desk", "Answers.", "promises a day\n\n", 1000, 0.15, 0.6)
    await versions.add(lab.store, lab.learner, product, Version.of("Be brief.", "{{question}}"), "the one that is live")
    run = (await cases.add(lab.store, lab.learner, product, [draft(n) for n in range(of)], mask=True, version=1)).run
    mode = await reading.name_mode(lab.store, lab.learner, product, "promises a day")
    await reading.put_under(lab.store, lab.learner, product, run, 1, mode)
    await judging.add_check(lab.store, lab.learner, product, "asks for it", {"kind": "contains", "values": ["order number"]}, mode)
    await judging.add_check(lab.store, lab.learner, product, "asks for it", {"kind": "language", "code": "en"})
    return product


def rows(of: bundling.Made, name: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in of.files[name].decode().split("\n") if line]


async def test_all_that_there_is_goes_along(lab: Bench) -> None:
    of = await bundling.make(lab.store, lab.learner, await made(lab))
    assert [one["case"] for one in rows(of, "cases.jsonl")] == list(range(1, 13))
    assert sum(bool(one["held_back"]) for one in rows(of, "cases.jsonl")) == 6
    checks = json.loads(of.files["checks.json"])["checks"]
    assert [(one["key"], one["failure_mode"]) for one in checks] == [("asks-for-it", "promises a day"), ("asks-for-it-2", "")]
    (name,) = [name for name in of.files if name.startswith("results/version-1-recorded") and name.endswith(".jsonl")]
    answers = rows(of, name)
    assert [one["verdicts"]["asks-for-it"] for one in answers] == [bool(n % 3) for n in range(12)]  # type: ignore[index]
    assert [one["person"] for one in answers] == [bool(n % 3) for n in range(12)]
    assert answers[0]["failure_mode"] == "promises a day"
    assert "promises a day" in of.files["failure-modes.md"].decode() and "8 of 12" in of.files["README.md"].decode()


async def test_what_was_masked_is_in_no_file(lab: Bench) -> None:
    of = await bundling.make(lab.store, lab.learner, await made(lab))
    assert of.personal == 0
    for name, content in of.files.items():
        assert b"@example.org" not in content, name


async def test_what_was_kept_unmasked_is_counted(lab: Bench) -> None:
    product = await made(lab)
    await cases.add(lab.store, lab.learner, product, [draft(40)], mask=False)
    assert (await bundling.make(lab.store, lab.learner, product)).personal == 1


async def test_a_key_that_somebody_pasted_is_taken_out(lab: Bench) -> None:
    product = await made(lab)
    await versions.add(lab.store, lab.learner, product, Version.of(f"Use {KEY}.", "{{question}}"), f"with {KEY}")
    of = await bundling.make(lab.store, lab.learner, product)
    assert of.keys == 2
    assert not [name for name, content in of.files.items() if KEY.encode() in content]


async def test_the_same_product_gives_the_same_bytes(lab: Bench) -> None:
    product = await made(lab)
    assert (await bundling.make(lab.store, lab.learner, product)).packed == (await bundling.make(lab.store, lab.learner, product)).packed


async def test_a_memo_goes_along_once_nothing_in_it_is_bare(lab: Bench) -> None:
    product = await made(lab)
    async with lab.store.read() as session:
        _, measures = await memos.with_measures(session, lab.learner, product)
    read = next(id for id in measures if id.startswith("read:"))
    sections = {"decision": f"We wait: [[m:{read}]] pass.", "mind": "More than [[a:9 of 10|Ana]] of them."}
    await memos.keep(lab.store, lab.learner, product, "A decision", {**sections, "rests": "8 of 12."})  # type: ignore[dict-item]
    of = await bundling.make(lab.store, lab.learner, product)
    assert "memo.md" not in of.files and "We wait" not in of.files["README.md"].decode()
    assert "is neither measured nor marked" in of.files["README.md"].decode()
    assert any("memo stays out" in one.says for one in missing(of.contents))
    await memos.keep(lab.store, lab.learner, product, "A decision", sections)  # type: ignore[arg-type]
    of = await bundling.make(lab.store, lab.learner, product)
    page = of.files["README.md"].decode()
    assert "We wait: 67\u00a0% (39 to 86\u00a0%, 8 of 12) pass." in page and "9 of 10 (assumption: Ana)" in page
    assert of.files["memo.md"].decode().startswith("# A decision")


async def test_documents_go_along_by_name_and_hash(lab: Bench) -> None:
    product = await made(lab)
    await documents.add(lab.store, lab.learner, product, [documents.pasted("Parcels are kept for nine days.", "=Handbook")])
    of = await bundling.make(lab.store, lab.learner, product)
    async with lab.store.read() as session:
        (line,) = await product_queries.document_lines(session, product)
    assert f"'=Handbook,{line.sha256}," in of.files["documents.csv"].decode()
    assert b"nine days" not in b"".join(of.files.values())


async def test_what_a_version_would_find_for_cases_that_it_was_not_run_on_goes_along_with_the_document_it_is_of(lab: Bench) -> None:
    product = await made(lab)
    await documents.add(lab.store, lab.learner, product, [documents.pasted("Parcels are kept for nine days.", "Handbook")])
    prompt = Version.of("Answer from it.\n{{passages}}", "{{question}}", retrieval=Retrieval(documents=(1,)))
    await versions.add(lab.store, lab.learner, product, prompt, "looks things up")
    of = await bundling.make(lab.store, lab.learner, product)
    found = [one for one in rows(of, "passages.jsonl") if one["version"] == 2]
    digest = hashlib.sha256(b"Parcels are kept for nine days.").hexdigest()
    assert len(found) == 12 and found[0]["text"] == "Handbook: Parcels are kept for nine days."
    assert found[0]["passages"] == [{"name": "Handbook", "text": "Parcels are kept for nine days.", "sha256": digest}]
    assert "was not run on" not in of.files["README.md"].decode()


async def test_a_version_goes_along_as_its_model_is_asked(lab: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of one that was never run, as the model in use would be: with calls of its own, or with calls that it writes."""
    product = await made(lab)
    order: dict[str, Any] = {"type": "object", "properties": {"order": {"type": "string", "maxLength": 500}}}
    tool = {"name": "track", "description": f"Where it is. {KEY}", "parameters": order, "result": f"In Oslo. {KEY}"}
    await versions.add(lab.store, lab.learner, product, Version.of("", "{{question}}", tools=(tool,)), "calls")
    said = []
    for can in (True, False):
        able = catalogue.current().model_copy(update={"abilities": ModelCapabilities(tools=can, json_schema=True)})
        monkeypatch.setattr(catalogue, "current", lambda able=able: able)
        of = await bundling.make(lab.store, lab.learner, product)
        assert KEY.encode() not in b"".join(of.files.values())
        said.append(json.loads(of.files["asking/versions.json"])["2"])
    native, written = said
    assert native["tools"][0]["function"]["parameters"] == order and native["response_format"] is None and not native["told"]
    assert written["tools"] is None and "track(order): Where it is." in written["told"]
    schema = written["response_format"]["json_schema"]["schema"]["anyOf"][0]["properties"]["arguments"]
    assert schema["properties"]["order"] == {"type": "string"}, "as the embedded engine can be held to it"
    assert native["answers"] == written["answers"] == [{"name": "track", "arguments": ["order"], "result": "In Oslo. [a key was here]"}]
    assert "Its model had no calls of its own" in of.files["README.md"].decode()


async def test_a_spec_goes_along_with_its_tests(lab: Bench) -> None:
    product = await made(lab)
    sentence = await spec.require(lab.store, lab.learner, product, "It asks for the <b>order number</b>.")
    async with lab.store.read() as session:
        check = (await product_queries.checks(session, product))[0]
    await spec.add_test(lab.store, lab.learner, product, sentence, check.id, 90, 6)
    page = (await bundling.make(lab.store, lab.learner, product)).files["spec.md"].decode()
    assert "## It asks for the \\<b\\>order number" in page
    assert "in all of 6 cases (90 %)" in page and "On cases held back." in page and "nobody knows which worse products" in page


async def test_versions_are_chosen(lab: Bench) -> None:
    product = await made(lab)
    for n in (2, 3):
        await versions.add(lab.store, lab.learner, product, Version.of(f"Be brief, {n}.", "{{question}}"), f"try {n}")
    assert [one.number for one in (await bundling.make(lab.store, lab.learner, product)).contents.versions] == [3]
    chosen = await bundling.make(lab.store, lab.learner, product, [3, 1])
    assert [one.number for one in chosen.contents.versions] == [1, 3] and chosen.contents.evaluations
    with pytest.raises(NotFound, match="no version 9"):
        await bundling.make(lab.store, lab.learner, product, [9])


async def test_without_a_prompt_there_is_nothing_to_hand_on(lab: Bench) -> None:
    product = await products.make(lab.store, lab.learner, "Parcel desk")
    with pytest.raises(BadInput, match="no prompt to hand on"):
        await bundling.make(lab.store, lab.learner, product)


async def test_what_a_reviewer_will_miss_is_said(lab: Bench) -> None:
    product = await practice.begin(lab.store, lab.learner)
    of = await bundling.make(lab.store, lab.learner, product)
    assert [one.page for one in missing(of.contents)] == ["", "checks", "memo"]
    assert [one.number for one in of.contents.versions] == [1, 2]


async def test_its_cases_make_the_same_dataset_somewhere_else(lab: Bench) -> None:
    """With what is held back, which a second drawing would not give: these came in two goes."""
    product = await made(lab, 11)
    await cases.add(lab.store, lab.learner, product, [draft(n) for n in range(20, 25)], mask=True)
    of = await bundling.make(lab.store, lab.learner, product)
    other = await products.make(lab.store, lab.learner, "Brought back")
    found = bring_in.read("cases.jsonl", of.files["cases.jsonl"])
    await cases.add(lab.store, lab.learner, other, bring_in.drafts(found, bring_in.roles_of(found)), mask=True)
    told = []
    async with lab.store.read() as session:
        for id in (product, other):
            rows = await product_queries.cases(session, id)
            told.append([(one.inputs, one.reference, one.tags, one.must_not_break, one.held_back, one.source) for one in rows])
    assert told[0] == told[1] and len(told[0]) == 16

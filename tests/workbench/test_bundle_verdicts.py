"""What a bundle says of an answer is what the lab says of it: its code in Python, and its code in JavaScript."""

import importlib.util
import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, get_args

import pytest

from fluencylab.text import patterns
from fluencylab.workbench.bundle.assemble import bundle
from fluencylab.workbench.bundle.contents import BundleCase, BundleCheck, BundleVersion, Contents
from fluencylab.workbench.bundle.in_promptfoo import assertion
from fluencylab.workbench.checks import Check, Cites, Declines, Language, Pattern, for_case, judged
from fluencylab.workbench.checks import Check as CheckOf
from fluencylab.workbench.output import Output, Passage
from fluencylab.workbench.version import Version
from workbench.bundle_tables import ANSWERS, CHECKS, PLACED

CASE = BundleCase(1, {"place": "Q-4821:", "question": "Where?"}, "Within 45 days")
EVERY = (*CHECKS, *PLACED)


def written(folder: Path, checks: tuple[Check, ...] = EVERY) -> Path:
    """A bundle with these checks, as files."""
    keyed = tuple(BundleCheck(f"check-{n}", f"Check {n}", check) for n, check in enumerate(checks))
    version = BundleVersion(1, "first", Version.of("", "{{question}}"))
    contents = Contents("Parcels", "", (), 0, 1.0, 2.0, (CASE,), (version,), keyed)
    for name, content in bundle(contents).files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("bundle"))


@pytest.fixture(scope="module")
def code(folder: Path) -> Iterator[ModuleType]:
    """checks.py of the bundle, as it lies there."""
    spec = importlib.util.spec_from_file_location("checks_of_a_bundle", folder / "checks" / "checks.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    yield module


def ours(check: Check, answer: Output) -> bool | None:
    inputs = {**CASE.inputs, "reference": CASE.reference}
    try:
        return judged(for_case(check, inputs), answer).passed
    except Exception:
        return None


def output(text: str) -> Output:
    return Output(text=text, seconds=0.4, tokens_in=100, tokens_out=400, money=(100 * 1.0 + 400 * 2.0) / 1e6)


def as_record(answer: Output) -> dict[str, Any]:
    told = answer.model_dump(mode="json")
    return {"text": told["text"], "seconds": 0.4, "tokens_in": 100, "tokens_out": 400, "passages": told["passages"]}


@pytest.mark.parametrize("number", range(len(EVERY)), ids=lambda n: f"{n}-{EVERY[n].kind}")
def test_python_in_a_bundle_gives_the_verdicts_of_the_lab(number: int, code: ModuleType) -> None:
    check, case = EVERY[number], {"inputs": CASE.inputs, "reference": CASE.reference}
    told = [(text[:60], code.verdict(check.model_dump(mode="json"), as_record(output(text)), case)[0]) for text in ANSWERS]
    assert told == [(text[:60], ours(check, output(text))) for text in ANSWERS]


@pytest.mark.parametrize("quotes", [False, True])
def test_python_in_a_bundle_reads_sources_as_the_lab_does(quotes: bool, code: ModuleType) -> None:
    passages = (Passage(name="Handbook", text="The parcel comes on the second day."), Passage(name="Größen", text="Up to five kilos."))
    texts: tuple[str, ...] = (
        "It comes [1].",
        "It comes [3].",
        "Says handbook.",
        "See [1-2], [2].",
        "Nothing.",
        "In „Größen“: “Up to five kilos” here.",
    )
    texts += ("As [1] says: “the parcel comes on the third day”.", "【2†source】")
    rule = Cites(quotes=quotes)
    for text in texts:
        answer = Output(text=text, passages=passages)
        assert code.verdict(rule.model_dump(mode="json"), as_record(answer))[0] == judged(rule, answer).passed, text


@pytest.mark.long
def test_javascript_in_a_bundle_gives_the_verdicts_of_the_lab(folder: Path, tmp_path: Path) -> None:
    script = tmp_path / "all.mjs"
    script.write_text(
        f"""import {{ judge, checks, cases }} from {json.dumps((folder / "checks" / "checks.mjs").as_uri())};
import {{ readFileSync }} from "node:fs";
const answers = JSON.parse(readFileSync({json.dumps(str(tmp_path / "answers.json"))}, "utf8"));
const asked = checks().filter((one) => one.promptfoo.type === "javascript" && one.rule.kind !== "cost");
console.log(JSON.stringify(asked.map((one) => [one.key, answers.map((text) => judge(one.rule, text, cases()[0])[0])])));
""",
        encoding="utf-8",
    )
    (tmp_path / "answers.json").write_text(json.dumps(ANSWERS), encoding="utf-8")
    told = dict(json.loads(subprocess.run([node(), str(script)], capture_output=True, check=True, timeout=120).stdout))
    assert len(told) >= 20
    apart = []
    for key, verdicts in told.items():
        check = EVERY[int(key.removeprefix("check-"))]
        for text, verdict in zip(ANSWERS, verdicts, strict=True):
            if verdict != ours(check, output(text)):
                apart.append(f"{check!r} of {text[:50]!r}: {verdict} there, {ours(check, output(text))} here")
    assert not apart, "\n".join(apart)


def node() -> str:
    """The tools of a bundle need Node.js anyway; CI has it."""
    found = shutil.which("node")
    if found is None:
        pytest.fail("Node.js is not here: install it (Debian: apt install nodejs npm) to hold the verdicts of a bundle's JavaScript.")
    return found


def test_every_kind_of_check_in_code_is_held() -> None:
    kinds = {get_args(one.model_fields["kind"].annotation)[0] for one in get_args(get_args(CheckOf)[0])}
    assert {one.kind for one in EVERY} | {"cites", "judge"} == kinds


def test_python_is_asked_where_javascript_cannot_tell() -> None:
    asked = {one.kind for one in EVERY if assertion(one)["type"] == "python"}
    assert {"language", "declines", "pattern", "schema", "mentions"} == asked
    assert all(assertion(one)["type"] == "python" for one in EVERY if isinstance(one, Language | Declines))
    assert assertion(Pattern(value=r"a++b"))["type"] == "python"
    patterns.checked(r"a++b")

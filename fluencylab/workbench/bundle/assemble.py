"""A bundle as files, and the files as a zip: the same product gives the same bytes.

files(contents)     {"README.md": b"…", "cases.jsonl": b"…", …}
packed(files)       a zip of them, in a folder of the product's name
"""

import csv
import io
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from fluencylab.text.cells import csv_cell
from fluencylab.text.language import NAMES
from fluencylab.text.numerals import counted
from fluencylab.text.phrases import ELSEWHERE, plain
from fluencylab.text.segmentation import SENTENCE
from fluencylab.workbench.bundle import inspect_log, results
from fluencylab.workbench.bundle.asking import how
from fluencylab.workbench.bundle.contents import BundleCheck, Contents, keyed
from fluencylab.workbench.bundle.in_promptfoo import assertion, configuration, script
from fluencylab.workbench.bundle.keys import without_keys
from fluencylab.workbench.bundle.prompts import as_json, as_markdown, as_promptfoo, escaped
from fluencylab.workbench.bundle.readme import readme
from fluencylab.workbench.bundle.report import report
from fluencylab.workbench.checks import said
from fluencylab.workbench.declining import PATTERN
from fluencylab.workbench.judge import Judge

FILES = Path(__file__).parent / "files"
AS_THEY_ARE = {
    "asking/asking.py": "asking.py.txt",
    "asking/asking.mjs": "asking.mjs",
    "checks/checks.py": "checks.py",
    "checks/checks.mjs": "checks.mjs",
    "promptfoo/tests.mjs": "tests.mjs",
    "task.py": "task.py.txt",
    "test_product.py": "test_product.py.txt",
}
REQUIREMENTS = """\
# What the checks read with; each is wanted only by some of them, and one that lacks it says so.
icu4py
jsonschema-rs<0.61
py3langid
regex
pytest
"""
FORMAT = 1
_TIME = (1980, 1, 1, 0, 0, 0)
_READABLE = 0o100644 << 16


class Bundle(NamedTuple):
    """`keys`: how many texts that look like a key were taken out."""

    files: dict[str, bytes]
    keys: int


def bundle(contents: Contents) -> Bundle:
    told, keys = without_keys(contents)
    texts = dict(_files(told))
    texts["README.md"] = readme(told, texts)
    return Bundle({name: text.encode("utf-8", "replace") for name, text in sorted(texts.items())}, keys)


def packed(files: Mapping[str, bytes], folder: str) -> bytes:
    """Entries in order, without a time, and readable by everybody."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name, content in sorted(files.items()):
            entry = zipfile.ZipInfo(f"{folder}/{name}", _TIME)
            entry.external_attr, entry.compress_type, entry.create_system = _READABLE, zipfile.ZIP_DEFLATED, 3
            archive.writestr(entry, content, compresslevel=6)
    return written.getvalue()


def folder(name: str) -> str:
    """What the zip and the folder in it are called."""
    return f"{keyed([name])[0].removeprefix('check') or 'product'}-bundle"


def _files(contents: Contents) -> Iterator[tuple[str, str]]:
    for name, resource in AS_THEY_ARE.items():
        yield name, (FILES / resource).read_text(encoding="utf-8")
    yield "report.html", report(contents)
    yield "requirements.txt", REQUIREMENTS
    yield "product.json", results.as_json(_product(contents), indent=2) + "\n"
    yield "cases.jsonl", results.jsonl(map(results.case_row, contents.cases))
    yield "checks.json", results.as_json(_checks(contents), indent=2) + "\n"
    yield "asking/versions.json", results.as_json({str(one.number): how(one) for one in contents.versions}, indent=2) + "\n"
    yield "promptfooconfig.yaml", configuration(contents)
    for version in contents.versions:
        yield f"prompts/version-{version.number}.json", as_json(version.content)
        yield f"prompts/version-{version.number}.md", as_markdown(version.content)
        yield f"promptfoo/version-{version.number}.json", as_promptfoo(version.content, version.number)
    if looked_up := list(results.passages(contents)):
        yield "passages.jsonl", results.jsonl(looked_up)
    for evaluation in contents.evaluations:
        yield f"results/{evaluation.key}.jsonl", results.jsonl(results.output_row(evaluation, one) for one in evaluation.outputs)
        if log := inspect_log.log(contents, evaluation):
            yield f"results/inspect/{inspect_log.name(evaluation)}", log
    if contents.evaluations:
        yield "results/results.csv", "\ufeff" + results.table(contents)
    if contents.judges:
        yield "judges.json", results.as_json([_judge(one) for one in contents.judges], indent=2) + "\n"
    if contents.modes:
        yield "failure-modes.md", _modes(contents)
    if contents.memo:
        yield "memo.md", contents.memo
    if contents.spec:
        yield "spec.md", contents.spec
    if contents.documents:
        yield "documents.csv", _documents(contents)


def _product(contents: Contents) -> dict[str, Any]:
    versions = [
        {"number": one.number, "reason": one.reason, "settings": one.content.model_dump(mode="json", include={"temperature", "max_tokens"})}
        for one in contents.versions
    ]
    return {
        "format": FORMAT,
        "name": contents.name,
        "purpose": contents.purpose,
        "never": list(contents.never),
        "calls_a_month": contents.volume,
        "prices": {"in": contents.price_in, "out": contents.price_out, "of": "US dollars for a million tokens; 0 is not known"},
        "versions": versions,
        "evaluations": [results.conditions(one) for one in contents.evaluations],
    }


def _checks(contents: Contents) -> dict[str, Any]:
    """Also the phrases and languages that the code reads by."""
    return {
        "checks": [_check(one) for one in contents.in_code],
        "phrases": {"declines": PATTERN, "elsewhere": [plain(one) for one in ELSEWHERE], "sentence": SENTENCE},
        "languages": NAMES,
    }


def _check(one: BundleCheck) -> dict[str, Any]:
    rule = one.check.model_dump(mode="json")
    if (told := script(one.check)) is not None:
        rule["js"] = told
    return {
        "key": one.key, "name": one.name, "says": said(one.check), "failure_mode": one.mode, "agrees_with_people": one.counted,
        "agreement": one.agreement, "rule": rule, "promptfoo": assertion(one.check) | {"metric": one.key},
    }  # fmt: skip


def _judge(one: BundleCheck) -> dict[str, Any]:
    assert isinstance(one.check, Judge)
    examples = [each.model_dump(mode="json", include={"output", "passed", "why"}) for each in one.check.examples]
    return {
        "key": one.key, "name": one.name, "failure_mode": one.mode, "agrees_with_people": one.counted, "agreement": one.agreement,
        "model": one.check.name or one.check.model, "rubric": one.check.rubric, "examples": examples,
    }  # fmt: skip


def _modes(contents: Contents) -> str:
    """The taxonomy, most frequent first."""
    told = ["# Failure modes", "Names given to what goes wrong, by who read the answers; of those read, how many had it."]
    for mode in sorted(contents.modes, key=lambda one: -one.measure.value):
        low, high = mode.measure.low * 100, mode.measure.high * 100
        told.append(f"## {escaped(mode.name)}")
        told += [escaped(mode.what)] if mode.what else []
        told.append(f"{mode.measure.told} that were read: {low:.0f} to {high:.0f} % of all.")
        examples = [(one, each) for one in contents.evaluations for each in one.outputs if each.mode == mode.name][:3]
        told += [f"- Version {one.version}, case {each.case}: {escaped(each.note) or 'no note'}" for one, each in examples]
        looked = [check.name for check in contents.checks if check.mode == mode.name]
        told += [f"Code looks for it: {', '.join(f'“{escaped(name)}”' for name in looked)}."] if looked else []
    told.append(f"{counted(len(contents.modes), 'failure mode')}.")
    return "\n\n".join(told) + "\n"


def _documents(contents: Contents) -> str:
    written = io.StringIO()
    table = csv.writer(written, lineterminator="\r\n")
    table.writerow(["name", "sha256", "what it was for"])
    table.writerows([csv_cell(one.name), one.sha256, csv_cell(one.says)] for one in contents.documents)
    return written.getvalue()

"""The answers of a bundle with what was said of them: as JSONL for programs, as CSV for a spreadsheet, and under which conditions.

No cell of the CSV is a formula, whatever a customer or a model wrote.
"""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from fluencylab.text.cells import csv_cell
from fluencylab.text.numerals import percent, rate
from fluencylab.text.terminal import TURNS
from fluencylab.workbench.bundle.contents import BundleCase, BundleEvaluation, BundleOutput, Contents, Rate
from fluencylab.workbench.output import Passage
from fluencylab.workbench.retrieval import as_text

PASSES = {True: "pass", False: "fail", None: ""}
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff" + "".join(sorted(TURNS)) + "]")
_BLANK = [
    "case",
    "draw",
    "version",
    "text",
    "finish",
    "seconds",
    "tokens_in",
    "tokens_out",
    "passages",
    "person",
    "note",
    "failure_mode",
    "verdicts",
]


def jsonl(rows: Iterable[dict[str, Any]]) -> str:
    return "".join(f"{as_json(row)}\n" for row in rows)


def as_json(value: object, indent: int | None = None) -> str:
    """Signs that nobody sees, and those that turn the direction of a line, are written by their numbers."""
    told = json.dumps(value, ensure_ascii=False, indent=indent)
    return _UNSEEN.sub(lambda sign: f"\\u{ord(sign[0]):04x}", told)


def case_row(case: BundleCase) -> dict[str, Any]:
    return {
        "case": case.number,
        "inputs": case.inputs,
        "reference": case.reference,
        "tags": list(case.tags),
        "must_not_break": case.must_not_break,
        "held_back": case.held_back,
        "source": case.source,
    }


def output_row(evaluation: BundleEvaluation, output: BundleOutput) -> dict[str, Any]:
    told = (
        output.case, output.draw, evaluation.version, output.text, output.finish, output.seconds, output.tokens_in, output.tokens_out,
        [{"name": name, "text": text} for name, text in output.passages], output.passed, output.note, output.mode, output.verdicts,
    )  # fmt: skip
    return dict(zip(_BLANK, told, strict=True))


def passages(contents: Contents) -> Iterator[dict[str, Any]]:
    """What each case is given by the versions that look something up, a line for each: as it was when they were run, else as it is found.

    Each passage with the hash of the document that it is of, where that is still the product's.
    """
    hashes = {one.name: one.sha256 for one in contents.documents}
    for version in contents.versions:
        if (retrieval := version.content.retrieval) is None:
            continue
        run = {each.case: each.passages for one in contents.evaluations if one.version == version.number for each in one.outputs}
        for case, some in sorted({**version.found, **run}.items()):
            text = as_text([Passage(name=name, text=text) for name, text in some], retrieval.numbered)
            told = [{"name": name, "text": text, "sha256": hashes.get(name, "")} for name, text in some]
            yield {"version": version.number, "case": case, "text": text, "passages": told}


def table(contents: Contents) -> str:
    """A row for each answer, a column for each check."""
    written = io.StringIO()
    table = csv.writer(written, lineterminator="\r\n")
    table.writerow(
        ["evaluation", "version", "case", "draw", "must not break", "held back", *map(csv_cell, _inputs(contents)), "right answer",
         "answer", "a person says", "note", "failure mode", *(csv_cell(one.name) for one in contents.checks)]
    )  # fmt: skip
    cases = {case.number: case for case in contents.cases}
    for evaluation in contents.evaluations:
        for output in evaluation.outputs:
            case = cases.get(output.case, BundleCase(output.case, {}))
            told: list[object] = [evaluation.key, evaluation.version, output.case, output.draw, case.must_not_break, case.held_back]
            told += [case.inputs.get(name, "") for name in _inputs(contents)]
            told += [case.reference, output.text, PASSES[output.passed], output.note, output.mode]
            told += [PASSES[output.verdicts.get(check.key)] for check in contents.checks]
            table.writerow([csv_cell(one) for one in told])
    return written.getvalue()


def _inputs(contents: Contents) -> list[str]:
    return list(dict.fromkeys(name for case in contents.cases for name in case.inputs))


def conditions(evaluation: BundleEvaluation) -> dict[str, Any]:
    """Under which an evaluation came, and what passes with its interval."""
    return {
        "key": evaluation.key,
        "title": evaluation.title,
        "version": evaluation.version,
        "model": evaluation.model,
        "sha256": evaluation.sha256,
        "day": evaluation.day.isoformat(),
        "part": evaluation.part,
        "draws": evaluation.draws,
        "seed": 1,
        "outputs": len(evaluation.outputs),
        "without_an_answer": evaluation.missing,
        "expected_percent": evaluation.expected,
        "rates": [_rate(one) for one in evaluation.rates],
    }


def _rate(one: Rate) -> dict[str, Any]:
    measure = one.measure
    told = {"value": round(measure.value, 6), "low": round(measure.low, 6), "high": round(measure.high, 6), "n": measure.n}
    return {"by": one.by, "name": one.name, **told, "untold": one.untold, "said": said(one)}


def said(one: Rate) -> str:
    """ "71 % (59 to 80 %, 48 of 68); of 2 it cannot be told" """
    measure = one.measure
    whole = abs(measure.value * measure.n - measure.hits) < 1e-6
    told = rate(measure) if whole else f"{percent(measure.value)} ({measure.low * 100:.0f} to {percent(measure.high)}, n = {measure.n:,})"
    return told + (f"; of {one.untold} it cannot be told" if one.untold else "")

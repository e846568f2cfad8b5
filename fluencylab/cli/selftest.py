"""`fluency selftest grade` reads answers from a file; `fluency selftest audit` says how good that reading is."""

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import BaseModel, ValidationError

from fluencylab.cli.show import err, json_out, out
from fluencylab.errors import BadInput
from fluencylab.practice.selftest import Graded, grade

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode="rich",
    help="Grade free-text answers to the seven questions, and see how good the grader is.",
)


class Line(BaseModel):
    id: str | int
    question: int
    answer: str


@app.command("grade")
def grade_file(
    file: Annotated[Path, typer.Argument(help='Lines of {"id": ..., "question": 1..7, "answer": "..."}')],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a line for a program, and nothing else.")] = False,
) -> None:
    """Grade every answer of a file by rules. A line that cannot be used is named, and the rest goes on.

    Example:  fluency selftest grade answers.jsonl --json
    """
    try:
        lines = file.read_bytes().decode("utf-8-sig", errors="replace").split("\n")
    except OSError as error:
        raise BadInput(f"{file} cannot be read: {error.strerror}.", "Give the path of a file with one JSON object a line.") from None
    for number, text in enumerate(lines, start=1):
        if not text.strip():
            continue
        try:
            line = Line.model_validate_json(text)
            graded = grade(line.question, line.answer)
        except (ValidationError, BadInput) as error:
            err.print(f"Line {number} was left out: {_reason(error)}", markup=False)
            continue
        if as_json:
            sys.stdout.write(json.dumps(_row(line, graded), ensure_ascii=False) + "\n")
        else:
            out.print(f"{line.id}  question {line.question}  {graded.verdict}", markup=False)
            for idea in graded.ideas:
                said = "  ".join(f"“{words.text}”" for words in idea.words)
                out.print(f"    {idea.idea:<14} {idea.verdict:<13} {said or idea.correction or idea.hint}", markup=False)


def _reason(error: ValidationError | BadInput) -> str:
    if isinstance(error, BadInput):
        return str(error)
    first = error.errors()[0]
    return f"{'.'.join(str(part) for part in first['loc']) or 'the line'}: {first['msg']}."


def _row(line: Line, graded: Graded) -> dict[str, Any]:
    ideas = [
        {
            "idea": idea.idea,
            "core": idea.core,
            "verdict": idea.verdict,
            "words": [words.text for words in idea.words],
            "spans": [[words.start, words.end] for words in idea.words],
        }
        | ({"correction": idea.correction} if idea.correction else {})
        | ({"hint": idea.hint} if idea.hint else {})
        for idea in graded.ideas
    ]
    return {
        "id": line.id,
        "question": line.question,
        "verdict": graded.verdict,
        "ideas": ideas,
        "notes": list(graded.notes),
        "grader": graded.grader,
    }


@app.command("audit")
def audit_grader(
    as_json: Annotated[bool, typer.Option("--json", help="Print all figures as JSON for a program, and nothing else.")] = False,
) -> None:
    """How often the rules agree with marked answers, and how often an attack gets past them, on both halves.

    Example:  fluency selftest audit --json
    """
    from fluencylab.practice.selftest_audit import audit

    figures = audit()
    if as_json:
        json_out(figures)
        return
    out.print(f"Rules {figures['rules']}; the marks are {figures['labels']}.", markup=False)
    for half, measured in figures["halves"].items():
        sets = figures["sets"][half]
        out.print(f"\n{half} half: {sets['marked']} marked answers, {sets['attacks']} attacks", markup=False)
        for name, share in measured["rates"].items():
            out.print(f"    {name.replace('_', ' '):<18} {_said(share)}", markup=False)
        for name in ("kappa", "coverage", "coverage_ideas", "precision_found", "recall_found", "right_plain", "right_plain_ideas"):
            out.print(f"    {name:<18} {_said(measured[name])}", markup=False)
        for name, share in measured["partials"].items():
            out.print(f"    partly right: {name.replace('_', ' '):<14} {_said(share)}", markup=False)
        for kind, share in measured["wrong_accepts"].items():
            out.print(f"    passed {kind:<14} {_said(share)}", markup=False)
    out.print(f"\nby others, who saw neither rules nor marks: {figures['unseen']['n']} answers", markup=False)
    for name, share in figures["unseen"]["rates"].items():
        out.print(f"    {name.replace('_', ' '):<18} {_said(share)}", markup=False)
    out.print(f"\n{figures['note']}", markup=False)


def _said(measure: dict[str, Any] | None) -> str:
    return "-" if measure is None else f"{measure['value']:.2f}  ({measure['low']:.2f} – {measure['high']:.2f}, n = {measure['n']})"

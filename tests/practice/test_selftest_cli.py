"""`fluency selftest`: one line in, one line out; a bad line is a sentence and no end."""

import json
from pathlib import Path

from typer.testing import CliRunner

from fluencylab.cli.selftest import app

LINES = [
    '{"id": "a", "question": 6, "answer": "The time from pressing send until the first word appears. Users think it is broken and leave."}',
    "not json",
    '{"id": "b", "question": 9, "answer": "x"}',
    "",
    '{"id": "c", "question": 1}',
    '{"id": 7, "question": 1, "answer": ""}',
]


def test_each_line_is_graded_and_a_bad_one_is_named(tmp_path: Path) -> None:
    file = tmp_path / "answers.jsonl"
    file.write_text("\n".join(LINES), encoding="utf-8")
    ended = CliRunner().invoke(app, ["grade", str(file), "--json"])
    assert ended.exit_code == 0
    rows = [json.loads(line) for line in ended.stdout.splitlines()]
    assert [(row["id"], row["question"]) for row in rows] == [("a", 6), (7, 1)]
    assert [row["verdict"] for row in rows] == ["pass", "fail"]
    first = rows[0]["ideas"][0]
    assert (first["idea"], first["verdict"]) == ("first-token", "found")
    start, end = first["spans"][0]
    assert json.loads(LINES[0])["answer"][start:end] == first["words"][0]
    assert all("hint" in idea for idea in rows[1]["ideas"])
    assert all(f"Line {number} " in ended.stderr for number in (2, 3, 5))


def test_a_person_reads_the_words_and_the_hints(tmp_path: Path) -> None:
    file = tmp_path / "answers.jsonl"
    file.write_text(LINES[0], encoding="utf-8")
    said = CliRunner().invoke(app, ["grade", str(file)]).stdout
    assert "first-token" in said
    assert "found" in said


def test_the_audit_is_one_json_object() -> None:
    ended = CliRunner().invoke(app, ["audit", "--json"])
    figures = json.loads(ended.stdout)
    assert set(figures["halves"]) == {"tune", "test"}
    assert figures["labels"].startswith("author-marked")
    said = CliRunner().invoke(app, ["audit"]).stdout
    assert "kappa" in said
    rates = ["wrong passed", "right failed", "right passed", "unsure", "right contradicted"]
    assert all(said.count(f"    {rate} ") == 3 for rate in rates)  # two halves, and answers by others
    assert all(said.count(f"partly right: {name} ") == 2 for name in ("passed whole", "held found", "lacking found"))

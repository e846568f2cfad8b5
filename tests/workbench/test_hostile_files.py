"""Files that are too large, mixed, broken or made to break the reader: read as far as they go, and told; or refused in a sentence."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from documents.making import readers
from documents.making_office import xlsx

from fluencylab.documents import apart
from fluencylab.errors import BadInput
from fluencylab.workbench import bring_in
from fluencylab.workbench.bring_in import read, read_apart
from fluencylab.workbench.evenly import MOST_ROWS

FILES = Path(__file__).parent / "files"


def refusal(name: str, data: bytes) -> str:
    with pytest.raises(BadInput) as refused:
        read(name, data)
    assert refused.value.message.startswith(f"“{name}” ") and refused.value.fix.endswith(".")
    return refused.value.message.removeprefix(f"“{name}” ")


# Letters


def test_lines_in_another_encoding_than_the_rest_keep_their_letters() -> None:
    data = "Frage;Antwort\nGrüße aus Köln?;ja\n".encode() + "Größe der Schürze?;mittelgroß\nFür wen?;für alle\n".encode("cp1252")
    found = read("cases.csv", data)
    assert [row["Frage"] for row in found.rows] == ["Grüße aus Köln?", "Größe der Schürze?", "Für wen?"]
    assert found.notes[0].startswith("2 of its lines are not in UTF-8, unlike the rest; it was read as Windows-1252")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_other_encodings_are_read(encoding: str) -> None:
    rows = "Frage;Antwort\n" + "Wie groß ist die Schürze für Köche?;mittelgroß\n" * 3
    assert read("cases.csv", rows.encode(encoding)).rows[0]["Antwort"] == "mittelgroß"


def test_null_bytes_and_other_unseen_marks_are_left_out_and_counted() -> None:
    found = read("cases.csv", b"question,answer\nHow\0 long?,30\x07 days\n" + b"Is it free?,yes\n" * 20)
    assert found.rows[0] == {"question": "How long?", "answer": "30 days"}
    assert "2 characters that cannot be shown or kept were left out." in found.notes
    assert refusal("cases.csv", bytes(range(256)) * 50).startswith("holds no text")


def test_half_a_character_in_json_is_left_out() -> None:
    found = read("cases.json", rb'[{"question": "a\ud800b", "list": ["\udfff"]}]')
    assert found.rows[0]["question"] == "ab" and found.rows[0]["list"].encode() == b""


# Tables


def test_forty_columns_of_one_name_are_numbered_and_said() -> None:
    found = read("cases.csv", (",".join(["text"] * 40) + "\n" + ",".join(map(str, range(40))) + "\n").encode())
    assert len(found.columns) == 40 and found.rows[0]["text (40)"] == "39"
    assert "40 columns are called “text”; they were numbered." in found.notes


def test_rows_with_more_cells_than_names_lose_none() -> None:
    found = read("cases.csv", b"question,answer\na,b,c\nd\n")
    assert found.rows == ({"question": "a", "answer": "b", "column 3": "c"}, {"question": "d", "answer": "", "column 3": ""})
    assert found.notes == ("1 row holds more cells than there are names; each further cell has a column of its own.",)


def test_a_million_empty_rows_are_counted() -> None:
    found = read("cases.csv", b"question,answer\nHow long?,30 days\n" + b",\n" * 1_000_000 + b"Free?,no\n")
    assert found.places == ("cases.csv, row 2", "cases.csv, row 1,000,003")
    assert found.notes == ("1,000,000 empty rows were left out.",)


def test_a_sheet_that_reaches_a_million_rows_down_is_read_by_what_is_filled() -> None:
    def change(book: object) -> None:
        book["Cases"]["A1000000"] = "Free?"  # type: ignore[index]

    found = read("cases.xlsx", xlsx({"Cases": [["Question"], ["How long?"]]}, change))
    assert found.places == ("cases.xlsx, row 2", "cases.xlsx, row 1,000,000")


def test_formulas_are_their_stored_values_and_those_without_stand_as_written() -> None:
    found = read("cases.xlsx", xlsx({"Cases": [["Question", "Sum"], ["How much?", "=1+1"]]}))
    assert found.rows[0]["Sum"] == "=1+1"
    assert found.notes[0].startswith("1 formula was never worked out in this file and stands as written")


def test_a_cell_that_does_not_end_is_named_by_its_row() -> None:
    assert refusal("cases.csv", b'question,answer\na,b\nc,"d' + b"x" * 1_100_000).startswith("cannot be read as a table: a cell of row 3")


def test_of_very_many_rows_a_part_is_taken_from_beginning_to_end() -> None:
    rows = b"question,answer\n" + b"".join(b"Question %d?,yes\n" % number for number in range(50_000))
    found = read("cases.csv", rows)
    assert found.says == "A table of 50,000 rows and 2 columns (cases.csv)."
    assert MOST_ROWS / 2 <= len(found.rows) <= MOST_ROWS and found.rows[0]["question"] == "Question 0?"
    assert int(found.places[-1].rpartition(" ")[2].replace(",", "")) > 49_990
    assert found.notes[0] == f"Of 50,000 rows {len(found.rows):,} were taken, spread evenly over the file; {MOST_ROWS:,} are the most."


@pytest.mark.parametrize("data", [b"", b"\n\n", b"\0\0\0", b"[]", b"{}", b"[{}]", b'question,answer\n"",""\n'])
def test_nothing_is_refused_in_a_sentence(data: bytes) -> None:
    refusal("cases.json" if data[:1] in (b"[", b"{") else "cases.csv", data)


# JSON and YAML


def test_names_that_stand_twice_and_what_is_no_number_are_told() -> None:
    found = read("cases.json", b'[{"question": "a", "question": "b", "score": NaN}, {"question": "c", "score": 1}]')
    assert found.rows[0] == {"question": "a", "question (2)": "b", "score": ""}
    assert "1 value that is not a number (NaN) was left empty." in found.notes
    assert "1 value stood under a name that its object has twice; it is kept under a numbered name." in found.notes


def test_lines_that_are_no_json_are_named() -> None:
    found = read("cases.jsonl", b'{"question": "a"}\n{"question": \n{"question": "b"}\n{"question": "c"}\n')
    assert [row["question"] for row in found.rows] == ["a", "b", "c"]
    assert found.notes[0] == "1 line is no JSON and was left out: 2."
    assert refusal("cases.json", b'[{"question": "a",}]') == "cannot be read as JSON: it goes wrong in line 1 at character 19."


def test_what_is_nested_too_deeply_is_refused_or_left_out() -> None:
    deep = "[" * 100_000
    assert refusal("cases.json", f'{{"a": {deep}'.encode()) == "is nested too deeply to be read."
    found = read("cases.jsonl", f'{{"question": "a"}}\n{{"a": {deep}\n{{"question": "b"}}\n'.encode())
    assert found.notes[0] == "1 line is nested too deeply and was left out: 2."
    assert refusal("cases.yaml", ("a: " + "[" * 5_000).encode()).startswith(("is nested too deeply", "cannot be read as YAML"))


def test_numbers_of_any_length_are_kept_as_they_stand() -> None:
    found = read("cases.json", f'[{{"question": "a", "n": {"9" * 10_000}}}]'.encode())
    assert found.rows[0]["n"] == "9" * 10_000


def test_yaml_that_stands_for_more_than_it_holds_is_refused() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    assert refusal("promptfooconfig.yaml", "\n".join([*lines, "prompts: [x]", "tests: *a8"]).encode()).startswith("stands for more than")
    assert refusal("a.yaml", b"a: &a [*a]").startswith(("is nested too deeply", "stands for more"))
    assert refusal("a.yaml", b"prompts:\n  - a: b: c\n").startswith("cannot be read as YAML: it goes wrong in line 2")
    assert read("a.yaml", b"- q: !!python/object/apply:os.system ['true']\n").rows == ({"q": "true"},)


def test_an_attribute_with_a_huge_number_names_no_message() -> None:
    span = {
        "traceId": "1",
        "spanId": "1",
        "attributes": [{"key": "llm.input_messages.99999999999.message.content", "value": {"stringValue": "x"}}],
    }
    said = json.dumps({"resourceSpans": [{"scopeSpans": [{"spans": [span]}]}]})
    assert refusal("otlp.json", said.encode()).startswith("holds no rows")


@pytest.mark.parametrize("name", sorted(path.name for path in FILES.iterdir()))
def test_half_a_file_is_read_or_refused_and_breaks_nothing(name: str) -> None:
    data = (FILES / name).read_bytes()
    for end in range(1, len(data), max(1, len(data) // 40)):
        with contextlib.suppress(BadInput):
            read(name, data[:end])


@pytest.mark.long
@pytest.mark.parametrize("name", sorted(path.name for path in FILES.iterdir() if "json" in path.suffix))
def test_values_of_other_kinds_than_expected_break_nothing(name: str) -> None:
    """Each value of an export in turn becomes a number, a list, an object and nothing."""
    text = (FILES / name).read_text(encoding="utf-8")
    lines = text.strip().split("\n") if name.endswith("jsonl") else [text]
    for other in (7, ["x"], {"x": "y"}, None, True):
        for changed in _changed(json.loads(lines[0]), other):
            with contextlib.suppress(BadInput):
                read(name, json.dumps(changed).encode())


def _changed(value: object, other: object) -> Iterator[object]:
    yield other
    if isinstance(value, dict):
        for key in value:
            yield from ({**value, key: inner} for inner in _changed(value[key], other))
    elif isinstance(value, list):
        for at in range(len(value)):
            yield from ([*value[:at], inner, *value[at + 1 :]] for inner in _changed(value[at], other))


# In a process of its own


@pytest.fixture
async def nothing_is_left() -> AsyncIterator[None]:
    before = readers()
    yield
    assert set(readers()) <= set(before)


@pytest.mark.usefixtures("nothing_is_left")
async def test_the_reading_process_says_what_reading_here_says(tmp_path: Path) -> None:
    for name in ("cases.csv", "chat.jsonl", "promptfooconfig.yaml", "otlp-genai.json", "prompt.md"):
        data = (FILES / name).read_bytes()
        assert await read_apart(name, data) == read(name, data)
    place = tmp_path / "x"
    place.write_bytes((FILES / "cases.csv").read_bytes())
    assert (await read_apart("cases.csv", place)).says == "A table of 3 rows and 5 columns (cases.csv)."
    book = xlsx({"Cases": [["Question", "Expected"], ["How long?", "30 days"]]})
    assert (await read_apart("cases.xlsx", book)).rows == ({"Question": "How long?", "Expected": "30 days"},)
    with pytest.raises(BadInput, match=r"“cases.json” is nested too deeply"):
        await read_apart("cases.json", b"[" * 100_000 + b'"')


async def test_a_file_of_two_gigabytes_is_refused_before_it_is_read(tmp_path: Path) -> None:
    place = tmp_path / "huge"
    with place.open("wb") as file:
        file.truncate(2_000_000_000)
    with pytest.raises(BadInput) as refused:
        await read_apart("huge.csv", place)
    assert refused.value.message == "“huge.csv” has 2,000 MB; a file of cases may have 64 MB."
    with pytest.raises(BadInput, match=r"“gone.csv” cannot be opened"):
        await read_apart("gone.csv", tmp_path / "gone")


@pytest.mark.slow
@pytest.mark.usefixtures("nothing_is_left")
async def test_fifty_megabytes_are_read_while_the_loop_goes_on() -> None:
    row = "Where is my parcel {0}? I have waited for days; please help.,It is in the depot,shipping\n"
    data = ("question,answer,topic\n" + "".join(map(row.format, range(550_000)))).encode()
    assert len(data) > 48_000_000
    beats = 0

    async def beat() -> None:
        nonlocal beats
        while True:
            await asyncio.sleep(0.01)
            beats += 1

    heart = asyncio.create_task(beat())
    found = await read_apart("big.csv", data)
    heart.cancel()
    assert found.says == "A table of 550,000 rows and 3 columns (big.csv)." and beats > 20


@pytest.mark.slow
async def test_five_thousand_traces_are_read() -> None:
    found = await read_apart("traces.jsonl", "\n".join(map(_trace, range(5_000))).encode())
    assert found.says == "5,000 traces with 10,000 spans (traces.jsonl)." and len(found.rows) == 5_000
    assert found.rows[4_999]["output"] == "Answer 4999"


def _trace(number: int) -> str:
    said = [{"role": "user", "parts": [{"type": "text", "content": f"Question {number}? " + "word " * 200}]}]
    attributes = [
        ("gen_ai.input.messages", said),
        ("gen_ai.output.messages", [{"role": "assistant", "parts": [{"content": f"Answer {number}"}]}]),
    ]
    ids = {"traceId": f"{number:032x}", "startTimeUnixNano": str(number)}
    call = {
        **ids,
        "spanId": "b",
        "parentSpanId": "a",
        "attributes": [{"key": key, "value": {"stringValue": json.dumps(value)}} for key, value in attributes],
    }
    return json.dumps({"resourceSpans": [{"scopeSpans": [{"spans": [{**ids, "spanId": "a", "name": "agent"}, call]}]}]})


async def test_the_limits_of_time_and_memory_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    loop = "from fluencylab.documents.sandbox import give_up; give_up(10**9, 1)\nwhile True: pass"
    monkeypatch.setattr(bring_in, "CHILD", ("-c", loop))
    monkeypatch.setattr(bring_in, "SECONDS", 1)
    with pytest.raises(BadInput, match=r"“a.csv” could not be read within 1 seconds of work"):
        await read_apart("a.csv", b"a,b\n1,2\n")
    monkeypatch.setattr(bring_in, "CHILD", ("-c", "import os; os.abort()"))
    with pytest.raises(BadInput, match=r"“a.csv” broke the process"):
        await read_apart("a.csv", b"a,b\n1,2\n")
    monkeypatch.setattr(apart.Child, "memory", lambda _self: 10**12)
    with pytest.raises(BadInput, match=r"“a.csv” needs more memory"):
        await read_apart("a.csv", b"a,b\n1,2\n")

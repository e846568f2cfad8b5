"""Files in the forms that tools give out become rows with roles, and cases; what is left out is told. The files lie in `files/`."""

import json
from pathlib import Path

import pytest
from documents.making import docx, paragraph, pdf, zipped
from documents.making_office import open_document, sheet, xlsx

from fluencylab.errors import BadInput
from fluencylab.workbench.bring_in import CaseDraft, Found, Role, drafts, read, roles_of

FILES = Path(__file__).parent / "files"


def found_in(name: str) -> Found:
    return read(name, (FILES / name).read_bytes())


def cases(found: Found, **changed: Role) -> tuple[CaseDraft, ...]:
    return drafts(found, {**roles_of(found), **changed})


def roles(found: Found) -> dict[str, str]:
    return {column.name: column.role for column in found.columns if column.role != "ignore"}


def refusal(name: str, data: bytes) -> str:
    with pytest.raises(BadInput) as refused:
        read(name, data)
    assert refused.value.message.startswith(f"“{name}” ") and refused.value.fix.endswith(".")
    return refused.value.message.removeprefix(f"“{name}” ")


# Tables


def test_a_table_is_read_with_its_rows_numbered_as_a_spreadsheet_numbers_them() -> None:
    found = found_in("cases.csv")
    assert (found.kind, found.says) == ("table", "A table of 3 rows and 5 columns (cases.csv).")
    assert roles(found) == {
        "Frage": "input",
        "Musterantwort": "reference",
        "Kategorie": "tags",
        "Kritisch": "must_not_break",
        "Bewertung": "label",
    }
    assert found.places == ("cases.csv, row 3", "cases.csv, row 4", "cases.csv, row 6")
    assert found.notes == (
        "Above the table stands “Fälle für den Lieferassistenten”, which is no part of it.",
        "1 empty row was left out.",
    )
    first, second, _ = cases(found)
    assert first == CaseDraft(
        {"Frage": "Wie lange kann ich zurückgeben?"}, "30 Tage", ("Rückgabe",), True, "cases.csv, row 3", "", True, ""
    )
    assert second.inputs["Frage"] == "Zwei Zeilen:\nwo ist mein Paket?"
    assert (second.tags, second.must_not_break, second.label) == (("Versand", "Status"), False, False)


def test_of_a_workbook_the_largest_sheet_is_read_with_those_of_the_same_columns() -> None:
    questions: list[list[object]] = [["Question", "Expected"], *([f"Q{n}?", n] for n in range(5))]
    book = xlsx({"Prices": [["Item", "€"], ["lamp", 5]], "May": questions, "June": questions[:3], "Empty": []})
    found = read("cases.xlsx", book)
    assert found.says == "A table of 7 rows and 2 columns (cases.xlsx, sheets May, June)."
    assert found.places[0] == "cases.xlsx, sheet May, row 2" and found.places[-1] == "cases.xlsx, sheet June, row 3"
    assert found.notes == ("1 other sheet was not read: “Prices” (1 row); to bring it in, save it as a file of its own.",)
    assert found.rows[3] == {"Question": "Q3?", "Expected": "3"}


def test_merged_cells_stand_in_each_row_and_what_is_hidden_is_told() -> None:
    rows: list[list[object]] = [["Topic", "Question"], ["returns", "How long?"], [None, "For free?"], ["shipping", "Where to?"]]

    def change(book: object) -> None:
        sheet = book["Cases"]  # type: ignore[index]
        sheet.merge_cells("A2:A3")
        sheet.row_dimensions[4].hidden = True

    found = read("cases.xlsx", xlsx({"Cases": rows}, change))
    assert [row["Topic"] for row in found.rows] == ["returns", "returns"]
    assert found.places == ("cases.xlsx, row 2", "cases.xlsx, row 3")
    assert found.notes == ("“Cases”: 1 hidden row was left out.",)


def test_an_open_document_keeps_the_numbers_of_its_rows() -> None:
    empty = '<table:table-row table:number-rows-repeated="5"><table:table-cell/></table:table-row>'
    first, last = [sheet("Cases", [row]) for row in (["Question", "Answer"], ["How long?", "30 days"])]
    row = last[last.index("<table:table-row") : last.index("</table:table>")]
    body = first.replace("</table:table>", f"{empty}{row}</table:table>")
    found = read("cases.ods", open_document("spreadsheet", body))
    assert found.rows == ({"Question": "How long?", "Answer": "30 days"},) and found.places == ("cases.ods, row 7",)
    assert roles(found) == {"Question": "input", "Answer": "reference"}


def test_columns_without_names_are_numbered_and_lose_no_row() -> None:
    found = read("list.csv", b"1;2\n3;4\n")
    assert found.says == "A table of 2 rows and 2 columns (list.csv)." and found.places == ("list.csv, row 1", "list.csv, row 2")
    assert "Its first row names no columns, so they are numbered." in found.notes


def test_what_is_pasted_from_a_spreadsheet_is_a_table() -> None:
    found = read("pasted.txt", b"Question\tAnswer\nHow long?\t30 days\nFor free?\tYes\n")
    assert found.kind == "table" and roles(found) == {"Question": "input", "Answer": "reference"}


def test_a_list_of_questions_is_a_table_of_one_column() -> None:
    found = read("pasted.txt", b"Questions\n\n1. How long can I return a lamp?\n2. Is it free?\n- Wo ist mein Paket?\n")
    assert found.says == "A list of 4 questions (pasted.txt)." and found.places[1] == "pasted.txt, line 3"
    assert [draft.inputs["question"] for draft in cases(found)][1:] == [
        "How long can I return a lamp?",
        "Is it free?",
        "Wo ist mein Paket?",
    ]
    assert read("faq.txt", b"Is it free?\n\nYes, it is.\n\nHow long?\n\nThirty days.\n").kind == "document"


def test_a_sheet_whose_first_row_is_a_case_loses_none() -> None:
    found = read("cases.csv", b"My kettle broke after two days.\nMy refund is not here yet.\nThe shoes are too small!\n")
    assert cases(found)[0].inputs == {"question": "My kettle broke after two days."} and len(found.rows) == 3
    assert "it is a case like the others" in found.notes[0]


def test_a_table_in_markdown_is_a_table() -> None:
    found = read("pasted.md", b"| Question | Answer |\n| --- | :-: |\n| How long? | 30 \\| 60 days |\n| Free? | Yes |\n")
    assert found.rows[0] == {"Question": "How long?", "Answer": "30 | 60 days"} and found.places == (
        "pasted.md, line 3",
        "pasted.md, line 4",
    )


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("question,reference\nWhere is my parcel?,It asks for the order number", {"question": "input", "reference": "reference"}),
        ("Question,Output\nWhere?,On its way.\nWhen, then?,Soon, I hope.\n", {"Question": "input", "Output": "output"}),
        ("Frage\nWo?\nWann?\n", {"Frage": "input"}),
    ],
)
def test_a_paste_that_begins_with_names_of_columns_is_a_table(text: str, wanted: dict[str, str]) -> None:
    found = read("pasted text", text.encode())
    assert found.kind == "table" and {name: role for name, role in roles(found).items() if name in wanted} == wanted


@pytest.mark.parametrize("text", ["Message\n\nDear Ada,\n\nthank you.\n", "Dear all,\nplease answer,\nwhen you can.\n"])
def test_a_letter_is_no_table(text: str) -> None:
    assert read("pasted text", text.encode()).kind == "document"


def test_a_prompt_under_a_word_is_no_table() -> None:
    assert read("pasted text", b"Question\nAnswer this: {{question}}\n").kind == "prompt"


# JSON


def test_objects_become_columns_also_those_within_others() -> None:
    lines = '{"question": "How long?", "meta": {"topic": "returns", "ids": [1, 2]}, "ok": true}\n\n{"question": "Free?", "extra": null}\n'
    found = read("cases.jsonl", lines.encode())
    assert (found.kind, found.says) == ("jsonl", "A list of 2 rows and 5 columns (cases.jsonl).")
    assert found.rows[0] == {"question": "How long?", "meta.topic": "returns", "meta.ids": "1, 2", "ok": "true", "extra": ""}
    assert found.places == ("cases.jsonl, line 1", "cases.jsonl, line 3")
    assert cases(found)[0].tags == ("returns",) and cases(found)[0].label is True


def test_objects_under_their_names_are_rows() -> None:
    found = read("cases.json", b'{"case 1": {"question": "How long?"}, "case 2": {"question": "Free?", "expected": "yes"}}')
    assert found.rows[1] == {"id": "case 2", "question": "Free?", "expected": "yes"}
    assert read("cases.yaml", b"version: 2\nquestions:\n  - question: How long?\n    expected: 30 days\n").rows == (
        {"question": "How long?", "expected": "30 days"},
    )


def test_a_list_and_a_list_in_an_envelope_are_the_same() -> None:
    rows = '[{"input": "How long?", "expected": "30 days"}]'
    for text in (rows, f'{{"data": {rows}, "next": null}}'):
        found = read("cases.json", text.encode())
        assert found.rows == ({"input": "How long?", "expected": "30 days"},) and found.places == ("cases.json, item 1",)


# Conversations


def test_a_conversation_is_what_was_asked_what_was_done_and_the_answer() -> None:
    found = found_in("chat.jsonl")
    assert (found.kind, found.says) == ("chat", "3 conversations (chat.jsonl).")
    assert found.messages == (("system", "You answer for Quillby."), ("user", "{{input}}"))
    first, second, third = cases(found)
    assert (first.inputs, first.output) == ({"input": "Can I return a lamp?"}, "Yes, within 30 days.")
    assert second.output == "→ find_order(id: 4733)\n← status: sent, day: 3 May\n\nIt was sent on 3 May."
    assert second.inputs["input"] == "Where is order 4733?\n[image]" and second.tags == ("shipping",)
    assert third.inputs["input"] == "User: Hello\n\nAssistant: How can I help?\n\nUser: Do you ship to Norway?" and third.output == ""
    assert "1 picture, sound or file is only named in the text." in found.notes
    assert "The definitions of tools were left out in 1 conversation; the calls of them stand in it." in found.notes


def test_the_steps_and_the_answers_can_be_given_other_roles() -> None:
    second = cases(found_in("chat.jsonl"), steps="ignore", output="reference")[1]
    assert (second.output, second.reference) == ("", "It was sent on 3 May.")


ASKED, ANSWERED, TEXT = {"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}, {"type": "text", "text": "Hi"}


@pytest.mark.parametrize(
    "line",
    [
        {"body": {"messages": [ASKED]}, "response": {"body": {"choices": [{"message": ANSWERED}]}}},
        {"conversations": [{"from": "human", "value": "Hi"}, {"from": "gpt", "value": "Hello"}]},
        {"messages": [{"role": "user", "content": [TEXT]}, ANSWERED]},
        {"input": [ASKED], "output": [{"type": "reasoning", "summary": []}, {"type": "message", **ANSWERED}]},
        {"messages": [{"role": "user", "parts": [{"text": "Hi"}]}, {"role": "model", "parts": [{"text": "Hello"}]}]},
    ],
    ids=["batch", "sharegpt", "anthropic", "responses", "gemini"],
)
def test_conversations_in_other_forms_are_the_same(line: object) -> None:
    draft = cases(read("chat.jsonl", f"{json.dumps(line)}\n{json.dumps(line)}\n".encode()))[0]
    assert (draft.inputs["input"], draft.output) == ("Hi", "Hello")


def test_calls_of_tools_in_anthropics_form_are_folded() -> None:
    use = {"type": "tool_use", "id": "t", "name": "weather", "input": {"city": "Bern"}}
    result = {"type": "tool_result", "tool_use_id": "t", "content": [{"type": "text", "text": "18 degrees"}]}
    said = [
        {"role": "user", "content": "Weather?"},
        {"role": "assistant", "content": [{"type": "text", "text": "I look."}, use]},
        {"role": "user", "content": [result]},
        {"role": "assistant", "content": "It is 18 degrees."},
    ]
    (draft,) = cases(read("chat.jsonl", json.dumps({"messages": said}).encode()))
    assert draft.inputs == {"input": "Weather?"}
    assert draft.output == "Assistant: I look.\n→ weather(city: Bern)\n← 18 degrees\n\nIt is 18 degrees."


def test_conversations_in_the_cells_of_a_table() -> None:
    said = json.dumps([{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}]).replace('"', '""')
    found = read("chats.csv", f'id,messages,rating\n7,"{said}",good\n'.encode())
    (draft,) = cases(found)
    assert (found.kind, draft.inputs, draft.output, draft.label) == ("chat", {"input": "Hi"}, "Hello", True)
    assert draft.source == "chats.csv, row 2, id 7"


def test_several_system_messages_are_a_column() -> None:
    line = '{{"messages": [{{"role": "system", "content": "{0}"}}, {{"role": "user", "content": "Hi"}}]}}'
    found = read("chat.jsonl", "\n".join(line.format(word) for word in ("Be kind.", "Be brief.")).encode())
    assert found.messages == (("system", "{{system}}"), ("user", "{{input}}"))
    assert [draft.inputs for draft in cases(found)] == [{"system": "Be kind.", "input": "Hi"}, {"system": "Be brief.", "input": "Hi"}]
    assert 'There are 2 different system messages; each stands in the column "system".' in found.notes


# What other tools give out


def test_a_promptfoo_configuration_gives_its_prompt_and_its_tests() -> None:
    found = found_in("promptfooconfig.yaml")
    assert found.says == "A promptfoo configuration of 1 prompt and 4 tests (promptfooconfig.yaml)."
    assert found.messages == (("user", "You answer for {{shop}}.\nQuestion: {{question}}"),)
    first, oslo, bergen, elsewhere = cases(found)
    assert first.inputs == {"shop": "Quillby", "question": "How long can I return a lamp?", "country": "no"}
    assert (first.reference, first.tags) == ("30 days", ("returns", "12:30"))
    assert first.note == "contains: 30\nlatency (threshold 3000)"
    assert (oslo.inputs["question"], bergen.inputs["question"]) == ("Do you ship to Oslo?", "Do you ship to Bergen?")
    assert elsewhere.inputs["question"] == ""
    assert found.notes[-1].startswith("3 files that it names are not part of it and were not read: file://second.txt, file://third.txt")


def test_what_promptfoo_measured_is_no_label_of_a_person() -> None:
    found = found_in("promptfoo-results.json")
    assert found.says == "2 results of a promptfoo evaluation (promptfoo-results.json)."
    assert [(draft.output, draft.label) for draft in cases(found)] == [("Yes, within 30 days.", None), ("Shipping costs nothing.", None)]
    assert [draft.label for draft in cases(found, passed="label")] == [True, False]


def test_a_table_of_tests_for_promptfoo() -> None:
    names = "question,lang,__expected1,__expected2,__metadata:topic,__description"
    found = read("tests.csv", f"{names}\nHow long?,en,30 days,contains: 30,returns,easy\nFree?,de,grade: says no,,,\n".encode())
    assert found.kind == "promptfoo"
    first, second = cases(found)
    assert first.inputs == {"question": "How long?", "lang": "en"} and first.tags == ("returns", "easy")
    assert (first.reference, first.note) == ("30 days", "contains: 30")
    assert (second.reference, second.note) == ("", "llm-rubric: says no")


def test_items_of_openais_evals() -> None:
    found = found_in("evals-items.jsonl")
    assert (found.kind, found.says) == ("openai-evals", "2 items of OpenAI's Evals (evals-items.jsonl).")
    assert cases(found)[0].inputs == {"ticket_text": "My monitor will not turn on."} and cases(found)[0].reference == "Hardware"
    run = found_in("evals-output-items.jsonl")
    assert [(draft.inputs, draft.reference, draft.output) for draft in cases(run)] == [
        ({"input": "Stock markets rallied."}, "Markets", "Markets"),
        ({"input": "A new phone is out."}, "Technology", "Markets"),
    ]
    assert [draft.label for draft in cases(run, passed="label")] == [True, False]
    older = found_in("evals-older.jsonl")
    assert older.messages == (("system", "Answer with the name of the capital."), ("user", "{{input}}"))
    assert [(draft.inputs, draft.reference) for draft in cases(older)] == [
        ({"input": "France"}, "Paris"),
        ({"input": "Bolivia"}, "Sucre | La Paz"),
    ]


def test_observations_of_langfuse_become_traces() -> None:
    found = found_in("langfuse-observations.json")
    assert (found.kind, found.says) == ("langfuse", "3 traces with 6 spans (langfuse-observations.json).")
    assert found.messages == (("system", "Be brief."), ("user", "{{input}}"))
    first, second = cases(found)
    assert first.source == "langfuse-observations.json, trace trace-1"
    assert first.inputs == {"input": "Where is my refund?"}
    assert first.output == "→ refund_status(order: 7)\n← state: paid out\n\nIt is on its way."
    assert second.output == "Yes."
    assert "1 trace holds no question and no answer and was left out." in found.notes


def test_traces_of_langfuse_are_read_from_a_table_and_from_the_page_of_one() -> None:
    first, second = cases(found_in("langfuse-traces.csv"))
    assert (first.inputs, first.output) == ({"input": "Can I return a lamp?"}, "Yes, within 30 days.")
    assert first.source == "langfuse-traces.csv, row 2, trace trc-1" and first.tags == ("returns", "lamp", "chat")
    assert (second.inputs, second.output) == ({"input": "Is shipping free?"}, "No.")
    (one,) = cases(found_in("langfuse-trace.json"))
    assert one.output == "→ search(brightest lamp)\n← Nova: 900 lumen, Luna: 300 lumen\n\nThe Nova."
    assert (one.label, one.note, one.tags) == (True, "named it at once", ("lamps",))


def test_a_dataset_of_langfuse_keeps_what_is_expected() -> None:
    first, second = cases(found_in("langfuse-dataset.csv"))
    assert (first.inputs, first.reference, first.tags) == ({"input": "Can I return a lamp?"}, "30 days", ("returns",))
    assert second.source == "langfuse-dataset.csv, row 3, id it-2"


def test_spans_of_phoenix_are_read_as_json_and_from_a_table() -> None:
    found = found_in("phoenix-spans.json")
    assert (found.kind, found.says) == ("phoenix", "1 trace with 3 spans (phoenix-spans.json).")
    (one,) = cases(found)
    assert (one.inputs, one.source) == ({"input": "Where is order 12?"}, "phoenix-spans.json, trace abc1")
    assert one.output == "→ find_order(id: 12)\n← state: in transit\n\nIt arrives tomorrow."
    (other,) = cases(found_in("phoenix-spans.csv"))
    assert (other.inputs, other.output) == ({"input": "What's a lumen?"}, "A measure of light.")


def test_open_telemetry_in_todays_names() -> None:
    found = found_in("otlp-genai.json")
    assert (found.kind, found.says) == ("otlp", "1 trace with 2 spans (otlp-genai.json).")
    assert found.messages == (("system", "You are a concise assistant."), ("user", "{{input}}"))
    (one,) = cases(found)
    assert one.inputs == {"input": "What is the weather in Berlin?"}
    assert one.output == "→ get_weather(city: Berlin)\n← temperature_c: 21\n\nIt is 21 degrees."
    assert "1 passage of a model's thinking was left out." in found.notes


def test_open_telemetry_in_the_names_before_and_in_those_of_openinference() -> None:
    said = [(draft.inputs["input"], draft.output) for draft in cases(found_in("otlp-events.json"))]
    assert said == [("How long is the warranty?", "Two years."), ("And for batteries?", "One year.")]
    stock, repair = cases(found_in("otlp-openinference.jsonl"))
    assert (stock.inputs["input"], stock.output) == ("What is in stock?", "→ stock(item: lamp)")
    assert repair.output.startswith("→ search(lamp repair)\n← [1] The workshop repairs lamps.\n[2] Opening hours: 9 to 5.\n\nOur workshop")


# Documents


def test_documents_are_rows_of_their_words() -> None:
    found = read("handbook.pdf", pdf(["Returns take 30 days.", "Lamps are repaired."]))
    assert (found.kind, found.says) == ("document", "A document of 2 pages, 7 words (handbook.pdf).")
    assert found.rows == ({"text": "Returns take 30 days.\n\nLamps are repaired."},) and found.places == ("handbook.pdf",)
    both = zipped({"a.docx": docx(paragraph("Returns", "Heading1") + paragraph("30 days.")), "b.html": b"<!doctype html><p>Lamps"})
    assert read("all.zip", both).says == "2 documents of 5 words (all.zip)."
    tables = read("all.zip", zipped({"a.csv": b"q,a\n1,2\n", "b.txt": b"Lamps are repaired."}))
    assert tables.notes[0].startswith("Tables in a packed archive are read as text;")
    assert read("notes.txt", b"Our shop sells lamps. They are repaired here.").kind == "document"


# Cases


def test_columns_of_one_role_follow_each_other_and_nothing_is_lost() -> None:
    table = b"question,city code,label by Ann,rating,ref a,note a,note b\nHow long?,OSL,pass,4,x,one,two\n"
    found = read("cases.csv", table)
    given: dict[str, Role] = {
        **{"question": "input", "city code": "input", "label by Ann": "label", "rating": "label", "ref a": "trace"},
        **{"note a": "note", "note b": "note"},
    }
    (draft,) = drafts(found, given)
    assert draft.inputs == {"question": "How long?", "city_code": "OSL"}
    assert (draft.label, draft.note, draft.source) == (True, "one\ntwo\nrating: 4", "cases.csv, row 2, ref a x")


def test_without_an_input_there_is_no_case() -> None:
    found = read("cases.csv", b"question,answer\nHow long?,30 days\n")
    with pytest.raises(BadInput, match="No column is what your product was asked"):
        drafts(found, {"question": "ignore", "answer": "reference"})


def test_names_of_variables_are_each_used_once() -> None:
    found = read("cases.csv", b"order no.,order no,2nd\na,b,c\n")
    (draft,) = drafts(found, dict.fromkeys(found.rows[0], "input"))
    assert draft.inputs == {"order_no": "a", "order_no_2": "b", "_2nd": "c"}


def test_traces_of_langfuse_are_known_by_their_messages_also_without_a_session() -> None:
    spoken = {"messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Where is it?"}]}
    trace = {"id": "t1", "timestamp": "2026-11-02T10:00:00Z", "name": "desk", "input": spoken, "tags": ["prod"], "scores": []}
    found = read("traces.json", json.dumps([trace | {"output": {"role": "assistant", "content": "In the depot."}}]).encode())
    (case,) = cases(found)
    assert found.kind == "langfuse" and case.output == "In the depot." and "Where is it?" in " ".join(case.inputs.values())

"""Cases drafted from what a document says: of each way one by one, the same each time, and none where there is nothing to ask."""

from fluencylab.workbench.bring_in import CaseDraft, read
from fluencylab.workbench.drafting import GAP, MOST, drafted, drafted_from
from fluencylab.workbench.sections import Section, sections

HANDBOOK = """# Returns

You can send things back within 30 days. Opened lamps are taken
back, too. Is it free? Yes, with our label.

## How do I get the label?

Ask Nova Support Team by mail.

# Prices

| Item | Price | Weight |
| --- | --- | --- |
| Nova lamp | €49 | 2 kg |
| Luna lamp | €19 | |

Item: rug
Price: €5
"""


def asked(drafts: tuple[CaseDraft, ...], way: str) -> dict[str, str]:
    return {draft.inputs["question"]: draft.reference for draft in drafts if draft.tags == (f"from a {way}",)}


def test_a_document_is_taken_apart_into_sections_with_their_rows() -> None:
    returns, label, prices = sections(HANDBOOK)
    assert (returns.heading, label.heading, prices.heading) == ("Returns", "How do I get the label?", "Prices")
    assert prices.rows[0] == {"Item": "Nova lamp", "Price": "€49", "Weight": "2 kg"} and prices.rows[2] == {"Item": "rug", "Price": "€5"}
    assert sections("Repairs\n\nOur workshop repairs lamps.\n\n- a list item\n\nshort") == [
        Section("Repairs", ("Our workshop repairs lamps.", "- a list item", "short"), ())
    ]


def test_each_way_asks_what_the_document_answers() -> None:
    drafts = drafted("handbook.pdf", HANDBOOK)
    assert asked(drafts, "question") == {
        "Is it free?": "Yes, with our label.",
        "How do I get the label?": "Ask Nova Support Team by mail.",
    }
    assert list(asked(drafts, "heading")) == ["What does handbook.pdf say about “Returns”?"]
    assert asked(drafts, "table") == {
        "What is “Price” for “Nova lamp”?": "€49",
        "What is “Weight” for “Nova lamp”?": "2 kg",
        "What is “Price” for “Luna lamp”?": "€19",
        "What is “Price” for “rug”?": "€5",
    }
    assert asked(drafts, "number") == {f"What is missing in this sentence: “You can send things back within {GAP}.”": "30 days"}
    assert asked(drafts, "name") == {f"What is missing in this sentence: “Ask {GAP} by mail.”": "Nova Support Team"}
    assert {draft.source for draft in drafts} == {f"handbook.pdf, “{name}”" for name in ("Returns", "How do I get the label?", "Prices")}


def test_every_reference_stands_in_the_document() -> None:
    said = " ".join(HANDBOOK.split())
    for draft in drafted("handbook.pdf", HANDBOOK):
        assert draft.reference in said and (draft.output, draft.label, draft.must_not_break) == ("", None, False)


def test_the_same_text_gives_the_same_drafts_and_none_is_asked_twice() -> None:
    drafts = drafted("a", HANDBOOK + HANDBOOK)
    assert drafts == drafted("a", HANDBOOK + HANDBOOK)
    questions = [draft.inputs["question"] for draft in drafts]
    assert len(questions) == len(set(questions))


def test_questions_with_their_answers_are_taken_as_they_stand() -> None:
    text = "Q: How long is the warranty?\n\nA: Two years. It begins on the day of delivery.\n\nQ: And for batteries?\n\nA: One year."
    assert asked(drafted("faq", text), "question") == {
        "How long is the warranty?": "Two years. It begins on the day of delivery.",
        "And for batteries?": "One year.",
    }


def test_marks_of_emphasis_and_of_lists_are_no_part_of_what_is_said() -> None:
    text = "# Lamps\n\n**Nova and Luna** count as - or are - lamps.\n\n1. A lamp lasts for **900 hours** in a house."
    drafts = drafted("a", text)
    assert asked(drafts, "heading")["What does a say about “Lamps”?"] == (
        "Nova and Luna count as - or are - lamps. A lamp lasts for 900 hours in a house."
    )
    assert asked(drafts, "number") == {f"What is missing in this sentence: “A lamp lasts for {GAP} in a house.”": "900 hours"}


def test_it_asks_in_the_language_of_the_document() -> None:
    text = "# Rückgabe\n\nSie können die Ware innerhalb von 30 Tagen zurückgeben, und das ist für Sie mit der Post nicht teuer."
    questions = [draft.inputs["question"] for draft in drafted("Handbuch", text)]
    assert questions[0] == "Was steht in Handbuch über „Rückgabe“?"
    assert questions[1].startswith("Was fehlt in diesem Satz: „Sie können die Ware innerhalb von … zurückgeben")


def test_where_there_is_nothing_to_ask_there_is_no_draft() -> None:
    for text in ("", "word", "?", "a\n\nb\n\nc", "1 2 3 4 5", "|\n|\n|", "# \n\n# \n"):
        assert drafted("a", text) == ()


def test_a_long_document_gives_no_more_than_are_read() -> None:
    text = "\n\n".join(
        f"# Part {number}\n\nPart number {number} of this long book has {number + 100} pages to read." for number in range(2_000)
    )
    assert len(drafted("book", text)) == MOST
    for hostile in ("Is it so? " * 30_000, "a\n\n" * 50_000, "| a | b |\n" * 30_000, "x" * 500_000, "Ab Cd " * 50_000):
        assert len(drafted("book", hostile)) <= MOST


def test_the_documents_of_a_file_are_all_asked() -> None:
    found = read("help.html", b"<!doctype html><h1>Returns</h1><p>You can send things back within 30 days.</p>")
    drafts = drafted_from(found)
    assert [draft.source for draft in drafts] == ["help.html, “Returns”"] * 2

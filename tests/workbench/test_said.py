"""Notes of a meeting: which lines are claims, which have a number, and how they are cited in a memo."""

from fluencylab.workbench.meeting_sheet import Sheet, SheetQuestion, to_markdown
from fluencylab.workbench.memo import Assumption, Memo, pieces, refusals
from fluencylab.workbench.said import LONGEST_LINE, MOST_LINES, lines, mark

QUESTION = SheetQuestion("How many cases?", "Few cases say little.", "“412, drawn by lot.”", "“Enough.”")


def test_each_line_is_a_claim_and_those_without_a_number_are_told() -> None:
    found = lines("- 94 % of 700 are right\n\n* It is very fast\n2) half of them were unsure\nHow many is that?")
    assert [(one.text, one.numbered) for one in found] == [
        ("94 % of 700 are right", True), ("It is very fast", False), ("half of them were unsure", True),
    ]  # fmt: skip


def test_a_sheet_that_comes_back_with_notes_in_it_gives_the_notes_alone() -> None:
    sheet = to_markdown(Sheet("Desk: a meeting about latency", [QUESTION, QUESTION._replace(asks="On which clock?")]))
    assert lines(sheet) == []
    written = sheet.replace("_" * 60, "He said 412, two nurses marked them.", 1)
    assert [one.text for one in lines(written)] == ["He said 412, two nurses marked them."]


def test_a_claim_is_cited_as_said_by_somebody_and_not_measured() -> None:
    cited = mark("94 % of 700 [sic] are right", "Tomasz | data")
    (piece,) = pieces(cited)
    assert isinstance(piece, Assumption) and piece.whose == "said by Tomasz data, not measured" and piece.text.startswith("94 % of 700")
    assert refusals(Memo(sections={"decision": f"We wait. {cited} is what we heard."}), {}) == []


def test_long_notes_are_bounded() -> None:
    found = lines("\n".join(f"{n} of them " + "x" * 500 for n in range(200)))
    assert len(found) == MOST_LINES and max(len(one.text) for one in found) == LONGEST_LINE

"""Spreadsheets, slides and OpenDocument files: what a program shows of them, in its order, and what was left out."""

import datetime
import io
import zipfile

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font

from fluencylab.documents.number_format import shown_number
from fluencylab.documents.read import read

from .making import zipped
from .making_office import content, open_document, pptx, shape, sheet, slide_table, xlsx

PRICES: list[list[object]] = [
    ["Item", "Price", "Share", "From"],
    ["lamp", 5, 0.25, datetime.date(2024, 5, 31)],
    ["rug", 1234.5, 0.5, datetime.datetime(2024, 6, 1, 14, 30)],
]


def formatted(book: openpyxl.Workbook) -> None:
    prices = book["Prices"]
    for row in (2, 3):
        prices.cell(row, 2).number_format = '#,##0.00 "€"'
        prices.cell(row, 3).number_format = "0%"
    book["Old"].sheet_state = "hidden"
    prices.row_dimensions[4].hidden = True
    prices.column_dimensions["E"].hidden = True


async def test_a_spreadsheet_says_what_its_cells_show() -> None:
    rows = [[*PRICES[0], "Cost"], [*PRICES[1], 3], [*PRICES[2], 700], ["secret", 9, 9, "", 9]]
    found = await read("prices.xlsx", xlsx({"Prices": rows, "Old": [["a", "b"], [1, 2]], "Empty": []}, formatted))
    assert found.text == (
        "## Prices\n\nItem: lamp\nPrice: 5.00 €\nShare: 25%\nFrom: 2024-05-31\n\n"
        "Item: rug\nPrice: 1,234.50 €\nShare: 50%\nFrom: 2024-06-01 14:30"
    )
    assert (found.kind, found.size) == ("xlsx", "1 sheet, 2 rows")
    assert found.notes == ("1 hidden sheet was left out: “Old”.", "“Prices”: 1 hidden row and 1 hidden column were left out.")


async def test_merged_cells_stand_in_each_row_and_names_on_two_levels_are_one() -> None:
    def merge(book: openpyxl.Workbook) -> None:
        for cells in ("A1:A2", "B1:C1", "D1:E1", "A3:A4"):
            book["Sales"].merge_cells(cells)

    rows: list[list[object]] = [["Item", "2023", "", "2024", ""], ["", "Q1", "Q2", "Q1", "Q2"], ["lamp", 1, 2, 3, 4], ["", 5, 6, 7, 8]]
    found = await read("sales.xlsx", xlsx({"Sales": rows}, merge))
    assert found.text == (
        "## Sales\n\nItem: lamp\n2023 Q1: 1\n2023 Q2: 2\n2024 Q1: 3\n2024 Q2: 4\n\n"
        "Item: lamp\n2023 Q1: 5\n2023 Q2: 6\n2024 Q1: 7\n2024 Q2: 8"
    )


async def test_a_formula_without_a_value_stands_as_it_is_and_is_never_worked_out() -> None:
    formula = '=HYPERLINK("http://127.0.0.1:9/","x")'
    found = await read("sums.xlsx", xlsx({"Sums": [["Item", "Sum"], ["all", "=SUM(A1:A9)"], ["link", formula]]}))
    assert found.text == f"## Sums\n\nItem: all\nSum: =SUM(A1:A9)\n\nItem: link\nSum: {formula}"
    assert found.notes[0].startswith("2 formulas were never worked out in this file and stand as written; ")


@pytest.mark.parametrize(
    ("value", "form", "shows"),
    [
        *((0.255, "0.0%", "25.5%"), (1234.5, "[$€-407] #,##0.00", "€ 1,234.50"), (-5, '"£"#,##0.00;[Red]-"£"#,##0.00', "-£5.00")),
        *((-5, "#,##0_);(#,##0)", "(5)"), (5, '_-"£"* #,##0.00_-', "£5.00"), (42, "00000", "00042"), (1e6, '0.0,,"M"', "1.0M")),
        *((12345.678, "0.00E+00", "1.23E+04"), (0.5, "# ?/?", "0.5"), (0.1 + 0.2, "General", "0.3"), (0, '0;-0;"none"', "none")),
        *(
            (2.5, "0.##", "2.5"),
            (2, "0.##", "2"),
            (7, 'junk"', "7"),
            (5, r"0\ \°\C", "5 °C"),
        ),
    ],
)
def test_a_number_is_shown_as_its_format_says(value: float, form: str, shows: str) -> None:
    assert shown_number(value, form) == shows


RAISED = '</a:t></a:r><a:r><a:rPr baseline="30000"/><a:t>1'


async def test_raised_and_struck_out_words_of_a_cell_keep_their_meaning() -> None:
    small, gone = InlineFont(vertAlign="superscript"), InlineFont(strike=True)

    def change(book: openpyxl.Workbook) -> None:
        book["A"]["B2"] = CellRichText("50", TextBlock(small, "1"), " euros, ", TextBlock(gone, "14"), " 30 days")
        book["A"]["A2"].font = Font(strike=True)

    found = await read("a.xlsx", xlsx({"A": [["Item", "Terms"], ["lamp", ""]]}, change))
    assert found.text == "## A\n\nItem: ~~lamp~~\nTerms: 50 [1] euros, ~~14~~ 30 days"
    marked = '10<text:span text:style-name="up">6</text:span> <text:span text:style-name="out">old</text:span>'
    cell = f"<table:table-cell><text:p>{marked}</text:p></table:table-cell>"
    ods = await read("a.ods", open_document("spreadsheet", sheet("A", [["Item", "Users"], ["x", cell]]), STYLES))
    assert ods.text.endswith("Users: 10^6 ~~old~~")


async def test_slides_are_read_in_their_order_with_tables_and_notes() -> None:
    first = shape(
        ["<a:r><a:t>Within 30 days</a:t></a:r>", '<a:pPr lvl="1"/><a:r><a:t>in the shop</a:t></a:r>', "50 euros" + RAISED]
    ) + shape(["Returns"], "title")
    second = shape(["Prices"], "ctrTitle") + slide_table([["Item", "Price"], ["lamp", "€5"]]) + shape(["A remark"], None)
    slides = [first, second, shape(["gone"], None)]
    found = await read("talk.pptx", pptx(slides, notes={0: "Say this slowly."}, hidden=[2], further={"ppt/media/image1.png": b"\x89PNG"}))
    assert found.text == (
        "## Returns\n\n- Within 30 days\n  - in the shop\n- 50 euros [1]\n\nNotes:\n\nSay this slowly.\n\n"
        "## Prices\n\n| Item | Price |\n| --- | --- |\n| lamp | €5 |\n\nA remark"
    )
    assert (found.kind, found.size) == ("pptx", "2 slides")
    assert found.notes == ("1 hidden slide was left out.", "1 picture was left out.")


STYLES = (
    '<style:style style:name="up" style:family="text"><style:text-properties style:text-position="super 58%"/></style:style>'
    '<style:style style:name="out" style:family="text"><style:text-properties style:text-line-through-style="solid"/></style:style>'
    '<text:list-style style:name="N"><text:list-level-style-number text:level="1" style:num-format="1"/></text:list-style>'
)
LETTER = (
    "<text:tracked-changes><text:changed-region><text:deletion><text:p>gone</text:p></text:deletion></text:changed-region>"
    "</text:tracked-changes>"
    '<text:h text:outline-level="2">Returns</text:h>'
    '<text:p>50 euros<text:span text:style-name="up">1</text:span> and 10<text:span text:style-name="up">6</text:span><text:tab/>'
    'users &amp; <text:span text:style-name="out">old</text:span><office:annotation><text:p>remark</text:p></office:annotation></text:p>'
    '<text:list text:style-name="N"><text:list-item><text:p>one</text:p></text:list-item>'
    "<text:list-item><text:p>two</text:p></text:list-item></text:list>"
    "<table:table><table:table-row><table:table-cell><text:p>Item</text:p></table:table-cell><table:table-cell><text:p>Price</text:p>"
    "</table:table-cell></table:table-row><table:table-row><table:table-cell><text:p>lamp</text:p></table:table-cell>"
    "<table:table-cell><text:p>5</text:p></table:table-cell></table:table-row></table:table>"
)
READ = "## Returns\n\n50 euros [1] and 10^6 users & ~~old~~\n\n1. one\n2. two\n\n| Item | Price |\n| --- | --- |\n| lamp | 5 |"


async def test_an_opendocument_text_keeps_its_shape_and_its_raised_figures() -> None:
    found = await read("letter.odt", open_document("text", LETTER, STYLES))
    assert (found.kind, found.text) == ("odt", READ)
    assert found.notes == ("1 tracked deletion was left out.", "1 comment was left out.")
    flat = await read("letter.fodt", b"<?xml version='1.0'?>" + content("text", LETTER, STYLES).replace(b"document-content", b"document"))
    assert flat.text == READ


async def test_an_opendocument_spreadsheet_says_what_its_cells_show() -> None:
    many = '<table:table-cell table:number-columns-repeated="16000"/>'
    merged = '<table:table-cell table:number-rows-spanned="2"><text:p>lamp</text:p></table:table-cell>'
    rows = [["Item", "Price", many], [merged, "5,00 €"], ["<table:covered-table-cell/>", "6,00 €"]]
    endless = f'<table:table-row table:number-rows-repeated="1048000">{many}</table:table-row>'
    found = await read(
        "prices.ods", open_document("spreadsheet", sheet("Prices", rows) + f"<table:table table:name='b'>{endless}</table:table>")
    )
    assert found.text == "## Prices\n\nItem: lamp\nPrice: 5,00 €\n\nItem: lamp\nPrice: 6,00 €"
    assert (found.kind, found.size) == ("ods", "1 sheet, 2 rows")


async def test_opendocument_slides_are_read_with_their_notes() -> None:
    def frame(words: str, kind: str) -> str:
        return f'<draw:frame presentation:class="{kind}"><draw:text-box><text:p>{words}</text:p></draw:text-box></draw:frame>'

    notes = f"<presentation:notes>{frame('Say this slowly.', 'notes')}</presentation:notes>"
    found = await read(
        "talk.odp", open_document("presentation", f"<draw:page>{frame('A &amp; B', 'title')}{frame('Free', 'outline')}{notes}</draw:page>")
    )
    assert found.text == "## A & B\n\nFree\n\nNotes:\n\nSay this slowly."
    assert found.size == "1 slide"


async def test_macros_are_not_run_and_said() -> None:
    macros = {**_entries(xlsx({"A": [["x", "y"], [1, 2]]})), "xl/vbaProject.bin": b"\xd0\xcf"}
    assert (await read("a.xlsm", zipped(macros))).notes == ("Its macros were not run.",)


def _entries(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}

"""Word documents: what Word works out or marks is in the text, or a note says that it is not."""

from collections.abc import Mapping

import pytest

from fluencylab.documents.docx import words

from .making import RELATIONS, W, docx, paragraph, word_table

M = "http://schemas.openxmlformats.org/officeDocument/2006/math"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def para(*runs: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{''.join(runs)}</w:p>"


def item(text: str, number: int, level: int = 0) -> str:
    return para(run(text), properties=f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>')


def level(place: int, shape: str, text: str, more: str = '<w:start w:val="1"/>') -> str:
    return f'<w:lvl w:ilvl="{place}">{more}<w:numFmt w:val="{shape}"/><w:lvlText w:val="{text}"/></w:lvl>'


def numbering(*levels: str, numbers: str = "") -> bytes:
    usual = '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="0"/></w:num>'
    kind = f'<w:abstractNum w:abstractNumId="0">{"".join(levels)}</w:abstractNum>'
    return f'<w:numbering xmlns:w="{W}">{kind}{usual}{numbers}</w:numbering>'.encode()


def text(body: str, further: Mapping[str, bytes] = {}) -> str:
    return words(docx(body, further=further))[0]


def related(**kinds: str) -> dict[str, bytes]:
    """The relations of the document: name of the kind to the file, called by the file's name."""
    lines = "".join(f'<Relationship Id="{file}" Type="{OFFICE}/{kind}" Target="{file}"/>' for kind, file in kinds.items())
    return {"word/_rels/document.xml.rels": f'<Relationships xmlns="{RELATIONS}">{lines}</Relationships>'.encode()}


def numbers(**more: bytes) -> dict[str, bytes]:
    return {**related(numbering="numbering.xml", styles="styles.xml"), **{f"word/{name}.xml": data for name, data in more.items()}}


def test_clauses_and_headings_are_numbered_as_word_shows_them() -> None:
    sheet = numbering(level(0, "decimal", "%1."))
    heading = '<w:pStyle w:val="Heading1"/><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
    body = para(run("Scope"), properties=heading) + paragraph("Lamps.") + para(run("Terms"), properties=heading)
    body += item("Goods.", 2) + paragraph("A remark.") + item("Thirty days.", 2)
    shown = ["# 1. Scope", "Lamps.", "# 2. Terms", "1. Goods.", "A remark.", "2. Thirty days."]
    assert text(body, numbers(numbering=sheet)).split("\n\n") == shown


def test_levels_count_under_each_other_in_every_shape() -> None:
    sheet = numbering(level(0, "upperRoman", "Article %1"), level(1, "decimal", "%1.%2"), level(2, "lowerLetter", "(%3)"))
    body = item("a", 1) + item("b", 1, 1) + item("c", 1, 2) + item("d", 1, 2) + item("e", 1) + item("f", 1, 1) + item("g", 1, 2)
    shown = ["Article I a", "I.1 b", "(a) c", "(b) d", "Article II e", "II.1 f", "(a) g"]
    assert text(body, numbers(numbering=sheet)).split("\n\n") == shown
    legal = numbering(level(0, "upperRoman", "%1."), level(1, "decimal", "%1.%2", '<w:start w:val="5"/><w:isLgl/>'))
    assert text(item("a", 1) + item("b", 1, 1), numbers(numbering=legal)).split("\n\n") == ["I. a", "1.5 b"]


def test_a_list_begins_where_it_is_told_and_goes_on_where_it_was() -> None:
    override = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="7"/></w:lvlOverride>'
    more = f'<w:num w:numId="3"><w:abstractNumId w:val="0"/>{override}</w:num>'
    sheet = numbering(level(0, "decimal", "%1)"), level(1, "decimal", "%1.%2"), numbers=more)
    body = item("a", 1) + item("b", 3) + item("c", 1) + item("d", 3) + item("e", 2, 1)
    assert text(body, numbers(numbering=sheet)).split("\n\n") == ["1) a", "7) b", "2) c", "8) d", "8.1 e"]
    kept = numbering(level(0, "decimal", "%1."), level(1, "decimal", "%2.", '<w:start w:val="1"/><w:lvlRestart w:val="0"/>'))
    assert text(item("a", 1) + item("b", 1, 1) + item("c", 1) + item("d", 1, 1), numbers(numbering=kept)).split()[::2] == [
        "1.",
        "1.",
        "2.",
        "2.",
    ]


def test_a_style_numbers_its_paragraphs_and_bullets_stay_bullets() -> None:
    own = '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>'
    styles = f'<w:style w:type="paragraph" w:styleId="A"><w:name w:val="heading 1"/>{own}</w:style>'
    styles += f'<w:style w:type="paragraph" w:styleId="B"><w:name w:val="heading 2"/><w:basedOn w:val="A"/>{own}</w:style>'
    sheet = numbering(
        level(0, "decimal", "§ %1", '<w:start w:val="1"/><w:pStyle w:val="A"/>'),
        level(1, "decimal", "%1.%2", '<w:start w:val="1"/><w:pStyle w:val="B"/>'),
        level(2, "bullet", "·"),
    )
    sheets = numbers(numbering=sheet, styles=f'<w:styles xmlns:w="{W}">{styles}</w:styles>'.encode())
    body = (
        paragraph("One", "A") + paragraph("Two", "B") + paragraph("Three", "B") + item("x", 1, 2) + item("y", 1, 2) + paragraph("Four", "A")
    )
    shown = text(body, sheets)
    assert [line for line in shown.split("\n") if "#" in line] == ["# § 1 One", "## 1.1 Two", "## 1.2 Three", "# § 2 Four"]
    assert "x\n" in shown
    assert "1.2.1" not in shown


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (para(run("50"), run("1", '<w:vertAlign w:val="superscript"/>'), run(" euros")), "50 [1] euros"),
        (para(run("10"), run("6", '<w:rStyle w:val="Up"/>'), run(" users")), "10^6 users"),
        (para(run("10"), run("6", '<w:position w:val="8"/>'), run(" users")), "10^6 users"),
        (para(run("CO"), run("2", '<w:vertAlign w:val="subscript"/>')), "CO2"),
        (para(run("pay "), run("100", "<w:strike/>"), run(" 80")), "pay ~~100~~ 80"),
        (para(run("pay "), run("100", "<w:dstrike/>"), run(" 80", '<w:strike w:val="0"/>')), "pay ~~100~~ 80"),
        (para(run("pay "), run("100", '<w:rStyle w:val="Old"/>'), run(" 80")), "pay ~~100~~ 80"),
        (para(run("\u00fe", '<w:rFonts w:ascii="Wingdings"/>'), run(" agreed")), "\U0001f5f9 agreed"),
        (para(run("a "), f"<w:del>{run('b')}</w:del><w:ins>{run('c')}</w:ins>"), "a c"),
        (para(run("a"), run("secret", "<w:vanish/>"), run("b")), "ab"),
        (para(run("a"), '<w:fldSimple w:instr="DATE">' + run("May 3") + "</w:fldSimple>"), "aMay 3"),
        (
            para(
                f'<m:oMath xmlns:m="{M}"><m:f><m:num><m:r><m:t>1</m:t></m:r></m:num><m:den><m:r><m:t>x</m:t></m:r></m:den></m:f></m:oMath>'
            ),
            "1/x",
        ),
    ],
)
def test_what_is_marked_in_a_run_is_said_in_the_text(body: str, shown: str) -> None:
    up = '<w:style w:type="character" w:styleId="Up"><w:rPr><w:vertAlign w:val="superscript"/></w:rPr></w:style>'
    old = '<w:style w:type="character" w:styleId="Old"><w:rPr><w:strike/></w:rPr></w:style>'
    sheets = numbers(styles=f'<w:styles xmlns:w="{W}">{up}{old}</w:styles>'.encode())
    assert text(body, sheets).strip() == shown


def test_what_is_left_out_is_counted() -> None:
    body = para(run("a"), f"<w:del>{run('b')}</w:del>", run("c", "<w:vanish/>"))
    comments = f'<w:comments xmlns:w="{W}"><w:comment w:id="1"/><w:comment w:id="2"/></w:comments>'.encode()
    _, _, notes = words(docx(body, further={"word/comments.xml": comments}))
    assert notes == (
        "2 comments were left out.",
        "1 tracked deletion was left out, and what was inserted was read.",
        "1 piece of hidden text was left out.",
    )


def test_headers_and_footers_are_read_once() -> None:
    head = f'<w:hdr xmlns:w="{W}">{paragraph("Quillby, terms of May")}</w:hdr>'.encode()
    page = para(run("Page "), "<w:r><w:instrText>PAGE</w:instrText></w:r>", run("3"))
    foot = f'<w:ftr xmlns:w="{W}">{page}{paragraph("Draft")}</w:ftr>'.encode()
    named = f'xmlns:r="{OFFICE}"'
    references = f'<w:headerReference {named} w:type="default" r:id="h.xml"/><w:footerReference {named} w:type="default" r:id="f.xml"/>'
    body = paragraph("One.") + f"<w:sectPr>{references}</w:sectPr>"
    shown = text(body, {**related(header="h.xml", footer="f.xml"), "word/h.xml": head, "word/f.xml": foot})
    assert shown.split("\n\n") == ["Header: Quillby, terms of May", "One.", "Footer: Draft"]


def test_a_text_box_is_read_once_and_a_form_with_what_was_chosen() -> None:
    mc = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    box = f"<w:txbxContent>{paragraph('boxed')}</w:txbxContent>"
    both = f'<mc:Choice Requires="wps"><w:drawing>{box}</w:drawing></mc:Choice><mc:Fallback><w:pict>{box}</w:pict></mc:Fallback>'
    one = f'<mc:Choice Requires="wps"><w:drawing>{box.replace("boxed", "alone")}</w:drawing></mc:Choice>'
    wrapped = "".join(f'<w:r><mc:AlternateContent xmlns:mc="{mc}">{forms}</mc:AlternateContent></w:r>' for forms in (both, one))
    shown = text(para(run("before"), wrapped) + paragraph("after"))
    assert shown.split() == ["before", "boxed", "alone", "after"]
    ticked = '<w14:checkbox xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"><w14:checked w14:val="1"/></w14:checkbox>'
    tick = f"<w:sdt><w:sdtPr>{ticked}</w:sdtPr><w:sdtContent>{run('☒')}</w:sdtContent></w:sdt>"
    entries = '<w:result w:val="1"/><w:listEntry w:val="small"/><w:listEntry w:val="large"/>'
    choice = f'<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:ddList>{entries}</w:ddList></w:ffData></w:fldChar></w:r>'
    assert text(para(tick, run(" agreed,"), choice)).split() == ["[x]", "agreed,", "large"]


def test_notes_stand_at_the_end_under_their_marks() -> None:
    note = f'<w:footnotes xmlns:w="{W}"><w:footnote w:id="2">{paragraph("Without tax.")}</w:footnote></w:footnotes>'.encode()
    body = para(run("The fee is 50"), '<w:r><w:footnoteReference w:id="2"/></w:r>', run(" euros."))
    shown = text(body, {**related(footnotes="footnotes.xml"), "word/footnotes.xml": note})
    assert shown == "The fee is 50 [1] euros.\n\n1. Without tax."


def test_a_part_in_another_form_is_read_or_marked() -> None:
    chunk = f'<w:altChunk xmlns:r="{OFFICE}" r:id="a.html"/><w:altChunk xmlns:r="{OFFICE}" r:id="b.rtf"/>'
    found = words(docx(paragraph("One.") + chunk, further={**related(aFChunk="a.html"), "word/a.html": b"<p>Two <s>2</s>.</p>"}))
    assert found[0].split("\n\n") == ["One.", "Two ~~2~~.", "[Here stands a part in another form, which was not read.]"]
    assert found[2] == ("1 part in another form was left out, with a mark at its place.",)


def test_merged_cells_stand_where_they_hold() -> None:
    table = word_table([["Plan", "Price", "x"], ["Basic", "5", "y"]])
    table = table.replace("<w:tc>", '<w:tc><w:tcPr><w:vMerge w:val="restart"/></w:tcPr>', 1)
    table = table.replace("<w:tc><w:p><w:r><w:t>Basic</w:t></w:r></w:p>", "<w:tc><w:tcPr><w:vMerge/></w:tcPr><w:p/>")
    assert text(table).split("\n") == ["| Plan | Price | x |", "| --- | --- | --- |", "| Plan | 5 | y |"]

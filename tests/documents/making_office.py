"""Spreadsheets, slides, OpenDocument files, books and mails, made by code."""

import io
from collections.abc import Callable, Mapping, Sequence
from email.message import EmailMessage

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from .making import RELATIONS, zipped

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
P = "http://schemas.openxmlformats.org/presentationml/2006/main"
A = "http://schemas.openxmlformats.org/drawingml/2006/main"
ODF = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for short, name in {
        **{"office": "office", "text": "text", "table": "table", "style": "style", "draw": "drawing"},
        **{"presentation": "presentation", "config": "config"},
    }.items()
)


def xlsx(sheets: Mapping[str, Sequence[Sequence[object]]], change: Callable[[openpyxl.Workbook], None] = lambda book: None) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet: Worksheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def shape(words: Sequence[str], place: str | None = "") -> str:
    """`words`: paragraphs, as DrawingML or plain. `place`: of the layout; None for a shape of its own."""
    holds = "".join(f"<a:p>{one if one.startswith('<a:') else f'<a:r><a:t>{one}</a:t></a:r>'}</a:p>" for one in words)
    kind = "" if place is None else f'<p:ph type="{place}"/>' if place else '<p:ph idx="1"/>'
    return f'<p:sp><p:nvSpPr><p:cNvPr id="1" name="x"/><p:nvPr>{kind}</p:nvPr></p:nvSpPr><p:txBody>{holds}</p:txBody></p:sp>'


def slide_table(rows: Sequence[Sequence[str]]) -> str:
    cells = ["".join(f"<a:tc><a:txBody><a:p><a:r><a:t>{cell}</a:t></a:r></a:p></a:txBody></a:tc>" for cell in row) for row in rows]
    table = "<a:tbl>" + "".join(f"<a:tr>{row}</a:tr>" for row in cells) + "</a:tbl>"
    return f"<p:graphicFrame><a:graphic><a:graphicData>{table}</a:graphicData></a:graphic></p:graphicFrame>"


def pptx(slides: Sequence[str], *, notes: Mapping[int, str] = {}, hidden: Sequence[int] = (), further: Mapping[str, bytes] = {}) -> bytes:
    """Each of `slides` the shapes of one; the parts lie in the other order than they are shown in."""
    ids = "".join(f'<p:sldId id="{256 + n}" r:id="s{n}"/>' for n in range(len(slides)))
    parts: dict[str, bytes] = {
        "ppt/presentation.xml": f'<p:presentation xmlns:p="{P}" xmlns:r="{OFFICE}"><p:sldIdLst>{ids}</p:sldIdLst></p:presentation>'.encode()
    }
    links = []
    for number, shapes in enumerate(slides):
        part = f"slide{len(slides) - number}.xml"
        links.append(f'<Relationship Id="s{number}" Type="{OFFICE}/slide" Target="slides/{part}"/>')
        shown = ' show="0"' if number in hidden else ""
        parts[f"ppt/slides/{part}"] = _slide("sld", shown, shapes)
        if number in notes:
            parts[f"ppt/notesSlides/notes{number}.xml"] = _slide("notes", "", shape([notes[number]], "body") + shape(["7"], "sldNum"))
            link = f'<Relationship Id="n" Type="{OFFICE}/notesSlide" Target="../notesSlides/notes{number}.xml"/>'
            parts[f"ppt/slides/_rels/{part}.rels"] = f'<Relationships xmlns="{RELATIONS}">{link}</Relationships>'.encode()
    parts["ppt/_rels/presentation.xml.rels"] = f'<Relationships xmlns="{RELATIONS}">{"".join(links)}</Relationships>'.encode()
    return zipped({**parts, **further})


def _slide(kind: str, shown: str, shapes: str) -> bytes:
    names = f'xmlns:p="{P}" xmlns:a="{A}" xmlns:r="{OFFICE}"'
    return f"<p:{kind} {names}{shown}><p:cSld><p:spTree>{shapes}</p:spTree></p:cSld></p:{kind}>".encode()


def content(kind: str, body: str, styles: str = "") -> bytes:
    """`kind`: "text", "spreadsheet" or "presentation"."""
    automatic = f"<office:automatic-styles>{styles}</office:automatic-styles>"
    inner = f"<office:body><office:{kind}>{body}</office:{kind}></office:body>"
    return f"<office:document-content {ODF}>{automatic}{inner}</office:document-content>".encode()


def open_document(kind: str, body: str, styles: str = "", further: Mapping[str, bytes] = {}) -> bytes:
    form = f"application/vnd.oasis.opendocument.{kind}".encode()
    return zipped({"mimetype": form, "content.xml": content(kind, body, styles), **further})


def sheet(name: str, rows: Sequence[Sequence[str]], extra: str = "") -> str:
    """Rows of cells, each a text or the element itself."""
    cells = ["".join(cell if cell.startswith("<table:") else _cell(cell) for cell in row) for row in rows]
    return f'<table:table table:name="{name}">{extra}{"".join(f"<table:table-row>{row}</table:table-row>" for row in cells)}</table:table>'


def _cell(words: str) -> str:
    return f"<table:table-cell><text:p>{words}</text:p></table:table-cell>" if words else "<table:table-cell/>"


def epub(chapters: Mapping[str, str], title: str = "The shop", further: Mapping[str, bytes] = {}) -> bytes:
    """Names and bodies, in the order of the spine; they lie in the archive in the other."""
    items = "".join(f'<item id="{name}" href="text/{name}.xhtml" media-type="application/xhtml+xml"/>' for name in sorted(chapters))
    spine = "".join(f'<itemref idref="{name}"/>' for name in chapters)
    named = f'<metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{title}</dc:title></metadata>'
    package = f'<package xmlns="http://www.idpf.org/2007/opf">{named}<manifest>{items}</manifest><spine>{spine}</spine></package>'
    root = '<rootfile full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/>'
    names = "urn:oasis:names:tc:opendocument:xmlns:container"
    pages = {
        f"OEBPS/text/{name}.xhtml": f'<html xmlns="http://www.w3.org/1999/xhtml"><head/><body>{body}</body></html>'.encode()
        for name, body in reversed(list(chapters.items()))
    }
    return zipped(
        {
            "mimetype": b"application/epub+zip",
            "META-INF/container.xml": f'<container xmlns="{names}"><rootfiles>{root}</rootfiles></container>'.encode(),
            "OEBPS/book.opf": package.encode(),
            **pages,
            **further,
        }
    )


def mail(words: str, attached: Mapping[str, bytes] = {}, *, html: str = "", subject: str = "Café order") -> bytes:
    made = EmailMessage()
    made["Subject"], made["From"], made["To"] = subject, "Żaneta <z@example.org>", "b@example.org"
    made.set_content(words)
    if html:
        made.add_alternative(html, subtype="html")
    for name, data in attached.items():
        made.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return made.as_bytes()

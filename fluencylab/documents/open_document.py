"""OpenDocument as text: what LibreOffice writes. A text (ODT) or slides (ODP) by way of HTML, a spreadsheet (ODS) row by row.

<text:h text:outline-level="2">Returns</text:h><text:p>Within 30 days.</text:p>   -> ## Returns / Within 30 days.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from html import escape
from xml.etree import ElementTree as Tree
from xml.parsers import expat

from fluencylab.documents.open_sheets import sheets
from fluencylab.documents.packed import LOCKED, is_xml, no_definitions, opened, xml_parts
from fluencylab.documents.refusal import Refused, damaged
from fluencylab.documents.sheets import Sheet, sheets_text
from fluencylab.documents.web_page import shown

OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
PRESENTATION = "{urn:oasis:names:tc:opendocument:xmlns:presentation:1.0}"
LEFT_OUT = {
    f"{OFFICE}annotation": "comment",
    f"{TEXT}deletion": "tracked deletion",
    f"{DRAW}image": "picture",
    f"{DRAW}object": "embedded object",
    f"{TEXT}hidden-text": "piece of hidden text",
    f"{TEXT}hidden-paragraph": "piece of hidden text",
}
NOT_READ = {f"{TEXT}tracked-changes", f"{OFFICE}forms", f"{TEXT}sequence-decls", f"{OFFICE}annotation-end", *LEFT_OUT}


def words(data: bytes) -> tuple[str, str, tuple[str, ...]]:
    """Text, size and notes. Raises Refused."""
    with opened(data, "OpenDocument file") as archive:
        parts = xml_parts(archive, lambda name: (is_xml(name) and "/" not in name) or name == "META-INF/manifest.xml")
        if b"encryption-data" in parts.get("META-INF/manifest.xml", b""):
            raise LOCKED
        return _body(parts["content.xml"], parts.get("styles.xml", b"<none/>"))


def sheets_of(data: bytes) -> tuple[list[Sheet], tuple[str, ...]]:
    """The sheets of an ODS, and notes on what they do not hold. Raises Refused."""
    with opened(data, "OpenDocument file") as archive:
        parts = xml_parts(archive, lambda name: name in ("content.xml", "META-INF/manifest.xml"))
        if b"encryption-data" in parts.get("META-INF/manifest.xml", b""):
            raise LOCKED
        tree = Tree.fromstring(parts["content.xml"])
        return list(_sheets(tree)), _away(tree)


def flat(data: bytes) -> tuple[str, str, tuple[str, ...]]:
    """The same of a file that is one piece of XML (FODT, FODS, FODP)."""
    try:
        no_definitions(data)
        return _body(data, b"<none/>")
    except (Tree.ParseError, expat.ExpatError) as error:
        raise damaged("OpenDocument file") from error


def _body(content: bytes, styles: bytes) -> tuple[str, str, tuple[str, ...]]:
    tree = Tree.fromstring(content)
    body = tree.find(f"{OFFICE}body")
    if body is None or not len(body):
        raise Refused("holds no words.", "Look at it in another program; choose the file the words are in.")
    notes = _away(tree)
    if body[0].tag == f"{OFFICE}spreadsheet":
        text, size, more = sheets_text(_sheets(tree))
    else:
        writer = _Writer(tree, Tree.fromstring(styles))
        text, more = shown(f"<body>{writer.inside(body[0])}</body>"), ()
        pages = len(body[0].findall(f"{DRAW}page"))
        size = f"{pages:,} {'slide' if pages == 1 else 'slides'}" if pages else ""
    if not text.strip():
        raise Refused("holds no words.", "Look at it in another program; choose the file the words are in.")
    return text, size, (*more, *notes)


def _sheets(tree: Tree.Element) -> Iterator[Sheet]:
    marks = {one.get(f"{STYLE}name", ""): _marks(one.find(f"{STYLE}text-properties")) for one in tree.iter(f"{STYLE}style")}
    return sheets(tree, NOT_READ, marks)


def _away(tree: Tree.Element) -> tuple[str, ...]:
    away = Counter(LEFT_OUT[one.tag] for one in tree.iter() if one.tag in LEFT_OUT)
    return tuple(f"{count:,} {what}{' was' if count == 1 else 's were'} left out." for what, count in away.items())


class _Writer:
    """HTML of the elements, with what their styles mean."""

    def __init__(self, content: Tree.Element, styles: Tree.Element) -> None:
        self._marks: dict[str, tuple[str, ...]] = {}
        self._numbered: dict[tuple[str, int], str] = {}
        for tree in (styles, content):
            for style in tree.iter(f"{STYLE}style"):
                self._marks[style.get(f"{STYLE}name", "")] = _marks(style.find(f"{STYLE}text-properties"))
            for lists in tree.iter(f"{TEXT}list-style"):
                for level in lists.iter(f"{TEXT}list-level-style-number"):
                    place = level.get(f"{TEXT}level", "1")
                    at = int(place) if place.isdigit() else 1
                    self._numbered[lists.get(f"{STYLE}name", ""), at] = level.get(f"{STYLE}num-format", "1")

    def inside(self, element: Tree.Element, style: str = "", depth: int = 0) -> str:
        """The words in it and behind each of its parts; `style` and `depth` of the list it stands in."""
        parts = [escape(element.text or "")]
        for one in element:
            parts += [self._written(one, style, depth), escape(one.tail or "")]
        return "".join(parts)

    def _written(self, one: Tree.Element, style: str, depth: int) -> str:
        if one.tag in NOT_READ:
            return ""
        if write := WRITTEN.get(one.tag):
            return write(self, one, style, depth)
        return self.inside(one, style, depth)

    def heading(self, one: Tree.Element, style: str, depth: int) -> str:
        level = one.get(f"{TEXT}outline-level", "1")
        tag = f"h{min(int(level), 6) if level.isdigit() and level != '0' else 1}"
        return f"<{tag}>{self.inside(one)}</{tag}>"

    def paragraph(self, one: Tree.Element, style: str, depth: int) -> str:
        return f"<p>{self._styled(one, self.inside(one, style, depth))}</p>"

    def span(self, one: Tree.Element, style: str, depth: int) -> str:
        return self._styled(one, self.inside(one, style, depth))

    def _styled(self, one: Tree.Element, text: str) -> str:
        for mark in self._marks.get(one.get(f"{TEXT}style-name", ""), ()):
            text = f"<{mark}>{text}</{mark}>"
        return text

    def listed(self, one: Tree.Element, style: str, depth: int) -> str:
        style = one.get(f"{TEXT}style-name", style)
        number = self._numbered.get((style, depth + 1), "")
        items = "".join(f"<li>{self.inside(item, style, depth + 1)}</li>" for item in one if item.tag != f"{TEXT}list-header")
        return f'<ol type="{escape(number)}">{items}</ol>' if number else f"<ul>{items}</ul>"

    def note(self, one: Tree.Element, style: str, depth: int) -> str:
        """A note stands where its mark is."""
        body = one.find(f"{TEXT}note-body")
        return "" if body is None else f" [{escape(' '.join(' '.join(body.itertext()).split()))}]"

    def spaces(self, one: Tree.Element, style: str, depth: int) -> str:
        return " "

    def line_break(self, one: Tree.Element, style: str, depth: int) -> str:
        return "<br>"

    def page(self, one: Tree.Element, style: str, depth: int) -> str:
        return f"<section>{self.inside(one)}</section>"

    def frame(self, one: Tree.Element, style: str, depth: int) -> str:
        if one.get(f"{PRESENTATION}class") == "title":
            return f"<h2>{escape(' '.join(' '.join(one.itertext()).split()))}</h2>"
        return f"<div>{self.inside(one)}</div>"

    def notes(self, one: Tree.Element, style: str, depth: int) -> str:
        said = self.inside(one)
        return f"<p>Notes:</p>{said}" if "".join(one.itertext()).strip() else ""

    def table(self, one: Tree.Element, style: str, depth: int) -> str:
        return f"<table>{''.join(self._row(row) for row in one.iter(f'{TABLE}table-row'))}</table>"

    def _row(self, row: Tree.Element) -> str:
        cells = []
        for cell in row.findall(f"{TABLE}table-cell"):
            spans = (("number-columns-spanned", "colspan"), ("number-rows-spanned", "rowspan"))
            told = "".join(f' {theirs}="{said}"' for ours, theirs in spans if (said := cell.get(f"{TABLE}{ours}", "")).isdigit())
            cells.append(f"<td{told}>{self.inside(cell)}</td>")
        return f"<tr>{''.join(cells)}</tr>"


WRITTEN: dict[str, Callable[[_Writer, Tree.Element, str, int], str]] = {
    f"{TEXT}h": _Writer.heading,
    f"{TEXT}p": _Writer.paragraph,
    f"{TEXT}span": _Writer.span,
    f"{TEXT}list": _Writer.listed,
    f"{TEXT}note": _Writer.note,
    f"{TEXT}s": _Writer.spaces,
    f"{TEXT}tab": _Writer.spaces,
    f"{TEXT}line-break": _Writer.line_break,
    f"{DRAW}page": _Writer.page,
    f"{DRAW}frame": _Writer.frame,
    f"{PRESENTATION}notes": _Writer.notes,
    f"{TABLE}table": _Writer.table,
}


def _marks(properties: Tree.Element | None) -> tuple[str, ...]:
    """What of a style has meaning: raised, lowered, struck out."""
    if properties is None:
        return ()
    place = properties.get(f"{STYLE}text-position", "").partition(" ")[0]
    height = place.removesuffix("%")
    raised = ("sup",) if place == "super" or (height.isdigit() and height != "0") else ()
    lowered = ("sub",) if place == "sub" or height.startswith("-") else ()
    struck = ("s",) if properties.get(f"{STYLE}text-line-through-style", "none") != "none" else ()
    return raised + lowered + struck

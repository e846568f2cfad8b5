"""A PPTX as text, by way of HTML: slide by slide in their order, with tables and the speaker's notes.

## Returns 2025           the title of a slide
- Within 30 days          what is typed below it
Notes: Say this slowly.
"""

import posixpath
from collections.abc import Iterator, Mapping
from html import escape
from xml.etree import ElementTree as Tree

from fluencylab.documents.packed import is_xml, opened, xml_parts
from fluencylab.documents.refusal import Refused
from fluencylab.documents.web_page import shown

P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
CHOICE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent"
TITLES = ("title", "ctrTitle")
LISTS = ("body", "obj", "")
"""Places of a layout whose paragraphs have bullets unless they say otherwise; "" is the usual one."""
ASIDE = ("sldNum", "dt", "ftr", "hdr", "sldImg")
MOST_SLIDES = 2000
DEEPEST = 40
"""Groups within groups."""


def words(data: bytes) -> tuple[str, str, tuple[str, ...]]:
    """Text, size ("12 slides") and notes. Raises Refused."""
    with opened(data, "PPTX") as archive:
        parts = xml_parts(archive, lambda name: is_xml(name) and name.startswith("ppt/") and "/theme/" not in name)
        names = archive.namelist()
        slides = _slides(parts)
        shown_slides = [name for name in slides if Tree.fromstring(parts[name]).get("show", "1") not in ("0", "false")]
        markup = "".join(_slide(parts, name) for name in shown_slides)
    text = shown(f"<body>{markup}</body>")
    if not text.strip():
        raise Refused("holds no words: its slides are empty, or pictures.", "Have the words recognised (OCR), and choose the result.")
    counts = {
        "hidden slide": len(slides) - len(shown_slides),
        "picture": sum(name.startswith("ppt/media/") for name in names),
        "chart": sum(name.startswith("ppt/charts/chart") for name in names),
        "diagram": sum(name.startswith("ppt/diagrams/data") for name in names),
        "comment": sum(xml.count(b"<p:cm ") + xml.count(b"<p188:cm ") for name, xml in parts.items() if "/comments/" in name),
    }
    notes = tuple(f"{count:,} {what}{' was' if count == 1 else 's were'} left out." for what, count in counts.items() if count)
    if any(name.endswith("vbaProject.bin") for name in names):
        notes += ("Its macros were not run.",)
    return text, "1 slide" if len(shown_slides) == 1 else f"{len(shown_slides):,} slides", notes


def _slides(parts: Mapping[str, bytes]) -> list[str]:
    """The names of their parts, in the order in which they are shown."""
    related = _relations(parts, "ppt/presentation.xml")
    order = Tree.fromstring(parts["ppt/presentation.xml"]).iter(f"{P}sldId")
    found = [name for one in order if (name := related.get(one.get(f"{R}id", ""), "")) in parts]
    if len(found) > MOST_SLIDES:
        raise Refused(f"has {len(found):,} slides; at most {MOST_SLIDES:,} are read.", "Split it, and choose the part you need.")
    return list(dict.fromkeys(found))


def _relations(parts: Mapping[str, bytes], name: str) -> dict[str, str]:
    """What a part calls others: {"rId2": "ppt/slides/slide1.xml"}. Addresses outside of the file lead to no part of it."""
    folder, file = posixpath.split(name)
    xml = parts.get(f"{folder}/_rels/{file}.rels", b"<none/>")
    return {
        one.get("Id", ""): posixpath.normpath(posixpath.join(folder, one.get("Target", ""))).lstrip("/")
        for one in Tree.fromstring(xml)
        if one.get("TargetMode") != "External"
    }


def _slide(parts: Mapping[str, bytes], name: str) -> str:
    markup = "".join(_shapes(Tree.fromstring(parts[name]).find(f"{P}cSld/{P}spTree"), 0))
    for related in _relations(parts, name).values():
        if related.startswith("ppt/notesSlides/") and related in parts:
            tree = Tree.fromstring(parts[related]).find(f"{P}cSld/{P}spTree")
            said = "".join(_text(shape) for shape in _leaves(tree, 0) if _place(shape) == "body")
            markup += f"<p>Notes:</p>{said}" if said else ""
    return f"<section>{markup}</section>"


def _leaves(tree: Tree.Element | None, depth: int) -> Iterator[Tree.Element]:
    """Shapes in the order in which they are drawn; of alternatives the first."""
    for one in () if tree is None or depth > DEEPEST else tree:
        if one.tag == f"{P}grpSp":
            yield from _leaves(one, depth + 1)
        elif one.tag == CHOICE:
            yield from _leaves(next(iter(one), None), depth + 1)
        elif one.tag in (f"{P}sp", f"{P}graphicFrame", f"{P}cxnSp"):
            yield one


def _shapes(tree: Tree.Element | None, depth: int) -> Iterator[str]:
    shapes = list(_leaves(tree, depth))
    shapes.sort(key=lambda shape: _place(shape) not in TITLES)  # the title may have been drawn last
    for shape in shapes:
        table = shape.find(f".//{A}tbl")
        place = _place(shape)
        if table is not None:
            yield _table(table)
        elif place in TITLES:
            yield f"<h2>{' '.join(_words(one) for one in shape.iter(f'{A}p'))}</h2>"
        elif place not in ASIDE:
            yield _text(shape)


def _place(shape: Tree.Element) -> str | None:
    """The kind of place of the layout that it fills; None for a shape of its own."""
    place = shape.find(f"./*/{P}nvPr/{P}ph")
    return None if place is None else place.get("type", "")


def _text(shape: Tree.Element) -> str:
    paragraphs = [one for one in shape.iter(f"{A}p") if _words(one).strip()]
    in_list = _place(shape) in LISTS and len(paragraphs) > 1
    markup, depth = "", -1
    for paragraph in paragraphs:
        level = min(_level(paragraph, in_list), depth + 1)
        markup += "</li></ul>" * (depth - level if level < depth else 0)
        opening = "" if level < 0 else "<ul><li>" if level > depth else "</li><li>"
        markup += f"{opening}{_words(paragraph)}" if opening else f"<p>{_words(paragraph)}</p>"
        depth = level
    return markup + "</li></ul>" * (depth + 1)


def _level(paragraph: Tree.Element, in_list: bool) -> int:
    """How deep in a list; -1 for none."""
    properties = paragraph.find(f"{A}pPr")
    if properties is None:
        return 0 if in_list else -1
    bullet = any(properties.find(f"{A}{name}") is not None for name in ("buChar", "buAutoNum"))
    if properties.find(f"{A}buNone") is not None or not (in_list or bullet):
        return -1
    level = properties.get("lvl", "0")
    return min(int(level), 8) if level.isdigit() else 0


def _words(paragraph: Tree.Element) -> str:
    """Its runs as HTML: raised, lowered and struck-out ones by name."""
    found = ""
    for run in paragraph:
        if run.tag == f"{A}br":
            found += "<br>"
        elif run.tag in (f"{A}r", f"{A}fld"):
            text = escape("".join(one.text or "" for one in run.iter(f"{A}t")))
            properties = run.find(f"{A}rPr")
            found += text if properties is None else _styled(text, properties)
        elif run.tag.endswith("}AlternateContent") or run.tag.endswith("}m"):
            found += escape("".join(one.text or "" for one in run.iter() if one.tag.endswith("}t")))
    return found


def _styled(text: str, properties: Tree.Element) -> str:
    lifted = properties.get("baseline", "0").lstrip("+")
    if lifted not in ("0", ""):
        tag = "sub" if lifted.startswith("-") else "sup"
        text = f"<{tag}>{text}</{tag}>"
    return f"<s>{text}</s>" if properties.get("strike", "noStrike") != "noStrike" else text


def _table(table: Tree.Element) -> str:
    rows = "".join(f"<tr>{''.join(_cell(cell) for cell in row.iter(f'{A}tc'))}</tr>" for row in table.iter(f"{A}tr"))
    return f"<table>{rows}</table>"


def _cell(cell: Tree.Element) -> str:
    if "true" in (flags := (cell.get("hMerge", ""), cell.get("vMerge", ""))) or "1" in flags:
        return ""  # covered by one that was merged with it
    named = (("gridSpan", "colspan"), ("rowSpan", "rowspan"))
    spans = "".join(f' {theirs}="{said}"' for ours, theirs in named if (said := cell.get(ours, "")).isdigit())
    return f"<td{spans}>{'<br>'.join(_words(one) for one in cell.iter(f'{A}p'))}</td>"

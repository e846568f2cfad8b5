"""A Word document made plain before it is converted: what Word works out when it shows a page is written into the text.

numbers of clauses, hidden and struck-out runs, raised figures by style, equations, headers and footers, text boxes, chosen values

The converter (mammoth) knows runs, paragraphs, tables, notes and ticked boxes; what it does not know it leaves out in silence, so nothing
of that kind may reach it.
"""

from collections.abc import Iterator, Mapping
from xml.etree import ElementTree as Tree

from mammoth.docx.dingbats import dingbats

from fluencylab.documents.docx_numbers import Numbering
from fluencylab.documents.docx_styles import R, Styles, W, value
from fluencylab.documents.equations import MathNode, typed

M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
STRICT = (
    (b"http://purl.oclc.org/ooxml/wordprocessingml/main", W[1:-1].encode()),
    (b"http://purl.oclc.org/ooxml/officeDocument/relationships", R[1:-1].encode()),
    (b"http://purl.oclc.org/ooxml/officeDocument/math", M[1:-1].encode()),
)
"""The same words under the addresses of the strict standard."""
STORIES = ("document", "footnotes", "endnotes", "hdr", "ftr")
SIGNS = {font for font, _ in dingbats}
OPENED = {W + name for name in ("fldSimple", "dir", "bdo", "smartTag", "customXml")}
"""What only stands around words."""


class Prepared:
    """`parts`: the XML of the package, changed. `left_out`: how often each kind of thing was."""

    def __init__(self, parts: Mapping[str, bytes], chunks: Mapping[str, str]) -> None:
        self.parts = dict(parts)
        self.left_out: dict[str, int] = {}
        self._chunks = chunks
        roots = {name: root for name, data in parts.items() if name.endswith(".xml") and (root := _root(data)) is not None}
        by_kind = {_local(root): root for root in roots.values()}
        self._styles = Styles(by_kind.get("styles"))
        self._numbering = Numbering(by_kind.get("numbering"), self._styles)
        for root in sorted(roots.values(), key=lambda one: _local(one) != "document"):
            if _local(root) in STORIES:
                self._story(root)
        for name, root in roots.items():
            if _local(root) == "document":
                self._margins(name, root, roots, by_kind.get("settings"))
        for name, root in roots.items():
            if _local(root) in STORIES:
                self.parts[name] = Tree.tostring(root)
        self.comments = len(by_kind["comments"].findall(f"{W}comment")) if "comments" in by_kind else 0

    def _count(self, what: str) -> None:
        self.left_out[what] = self.left_out.get(what, 0) + 1

    def _story(self, root: Tree.Element) -> None:
        """The body, the notes, a header: everything in it said in plain runs."""
        _without_alternatives(root)
        for parent, child in _pairs(root):
            if child.tag == f"{M}oMath":
                _replace(parent, child, _run(f" {' '.join(typed(_math(child)).split())} "))
            elif child.tag in (f"{W}del", f"{W}moveFrom") and child.find(f".//{W}r") is not None:
                self._count("deletion")
            elif child.tag == f"{W}altChunk":
                self._chunk(parent, child)
            elif child.tag in (f"{W}drawing", f"{W}pict", f"{W}object"):
                self._drawing(parent, child)
        for parent, child in _pairs(root):
            if child.tag in OPENED or child.tag == f"{M}oMathPara":
                _replace(parent, child, *child)
        for paragraph in root.iter(f"{W}p"):
            self._paragraph(paragraph)

    def _paragraph(self, paragraph: Tree.Element) -> None:
        style = self._styles.of_paragraph(paragraph)
        for parent, run in _pairs(paragraph, within=(W + "hyperlink", W + "ins", W + "moveTo", W + "sdt", W + "sdtContent")):
            if run.tag == f"{W}r":
                if self._styles.run_says(run, style, "vanish") and not self._styles.run_says(run, style, "specVanish"):
                    if run.find(f"{W}t") is not None:
                        self._count("hidden")
                    parent.remove(run)
                    continue
                self._run(run, style)
        self._number(paragraph)

    def _run(self, run: Tree.Element, style: str) -> None:
        properties = run.find(f"{W}rPr")
        if properties is None:
            properties = Tree.Element(f"{W}rPr")
            run.insert(0, properties)
        for name, becomes in (("strike", "strike"), ("dstrike", "strike"), ("vertAlign", "vertAlign")):
            if said := self._styles.run_says(run, style, name):
                if (old := properties.find(W + becomes)) is not None:
                    properties.remove(old)
                Tree.SubElement(properties, W + becomes, {f"{W}val": "true" if becomes == "strike" else said})
        lifted = self._styles.run_says(run, style, "position")
        if lifted.lstrip("-").isdigit() and abs(int(lifted)) >= 4 and properties.find(f"{W}vertAlign") is None:
            Tree.SubElement(properties, f"{W}vertAlign", {f"{W}val": "subscript" if lifted.startswith("-") else "superscript"})
        font = value(properties.find(f"{W}rFonts"), "ascii")
        for child in list(run):
            if font in SIGNS and child.tag == f"{W}t":
                child.text = "".join(_sign(font, letter) for letter in child.text or "")
            elif child.tag == f"{W}ptab":
                child.tag = f"{W}tab"
            elif child.tag == f"{W}noBreakHyphen":
                _replace(run, child, _text("-"))
            elif child.tag == f"{W}ruby":
                base, reading = (_words(child.find(W + name)) for name in ("rubyBase", "rt"))
                _replace(run, child, _text(f"{base}({reading})" if reading else base))
            elif child.tag == f"{W}fldChar" and (choice := child.find(f"{W}ffData/{W}ddList")) is not None:
                entries = [value(entry) for entry in choice.findall(f"{W}listEntry")]
                at = value(choice.find(f"{W}result")) or value(choice.find(f"{W}default")) or "0"
                if at.isdigit() and int(at) < len(entries):
                    run.append(_text(f" {entries[int(at)]} "))

    def _number(self, paragraph: Tree.Element) -> None:
        """The number as words; bullets stay what they are."""
        if _is_deleted(paragraph):
            return
        found = self._numbering.of(paragraph)
        properties = paragraph.find(f"{W}pPr")
        if properties is None:
            properties = Tree.Element(f"{W}pPr")
            paragraph.insert(0, properties)
        old = properties.find(f"{W}numPr")
        if found is None and old is None:
            return
        if old is not None:
            properties.remove(old)
        numbers = Tree.SubElement(properties, f"{W}numPr")
        bullet = found is not None and not found.label
        Tree.SubElement(numbers, f"{W}ilvl", {f"{W}val": str(found.level) if found and bullet else "0"})
        Tree.SubElement(numbers, f"{W}numId", {f"{W}val": found.number if found and bullet else "0"})
        if found and found.label:
            paragraph.insert(list(paragraph).index(properties) + 1, _run(f"{found.label} "))

    def _chunk(self, parent: Tree.Element, chunk: Tree.Element) -> None:
        """A document within the document, in a form of its own: read where it is text or a page, else said where it would stand."""
        words = self._chunks.get(chunk.get(f"{R}id", ""), "")
        if not words:
            self._count("chunk")
            words = "[Here stands a part in another form, which was not read.]"
        _replace(parent, chunk, *(_paragraph_of(line) for line in words.split("\n") if line.strip()))

    def _drawing(self, parent: Tree.Element, drawing: Tree.Element) -> None:
        """Of a shape, the words in it; a diagram or chart keeps its words elsewhere."""
        boxes = list(drawing.iter(f"{W}txbxContent"))
        if boxes and drawing.tag == f"{W}pict" and boxes == list(drawing):
            return
        if boxes:
            picture = Tree.Element(f"{W}pict")
            picture.extend(boxes)
            _replace(parent, drawing, picture)
        elif any(_local(part) in ("relIds", "chart") for part in drawing.iter()):
            self._count("diagram")
            _replace(parent, drawing, _text(" [diagram] "))

    def _margins(self, name: str, root: Tree.Element, roots: Mapping[str, Tree.Element], settings: Tree.Element | None) -> None:
        """Each header once before the text, each footer once behind it."""
        body = root.find(f"{W}body")
        if body is None:
            return
        folder, _, file = name.rpartition("/")
        relations = _root(self.parts.get(f"{folder}/_rels/{file}.rels", b""))
        targets = {one.get("Id", ""): one.get("Target", "") for one in (relations if relations is not None else ())}
        even = settings is not None and settings.find(f"{W}evenAndOddHeaders") is not None
        said: dict[str, list[str]] = {"header": [], "footer": []}
        for section in root.iter(f"{W}sectPr"):
            for kind, lines in said.items():
                for reference in section.findall(f"{W}{kind}Reference"):
                    when = value(reference, "type")
                    target = targets.get(reference.get(f"{R}id", ""), "").lstrip("/")
                    story = roots.get(target) if target in roots else roots.get(f"{folder}/{target}")
                    if story is None or (when == "first" and section.find(f"{W}titlePg") is None) or (when == "even" and not even):
                        continue
                    lines += [line for line in _lines(story) if line not in lines]
        for line in reversed(said["header"]):
            body.insert(0, _paragraph_of(f"Header: {line}"))
        end = len(body) - 1 if len(body) and body[-1].tag == f"{W}sectPr" else len(body)
        for line in reversed(said["footer"]):
            body.insert(end, _paragraph_of(f"Footer: {line}"))


def _root(data: bytes) -> Tree.Element | None:
    for strict, usual in STRICT:
        data = data.replace(strict, usual)
    return Tree.fromstring(data) if data.strip() else None


def _local(element: Tree.Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _pairs(root: Tree.Element, within: tuple[str, ...] = ()) -> Iterator[tuple[Tree.Element, Tree.Element]]:
    """Each element with its parent, in their order; what is put in its place meanwhile comes too. `within`: only through these."""
    waiting = [root]
    while waiting:
        parent = waiting.pop()
        seen: list[Tree.Element] = []  # kept, so that no identity is given twice
        known: set[int] = set()
        while new := [child for child in parent if id(child) not in known]:
            seen += new
            known.update(map(id, new))
            for child in new:
                yield parent, child
        waiting += [child for child in reversed(parent) if not within or child.tag in within]


def _replace(parent: Tree.Element, child: Tree.Element, *others: Tree.Element) -> None:
    at = list(parent).index(child)
    parent[at : at + 1] = others


def _without_alternatives(root: Tree.Element) -> None:
    """Of what is given in several forms, one: the one for old programs where it has words, for it is the simpler."""
    for parent, child in _pairs(root):
        if child.tag == f"{MC}AlternateContent":
            forms = [*child.findall(f"{MC}Fallback"), *child.findall(f"{MC}Choice")]
            best = next((form for form in forms if any((text.text or "").strip() for text in form.iter(f"{W}t"))), None)
            _replace(parent, child, *(best if best is not None else forms[-1] if forms else ()))


def _math(element: Tree.Element) -> MathNode:
    said = value(element) or element.get(f"{M}val", "") or element.text or ""
    return MathNode(_local(element), said, tuple(_math(part) for part in element))


def _sign(font: str, letter: str) -> str:
    """What a font of signs shows for a letter: þ of Wingdings is a ticked box."""
    code = ord(letter) & 0xFF if 0xF000 <= ord(letter) <= 0xF0FF else ord(letter)
    return chr(dingbats.get((font, code), ord(letter)))


def _words(element: Tree.Element | None) -> str:
    return "" if element is None else "".join(text.text or "" for text in element.iter(f"{W}t"))


def _text(words: str) -> Tree.Element:
    text = Tree.Element(f"{W}t", {"{http://www.w3.org/XML/1998/namespace}space": "preserve"})
    text.text = words
    return text


def _run(words: str) -> Tree.Element:
    run = Tree.Element(f"{W}r")
    run.append(_text(words))
    return run


def _paragraph_of(words: str) -> Tree.Element:
    paragraph = Tree.Element(f"{W}p")
    paragraph.append(_run(words))
    return paragraph


def _is_deleted(paragraph: Tree.Element) -> bool:
    mark = paragraph.find(f"{W}pPr/{W}rPr")
    gone = mark is not None and (mark.find(f"{W}del") is not None or mark.find(f"{W}moveFrom") is not None)
    return gone and paragraph.find(f"{W}r") is None


def _lines(story: Tree.Element) -> Iterator[str]:
    """The paragraphs of a header or footer; one that only counts the pages says nothing."""
    for paragraph in story.iter(f"{W}p"):
        counts = any("PAGE" in (code.text or "") for code in paragraph.iter(f"{W}instrText"))
        words = "".join("\t" if part.tag == f"{W}tab" else part.text or "" for part in paragraph.iter() if part.tag in (f"{W}t", f"{W}tab"))
        words = " ".join(words.split())
        if any(letter.isalpha() for letter in words) and not (counts and sum(map(str.isalpha, words)) < 12):
            yield words

"""What a page of a PDF draws: each letter with its place and size, and the strokes that may strike it out.

A PDF holds no words and no lines, only letters at places; `pdf_lines.py` makes words of them.
"""

import io
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from pdfminer.converter import PDFLayoutAnalyzer
from pdfminer.encodingdb import EncodingDB, name2unicode
from pdfminer.pdfdocument import PDFDocument
from pdfminer.pdffont import PDFFont, PDFType1Font, PDFUnicodeNotDefined
from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser
from pdfminer.pdftypes import resolve1
from pdfminer.psparser import literal_name
from pdfminer.utils import apply_matrix_pt

UNKNOWN = "\ufffd"
"""Stands for a shape whose font does not say which letter it is."""
MOST_LETTERS = 200_000
"""On one page."""
MOST_STROKES = 20_000
WITHOUT_INK = (3, 7)
"""Modes of drawing text."""
THIN = 2.5
"""Points: a line or a filled box up to this high is a stroke."""


class Letter(NamedTuple):
    """`x`, `y`: where it begins on its base line, in points; `end`: where the next one would; `angle`: of its line, in degrees.

    Places are turned with the line: x always grows along it.
    """

    text: str
    x: float
    y: float
    end: float
    size: float
    angle: int


class Stroke(NamedTuple):
    """A thin horizontal line, in points."""

    x: float
    end: float
    y: float


class Drawing(NamedTuple):
    letters: list[Letter]
    strokes: list[Stroke]
    unseen: list[Letter]
    """Those of the letters that are drawn without ink: behind a picture of the page, or hidden from its reader."""


class Drawings:
    """The pages of a PDF, by number from 0. Raises whatever a damaged file makes of it, here or when a page is asked for."""

    def __init__(self, data: bytes) -> None:
        self._pages = list(PDFPage.create_pages(PDFDocument(PDFParser(io.BytesIO(data)))))
        self._device = _Device(_Fonts())
        self._interpreter = PDFPageInterpreter(self._device.rsrcmgr, self._device)

    def __len__(self) -> int:
        return len(self._pages)

    def of(self, number: int) -> Drawing:
        self._device.begin()
        self._interpreter.process_page(self._pages[number])
        return self._device.drawing


class _Fonts(PDFResourceManager):
    """Fonts, each with the codes whose shapes have names that say nothing (/g106). The library takes such a code for a letter."""

    def __init__(self) -> None:
        super().__init__()
        self.unnamed: dict[int, set[int]] = {}
        self._kept: list[PDFFont] = []
        """So that none is given the identity of another."""

    def get_font(self, objid: object, spec: Mapping[str, object]) -> PDFFont:
        font = super().get_font(objid, spec)
        if id(font) not in self.unnamed:
            encoding = resolve1(spec.get("Encoding"))
            differences = resolve1(encoding.get("Differences")) if isinstance(encoding, dict) else None
            self.unnamed[id(font)] = set(_unnamed(differences or ()))
            self._kept.append(font)
        return font


def _unnamed(differences: Sequence[object]) -> Iterator[int]:
    code = 0
    for one in map(resolve1, differences):
        if isinstance(one, int):
            code = one
            continue
        name = str(literal_name(one))
        try:
            name2unicode(name)
        except (KeyError, ValueError, TypeError):
            if not (32 < code < 127 and re.fullmatch(rf"[A-Za-z]{{1,2}}0*{code}", name)):  # TeX calls the shape of the letter A "a65"
                yield code
        code += 1


class _Device(PDFLayoutAnalyzer):
    """Takes down letters and strokes instead of building a layout."""

    def __init__(self, fonts: _Fonts) -> None:
        super().__init__(fonts)
        self._fonts = fonts

    def begin(self) -> None:
        self.drawing = Drawing([], [], [])
        self._ink = True
        self._tags: list[tuple[str, int] | None] = []
        self._box = (0.0, 0.0, math.inf, math.inf)

    def begin_page(self, page: PDFPage, ctm: Any) -> None:
        super().begin_page(page, ctm)
        self._box = self.cur_item.bbox

    def render_string(self, textstate: Any, seq: Any, ncs: Any, graphicstate: Any) -> None:
        self._ink = textstate.render not in WITHOUT_INK
        super().render_string(textstate, seq, ncs, graphicstate)

    def render_char(self, matrix: Any, font: PDFFont, fontsize: float, scaling: float, rise: float, cid: int, *_: object) -> float:
        text = self._text(font, cid)
        width = font.char_width(cid) * fontsize * scaling
        x, y = apply_matrix_pt(matrix, (0, rise))
        end_x, end_y = apply_matrix_pt(matrix, (0, rise + width) if font.is_vertical() else (width, rise))
        size = abs(fontsize) * (math.hypot(matrix[2], matrix[3]) or 1)
        if len(self.drawing.letters) < MOST_LETTERS and text and self._on_page(x, y, size):
            letter = _placed(text, (x, y), (end_x, end_y), size, matrix)
            self.drawing.letters.append(letter)
            if not self._ink and not text.isspace():
                self.drawing.unseen.append(letter)
        return width

    def _text(self, font: PDFFont, code: int) -> str:
        if code in self._fonts.unnamed.get(id(font), ()):
            mapped = getattr(font, "unicode_map", None)
            try:
                return str(mapped.get_unichr(code)) if mapped else UNKNOWN
            except KeyError:
                return UNKNOWN
        try:
            return font.to_unichr(code)
        except PDFUnicodeNotDefined:
            return _by_standard(font, code)

    def _on_page(self, x: float, y: float, size: float) -> bool:
        left, bottom, right, top = self._box
        return left - size <= x <= right + size and bottom - size <= y <= top + size

    def paint_path(self, gstate: Any, stroke: bool, fill: bool, evenodd: bool, path: Sequence[Any]) -> None:
        """Straight lines and flat boxes; whatever is curved strikes nothing out."""
        if not (stroke or fill) or len(self.drawing.strokes) >= MOST_STROKES:
            return
        points: list[tuple[float, float]] = []
        for name, *numbers in path:
            if name == "m" and points:
                self._stroke(points)
                points = []
            if name in "ml":
                points.append(apply_matrix_pt(self.ctm, (numbers[-2], numbers[-1])))
            elif name != "h":
                return
        self._stroke(points)

    def _stroke(self, points: Sequence[tuple[float, float]]) -> None:
        if len(points) < 2:
            return
        across, up = [x for x, _ in points], [y for _, y in points]
        if max(up) - min(up) <= THIN < max(across) - min(across):
            self.drawing.strokes.append(Stroke(min(across), max(across), (min(up) + max(up)) / 2))

    def begin_tag(self, tag: Any, props: Any = None) -> None:
        """A stretch of letters may say itself what it reads: as one letter for two that are drawn, or as nothing."""
        said = resolve1(props.get("ActualText")) if isinstance(props, dict) else None
        self._tags.append((_decoded(said), len(self.drawing.letters)) if isinstance(said, bytes) else None)

    def end_tag(self) -> None:
        mark = self._tags.pop() if self._tags else None
        if mark is None:
            return
        text, start = mark
        drawn = self.drawing.letters[start:]
        if drawn and len({letter.y for letter in drawn}) == 1:
            self.drawing.letters[start:] = [drawn[0]._replace(text=text, end=drawn[-1].end)] if text else []

    def render_image(self, name: str, stream: Any) -> None:
        """Pictures are counted elsewhere."""

    def receive_layout(self, ltpage: Any) -> None:
        """There is no layout."""


def _by_standard(font: PDFFont, code: int) -> str:
    """A Type 1 font that says nothing of its encoding has the standard one."""
    names_none = isinstance(font, PDFType1Font) and not font.cid2unicode
    return EncodingDB.std2unicode.get(code, UNKNOWN) if names_none else UNKNOWN


def _placed(text: str, start: tuple[float, float], end: tuple[float, float], size: float, matrix: Any) -> Letter:
    (x, y), (end_x, end_y) = start, end
    along = (end_x - x, end_y - y) if abs(end_x - x) + abs(end_y - y) > 1e-6 else (matrix[0], matrix[1])
    angle = round(math.degrees(math.atan2(along[1], along[0]))) % 360
    if not angle:
        return Letter(text, x, y, end_x, size, 0)
    turn = math.radians(angle)
    cosine, sine = math.cos(turn), math.sin(turn)
    return Letter(text, x * cosine + y * sine, y * cosine - x * sine, end_x * cosine + end_y * sine, size, angle)


def _decoded(said: bytes) -> str:
    if said.startswith(b"\xfe\xff"):
        return said[2:].decode("utf-16-be", errors="replace")
    return said.decode("utf-8" if said.startswith(b"\xef\xbb\xbf") else "latin-1", errors="replace").lstrip("\ufeff")

"""A PDF as text, page by page; what is only drawn on a page cannot be read, and is counted."""

import io
import re
import statistics
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import pypdf
from pypdf.errors import FileNotDecryptedError, LimitReachedError, PyPdfError

from fluencylab.documents import plausible
from fluencylab.documents.hyphens import mended
from fluencylab.documents.pdf_forms import Annotations, annotations, placed
from fluencylab.documents.pdf_letters import Drawings, Stroke
from fluencylab.documents.pdf_lines import Line, lines
from fluencylab.documents.pdf_repeats import without_repeats
from fluencylab.documents.refusal import Refused, bomb, damaged, too_long

LIMIT = 60_000_000
"""Bytes that one stream may unpack to."""
MOST_PAGES = 2000
MOST_READ = 1_000_000
FEWEST_UNSEEN = 3
"""Letters without ink on a page, from which on it is said."""
MOST_UNKNOWN = 0.5
"""Of all letters: more that no font names, and there is nothing to read."""
DRAWN_FORMS = re.compile("[\ufb00-\ufb06\ufb50-\ufdff\ufe70-\ufefc]")
"""Letters as they are drawn, not as they are typed: two in one (ﬁ), or Arabic by its place in the word. No search would find them."""
RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff]")
XFA = "It is a form of a kind (XFA) that few programs show; what it was filled in with was not read. Print it as PDF, and choose that."
LOCKED = Refused("is locked with a password.", "Open it with the password, save a copy without one, and choose the copy.")


def pages(data: bytes, most: int) -> tuple[str, str, tuple[str, ...]]:
    """Text, size ("14 pages") and notes. `most`: letters after which no further page is read. Raises Refused, also where some are left."""
    found, texts, touched = _read(data, most)
    count = len(found.lines)
    if count < len(found.reader.pages):
        raise too_long(most)
    whole, turned = plausible.mended("\n".join(mended([line for text in texts if text for line in [*text.split("\n"), ""]])).strip("\n"))
    if plausible.unknown_share(texts) > MOST_UNKNOWN:
        raise Refused(
            "names no letters: its fonts draw shapes and do not say which letters they are.",
            "Have the words recognised (OCR) by a program for that, or export it anew where it was made, and choose the result.",
        )
    told = [
        _of(found.drawn, count, "holds no text: it is a picture", "hold no text: they are pictures"),
        _of(found.blank, count, "is empty", "are empty"),
        _of(found.broken, count, "is damaged and was left out", "are damaged and were left out"),
        _of(touched, count, "repeats a header or footer, which was read once", "repeat headers or footers, which were read once"),
        _of(found.recognised, count, "is a picture with recognised words behind it", "are pictures with recognised words behind them"),
        _of(
            found.unseen,
            count,
            "holds words that its reader does not see; they were read",
            "hold words that their reader does not see; they were read",
        ),
        _remarks(found.remarks),
        "" if found.put or not _is_xfa(found.reader) else XFA,
        plausible.says_mended(turned),
        *plausible.remarks(texts),
    ]
    if any(map(RIGHT_TO_LEFT.search, texts)):
        told.append("Lines from right to left may have their words in another order: a PDF keeps only where they stand.")
    return whole, "1 page" if count == 1 else f"{count:,} pages", tuple(note for note in told if note)


def page_texts(data: bytes, most: int = MOST_READ) -> list[str]:
    """The lines of each page, before words that are cut at their ends are joined. Raises Refused."""
    return _read(data, most)[1]


def _read(data: bytes, most: int) -> tuple["Pages", list[str], int]:
    """The pages, the text of each without what repeats, and how many had something that does."""
    reader, count = _opened(data)
    found = Pages(reader, _drawings(data, count))
    for number in range(count):
        found.read(number)
        if found.letters > most:
            break
    if not any(found.lines):
        raise _nothing(count, found.drawn, found.broken)
    kept, touched = without_repeats(found.lines)
    return found, ["\n".join(_paragraphs(lines)) for lines in kept], touched


def _opened(data: bytes) -> tuple[pypdf.PdfReader, int]:
    pypdf.overwrite_configuration(
        zlib_maximum_output_length=LIMIT,
        lzw_maximum_output_length=LIMIT,
        run_length_maximum_output_length=LIMIT,
        array_based_stream_maximum_output_length=LIMIT,
        jbig2dec_binary=None,
    )
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        count = len(reader.pages)
    except FileNotDecryptedError as error:
        raise LOCKED from error
    except LimitReachedError as error:
        raise bomb("one of its parts has no end") from error
    except (PyPdfError, ValueError, TypeError, KeyError, AttributeError, IndexError, AssertionError, NotImplementedError) as error:
        raise damaged("PDF") from error
    if not count:
        raise Refused("has no pages.", "Save it again in the program it comes from, and choose it anew.")
    if count > MOST_PAGES:
        raise Refused(f"has {count:,} pages; at most {MOST_PAGES:,} are read.", "Split it, and choose the part you need.")
    return reader, count


def _remarks(count: int) -> str:
    return f"{count:,} {'comment of a reader was' if count == 1 else 'comments of readers were'} left out." if count else ""


def _drawings(data: bytes, count: int) -> Drawings | None:
    """None where the file is too damaged to be drawn; its text may still be read in a simpler way."""
    try:
        found = Drawings(data)
    except (MemoryError, RecursionError):
        raise
    except Exception:  # of a damaged file anything may come
        return None
    return found if len(found) == count else None


class Pages:
    """What is read page by page: lines, and what was no text."""

    def __init__(self, reader: pypdf.PdfReader, drawings: Drawings | None) -> None:
        self.reader, self._drawings = reader, drawings
        self.lines: list[list[Line]] = []
        self._without_ink = False
        self.letters = self.drawn = self.blank = self.broken = self.remarks = self.recognised = self.unseen = self.put = 0

    def read(self, number: int) -> None:
        lines: list[Line] = []
        try:
            page = self.reader.pages[number]
            contents = page.get_contents()
            if contents is not None:
                contents.get_data()  # within the limits, before anything is drawn
            lines = self._lines(page, number)
        except LimitReachedError as error:
            raise bomb(f"page {number + 1} has no end") from error
        except FileNotDecryptedError as error:
            raise LOCKED from error
        except (MemoryError, RecursionError):
            raise
        except Exception:  # of a damaged page anything may come
            self.broken += 1
        else:
            if not lines and _has_picture(page):
                self.drawn += 1
            elif not lines:
                self.blank += 1
        self.lines.append(lines)
        self.letters += sum(len(line.text) for line in lines)

    def _lines(self, page: pypdf.PageObject, number: int) -> list[Line]:
        try:
            marks = annotations(page)
        except (ValueError, TypeError, KeyError, AttributeError, PyPdfError):
            marks = Annotations([], 0, [])
        self.remarks += marks.remarks
        self.put += len(marks.put)
        found = self._drawn_lines(marks, number)
        if not found:  # too damaged to be drawn, or drawn in a way that only the simpler reading knows
            found = _simple_lines(page.extract_text())
        elif self._without_ink:
            self.recognised += _has_image(page)
            self.unseen += not _has_image(page)
        typed = [line._replace(text=DRAWN_FORMS.sub(lambda letter: unicodedata.normalize("NFKC", letter[0]), line.text)) for line in found]
        return placed(typed, marks.put)

    def _drawn_lines(self, marks: Annotations, number: int) -> list[Line] | None:
        self._without_ink = False
        if self._drawings is None:
            return None
        try:
            drawing = self._drawings.of(number)
        except (MemoryError, RecursionError):
            raise
        except Exception:  # of a damaged page anything may come
            return None
        self._without_ink = len(drawing.unseen) >= FEWEST_UNSEEN
        drawing.strokes.extend(Stroke(left, right, (bottom + top) / 2) for left, bottom, right, top in marks.struck)
        return lines(drawing)


def _simple_lines(text: str) -> list[Line]:
    """Lines without places, one below the other."""
    return [Line(line.strip(), 0, 0, -12.0 * number, 12, 0) for number, line in enumerate(text.split("\n")) if line.strip()]


def _paragraphs(found: Sequence[Line]) -> Iterator[str]:
    """The lines, with an empty one where the page leaves more room than it usually does."""
    steps = [before.y - line.y for before, line in pairwise(found)]
    usual = statistics.median([step for step in steps if step > 0] or [0])
    for number, line in enumerate(found):
        if number and len(steps) > 3 and (steps[number - 1] > 1.5 * usual or steps[number - 1] < -usual):
            yield ""
        yield line.text


def _of(some: int, count: int, one: str, more: str) -> str:
    return f"{some:,} of {count:,} pages {one if some == 1 else more}." if some else ""


def _nothing(count: int, drawn: int, broken: int) -> Refused:
    if broken:
        return damaged("PDF")
    if not drawn:
        return Refused("holds no words: its pages are empty.", "Look at it in another program; choose the file the words are in.")
    pages = "its only page is a picture" if count == 1 else f"none of its {count:,} pages has text"
    return Refused(
        f"holds pictures only: {pages}.", "Have the words recognised (OCR) by a program for that, save the result as PDF, and choose it."
    )


def _is_xfa(reader: pypdf.PdfReader) -> bool:
    """A form that is written in a language of its own beside the pages."""
    try:
        root: Any = reader.trailer["/Root"].get_object()
        return "/AcroForm" in root and "/XFA" in root["/AcroForm"]
    except (KeyError, AttributeError, TypeError, ValueError, PyPdfError):
        return False


def _has_image(page: Any) -> bool:
    try:
        drawings = page["/Resources"].get_object().get("/XObject", {}).get_object()
        return any(one.get_object().get("/Subtype") == "/Image" for one in drawings.values())
    except (KeyError, AttributeError, TypeError, ValueError, PyPdfError):
        return False


def _has_picture(page: Any) -> bool:
    """A picture, or shapes: anything that paints."""
    try:
        resources = page.get("/Resources")
        drawings = resources.get_object().get("/XObject") if resources is not None else None
        return bool(drawings is not None and drawings.get_object()) or bool(page.get_contents() and page.get_contents().get_data().strip())
    except Exception:  # a damaged page: it holds something
        return True

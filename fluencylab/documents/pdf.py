"""A PDF as text, page by page; what is only drawn on a page cannot be read, and is counted."""

import io
import re
import unicodedata
from typing import Any

import pypdf
from pypdf.errors import FileNotDecryptedError, LimitReachedError, PyPdfError

from fluencylab.documents.refusal import Refused, bomb, damaged

LIMIT = 60_000_000
"""Bytes that one stream may unpack to."""
MOST_PAGES = 2000
DRAWN_FORMS = re.compile("[\ufb00-\ufb06\ufb50-\ufdff\ufe70-\ufefc]")
"""Letters as they are drawn, not as they are typed: two in one (ﬁ), or Arabic by its place in the word. No search would find them."""
RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff]")
LOCKED = Refused("is locked with a password.", "Open it with the password, save a copy without one, and choose the copy.")


def pages(data: bytes, most: int) -> tuple[str, str, tuple[str, ...]]:
    """Text, size ("14 pages") and notes. `most`: letters after which no further page is read. Raises Refused."""
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
    return _read(reader, count, most)


def _read(reader: pypdf.PdfReader, count: int, most: int) -> tuple[str, str, tuple[str, ...]]:
    texts: list[str] = []
    drawn = blank = broken = 0
    for number in range(count):
        try:
            page = reader.pages[number]
            text = DRAWN_FORMS.sub(lambda found: unicodedata.normalize("NFKC", found[0]), page.extract_text()).strip()
        except LimitReachedError as error:
            raise bomb(f"page {number + 1} has no end") from error
        except FileNotDecryptedError as error:
            raise LOCKED from error
        except (MemoryError, RecursionError):
            raise
        except Exception:  # of a damaged page anything may come
            broken += 1
            continue
        if text:
            texts.append(text)
        elif _has_picture(page):
            drawn += 1
        else:
            blank += 1
        if sum(map(len, texts)) > most:
            break
    if not texts:
        raise _nothing(count, drawn, broken)
    size = "1 page" if count == 1 else f"{count:,} pages"
    told = [
        _of(drawn, count, "holds no text: it is a picture", "hold no text: they are pictures"),
        _of(blank, count, "is empty", "are empty"),
        _of(broken, count, "is damaged and was left out", "are damaged and were left out"),
    ]
    if any(map(RIGHT_TO_LEFT.search, texts)):
        told.append("Lines from right to left may have their words in another order: a PDF keeps only where they stand.")
    return "\n\n".join(texts), size, tuple(note for note in told if note)


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


def _has_picture(page: Any) -> bool:
    """A picture, or shapes: anything that paints."""
    try:
        resources = page.get("/Resources")
        drawings = resources.get_object().get("/XObject") if resources is not None else None
        return bool(drawings is not None and drawings.get_object()) or bool(page.get_contents() and page.get_contents().get_data().strip())
    except Exception:  # a damaged page: it holds something
        return True

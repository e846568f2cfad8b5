"""How well a text that was read wrongly is told from one that was read rightly: pages of real files, and the same pages damaged.

python bench/plausible.py FOLDER …     PDF, DOCX and HTML files; the bound is set on every second file and judged on the others

Each page of 200 letters and more is judged as it is, and again after each kind of damage: its spaces taken out, its letters set apart, half
of its letters unknown, and its bytes read by the table of another language, where its letters have bytes of their own in one.
"""

import logging
import random
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from fluencylab.documents import docx, page_charset, pdf, plain, plausible, web_page
from fluencylab.documents.refusal import Refused

TABLES = ("cp1251", "koi8-r", "iso-8859-7", "cp1255", "cp1256", "shift_jis", "euc-jp", "gbk", "big5", "euc-kr", "cp874")
BOUNDS = (0.03, 0.05, 0.08, 0.1, 0.12, 0.15, 0.2, 0.3)


def pages(path: Path) -> list[str]:
    """The text of a file by pages; one page where it has none."""
    data = path.read_bytes()
    try:
        if path.suffix == ".pdf":
            return pdf.page_texts(data, 60_000)
        if path.suffix == ".docx":
            return [docx.words(data)[0]]
        return [web_page.shown((page_charset.decoded_page(data) or plain.decoded(data))[0])]
    except Refused:
        return []


def damaged(text: str) -> Iterator[tuple[str, str]]:
    """Kinds of damage, and what becomes of the page."""
    if len(plausible.SPACELESS.findall(text)) < len(text) * 0.05:
        yield "glued", re.sub(r"(?<=\w) (?=\w)", "", text)
        yield "apart", re.sub(r"(?<=\w)(?=\w)", " ", text)
    yield "unknown", re.sub(r"\w", lambda found: random.choice((found[0], "\ufffd")), text)
    for table in TABLES:
        data = text.encode(table, errors="ignore")
        if len(data.decode(table)) > len(text) * 0.97 and sum(byte > 127 for byte in data) > len(text) * 0.3:
            yield f"{table} as Western", data.decode("cp1252", errors="replace").replace("\ufffd", "")


def main() -> None:
    logging.disable()
    random.seed(1)
    files = sorted(path for folder in sys.argv[1:] for path in Path(folder).rglob("*") if path.suffix in (".pdf", ".docx", ".html", ".htm"))
    scores: dict[tuple[int, str], list[float]] = defaultdict(list)
    for number, path in enumerate(files):
        for page in pages(path)[:40]:
            if sum(map(str.isalpha, page)) >= 200:
                scores[number % 2, "as it is"].append(plausible.judged(page).score)
                for kind, text in damaged(page):
                    scores[number % 2, kind].append(plausible.judged(text).score)
    print(f"{len(files)} files\n")
    for half, name in ((0, "set on"), (1, "judged on")):
        kinds = sorted(kind for where, kind in scores if where == half)
        print(f"{name:22}{'pages':>7}" + "".join(f"{bound:>8}" for bound in BOUNDS))
        for kind in kinds:
            found = scores[half, kind]
            print(f"{kind:22}{len(found):>7}" + "".join(f"{sum(score >= bound for score in found) / len(found):>8.1%}" for bound in BOUNDS))
        print()


if __name__ == "__main__":
    main()

"""Words lost or wrong when real files are read: web pages against a browser, PDF against PyMuPDF, DOCX against python-docx.

pip install pymupdf python-docx          for this bench only; and a Chromium for the web pages
python bench/documents.py FOLDER …       PDF, DOCX and HTML files, each read as `fluency read` does, in its own process

A word is a run of letters and figures in lower case. Lost: words that the other program finds more often than we do; added: those that
we find more often. Both are counted as a bag, so that the order of columns does not matter, in percent of the other program's words.
What our text holds on purpose and the other's does not (numbers of clauses, form values, merged cells, notes) counts as added. Headers and
footers that stand on many pages are counted once on both sides.
"""

import argparse
import asyncio
import logging
import re
import shutil
import subprocess
import sys
import tempfile
import unicodedata
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any, NamedTuple

from fluencylab.documents.read import read
from fluencylab.errors import LabError

WORD = re.compile(r"[^\W_]+")
FIGURES = re.compile(r"\d+|\b[ivxl]+\b", re.IGNORECASE)
TIED = re.compile(r"(?<=\w)(?:[\^_]\(?| \[)([^\W_]+)")
"""Raised figures as we write them (x^2, word [1]): the other programs have x2 and word1."""
LINE_END = re.compile(r"(?<=\w)[-\u2010\u00ad]\s*\n\s*(?=\w)")
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
ALLOWED = 2.0
"""Percent."""
SECONDS = 60


class Found(NamedTuple):
    path: Path
    kind: str
    words: int
    lost: int
    spaced: int
    """Lost as words, and found when spaces are left out: one of the two has put them where there are none."""
    added: int
    notes: tuple[str, ...]
    sample: str

    @property
    def percent(self) -> float:
        return 100 * self.lost / self.words if self.words else 0.0


def words(text: str) -> Counter[str]:
    """A bag: compatibility forms made plain, words cut at line ends joined on both sides, letters without spaces one by one."""
    plain = _plain(text)
    plain = re.sub("([\u0e00-\u0e7f\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff])", r" \1 ", plain)
    return Counter(WORD.findall(plain))


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", LINE_END.sub("", TIED.sub(r"\1", text))).lower()


def by_mupdf(path: Path) -> str:
    import pymupdf  # type: ignore[import-not-found,import-untyped,unused-ignore]  # noqa: PLC0415

    with pymupdf.open(path) as document:
        pages = [page.get_text(flags=pymupdf.TEXT_PRESERVE_WHITESPACE | pymupdf.TEXT_MEDIABOX_CLIP).split("\n") for page in document]
    edges = Counter(sign for page in pages for sign in {FIGURES.sub("#", line).strip() for line in [*page[:4], *page[-4:]]})
    seen: set[str] = set()
    kept = []
    for page in pages:
        for number, line in enumerate(page):
            sign = FIGURES.sub("#", line).strip()
            margin = (number < 4 or number >= len(page) - 4) and edges[sign] >= max(3, len(pages) / 5)
            if not (margin and sign in seen):
                kept.append(line)
            seen.add(sign)
    return "\n".join(kept)


def by_word(path: Path) -> str:
    """All text of the body, as python-docx finds it: not what was deleted or moved away, nor a second form of the same."""
    import docx  # type: ignore[import-not-found,import-untyped,unused-ignore]  # noqa: PLC0415

    document: Any = docx.Document(str(path))
    name = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    twice = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
    for gone in list(document.element.body.iter(f"{name}del", f"{name}moveFrom", twice)):
        if gone.getparent() is not None:
            gone.getparent().remove(gone)
    lines = []
    for paragraph in document.element.body.iter(f"{name}p"):
        if any(around.tag == f"{name}p" for around in paragraph.iterancestors()):  # a text box, within the paragraph it hangs on
            continue
        parts = (part.text or "" if part.tag == f"{name}t" else " " for part in paragraph.iter(f"{name}t", f"{name}tab", f"{name}br"))
        lines.append("".join(parts))
    return "\n".join(lines)


def by_browser(path: Path, browser: str) -> str:
    """What a reader could select: the page's own scripts are off, so that both read the same markup."""
    asked = (
        "<script>addEventListener('load',()=>{for(const e of document.querySelectorAll('select'))e.remove();"
        "document.title='';const t=document.body?document.body.innerText:'';document.documentElement.innerHTML='';"
        "const p=document.createElement('pre');p.textContent=t;document.documentElement.append(p)})</script>"
    )
    data = re.sub(rb"(?is)<script\b.*?</script\s*>", b"", path.read_bytes())
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / path.name
        page.write_bytes(data + asked.encode())
        command = [browser, "--headless", "--no-sandbox", "--disable-gpu", "--blink-settings=imagesEnabled=false"]
        command += ["--host-resolver-rules=MAP * ~NOTFOUND", "--dump-dom", f"--user-data-dir={folder}/profile", page.as_uri()]
        told = subprocess.run(command, capture_output=True, timeout=SECONDS, check=False).stdout.decode("utf-8", errors="replace")
    found = re.search(r"<pre>(.*)</pre>", told, re.DOTALL)
    if not found:
        raise ValueError("the browser showed nothing")
    return found[1].replace("&lt;", "<").replace("&gt;", ">").replace("&nbsp;", " ").replace("&amp;", "&")


def other(path: Path, browser: str) -> tuple[str, str]:
    """The kind of a file, and its text as the other program reads it."""
    if path.suffix == ".pdf":
        return "PDF", by_mupdf(path)
    if path.suffix == ".docx":
        return "DOCX", by_word(path)
    return "HTML", by_browser(path, browser)


def measured(path: Path, browser: str) -> Found | str:
    """Or why it is not. What is refused although the other program finds words in it has lost them all."""
    refusal, text = "", ""
    notes: tuple[str, ...] = ()
    try:
        ours = asyncio.run(read(path.name[-100:], path.read_bytes()))
        text, notes = ours.text, ours.notes
    except LabError as refused:
        refusal = f"refused: {refused.message.partition('” ')[2]}"
    try:
        kind, their_text = other(path, browser)
    except Exception as error:  # of the other program, which is not what is measured
        return refusal or f"the other program fails: {type(error).__name__}"
    theirs, own = words(their_text), words(text)
    if not theirs:
        return refusal or "the other program finds no words"
    lost, added = theirs - own, own - theirs
    solid = "".join(WORD.findall(_plain(text)))
    spaced = Counter({word: count for word, count in lost.items() if len(word) > 4 and solid.count(word) >= theirs[word]})
    lost -= spaced
    sample = ", ".join(f"{word}×{count}" if count > 1 else word for word, count in lost.most_common(6))
    return Found(path, kind, theirs.total(), lost.total(), spaced.total(), added.total(), (*notes, refusal), sample)


def table(found: list[Found]) -> str:
    by_kind: dict[str, list[Found]] = defaultdict(list)
    for one in found:
        by_kind[one.kind].append(one)
    lines = ["| kind | files | words | lost | spaced otherwise | added | files above 2 % |", "| --- | --- | --- | --- | --- | --- | --- |"]
    for kind, all_of_it in sorted(by_kind.items()):
        count = sum(one.words for one in all_of_it)
        shares = [sum(numbers) / count for numbers in zip(*((one.lost, one.spaced, one.added) for one in all_of_it), strict=True)]
        above = sum(one.percent > ALLOWED for one in all_of_it)
        lines.append(f"| {kind} | {len(all_of_it)} | {count:,} | {' | '.join(f'{share:.2%}' for share in shares)} | {above} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    asked = parser.parse_args()
    logging.disable()
    browser = next(filter(None, map(shutil.which, BROWSERS)), "")
    files = sorted(path for folder in asked.folders for path in folder.rglob("*") if path.suffix in (".pdf", ".docx", ".html", ".htm"))
    found, others = [], Counter[str]()
    for path in files:
        one = measured(path, browser)
        if isinstance(one, str):
            others[one] += 1
            print(f"-       {path.name}: {one}", file=sys.stderr)
        else:
            found.append(one)
            print(f"{one.percent:6.2f}% {path.name}", file=sys.stderr)
    print(f"{len(files)} files\n\n{table(found)}\n")
    for one in sorted(found, key=lambda one: -one.percent):
        if one.percent > ALLOWED:
            print(f"{one.percent:6.2f}%  {one.path.name}  {one.lost} of {one.words}: {one.sample}  {' '.join(one.notes)}")
    print(*(f"{count} {why}" for why, count in others.most_common()), sep="\n")


if __name__ == "__main__":
    main()

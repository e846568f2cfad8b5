"""Files of every kind, made by code: good ones, and ones that mean harm; and who is reading one."""

import io
import zipfile
import zlib
from collections.abc import Mapping, Sequence

import psutil  # type: ignore[import-untyped]

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
STYLES = "".join(f'<w:style w:type="paragraph" w:styleId="Heading{n}"><w:name w:val="heading {n}"/></w:style>' for n in (1, 2))


def pdf(pages: Sequence[str], *, streams: Mapping[int, bytes] = {}, extra: str = "") -> bytes:
    """Each text a page in a font whose letters are named by a ToUnicode map; "" is a page with a picture. `streams`: other contents."""
    letters = sorted({letter for text in pages for letter in text if letter != "\n"})
    codes = {letter: number for number, letter in enumerate(letters, start=1)}
    mapping = "\n".join(f"<{code:04X}> <{letter.encode('utf-16-be').hex()}>" for letter, code in codes.items())
    space = "1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange"
    cmap = f"/CIDInit /ProcSet findresource begin begincmap\n{space}\n{len(codes)} beginbfchar\n{mapping}\nendbfchar\nendcmap end"
    first = 7
    kids = " ".join(f"{first + 2 * number} 0 R" for number in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /Plain /Encoding /Identity-H /DescendantFonts [4 0 R] /ToUnicode 5 0 R >>",
        b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Plain /DW 500 >>",
        _stream(cmap.encode()),
        _stream(b"\xff\x00\xff", "/Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceRGB /BitsPerComponent 8"),
    ]
    for number, text in enumerate(pages):
        resources = "/Font << /F 3 0 R >>" if text else "/XObject << /P 6 0 R >>"
        place = f"/Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents {first + 2 * number + 1} 0 R"
        objects.append(f"<< {place} /Resources << {resources} >> >>".encode())
        lines = ["".join(f"{codes[letter]:04X}" for letter in line) for line in text.split("\n")]
        words = "\n".join(f"BT /F 12 Tf 40 {760 - 20 * n} Td <{line}> Tj ET" for n, line in enumerate(lines))
        objects.append(streams.get(number) or _stream(words.encode() if text else b"q 9 0 0 9 0 0 cm /P Do Q"))
    return _bound(objects, extra)


def drawn_pdf(*pages: str, annotations: Sequence[str] = (), font: str = "/Encoding /WinAnsiEncoding") -> bytes:
    """Pages by what draws them, in Helvetica as /F; and what is put on the first one, as dictionaries."""
    first = 4
    kids = " ".join(f"{first + 2 * number} 0 R" for number in range(len(pages)))
    put = first + 2 * len(pages)
    fields = " ".join(f"{put + number} 0 R" for number in range(len(annotations)))
    objects = [
        f"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [{fields}] >> >>".encode(),
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        f"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica {font} >>".encode(),
    ]
    for number, drawing in enumerate(pages):
        listed = "" if number else fields
        place = f"/MediaBox [0 0 600 800] /Annots [{listed}] /Resources << /Font << /F 3 0 R >> >>"
        objects.append(f"<< /Type /Page /Parent 2 0 R {place} /Contents {first + 2 * number + 1} 0 R >>".encode())
        objects.append(_stream(drawing.encode("cp1252")))
    objects += [f"<< /Type /Annot {one} >>".encode("cp1252") for one in annotations]
    return _bound(objects, "")


def _stream(data: bytes, entries: str = "") -> bytes:
    packed = zlib.compress(data)
    return b"<< /Length %d /Filter /FlateDecode %s >>\nstream\n%s\nendstream" % (len(packed), entries.encode(), packed)


def _bound(objects: Sequence[bytes], extra: str) -> bytes:
    out, places = io.BytesIO(), []
    out.write(b"%PDF-1.7\n")
    for number, one in enumerate(objects, start=1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, one))
    start = out.tell()
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    out.write(f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}".encode())
    out.write(f"trailer << /Size {len(objects) + 1} /Root 1 0 R {extra} >>\nstartxref\n{start}\n%%EOF".encode())
    return out.getvalue()


def pdf_bomb() -> bytes:
    """A page of a few kilobytes whose contents unpack to two gigabytes."""
    data = zlib.compress(b"\x78\x9c" + _endless(2000), 9)
    return pdf(["x"], streams={0: b"<< /Length %d /Filter [/FlateDecode /FlateDecode] >>\nstream\n%s\nendstream" % (len(data), data)})


def _endless(megabytes: int) -> bytes:
    """So many millions of spaces, deflated: one million, again and again."""
    packer = zlib.compressobj(9, wbits=-15)
    return (packer.compress(b" " * 1_000_000) + packer.flush(zlib.Z_FULL_FLUSH)) * megabytes + b"\x03\x00"


def paragraph(text: str, style: str = "") -> str:
    named = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{named}<w:r><w:t>{text}</w:t></w:r></w:p>"


def word_table(rows: Sequence[Sequence[str]]) -> str:
    cells = ["".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in row) for row in rows]
    return "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in cells) + "</w:tbl>"


def docx(body: str, *, head: str = "", further: Mapping[str, bytes] = {}) -> bytes:
    """`head`: what stands before the root element of the document."""
    document = f'<?xml version="1.0" encoding="UTF-8"?>{head}<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>'
    relation = f'<Relationship Id="r" Type="{DOCUMENT}" Target="word/document.xml"/>'
    entries = {
        "_rels/.rels": f'<Relationships xmlns="{RELATIONS}">{relation}</Relationships>'.encode(),
        "word/document.xml": document.encode(),
        "word/styles.xml": f'<w:styles xmlns:w="{W}">{STYLES}</w:styles>'.encode(),
        **further,
    }
    return zipped(entries)


def zipped(entries: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return out.getvalue()


def docx_bomb(name: str, *, says: int = 1_000_000_000) -> bytes:
    """A DOCX of a megabyte with one entry of a gigabyte, which says that it unpacks to `says` bytes."""
    out = io.BytesIO(docx(paragraph("Hello")))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_STORED) as archive:
        archive.writestr(name, _endless(1000))
    told = bytearray(out.getvalue())
    for mark, method, size, back in ((b"PK\x03\x04", 8, 22, 30), (b"PK\x01\x02", 10, 24, 46)):
        place = told.rindex(mark)
        assert told[place + back :].startswith(name.encode())
        told[place + method : place + method + 2] = (8).to_bytes(2, "little")
        told[place + size : place + size + 4] = says.to_bytes(4, "little")
    return bytes(told)


def readers() -> list[int]:
    """Reading processes of ours that live, or are dead and not buried."""
    found = []
    for process in psutil.Process().children(recursive=True):
        try:
            if process.status() == psutil.STATUS_ZOMBIE or "fluencylab.documents.reading_child" in process.cmdline():
                found.append(process.pid)
        except psutil.NoSuchProcess:
            continue
    return found

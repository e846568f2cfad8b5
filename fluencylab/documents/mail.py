"""A mail as text: who wrote what to whom, and the words; and a web page saved as one file (MHTML), which has the form of a mail.

Subject: Café order
From: a@example.org
To: b@example.org

The café order is late.
"""

import email
import email.policy
import re
from email.message import EmailMessage, MIMEPart
from typing import NamedTuple

from fluencylab.documents import plain
from fluencylab.documents.page_charset import decoded_page
from fluencylab.documents.refusal import Refused
from fluencylab.documents.web_page import shown

HEADERS = ("Subject", "From", "To", "Cc", "Date")
ENCRYPTED = Refused("is encrypted.", "Open it in the mail program that has the key, and save or copy its words.")
MOST_PARTS = 500
LONGEST_HEADER = 20_000
"""Letters, as they are written; of a longer one the start is shown as it stands."""
UNNAMED = {"message/rfc822": "forwarded mail.eml", "text/calendar": "invitation.ics", "text/html": "part.html", "text/plain": "part.txt"}
SIGNATURES = ("application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature")


class Message(NamedTuple):
    """`attached`: names and bytes of what came with it."""

    kind: str
    text: str
    notes: tuple[str, ...]
    attached: tuple[tuple[str, bytes], ...]


def message(data: bytes) -> Message:
    """Raises Refused for a mail that is encrypted or holds no words."""
    whole = email.message_from_bytes(data.removeprefix(b"\xef\xbb\xbf").lstrip(), policy=email.policy.default)
    assert isinstance(whole, EmailMessage)
    if _is_encrypted(whole):
        raise ENCRYPTED
    parts = [part for part in whole.walk() if not part.is_multipart()]
    if len(parts) > MOST_PARTS:
        raise Refused(f"has {len(parts):,} parts; at most {MOST_PARTS} are read.", "Copy the words you need from it.")
    saved = bool(whole.get("Snapshot-Content-Location")) or (whole.get_content_type() == "multipart/related" and not whole.get("To"))
    body = whole.get_body(("html", "plain") if saved else ("plain", "html"))
    if not saved and body is not None and body.get_content_type() == "text/plain" and not _words(body).strip():
        body = whole.get_body(("html",)) or body
    text = _words(body) if body is not None else ""
    pictures = sum(part.get_content_maintype() == "image" for part in parts)
    notes = (f"{pictures:,} {'picture was' if pictures == 1 else 'pictures were'} left out.",) if pictures else ()
    if saved:
        if not text.strip():
            raise Refused("holds no words.", "Look at it in a browser; save it again as a web page, or copy its words.")
        return Message("html", text, notes, ())
    headers = "\n".join(f"{name}: {value}" for name in HEADERS if (value := _header(whole, name)))
    attached = tuple(_attached(whole))
    if not text.strip() and not attached and not _header(whole, "Subject"):
        raise Refused("holds no words.", "Look at it in your mail program; copy the words from there.")
    if attached:
        headers += "\nAttached: " + ", ".join(name for name, _ in attached)
    return Message("mail", f"{headers}\n\n{text}", notes, attached)


def _header(whole: EmailMessage, name: str) -> str:
    raw = next((str(value) for key, value in whole.raw_items() if key.lower() == name.lower()), "")
    if len(raw) > LONGEST_HEADER:
        return " ".join(raw[:LONGEST_HEADER].split()) + " …"
    try:
        value = str(whole.get(name, ""))
    except (ValueError, LookupError, AttributeError, TypeError):  # of a header that keeps to no rule
        value = raw
    return " ".join(value.encode("utf-8", "replace").decode().split())


def _words(part: MIMEPart) -> str:
    """Of a part of text or HTML, by the encoding it names where its bytes agree with that."""
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes) or not data.strip():
        return ""
    text = _named_letters(data, part.get_content_charset())
    if part.get_content_type() != "text/html":
        return text if text is not None else plain.decoded(data)[0]
    return shown(text if text is not None else (decoded_page(data) or plain.decoded(data))[0])


def _named_letters(data: bytes, name: str | None) -> str | None:
    if not name or (name in ("us-ascii", "ascii") and not data.isascii()):
        return None
    try:
        return data.decode(name)
    except (UnicodeDecodeError, LookupError, ValueError):
        return None


def _attached(whole: EmailMessage) -> list[tuple[str, bytes]]:
    """What came with it, but for pictures and signatures."""
    found: list[tuple[str, bytes]] = []
    for part in _attachments(whole):
        kind = part.get_content_type()
        if part.get_content_maintype() == "image" or kind in SIGNATURES:
            continue
        name = _name(part) or UNNAMED.get(kind, f"part {len(found) + 1}")
        if kind == "message/rfc822":
            inner = part.get_payload()
            data = inner[0].as_bytes() if isinstance(inner, list) and inner and isinstance(inner[0], MIMEPart) else b""
        else:
            payload = part.get_payload(decode=True)
            data = payload if isinstance(payload, bytes) else b""
        found.append((name, data))
    return found


def _attachments(whole: EmailMessage) -> list[EmailMessage]:
    try:
        return [part for part in whole.iter_attachments() if isinstance(part, EmailMessage)]
    except (AttributeError, TypeError, KeyError):  # one part alone
        return []


def _name(part: EmailMessage) -> str:
    try:
        name = part.get_filename() or ""
    except (ValueError, LookupError, AttributeError, TypeError):
        return ""
    return " ".join(re.split(r"[/\\]", name)[-1].split())


def _is_encrypted(whole: EmailMessage) -> bool:
    kind = whole.get_content_type()
    if kind in ("application/pkcs7-mime", "application/x-pkcs7-mime"):
        return str(whole.get_param("smime-type", "enveloped-data")) != "signed-data"
    return kind == "multipart/encrypted"

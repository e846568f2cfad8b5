"""An RTF as text. Raised and lowered figures keep apart from what stands before them; what RTF hides or strikes out is said.

{\\rtf1 Limit: 10{\\super 6} users\\par}   -> Limit: 10^6 users
"""

import re

from striprtf.striprtf import rtf_to_text

from fluencylab.documents.refusal import Refused, damaged

RAISED = re.compile(r"(\\super)(?![a-z0-9]) ?")
LOWERED = re.compile(r"(\\sub)(?![a-z0-9]) ?")
MEANT = {
    "struck-out text, which was read as if it stood": re.compile(r"\\striked?1?(?![a-z0-9])"),
    "hidden text, which was read as if it were shown": re.compile(r"\\v(?![a-z0-9])"),
    "deleted text that Word still keeps, which was read as if it stood": re.compile(r"\\deleted(?![a-z0-9])"),
}
PICTURE = re.compile(r"{\\(?:\*\\shppict|pict)\b")
BEYOND_ASCII = re.compile(r"[\x80-\xff]")


def words(data: bytes) -> tuple[str, str, tuple[str, ...]]:
    """Text, size and notes. Raises Refused."""
    source = BEYOND_ASCII.sub(lambda found: f"\\'{ord(found[0]):02x}", data.decode("latin-1"))
    notes = tuple(f"It holds {what}." for what, mark in MEANT.items() if mark.search(source))
    source = LOWERED.sub(r"\1 _", RAISED.sub(r"\1 ^", source))
    try:
        text = str(rtf_to_text(source, errors="replace"))  # type: ignore[no-untyped-call]
    except (ValueError, TypeError, LookupError, OverflowError) as error:
        raise damaged("RTF") from error
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if not text.strip():
        raise Refused("holds no words.", "Look at it in another program; choose the file the words are in.")
    pictures = len(PICTURE.findall(source))
    if pictures:
        notes += ("1 picture was left out." if pictures == 1 else f"{pictures:,} pictures were left out.",)
    return text, "", notes

"""How long a post may be: as long as the form it comes from allows, and no longer."""

import re
from functools import cache

from fluencylab.actions import archive
from fluencylab.actions.workbench.memos import LONGEST_SECTION
from fluencylab.documents.read import LARGEST
from fluencylab.instruments import instruments
from fluencylab.web.form import longest as longest_of
from fluencylab.workbench import bring_in
from fluencylab.workbench.memo import HEADINGS
from fluencylab.workbench.version import LONGEST as LONGEST_VERSION

LONGEST = 1_000_000
"""Bytes of any other post: a prompt of 20,000 characters, escaped for a form, is at most 240,000."""
BRING_IN = re.compile("/product/[^/]+/bring-in")
DOCUMENTS = re.compile("/product/[^/]+/(documents|cards|proposals)")
WRITTEN = re.compile("/product/[^/]+/(memo|memo/read|meeting|versions)")
ESCAPED = 12
"""Bytes of a letter in a form, at most: four of UTF-8, each of which is three letters."""
LAB = re.compile("/labs/([^/]+)(/plan|/keep|/read)?")


def longest(path: str) -> int:
    """Bytes that a post to this address may have. Starlette keeps a long file on the disk while it comes in."""
    if path == "/data/restore":
        return archive.LARGEST
    if BRING_IN.fullmatch(path):
        return bring_in.LARGEST + LONGEST
    if DOCUMENTS.fullmatch(path):
        return LARGEST + LONGEST
    if WRITTEN.fullmatch(path):
        return LONGEST + ESCAPED * max(LONGEST_VERSION, LONGEST_SECTION * len(HEADINGS))
    match = LAB.fullmatch(path)
    if not match or match[1] not in instruments():
        return LONGEST
    return LARGEST + 10_000 if match[2] == "/read" else _form(match[1])


@cache
def _form(lab: str) -> int:
    return LONGEST + longest_of(instruments()[lab].Params)

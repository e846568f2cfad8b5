"""The documents of a product: kept from what was read, each text once, and taken away where no version looks things up in it."""

import asyncio
import hashlib
from collections.abc import Sequence
from typing import NamedTuple

from fluencylab import clock
from fluencylab.actions.workbench.products import owned, touch
from fluencylab.documents.format import ReadDocument, plain_title
from fluencylab.documents.read import MOST_LETTERS
from fluencylab.errors import BadInput, NotFound
from fluencylab.store import product_queries, queries
from fluencylab.store.engine import Session, Store
from fluencylab.store.tables import ProductDocument, ProductVersion
from fluencylab.workbench.personal import masked

MOST = 200
"""Documents of one product."""
LONGEST = 5_000_000
"""Letters of all of them together."""
PASTED = "Pasted text"


class Kept(NamedTuple):
    """The numbers of the documents that were kept, and how many stood there already."""

    numbers: tuple[int, ...]
    doubled: int


def pasted(text: str, name: str = "") -> ReadDocument:
    """A document that was typed. Raises BadInput for one that is empty, too long or no text."""
    told = text.replace("\r\n", "\n").strip()
    if not told or "\0" in told:
        raise BadInput("There is no text in it.", "Choose a file, or paste the words of the document, then press the button again.")
    if len(told) > MOST_LETTERS:
        raise BadInput(f"The text has {len(told):,} letters; a document may have {MOST_LETTERS:,}.", "Bring it in in parts.")
    return ReadDocument(plain_title(name.replace("\0", " ")) if name.strip() else PASTED, told, "text")


async def add(store: Store, learner: str, product_id: str, read: Sequence[ReadDocument], mask: bool = False) -> Kept:
    """Keep documents under their titles. A text that is there already is not kept twice, whatever it is called."""
    found = await asyncio.to_thread(_prepared, read, mask)
    async with store.begin() as session:
        await queries.lock_learner(session, learner)
        product = await owned(session, learner, product_id)
        there = await product_queries.document_lines(session, product_id)
        known, names = {one.sha256: one.number for one in there}, {one.name for one in there}
        number, kept, letters = max((one.number for one in there), default=0), list[int](), sum(one.letters for one in there)
        for document, digest in found:
            if digest in known:
                continue
            number += 1
            letters += len(document.text)
            known[digest] = number
            kept.append(number)
            name = _fresh(document.title, names)
            names.add(name)
            session.add(
                ProductDocument(
                    product_id=product_id, number=number, name=name, text=document.text, sha256=digest, source=document.says,
                    made=clock.now(),
                )
            )  # fmt: skip
        if len(there) + len(kept) > MOST or letters > LONGEST:
            raise BadInput(
                f"A product holds at most {MOST} documents with {LONGEST:,} letters in all, and this would make "
                f"{len(there) + len(kept)} with {letters:,}.",
                "Bring in those that answer what people ask, or take away some that are there. Nothing was kept.",
            )
        touch(product)
    return Kept(tuple(kept), len(found) - len(kept))


async def numbers_of(session: Session, product_id: str, read: Sequence[ReadDocument], mask: bool = False) -> list[int]:
    """Under which numbers the product keeps these texts."""
    digests = {digest for _, digest in await asyncio.to_thread(_prepared, read, mask)}
    return [one.number for one in await product_queries.document_lines(session, product_id) if one.sha256 in digests]


def _prepared(read: Sequence[ReadDocument], mask: bool) -> list[tuple[ReadDocument, str]]:
    told = [one._replace(text=masked(one.text)) if mask else one for one in read]
    return [(one, hashlib.sha256(one.text.encode("utf-8", "replace")).hexdigest()) for one in told]


def _fresh(title: str, names: set[str]) -> str:
    """The title, with a number where another document has it."""
    return title if title not in names else next(told for n in range(2, MOST * 2) if (told := plain_title(f"{title} ({n})")) not in names)


async def remove(store: Store, learner: str, product_id: str, number: int) -> None:
    """Raises BadInput where a version looks things up in it: it could not be run any more, and a version is never changed."""
    async with store.begin() as session:
        await queries.lock_learner(session, learner)
        product = await owned(session, learner, product_id)
        row = await one(session, product_id, number)
        if using := users(await product_queries.versions(session, product_id)).get(number):
            which = f"version {using[0]} looks" if len(using) == 1 else f"versions {', '.join(map(str, using))} look"
            raise BadInput(
                f"“{row.name}” stays: {which} things up in it, and a version is never changed.",
                "The next version need not use it. It goes when the product is deleted.",
            )
        await session.delete(row)
        touch(product)


def users(versions: Sequence[ProductVersion]) -> dict[int, list[int]]:
    """The number of a document -> the versions that look things up in it."""
    found: dict[int, list[int]] = {}
    for version in versions:
        retrieval = version.content.get("retrieval")
        for number in retrieval["documents"] if isinstance(retrieval, dict) else ():
            found.setdefault(number, []).append(version.number)
    return found


async def one(session: Session, product_id: str, number: int) -> ProductDocument:
    """Raises NotFound."""
    found = await product_queries.document(session, product_id, number)
    if found is None:
        raise NotFound(f"This product has no document {number}.", "Choose one of those it has.")
    return found

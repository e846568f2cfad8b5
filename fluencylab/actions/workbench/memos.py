"""The decision memo of a product: kept as it is written, with what each of its numbers was when it was bound."""

import hashlib
import uuid
from collections.abc import Mapping

from pydantic import ValidationError

from fluencylab import clock
from fluencylab.actions.workbench.measures import measures
from fluencylab.actions.workbench.products import owned, touch
from fluencylab.errors import BadInput
from fluencylab.store import product_queries, queries
from fluencylab.store.engine import Session, Store
from fluencylab.store.tables import Memo as MemoRow
from fluencylab.workbench.measurement import Measurement
from fluencylab.workbench.memo import HEADINGS, Memo, Section, bind

LONGEST_SECTION = 20_000
LONGEST_TITLE = 200


async def keep(
    store: Store, learner: str, product_id: str, title: str, sections: Mapping[Section, str], again: tuple[str, ...] = (),
    seen: Mapping[str, str] | None = None,
) -> tuple[Section, ...]:  # fmt: skip
    """Keep what was written; numbers bound for the first time keep what they are now. `again`: those whose new figure was accepted.

    `seen`: the marks of the sections as they were when writing began. One that was changed elsewhere meanwhile stays as it is there; one
    that was changed in both places holds both texts then, and is among those that are given back.
    """
    for text in sections.values():
        if len(text) > LONGEST_SECTION or "\0" in text:
            raise BadInput(f"A section of a memo holds at most {LONGEST_SECTION:,} characters of text.", "Shorten it.")
    if len(title) > LONGEST_TITLE or "\0" in title:
        raise BadInput(f"The title has at most {LONGEST_TITLE} characters.", "Shorten it.")
    async with store.begin() as session:
        await queries.lock_learner(session, learner)
        product = await owned(session, learner, product_id)
        row = next(iter(await product_queries.memos(session, product_id)), None)
        before = written(row)
        typed = {name: text for name, text in sections.items() if name in HEADINGS}
        told, doubled = _beside(before, typed, seen) if seen else (typed, ())
        try:
            fresh = Memo.model_validate({"title": title, "sections": told, "bound": before.bound})
        except ValidationError:
            raise BadInput("The memo cannot be kept as it is.", "Load the page again; what you typed is in its form.") from None
        bound = bind(fresh, await measures(session, product), again)
        if row is None:
            now = clock.now()
            row = MemoRow(id=uuid.uuid4().hex, product_id=product_id, title="", sections={}, rests_on={}, created=now, changed=now)
            session.add(row)
        row.title, row.sections, row.rests_on = bound.title, {str(name): text for name, text in bound.sections.items()}, dict(bound.bound)
        row.changed = clock.now()
        touch(product)
    return doubled


def marks(memo: Memo) -> dict[Section, str]:
    """Of each section as it stands, what tells it from any other text."""
    return {name: _mark(memo.text(name)) for name in HEADINGS}


def _mark(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]


def _beside(there: Memo, typed: Mapping[Section, str], seen: Mapping[str, str]) -> tuple[dict[Section, str], tuple[Section, ...]]:
    """What was typed beside what another tab has kept since it was seen; and the sections that hold both."""
    told, doubled = dict[Section, str](), list[Section]()
    for name, text in _even(typed).items():
        now, before = there.text(name), seen.get(name)
        if before is None or _mark(now) == before or now == text:
            told[name] = text
        elif _mark(text) == before:
            told[name] = now
        else:
            told[name] = f"{now}\n\n{text}" if now and text else now or text
            doubled += [name] if now and text else []
    return told, tuple(doubled)


def _even(typed: Mapping[Section, str]) -> dict[Section, str]:
    """As a memo keeps it; also those that are empty."""
    kept = Memo(sections=dict(typed))
    return {name: kept.text(name) for name in typed}


async def memo_of(session: Session, product_id: str) -> Memo:
    """Empty where none was written yet."""
    return written(next(iter(await product_queries.memos(session, product_id)), None))


async def with_measures(session: Session, learner: str, product_id: str) -> tuple[Memo, dict[str, Measurement]]:
    product = await owned(session, learner, product_id)
    return await memo_of(session, product_id), await measures(session, product)


def written(row: MemoRow | None) -> Memo:
    if row is None:
        return Memo()
    return Memo.model_validate({"title": row.title, "sections": row.sections, "bound": row.rests_on})

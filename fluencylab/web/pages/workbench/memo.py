"""The decision memo: sections to write, measurements to choose from, and what still keeps it from being handed on."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from markupsafe import Markup, escape

from fluencylab.actions.workbench import memos, next_meetings, product_proposals, products
from fluencylab.store.tables import Product
from fluencylab.web.app_state import AppState
from fluencylab.web.pages.course import WayBack, way_back
from fluencylab.workbench.measurement import Measurement
from fluencylab.workbench.memo import HEADINGS, Assumption, Claim, Measurements, Memo, pieces, refusals, shown, stale
from fluencylab.workbench.said import mark
from fluencylab.workbench.vague_words import vague

ASKS = {
    "decision": "In a sentence: what will you do, and by when?",
    "rests": "Which measurements decide it? Bind each number to one.",
    "cost": "At your volume: what a month costs, and how long a customer waits.",
    "wrong": "The failure modes, how often each was seen, and what happens to a customer who meets one.",
    "unmeasured": "Languages, customers, weeks that were not in the cases. This section is never empty in a good memo.",
    "mind": "Which number, from which day on, would make you decide otherwise?",
    "expected": "What you said before it ran, and how it came out.",
}
DONE = {
    "kept": "It is kept.",
    "both": "It is kept. It was changed in another window meanwhile: a section that both changed holds both texts now, the other first.",
}
SAID = 40
"""What was said, at once"""
VAGUE = 6
"""Words that are asked about at once"""


class MemoSection(NamedTuple):
    name: str
    heading: str
    asks: str
    text: str


class Choice(NamedTuple):
    """A measurement to be put into the text. `tag`: what is written there."""

    id: str
    tag: str
    name: str
    shown: str
    conditions: str


class SaidChoice(NamedTuple):
    """A number that somebody said, in a meeting or to the question of a proposal, to be put into the text as an assumption of theirs."""

    tag: str
    text: str
    by: str


@dataclass(frozen=True)
class MemoPage:
    """Context of `workbench/memo.html`."""

    product: Product
    base: str
    title: str
    sections: list[MemoSection]
    choices: list[Choice]
    said: list[SaidChoice]
    refusals: Sequence[str]
    vague: list[tuple[str, str]]
    """A word that means nothing that could be checked, and the question that takes its place"""
    stale: list[tuple[str, str]]
    """The measurement, and what is to be said of it"""
    begun: bool
    done: str
    both: bool
    """Was a section changed here and in another window?"""
    way_back: WayBack | None
    seen: str
    """How its sections stand, for what is kept in another window meanwhile"""


class ReadSection(NamedTuple):
    heading: str
    html: Markup


@dataclass(frozen=True)
class MemoReadPage:
    """Context of `workbench/memo_read.html`: the same as it is read and printed."""

    product: Product
    base: str
    title: str
    sections: list[ReadSection]
    rests: list[str]
    draft: bool


async def memo_page(state: AppState, product_id: str, done: str) -> MemoPage:
    async with state.store.read() as session:
        product = await products.owned(session, state.learner, product_id)
        memo, measures = await memos.with_measures(session, state.learner, product_id)
        back = await way_back(session, state.learner, product, "memo")
        held = await next_meetings.held(session, state.learner, product_id)
        answered = await product_proposals.cited(session, product_id)
    said = [(line.text, one.by) for one in held for line in one.lines if line.numbered] + [(one.note, one.by) for one in answered]
    begun = bool(memo.sections)
    return MemoPage(
        product=product,
        base=f"/product/{product_id}",
        title=memo.title if begun else f"{product.name}: a decision",
        sections=[MemoSection(name, heading, ASKS[name], memo.text(name)) for name, heading in HEADINGS.items()],
        choices=[_choice(one) for one in measures.values()],
        said=[SaidChoice(mark(text, by), text, by or "somebody") for text, by in said[:SAID]],
        refusals=refusals(memo, measures) if begun else [],
        vague=_vague(memo),
        stale=[(one.id, one.says) for one in stale(memo, measures)],
        begun=begun,
        done=DONE.get(done, ""),
        both=done == "both",
        way_back=back,
        seen=",".join(f"{name}:{mark}" for name, mark in memos.marks(memo).items()),
    )


def _vague(memo: Memo) -> list[tuple[str, str]]:
    """Each word once, in the order of the text."""
    found = {text[one.start : one.end].casefold(): one.question for text in memo.sections.values() for one in vague(text)}
    return list(found.items())[:VAGUE]


def _choice(one: Measurement) -> Choice:
    return Choice(one.id, f"[[m:{one.id}]]", one.name, one.shown, one.conditions)


async def memo_read_page(state: AppState, product_id: str) -> MemoReadPage:
    async with state.store.read() as session:
        product = await products.owned(session, state.learner, product_id)
        memo, measures = await memos.with_measures(session, state.learner, product_id)
    return MemoReadPage(
        product=product,
        base=f"/product/{product_id}",
        title=memo.title,
        sections=[ReadSection(heading, _html(memo.text(name), memo, measures)) for name, heading in HEADINGS.items()],
        rests=[measures[id].told for id in memo.claims if id in measures],
        draft=bool(refusals(memo, measures)),
    )


def _html(text: str, memo: Memo, measures: Measurements) -> Markup:
    """A section's paragraphs. What was typed is text; a bound number says on hover what it rests on."""
    paragraphs = [_paragraph(paragraph, memo, measures) for paragraph in text.split("\n\n") if paragraph.strip()]
    return Markup("").join(Markup("<p>{}</p>").format(paragraph) for paragraph in paragraphs)


def _paragraph(text: str, memo: Memo, measures: Measurements) -> Markup:
    found = Markup("")
    for piece in pieces(text):
        if isinstance(piece, Claim):
            told = measures[piece.id].told if piece.id in measures else ""
            found += Markup('<span class="bound" title="{}">{}</span>').format(told, shown(piece, memo, measures))
        elif isinstance(piece, Assumption):
            found += Markup('<span class="assumed">{} (assumption, {})</span>').format(piece.text.strip(), piece.whose or "nobody")
        else:
            found += escape(piece)
    return found

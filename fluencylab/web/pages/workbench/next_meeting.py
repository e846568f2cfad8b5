"""The next meeting about a product: which concept, the sheet for it, and what was said in those that were held."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from fluencylab.actions.workbench import next_meetings, products
from fluencylab.curriculum.schema import Concept
from fluencylab.packs.full_track import full_track
from fluencylab.store.tables import Product
from fluencylab.text.written import day
from fluencylab.web.app_state import AppState
from fluencylab.web.pages.options import SelectOption
from fluencylab.workbench.meeting_sheet import Sheet, SheetQuestion
from fluencylab.workbench.said import mark

DONE = {"kept": "What was said is kept. Lines without a number are marked: they are what to ask next time."}


class SaidLine(NamedTuple):
    """`mark`: as it is cited in a memo; empty where it has no number."""

    text: str
    mark: str


class HeldShown(NamedTuple):
    id: str
    about: str
    by: str
    when: str
    lines: list[SaidLine]
    bare: int
    """Lines without a number"""


@dataclass(frozen=True)
class NextMeetingPage:
    """Context of `workbench/next_meeting.html`."""

    product: Product
    base: str
    concept: Concept
    concepts: list[SelectOption]
    questions: Sequence[SheetQuestion]
    held: list[HeldShown]
    done: str


def sheet_of(product: Product, concept: Concept) -> Sheet:
    about = f"{product.name}: a meeting about {concept.title[0].lower()}{concept.title[1:]}"
    return Sheet(about, [SheetQuestion(one.ask, one.why, one.good, one.worrying) for one in concept.questions])


def chosen(concept: str) -> Concept:
    """The one that is named, else the first that has questions."""
    found = full_track().concept(concept)
    return found if found and found.questions else next(one for one in full_track().concepts if one.questions)


async def next_meeting_page(state: AppState, product_id: str, concept: str, done: str) -> NextMeetingPage:
    async with state.store.read() as session:
        product = await products.owned(session, state.learner, product_id)
        held = await next_meetings.held(session, state.learner, product_id)
    about = chosen(concept)
    return NextMeetingPage(
        product=product,
        base=f"/product/{product_id}",
        concept=about,
        concepts=[SelectOption(one.slug, one.title) for one in full_track().concepts if one.questions],
        questions=sheet_of(product, about).questions,
        held=[_held(one) for one in held],
        done=DONE.get(done, ""),
    )


def _held(one: next_meetings.Held) -> HeldShown:
    about = full_track().concept(one.concept)
    lines = [SaidLine(line.text, mark(line.text, one.by) if line.numbered else "") for line in one.lines]
    return HeldShown(
        one.id, about.title if about else one.concept, one.by, day(one.made.astimezone()), lines, sum(not line.mark for line in lines)
    )

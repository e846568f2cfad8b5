"""Proposals about a product: the list, and which questions one of them raises, leaves out or speaks of, with what became of each."""

from dataclasses import dataclass
from typing import NamedTuple

from fluencylab.actions.workbench import kept_texts, products
from fluencylab.actions.workbench.kept_texts import PROPOSALS
from fluencylab.store import product_queries
from fluencylab.store.tables import Product, ProductProposal
from fluencylab.text.numerals import counted
from fluencylab.text.written import moment
from fluencylab.web.app_state import AppState
from fluencylab.web.pages.workbench.kept_texts import KeptRow
from fluencylab.workbench.bare_numbers import bare_numbers
from fluencylab.workbench.meeting_sheet import Sheet, SheetQuestion
from fluencylab.workbench.proposal_answers import Answer, answers, is_open
from fluencylab.workbench.proposal_questions import QUESTIONS
from fluencylab.workbench.proposal_reading import Reading, another_language, read, sentences
from fluencylab.workbench.said import mark

SHOWN = 300
"""Sentences of a proposal on its page."""
DONE = {"added": "The proposal is kept.", "removed": "The proposal is gone.", "settled": "It is kept."}


class Asked(NamedTuple):
    """A question and how it stands. `cite`: what a memo cites the answer with; empty where it has no number."""

    reading: Reading
    href: str
    answer: Answer | None
    cite: str

    @property
    def open(self) -> bool:
        return is_open(self.reading, self.answer)

    @property
    def answered(self) -> bool:
        return self.answer is not None and self.answer.state == "answered"


@dataclass(frozen=True)
class ProductProposalsPage:
    """Context of `workbench/proposals.html`."""

    product: Product
    base: str
    rows: list[KeptRow]
    questions: str
    done: str


@dataclass(frozen=True)
class ProductProposalPage:
    """Context of `workbench/proposal.html`. `raised`, `silent`: open; `settled`: not any more; `said`: never asked."""

    product: Product
    base: str
    here: str
    proposal: ProductProposal
    count: int
    raised: list[Asked]
    silent: list[Asked]
    said: list[Asked]
    settled: list[Asked]
    open: int
    foreign: bool
    sentences: list[str]
    rest: int
    done: str


async def product_proposals_page(state: AppState, product_id: str, done: str) -> ProductProposalsPage:
    async with state.store.read() as session:
        product = await products.owned(session, state.learner, product_id)
        kept = await product_queries.kept_texts(session, ProductProposal, product_id)
    base = f"/product/{product_id}"
    rows = [KeptRow(one.name, f"{base}/proposals/{one.number}", _told(one), moment(one.made)) for one in kept]
    return ProductProposalsPage(product, base, rows, "thirteen", DONE.get(done, ""))


def _told(one: ProductProposal) -> str:
    still = sum(each.open for each in asked_of(one, ""))
    return f"{counted(still, 'question')} open." if still else "No question is open."


def asked_of(one: ProductProposal, here: str) -> list[Asked]:
    """Every question in its order, with what became of it. `here`: the address of the proposal."""
    said, found = answers(one.answers), list[Asked]()
    for reading in read(one.text):
        slug = reading.question.slug
        answer = said.get(slug)
        told = answer if answer and answer.state == "answered" and bare_numbers(answer.note) else None
        found.append(Asked(reading, f"{here}/answers/{slug}", answer, mark(told.note, told.by) if told else ""))
    return found


async def product_proposal_page(state: AppState, product_id: str, number: int, done: str) -> ProductProposalPage:
    async with state.store.read() as session:
        product = await products.owned(session, state.learner, product_id)
        proposal = await kept_texts.one(session, product_id, PROPOSALS, number)
    base = f"/product/{product_id}"
    here = f"{base}/proposals/{number}"
    asked, told = asked_of(proposal, here), sentences(proposal.text)
    still = [one for one in asked if one.open]
    return ProductProposalPage(
        product=product,
        base=base,
        here=here,
        proposal=proposal,
        count=len(QUESTIONS),
        raised=[one for one in still if one.reading.quotes],
        silent=[one for one in still if not one.reading.quotes],
        said=[one for one in asked if one.answer is None and not one.open],
        settled=[one for one in asked if one.answer is not None and not one.open],
        open=len(still),
        foreign=another_language(proposal.text),
        sentences=told[:SHOWN],
        rest=max(0, len(told) - SHOWN),
        done=DONE.get(done, ""),
    )


async def questions_of(state: AppState, product_id: str, number: int) -> Sheet:
    """What is open, to be sent or taken along."""
    async with state.store.read() as session:
        product = await products.owned(session, state.learner, product_id)
        proposal = await kept_texts.one(session, product_id, PROPOSALS, number)
    still = [one for one in asked_of(proposal, "") if one.open]
    return Sheet(f"{product.name}: questions about {proposal.name}", [_question(one.reading) for one in still])


def _question(of: Reading) -> SheetQuestion:
    quoted = " ".join(f"Sentence {one.sentence}: “{one.text}”" for one in of.quotes)
    return SheetQuestion(of.question.asks, f"{of.why} {quoted}".strip(), of.question.good, of.question.worrying)

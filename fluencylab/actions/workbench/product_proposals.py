"""The questions of a proposal about a product: answered with a note, not for us, to be asked all the same, or open again."""

from collections.abc import Sequence
from typing import NamedTuple, get_args

from fluencylab.actions.workbench import kept_texts
from fluencylab.actions.workbench.kept_texts import PROPOSALS
from fluencylab.actions.workbench.products import owned, touch
from fluencylab.errors import BadInput, NotFound
from fluencylab.store import product_queries, queries
from fluencylab.store.engine import Session, Store
from fluencylab.store.tables import ProductProposal
from fluencylab.workbench.bare_numbers import bare_numbers
from fluencylab.workbench.proposal_answers import LONGEST_NAME, LONGEST_NOTE, SLUGS, Answer, Settled, answers

ANEW = "anew"
"""Nothing is said to a question any more."""


class Cited(NamedTuple):
    """An answer with a number in it, which a memo may cite."""

    note: str
    by: str


async def settle(store: Store, learner: str, product_id: str, number: int, slug: str, state: str, note: str = "", by: str = "") -> None:
    """`state`: of `Settled`, or `anew`. Raises BadInput for an answer without words."""
    if slug not in SLUGS:
        raise NotFound("A proposal has no such question.", "Choose one of those on its page.")
    if state != ANEW and state not in get_args(Settled):
        raise BadInput("It is not clear what became of this question.", "Say that it was answered, or that it is not for you.")
    note, by = note.strip(), " ".join(by.split())
    if len(note) > LONGEST_NOTE or len(by) > LONGEST_NAME or "\0" in note + by:
        raise BadInput(
            f"An answer has at most {LONGEST_NOTE:,} characters, and a name {LONGEST_NAME}.", "Keep what was said, and leave out the rest."
        )
    if state == "answered" and not note:
        raise BadInput("Write down what was answered.", "A line is enough. A question that does not concern you is “not for us”.")
    async with store.begin() as session:
        await queries.lock_learner(session, learner)
        product = await owned(session, learner, product_id)
        row = await kept_texts.one(session, product_id, PROPOSALS, number)
        said = {name: one for name, one in row.answers.items() if name != slug}
        if state != ANEW:
            said[slug] = Answer.model_validate({"state": state, "note": note, "by": by}).model_dump()
        row.answers = said
        touch(product)


async def cited(session: Session, product_id: str) -> list[Cited]:
    """Every answer with a number, of every proposal about this product, the latest proposal first."""
    rows: Sequence[ProductProposal] = await product_queries.kept_texts(session, ProductProposal, product_id)
    told = (one for row in reversed(rows) for one in answers(row.answers).values() if one.state == "answered")
    return [Cited(one.note, one.by) for one in told if bare_numbers(one.note)]

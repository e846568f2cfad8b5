"""What a learner says about themselves."""

from fluencylab.curriculum import loader
from fluencylab.errors import BadInput
from fluencylab.store import queries
from fluencylab.store.engine import Session, Store


async def choose_product(store: Store, learner: str, product: str) -> None:
    """The kind of product they lead; the order of their priorities follows it, also that of earlier sittings."""
    async with store.begin() as session:
        await set_product(session, learner, product)


async def set_product(session: Session, learner: str, product: str) -> None:
    """In the caller's transaction, with the learner's row locked from here on."""
    if product not in {known.slug for known in loader.products()}:
        raise BadInput("Say which kind of product you lead.", "Choose one of the list; “Something else” is one of them.")
    await queries.lock_learner(session, learner)
    row = await queries.learner(session, learner)
    if row is not None:
        row.product = product

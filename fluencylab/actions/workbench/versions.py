"""The versions of a product: numbered, never changed, each with the reason it was made for."""

from pydantic import ValidationError

from fluencylab import clock
from fluencylab.actions.workbench.products import owned, touch
from fluencylab.errors import BadInput, NotFound
from fluencylab.instruments.fields import first_refusal
from fluencylab.store import product_queries, queries
from fluencylab.store.engine import Session, Store
from fluencylab.store.tables import ProductVersion
from fluencylab.workbench.template import variables
from fluencylab.workbench.version import Version

LONGEST_REASON = 200


async def add(store: Store, learner: str, product_id: str, content: Version, reason: str) -> int:
    """Keep a version and give its number; one that says the same as the last is that one."""
    why = " ".join(reason.split())
    if len(why) > LONGEST_REASON or "\0" in why:
        raise BadInput(f"The reason is a line of at most {LONGEST_REASON} characters.", "Say in one line what you changed and why.")
    variables(content.messages)  # an unclosed {{ is refused now, not in the middle of a run
    async with store.begin() as session:
        await queries.lock_learner(session, learner)
        product = await owned(session, learner, product_id)
        rows = await product_queries.versions(session, product_id)
        if rows and Version.model_validate(rows[-1].content) == content:
            return rows[-1].number
        number = rows[-1].number + 1 if rows else 1
        told = why or ("As it was brought in." if number == 1 else "")
        if not told:
            raise BadInput("A version needs a reason in one line.", "Say what you changed and what you hope for: you will read it again.")
        stored = content.model_dump(mode="json")
        session.add(ProductVersion(product_id=product_id, number=number, reason=told, content=stored, made=clock.now()))
        touch(product)
        return number


def made_of(system: str, user: str, temperature: float, max_tokens: int) -> Version:
    """A version as it was typed. Raises BadInput."""
    if not user.strip():
        raise BadInput("A version needs what the customer sends.", "Write it, with a {{variable}} for each thing that a case brings.")
    if "\0" in system + user:
        raise BadInput("The prompt holds a character that is no text (NUL).", "Take it out, and save it again.")
    try:
        return Version.of(system.replace("\r\n", "\n"), user.replace("\r\n", "\n"), temperature, max_tokens)
    except ValidationError as error:
        field, why = first_refusal(error)
        raise BadInput(f"This version cannot be kept: {field or 'it'}: {why}.", "Change it; what you typed is still here.") from None


async def content_of(session: Session, product_id: str, number: int) -> Version:
    """Raises NotFound."""
    row = await product_queries.version(session, product_id, number)
    if row is None:
        raise NotFound(f"This product has no version {number}.", "Choose one of its versions.")
    return Version.model_validate(row.content)

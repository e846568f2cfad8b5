"""The versions of a product: numbered, never changed, each with the reason it was made for."""

import contextlib
import json
from collections.abc import Callable, Mapping
from typing import Any

from pydantic import JsonValue, ValidationError

from fluencylab import clock
from fluencylab.actions.workbench.products import owned, touch
from fluencylab.errors import BadInput, NotFound
from fluencylab.instruments.fields import first_refusal
from fluencylab.models import catalogue
from fluencylab.models.types import Message
from fluencylab.store import product_queries, queries
from fluencylab.store.engine import Session, Store
from fluencylab.store.tables import ProductVersion
from fluencylab.workbench.found import Found
from fluencylab.workbench.version import Version

LONGEST_REASON = 200
LONGEST_SEARCHED = 400_000
"""Letters of the documents that one version looks things up in: every run takes them along."""
CALLED = {
    "json_schema": "the schema",
    "retrieval": "what it looks up",
    "max_tokens": "the longest answer",
    "model": "the model",
    "tools": "its tools",
}
"""What its parts are called where one of them is refused."""


async def add(store: Store, learner: str, product_id: str, content: Version, reason: str) -> int:
    """Keep a version and give its number; one that says the same as the last is that one."""
    why = " ".join(reason.split())
    if len(why) > LONGEST_REASON or "\0" in why:
        raise BadInput(f"The reason is a line of at most {LONGEST_REASON} characters.", "Say in one line what you changed and why.")
    if "\\u0000" in content.model_dump_json():
        raise BadInput("The prompt, or a part of it, holds a character that is no text (NUL).", "Take it out, and save it again.")
    _ = content.needs  # an unclosed {{ is refused now, not in the middle of a run
    async with store.begin() as session:
        await queries.lock_learner(session, learner)
        product = await owned(session, learner, product_id)
        await _all_there(session, product_id, content)
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


async def _all_there(session: Session, product_id: str, content: Version) -> None:
    """What a version names besides its words: its model and its documents. Raises BadInput where one of them is not there."""
    if content.model and not any(one.slug == content.model and one.abilities.writes for one in catalogue.models()):
        known = ", ".join(one.slug for one in catalogue.models() if one.abilities.writes)
        raise BadInput(f"There is no model “{content.model}” that writes answers.", f"Choose one of: {known}; or add it on the page Model.")
    if content.retrieval is None:
        return
    lines = {one.number: one for one in await product_queries.document_lines(session, product_id)}
    if lacking := [number for number in content.retrieval.documents if number not in lines]:
        raise BadInput(f"This product has no document {lacking[0]}.", "Bring it in first, under Documents; or leave it out.")
    letters = sum(lines[number].letters for number in content.retrieval.documents)
    if letters > LONGEST_SEARCHED:
        raise BadInput(
            f"These documents have {letters:,} letters together; a version looks things up in at most {LONGEST_SEARCHED:,}.",
            "Choose those that answer what people ask.",
        )


def made_of(system: str, user: str, temperature: float, max_tokens: int, **parts: Any) -> Version:
    """A version as it was typed. `parts`: its turns, model, json_schema, retrieval and tools, where it has them. Raises BadInput."""
    if not user.strip():
        raise BadInput("A version needs what the customer sends.", "Write it, with a {{variable}} for each thing that a case brings.")
    return _read(lambda: Version.of(system.replace("\r\n", "\n"), user.replace("\r\n", "\n"), temperature, max_tokens, **parts))


def checked(content: Version, parts: Mapping[str, Any]) -> Version:
    """The same version with other parts. Raises BadInput."""
    return _read(lambda: Version.model_validate(content.model_dump() | dict(parts)))


def brought(found: Found) -> Version:
    """The prompt that came in a file, with those of the settings beside it that a version may have. Raises BadInput."""
    messages = tuple(Message.model_validate({"role": role, "content": content}) for role, content in found.messages)
    content = _read(lambda: Version(messages=messages))
    for name, value in found.settings.items():
        with contextlib.suppress(ValidationError):
            content = Version.model_validate(content.model_dump() | {name: _model(value) if name == "model" else value})
    return content


def _model(name: object) -> str:
    """The one of the learner's models that a name of another tool means, `openai:chat:gpt-4o`; empty where none is."""
    known = str(name).rpartition(":")[2]
    return next((one.slug for one in catalogue.models() if one.abilities.writes and known in (one.model, one.slug)), "")


def _read(make: Callable[[], Version]) -> Version:
    try:
        return make()
    except ValidationError as error:
        field, why = first_refusal(error)
        told = f"{CALLED.get(field, field)}: {why}" if field else why
        raise BadInput(f"This version cannot be kept: {told}.", "Change it; what you typed is still here.") from None


def schema_typed(text: str) -> dict[str, JsonValue] | None:
    """A JSON schema as it was typed; None where there is none. Raises BadInput."""
    if not text.strip():
        return None
    try:
        found = json.loads(text)
    except RecursionError:
        raise BadInput("The schema lies too deep in itself to be read.", "Leave out what no answer will need.") from None
    except ValueError as error:
        where = f" (line {error.lineno}: {error.msg})" if isinstance(error, json.JSONDecodeError) else ""
        raise BadInput(f"The schema is not JSON{where}.", "Paste it as your engineers have it, from its first brace to its last.") from None
    if not isinstance(found, dict):
        raise BadInput("The schema is JSON, but not an object.", "A JSON schema begins with { and says, for example, “type”: “object”.")
    return found


async def content_of(session: Session, product_id: str, number: int) -> Version:
    """Raises NotFound."""
    row = await product_queries.version(session, product_id, number)
    if row is None:
        raise NotFound(f"This product has no version {number}.", "Choose one of its versions.")
    return Version.model_validate(row.content)

"""What `fluency product` finds in the data folder: the learner's store, the product that is meant, and one of its evaluations."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fluencylab.errors import BadInput, LabError

if TYPE_CHECKING:
    from fluencylab.store.engine import Store

Json = Annotated[bool, typer.Option("--json", help="For a program.")]
Of = Annotated[str, typer.Option("--product", help="Its name or the beginning of its id; the current one, unless told.")]
Which = Annotated[str, typer.Option("--run", help="The beginning of an evaluation's id; the latest, unless told.")]


LONGEST_TEXT = 2_000_000
"""Bytes of a file that holds a rule or a memo."""


def read_file(file: Path, most: int = LONGEST_TEXT) -> bytes:
    """Its bytes, and of one that is longer or never ends no more than that. Raises LabError."""
    try:
        with file.open("rb") as there:
            content = there.read(most + 1)
    except OSError as error:
        raise LabError(f"{file} cannot be read: {error.strerror}.", "Check the name, and whether it may be read.") from error
    if len(content) > most:
        raise BadInput(f"{file} has more than {most / 1e6:,.0f} MB.", "Look whether it is the right one, or give a shorter one.")
    return content


async def find_product(store: "Store", learner: str, said: str) -> str:
    """Raises BadInput where it is not clear which product is meant."""
    from fluencylab.actions.workbench import products
    from fluencylab.store import product_queries

    async with store.read() as session:
        every = await product_queries.products(session, learner)
        current = await products.current(session, learner)
    if not said:
        if current is None:
            raise BadInput("There is no product yet.", 'Begin with: fluency product new "Refund assistant"')
        return current.id
    fitting = [one.id for one in every if one.name.casefold() == said.casefold()] or [one.id for one in every if one.id.startswith(said)]
    if len(fitting) != 1:
        named = ", ".join(f"“{one.name}” ({one.id[:8]})" for one in every) or "none"
        raise BadInput(f"{'No' if not fitting else 'More than one'} product is called “{said[:60]}”.", f"There are: {named}.")
    return fitting[0]


async def find_run(store: "Store", product_id: str, beginning: str) -> str:
    from fluencylab.store import product_queries

    async with store.read() as session:
        runs = [one.run_id for one, _ in await product_queries.evaluations(session, product_id)]
    fitting = [run for run in runs if run.startswith(beginning)]
    if not fitting:
        raise BadInput(
            "There is no such evaluation." if runs else "Nothing has run yet.", "Run a version first: fluency product run --expect 70"
        )
    return fitting[0]


async def find_mode(store: "Store", product_id: str, name: str) -> str:
    from fluencylab.store import product_queries

    async with store.read() as session:
        modes = {one.name: one.id for one in await product_queries.failure_modes(session, product_id)}
    return _called(name, modes, "failure mode")


async def find_check(store: "Store", product_id: str, name: str) -> str:
    from fluencylab.store import product_queries

    async with store.read() as session:
        checks = {one.name: one.id for one in await product_queries.checks(session, product_id)}
    return _called(name, checks, "check")


def _called(name: str, ids: Mapping[str, str], what: str) -> str:
    """The id of the one of that name, whatever its capitals. `ids`: name -> id."""
    found = {one.casefold(): (one, id) for one, id in ids.items()}
    if name.casefold() not in found:
        named = ", ".join(f"“{one}”" for one, _ in found.values()) or "none"
        raise BadInput(f"No {what} is called “{name[:60]}”.", f"There are: {named}.")
    return found[name.casefold()][1]


async def find_version(store: "Store", product_id: str, number: int) -> int:
    """The number of a version; of the latest, where none was named."""
    from fluencylab.store import product_queries

    async with store.read() as session:
        rows = await product_queries.versions(session, product_id)
    return number or (rows[-1].number if rows else 1)

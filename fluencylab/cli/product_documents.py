"""What a product may look things up in, from the terminal: bring documents in, read one, take one away."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fluencylab.cli import show
from fluencylab.cli.learner_data import opened
from fluencylab.cli.product_data import Json, Of, find_product
from fluencylab.text.terminal import harmless

if TYPE_CHECKING:
    from fluencylab.store.engine import Store


def documents_of(
    product: Of = "",
    add: Annotated[
        list[Path] | None, typer.Option("--add", metavar="FILE", help="Keep what this file says: PDF, Word, HTML, a sheet, text, a ZIP.")
    ] = None,
    remove: Annotated[int | None, typer.Option(metavar="NUMBER", help="Take this one away, if no version searches it.")] = None,
    text: Annotated[int | None, typer.Option(metavar="NUMBER", help="The text of this one.")] = None,
    mask: Annotated[
        bool, typer.Option("--mask", help="Mask e-mail addresses, telephone and card numbers and IBANs in what is added.")
    ] = False,
    as_json: Json = False,
) -> None:
    """The documents that a product may look things up in; with --add, further ones.

    Example:  fluency product documents --add handbook.pdf --add returns.docx
    """

    async def act(store: "Store", learner: str) -> list[dict[str, Any]]:
        from fluencylab.actions.workbench import documents
        from fluencylab.cli.sources import file_bytes
        from fluencylab.documents.read import read_file
        from fluencylab.store import product_queries

        product_id = await find_product(store, learner, product)
        if add:
            read = [one for file in add for one in (await read_file(file.name, await asyncio.to_thread(file_bytes, file))).documents]
            await documents.add(store, learner, product_id, read, mask)
        if remove is not None:
            await documents.remove(store, learner, product_id, remove)
        async with store.read() as session:
            if text is not None:
                found = await documents.one(session, product_id, text)
                return [{"number": found.number, "name": found.name, "sha256": found.sha256, "source": found.source, "text": found.text}]
            using = documents.users(await product_queries.versions(session, product_id))
            lines = await product_queries.document_lines(session, product_id)
        names = ("number", "name", "letters", "sha256", "source")
        return [{name: getattr(one, name) for name in names} | {"versions": using.get(one.number, [])} for one in lines]

    rows = opened(act)
    if as_json:
        show.json_out(rows)
        return
    for row in rows:
        if text is not None:
            show.out.print(harmless(row["text"]), markup=False, highlight=False)
            continue
        searched = f"  (searched by version {', '.join(map(str, row['versions']))})" if row["versions"] else ""
        show.out.print(f"{row['number']:>3}  {harmless(row['source'])}{searched}", markup=False, highlight=False)
    if not rows:
        show.out.print("There is no document yet: fluency product documents --add handbook.pdf")

"""`fluency product memo`: the decision memo as Markdown or a Word document, read in from a file, and what it may rest on."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fluencylab.cli import show
from fluencylab.cli.learner_data import opened
from fluencylab.cli.product_data import Json, Of, find_product, read_file
from fluencylab.errors import BadInput, LabError
from fluencylab.text.terminal import harmless

if TYPE_CHECKING:
    from fluencylab.store.engine import Store
    from fluencylab.workbench.memo import Measurements, Memo


def memo(
    product: Of = "",
    read: Annotated[
        Path | None, typer.Option("--from", metavar="FILE", help="Read a memo in from Markdown, in place of what is there.")
    ] = None,
    docx: Annotated[Path | None, typer.Option(metavar="FILE", help="Write it as a Word document.")] = None,
    measures: Annotated[bool, typer.Option("--measures", help="What was measured, and how each is written into a memo.")] = False,
    draft: Annotated[bool, typer.Option("--draft", help="Also while a number in it is neither measured nor owned.")] = False,
    as_json: Json = False,
) -> None:
    """The decision memo, as Markdown. A number that is neither bound to a measurement nor an assumption somebody owns stops it.

    In a file for --from a number is bound by its mark: [[m:read:4f1c22ab]]; an assumption is [[a:30 % of calls|Ana]].

    Example:  fluency product memo > memo.md
    """
    written = _text(read) if read else None

    async def act(store: "Store", learner: str) -> "tuple[Memo, Measurements]":
        from fluencylab.actions.workbench import memos

        product_id = await find_product(store, learner, product)
        if written:
            await memos.keep(store, learner, product_id, written.title, written.sections)
        async with store.read() as session:
            return await memos.with_measures(session, learner, product_id)

    found, measured = opened(act)
    if as_json:
        show.json_out(_public(found, measured))
    elif measures:
        _tell_measures(measured)
    elif written and docx is None:
        _tell_missing(found, measured)
    elif not found.sections:
        raise BadInput("No memo is written yet.", "Write it on the page Your product, or read one in: fluency product memo --from memo.md")
    elif docx is None:
        from fluencylab.workbench.memo_markdown import to_markdown

        sys.stdout.write(harmless(to_markdown(found, measured, draft)))
    if docx is not None:
        from fluencylab import clock
        from fluencylab.workbench.memo_docx import to_docx

        _write(docx, to_docx(found, measured, clock.now(), draft))


def _text(file: Path) -> "Memo":
    from fluencylab.workbench.memo_markdown import from_markdown

    return from_markdown(read_file(file).decode("utf-8-sig", "replace"))


def _write(file: Path, content: bytes) -> None:
    try:
        file.write_bytes(content)
    except OSError as error:
        raise LabError(f"{file} cannot be written: {error.strerror}.", "Choose another place, or make room.") from error
    show.err.print(f"The memo is in {file}.", markup=False)


def _public(found: "Memo", measures: "Measurements") -> dict[str, Any]:
    from fluencylab.workbench.memo import HEADINGS, refusals, stale

    return {
        "title": found.title,
        "sections": {HEADINGS[name]: text for name, text in found.sections.items()},
        "refusals": refusals(found, measures) if found.sections else [],
        "stale": [one.says for one in stale(found, measures)],
        "measurements": [
            {
                "mark": f"[[m:{one.id}]]",
                "name": one.name,
                "shown": one.shown,
                "unit": one.unit,
                **one.measure.model_dump(),
                "conditions": one.conditions,
            }
            for one in measures.values()
        ],
    }


def _tell_measures(measures: "Measurements") -> None:
    for one in measures.values():
        show.out.print(f"[[m:{one.id}]]", style="bold", markup=False)
        show.out.print(f"    {one.told}", markup=False)
    if not measures:
        show.out.print("Nothing is measured yet. Run a version, or read what came out.")


def _tell_missing(found: "Memo", measures: "Measurements") -> None:
    from fluencylab.workbench.memo import refusals, stale

    missing = [*refusals(found, measures), *(one.says for one in stale(found, measures))]
    show.out.print("The memo is kept." + ("" if missing else " It can be handed on."))
    for says in missing:
        show.out.print(f"  {says}", markup=False)

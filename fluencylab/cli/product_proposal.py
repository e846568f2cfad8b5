"""`fluency product proposal`: what a proposal leaves to be asked; with --keep, kept on the product."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fluencylab.cli import show
from fluencylab.cli.learner_data import opened
from fluencylab.cli.product_data import Json, Of, find_product
from fluencylab.text.terminal import harmless

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fluencylab.documents.format import ReadDocument
    from fluencylab.store.engine import Store


def proposal(
    file: Annotated[Path, typer.Argument(help="The proposal: text, Markdown, HTML, PDF or Word.")],
    keep: Annotated[bool, typer.Option("--keep", help="Keep it on the product, where its questions can be answered.")] = False,
    product: Of = "",
    as_json: Json = False,
) -> None:
    """What a proposal leaves to be asked: which of thirteen questions a sentence raises, and on which it is silent. No grade.

    Rules find it; no model reads it.

    Example:  fluency product proposal draft.docx --keep
    """
    from fluencylab.cli.sources import file_bytes
    from fluencylab.documents.read import read_file
    from fluencylab.workbench.proposal_reading import another_language, read

    found = asyncio.run(read_file(file.name, file_bytes(file))).documents
    kept = _kept(found, product) if keep else []
    text = "\n\n".join(one.text for one in found)
    asked, foreign = read(text), another_language(text)
    if as_json:
        rows = [
            {"question": one.question.slug, "asks": one.question.asks, "state": one.state, "why": one.why,
             "sentences": [each._asdict() for each in one.quotes]} for one in asked
        ]  # fmt: skip
        show.json_out({"questions": rows, "kept": kept, "another_language": foreign})
        return
    if foreign:
        show.out.print("It is not in English, and the rules read English: where they call it silent, it may well speak.")
    for state, title in (("raised", "What a sentence raises"), ("silent", "Where it is silent"), ("said", "What it speaks of")):
        these = [one for one in asked if one.state == state]
        if these:
            show.out.print(f"[bold]{title}[/]")
        for one in these:
            show.out.print(f"  {one.question.asks}", markup=False, highlight=False)
            for each in one.quotes:
                show.out.print(f"      sentence {each.sentence}: {harmless(each.text)}", markup=False, highlight=False)
            if one.why:
                show.out.print(f"      {one.why}", markup=False, highlight=False)
    if kept:
        show.out.print(f"Kept: {', '.join(kept)}", markup=False, highlight=False)


def _kept(found: "Sequence[ReadDocument]", said: str) -> list[str]:
    """Their addresses."""

    async def act(store: "Store", learner: str) -> list[str]:
        from fluencylab.actions.workbench import kept_texts

        product_id = await find_product(store, learner, said)
        numbers = await kept_texts.add(store, learner, product_id, kept_texts.PROPOSALS, found)
        return [f"/product/{product_id}/proposals/{number}" for number in numbers]

    return opened(act)

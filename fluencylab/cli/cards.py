"""`fluency cards`: the drills on model cards, each with how far it is; and what any card says on ten things a product needs."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from fluencylab.cli import show
from fluencylab.cli.learner_data import opened
from fluencylab.cli.product_data import Json
from fluencylab.text.terminal import harmless

if TYPE_CHECKING:
    from fluencylab.store.engine import Store

app = typer.Typer(
    add_completion=False, no_args_is_help=True, rich_markup_mode="rich", help="What a model's card says, and where it is silent."
)


@app.command("list")
def list_cards(as_json: Json = False) -> None:
    """The drills on model cards, and where you stand in each. They are done in the browser.

    Example:  fluency cards list
    """

    async def act(store: "Store", learner: str) -> list[dict[str, Any]]:
        from fluencylab.actions.kinds import listed
        from fluencylab.practice.kinds import MODEL_CARD

        async with store.read() as session:
            return [
                {"slug": one.exercise.slug, "title": one.exercise.title, "card": one.exercise.of.card.name, "minutes": one.exercise.minutes,
                 "concept": one.exercise.concept, "stands": one.where, "hidden": one.why_hidden, "address": one.href}
                for one in await listed(session, learner, MODEL_CARD)
            ]  # fmt: skip

    rows = opened(act)
    if as_json:
        show.json_out(rows)
        return
    for row in rows:
        told = f"{row['stands']}, about {row['minutes']} minutes" if not row["hidden"] else f"hidden. {row['hidden']}"
        show.out.print(f"[bold]{escape(row['title'])}[/]  {escape(row['card'])}: {escape(told)}  {row['address']}")


@app.command("read")
def read_card(
    file: Annotated[Path, typer.Argument(help="The card: text, Markdown, HTML, PDF or Word.")],
    as_json: Json = False,
) -> None:
    """What a model's card says on ten things a product needs, each with its line, and what to ask where it is silent.

    Rules find it; no model reads it, and nothing is kept.

    Example:  fluency cards read card.md
    """
    from fluencylab.cli.sources import file_bytes
    from fluencylab.documents.read import read_file
    from fluencylab.workbench.card_reading import read

    found = asyncio.run(read_file(file.name, file_bytes(file))).documents
    things = read("\n".join(one.text for one in found))
    if as_json:
        show.json_out(
            [
                {"thing": one.thing.slug, "state": one.state, "quotes": [each._asdict() for each in one.quotes], "question": one.question}
                for one in things
            ]
        )
        return
    for one in things:
        show.out.print(f"[bold]{one.thing.title}[/]: {one.state}")
        for each in one.quotes:
            show.out.print(f"    line {each.line}: {harmless(each.text)}", markup=False, highlight=False)
        if one.question:
            lacks = f"{one.lacks} " if one.lacks else ""
            show.out.print(f"    {lacks}Ask: {one.question}", markup=False, highlight=False)

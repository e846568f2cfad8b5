"""`fluency read`: what a document of any kind says, as a lab would read it."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from fluencylab.cli import show
from fluencylab.cli.sources import file_bytes
from fluencylab.documents.format import ReadFile, joined
from fluencylab.documents.read import read_file
from fluencylab.errors import LabError

app = typer.Typer(add_completion=False, rich_markup_mode="rich")


@app.command()
def files(
    paths: Annotated[
        list[Path], typer.Argument(help="PDF, office files, pages, mails, e-books, tables, text; ZIP of these", metavar="FILE…")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print titles, texts and notes for a program, and nothing else.")] = False,
) -> None:
    """Print what files say: one text after another, each under a line with its name.

    You see what a search will see of your documents: pages that are pictures are missing, and tables are lines. How each was read,
    or why it was not, is told on standard error.

    Example:  fluency read handbook.pdf prices.csv > documents.txt
    """
    found, refused = asyncio.run(_all(paths))
    if as_json:
        show.json_out([one._asdict() for file in found for one in file.documents])
    elif found:
        typer.echo(joined(one for file in found for one in file.documents))
    for line in [*(line for file in found for line in file.lines), *map(str, refused)]:
        show.err.print(line, markup=False)
    if refused:
        raise typer.Exit(1)


async def _all(paths: Sequence[Path]) -> tuple[list[ReadFile], list[LabError]]:
    told = await asyncio.gather(*map(_one, paths))
    return [one for one in told if isinstance(one, ReadFile)], [one for one in told if isinstance(one, LabError)]


async def _one(path: Path) -> ReadFile | LabError:
    try:
        return await read_file(path.name, await asyncio.to_thread(file_bytes, path))
    except LabError as error:
        return error

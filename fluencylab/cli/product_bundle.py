"""`fluency product bundle`: a product as a folder or a zip that promptfoo, Inspect and pytest open."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fluencylab.cli import show
from fluencylab.cli.learner_data import opened
from fluencylab.cli.product_data import Json, find_product
from fluencylab.errors import BadInput, LabError
from fluencylab.text.numerals import counted

if TYPE_CHECKING:
    from fluencylab.actions.workbench.bundling import Made
    from fluencylab.store.engine import Store

ZIP = ".zip"


def bundle(
    product: Annotated[str, typer.Argument(help="Its name or the beginning of its id; the current one, unless told.")] = "",
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR|FILE.zip", help="A new folder, or a zip; a zip here, unless told.")
    ] = None,
    version: Annotated[
        list[int] | None, typer.Option(help="Hand on this version, too; unless told, the latest and the one before.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Hand it over: prompts, cases, checks, results and memo as files that promptfoo, Inspect and pytest open, without this lab.

    Example:  fluency product bundle --out for-review
    """

    async def act(store: "Store", learner: str) -> "Made":
        from fluencylab.actions.workbench import bundling

        return await bundling.make(store, learner, await find_product(store, learner, product), version or ())

    made = opened(act)
    place = out or Path(f"{made.name}{ZIP}")
    asyncio.run(asyncio.to_thread(_write, place, made))
    _tell(made, place, as_json)


def _write(place: Path, made: "Made") -> None:
    """Nothing that stands there already is written over, but for a zip of the same name."""
    try:
        if place.suffix.lower() == ZIP:
            place.write_bytes(made.packed)
            return
        if place.exists() and (not place.is_dir() or any(place.iterdir())):
            raise BadInput(f"{place} is there already, and is not empty.", "Name a new folder with --out, or a file that ends in .zip.")
        for name, content in made.files.items():
            file = place / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
    except OSError as error:
        raise LabError(f"{place} cannot be written: {error.strerror}.", "Choose another place, or make room.") from error


def _tell(made: "Made", place: Path, as_json: bool) -> None:
    from fluencylab.workbench.bundle.inside import missing

    lacking = [one.says for one in missing(made.contents)]
    versions = [one.number for one in made.contents.versions]
    if as_json:
        told = {"out": str(place), "versions": versions, "files": {name: len(content) for name, content in made.files.items()}}
        show.json_out(told | {"missing": lacking, "keys_taken_out": made.keys, "texts_with_personal_data": made.personal})
        return
    show.out.print(f"{place}: {counted(len(made.files), 'file')}. Begin with its README.md.", markup=False)
    if made.keys:
        show.out.print(f"{counted(made.keys, 'text')} that looked like a key {'was' if made.keys == 1 else 'were'} taken out.")
    if made.personal:
        show.out.print(
            f"{counted(made.personal, 'text')} in it {'holds' if made.personal == 1 else 'hold'} what looks like an e-mail address or a "
            "number of a person. Look before you hand it on."
        )
    for says in lacking:
        show.out.print(f"  {says}", markup=False)

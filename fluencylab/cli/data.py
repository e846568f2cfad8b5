"""`fluency backup`, `fluency restore`, `fluency export`: a learner's work as one file, and back."""

import asyncio
import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from fluencylab.cli import show
from fluencylab.errors import BadInput, LabError

backup_app = typer.Typer(add_completion=False, rich_markup_mode="rich")
restore_app = typer.Typer(add_completion=False, rich_markup_mode="rich")
export_app = typer.Typer(add_completion=False, rich_markup_mode="rich")
Json = Annotated[bool, typer.Option("--json", help="Print JSON for a program, and nothing else.")]


async def _exported() -> bytes:
    from fluencylab.actions.data import export
    from fluencylab.actions.runs import the_learner
    from fluencylab.store.engine import Store

    async with Store() as store:
        return await export(store, await the_learner(store))


def _export() -> bytes:
    from fluencylab.store.migrate import migrate

    migrate()
    return asyncio.run(_exported())


@export_app.command()
def export() -> None:
    """Write everything you did to standard output, as JSON: the same file that `fluency backup` makes.

    Example:  fluency export > me.json
    """
    sys.stdout.buffer.write(_export())
    sys.stdout.buffer.flush()


@backup_app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="Where to write it.")],
    replace: Annotated[bool, typer.Option("--replace", help="Overwrite a file that is there.")] = False,
    as_json: Json = False,
) -> None:
    """Save everything you did in one file, also while the lab is open. It holds one moment, whole.

    Example:  fluency backup fluency.json
    """
    if file.exists() and not replace:
        raise BadInput(f"{file} is there already.", "Choose another name, or add --replace.")
    content = _export()
    fresh = file.with_name(file.name + ".new")
    try:
        fresh.write_bytes(content)
        os.replace(fresh, file)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        raise LabError(f"{file} cannot be written: {error.strerror}.", "Make room, or choose another place.") from error
    if as_json:
        show.json_out({"file": str(file), "bytes": len(content)})
    else:
        show.out.print(f"Saved in {file}, {len(content) / 1e6:,.1f} MB.", markup=False)
        show.out.print(f"Bring it back with: fluency restore {file}", markup=False)


@restore_app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="A file made by `fluency backup` or by the page Your data.")],
    replace: Annotated[bool, typer.Option("--replace", help="Delete the work that is here, and put the file in its place.")] = False,
    as_json: Json = False,
) -> None:
    """Bring back what was saved: all of it, or nothing. The map is then as it was.

    Example:  fluency restore fluency.json
    """
    from fluencylab.actions.archive import LARGEST
    from fluencylab.store.migrate import migrate

    try:
        if file.stat().st_size > LARGEST:
            raise BadInput(f"{file} is larger than {LARGEST:,} bytes, which is the most a lab restores.", "Give the path of a backup.")
        content = file.read_bytes()
    except OSError as error:
        raise BadInput(f"{file} cannot be read: {error.strerror}.", "Give the path of a backup.") from None
    migrate()
    restored = asyncio.run(_restored(content, replace))
    if as_json:
        show.json_out(restored._asdict())
        return
    counts = restored.counts
    said = f"{counts['evidence']} pieces of evidence, {counts['attempts']} attempts, {counts['runs']} runs"
    show.out.print(f"Restored: {said}, as of {restored.made[:16].replace('T', ' ')} UTC.", markup=False)
    for pack in restored.resting:
        show.out.print(
            f"Some of it was shown in a pack that is not on here: {pack}. It is kept, and counts once the pack is on.", markup=False
        )


async def _restored(content: bytes, replace: bool) -> Any:
    from fluencylab.actions.data import restore
    from fluencylab.actions.runs import the_learner
    from fluencylab.store.engine import Store
    from fluencylab.web.pages.sheet import readable

    async with Store() as store:
        return await restore(store, await the_learner(store), content, replace, readable)

"""`fluency packs`: further concepts and exercises that somebody else wrote: list, add, switch on and off, remove, and write one."""

from pathlib import Path
from typing import Annotated

import typer

from fluencylab.cli import show
from fluencylab.packs import installed
from fluencylab.packs.installed import Installed

app = typer.Typer(
    add_completion=False, no_args_is_help=True, rich_markup_mode="rich", help="Learn from what others wrote, and write for others."
)
Json = Annotated[bool, typer.Option("--json", help="Print JSON for a program, and nothing else.")]
Named = Annotated[str, typer.Argument(help="Its short name; see: fluency packs list")]


@app.command("list")
def list_packs(as_json: Json = False) -> None:
    """Which packs there are, whose they are, and whether each is on.

    A pack that does not fit this lab is hidden, and the reason is said.

    Example:  fluency packs list
    """
    if as_json:
        show.json_out([_public(one) for one in installed.installed()])
        return
    if trouble := installed.trouble():
        show.out.print(trouble, style="red", markup=False)
    for one in installed.installed():
        _tell(one)
    if not installed.installed():
        show.out.print("There is no pack yet. Add one with: fluency packs add FOLDER")


def _public(one: Installed) -> dict[str, object]:
    cover = one.pack.cover.model_dump(mode="json", exclude={"name", "concepts", "further"}) if one.pack else {}
    exercises = {"missions": [m.slug for m in one.pack.missions], "cases": [c.slug for c in one.pack.cases]} if one.pack else {}
    state = {"kind": one.kind, "from": one.origin, "on": one.on, "hidden": bool(one.problem), "problem": one.problem, "fix": one.fix}
    return {"name": one.name, **cover, **exercises, **state}


def _tell(one: Installed) -> None:
    mark = "[red]✗[/]" if one.problem else "[green]●[/]" if one.on else "○"
    show.out.print(f"{mark} [bold]{one.name if one.usable else 'without a name'}[/]  ", end="")
    show.out.print(one.title, markup=False)
    if one.pack:
        cover = one.pack.cover
        show.out.print(f"    version {cover.version}, by {cover.author}, {cover.licence}; {one.origin}", markup=False)
        show.out.print(f"    {one.pack.adds}{'' if one.on else '; off, and what you did in it is kept'}", style="dim", markup=False)
    else:
        show.out.print(f"    hidden: {one.problem} {one.fix}", markup=False)


@app.command()
def add(
    folder: Annotated[Path, typer.Argument(help="The folder that holds pack.toml.")],
    link: Annotated[bool, typer.Option("--link", help="Read it where it lies, for who is still writing it.")] = False,
) -> None:
    """Add a pack from a folder. It is read and judged first; one that does not fit is refused, with the reason.

    What is taken up is a copy: whoever changes the folder afterwards adds it again.

    Example:  fluency packs add harbour-line
    """
    one = installed.add(folder, link)
    assert one.pack
    cover = one.pack.cover
    show.out.print(f"Added “{cover.title}” {cover.version} by {cover.author}.{'' if one.on else ' It is switched off.'}", markup=False)
    if one.pack.missions:
        show.out.print(f"Let its missions prove themselves on your model: fluency check --live --only {one.name}", markup=False)


@app.command()
def new(
    name: Annotated[str, typer.Argument(help="Small letters, digits and hyphens: harbour-line")],
    into: Annotated[Path, typer.Option("--in", help="Where the folder is made; here, unless told.")] = Path(),
) -> None:
    """Make the folder of a pack of your own: small and whole, to be filled in with a text editor. No code is needed.

    Example:  fluency packs new harbour-line
    """
    from fluencylab.packs.new import make

    folder = make(name, into)
    show.out.print(f"Made {folder}. Begin with {folder / 'pack.toml'}; every file says what belongs into it.", markup=False)
    show.out.print(f"Ask what is wrong with it, as often as you like: fluency check --pack {folder}", markup=False)
    show.out.print(f"See it in the lab while you write: fluency packs add --link {folder}", markup=False)


@app.command()
def off(name: Named) -> None:
    """Hide a pack. What you did in it is kept, and does not count until it is on again.

    Example:  fluency packs off harbour-line
    """
    show.out.print(f"“{installed.switch(name, False).title}” is off. What you did in it is kept.", markup=False)


@app.command()
def on(name: Named) -> None:
    """Show a pack again; what you did in it counts again.

    Example:  fluency packs on harbour-line
    """
    one = installed.switch(name, True)
    show.out.print(f"“{one.title}” is on." + (f" It is hidden all the same: {one.problem} {one.fix}" if one.problem else ""), markup=False)


@app.command()
def remove(name: Named) -> None:
    """Forget a pack that was added from a folder. What you did in it is kept, and counts again if it comes back.

    Example:  fluency packs remove harbour-line
    """
    show.out.print(f"Removed “{installed.remove(name).title}”. What you did in it is kept.", markup=False)

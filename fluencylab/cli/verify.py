"""`fluency certificate` issues what is solid as a signed file; `fluency verify` says what such a file proves."""

import asyncio
from pathlib import Path
from typing import Annotated, Any

import typer

from fluencylab import clock
from fluencylab.cli import show
from fluencylab.errors import BadInput, LabError
from fluencylab.settings import settings

app = typer.Typer(add_completion=False, rich_markup_mode="rich")
certificate_app = typer.Typer(add_completion=False, rich_markup_mode="rich")


@app.command()
def verify(
    file: Annotated[Path, typer.Argument(help="A certificate: the file with the ending .jwt.")],
    key: Annotated[str, typer.Option(metavar="FINGERPRINT", help="The fingerprint of the issuer's key, as they told it to you.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for a program, and nothing else.")] = False,
) -> None:
    """Check a certificate: was anything changed, does it still hold, and whose key signed it?

    Ends with 1 when something is wrong. Anybody can make a key, so without --key the signature says only that nothing was changed.

    Example:  fluency verify certificate.jwt --key Yk3...
    """
    from fluencylab.progress.certificate import verify as verified

    try:
        token = file.read_bytes().decode("ascii", "replace")
    except OSError as error:
        raise BadInput(f"{file} cannot be read: {error.strerror}.", "Give the path of a certificate.") from None
    found = verified(token, clock.now(), key)
    if as_json:
        checks = [check._asdict() for check in found.checks]
        show.json_out({"ok": found.ok, "checks": checks, "fingerprint": found.fingerprint, "credential": found.credential})
    else:
        marks = {True: "[green]✓[/]", False: "[red]✗[/]", None: "[yellow]?[/]"}
        for check in found.checks:
            show.out.print(f"{marks[check.ok]} [bold]{check.name:<10}[/]", end="")
            show.out.print(check.says, markup=False)
        if all(check.ok for check in found.checks if check.name in ("signature", "shape")):
            _tell(found.credential, found.fingerprint)
    if not found.ok:
        raise typer.Exit(1)


def _tell(credential: dict[str, Any], mark: str) -> None:
    subject = credential["credentialSubject"]
    lines = ["", f"{subject['identifier'][0]['identityHash']}: {credential['name']}"]
    for one in credential["evidence"]:
        lines += [f"  {one['name']}: {one['narrative']}", f"    {one['description']}"]
    lines += ["", subject["achievement"]["criteria"]["narrative"], "", f"Key: {mark}"]
    show.out.print("\n".join(lines), markup=False)


@certificate_app.command()
def certificate(
    file: Annotated[Path, typer.Argument(help="Where to write it.")],
    name: Annotated[str, typer.Option(help="The name it is to carry.")],
) -> None:
    """Sign what is solid on your map, with the conditions of every cell. Where nothing is solid there is no certificate.

    Example:  fluency certificate ada.jwt --name "Ada Okafor"
    """
    from fluencylab.store.migrate import migrate

    migrate()
    token = asyncio.run(_issued(name))
    try:
        with file.open("x", encoding="ascii") as made:
            made.write(token)
    except OSError as error:
        raise LabError(f"{file} cannot be written: {error.strerror}.", "Choose another name or place.") from error
    show.out.print(f"Written to {file}. Check it with: fluency verify {file}", markup=False)


async def _issued(name: str) -> str:
    from fluencylab.actions.certificate import issue
    from fluencylab.actions.runs import the_learner
    from fluencylab.store.engine import Store

    async with Store() as store:
        learner = await the_learner(store)
        async with store.read() as session:
            return await issue(session, learner, name, settings().data)

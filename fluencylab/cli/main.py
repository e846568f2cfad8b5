"""The command `fluency`: which commands there are, and the one place where an error becomes two lines.

A command's module is imported when it is asked for, so that `fluency` opens the lab at once.
"""

import io
import logging
import os
import sys
from importlib import import_module
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from fluencylab import __version__
from fluencylab.errors import LabError, disk_error
from fluencylab.settings import settings
from fluencylab.store.private_folder import PERSONAL, make_private

COMMANDS = {
    "serve": "serve",
    "call": "call",
    "lab": "labs",
    "runs": "runs",
    "product": "product",
    "models": "models",
    "packs": "packs",
    "read": "read",
    "doctor": "doctor",
    "check": "check",
    "content": "content",
    "cards": "cards",
    "debug": "debug",
    "selftest": "selftest",
    "progress": "progress",
    "six-weeks": "six_weeks",
    "backup": "data:backup_app",
    "restore": "data:restore_app",
    "export": "data:export_app",
    "certificate": "verify:certificate_app",
    "verify": "verify",
}
"""The name a person types, and the module of this package that answers: its `app`, or the one named after the colon."""


class Commands(TyperGroup):
    def list_commands(self, ctx: Any) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        command = typer.main.get_command(getattr(import_module(f"fluencylab.cli.{module}"), name or "app"))
        command.name = cmd_name
        return command


app = typer.Typer(cls=Commands, invoke_without_command=True, add_completion=False, rich_markup_mode="rich", subcommand_metavar="[COMMAND]")


@app.callback()
def fluency(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version and end.")] = False,
) -> None:
    """Run real language models on your own machine, and see what they do.

    Without a command it opens the lab in your browser. The other commands do the same things in the terminal.

    Example:  fluency call "Write one sentence that welcomes a new customer to a bank."
    """
    if version:
        typer.echo(f"fluency-lab {__version__}")
    elif context.invoked_subcommand is None:
        import_module("fluencylab.cli.serve").serve()


def main(arguments: list[str] | None = None) -> None:
    """Ends the process: 0, 1 for an error we can explain, 2 for a command we did not understand, 130 after Ctrl-C."""
    try:
        _write_utf8()
        _keep_to_oneself()
        _log_to_file()
        typer.main.get_command(app).main(arguments, prog_name="fluency")
    except LabError as error:
        sys.exit(_told(error))
    except OSError as error:
        logging.getLogger(__name__).error("the disk, or the network, refused something", exc_info=error)
        sys.exit(_told(disk_error(error)))
    except Exception as error:
        logging.getLogger(__name__).error("an error nobody foresaw", exc_info=error)
        said = f"This program met an error it did not foresee ({type(error).__name__}: {error})."
        sys.exit(_told(LabError(said, f"More is in {log_file()}.")))


def _write_utf8() -> None:
    """UTF-8 on every console and into every file and pipe, where Windows would write an older encoding and fail at the first other letter.

    Half a character, which no encoding has, is written as \\ud83d.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _told(error: LabError) -> int:
    typer.secho(error.message, fg="red", err=True)
    if error.fix:
        typer.echo(error.fix, err=True)
    return 1


def log_file() -> Path:
    return settings().data / "fluency.log"


def _keep_to_oneself() -> None:
    """What this program writes, its owner alone reads."""
    os.umask(PERSONAL)
    try:
        make_private(settings().data)
    except OSError as error:
        raise LabError(
            f"The data folder {settings().data} cannot be made: {error.strerror}.", "Set FLUENCY_DATA to a folder that is yours."
        ) from error


def _log_to_file() -> None:
    """Warnings and worse, of all our libraries, at most two megabytes; none of it reaches the terminal, nor that the disk is full."""
    logging.raiseExceptions = False
    handler: logging.Handler = RotatingFileHandler(log_file(), maxBytes=1 << 20, backupCount=1, delay=True, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])


if __name__ == "__main__":
    main()

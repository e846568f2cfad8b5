"""The command `fluency`: which commands there are, and the one place where an error becomes two lines.

A command's module is imported when it is asked for, so that `fluency` opens the lab at once.
"""

import gc
import io
import logging
import os
import sys
from importlib import import_module
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup

from fluencylab import __version__
from fluencylab.errors import LabError, disk_error
from fluencylab.settings import settings
from fluencylab.store.private_folder import PERSONAL, make_private


class Listed(NamedTuple):
    """`module`: the one of this package that answers, by its `app`, or by the one named after the colon. `says`: its help's beginning."""

    module: str
    says: str


COMMANDS = {
    "serve": Listed("serve", "Open the lab in your browser."),
    "call": Listed("call", "Make one call to a real model and watch it answer."),
    "lab": Listed("labs", "Measure what a model does, instead of asking it once."),
    "runs": Listed("runs", "Find runs again, keep, compare and export them."),
    "product": Listed("product", "Work on your own product: its cases, its prompt in versions, what comes out, and what is better."),
    "models": Listed("models", "Choose which language model answers, and add your own."),
    "packs": Listed("packs", "Learn from what others wrote, and write for others."),
    "read": Listed("read", "Print what files say: one text after another, each under a line with its name."),
    "doctor": Listed("doctor", "Look at everything the lab needs, and say what to do where something is wrong."),
    "check": Listed("check", "Is every exercise whole, and does it prove itself on the installed model? Packs are asked the same."),
    "content": Listed("content", "What the exercises ask, for who audits them."),
    "cards": Listed("cards", "What a model's card says, and where it is silent."),
    "meetings": Listed("meetings", "Rehearse meetings with engineers."),
    "proposals": Listed("proposals", "Judge proposals: what of a page does not hold, and why."),
    "capstone": Listed("capstone", "What you scored on products you had never seen, and the sitting under way."),
    "debug": Listed("debug", "Given a bad output, name the cause."),
    "selftest": Listed("selftest", "Grade free-text answers to the seven questions, and see how good the grader is."),
    "progress": Listed(
        "progress",
        "Where you stand: ten concepts by three kinds of fluency, each with what was right of what was asked.",
    ),
    "six-weeks": Listed(
        "six_weeks", "The core of the course, laid out from this week: what is done, what stands next, and when it ends at your pace."
    ),
    "study": Listed("study", "Does the course help on a product never seen? Plan a study with your people, take part, and read it."),
    "backup": Listed("data:backup_app", "Save everything you did in one file, also while the lab is open. It holds one moment, whole."),
    "restore": Listed("data:restore_app", "Bring back what was saved: all of it, or nothing. The map is then as it was."),
    "export": Listed("data:export_app", "Write everything you did to standard output, as JSON: the same file that `fluency backup` makes."),
    "certificate": Listed(
        "verify:certificate_app",
        "Sign what is solid on your map, with the conditions of every cell. Where nothing is solid there is no certificate.",
    ),
    "verify": Listed("verify", "Check a certificate: was anything changed, does it still hold, and whose key signed it?"),
}
"""What a person types, in the order of the list."""
MOST_NEW = 200_000
"""Objects that are made before Python looks for garbage among them."""


class Commands(TyperGroup):
    _listing = False

    def list_commands(self, ctx: Any) -> list[str]:
        return list(COMMANDS)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """The list needs a line of each command, and none of the modules."""
        self._listing = True
        try:
            super().format_help(ctx, formatter)
        finally:
            self._listing = False

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in COMMANDS:
            return None
        if self._listing:
            return TyperCommand(cmd_name, help=COMMANDS[cmd_name].says)
        module, _, name = COMMANDS[cmd_name].module.partition(":")
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
        if arguments is None:
            _load_undisturbed()
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


def _load_undisturbed() -> None:
    """Python looks for garbage, again and again, among modules that are all kept: a sixth of a command's start. `serve`, which stays open
    for hours, has its own way."""
    if sys.argv[1:2] not in ([], ["serve"]):
        gc.set_threshold(MOST_NEW)


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

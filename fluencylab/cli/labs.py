"""`fluency lab`: the instruments, from the terminal. Their options are drawn from their parameters; nobody writes them twice."""

import asyncio
import contextlib
import inspect
import sys
import typing
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any

import typer
from pydantic import BaseModel, JsonValue, ValidationError
from rich.markup import escape
from typer.core import TyperGroup

from fluencylab import labs
from fluencylab.cli import bars, show, sources, tables, weights
from fluencylab.errors import BadInput, LabError
from fluencylab.instruments import instrument, instruments
from fluencylab.instruments.base import Instrument, Step, asks, out_of_force, signature, subject
from fluencylab.instruments.fields import first_refusal
from fluencylab.instruments.missing import concluded
from fluencylab.labs.installed import TAKEN
from fluencylab.labs.lab import printable
from fluencylab.models import close, tell_waits
from fluencylab.models.tolerant import Tolerant
from fluencylab.models.types import Model, ModelInfo

app = typer.Typer(
    add_completion=False, no_args_is_help=True, rich_markup_mode="rich", help="Measure what a model does, instead of asking it once."
)


@app.command("list")
def list_labs(as_json: Annotated[bool, typer.Option("--json", help="Print JSON for a program, and nothing else.")] = False) -> None:
    """Which labs there are, and what each measures.

    Example:  fluency lab list
    """
    rows = [
        {"name": name, "title": lab.TITLE, "about": _about(lab), "wheel": _wheel(name), "hidden": ""} for name, lab in _runnable().items()
    ]
    rows += [{"name": one.name, "title": "", "about": "", "wheel": one.wheel, "hidden": one.why} for one in labs.found().hidden]
    if as_json:
        show.json_out(rows)
        return
    for row in rows:
        show.out.print("\n    ".join(_lines({name: escape(text) for name, text in row.items()})))


def _runnable() -> dict[str, Instrument]:
    """Without those that a command of their own runs."""
    return {name: lab for name, lab in instruments().items() if not hasattr(lab, "COMMAND")}


def _lines(row: dict[str, str]) -> list[str]:
    if row["hidden"]:
        return [f"[bold]{row['name']}[/]  [red]hidden[/]: {row['hidden']}", f"It came with {row['wheel']}."]
    came = [f"It came with {row['wheel']}, and runs with your rights."] if row["wheel"] else []
    return [f"[bold]{row['name']}[/]  {row['title']}", row["about"], f"fluency lab run {row['name']} --help", *came]


def _wheel(name: str) -> str:
    lab = labs.found().labs.get(name)
    return lab.wheel if lab else ""


def _about(instrument: Instrument) -> str:
    """The first line of the instrument's docstring, without its name."""
    return printable((inspect.getdoc(instrument) or "").partition("\n")[0].partition(": ")[2])


# One command for each instrument


class Labs(TyperGroup):
    def list_commands(self, ctx: Any) -> list[str]:
        return list(_runnable())

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in (*labs.found().labs, *TAKEN) and not labs.hidden(cmd_name):
            return None
        lab = instrument(cmd_name)  # its module alone is imported, and where it is hidden the reason is told
        if hasattr(lab, "COMMAND"):
            return None
        params = lab.Params
        single = typer.Typer(add_completion=False, rich_markup_mode="rich")
        single.command(cmd_name, help=_help(cmd_name))(command(params, lambda **given: run_lab(cmd_name, **given)))
        return typer.main.get_command(single)


run = typer.Typer(cls=Labs, add_completion=False, no_args_is_help=True, rich_markup_mode="rich", subcommand_metavar="NAME [OPTIONS]")
app.add_typer(run, name="run")


@run.callback()
def run_help() -> None:
    """Run a lab on the model in use and show what it measured, with intervals.

    You learn how far one answer can be trusted: the same question is asked many times, and counted. Ctrl-C stops; what was
    measured until then is shown.

    Example:  fluency lab run sampling --temperatures 0,0.7,1.5 --samples 12
    """


EXAMPLE = '--prompt "Name three risks of a loan."'
EXAMPLES = {
    "retrieval": "--answered 8 --absent 2 --k 1",
    "sampling": "--temperatures 0,0.7,1.5 --samples 12",
    "embeddings": "--parts search,distance",
    "prompting": "--parts guardrail --guardrails none,rule,filter --samples 4",
    "metrics": "--parts confusion --base 2 --cost-alarm 1 --cost-miss 50",
}


def _help(name: str) -> str:
    lab = instrument(name)
    fields = lab.Params.model_fields
    parts = fields["parts"].get_default() if "parts" in fields else ()
    example = EXAMPLES.get(name) or (f"--parts {','.join(parts)}" if parts else EXAMPLE if "prompt" in fields else "--json")
    return f"{escape(lab.TITLE)}: {escape(_about(lab))}\n\nExample:  fluency lab run {name} {example}"


def command(
    params: type[BaseModel], act: Callable[..., None], argument: str = "", more: Mapping[str, tuple[Any, Any]] = MappingProxyType({})
) -> Callable[..., None]:
    """A function whose signature, and so whose options, are the fields of `params`, and `--model`, `--json`, `--csv` and `--xlsx`.

    A tuple is written with commas. The field named `argument` is given without a name. `more`: further options, each with its default.
    """
    options: dict[str, tuple[Any, Any]] = dict(more)
    for name, field in params.model_fields.items():
        default = field.get_default(call_default_factory=True)
        annotation: Any = field.annotation
        told = escape(". ".join(said for said in (field.title, field.description) if said))
        if sources.takes_files(field):
            told += escape(f" [{sources.HELP}]")
        if _is_tuple(annotation):
            told += f" (with commas{_choices(annotation)})"
            default, annotation = ",".join(map(_plain, default)), str
        option = typer.Argument(help=told) if name == argument else typer.Option(help=told)
        options[name] = (Annotated[annotation, option], default)
    options["model"] = (Annotated[str, typer.Option(help="Another model than the one in use; see: fluency models list")], "")
    options["as_json"] = (Annotated[bool, typer.Option("--json", help="Print JSON for a program, and nothing else.")], False)
    options["as_csv"] = (Annotated[bool, typer.Option("--csv", help="Print the facts as a table with commas, and nothing else.")], False)
    options["xlsx"] = (
        Annotated[Path | None, typer.Option(metavar="FILE", help="Write facts, steps and conditions into a workbook.")],
        None,
    )

    def chosen(**given: Any) -> None:
        act(**given)

    chosen.__annotations__ = {name: annotation for name, (annotation, _) in options.items()}
    kind = inspect.Parameter.KEYWORD_ONLY
    parameters = [inspect.Parameter(name, kind, default=default, annotation=told) for name, (told, default) in options.items()]
    chosen.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    return chosen


def _is_tuple(annotation: Any) -> bool:
    return typing.get_origin(annotation) is tuple


def _choices(annotation: Any) -> str:
    inner = typing.get_args(annotation)[0]
    return ": " + ", ".join(typing.get_args(inner)) if typing.get_origin(inner) is typing.Literal else ""


def _plain(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def checked(params: type[BaseModel], given: dict[str, Any]) -> Any:
    """The instrument's own parameters. Raises BadInput with the option's name."""
    given = sources.filled(params.model_fields, given)
    for name, field in params.model_fields.items():
        if _is_tuple(field.annotation) and isinstance(given[name], str):
            given[name] = [part.strip() for part in given[name].split(",") if part.strip()]
    try:
        return params.model_validate(given)
    except ValidationError as error:
        name, why = first_refusal(error)
        what = "is needed" if given.get(name) in ("", []) else "cannot be used"
        said = f"--{name.replace('_', '-')} {what}" if name else "These options do not go together"
        raise BadInput(f"{said}: {why}.", "`--help` says what each takes.") from None


# Running one


def run_lab(name: str, *, model: str, as_json: bool, as_csv: bool, xlsx: Path | None, **given: Any) -> None:
    lab = instrument(name)
    tables.one_form(as_json, as_csv)
    params = checked(lab.Params, given)
    if unasked := not hasattr(lab, "subject") and asks(lab, params) == "nothing":
        show.err.print("No model is asked for this.")
    else:
        weights.have(model, lab)
    made: list[Step] = []
    stopped: LabError | None = None
    with (
        contextlib.redirect_stdout(sys.stderr),  # what a lab prints does not come among what a program reads
        bars.steps_bar(lab.TITLE, lab.calls(params), quiet=as_json or as_csv) as advance,
    ):

        def keep(step: Step) -> None:
            made.append(step)
            advance()

        try:
            card, steps, whole = asyncio.run(collect(lab, params, model, keep))
        except LabError as error:
            stopped = error
    if stopped:
        _tell(lab, name, made)
        raise stopped
    with contextlib.redirect_stdout(sys.stderr):
        result = concluded(lab, steps)
    signed = signature(card, name, params, len(steps)) if card else {}
    if signed and unasked:
        signed = {**signed, "model": "no model was asked", "sha256": ""}
    lacking = out_of_force(lab, card, params) if card and not unasked else []
    if lacking:
        signed["not_in_force"] = list[JsonValue](lacking)
    if xlsx:
        tables.write_workbook(xlsx, result, signed, steps)
    if as_json:
        show.measurement(result, signed, steps)
    elif as_csv:
        tables.print_csv(tables.FACTS, tables.facts(result))
    elif steps:
        for sentence in lacking:
            show.err.print(f"{sentence[:1].upper()}{sentence[1:]}.", markup=False)
        show.out.print(show.facts(result, name))
        show.out.print(f"\n{result.says}", markup=False)
        show.out.print(show.conditions(signed), style="dim", markup=False)
    if not whole:
        show.err.print(f"Stopped. {len(steps)} of {lab.calls(params)} steps were measured.", markup=False)
        raise typer.Exit(show.INTERRUPTED)


def _waits(sentence: str) -> None:
    if sentence:
        show.err.print(sentence, markup=False)


def _tell(lab: Instrument, name: str, made: list[Step]) -> None:
    """What a run had measured when it could not go on."""
    if made:
        show.out.print(show.facts(concluded(lab, made), name))
        show.err.print(f"{len(made)} steps were measured; then it could not go on.\n", markup=False)


async def collect(
    instrument: Instrument,
    params: BaseModel,
    model: str,
    on_step: Callable[[Step], None],
    watch: Callable[[Any], Model] = lambda client: client,
) -> tuple[ModelInfo | None, list[Step], bool]:
    """The steps of one run, and whether it came to its end: Ctrl-C ends it, and what is measured is kept.

    `watch` may put something between the instrument and the model.
    """
    steps: list[Step] = []
    card: ModelInfo | None = None
    try:
        client = await subject(instrument, params, model or None)
        card = client.card
        tell_waits(client, _waits)
        try:
            asked = client if hasattr(instrument, "subject") else Tolerant(watch(client), instrument.calls(params))
            async with contextlib.aclosing(instrument.run(asked, params)) as coming:
                async for step in coming:
                    steps.append(step)
                    on_step(step)
        finally:
            card = client.card
            await close(client)
    except asyncio.CancelledError:
        return card, steps, False
    return card, steps, True

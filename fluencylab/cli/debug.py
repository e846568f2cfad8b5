"""`fluency debug`: the debugging bench in the terminal: which exercises there are, what one shows, and an answer to it."""

import asyncio
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, NamedTuple, Protocol

import typer

from fluencylab.actions.bench import BenchExercise, exercises
from fluencylab.actions.kinds import Listed
from fluencylab.actions.runs import the_learner
from fluencylab.cli.show import json_out, out
from fluencylab.errors import NotFound
from fluencylab.practice import kinds
from fluencylab.practice.kinds import Exercise, Kind
from fluencylab.store.engine import Store
from fluencylab.store.migrate import migrate
from fluencylab.web.pages.debug import BenchRow, debug_page

app = typer.Typer(add_completion=False, no_args_is_help=True, rich_markup_mode="rich", help="Given a bad output, name the cause.")
Slug = Annotated[str, typer.Argument(help="Its short name; see: fluency debug list")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for a program, and nothing else.")]


class Answer(NamedTuple):
    """What can be given to an exercise in the terminal; each kind reads what is meant for it."""

    prompt_file: Path | None
    probes: list[str]
    cause: str
    evidence: str


class Terminal(Protocol):
    """How a kind of the bench looks here: `cli/<kind>.py`."""

    def tell(self, of: Any, as_json: bool) -> None: ...
    def attempt(self, of: Any, given: Answer, model: str, as_json: bool) -> None: ...


async def _found() -> list[BenchExercise]:
    async with Store() as store:
        learner = await the_learner(store)
        async with store.read() as session:
            return await exercises(session, learner)


@app.command("list")
def list_all(as_json: Json = False) -> None:
    """Every diagnosis and every repair by what the product does wrong, what is seen, and how far you are.

    Example:  fluency debug list --json
    """
    migrate()
    found = asyncio.run(_found())
    if as_json:
        every = kinds.listed("bench")
        json_out({kind.plural: [_row(one.listed) for one in found if one.listed.exercise.kind is kind] for kind in every})
        return
    bench = debug_page(found)
    if bench.next:
        out.print(f"Next: {slug_of(bench.next.row)}  ({bench.next.why})\n", markup=False)
    for group in bench.groups:
        out.print(group.title, style="bold", markup=False, end="")
        out.print(f"  {group.done_says}", style="dim", markup=False)
        for row in group.rows:
            stands = " · ".join(filter(None, (row.does, row.level_says, row.state, row.tried)))
            out.print(f"  {slug_of(row):<36} {stands}", markup=False)
            if row.symptom:
                out.print(f"    {row.symptom}", style="dim", markup=False)
        out.print()
    for one in bench.hidden:
        out.print(f"Hidden: {one.title}. {one.why}", markup=False)


def slug_of(row: BenchRow) -> str:
    return row.href.rpartition("/")[2]


def _row(one: Listed) -> dict[str, Any]:
    of = one.exercise
    row = {"kind": of.kind.name, "slug": of.slug, "title": of.title, "concept": of.concept, "minutes": of.minutes, "href": of.href}
    return row | {"where": one.where, "proof": one.proof, "why_hidden": one.why_hidden}


@app.command()
def show(slug: Slug, as_json: Json = False) -> None:
    """What one exercise gives you, before any probe.

    Example:  fluency debug show every-answer-another
    """
    found, terminal = _find(slug)
    terminal.tell(found.of, as_json)


@app.command("try")
def attempt(
    slug: Slug,
    prompt_file: Annotated[Path | None, typer.Option(help="For a repair: the file your prompt stands in.")] = None,
    probe: Annotated[list[str] | None, typer.Option(help="For a diagnosis: a probe to run; may be repeated.")] = None,
    cause: Annotated[str, typer.Option(help="For a diagnosis: the cause you name.")] = "",
    evidence: Annotated[str, typer.Option(help="For a diagnosis: the probe that showed it; the last one, if not named.")] = "",
    model: Annotated[str, typer.Option(help="Another model than the one in use.")] = "",
    as_json: Json = False,
) -> None:
    """Answer one exercise, on the real model. Nothing is written down: what counts is done on the page.

    Example:  fluency debug try every-answer-another --probe cold --cause hot --json
    """
    found, terminal = _find(slug)
    terminal.attempt(found.of, Answer(prompt_file, probe or [], cause, evidence), model, as_json)


def _find(slug: str) -> tuple[Exercise[Any], Terminal]:
    for kind in kinds.listed("bench"):
        if found := kind.find(slug):
            return found, _terminal(kind)
    raise NotFound(f"There is no diagnosis and no repair called “{slug}”.", "`fluency debug list` shows them all.")


def _terminal(kind: Kind[Any]) -> Terminal:
    found: Any = import_module(f"fluencylab.cli.{kind.module}")
    terminal: Terminal = found
    return terminal

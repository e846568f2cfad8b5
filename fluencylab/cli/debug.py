"""`fluency debug`: the debugging bench in the terminal: which exercises there are, what one shows, and an answer to it."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from fluencylab.actions import debug
from fluencylab.actions.debug import Listed
from fluencylab.actions.runs import the_learner
from fluencylab.cli import diagnoses, repairs
from fluencylab.cli.show import json_out, out
from fluencylab.curriculum.repairs import repairs as mended
from fluencylab.errors import NotFound
from fluencylab.practice import faults
from fluencylab.store.engine import Store
from fluencylab.store.migrate import migrate

app = typer.Typer(no_args_is_help=True, help="Given a bad output, name the cause.")
Json = Annotated[bool, typer.Option("--json", help="For a program, and nothing else.")]


async def _listed() -> tuple[list[Listed], list[Listed]]:
    async with Store() as store:
        learner = await the_learner(store)
        async with store.read() as session:
            return await debug.diagnoses(session, learner), await debug.repairs(session, learner)


@app.command("list")
def list_all(as_json: Json = False) -> None:
    """Every diagnosis and every repair, with its concept, how far you are, and why one is hidden.

    Example:  fluency debug list --json
    """
    migrate()
    to_find, to_mend = asyncio.run(_listed())
    if as_json:
        json_out({"diagnoses": [one._asdict() for one in to_find], "repairs": [one._asdict() for one in to_mend]})
        return
    for title, listed in (("Diagnoses", to_find), ("Repairs", to_mend)):
        out.print(f"{title}: {len([one for one in listed if not one.why_hidden])}", markup=False)
        for one in listed:
            out.print(f"  {one.slug:<40} {one.concept:<24} {one.why_hidden or one.where}", markup=False)


@app.command()
def show(slug: str, as_json: Json = False) -> None:
    """What one exercise gives you, before any probe.

    Example:  fluency debug show SLUG --json
    """
    if repair := mended().get(slug):
        return repairs.show_repair(repair, as_json)
    if case := faults.resolve_case(slug):
        return diagnoses.show_case(case, as_json)
    raise _unknown(slug)


@app.command("try")
def attempt(
    slug: str,
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
    if repair := mended().get(slug):
        return repairs.try_repair(repair, prompt_file, model, as_json)
    if case := faults.resolve_case(slug):
        return diagnoses.try_case(case, probe or [], cause, evidence, model, as_json)
    raise _unknown(slug)


def _unknown(slug: str) -> NotFound:
    return NotFound(f"There is no diagnosis and no repair called “{slug}”.", "`fluency debug list` shows them all.")

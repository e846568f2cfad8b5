"""`fluency check`: does the content hold together, and does every mission prove itself on this model?"""

import asyncio
from typing import Annotated, Any

import typer

from fluencylab import check as checks
from fluencylab.cli import show
from fluencylab.curriculum.loader import track
from fluencylab.curriculum.schema import Mission
from fluencylab.errors import NotFound
from fluencylab.models import close, open_model
from fluencylab.models.types import Card
from fluencylab.practice.exercises import content_hash

app = typer.Typer(add_completion=False, rich_markup_mode="rich")
INTERRUPTED = 130


@app.command()
def check(
    live: Annotated[bool, typer.Option("--live", help="Run every mission on the model.")] = False,
    trials: Annotated[int, typer.Option(min=1, max=100, help="With --live: runs of each mission, with other seeds.")] = checks.TRIALS,
    model: Annotated[str, typer.Option(help="With --live: another model than the one in use.")] = "",
    only: Annotated[list[str] | None, typer.Option(help="With --live: only this mission, or this concept's; may be repeated.")] = None,
    write: Annotated[bool, typer.Option("--write", help="With --live: record in content/verified.json (for who writes content).")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For a program.")] = False,
) -> None:
    """Does every exercise resolve, and does it prove itself on the installed model?

    A lesson about a model is only true if the model does what the lesson says. --live runs each mission ten times with other seeds;
    one that does not prove itself is hidden in the lab. You learn which lessons hold on *your* model.

    Example:  fluency check --live --trials 10
    """
    found = list(checks.problems(track()))
    card: Card | None = None
    proved: list[checks.Proved] = []
    stopped = False
    if live and not found:
        card, proved, stopped = asyncio.run(_prove_all(model, trials, as_json, _chosen(only or [])))
        if proved:
            checks.record(card, proved, checks.VERIFIED if write else checks.own_book())
    if as_json:
        show.json_out({"problems": found, "model": card.name if card else None, "missions": [_row(one) for one in proved]})
    else:
        _tell(found)
    if stopped:
        raise typer.Exit(INTERRUPTED)
    if found or any(one.passed < one.trials for one in proved):
        raise typer.Exit(1)


def _row(one: checks.Proved) -> dict[str, Any]:
    return {"mission": one.mission, "passed": one.passed, "trials": one.trials, "shown": one.shown, "why": one.why}


def _tell(found: list[str]) -> None:
    for problem in found:
        show.out.print(f"[red]✗[/] {problem}")
    if not found:
        missions = sum(len(concept.missions) for concept in track().concepts)
        show.out.print(f"All content resolves: {len(track().concepts)} concepts, {missions} missions.")


def _chosen(only: list[str]) -> list[Mission]:
    """The missions named by their own slug or their concept's; all of them when none is named."""
    every = [(concept.slug, mission) for concept in track().concepts for mission in concept.missions]
    for name in only:
        if not any(name in (concept, mission.slug) for concept, mission in every):
            raise NotFound(f"There is no mission and no concept called “{name}”.", "`fluency check` without it proves them all.")
    return [mission for concept, mission in every if not only or {concept, mission.slug} & set(only)]


async def _prove_all(model: str, trials: int, quiet: bool, missions: list[Mission]) -> tuple[Card, list[checks.Proved], bool]:
    """Each of these missions; Ctrl-C keeps what was proved until then, less the mission under way."""
    client = await open_model(model or None)
    proved: list[checks.Proved] = []
    try:
        with show.steps_bar(f"Proving on {client.card.name}", len(missions) * trials, quiet) as advance:
            for mission in missions:
                proved.append(await _prove(client, mission, trials, advance))
                if not quiet:
                    show.out.print(_verdict(proved[-1]))
    except asyncio.CancelledError:
        return client.card, proved, True
    finally:
        await close(client)
    return client.card, proved, False


async def _prove(client: Any, mission: Mission, trials: int, advance: Any) -> checks.Proved:
    done = []
    async for trial in checks.prove(client, mission, trials):
        done.append(trial)
        advance()
    why = next((trial.why for trial in done if not trial.passed), "")
    return checks.Proved(mission.slug, content_hash(mission), sum(trial.passed for trial in done), len(done), why)


def _verdict(one: checks.Proved) -> str:
    mark = "[green]✓[/]" if one.passed == one.trials else "[yellow]~[/]" if one.shown else "[red]✗[/]"
    return f"{mark} {one.mission}: {one.passed}/{one.trials}" + (f"   [dim]{one.why}[/]" if one.why else "")

"""`fluency check`: does the content hold together, and does every mission prove itself on this model?"""

import asyncio
from dataclasses import dataclass, field
from typing import Annotated, Any

import typer

from fluencylab import check as checks
from fluencylab.cli import show
from fluencylab.curriculum.loader import track
from fluencylab.curriculum.repairs import Repair, repairs
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
    only: Annotated[list[str] | None, typer.Option(help="With --live: only this exercise, or this concept's; may be repeated.")] = None,
    write: Annotated[bool, typer.Option("--write", help="With --live: record in content/verified.json (for who writes content).")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For a program.")] = False,
) -> None:
    """Does every exercise resolve, and does it prove itself on the installed model?

    A lesson about a model is only true if the model does what the lesson says. --live runs each mission ten times with other seeds,
    and each repair's prompts on its hidden cases; what does not prove itself is hidden in the lab.
    You learn which lessons hold on *your* model.

    Example:  fluency check --live --trials 10
    """
    found = [*checks.problems(track()), *checks.repair_problems(track(), repairs())]
    done = Done()
    if live and not found:
        asyncio.run(_prove_all(model, trials, as_json, _chosen(only or []), done))
        if done.card and (done.missions or done.repairs):
            checks.record(done.card, done.missions, checks.VERIFIED if write else checks.own_book(), done.repairs)
    if as_json:
        rows = {"missions": [_row(one) for one in done.missions], "repairs": [one._asdict() | {"shown": one.shown} for one in done.repairs]}
        show.json_out({"problems": found, "model": done.card.name if done.card else None, **rows})
    else:
        _tell(found)
    if done.stopped:
        raise typer.Exit(INTERRUPTED)
    if found or done.unproved:
        raise typer.Exit(1)


@dataclass
class Done:
    """What was proved so far."""

    card: Card | None = None
    missions: list[checks.Proved] = field(default_factory=list)
    repairs: list[checks.ProvedRepair] = field(default_factory=list)
    stopped: bool = False

    @property
    def unproved(self) -> bool:
        return any(one.passed < one.trials for one in self.missions) or any(one.passed < one.trials for one in self.repairs)


def _row(one: checks.Proved) -> dict[str, Any]:
    return {"mission": one.mission, "passed": one.passed, "trials": one.trials, "shown": one.shown, "why": one.why}


def _tell(found: list[str]) -> None:
    for problem in found:
        show.out.print(f"[red]✗[/] {problem}")
    if not found:
        missions = sum(len(concept.missions) for concept in track().concepts)
        show.out.print(f"All content resolves: {len(track().concepts)} concepts, {missions} missions, {len(repairs().repairs)} repairs.")


def _chosen(only: list[str]) -> list[Mission | Repair]:
    """The missions and repairs named by their own slug or their concept's; all of them when none is named."""
    every: list[tuple[str, Mission | Repair]] = [(concept.slug, mission) for concept in track().concepts for mission in concept.missions]
    every += [(repair.concept, repair) for repair in repairs().repairs]
    for name in only:
        if not any(name in (concept, exercise.slug) for concept, exercise in every):
            raise NotFound(f"There is no mission, no repair and no concept called “{name}”.", "`fluency check` without it proves them all.")
    return [exercise for concept, exercise in every if not only or {concept, exercise.slug} & set(only)]


async def _prove_all(model: str, trials: int, quiet: bool, exercises: list[Mission | Repair], done: Done) -> None:
    """Each of these exercises; Ctrl-C keeps what was proved until then, less the exercise under way."""
    client = await open_model(model or None)
    done.card = client.card
    missions = [one for one in exercises if isinstance(one, Mission)]
    rounds = max(1, trials // checks.PER_REPAIR)
    try:
        with show.steps_bar(f"Proving on {client.card.name}", len(missions) * trials + len(exercises) - len(missions), quiet) as advance:
            for exercise in exercises:
                if isinstance(exercise, Mission):
                    done.missions.append(await _prove(client, exercise, trials, advance))
                else:
                    done.repairs.append(await checks.prove_repair(client, exercise, rounds))
                    advance()
                if not quiet:
                    show.out.print(_verdict(done.missions[-1]) if isinstance(exercise, Mission) else _repair_verdict(done.repairs[-1]))
    except asyncio.CancelledError:
        done.stopped = True
    finally:
        await close(client)


async def _prove(client: Any, mission: Mission, trials: int, advance: Any) -> checks.Proved:
    done = []
    async for trial in checks.prove(client, mission, trials):
        done.append(trial)
        advance()
    why = next((trial.why for trial in done if not trial.passed), "")
    return checks.Proved(mission.slug, content_hash(mission), sum(trial.passed for trial in done), len(done), why)


def _verdict(one: checks.Proved) -> str:
    return f"{_mark(one)} {one.mission}: {one.passed}/{one.trials}" + (f"   [dim]{one.why}[/]" if one.why else "")


def _repair_verdict(one: checks.ProvedRepair) -> str:
    """All four prompts, as right answers of so many."""
    rates = " · ".join(f"{right}/{of}" for right, of in (one.original, one.reference, *one.plausible))
    said = f"{_mark(one)} {one.slug}: {one.passed}/{one.trials}   original, reference, plausible: {rates}"
    return said + (f"   [dim]{one.why}[/]" if one.why else "")


def _mark(one: checks.Proved | checks.ProvedRepair) -> str:
    return "[green]✓[/]" if one.passed == one.trials else "[yellow]~[/]" if one.shown else "[red]✗[/]"

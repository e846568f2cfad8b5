"""`fluency check`: does the content hold together, and does every mission prove itself on this model?"""

import asyncio
from dataclasses import dataclass, field
from typing import Annotated, Any

import typer

from fluencylab import check as checks
from fluencylab.actions import faults as proving
from fluencylab.cli import show, weights
from fluencylab.curriculum import proofs
from fluencylab.curriculum.bench import bench
from fluencylab.curriculum.loader import track
from fluencylab.curriculum.repairs import Repair, repairs
from fluencylab.curriculum.schema import Mission
from fluencylab.errors import NotFound
from fluencylab.instruments import instrument
from fluencylab.models import close, open_model
from fluencylab.models.types import ModelInfo
from fluencylab.practice import faults
from fluencylab.practice.exercises import content_hash
from fluencylab.practice.faults import ResolvedCase

app = typer.Typer(add_completion=False, rich_markup_mode="rich")


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
    each repair's prompts on its hidden cases, each diagnosis with and without its fault. What does not prove itself is hidden.
    You learn which lessons hold on *your* model.

    Example:  fluency check --live --trials 10
    """
    found = [*checks.problems(track()), *checks.repair_problems(track(), repairs())]
    done = Done()
    if live and not found:
        chosen = _chosen(only or [])
        _have_weights(model, chosen)
        asyncio.run(_prove_all(model, trials, as_json, chosen, done))
        if done.card and (done.missions or done.repairs):
            checks.record(done.card, done.missions, checks.VERIFIED if write else checks.own_book(), done.repairs)
        if done.card and done.faults:
            proofs.record_faults(done.card.sha256, done.card.name, done.faults, checks.VERIFIED if write else checks.own_book())
    if as_json:
        rows = {"missions": [_row(one) for one in done.missions], "repairs": [one._asdict() | {"shown": one.shown} for one in done.repairs]}
        rows |= {"faults": [one._asdict() | {"shown": one.moved} for one in done.faults]}
        show.json_out({"problems": found, "model": done.card.name if done.card else None, **rows})
    else:
        _tell(found)
    if done.stopped:
        raise typer.Exit(show.INTERRUPTED)
    if found or done.unproved:
        raise typer.Exit(1)


@dataclass
class Done:
    """What was proved so far."""

    card: ModelInfo | None = None
    missions: list[checks.Proved] = field(default_factory=list)
    repairs: list[checks.ProvedRepair] = field(default_factory=list)
    faults: list[proofs.ProvedFault] = field(default_factory=list)
    stopped: bool = False

    @property
    def unproved(self) -> bool:
        proved = [(one.passed, one.trials) for one in self.missions] + [(one.passed, one.trials) for one in self.repairs]
        return any(passed < trials for passed, trials in proved) or any(not one.moved for one in self.faults)


def _row(one: checks.Proved) -> dict[str, Any]:
    return {"mission": one.mission, "passed": one.passed, "trials": one.trials, "shown": one.shown, "why": one.why}


def _tell(found: list[str]) -> None:
    for problem in found:
        show.out.print(f"[red]✗[/] {problem}")
    if not found:
        missions = sum(len(concept.missions) for concept in track().concepts)
        counts = f"{missions} missions, {len(repairs().repairs)} repairs, {len(bench().cases)} diagnoses"
        show.out.print(f"All content resolves: {len(track().concepts)} concepts, {counts}.")


Exercise = Mission | Repair | ResolvedCase


def _chosen(only: list[str]) -> list[Exercise]:
    """The missions, repairs and diagnoses named by their own slug or their concept's; all of them when none is named."""
    every: list[tuple[str, Exercise]] = [(concept.slug, mission) for concept in track().concepts for mission in concept.missions]
    every += [(repair.concept, repair) for repair in repairs().repairs]
    every += [(case.concept, laid) for case in bench().cases if (laid := faults.resolve_case(case.slug))]
    for name in only:
        if not any(name in (concept, _slug(exercise)) for concept, exercise in every):
            raise NotFound(f"There is no exercise and no concept called “{name}”.", "`fluency check` without it proves them all.")
    return [exercise for concept, exercise in every if not only or {concept, _slug(exercise)} & set(only)]


def _slug(exercise: Exercise) -> str:
    return exercise.case.slug if isinstance(exercise, ResolvedCase) else exercise.slug


def _have_weights(model: str, exercises: list[Exercise]) -> None:
    """Of the model, and of what some labs measure in its place."""
    weights.have(model)
    for name in sorted({one.run.instrument for one in exercises if isinstance(one, Mission)}):
        weights.have(model, instrument(name))


async def _prove_all(model: str, trials: int, quiet: bool, exercises: list[Exercise], done: Done) -> None:
    """Each of these exercises; Ctrl-C keeps what was proved until then, less the exercise under way."""
    client = await open_model(model or None)
    done.card = client.card
    missions = [one for one in exercises if isinstance(one, Mission)]
    known: proving.Rates = {}
    rounds = max(1, trials // checks.PER_REPAIR)
    try:
        with show.steps_bar(f"Proving on {client.card.name}", len(missions) * trials + len(exercises) - len(missions), quiet) as advance:
            for exercise in exercises:
                if isinstance(exercise, Mission):
                    done.missions.append(await _prove(client, exercise, trials, advance))
                    told = _verdict(done.missions[-1])
                elif isinstance(exercise, ResolvedCase):
                    done.faults.append(await proving.prove(client, exercise, known))
                    told = _fault_verdict(done.faults[-1])
                    advance()
                else:
                    done.repairs.append(await checks.prove_repair(client, exercise, rounds))
                    told = _repair_verdict(done.repairs[-1])
                    advance()
                if not quiet:
                    show.out.print(told)
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


def _fault_verdict(one: proofs.ProvedFault) -> str:
    mark, (well, n), (ill, m) = "[green]✓[/]" if one.moved else "[red]✗[/]", one.healthy, one.broken
    return f"{mark} {one.slug}: {well}/{n} right without the fault, {ill}/{m} with it"


def _mark(one: checks.Proved | checks.ProvedRepair) -> str:
    return "[green]✓[/]" if one.passed == one.trials else "[yellow]~[/]" if one.shown else "[red]✗[/]"

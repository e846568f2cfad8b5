"""`fluency check`: does the content hold together, and does every mission prove itself on this model?"""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from fluencylab import check as checks
from fluencylab.actions import faults as proving
from fluencylab.cli import show
from fluencylab.curriculum import proofs
from fluencylab.curriculum.bench import bench
from fluencylab.curriculum.loader import track
from fluencylab.curriculum.repairs import Repair, repairs
from fluencylab.curriculum.schema import Mission, Track, pack_of
from fluencylab.errors import ContentError, NotFound
from fluencylab.models import close, open_model
from fluencylab.models.types import ModelInfo
from fluencylab.packs import judge
from fluencylab.packs.files import gather
from fluencylab.packs.installed import installed
from fluencylab.packs.offered import offered
from fluencylab.packs.pack import Pack, read
from fluencylab.practice import faults
from fluencylab.practice.exercises import content_hash
from fluencylab.practice.faults import ResolvedCase

app = typer.Typer(add_completion=False, rich_markup_mode="rich")
INTERRUPTED = 130


@app.command()
def check(
    live: Annotated[bool, typer.Option("--live", help="Run every mission on the model.")] = False,
    trials: Annotated[int, typer.Option(min=1, max=100, help="With --live: runs of each mission, with other seeds.")] = checks.TRIALS,
    model: Annotated[str, typer.Option(help="With --live: another model than the one in use.")] = "",
    only: Annotated[list[str] | None, typer.Option(help="With --live: only this exercise, or this concept's; may be repeated.")] = None,
    write: Annotated[bool, typer.Option("--write", help="With --live: record in content/verified.json (for who writes content).")] = False,
    folder: Annotated[Path | None, typer.Option("--pack", metavar="FOLDER", help="Only this pack; it need not be added.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For a program.")] = False,
) -> None:
    """Does every exercise resolve, and does it prove itself on the installed model? Packs are asked the same.

    A lesson about a model is only true if the model does what the lesson says. --live runs each mission ten times with other seeds,
    each repair's prompts on its hidden cases, each diagnosis with and without its fault. What does not prove itself is hidden.
    You learn which lessons hold on *your* model.

    Example:  fluency check --live --trials 10
    """
    pack, found = _one_pack(folder) if folder else (None, _ours())
    hidden = [] if folder else [f"The pack {one.name} is hidden. {one.problem} {one.fix}" for one in installed() if one.problem]
    done = Done()
    if live and not found:
        asyncio.run(_prove_all(model, trials, as_json, _chosen(only or [], pack), done))
        _write_down(done, write, folder if pack else None, Track(concepts=pack.concepts) if pack else offered())
    found += hidden
    if as_json:
        rows = {"missions": [_row(one) for one in done.missions], "repairs": [one._asdict() | {"shown": one.shown} for one in done.repairs]}
        rows |= {"faults": [one._asdict() | {"shown": one.moved} for one in done.faults]}
        show.json_out({"problems": found, "model": done.card.name if done.card else None, **rows})
    else:
        _tell(found, pack)
    if done.stopped:
        raise typer.Exit(INTERRUPTED)
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


def _ours() -> list[str]:
    return [*checks.problems(track()), *checks.repair_problems(track(), repairs())]


def _one_pack(folder: Path) -> tuple[Pack | None, list[str]]:
    """The pack and all that is wrong with it. None where it cannot even be read."""
    try:
        pack = read(gather(folder.expanduser()))
    except ContentError as error:
        return None, [str(error)]
    return pack, list(judge.problems(pack))


def _write_down(done: Done, write: bool, folder: Path | None, known: Track) -> None:
    """In the learner's own book; with `write` in the pack's or in ours. Nobody writes down for a pack what belongs into its own folder."""
    mine = checks.own_book() if not write else folder / "verified.json" if folder else checks.VERIFIED
    if done.card and (done.missions or done.repairs):
        ours = [one for one in done.missions if folder or not pack_of(one.mission)]
        packs = [one for one in done.missions if one not in ours]
        checks.record(done.card, ours, mine, done.repairs, known)
        checks.record(done.card, packs, checks.own_book(), (), known)
    if done.card and done.faults:
        proofs.record_faults(done.card.sha256, done.card.name, done.faults, mine)


def _tell(found: list[str], pack: Pack | None) -> None:
    for problem in found:
        show.out.print(f"[red]✗[/] {escape(problem)}")
    if pack and not found:
        show.out.print(f"The pack resolves: {pack.adds}.", markup=False)
    elif not found:
        missions = sum(len(concept.missions) for concept in track().concepts)
        counts = f"{missions} missions, {len(repairs().repairs)} repairs, {len(bench().cases)} diagnoses"
        show.out.print(f"All content resolves: {len(track().concepts)} concepts, {counts}.")
        for one in installed():
            if one.pack:
                said = f"The pack {one.name} resolves: {one.pack.adds}"
                show.out.print(f"{said}{'' if one.on else '; it is switched off'}.", markup=False)


Exercise = Mission | Repair | ResolvedCase


def _chosen(only: list[str], pack: Pack | None) -> list[Exercise]:
    """The missions, repairs and diagnoses named by their own slug, their concept's or their pack's; all of them when none is named."""
    concepts = pack.concepts if pack else offered().concepts
    every: list[tuple[str, Exercise]] = [(concept.slug, mission) for concept in concepts for mission in concept.missions]
    every += [(repair.concept, repair) for repair in repairs().repairs if not pack]
    every += [(case.concept, laid) for case in bench().cases if not pack and (laid := faults.resolve_case(case.slug))]
    names = [(_names(concept, exercise), exercise) for concept, exercise in every]
    for name in only:
        if not any(name in known for known, _ in names):
            raise NotFound(f"There is no exercise, no concept and no pack called “{name}”.", "`fluency check` without it proves them all.")
    return [exercise for known, exercise in names if not only or known & set(only)]


def _names(concept: str, exercise: Exercise) -> set[str]:
    return {concept, _slug(exercise), pack_of(concept)} - {""}


def _slug(exercise: Exercise) -> str:
    return exercise.case.slug if isinstance(exercise, ResolvedCase) else exercise.slug


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
    return f"{_mark(one)} {one.mission}: {one.passed}/{one.trials}" + (f"   [dim]{escape(one.why)}[/]" if one.why else "")


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

"""`fluency check`: does the content hold together, and does every mission prove itself on this model?"""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from fluencylab import check as checks
from fluencylab import clock
from fluencylab.actions.kinds import Proving
from fluencylab.check import Finding
from fluencylab.cli import bars, show, weights
from fluencylab.cli import guess as guessing
from fluencylab.curriculum.loader import track
from fluencylab.curriculum.model_cards import drills
from fluencylab.curriculum.proofs import Proof
from fluencylab.curriculum.schema import pack_of
from fluencylab.errors import ContentError
from fluencylab.models import close, open_model
from fluencylab.models.types import ModelInfo
from fluencylab.packs import judge
from fluencylab.packs.files import gather
from fluencylab.packs.installed import installed
from fluencylab.packs.pack import Pack, read
from fluencylab.practice.kinds import Exercise

app = typer.Typer(add_completion=False, rich_markup_mode="rich")


@app.command()
def check(
    live: Annotated[bool, typer.Option("--live", help="Run every mission on the model.")] = False,
    trials: Annotated[int, typer.Option(min=1, max=100, help="With --live: runs of each mission, with other seeds.")] = checks.TRIALS,
    model: Annotated[str, typer.Option(help="With --live: another model than the one in use.")] = "",
    only: Annotated[list[str] | None, typer.Option(help="With --live: only this exercise, or this concept's; may be repeated.")] = None,
    write: Annotated[bool, typer.Option("--write", help="With --live: record in content/verified.json (for who writes content).")] = False,
    folder: Annotated[Path | None, typer.Option("--pack", metavar="FOLDER", help="Only this pack; it need not be added.")] = None,
    guess: Annotated[bool, typer.Option("--guess", help="Can the right options be told by their style? Runs no model.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for a program, and nothing else.")] = False,
) -> None:
    """Is every exercise whole, and does it prove itself on the installed model? Packs are asked the same.

    A lesson about a model is only true if the model does what the lesson says. --live runs each mission ten times with other seeds,
    each repair's prompts on its hidden cases, each diagnosis with and without its fault. What does not prove itself is hidden.
    You learn which lessons hold on *your* model.

    What is older than its own "true as of" allows is listed (~). It is no fault: somebody has to look whether it is still so.

    --guess shows the options to a ranker of words and to rules of thumb, without the question, and names what gives the right ones away.

    Example:  fluency check --live --trials 10
    """
    if guess:
        raise typer.Exit(0 if guessing.tell(as_json) else 1)
    pack, found = _one_pack(folder) if folder else (None, list(checks.problems(track())))
    today = clock.now().date()
    old = list(checks.outdated(pack.concepts, today) if pack else checks.outdated(track().concepts, today, drills()))
    hidden = [] if folder else [f"The pack {one.name} is hidden. {one.problem} {one.fix}" for one in installed() if one.problem]
    done = Done()
    if live and not found:
        chosen = checks.chosen(only or [], pack)
        _have_weights(model, chosen)
        asyncio.run(_prove_all(model, trials, as_json, chosen, done))
        _write_down(done, write, folder)
    found += hidden
    if as_json:
        rows = {mine.book: [one.proof.as_data() for one in done.found if one.proving is mine] for mine in checks.proving()}
        named = {"problems": found, "outdated": old, "counts": checks.counts(), "model": done.card.name if done.card else None}
        show.json_out(named | rows)
    else:
        _tell(found, pack)
        for one in old:
            show.out.print(f"[yellow]~[/] {escape(one)}")
    if done.stopped:
        raise typer.Exit(show.INTERRUPTED)
    if found or done.unproved:
        raise typer.Exit(1)


@dataclass
class Done:
    """What was proved so far."""

    card: ModelInfo | None = None
    found: list[Finding] = field(default_factory=list)
    stopped: bool = False

    @property
    def unproved(self) -> bool:
        return any(not one.proof.whole for one in self.found)


def _one_pack(folder: Path) -> tuple[Pack | None, list[str]]:
    """The pack and all that is wrong with it. None where it cannot even be read."""
    try:
        pack = read(gather(folder.expanduser()))
    except ContentError as error:
        return None, [str(error)]
    return pack, list(judge.problems(pack))


def _write_down(done: Done, write: bool, folder: Path | None) -> None:
    """In the learner's own book; with `write` in the pack's folder, or in ours what is ours."""
    if done.card is None:
        return
    mine = checks.own_book() if not write else folder / "verified.json" if folder else checks.VERIFIED
    ours = [one for one in done.found if folder or not pack_of(one.exercise.slug)]
    checks.record(done.card, ours, mine)
    checks.record(done.card, [one for one in done.found if one not in ours], checks.own_book())


def _tell(found: list[str], pack: Pack | None) -> None:
    for problem in found:
        show.out.print(f"[red]✗[/] {escape(problem)}")
    if pack and not found:
        show.out.print(f"The pack resolves: {pack.adds}.", markup=False)
    elif not found:
        counts = ", ".join(f"{sum(not pack_of(one.slug) for one in mine.provable())} {mine.provable_says}" for mine in checks.proving())
        show.out.print(f"All content resolves: {len(track().concepts)} concepts, {counts}.")
        for one in installed():
            if one.pack:
                show.out.print(f"The pack {one.name} resolves: {one.pack.adds}{'' if one.on else '; it is switched off'}.", markup=False)


Chosen = list[tuple[Proving[Any], Exercise[Any]]]


def _have_weights(model: str, chosen: Chosen) -> None:
    """Of the model, and of what some labs measure in its place."""
    weights.have(model)
    for lab in dict.fromkeys(mine.instrument(one.of) for mine, one in chosen):
        weights.have(model, lab)


async def _prove_all(model: str, trials: int, quiet: bool, exercises: Chosen, done: Done) -> None:
    """Each of these exercises; Ctrl-C keeps what was proved until then, less the exercise under way."""
    client = await open_model(model or None)
    done.card = client.card
    known: dict[Any, Any] = {}
    try:
        with bars.steps_bar(f"Proving on {client.card.name}", sum(mine.trials(trials) for mine, _ in exercises), quiet) as advance:
            for mine, exercise in exercises:
                proof = await mine.prove(client, exercise.of, trials, advance, known)
                done.found.append(Finding(mine, exercise, proof))
                if not quiet:
                    show.out.print(_verdict(proof))
    except asyncio.CancelledError:
        done.stopped = True
    finally:
        await close(client)


def _verdict(one: Proof) -> str:
    mark = "[green]✓[/]" if one.whole else "[yellow]~[/]" if one.shown else "[red]✗[/]"
    return f"{mark} {one.slug}: {one.figures}" + (f"   [dim]{escape(one.why)}[/]" if one.why else "")

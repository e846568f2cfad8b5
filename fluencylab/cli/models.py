"""`fluency models`: which language models there are, and which one is in use."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.status import Status

from fluencylab.cli import bars, show, weights
from fluencylab.errors import BadInput
from fluencylab.models import Progress, add_endpoint, addresses, catalogue, download, examined, findings, hub, whereabouts
from fluencylab.models.catalogue import Entry
from fluencylab.models.checked import sound
from fluencylab.models.findings import STAGES, Finding, abilities, habits
from fluencylab.practice.model_grader import Judgement

app = typer.Typer(
    add_completion=False, no_args_is_help=True, rich_markup_mode="rich", help="Choose which language model answers, and add your own."
)
Json = Annotated[bool, typer.Option("--json", help="Print JSON for a program, and nothing else.")]


@app.command("list")
def list_models(as_json: Json = False) -> None:
    """Which models there are, which is in use, and what each can do.

    What a model can do decides which labs work on it: without the probabilities of its tokens, nobody can show how it chooses.

    Example:  fluency models list
    """
    used = catalogue.current().slug
    if as_json:
        show.json_out([{**_public(entry), "in_use": entry.slug == used} for entry in catalogue.models()])
        return
    for entry in catalogue.models():
        mark = "[green]●[/]" if entry.slug == used else "○"
        show.out.print(f"{mark} [bold]{escape(entry.slug)}[/]  {escape(entry.name)}")
        show.out.print(f"    {whereabouts.who_reads(entry)}", markup=False)
        show.out.print(f"    {whereabouts.what_it_is(entry)}{_file(entry)}", markup=False)
        show.out.print(f"    {' '.join([abilities(entry.abilities), *habits(entry.abilities)])}", style="dim", markup=False)


def _public(entry: Entry) -> dict[str, object]:
    here = download.locate(entry) is not None if entry.local else None
    return {**entry.model_dump(mode="json", exclude_defaults=True), "abilities": entry.abilities.model_dump(), "fetched": here}


def _file(entry: Entry) -> str:
    """Where the weights of a local model lie."""
    if not entry.local:
        return ""
    return f" It lies in {download.locate(entry)}." if download.locate(entry) else " It is not fetched yet."


@app.command("show")
def show_model(slug: Annotated[str, typer.Argument(help="Its short name; the one in use unless told")] = "") -> None:
    """What a model is, where it runs, what it can and cannot do, and what of the lab that touches: as the page Model says it.

    Example:  fluency models show smollm2-135m
    """
    from fluencylab.actions.touched import touched

    entry = catalogue.find(slug) if slug else catalogue.current()
    show.out.print(f"[bold]{escape(entry.name)}[/]")
    for sentence in (whereabouts.who_reads(entry), whereabouts.what_it_is(entry), whereabouts.costs(entry)):
        show.out.print(sentence, markup=False)
    show.out.print()
    for one in findings.known(entry):
        _tell(one)
    if not entry.abilities.writes:
        return
    found = touched(entry.card())
    show.out.print()
    for lab in found.less:
        show.out.print(f"{lab.link.title}: {' '.join(lab.says)}", markup=False)
    show.out.print(found.proved, markup=False)
    for verb, groups in (
        ("cannot be run on it", found.refused),
        ("with this beside their numbers", found.bent),
        ("not shown on it", found.hidden),
    ):
        for group in groups:
            show.out.print(f"{group.short} {verb}: {group.says}", markup=False)


MARKS = {"yes": "[green]✓[/]", "partly": "[yellow]~[/]", "no": "[red]✗[/]", "unknown": "?"}


def _tell(one: Finding) -> None:
    show.out.print(f"{MARKS[one.answer]} [bold]{one.about}[/]: ", end="")
    show.out.print(one.says, markup=False)


@app.command("test")
def test_model(slug: Annotated[str, typer.Argument(help="Its short name; see: fluency models list")]) -> None:
    """Ask a model again what it takes and what it can do, and keep that.

    Example:  fluency models test llama3.2
    """
    entry = catalogue.find(slug)
    weights.have(slug)
    with show.err.status("Asking what it can do …") as status:
        found = asyncio.run(examined(entry, _telling(status)))
    if entry.kind != "embedded":
        catalogue.replace(found)
    for one in findings.known(found):
        _tell(one)


@app.command()
def add(
    file: Annotated[Path | None, typer.Option(help="A GGUF file on this machine. It is read where it lies.")] = None,
    endpoint: Annotated[str, typer.Option(metavar="URL", help="An OpenAI-compatible address: https://host/v1")] = "",
    model: Annotated[str, typer.Option(help="With --endpoint: the name it knows the model by.")] = "",
    key_env: Annotated[str, typer.Option(metavar="VARIABLE", help="The variable that holds the key; never the key itself.")] = "",
    keyring: Annotated[str, typer.Option(metavar="NAME", help="The entry of the system keyring that holds it.")] = "",
    from_hub: Annotated[str, typer.Option("--hub", metavar="OWNER/REPO", help="A repository on Hugging Face with GGUF files.")] = "",
    file_name: Annotated[str, typer.Option(help="With --hub: which file in it; otherwise one that suits a laptop.")] = "",
    name: Annotated[str, typer.Option(help="What it is to be called here.")] = "",
    requests_a_minute: Annotated[int, typer.Option(min=0, help="With --endpoint: the most calls in a minute; 0 is no limit.")] = 0,
    tokens_a_minute: Annotated[int, typer.Option(min=0, help="With --endpoint: and the most tokens.")] = 0,
) -> None:
    """Add a model of your own: a file, an endpoint, or a repository on Hugging Face.

    An endpoint is asked a few tiny questions, as labs will ask it: what it can do, and which settings it takes. Its key stays
    where it is: only the name of the variable or of the keyring's entry is kept.

    Example:  fluency models add --endpoint http://127.0.0.1:11434/v1 --model llama3.2
    """
    if sum(map(bool, (file, endpoint, from_hub))) != 1:
        raise BadInput("Say where the model is: one of --file, --endpoint, --hub.", "`fluency models add --help` shows an example.")
    if file:
        entry = catalogue.add_file(file, name=name)
    elif endpoint:
        with show.err.status("Asking what it can do …") as status:
            told = _telling(status)
            entry = asyncio.run(
                add_endpoint(
                    endpoint,
                    model,
                    key_env=key_env,
                    keyring=keyring,
                    name=name,
                    told=told,
                    requests_a_minute=requests_a_minute,
                    tokens_a_minute=tokens_a_minute,
                )
            )
    else:
        found = hub.find(from_hub, file_name)
        entry = catalogue.add_hub(from_hub, found.file, bytes=found.bytes, sha256=found.sha256, name=name)
    show.out.print(f"Added {entry.name} as {entry.slug}. {abilities(entry.abilities)}", markup=False)
    for sentence in [*moved(entry, endpoint), *habits(entry.abilities)]:
        show.out.print(f"- {sentence}", markup=False)
    use_it = f"models use {entry.slug}" if entry.abilities.writes else f"lab run embeddings --embedder {entry.slug}"
    show.out.print(f"Use it with: fluency {use_it}", markup=False)


def _telling(status: Status) -> Callable[[Progress], None]:
    """What it is asked now, in the line that turns."""
    return lambda progress: status.update(f"It is asked {STAGES.get(progress.stage, 'no more')} …")


def moved(entry: Entry, given: str) -> list[str]:
    """Where the interface was found, if that is not where it was looked for."""
    if not given or addresses.parsed(given)[0] == entry.base_url:
        return []
    return [f"Nothing was found at {given}; it answers at {entry.base_url}, and that is kept."]


@app.command()
def use(slug: Annotated[str, typer.Argument(help="Its short name; see: fluency models list")]) -> None:
    """Let another model answer from now on.

    The same lab on a bigger model shows what size changes, and what it does not.

    Example:  fluency models use smollm2-135m
    """
    entry = catalogue.use(slug)
    show.out.print(f"{entry.name} answers from now on.", markup=False)
    if entry.local and not download.locate(entry):
        show.out.print("It is fetched when it is first needed, or now with: fluency models fetch")


@app.command()
def reset() -> None:
    """Set a list of your models aside that cannot be read, and go on with the default model. The file is kept under another name.

    Example:  fluency models reset
    """
    aside = catalogue.set_aside()
    if aside is None:
        show.out.print("The list of your models can be read: nothing was changed.", markup=False)
    else:
        show.out.print(f"The list is now {aside}. The model in use is {catalogue.current().name}.", markup=False)


@app.command()
def remove(slug: Annotated[str, typer.Argument(help="Its short name; see: fluency models list")]) -> None:
    """Forget a model you added, or delete the fetched weights of one of ours. A file of yours stays where it is.

    Example:  fluency models remove llama3.2
    """
    show.out.print(f"Removed {catalogue.remove(slug).name}.", markup=False)


@app.command()
def fetch(slug: Annotated[str, typer.Argument(help="Its short name; the one in use unless told")] = "") -> None:
    """Fetch the weights of a model now, and check them. Once fetched, no network is needed any more.

    Ctrl-C, or a network that fails, keeps what came: the same command goes on from there.

    Example:  fluency models fetch
    """
    entry = catalogue.find(slug) if slug else catalogue.current()
    if not entry.local:
        raise BadInput(f"{entry.name} answers over the network: there is nothing to fetch.", "Choose a local one: fluency models list.")
    if not sound(entry):
        weights.fetch(entry)
    show.out.print(f"{entry.name} is here: {download.locate(entry)}", markup=False)


@app.command("test-grader")
def test_grader(
    slug: Annotated[str, typer.Argument(help="Its short name; see: fluency models list")],
    sample: Annotated[int, typer.Option(min=0, max=300, help="Read only so many marked answers; 0 reads all.")] = 0,
    as_json: Json = False,
) -> None:
    """May this model help to grade? It reads the bundled marked answers and attacks, and must pass every bar.

    Reading all takes 1,406 calls, and an endpoint may charge for them. What they find is kept with the model; a sample only shows.
    A model that passes helps beside the rules, never in their place. Ends with 1 when it may not help.

    Example:  fluency models test-grader llama3.2 --sample 20
    """
    from fluencylab.actions import graders
    from fluencylab.cli import labs
    from fluencylab.instruments import grader

    entry = catalogue.find(slug)
    params = grader.Params(sample=sample)
    weights.have(slug)
    with bars.steps_bar(f"{entry.name} reads", grader.calls(params), quiet=as_json) as advance:
        _, steps, whole = asyncio.run(labs.collect(grader, params, slug, lambda _: advance()))
    tested = graders.record(entry, graders.judgement(steps))
    if as_json:
        told = {"model": entry.slug, "passed": tested.permitted, "says": tested.judgement.says}
        show.json_out(told | tested.judgement.model_dump(mode="json"))
    else:
        _tell_gate(tested.judgement)
    if not whole:
        raise typer.Exit(show.INTERRUPTED)
    if not tested.permitted:
        raise typer.Exit(1)


def _tell_gate(judgement: Judgement) -> None:
    for bar in judgement.bars:
        mark = "[green]✓[/]" if bar.ok else "[red]✗[/]"
        show.out.print(f"{mark} [bold]{escape(bar.name)}[/]: ", end="")
        show.out.print(f"{bar.says}; wanted: {bar.wants}", markup=False)
    show.out.print(f"\n{judgement.says}\n{judgement.readings} readings. The marks are {judgement.labels}.", markup=False)

"""`fluency call`: one real call, its time, and the same call as curl."""

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from fluencylab.cli import labs, show, sources, tables, weights
from fluencylab.errors import BadInput
from fluencylab.instruments import call as lab
from fluencylab.instruments import missing
from fluencylab.instruments.base import Step, signature
from fluencylab.instruments.missing import concluded
from fluencylab.models.client import Client
from fluencylab.models.engine import KEY
from fluencylab.models.snippets import curl
from fluencylab.models.standby import Target, endpoint_target
from fluencylab.models.types import Completion, ModelWrapper, Request, Timing, Token
from fluencylab.text.terminal import harmless

HELP = """Make one call to a real model and watch it answer.

You see the answer being written, how long each part took, and the exact request as a curl command: there is nothing else to a
model call. The prompt may also come through a pipe or from a file. Without one it uses one of ours.

Example:  fluency call "Write a polite refusal of a refund." --temperature 0
"""
app = typer.Typer(add_completion=False, rich_markup_mode="rich")


class PrintingModel(ModelWrapper):
    """The model, its answer written to the terminal as it comes. `target`: where the call went, for `snippets.curl`."""

    def __init__(self, client: Client, quiet: bool) -> None:
        super().__init__(client)
        self.client, self.quiet = client, quiet
        self.target = Target("")

    async def complete(self, request: Request, *, repetition: int = 0, on_token: Callable[[Token], None] | None = None) -> Completion:
        completion = await super().complete(request, repetition=repetition, on_token=self._write)
        entry, engine = self.client.entry, self.client.engine
        self.target = Target(f"{await engine.public_address()}/v1", key=KEY) if engine else endpoint_target(entry)
        return completion

    def _write(self, token: Token) -> None:
        if not self.quiet and not token.thought:
            sys.stdout.write(harmless(token.text))
            sys.stdout.flush()


FILE: Any = (Annotated[Path | None, typer.Option("--file", metavar="FILE", help="A file that holds the prompt.")], None)


def act(*, model: str, as_json: bool, as_csv: bool, xlsx: Path | None, file: Path | None, **given: Any) -> None:
    tables.one_form(as_json, as_csv)
    params = labs.checked(lab.Params, {**given, "prompt": _prompt(given["prompt"], file)})
    weights.have(model)
    shown: list[PrintingModel] = []

    def watch(client: Client) -> PrintingModel:
        shown.append(PrintingModel(client, as_json or as_csv))
        return shown[0]

    card, steps, whole = asyncio.run(labs.collect(lab, params, model, lambda step: None, watch))
    if not whole or card is None:
        show.err.print("\nStopped.")
        raise typer.Exit(show.INTERRUPTED)
    result, signed = concluded(lab, steps), signature(card, "call", params, len(steps))
    if xlsx:
        tables.write_workbook(xlsx, result, signed, steps)
    if as_json:
        show.measurement(result, signed, steps)
        return
    if as_csv:
        tables.print_csv(tables.FACTS, tables.facts(result))
        return
    _explain(steps[0], shown[0].target)


def _prompt(typed: str, file: Path | None) -> str:
    """What was typed, or stands in the file, or is piped in; else one of ours."""
    unsaid = typed == lab.Params.model_fields["prompt"].default
    if file and not unsaid:
        raise BadInput("There are two prompts: one was typed, and one stands in a file.", "Leave one of them out.")
    words = sources.file_text(file) if file else sources.piped() if unsaid else ""
    return sources.literal(words) or typed


def _explain(step: Step, target: Target) -> None:
    timing = Timing.model_validate(step.data["timing"])
    usage = step.data["usage"]
    if step.data["state"] != "answered":
        show.out.print(missing.says([step], 1), markup=False)
        if step.data.get("said"):
            show.out.print(step.data["said"], markup=False)
    thought = (
        "thought",
        f"{timing.thought_ms:.0f} ms",
        f"time to its first thought; {usage['thinking']} of its tokens are thinking",
    )
    rows = [thought] if timing.thought_ms else []
    rows += [
        ("TTFT", f"{timing.ttft_ms:.0f} ms", "time to first token: how long a person waits before anything moves"),
        ("TPS", f"{timing.tps:.0f} a second", "tokens per second after the first: how fast the answer is written"),
        ("TTLT", f"{timing.ttlt_ms:.0f} ms", "time to last token: how long a program waits for the whole answer"),
        ("tokens", f"{usage['prompt']} + {usage['completion']}", "read and written: what a provider charges for"),
    ]
    show.out.print()
    for name, value, meaning in rows:
        show.out.print(f"[bold]{name:<7}[/]{value:>13}  [dim]{meaning}[/]")
    here = " while the lab is open" if target.key else ""
    show.out.print(f"\nThe same call, pasted into a terminal{here}:\n")
    sys.stdout.write(curl(step.data["sent"], *target) + "\n")


app.command("call", help=HELP)(labs.command(lab.Params, act, argument="prompt", more={"file": FILE}))

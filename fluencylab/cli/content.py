"""`fluency content items`: every choice a learner is scored on, with its key, so that others can audit it."""

from typing import Annotated

import typer

from fluencylab.cli import show
from fluencylab.curriculum.loader import metric_goals, track
from fluencylab.practice.scored import scored_items

app = typer.Typer(add_completion=False, no_args_is_help=True, rich_markup_mode="rich", help="What the exercises ask, for who audits them.")


@app.callback()
def content() -> None:
    """What the exercises ask, for who audits them.

    Example:  fluency content items --json
    """


@app.command()
def items(
    kind: Annotated[str, typer.Option(help="Only of this kind: mission-decide, case-why, situation …")] = "",
    concept: Annotated[str, typer.Option(help="Only of this concept.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for a program, and nothing else.")] = False,
) -> None:
    """Every choice a learner is scored on: what is asked, the options, and which are right.

    It gives everything away. It is for people who write exercises, and for those who test whether they can be guessed.

    Example:  fluency content items --kind mission-decide --json
    """
    every = scored_items(track().concepts, metric_goals())
    found = [one for one in every if kind in ("", one.kind) and concept in ("", one.concept)]
    if as_json:
        show.json_out([one.as_data() for one in found])
        return
    for one in found:
        show.out.print(f"{one.id}  ({one.concept})", markup=False, style="bold")
        for id, text in one.options.items():
            show.out.print(f"  {'*' if id in one.key else ' '} {id}: {text}", markup=False)

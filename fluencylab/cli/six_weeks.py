"""`fluency six-weeks`: the core of the course in the terminal: how far it is, what stands in which week, and when it ends."""

import asyncio
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fluencylab.cli import show

if TYPE_CHECKING:
    from fluencylab.progress.six_weeks import SixWeeks

app = typer.Typer(add_completion=False, rich_markup_mode="rich")


@app.command()
def six_weeks(
    as_json: Annotated[bool, typer.Option("--json", help="Print weeks and parts as JSON for a program, and nothing else.")] = False,
) -> None:
    """The core of the course, laid out from this week: what is done, what stands next, and when it ends at your pace.

    Example:  fluency six-weeks --json
    """
    from fluencylab import clock
    from fluencylab.actions.six_weeks import status
    from fluencylab.store.migrate import migrate
    from fluencylab.text.written import day

    migrate()
    now = clock.now().astimezone()
    found = asyncio.run(_found(now))
    if as_json:
        show.json_out(as_data(found))
        return
    show.out.print(status(found), markup=False)
    for week in found.weeks:
        if week.parts:
            show.out.print(f"\nWeek of {day(week.begins)}, about {week.minutes} minutes", markup=False)
        for part in week.parts:
            about = f", {part.about}" if part.about else ""
            show.out.print(f"  {part.title}  ({part.kind.lower()}{about}, {part.minutes} min)", markup=False)


async def _found(now: Any) -> "SixWeeks":
    from fluencylab.actions.runs import the_learner
    from fluencylab.actions.six_weeks import six_weeks
    from fluencylab.store.engine import Store

    async with Store() as store:
        learner = await the_learner(store)
        async with store.read() as session:
            return await six_weeks(session, learner, now)


def as_data(found: "SixWeeks") -> dict[str, Any]:
    """Minutes of each week are at the learner's pace, those of a part as it says."""
    counts = {stands: len(found.of(stands)) for stands in ("done", "shown", "open")}
    weeks = [
        {"begins": week.begins.isoformat(), "minutes": week.minutes, "parts": [part.key for part in week.parts]} for week in found.weeks
    ]
    return {
        "counts": counts,
        "target": found.target,
        "pace": found.pace,
        "minutes_left": found.left,
        "ends": found.ends.isoformat() if found.ends else None,
        "weeks": weeks,
        "parts": [part._asdict() for part in found.parts],
    }

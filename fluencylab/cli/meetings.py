"""`fluency meetings`: which rehearsals there are, what an engineer says and answers, and what was heard, judged."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from fluencylab.cli import show

if TYPE_CHECKING:
    from fluencylab.curriculum.meetings import Meeting
    from fluencylab.store.engine import Store

app = typer.Typer(add_completion=False, no_args_is_help=True, rich_markup_mode="rich", help="Rehearse meetings with engineers.")
Slug = Annotated[str, typer.Argument(help="Its short name; see: fluency meetings list")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for a program, and nothing else.")]


@app.command("list")
def list_all(as_json: Json = False) -> None:
    """Every meeting, with the engineer and how far you are.

    Example:  fluency meetings list --json
    """
    from fluencylab.cli.learner_data import opened

    async def act(store: "Store", learner: str) -> list[dict[str, Any]]:
        from fluencylab.actions.kinds import listed
        from fluencylab.practice.kinds import MEETING

        async with store.read() as session:
            found = await listed(session, learner, MEETING)
        return [
            {"slug": one.exercise.slug, "title": one.exercise.title, "concept": one.exercise.concept, "minutes": one.exercise.minutes,
             "with": one.exercise.of.engineer.name, "stands": one.where, "why_hidden": one.why_hidden, "address": one.href}
            for one in found
        ]  # fmt: skip

    rows = opened(act)
    if as_json:
        show.json_out(rows)
        return
    for row in rows:
        show.out.print(
            f"{row['slug']:<28} {row['title']}, with {row['with']}: {row['stands']}, about {row['minutes']} minutes", markup=False
        )


@app.command("show")
def tell(slug: Slug, as_json: Json = False) -> None:
    """Who speaks, what is claimed, and what can be asked in each round.

    Example:  fluency meetings show under-a-second
    """
    of = _find(slug)
    rounds = [
        {"about": each.about, "asks": [{"ask": one.id, "asks": one.asks, "minutes": one.minutes} for one in each.asks]}
        for each in of.rounds
    ]
    if as_json:
        told = {"slug": of.slug, "title": of.title, "situation": of.situation, "with": of.engineer.name, "role": of.engineer.role}
        show.json_out(told | {"opens": of.opens, "clock": of.clock, "facts": list(of.facts), "rounds": rounds})
        return
    show.out.print(of.title, style="bold", markup=False)
    show.out.print(f"{of.situation}\n\n{of.engineer.name}, {of.engineer.role}: “{of.opens}”\n{of.clock} minutes.", markup=False)
    for each in of.rounds:
        show.out.print(f"\n{each.about}", style="bold", markup=False)
        for one in each.asks:
            show.out.print(f"  --ask {one.id:<14} {one.minutes} min  {one.asks}", markup=False)


@app.command("try")
def attempt(
    slug: Slug,
    ask: Annotated[str, typer.Option(help="The question to ask, by its short name.")],
    hears: Annotated[str, typer.Option(help="What kind of answer it was: good, worrying or empty.")] = "",
    lacks: Annotated[str, typer.Option(help="The fact that is missing, by its short name, or nothing.")] = "nothing",
    as_json: Json = False,
) -> None:
    """Ask one question; with --hears, say what kind of answer it was. Nothing is written down: what counts is done on the page.

    Example:  fluency meetings try under-a-second --ask slowest --hears empty --lacks tail
    """
    from fluencylab.errors import NotFound
    from fluencylab.practice import meetings as rules

    of = _find(slug)
    asked = next((one for number in range(1, len(of.rounds) + 1) if (one := of.asked(number, ask))), None)
    if asked is None:
        raise NotFound(f"There is no question called “{ask}” in this meeting.", f"`fluency meetings show {slug}` lists them.")
    said: dict[str, Any] = {"asks": asked.asks, "says": asked.says, "minutes": asked.minutes}
    if hears:
        verdict = rules.judge(asked, hears, lacks, of.facts)
        said |= {"score": verdict.score, "verdict": verdict.why, "why": asked.why, "then": rules.answered(asked, lacks)}
    if as_json:
        show.json_out(said)
        return
    show.out.print(f"You: {asked.asks}\n{of.engineer.short}: {asked.says}", markup=False)
    if hears:
        show.out.print(f"\n{said['verdict']} {asked.why} Score {said['score']:.1f}.", markup=False)
        if said["then"]:
            show.out.print(f"{of.engineer.short}: {said['then']}", markup=False)


def _find(slug: str) -> "Meeting":
    from fluencylab.curriculum.meetings import find_meeting
    from fluencylab.errors import NotFound

    found = find_meeting(slug)
    if found is None:
        raise NotFound(f"There is no meeting called “{slug}”.", "`fluency meetings list` shows them all.")
    return found

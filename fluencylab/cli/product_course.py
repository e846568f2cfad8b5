"""`fluency product course`: the six missions on the practice product, each with how far it is, and their steps from the terminal."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from fluencylab.cli import show
from fluencylab.cli.learner_data import opened
from fluencylab.cli.product_data import Json
from fluencylab.errors import BadInput
from fluencylab.text.terminal import harmless

if TYPE_CHECKING:
    from fluencylab.practice.course import CourseMission
    from fluencylab.store.engine import Store

app = typer.Typer(
    add_completion=False,
    invoke_without_command=True,
    rich_markup_mode="rich",
    help="The six missions on the practice product.",
)
Mission = Annotated[str, typer.Argument(help="Its name in the address; see: fluency product course")]
Sure = Annotated[int, typer.Option(min=1, max=3, help="1 not sure, 2 fairly sure, 3 very sure.")]
Pick = Annotated[str, typer.Argument(help="The letter of an option, as `show` prints it.")]
LETTERS = "abcde"


@app.callback()
def list_course(context: typer.Context, as_json: Json = False) -> None:
    """The six missions on the practice product, and where you stand in each.

    Example:  fluency product course
    """
    if context.invoked_subcommand:
        return

    async def act(store: "Store", learner: str) -> list[dict[str, Any]]:
        from fluencylab.actions.kinds import listed
        from fluencylab.practice.kinds import COURSE

        async with store.read() as session:
            return [
                {"slug": one.exercise.slug, "title": one.exercise.title, "minutes": one.exercise.minutes, "stands": one.where,
                 "address": one.href}
                for one in await listed(session, learner, COURSE)
            ]  # fmt: skip

    rows = opened(act)
    if as_json:
        show.json_out(rows)
        return
    for number, row in enumerate(rows, start=1):
        show.out.print(f"{number}  [bold]{escape(row['title'])}[/]  {row['stands']}, about {row['minutes']} minutes  {row['address']}")
    show.out.print(f"Begin here: fluency product course show {rows[0]['slug']}   or in the browser: `fluency` opens the lab.", markup=False)


@app.command("show")
def show_mission(mission: Mission, as_json: Json = False) -> None:
    """Where a mission stands: what it is about, and the one step that is open now.

    Example:  fluency product course show a-spec-that-stops-it
    """
    _tell(_acted(mission), as_json)


@app.command("predict")
def predict(
    mission: Mission,
    values: Annotated[list[float], typer.Argument(help="What you expect, number by number, in the order in which it is asked.")],
    sure: Sure = 2,
    as_json: Json = False,
) -> None:
    """Commit to what you expect. What is to be done is open from then on.

    Example:  fluency product course predict a-spec-that-stops-it 5 3 --sure 2
    """

    async def step(store: "Store", learner: str, of: "CourseMission") -> None:
        from fluencylab.actions import course

        if len(values) != len(of.predict):
            asked = "; ".join(one.label for one in of.predict)
            raise BadInput(f"This mission asks for {len(of.predict)}: {asked}.", f"Give {len(of.predict)} after its name, in this order.")
        await course.predict(store, learner, of, {one.fact: value for one, value in zip(of.predict, values, strict=True)}, sure)

    _tell(_acted(mission, step), as_json)


@app.command("try")
def try_spec(
    mission: Mission,
    tests: Annotated[list[str], typer.Argument(help="Names of tests, as `show` prints them.")],
    as_json: Json = False,
) -> None:
    """Try a spec on some of the faults, as often as you like: which it stops, and whether it stops the product as it is.

    Example:  fluency product course try a-spec-that-stops-it short english
    """

    async def step(store: "Store", learner: str, of: "CourseMission") -> dict[str, Any]:
        from fluencylab.actions import course_told

        if of.task != "spec":
            raise BadInput("Nothing can be tried in this mission.", "Hand it in: fluency product course do")
        stands = await _stands(store, learner, of)
        if stands["stage"] == "predict":
            raise BadInput("Say first what you expect.", f"fluency product course predict {of.slug} …")
        return course_told.tried(tests)

    found = _acted(mission, step)["came"]
    if as_json:
        show.json_out(found)
        return
    show.out.print(found["says"], style="bold", markup=False)
    show.out.print(f"It stops the product as it is in {found['stopped_today']} of {found['draws']} draws.", markup=False)
    for one in found["mutants"]:
        told = f"stopped by {', '.join(one['stopped'])}" if one["stopped"] else "goes through" if one["worse"] else "does not count"
        show.out.print(f"{one['name']}: {told}. {one['shown_by']}", markup=False)
        if one["worse"] and not one["stopped"]:
            show.out.print(f"    A patient would get: {harmless(' '.join(one['output'].split()))[:300]}", markup=False)
    show.out.print(found["recorded"], style="dim", markup=False)


@app.command("do")
def do(
    mission: Mission,
    said: Annotated[list[str] | None, typer.Argument(help="Names of tests; or of each thing “its name=the letter of an option”.")] = None,
    as_json: Json = False,
) -> None:
    """Hand in what was done, once. What is done on the pages of the workbench is counted as it lies there.

    Example:  fluency product course do a-spec-that-stops-it short ends
    """

    async def step(store: "Store", learner: str, of: "CourseMission") -> None:
        from fluencylab.actions import course

        await course.hand_in(store, learner, of, _said(of, said or []))

    _tell(_acted(mission, step), as_json)


@app.command("found")
def found(mission: Mission, option: Pick, as_json: Json = False) -> None:
    """Say what you found.

    Example:  fluency product course found a-spec-that-stops-it b
    """

    async def step(store: "Store", learner: str, of: "CourseMission") -> None:
        from fluencylab.actions import course

        await course.find(store, learner, of, (await _picked(store, learner, of, option, "found")))

    _tell(_acted(mission, step), as_json)


@app.command("decide")
def decide(mission: Mission, option: Pick, sure: Sure = 2, as_json: Json = False) -> None:
    """Decide; and once that is done, decide again with one fact changed.

    Example:  fluency product course decide a-spec-that-stops-it c --sure 3
    """

    async def step(store: "Store", learner: str, of: "CourseMission") -> None:
        from fluencylab.actions import course

        stage = str((await _stands(store, learner, of))["stage"])
        stage = stage if stage in ("decide", "twin") else "decide"
        picked = await _picked(store, learner, of, option, stage)
        await course.decide(store, learner, of, stage, picked, sure if stage == "decide" else None)

    _tell(_acted(mission, step), as_json)


def _acted(slug: str, step: Any = None) -> dict[str, Any]:
    """Where the mission stands after a step. Raises BadInput where there is no such mission."""

    async def act(store: "Store", learner: str) -> dict[str, Any]:
        from fluencylab.practice.course import course, find_mission

        of = find_mission(slug)
        if of is None:
            raise BadInput(f"There is no such mission: “{slug[:60]}”.", f"There are: {', '.join(one.slug for one in course())}.")
        came = await step(store, learner, of) if step else None
        return {**await _stands(store, learner, of), "came": came}

    return opened(act)


async def _stands(store: "Store", learner: str, of: "CourseMission") -> dict[str, Any]:
    from fluencylab.actions import course, course_told

    async with store.read() as session:
        return course_told.public(of, await course.load(session, learner, of))


def _said(of: "CourseMission", given: Sequence[str]) -> dict[str, str]:
    """Tests by their names, or what becomes of each thing."""
    from fluencylab.practice import course_tasks

    items = {one.id: one for one in course_tasks.sorting(of)}
    said: dict[str, str] = {}
    for one in given:
        name, _, letter = one.rpartition("=")
        options = [each.id for each in items[name].options] if name in items else []
        if items and letter.casefold() not in LETTERS[: len(options)]:
            raise BadInput(f"“{one[:60]}” says nothing of a thing that is asked about.", "Write its name, =, and the letter of an option.")
        said[name if items else one] = options[LETTERS.index(letter.casefold())] if items else "yes"
    return said


async def _picked(store: "Store", learner: str, of: "CourseMission", letter: str, stage: str) -> str:
    """The id of the option with that letter; any where the step is not open, which the act itself says."""
    stands = await _stands(store, learner, of)
    options = [one["id"] for one in stands["options"]] if stands["stage"] == stage else []
    if options and letter.casefold() not in list(LETTERS[: len(options)]):
        raise BadInput(f"There is no option “{letter[:20]}”.", f"Give a letter from a to {LETTERS[len(options) - 1]}.")
    return str(options[LETTERS.index(letter.casefold())]) if options else ""


def _tell(found: dict[str, Any], as_json: bool) -> None:
    if as_json:
        show.json_out({name: value for name, value in found.items() if name != "came"})
        return
    show.out.print(found["title"], style="bold", markup=False)
    if found["told"]:
        for line in found["told"]:
            show.out.print(harmless(line), markup=False)
        show.out.print()
    show.out.print(found["asks"], style="bold", markup=False)
    for name, text in found["things"].items():
        show.out.print(f"  {name}: {harmless(text)}", markup=False)
    for letter, one in zip(LETTERS, found["options"], strict=False):
        show.out.print(f"  {letter}  {one['text']}", markup=False)
    if found["next"]:
        show.out.print(found["next"], style="dim", markup=False)

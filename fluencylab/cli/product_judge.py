"""`fluency product judge`: let a model judge outputs by a rubric, and see how well it agrees with what people said."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fluencylab.cli import show
from fluencylab.cli.learner_data import opened
from fluencylab.cli.product_checks import Named, check_agreement, remove_check
from fluencylab.cli.product_data import Json, Of, find_check, find_mode, find_product
from fluencylab.cli.product_labs import Yes, consent
from fluencylab.errors import BadInput, LabError
from fluencylab.text.terminal import harmless

if TYPE_CHECKING:
    from fluencylab.store.engine import Store

app = typer.Typer(add_completion=False, no_args_is_help=True, rich_markup_mode="rich", help="Let a model judge what code cannot see.")
Which = Annotated[str, typer.Option(help="read: only outputs that somebody has read; all: every one.")]


@app.command("add")
def add_judge(
    rubric: Annotated[Path, typer.Argument(help="A text file: what passes and what fails, as you would tell a colleague.")],
    model: Annotated[str, typer.Option(help="The model that is asked, by its short name; the one in use, unless told.")] = "",
    name: Annotated[str, typer.Option(help="What to call it.")] = "",
    mode: Annotated[str, typer.Option(help="The failure mode it looks for; anything that fails, unless told.")] = "",
    example: Annotated[
        list[str] | None, typer.Option(help="An output that you have read, to be quoted to it: RUN/NUMBER. At most eight.")
    ] = None,
    bar: Annotated[int, typer.Option(help="What both lower ends have to reach, in percent.")] = 80,
    product: Of = "",
    as_json: Json = False,
) -> None:
    """Keep a judge. Nothing is asked yet.

    Example:  fluency product judge add rubric.md --name "May it go out?"
    """
    try:
        told = rubric.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise LabError(f"{rubric} cannot be read: {error.strerror}.", "Check the name, and whether it may be read.") from error
    except ValueError:
        raise BadInput(f"{rubric.name} is no text.", "Save the rubric as plain text (UTF-8).") from None

    async def act(store: "Store", learner: str) -> dict[str, Any]:
        from fluencylab.actions.workbench import judges, judging
        from fluencylab.store import product_queries

        product_id = await find_product(store, learner, product)
        of = await find_mode(store, product_id, mode) if mode else ""
        async with store.read() as session:
            runs = await product_queries.runs_of(session, product_id)
        places = [_place(one, runs) for one in example or []]
        check = await judges.add_judge(store, learner, product_id, told, model, name=name, mode=of, examples=places, bar=bar)
        async with store.read() as session:
            row = await judging.owned_check(session, learner, product_id, check)
            plan = await judges.plan(
                session, await _product(session, learner, product_id), row, await judges.counted(session, product_id), "all"
            )
        return {"name": row.name, "model": row.rule["model"], "bar": row.bar, **plan._asdict()}

    kept = opened(act)
    if as_json:
        show.json_out(kept)
        return
    show.out.print(f"“{kept['name']}” is kept, and has not been asked yet. {_takes(kept)}", markup=False)
    show.out.print(f'  fluency product judge run "{kept["name"]}"', markup=False)


async def _product(session: Any, learner: str, product_id: str) -> Any:
    from fluencylab.actions.workbench import products

    return await products.owned(session, learner, product_id)


def _place(typed: str, runs: list[str]) -> tuple[str, int]:
    run, _, number = typed.rpartition("/")
    fitting = [one for one in runs if run and one.startswith(run)]
    if len(fitting) != 1 or not number.isascii() or not number.isdigit() or len(number) > 9:
        raise BadInput(
            f"“{typed[:60]}” names no output.", "Write the beginning of its evaluation's id, a stroke and its number: 5f3c9a1b/12"
        )
    return fitting[0], int(number)


def _takes(plan: dict[str, Any]) -> str:
    from fluencylab.instruments.durations import times

    money = f", about ${plan['dollars']:.2g}" if plan["dollars"] else ""
    took = times(plan["seconds"] * 1000)[0] if plan["seconds"] else "no time"
    return f"{plan['outputs']} outputs, {plan['calls']} calls, about {took}{money}."


@app.command("run")
def ask_judge(
    name: Named,
    which: Which = "all",
    look: Annotated[bool, typer.Option("--look", help="Only say what it would take and who sees the outputs; ask nothing.")] = False,
    product: Of = "",
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Ask a judge about outputs that it has said nothing of. Equal questions are asked once. Ctrl-C stops, and what it said is kept.

    Example:  fluency product judge run "May it go out?" --which read
    """

    async def act(store: "Store", learner: str) -> dict[str, Any]:
        from fluencylab.actions import verdicts
        from fluencylab.actions.workbench import judges
        from fluencylab.runs.execute import execute
        from fluencylab.store import queries

        product_id = await find_product(store, learner, product)
        check = await find_check(store, product_id, name)
        async with store.read() as session:
            row = await judges.owned_judge(session, learner, product_id, check)
            of = await _product(session, learner, product_id)
            plan = await judges.plan(session, of, row, await judges.counted(session, product_id), which if which in judges.WHICH else "all")
            entry = await judges.entry_of(row)
        told: dict[str, Any] = {"name": row.name, "model": entry.name, "local": entry.local, "host": entry.base_url, **plan._asdict()}
        if look:
            return told
        host = await consent(store, product_id, entry.slug, yes=yes, ask=not as_json)
        run_id = await judges.add(store, learner, product_id, check, which, host)
        await execute(run_id, verdicts.of_run)
        async with store.read() as session:
            run = await queries.run(session, run_id)
            steps = await queries.observations(session, run_id)
        if run is None or run.status == "failed":
            raise LabError(run.message if run else "The run is gone.", run.fix if run else "Ask it again.")
        said = [data for kind, data in steps if kind == "verdict"]
        rows = [{part: one.get(part) for part in ("run", "seq", "passed", "why")} for one in said]
        return told | {"run": run_id, "status": run.status, "verdicts": rows, "missing": len(steps) - len(said)}

    done = opened(act)
    if as_json:
        show.json_out(done)
        return
    where = "on this machine; nothing leaves it" if done["local"] else f"over the network: the outputs are sent to {done['host']}"
    show.out.print(f"{done['model']}, {where}. {_takes(done)}", markup=False)
    if look:
        return
    passed, failed, untold = (sum(one["passed"] is said for one in done["verdicts"]) for said in (True, False, None))
    show.out.print(f"It passes {passed} and fails {failed}; of {untold} it cannot be told.")
    for one in [one for one in done["verdicts"] if one["passed"] is None][:6]:
        show.out.print(f"  output {one['seq']} of {one['run'][:8]}: {harmless(one['why'])}", markup=False)
    if done["missing"]:
        show.out.print(f"{done['missing']} calls brought no answer, and will be asked again the next time.")


app.command("agreement")(check_agreement)
app.command("remove")(remove_check)

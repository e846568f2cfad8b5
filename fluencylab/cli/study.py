"""`fluency study`: plan a study with the capstone, take part in one, hand in numbers under a code, and read what came of it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fluencylab.cli import show
from fluencylab.errors import BadInput

if TYPE_CHECKING:
    from fluencylab.progress.study import Analysis, StudyRecord
    from fluencylab.stats import Measure
    from fluencylab.store.engine import Store

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode="rich",
    help="Does the course help on a product never seen? Plan a study with your people, take part, and read it.",
)
Json = Annotated[bool, typer.Option("--json", help="Print JSON for a program, and nothing else.")]
MOST = 1_000_000
"""Bytes of one person's file."""


@app.command()
def plan(
    folder: Annotated[Path, typer.Argument(help="Where its files are written; it must be empty or new.")],
    people: Annotated[int, typer.Option(help="How many take part.")] = 40,
    seed: Annotated[int, typer.Option(help="By which the groups are drawn; keep it with the plan.")] = 1,
) -> None:
    """Write who does what in which order, the plan to be registered beforehand, and a page for those who take part.

    Example:  fluency study plan our-study --people 40 --seed 7
    """
    from fluencylab.actions.study import plan_files

    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BadInput(f"{folder} is there already, and not empty.", "Name another folder.")
    files = plan_files(people, seed)
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    show.out.print(f"{folder}: {', '.join(files)}. Register plan.md before the first person begins; it says where.", markup=False)


@app.command()
def join(code: Annotated[str, typer.Argument(help="The code from the list, such as P01-course-B-522f.")]) -> None:
    """Take part in a study: your first capstone is of the form that the code says. Your work stays here; what is handed in is shown first.

    Example:  fluency study join P01-course-B-522f
    """
    from fluencylab.actions import study
    from fluencylab.cli.learner_data import opened

    async def act(store: "Store", learner: str) -> str:
        return await study.join(store, learner, code)

    show.out.print(opened(act), markup=False)


@app.command()
def export(
    file: Annotated[Path | None, typer.Argument(help="Where to write it; without one it is only shown.")] = None,
    as_json: Json = False,
) -> None:
    """Write what a study gets of you: scores and minutes under your code. No name, no text, no date.

    Example:  fluency study export P01.json
    """
    from fluencylab.actions import study
    from fluencylab.cli.learner_data import opened

    async def act(store: "Store", learner: str) -> "StudyRecord":
        async with store.read() as session:
            return await study.record_of(session, learner)

    record = opened(act)
    if file:
        if file.exists():
            raise BadInput(f"{file} is there already.", "Choose another name.")
        file.write_text(record.model_dump_json(indent=1) + "\n", encoding="utf-8")
    if as_json or not file:
        show.json_out(record.model_dump(mode="json"))
    else:
        show.out.print(
            f"{file}: {len(record.sittings)} capstones under {record.code}. Open it and read it before you send it.", markup=False
        )


@app.command()
def read(
    files: Annotated[list[Path], typer.Argument(help="What people handed in.")],
    as_json: Json = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print a line for each capstone, and nothing else.")] = False,
) -> None:
    """What a study shows: the change of those who did the course beside that of those who waited, by the rule fixed beforehand.

    Example:  fluency study read handed-in/*.json
    """
    from fluencylab.cli import tables
    from fluencylab.progress.study import analyse

    tables.one_form(as_json, as_csv)
    records = [_read(file) for file in files]
    if as_csv:
        tables.print_csv(HEAD, rows(records))
        return
    found = analyse(records)
    if as_json:
        show.json_out(as_data(found))
        return
    for group, one in found.groups.items():
        told = f"{group:<7} {one.n:3} people with both forms"
        if change := one.change:
            told += f"   before {one.before:.2f}, after {one.after:.2f}, change {_interval(change)}"
        show.out.print(told, markup=False)
    show.out.print(found.says, markup=False)
    if found.sees is not None:
        show.out.print(
            f"So many people, as different as these, would show a difference of {found.sees:.2f} in 80 of 100 studies.", markup=False
        )
    if found.forms:
        show.out.print(f"Form B less form A, at the first sitting: {_interval(found.forms)}.", markup=False)
    for code, why in found.left_out.items():
        show.out.print(f"Left out: {code}, {why}.", markup=False)


def _interval(of: "Measure") -> str:
    return f"{of.value:+.2f} ({of.low:+.2f} to {of.high:+.2f})"


HEAD = ("code", "group", "first", "form", "product", "score", "day", "minutes", "configure", "spec", "faults", "proposal", "memo")


def rows(records: "list[StudyRecord]") -> list[tuple[Any, ...]]:
    """A line for each capstone, as `HEAD` names it."""
    return [
        (one.code, one.place.group, one.place.first, each.form, each.product, each.score, each.day, each.minutes,
         *(each.parts.get(part, 0.0) for part in HEAD[8:]))
        for one in records
        for each in one.sittings
    ]  # fmt: skip


def as_data(found: "Analysis") -> dict[str, Any]:
    groups = {
        group: {"people": one.n, "before": one.before, "after": one.after, "change": one.change.model_dump() if one.change else None}
        for group, one in found.groups.items()
    }
    return {
        "groups": groups,
        "change": found.change.model_dump() if found.change else None,
        "forms": found.forms.model_dump() if found.forms else None,
        "sees": found.sees,
        "left_out": found.left_out,
        "says": found.says,
    }


def _read(file: Path) -> "StudyRecord":
    """Raises BadInput, which names the file."""
    from pydantic import ValidationError

    from fluencylab.progress.study import StudyRecord

    remedy = "Ask for the file that “fluency study export” made."
    try:
        if file.stat().st_size > MOST:
            raise BadInput(f"{file} is too large for what one person hands in.", remedy)
        found = StudyRecord.model_validate_json(file.read_bytes())
        found.place  # noqa: B018  a code that no study gave out is refused here
    except OSError as error:
        raise BadInput(f"{file} cannot be read: {error.strerror}.", "Name the files that people handed in.") from None
    except ValidationError:
        raise BadInput(f"{file} is not what one person hands in to a study.", remedy) from None
    except BadInput as error:
        raise BadInput(f"{file}: {error.message}", error.fix or remedy) from None
    return found

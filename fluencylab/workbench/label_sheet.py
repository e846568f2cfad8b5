"""Outputs as a sheet on which another person says pass or fail, and what such a sheet says when it comes back.

    output         given: question   answer     pass or fail   note
    5f3c…/12       Where is it?      Tomorrow.

The sheet is blind: it holds no word of what was said before, and not which version answered.
"""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from fluencylab.errors import BadInput
from fluencylab.text.harmless_cells import harmless_cell, told_cell
from fluencylab.workbench.found import Found
from fluencylab.workbench.labels import label_of

OUTPUT, ANSWER, RIGHT, VERDICT, NOTE, GIVEN = "output", "answer", "a right answer says", "pass or fail", "note", "given: "


class SheetRow(NamedTuple):
    """`passed`: None where nobody said anything yet."""

    run: str
    seq: int
    inputs: Mapping[str, str]
    reference: str
    answer: str
    passed: bool | None = None
    note: str = ""


class SaidRow(NamedTuple):
    run: str
    seq: int
    passed: bool
    note: str


class CameBack(NamedTuple):
    """`notes`: a sentence for each thing that was left out."""

    said: list[SaidRow]
    notes: list[str]


def written(rows: Sequence[SheetRow]) -> str:
    names = list(dict.fromkeys(name for row in rows for name in row.inputs))
    right = [RIGHT] if any(row.reference for row in rows) else []
    file = io.StringIO()
    sheet = csv.writer(file, lineterminator="\r\n")
    sheet.writerow(harmless_cell(name) for name in [OUTPUT, *(GIVEN + name for name in names), *right, ANSWER, VERDICT, NOTE])
    for row in rows:
        said = "" if row.passed is None else "pass" if row.passed else "fail"
        given = [row.inputs.get(name, "") for name in names]
        cells = [f"{row.run}/{row.seq}", *given, *([row.reference] if right else []), row.answer, said, row.note]
        sheet.writerow(map(harmless_cell, cells))
    return file.getvalue()


def came_back(found: Found) -> CameBack:
    """Raises BadInput where it is no such sheet."""
    names = {name.strip().casefold(): name for name in (found.rows[0] if found.rows else ())}
    if OUTPUT not in names or VERDICT not in names:
        raise BadInput(
            f"This is no sheet of labels: it lacks the column “{OUTPUT if OUTPUT not in names else VERDICT}”.",
            "Save the sheet that was given out with its columns, as CSV or XLSX, and choose that file.",
        )
    said: dict[tuple[str, int], SaidRow] = {}
    unreadable, empty, strange = list[str](), 0, 0
    for row, place in zip(found.rows, found.places, strict=True):
        run, _, number = told_cell(row.get(names[OUTPUT], "").strip()).rpartition("/")
        word = told_cell(row.get(names[VERDICT], "").strip())
        if not word:
            empty += 1
        elif not run or not number.isascii() or not number.isdigit() or len(number) > 9:
            strange += 1
        elif (passed := label_of(word)) is None:
            unreadable.append(f"{place}: “{word[:40]}”")
        else:
            note = told_cell(row.get(names[NOTE], "")) if NOTE in names else ""
            said[run, int(number)] = SaidRow(run, int(number), passed, note.strip())
    return CameBack(list(said.values()), list(_notes(unreadable, empty, strange)))


def _notes(unreadable: Sequence[str], empty: int, strange: int) -> Iterable[str]:
    if unreadable:
        more = f", and {len(unreadable) - 3} more" if len(unreadable) > 3 else ""
        yield f"Neither pass nor fail, so left out: {'; '.join(unreadable[:3])}{more}."
    if empty:
        yield f"{empty} {'row says' if empty == 1 else 'rows say'} nothing yet."
    if strange:
        yield f"{strange} {'row names' if strange == 1 else 'rows name'} no output, and {'is' if strange == 1 else 'are'} left out."

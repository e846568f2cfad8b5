"""What lies behind one cell of the map: in sentences, with its evidence and one next step."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from fluencylab.actions.kinds import offered
from fluencylab.actions.progress import PIECES, Behind, Cell
from fluencylab.actions.standing import Standings
from fluencylab.curriculum.schema import Concept, pack_of
from fluencylab.packs.full_track import full_track, title_of
from fluencylab.practice.kinds import KINDS, REVIEW, SELF_TEST, Exercise
from fluencylab.practice.kinds.base import DONE
from fluencylab.practice.retell import Retold, retell
from fluencylab.progress import telling
from fluencylab.progress.calibration import MEANS
from fluencylab.progress.dots import SAYS
from fluencylab.progress.expiry import ANOTHER_MODEL
from fluencylab.progress.mastery import MASTERY_BAR, SOLID_PROBABILITY
from fluencylab.progress.today import lasts
from fluencylab.store.tables import Evidence
from fluencylab.text.written import moment
from fluencylab.web.pages.depth import Depth
from fluencylab.web.pages.fluency_map import MapCell, conditions, drawn, right_of
from fluencylab.web.pages.next_step import Next

ASKED = {
    "vocabulary": "Do you read the words as your engineers mean them?",
    "decisions": "Do you decide well, and again when one fact changes?",
    "debugging": "Do you find what is wrong when a product fails?",
}
WHAT_COUNTS = {
    "vocabulary": "claims judged true or not, words put to use in reviews, and what you saw in runs that are about words",
    "decisions": "choices in missions and cases, and the same choice once one fact has changed, which counts as a pair with the first",
    "debugging": "what you saw in a run, causes you named, and prompts you repaired",
}
"""By kind of fluency."""
WIDE = 0.3


class EvidenceLine(NamedTuple):
    """`says`: where the verdict alone would mislead, what it means; then `why`, as the exercise answered."""

    told: Retold
    verdict: str
    says: str
    why: str
    when: str
    conditions: str


@dataclass(frozen=True)
class CellPage:
    """Context of `map_cell.html`. `pieces`: one page of the evidence, the newest first; `total`: of all.

    `unmet`: questions of reviews that were not met, and may be asked for.
    """

    concept: Concept
    cell: Cell
    kind: str
    words: str
    says: str
    counts: str
    estimate: str
    drawn: MapCell
    missing: str
    next: Next | None
    pieces: list[EvidenceLine]
    total: int
    page: int
    pages: int
    conditions: str
    pack_title: str
    depth: Depth | None
    unmet: int
    bar: float = MASTERY_BAR * 100


def cell_page(concept: Concept, behind: Behind, stood: Standings, page: int, depth: Depth | None, unmet: int) -> CellPage:
    cell = behind.cell
    judged = f"{cell.n} different {'task' if cell.n == 1 else 'tasks'}, {cell.deterministic} judged by code"
    needed = f"more than {MASTERY_BAR * 100:.0f} % right with a probability of {SOLID_PROBABILITY * 100:.0f} %"
    return CellPage(
        concept=concept,
        cell=cell,
        kind=ASKED[cell.capability],
        words=SAYS[cell.state],
        says=says(behind),
        counts=WHAT_COUNTS[cell.capability],
        estimate=estimate(cell),
        drawn=drawn(cell),
        missing=missing(behind),
        next=next_for(concept, cell, stood),
        pieces=[_piece(row, counts) for row, counts in behind.pieces],
        total=behind.total,
        page=page,
        pages=max(1, -(-behind.total // PIECES)),
        conditions=conditions(judged, f"solid: {needed} (now {behind.above * 100:.0f} %)", cells=_cells(concept)),
        pack_title=title_of(concept.slug),
        depth=depth,
        unmet=unmet,
    )


def _cells(concept: Concept) -> int:
    """Of the model that the concept's cells belong to: the ten have one, and each pack has its own."""
    return 3 * sum(pack_of(one.slug) == pack_of(concept.slug) for one in full_track().concepts)


def says(behind: Behind) -> str:
    """What was right of what was asked, and what that is called."""
    cell = behind.cell
    if cell.n == 0:
        return "Nothing was asked here yet."
    begins = f"{right_of(cell.right, cell.n)}."
    if cell.state == "due":
        return f"{begins} It was solid, and is due again. {cell.due_because}"
    if cell.state == "solid":
        return f"{begins} That is solid."
    if cell.n == 1:
        return f"{begins} One task says too little to go by."
    if not cell.right:
        return f"{begins} What comes next is another task, and a new chance."
    return f"{begins} {'Nearly there.' if behind.above > 0.5 else 'A beginning.'}"


def estimate(cell: Cell) -> str:
    """The third thing, folded: how sure that is, in the model's terms."""
    likely = f"about {cell.mean * 100:.0f} % of such tasks right"
    few = " The interval is wide because the tasks are few." if cell.high - cell.low > WIDE and cell.n else ""
    return f"From this the lab expects {likely} (80 % interval: {cell.low * 100:.0f} to {cell.high * 100:.0f} %).{few}"


def missing(behind: Behind) -> str:
    """What moves it next: what it takes to be sure."""
    cell, more = behind.cell, behind.rights_missing
    if cell.state == "solid":
        return "Nothing is missing. More of the same would earn little."
    if cell.state == "due":
        return f"One new {'run' if cell.due_because == ANOTHER_MODEL else 'task'}, done right, renews it."
    return telling.to_be_sure(cell.state, cell.n, more) if cell.n else f"About {more} tasks, done right, would make it sure."


def next_for(concept: Concept, cell: Cell, stood: Standings) -> Next | None:
    """The one next step of a cell: renew what is due, else the first exercise that gives evidence for it and is not done."""
    if cell.state == "due" and cell.due_because == ANOTHER_MODEL:
        again = next((one for one in _giving(concept, cell) if one.kind.runs), None)
        return Next(again.title, again.href, "A run on the model installed now", "Run it again") if again else None
    if cell.state == "due":
        return Next("A review", REVIEW.base, "It takes a few minutes", "Review it now")
    if cell.capability == "vocabulary" and concept.selftest and not cell.n:
        return Next("The self-test", SELF_TEST.href(), f"It asks about {concept.short} in claims that count here", "Open the self-test")
    if cell.state == "solid" or not concept.open:
        return None
    for one in _giving(concept, cell):
        stage, begun = stood.of(one)
        if stage != DONE:
            return Next(one.title, one.href, f"{one.kind.title} · {lasts(one.minutes)}", "Go on" if begun else one.kind.begin)
    return None


def _giving(concept: Concept, cell: Cell) -> Iterator[Exercise[Any]]:
    """What gives evidence for a cell, and can be brought to an end."""
    paths = (kind for kind in KINDS.values() if kind.stages)
    return (one for kind in paths for one in offered(kind, concept.slug) if cell.capability in one.gives)


def _piece(row: Evidence, counts: float) -> EvidenceLine:
    told = retell(row.exercise, row.stage, row.answer, row.score)
    return EvidenceLine(
        told,
        told.weighed.short if told.weighed else _verdict(row.score),
        told.weighed.says if told.weighed else "",
        row.why,
        moment(row.made),
        _how(row, counts),
    )


def _verdict(score: float | None) -> str:
    if score is None:
        return "Not graded."
    return {0.0: "Not right.", 1.0: "Right."}.get(score, f"Partly right: {score:.2f} of 1.")


def _how(row: Evidence, counts: float) -> str:
    """The grey line of a piece: its grader, certainty, help, time, and the run it rests on."""
    sure = MEANS[row.certainty].words if row.certainty in MEANS else ""
    run = row.conditions or {}
    hash_ = str(run.get("sha256") or "")
    parts = [
        f"judged by {row.grader}" if row.score is not None else "",
        sure,
        f"help: {row.help}" if row.help else "no help",
        f"{row.seconds:.0f} s" if row.seconds is not None and row.seconds >= 0 else "",
        f"guessing reaches {run['chance'] * 100:.0f} %" if "chance" in run else "",
        str(run.get("name") or ""),
        f"sha256 {hash_[:4]}…{hash_[-4:]}" if hash_ else "",
        counted(counts) if row.score is not None else "",
    ]
    return " · ".join(part for part in parts if part)


def counted(counts: float) -> str:
    return (
        "counts in full"
        if counts == 1
        else f"counts {counts * 100:.0f} % (shown before, or with help)"
        if counts >= 0.01
        else "does not count"
    )

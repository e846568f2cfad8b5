"""From a product in four questions to the measured cells that matter to it, in sentences; never a verdict without them.

Product(changes="weekly", many="hundreds", source="yes", tone="no"), correct@rag@changed 8 of 12, correct@fine-tuned@changed 0 of 12
    ->  "Clearly behind where it matters: fine-tuned (changed facts: 0 of 12 against 8 of 12)."
"""

from collections.abc import Mapping
from typing import Literal, NamedTuple, cast

from fluencylab.labs.finetuning.params import NAMES, READS, WAYS
from fluencylab.stats import Measure

Changes = Literal["never", "yearly", "weekly", "daily"]
Many = Literal["dozen", "hundreds", "thousands"]
YesNo = Literal["yes", "no"]
QUESTIONS = (
    (
        "changes",
        "How often does a fact change?",
        (("never", "never"), ("yearly", "each year"), ("weekly", "each week"), ("daily", "each day")),
    ),
    ("many", "How many facts are asked about?", (("dozen", "a dozen"), ("hundreds", "hundreds"), ("thousands", "thousands"))),
    ("source", "Must the source be shown?", (("yes", "yes"), ("no", "no"))),
    ("tone", "Is the tone the problem?", (("yes", "yes"), ("no", "no"))),
)
TIMES = {"yearly": 1, "weekly": 52, "daily": 365}
COLUMNS = {"seen": "trained questions", "reworded": "the same in other words", "new": "new facts", "changed": "changed facts"}


class Product(NamedTuple):
    changes: Changes = "weekly"
    many: Many = "hundreds"
    source: YesNo = "no"
    tone: YesNo = "no"

    @classmethod
    def read(cls, query: Mapping[str, str]) -> "Product":
        """Out of an address; what is not one of the options is the default."""
        found = {name: query[name] for name, _, options in QUESTIONS if query.get(name) in [value for value, _ in options]}
        return cls(**cast(dict[str, Literal["yes"]], found))  # type: ignore[arg-type]


class Point(NamedTuple):
    """An argument: what about the product asks for it, and what this run measured. `says` is "" where the run measured nothing of it."""

    because: str
    says: str
    lacks: str = ""


def points(product: Product, measures: Mapping[str, Measure]) -> list[Point]:
    told = [_asked(product, measures)]
    if product.changes != "never":
        told += [_changed(measures), _updating(TIMES[product.changes], measures)]
    if product.source == "yes":
        told.append(_source(measures))
    if product.tone == "yes":
        told.append(_tone(measures))
    return told


def _cells(kind: str, measures: Mapping[str, Measure]) -> str:
    told = [f"{NAMES[way]} {measures[f'correct@{way}@{kind}'].told}" for way in WAYS if f"correct@{way}@{kind}" in measures]
    return ", ".join(told)


def _asked(product: Product, measures: Mapping[str, Measure]) -> Point:
    if product.many == "dozen":
        said = _cells("reworded", measures)
        because = "A dozen facts can all be trained. People still ask in words of their own, so look at the rewordings."
        return Point(because, f"Right there: {said}." if said else "", "" if said else "reworded questions")
    said = _cells("new", measures)
    because = "With so many facts, some will not be among the examples. Look at the new ones."
    return Point(because, f"Right there: {said}." if said else "", "" if said else "questions about new facts")


def _changed(measures: Mapping[str, Measure]) -> Point:
    said = _cells("changed", measures)
    old = [
        f"{NAMES[way]} {measures[f'outdated@{way}'].told}"
        for way in WAYS
        if f"outdated@{way}" in measures and measures[f"outdated@{way}"].value
    ]
    told = f"Right after the change: {said}." + (f" The old answer was given by {', '.join(old)}." if old else "") if said else ""
    return Point("Facts change, so look at the changed ones.", told, "" if said else "questions about changed facts")


def _updating(times: int, measures: Mapping[str, Measure]) -> Point:
    steps = [f"{NAMES[way]} {measures[f'update_steps@{way}'].value:.0f}" for way in WAYS if f"update_steps@{way}" in measures]
    said = f"Steps for each change: {', '.join(steps)}." if steps else ""
    if "fine-tuned" in " ".join(steps) and "train_seconds" in measures:
        spent = measures["train_seconds"].value
        said += f" Training took {spent:.0f} s; {times} times a year that is {_long(spent * times)} of machine time, and {times} tests."
    if "index_seconds" in measures:
        spent = measures["index_seconds"].value
        said += f" Indexing took {spent:.1f} s; {times} times, {_long(spent * times)}."
    because = "A change is work each time" + (f": {times} times a year here." if times > 1 else ", once a year here.")
    return Point(because, said)


def _long(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} minutes" if seconds < 7200 else f"{seconds / 3600:.0f} hours"


def _source(measures: Mapping[str, Measure]) -> Point:
    ways = [NAMES[way] for way in READS if f"tokens@{way}" in measures]
    held = [measures[name] for name in measures if name.startswith("found@")]
    if not ways:
        return Point("Only a way that reads a passage can show it.", "", "RAG, or both")
    hits, n = sum(one.hits for one in held), sum(one.n for one in held)
    said = f"In this run that is {' and '.join(ways)}. The passages found held the answer in {hits} of {n} questions."
    return Point("Only a way that reads a passage can show it.", said)


def _tone(measures: Mapping[str, Measure]) -> Point:
    said = ", ".join(f"{NAMES[way]} {measures[f'style@{way}'].told}" for way in WAYS if f"style@{way}" in measures)
    lacks = "" if "style@examples" in measures else "a prompt with two examples, the cheapest way to a tone"
    return Point("Tone is a matter of habit, not of facts. Look at the style.", f"In the house style: {said}." if said else "", lacks)


def rank_options(product: Product, measures: Mapping[str, Measure]) -> str:
    """Which ways lie clearly behind in a cell that matters: their interval ends below where the best one's begins."""
    behind: dict[str, str] = {}
    compared: list[str] = []
    ways = [way for way in WAYS if f"tokens@{way}" in measures]
    for name, told in _matter(product):
        row = {way: measures[name.format(way)] for way in ways if name.format(way) in measures}
        if len(row) < 2:
            continue
        compared.append(told)
        best = max(row.values(), key=lambda one: one.value)
        for way, one in row.items():
            if one.high < best.low:
                behind.setdefault(way, f"{NAMES[way]} ({told}: {one.told} against {best.told})")
    if product.source == "yes":
        behind |= {way: f"{NAMES[way]} (no passage to show)" for way in ways if way not in READS}
    if not compared and not behind:
        return "This run compared nothing that matters to this product. Run more ways and kinds."
    left = [NAMES[way] for way in ways if way not in behind]
    if not behind:
        return f"In {' and '.join(compared)} this run separates none of the ways: its intervals overlap. Ask more questions."
    told = f"Clearly behind where it matters: {'; '.join(behind.values())}."
    return f"{told} Not clearly behind: {', '.join(left)}." if left else f"{told} None of the ways is left: try what was not run."


def _matter(product: Product) -> list[tuple[str, str]]:
    kinds = ["reworded" if product.many == "dozen" else "new"] + (["changed"] if product.changes != "never" else [])
    cells = [(f"correct@{{}}@{kind}", COLUMNS[kind]) for kind in kinds]
    return [*cells, ("style@{}", "style")] if product.tone == "yes" else cells

"""Two evaluations on the same cases: what the change fixed, what it broke, and whether that may be chance."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from fluencylab.actions.workbench import beside, comparing, judging, products
from fluencylab.actions.workbench.beside import Means
from fluencylab.actions.workbench.evaluations import Evaluated
from fluencylab.actions.workbench.held import Took, counted, taken
from fluencylab.actions.workbench.judging import BY_HAND
from fluencylab.charts import rates
from fluencylab.charts.base import Chart
from fluencylab.errors import BadInput
from fluencylab.instruments.durations import times
from fluencylab.store import product_queries
from fluencylab.store.engine import Session
from fluencylab.store.tables import Product, ProductCase
from fluencylab.text.written import shortened
from fluencylab.web.app_state import AppState
from fluencylab.web.pages.options import SelectOption
from fluencylab.web.pages.workbench.way import Way, way
from fluencylab.workbench import power
from fluencylab.workbench.paired import Comparison

SHOWN = 12
"""Cases shown in full of each kind."""
MOST = 1200


class Side(NamedTuple):
    """What one case got from a version: the text, and how many of its draws pass."""

    text: str
    told: str


class ChangedCase(NamedTuple):
    number: int
    inputs: str
    must: bool
    before: Side
    after: Side


class Beside(NamedTuple):
    """Something that is measured beside quality, of both."""

    what: str
    before: str
    after: str


@dataclass(frozen=True)
class ComparePage:
    """Context of `workbench/compare.html`. `why_not`: why nothing can be compared yet, or ""."""

    product: Product
    base: str
    runs: list[SelectOption]
    a: str
    b: str
    by: str
    judges: list[SelectOption]
    why_not: str
    what_then: str
    comparison: Comparison | None
    chart: Chart | None
    must: str
    sees: str
    """How small a drop so many cases can see"""
    more: str
    fixed: list[ChangedCase]
    broken: list[ChangedCase]
    beside: list[Beside]
    held_back: bool
    spent: int
    name_a: str
    name_b: str


async def compare_page(state: AppState, product_id: str, a: str, b: str, by: str) -> ComparePage:
    async with state.store.read() as session:
        product = await products.owned(session, state.learner, product_id)
        stands = await way(session, product)
        checks = await product_queries.checks(session, product_id)
        ended = [one for one in stands.evaluated if one.outputs]
        first, second = comparing.chosen(ended, a, b)
        by = by if by == BY_HAND or any(by == check.id for check in checks) else (checks[0].id if checks else BY_HAND)
        judges = [*(SelectOption(check.id, check.name) for check in checks), SelectOption(BY_HAND, "what I said, reading")]
        named = (comparing.name(first, second), comparing.name(second, first)) if first and second else ("", "")
        page = ComparePage(
            product=product,
            base=stands.base,
            runs=[SelectOption(one.run, one.title) for one in ended],
            a=first.run if first else "",
            b=second.run if second else "",
            by=by,
            judges=judges,
            why_not=_why_not(ended, first, second),
            what_then="",
            comparison=None,
            chart=None,
            must="",
            sees="",
            more="",
            fixed=[],
            broken=[],
            beside=[],
            held_back=bool(second and second.part == "held back"),
            spent=_spent(stands),
            name_a=named[0],
            name_b=named[1],
        )
        if first is None or second is None or page.why_not:
            return page
        return await _compared(session, page, first, second)


def _why_not(ended: Sequence[Evaluated], first: Evaluated | None, second: Evaluated | None) -> str:
    if not ended:
        return "Nothing has run yet."
    if first is None or second is None or first.run == second.run:
        return "A comparison takes two evaluations, and there is one."
    return ""


def _spent(stands: Way) -> int:
    return sum(one.part == "held back" for one in stands.evaluated)


async def _compared(session: Session, page: ComparePage, first: Evaluated, second: Evaluated) -> ComparePage:
    try:
        whole = await comparing.compared(session, page.product, first, second, page.by)
    except BadInput as nothing:
        return replace(page, why_not=nothing.message, what_then=nothing.fix)
    found, must = whole.comparison, set(whole.must_not_break)

    def first_of(names: Sequence[str]) -> list[int]:
        return sorted(map(int, names), key=lambda number: (number not in must, number))[:SHOWN]

    fixed, broken = first_of(found.fixed), first_of(found.broken)
    cases = await product_queries.some_cases(session, page.product.id, [*fixed, *broken])
    took = await taken(session, counted([first, second]))
    means = await beside.means(session, page.product, counted([first, second]))
    texts = [await _texts(session, run, took[run], cases) for run in (first.run, second.run)]

    def shown(numbers: Sequence[int]) -> list[ChangedCase]:
        return [_case(cases.get(number), number, texts, (whole.before, whole.after)) for number in numbers]

    return replace(
        page,
        comparison=found,
        chart=_chart(page, found),
        fixed=shown(fixed),
        broken=shown(broken),
        must=_must_says(found.protected, len(must)),
        sees=power.says(found.n, power.smallest_drop(found.n)),
        more=_more(found.n),
        beside=_beside(means[first.run], means[second.run]),
    )


TEN_POINTS = 0.10


def _more(n: int) -> str:
    """How many cases it takes to see ten points, where there are fewer."""
    wanted = power.cases_for(TEN_POINTS)
    return f"To see 10 points it takes about {wanted:,} cases." if wanted and wanted > n else ""


async def _texts(session: Session, run: str, took: Sequence[Took], cases: Collection[int]) -> dict[int, str]:
    """Case -> its first draw."""
    first = {one.case: one.seq for one in took if one.case in cases and not one.draw}
    outputs = await product_queries.some_outputs(session, {(run, seq) for seq in first.values()})
    return {case: str(outputs[run, seq].get("text", "")) for case, seq in first.items()}


def _must_says(broken: Sequence[str], held: int) -> str:
    """First of all: what must not break."""
    if broken:
        listed = ", ".join(f"case {number}" for number in broken)
        they = "it" if len(broken) == 1 else "they"
        return f"It breaks {listed}, of which you said that {they} must not break. That weighs more than any sum."
    return f"None of the {held} cases that must not break is broken." if held else ""


def _case(case: ProductCase | None, number: int, texts: Sequence[dict[int, str]], said: Sequence[judging.Said]) -> ChangedCase:
    inputs = "\n".join(str(value) for value in case.inputs.values()) if case else ""
    sides = [Side(shortened(text.get(number, ""), MOST), _told(of[number])) for text, of in zip(texts, said, strict=True)]
    return ChangedCase(number, shortened(inputs, MOST), bool(case and case.must_not_break), *sides)


def _told(draws: Sequence[bool]) -> str:
    if len(draws) == 1:
        return "passes" if draws[0] else "fails"
    return f"{sum(draws)} of {len(draws)} pass"


def _chart(page: ComparePage, found: Comparison) -> Chart:
    rows = [("a", "cases", found.before), ("b", "cases", found.after)]
    return rates.chart("What passes", rows, found.says, {"a": page.name_a, "b": page.name_b}, [("b", "the difference", found.change)])


def _beside(before: Means, after: Means) -> list[Beside]:
    """Length, time and money, a mean each, where both were measured."""
    both = [(what, before[name].value, after[name].value, shown) for name, what, shown in SHOWN_BESIDE if name in before and name in after]
    return [Beside(what, shown(first), shown(second)) for what, first, second, shown in both]


SHOWN_BESIDE: tuple[tuple[str, str, Callable[[float], str]], ...] = (
    ("tokens_in", "tokens in, a call", lambda value: f"{value:,.0f}"),
    ("tokens_out", "tokens out, a call", lambda value: f"{value:,.0f}"),
    ("seconds", "until the last token", lambda value: times(value * 1000)[0]),
    ("money", "for a thousand calls", lambda value: f"${value * 1000:,.2f}"),
)

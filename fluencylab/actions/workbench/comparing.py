"""Two evaluations of a product on the same cases: by what the learner said of the outputs, or by a check."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from fluencylab.actions.workbench import judging
from fluencylab.actions.workbench.evaluations import Evaluated, evaluated
from fluencylab.actions.workbench.held import Held
from fluencylab.actions.workbench.judging import BY_HAND, Said
from fluencylab.actions.workbench.products import owned
from fluencylab.errors import BadInput
from fluencylab.store import product_queries
from fluencylab.store.engine import Session
from fluencylab.store.tables import Product
from fluencylab.workbench.paired import Comparison, compare


class Compared(NamedTuple):
    """`before`, `after`: case -> what was said of each draw. `must_not_break`: the cases that must not, of all there are."""

    comparison: Comparison
    before: Said
    after: Said
    must_not_break: list[int]


def chosen(ended: Sequence[Evaluated], a: str, b: str) -> tuple[Evaluated | None, Evaluated | None]:
    """Those named; else the latest, and before it the latest of another version on the same cases."""
    named = {one.run: one for one in ended}
    second = named.get(b) or next((one for one in ended if one.run != a), None)
    others = [one for one in ended if second and one.run != second.run]
    alike = (one for one in others if second and one.part == second.part and one.version != second.version)
    return named.get(a) or next(alike, None) or next(iter(others), None), second


def name(one: Evaluated, other: Evaluated) -> str:
    """As short as it can be without being mistaken for the other."""
    return f"Version {one.version}" if one.version and one.version != other.version else one.title


def _within(one: Evaluated, other: Evaluated) -> str:
    """In the middle of a sentence."""
    called = name(one, other)
    return called[:1].lower() + called[1:]


async def compared(session: Session, product: Product, first: Evaluated, second: Evaluated, by: str) -> Compared:
    """`by`: the id of a check, or BY_HAND. Raises BadInput where the two have no case in common that was judged."""
    runs = {first.run: first.outputs, second.run: second.outputs}
    check = None if by == BY_HAND else await product_queries.check(session, by)
    if check is None:
        said = await judging.by_hand(session, list(runs))
        before, after = said[first.run], said[second.run]
    else:
        judged = (await judging.by_checks(session, product, [check], runs))[check.id].runs
        before, after = judged[first.run].by_case, judged[second.run].by_case
    must = await product_queries.must_not_break(session, product.id)
    return between(first, second, before, after, must, by)


def between(first: Evaluated, second: Evaluated, before: Said, after: Said, must: list[int], by: str) -> Compared:
    """Of what was said of either. Raises BadInput where they have no case in common."""
    if not before.keys() & after.keys():
        hand = by == BY_HAND
        raise BadInput(
            "You have not read the same cases of both yet." if hand else "Of no case in common can this check tell anything.",
            "Read on in both, or compare by a check." if hand else "Run both versions on the same cases, or choose another check.",
        )
    key = by, first, second, tuple(must)
    held = _held.get(key)
    if held is not None and held.before is before and held.after is after:
        return held
    found = compare(_by_name(before), _by_name(after), _within(first, second), _within(second, first), set(map(str, must)))
    return _held.put(key, Compared(found, before, after, must))


_held: Held[Compared] = Held(lambda whole: whole.comparison.n)
"""What was worked out of the same verdicts of a check: those are held themselves, and what a learner says is read each time."""


def _by_name(said: Said) -> dict[str, list[bool]]:
    return {str(case): draws for case, draws in said.items()}


async def told(session: Session, learner: str, product_id: str, a: str, b: str, by: str) -> dict[str, Any]:
    """A comparison for a program. `by`: the name of a check, or "" for what the learner said."""
    product = await owned(session, learner, product_id)
    first, second = chosen([one for one in await evaluated(session, product_id) if one.outputs], a, b)
    if first is None or second is None or first.run == second.run:
        raise BadInput("A comparison takes two evaluations.", "Run a second version on the same cases.")
    checks = {check.name.casefold(): check.id for check in await product_queries.checks(session, product_id)}
    if by and by.casefold() not in checks:
        raise BadInput(f"There is no check called “{by[:60]}”.", f"There are: {', '.join(checks) or 'none'}.")
    found = (await compared(session, product, first, second, checks.get(by.casefold(), BY_HAND))).comparison
    measures = {part: getattr(found, part).model_dump() for part in ("before", "after", "change")}
    lists = {part: [int(case) for case in getattr(found, part)] for part in ("fixed", "broken", "protected")}
    return {"a": first.run, "b": second.run, "says": found.says, **lists, "same": len(found.same), "p": found.p, **measures}

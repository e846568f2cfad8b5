"""What is expected of a check before its alignment is first shown: of ten outputs that one passes, or fails, on how many will it agree?

It is asked once for each, and kept. Where enough outputs are labelled to hold it against them, it counts for how sure against how right
one is (`evidence.py`).
"""

from collections.abc import Sequence

from fluencylab import clock
from fluencylab.actions.workbench import evidence, judging
from fluencylab.actions.workbench.judging import JudgedOutput
from fluencylab.actions.workbench.products import owned
from fluencylab.errors import BadInput
from fluencylab.stats import Measure
from fluencylab.store import product_queries, queries
from fluencylab.store.engine import Store
from fluencylab.store.tables import ProductCheck
from fluencylab.text.numerals import percent, rate
from fluencylab.workbench.agreement import Agreement

OF = 10


async def foretell(
    store: Store, learner: str, product_id: str, check_id: str, passes: int | None, fails: int | None, certainty: int | None
) -> None:
    """Keep what is expected. Raises BadInput where it was said before: what one has seen cannot be foretold."""
    if passes is None or fails is None or not 0 <= passes <= OF or not 0 <= fails <= OF or certainty not in (1, 2, 3):
        raise BadInput("Say how many of ten you expect, from 0 to 10, of either kind, and how sure you are.", "Then it is shown.")
    found = await _agreement(store, learner, product_id, check_id)
    async with store.begin() as session:
        await queries.lock_learner(session, learner)
        row = await judging.owned_check(session, learner, product_id, check_id)
        if row.foretold is not None:
            raise BadInput("What you expect of it was said before, and what came is shown.", "It is asked once for each check.")
        row.expected_passes, row.expected_fails, row.certainty, row.foretold = passes, fails, certainty, clock.now()
        if found is not None and found.n >= evidence.LEAST:
            said = {"passes": 100 * passes / OF, "fails": 100 * fails / OF}
            await evidence.commit(session, learner, "alignment", check_id, said, certainty)
            await evidence.settle(session, learner, "alignment", check_id, {"passes": found.tpr, "fails": found.tnr})


async def _agreement(store: Store, learner: str, product_id: str, check_id: str) -> Agreement | None:
    """How well it agrees with the labels at hand, which is shown once this is said."""
    async with store.read() as session:
        product = await owned(session, learner, product_id)
        row = await judging.owned_check(session, learner, product_id, check_id)
        counts = await product_queries.output_counts(session, product_id)
        return (await judging.by_checks(session, product, [row], counts))[row.id].agreement


def waits(row: ProductCheck, labelled: Sequence[JudgedOutput]) -> bool:
    """Is there something to be shown of which the learner has not said yet what they expect?"""
    return row.foretold is None and any(one.passed is not None for one in labelled)


def came(expected: int | None, measured: Measure) -> str:
    """How what was expected stands to what came; "" where nothing was expected, or nothing is there to hold it against."""
    if expected is None or not measured.n:
        return ""
    share = expected / OF
    low, high = measured.low, measured.high
    met = "within the interval" if low <= share <= high else "more than that" if share > measured.value else "less than that"
    return (
        f"You expected {percent(share)}; it is {rate(measured)}: {met}."
        if met == "within the interval"
        else (f"You expected {percent(share)}, {met}: it is {rate(measured)}.")
    )

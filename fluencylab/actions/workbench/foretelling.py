"""What is expected of a check before its alignment is first shown: of ten outputs that one passes, or fails, on how many will it agree?

It is asked once for each. Once enough outputs are labelled, it is held against what came, and counts for how sure against how right one is.
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

OF = 10
FORECAST = "alignment"


async def foretell(
    store: Store, learner: str, product_id: str, check_id: str, passes: int | None, fails: int | None, certainty: int | None
) -> None:
    """Keep what is expected. Raises BadInput where it was said before: what one has seen cannot be foretold."""
    if passes is None or fails is None or not 0 <= passes <= OF or not 0 <= fails <= OF or certainty not in (1, 2, 3):
        raise BadInput("Say how many of ten you expect, from 0 to 10, of either kind, and how sure you are.", "Then it is shown.")
    async with store.begin() as session:
        row = await judging.owned_check(session, learner, product_id, check_id)
        if row.foretold is not None:
            raise BadInput("What you expect of it was said before, and what came is shown.", "It is asked once for each check.")
        row.expected_passes, row.expected_fails, row.certainty, row.foretold = passes, fails, certainty, clock.now()
    await evidence.foretell(store, learner, FORECAST, check_id, {"passes": 100 * passes / OF, "fails": 100 * fails / OF}, certainty)
    await settle(store, learner, product_id)


async def settle(store: Store, learner: str, product_id: str) -> None:
    """Hold what was foretold against what came, of each check that enough labels tell of; once."""
    async with store.read() as session:
        product = await owned(session, learner, product_id)
        said = [row for row in await product_queries.checks(session, product_id) if row.expected_passes is not None]
        settled = await evidence.settled(session, learner, FORECAST, [row.id for row in said])
        open_ones = [row for row in said if row.id not in settled]
        if not open_ones:
            return
        judged = await judging.by_checks(session, product, open_ones, await product_queries.output_counts(session, product_id))
    held = {id: of.agreement for id, of in judged.items()}
    due = {id: of for id, of in held.items() if of is not None and of.n >= evidence.LEAST}
    if due:
        async with store.begin() as session:
            await queries.lock_learner(session, learner)
            for id, of in due.items():
                await evidence.settle(session, learner, FORECAST, id, {"passes": of.tpr, "fails": of.tnr})


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

"""What an evaluation took, beside how good it is: seconds, tokens, money, a mean of each; worked out once of so many outputs, and held."""

from collections.abc import Callable

from fluencylab.actions.workbench import judging, prices
from fluencylab.actions.workbench.held import Held, Took, taken
from fluencylab.actions.workbench.prices import Priced
from fluencylab.stats import Measure, estimate_mean
from fluencylab.store.engine import Session
from fluencylab.store.tables import Product

Means = dict[str, Measure]
"""tokens_in, tokens_out, seconds, money: those that were measured"""
MEASURED: dict[str, Callable[[Took, Priced], float | None]] = {
    "tokens_in": lambda one, product: one.tokens_in,
    "tokens_out": lambda one, product: one.tokens_out,
    "seconds": lambda one, product: one.seconds,
    "money": judging.money,
}
_means: Held[Means] = Held(len)


async def means(session: Session, product: Product, counts: dict[str, int]) -> dict[str, Means]:
    """Of each run, for a call. `counts`: run -> how many outputs it has."""
    priced = await prices.of_runs(session, product, list(counts))
    keys = {run: (run, n, priced[run].price_in, priced[run].price_out) for run, n in counts.items()}
    found = {run: held for run, key in keys.items() if (held := _means.get(key)) is not None}
    lacking = {run: n for run, n in counts.items() if run not in found}
    for run, took in (await taken(session, lacking)).items():
        found[run] = _means.put(keys[run], _of(took, priced[run]))
    return found


def _of(took: list[Took], product: Priced) -> Means:
    values = {name: [float(told) for one in took if (told := of(one, product)) is not None] for name, of in MEASURED.items()}
    return {name: estimate_mean(each) for name, each in values.items() if each}

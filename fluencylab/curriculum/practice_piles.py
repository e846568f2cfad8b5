"""How far a learner's piles of failed answers are the failure modes that were put into them. What a pile is called does not matter.

sorted_into(product, {"says it is done": ["aq-004", "aq-019"], "odd": ["aq-002"]})   ->  Piles({"confirms-a-change"}, wrong=1)
"""

from collections import Counter
from collections.abc import Collection, Mapping
from typing import NamedTuple

from fluencylab.curriculum.practice_product import PracticeProduct


class Piles(NamedTuple):
    """`found`: the modes that have a pile. `wrong`: piles of which most answers show no one mode. An answer a pile would find every mode,
    and many wrong ones with them."""

    found: frozenset[str]
    wrong: int


def sorted_into(product: PracticeProduct, piles: Mapping[str, Collection[str]]) -> Piles:
    """`piles`: ids of conversations by a name of the learner's own; an empty pile is none."""
    shown = [_shown(product, names) for names in piles.values() if names]
    return Piles(frozenset[str]().union(*shown), sum(not modes for modes in shown))


def _shown(product: PracticeProduct, names: Collection[str]) -> frozenset[str]:
    """The mode that more than half of the answers show. Of several it is the most frequent, and where two are, it is both."""
    known = [product.by_id[name].modes for name in names if name in product.by_id]
    counts = Counter(mode for modes in known for mode in modes)
    most = max(counts.values(), default=0)
    return frozenset(mode for mode, count in counts.items() if count == most and 2 * most > len(names))

"""Which product somebody gets: one that they never saw, by chance. Pure.

draw(seed, [])                      one of form A
draw(seed, ["lost-property"])       one of form B, and of another trade
draw(seed, every one of them)       None: there is nothing left that is new
"""

import random
from collections.abc import Callable, Sequence

from fluencylab.curriculum.capstone import CapstoneProduct, Form, capstones


def draw(seed: int, seen: Sequence[str], first: Form = "A") -> str | None:
    """`seen`: slugs, in the order of the sittings; `first`: the form to begin with. The same for the same seed and the same history."""
    every = {one.slug: one for one in capstones()}
    past = [every[slug] for slug in seen if slug in every]
    left = [one for one in every.values() if one.slug not in seen]
    for wish in _wishes(past, first):
        if fit := sorted(one.slug for one in left if wish(one)):
            return random.Random(f"{seed}:{len(seen)}").choice(fit)
    return None


def _wishes(past: Sequence[CapstoneProduct], first: Form) -> list[Callable[[CapstoneProduct], bool]]:
    """What is wanted, the most first; the last takes any."""
    if not past:
        return [lambda one: one.form == first, lambda one: True]
    trades, form = {one.trade for one in past}, past[-1].form
    return [
        lambda one: one.form != form and one.trade not in trades,
        lambda one: one.form != form and one.trade != past[-1].trade,
        lambda one: one.trade != past[-1].trade,
        lambda one: True,
    ]

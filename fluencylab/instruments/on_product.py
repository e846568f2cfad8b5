"""How a lab is filled in from a learner's own product: its `product.py` says so, found by the lab's name.

labs/cost/product.py      def fill(product: ProductData) -> Filled
"""

from collections.abc import Mapping
from functools import cache
from types import ModuleType

from fluencylab import labs
from fluencylab.labs.guard import guard_of
from fluencylab.labs.lab import printable
from fluencylab.workbench.product_data import Filled, ProductData


@cache
def _fills(name: str) -> ModuleType | None:
    lab = labs.found().labs.get(name)
    return labs.part(lab, "product") if lab else None


def can_fill(name: str) -> bool:
    """Is there anything of a product that this lab takes?"""
    return hasattr(_fills(name), "fill")


def fill(name: str, product: ProductData) -> Filled:
    """What the lab takes of a product. Raises LabBroken where an installed lab fails at it."""
    module, lab = _fills(name), labs.found().labs[name]
    assert module is not None
    if not lab.wheel:
        filled: Filled = module.fill(product)
        return filled
    return guard_of(lab)("fill", lambda: _of_a_guest(module.fill(product)))


def _of_a_guest(given: Filled) -> Filled:
    """Texts, whatever it gave. Raises what such a value raises that is no Filled."""
    values: Mapping[str, str] = {str(name): str(value) for name, value in given.values.items()}
    took, lacks = (tuple(printable(said) for said in some) for some in (given.took, given.lacks))
    return Filled(values, took, lacks)

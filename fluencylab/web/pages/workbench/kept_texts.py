"""A row of what others wrote about a product: a model's card, a proposal."""

from typing import NamedTuple


class KeptRow(NamedTuple):
    """`says`: what was found in it, in a sentence."""

    name: str
    href: str
    says: str
    made: str

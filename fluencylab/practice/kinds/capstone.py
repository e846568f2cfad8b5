"""Products of the capstone, a test of transfer: drawn by chance, not on the way, evidence of no cell; nothing lists them."""

from collections.abc import Iterator

from fluencylab.curriculum.capstone import MINUTES, CapstoneProduct, capstones, find_capstone
from fluencylab.practice.kinds.base import Exercise, Kind


class CapstoneKind(Kind[CapstoneProduct]):
    name, title, plural = "capstone", "Capstone", "capstone products"
    prefix, base = "capstone/", "/capstone"
    begin = "Begin the capstone"
    runs = secret = True

    def every(self) -> Iterator[Exercise[CapstoneProduct]]:
        return map(self._one, capstones())

    def find(self, slug: str) -> Exercise[CapstoneProduct] | None:
        found = find_capstone(slug)
        return self._one(found) if found else None

    def _one(self, of: CapstoneProduct) -> Exercise[CapstoneProduct]:
        return Exercise(self, of.slug, of.title, "", MINUTES, (), of, of.trade)


CAPSTONE = CapstoneKind()

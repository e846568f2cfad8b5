"""Repairs: a bad output, mended by its prompt alone. One can be handed in again and again, so it has no stages."""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from fluencylab.curriculum.bench_list import bench_list
from fluencylab.curriculum.repairs import Repair, repairs
from fluencylab.practice.exercises import content_hash
from fluencylab.practice.kinds.base import Exercise, Kind
from fluencylab.practice.kinds.telling import Said
from fluencylab.practice.repairs import CHANCE


class RepairKind(Kind[Repair]):
    name, title, plural = "repair", "Repair", "repairs"
    prefix, base = "repair/", "/debug/repairs"
    begin = "Open the repair"
    place = "bench"
    heading = "Mend it by the prompt alone"
    says = "A bad output, an editor, and cases you do not see. The rate of your prompt stands beside the original's."
    nothing = "No repair is ready yet."
    runs = True
    stage = verdict = passes = "repair"
    """Of its evidence."""
    parts: ClassVar = {"repair": "a prompt you mended"}

    def every(self) -> Iterator[Exercise[Repair]]:
        return (self._one(repair) for repair in repairs().repairs)

    def find(self, slug: str) -> Exercise[Repair] | None:
        found = repairs().get(slug)
        return self._one(found) if found else None

    def _one(self, of: Repair) -> Exercise[Repair]:
        return Exercise(self, of.slug, of.title, of.concept, of.minutes, ("debugging",), of, of.trade)

    def words(self, of: Repair) -> str:
        return content_hash(of)

    def was(self, of: Repair) -> str:
        found = bench_list().exercise(of.slug)
        return found.was if found else ""

    def chances(self, of: Repair) -> dict[str, float]:
        return {self.stage: CHANCE}

    def retell(self, of: Repair, stage: str, answer: Mapping[str, Any]) -> Said:
        return of.wanted, (str(answer.get("prompt", "")),)


REPAIR = RepairKind()

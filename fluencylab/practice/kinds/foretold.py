"""Forecasts about a product of the learner's own: what was foretold of it, and what came. `actions/workbench/evidence.py` writes them.

    FORETOLD.key("expected/5f0c…")    ->  "work/expected/5f0c…"

What passes in a product of one's own only its owner can say. So nothing of it counts in a cell of the map; it shows how sure against how
right one is, as every forecast does.
"""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, NamedTuple

from fluencylab.curriculum.schema import Prediction
from fluencylab.practice.kinds.base import Exercise, Kind
from fluencylab.practice.kinds.telling import Said, plain

CONCEPT = "evaluation-metrics"
PREDICT, COMPARE = "predict", "compare"
WITHIN = 5.0
"""Points that a share may be off where its interval is narrower."""


class Forecast(NamedTuple):
    """Something that can be foretold of a product: what it is called, and the numbers that may be said."""

    title: str
    asked: tuple[Prediction, ...]

    def of(self, fact: str) -> Prediction | None:
        return next((one for one in self.asked if one.fact == fact), None)


def _share(fact: str, label: str) -> Prediction:
    return Prediction(fact=fact, label=label, low=0, high=100, unit="%", scale=100, tolerance=WITHIN)


FORECASTS: Mapping[str, Forecast] = {
    "expected": Forecast("What would pass", (_share("share", "Outputs that pass"),)),
    "alignment": Forecast(
        "How well it would agree with people",
        (
            _share("agree", "Of all labelled outputs, those on which it agrees"),
            _share("passes", "Of the outputs that people pass, those that it passes"),
            _share("fails", "Of the outputs that people fail, those that it fails"),
        ),
    ),
    "mutation": Forecast("How many worse products the spec would stop", (_share("score", "Of the worse products, those that it stops"),)),
    "better": Forecast("Which version would turn out better", ()),
}
"""What may be foretold, by the word in the key. `better`: no number, but one of three answers."""


class ForetoldKind(Kind[Forecast]):
    name, title, plural = "foretold", "Forecast", "forecasts"
    prefix, base = "work/", "/product"
    begin = "Open the product"
    parts: ClassVar = {PREDICT: "your prediction", COMPARE: "your prediction"}
    told_later = (PREDICT,)
    forecasts = (PREDICT, COMPARE)

    def every(self) -> Iterator[Exercise[Forecast]]:
        """None: what is foretold is a product of the learner's, and no exercise of ours."""
        yield from ()

    def find(self, slug: str) -> Exercise[Forecast] | None:
        found = FORECASTS.get(slug.partition("/")[0])
        return Exercise(self, slug, found.title, CONCEPT, 1, (), found) if found else None

    def href(self, slug: str) -> str:
        return self.base

    def retell(self, of: Forecast, stage: str, answer: Mapping[str, Any]) -> Said:
        values = {one["fact"]: one["said"] for one in answer["graded"]} if "graded" in answer else answer.get("values", {})
        if not values:
            return plain(answer)
        return "What do you expect?", tuple(f"{one.label}: {values[one.fact]:g} %" for one in of.asked if one.fact in values)


FORETOLD = ForetoldKind()

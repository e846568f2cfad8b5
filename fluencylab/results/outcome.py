"""A run that has ended, with all that is shown of it elsewhere: what was asked, what came, what it adds up to, under which conditions."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from fluencylab.instruments.base import Result, Step
from fluencylab.models.types import ModelInfo
from fluencylab.store.tables import Run
from fluencylab.text.written import moment


@dataclass(frozen=True)
class Outcome:
    """`conditions`: the grey line under its sheet. `name`: what it is called where it was kept, else when it was made."""

    run: Run
    steps: Sequence[Step]
    result: Result
    title: str
    """Of its lab"""
    conditions: str
    name: str
    note: str = ""

    @property
    def card(self) -> ModelInfo | None:
        return ModelInfo.model_validate(self.run.card) if self.run.card else None

    @property
    def model(self) -> str:
        return self.card.name if self.card else self.run.model

    @property
    def file_name(self) -> str:
        return f"{self.run.instrument}-{self.run.created:%Y-%m-%d}-{self.run.id[:6]}"

    @property
    def whole(self) -> bool:
        return self.run.status == "done"

    def facts(self) -> list[tuple[str, Any]]:
        """Condition and value, one a line: for a table."""
        run, card = self.run, self.card
        told: list[tuple[str, Any]] = [("lab", run.instrument), ("title", self.title), ("model", self.model)]
        if card:
            told.append(("sha256", card.sha256))
        if card and card.adapter:
            told += [("adapter", card.adapter), ("adapter_sha256", card.adapter_sha256)]
        told += [("status", run.status), ("steps", len(self.steps)), ("planned", run.planned)]
        told += [("made", moment(run.created)), ("version", run.version or "not noted"), ("run", run.id)]
        return told + [(f"setting: {name}", value) for name, value in run.params.items()]

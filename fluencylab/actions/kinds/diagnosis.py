"""Diagnoses on the model in use: a case is shown where its fault moves a measured rate. What was measured is told after the answer only."""

from collections.abc import Callable
from typing import Any

from fluencylab.actions import faults
from fluencylab.actions.kinds.base import Proving
from fluencylab.curriculum.proofs import ProvedFault
from fluencylab.models.types import Model
from fluencylab.practice.faults import ResolvedCase
from fluencylab.practice.kinds import DIAGNOSIS


class DiagnosisActs(Proving[ResolvedCase]):
    book = "faults"

    def why_hidden(self, of: ResolvedCase) -> str:
        return faults.hidden(of)

    async def prove(self, model: Model, of: ResolvedCase, asked: int, advance: Callable[[], None], known: dict[Any, Any]) -> ProvedFault:
        proof = await faults.prove(model, of, known)
        advance()
        return proof


ACTS = DiagnosisActs(DIAGNOSIS)

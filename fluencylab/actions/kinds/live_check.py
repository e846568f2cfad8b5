"""A run that an exercise promises an outcome of, tried on the model: does it come out so?"""

from collections.abc import Iterable

from fluencylab.curriculum.schema import Run
from fluencylab.instruments import instrument
from fluencylab.instruments.missing import concluded
from fluencylab.models.types import Model
from fluencylab.practice import graders


async def tried(model: Model, run: Run, proof: Iterable[str], seed: int) -> str:
    """Why it did not come out as it must; empty where it did."""
    lab = instrument(run.instrument)
    params = lab.Params.model_validate({**run.params, "seed": run.params.get("seed", seed)})
    facts = concluded(lab, [step async for step in lab.run(model, params)]).facts()
    return next((f"“{one}” did not hold" for one in proof if not graders.holds(one, facts)), "")

"""Ask a product of the capstone what is recorded of it: all of it to record it anew, or a part to see whether it still holds."""

from collections.abc import Callable, Iterable, Iterator
from itertools import product as every_one_of
from typing import Literal

from fluencylab.curriculum.capstone import CapstoneProduct, Setup
from fluencylab.curriculum.capstone_recorded import RecordedSetup, setup_key
from fluencylab.errors import ModelUnavailable
from fluencylab.instruments import capstone as instrument
from fluencylab.models.types import LENGTHS, Model
from fluencylab.practice.exercises import short_hash

Part = Literal["grid", "spec", "faults"]
EMPTY = ("empty", "length")
"""Of a call that ended, or reached its limit, before its first word: that is an answer here, and a wrong one."""


def setups(of: CapstoneProduct, parts: Iterable[Part] = ("grid", "spec", "faults")) -> tuple[Setup, ...]:
    """Every setup that is recorded, each once: the knobs in all positions; the healthy one with each mutant; the faults, and what heals."""
    wanted = set(parts)
    found = [setup for part, setup in _setups(of) if part in wanted]
    return tuple({setup_key(one): one for one in found}.values())


def _setups(of: CapstoneProduct) -> Iterator[tuple[Part, Setup]]:
    for levels in every_one_of(*(knob.levels for knob in of.knobs)):
        yield "grid", of.setup({knob.slug: level.id for knob, level in zip(of.knobs, levels, strict=True)})
    yield "spec", of.healthy
    yield from (("spec", of.healthy.changed(one.set)) for one in of.spec.mutants)
    yield "faults", of.healthy
    yield "faults", of.broken
    yield from (("faults", of.healthy.changed(one.set)) for one in of.planted)
    yield from (("faults", of.probed(one)) for one in of.fault.probes if not one.reads)


def asked(of: CapstoneProduct) -> str:
    """A hash of what is asked, whatever the setup."""
    examples = {name: [one.model_dump() for one in turns] for name, turns in of.examples.items()}
    return short_hash(repr([[one.text for one in of.hidden], sorted(examples.items()), of.stop]))


async def record(
    model: Model, of: CapstoneProduct, wanted: Iterable[Setup], told: Callable[[RecordedSetup], None], seed: int = 1
) -> list[RecordedSetup]:
    """One setup after the other, so that what its cases share is read once. `told`: what was recorded just now."""
    found = []
    for setup in wanted:
        params = instrument.Params(product=of.slug, setup=setup, group="hidden", seed=seed)
        answers: dict[tuple[int, int], tuple[str, bool]] = {}
        tokens = 0
        async for step in instrument.run(model, params):
            if step.kind != "answer" and step.data.get("state") not in EMPTY:
                raise ModelUnavailable("The model did not answer, so nothing was recorded.", "See the engine's log, and start it again.")
            answers[step.data["case"], step.data["draw"]] = str(step.data.get("text", "")), str(step.data["finish"]) in LENGTHS
            usage = step.data["usage"]
            tokens += usage["prompt"] + usage["completion"]
        rows = [[answers[case, draw] for draw in range(params.draws)] for case in range(len(params.cases))]
        texts = tuple(tuple(text for text, _ in row) for row in rows)
        cut_off = tuple(tuple(cut for _, cut in row) for row in rows)
        found.append(RecordedSetup(setup=setup, texts=texts, cut_off=cut_off, tokens=round(tokens / len(answers), 1)))
        told(found[-1])
    return found

"""Does a mission fit the lab it names? Its settings are ones the lab's form takes, and its run measures every fact it speaks of."""

from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError

from fluencylab import labs
from fluencylab.curriculum.schema import CONDITION, Mission


def instrument(name: str) -> Any:
    """The instrument of a lab, ours or another wheel's; None where there is no such lab. `instruments/base.py` says what it has."""
    lab = labs.found().labs.get(name)
    return labs.part(lab, "instrument") if lab else None


def problems(mission: Mission) -> Iterator[str]:
    """One sentence each."""
    lab = instrument(mission.run.instrument)
    if lab is None:
        yield f"there is no lab called “{mission.run.instrument[:60]}”. The labs are: {', '.join(sorted(labs.found().labs))}."
        return
    try:
        given = set(lab.fact_names(lab.Params.model_validate(mission.run.params)))
    except ValidationError as error:
        first = error.errors()[0]
        yield f"its run: {'.'.join(map(str, first['loc']))}: {first['msg'].removeprefix('Value error, ')}."
        return
    for where, fact in _facts(mission):
        if fact not in given:
            yield f"{where} names {fact}, which its run does not measure."


def _facts(mission: Mission) -> Iterator[tuple[str, str]]:
    yield from (("a prediction", asked.fact) for asked in mission.predict)
    conditions = [("the proof", c) for c in mission.proof] + [("a sight", c) for s in mission.seen.sights for c in s.holds]
    for where, condition in conditions:
        match = CONDITION.match(condition)
        sides = (match.group(1), match.group(3)) if match else ()
        yield from ((where, side) for side in sides if side[0].isalpha())

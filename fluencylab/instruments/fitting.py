"""Does a mission fit the instrument it names? Its parameters are ones the form takes, and its run measures every fact it speaks of."""

from collections.abc import Iterator

from pydantic import ValidationError

from fluencylab.curriculum.schema import CONDITION, Mission
from fluencylab.errors import NotFound
from fluencylab.instruments import instrument


def problems(mission: Mission) -> Iterator[str]:
    """One sentence each."""
    try:
        lab = instrument(mission.run.instrument)
        given = set(lab.fact_names(lab.Params.model_validate(mission.run.params)))
    except NotFound as error:
        yield error.message
        return
    except ValidationError as error:
        yield f"its run: {error.errors()[0]['loc']}: {error.errors()[0]['msg']}."
        return
    for where, fact in _facts(mission):
        if fact not in given:
            yield f"{where} names {fact}, which its run does not measure."


def _facts(mission: Mission) -> Iterator[tuple[str, str]]:
    yield from (("a prediction", asked.fact) for asked in mission.predict)
    conditions = [("the proof", c) for c in mission.proof] + [("a sight", c) for s in mission.seen.sights for c in s.holds]
    for where, condition in conditions:
        found = CONDITION.match(condition)
        sides = (found.group(1), found.group(3)) if found else ()
        yield from ((where, side) for side in sides if side[0].isalpha())

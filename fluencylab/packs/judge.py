"""Does a pack fit? Each mission runs on a lab that is here, with settings its form would take, at a price a learner can pay."""

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, ValidationError

from fluencylab import labs
from fluencylab.curriculum.schema import Mission
from fluencylab.models.transport import library
from fluencylab.packs import fitting
from fluencylab.packs.pack import Pack

MOST_CALLS = 200
MOST_SECONDS = 120
"""Of one run, on a laptop. Ours take at most 106 calls and 21 seconds."""
MOST_LETTERS = 400_000
"""Handed to the model in one call, as far as the settings say."""
OF_THIS_MACHINE = {"adapter", "embedder"}
"""Settings that name a file or a model of one machine: what a pack says of them is true nowhere else."""
PATTERNS = ("pattern", "rule_kept", "wish_kept")
"""Settings that are looked for as regular expressions."""
SAMPLES = 400
"""Letters of the texts a pattern is tried on."""
PATIENCE = 0.25
"""Seconds, for each of them."""


def problems(pack: Pack) -> Iterator[str]:
    """Everything that keeps the pack from being shown, one sentence each."""
    known = labs.found().labs
    for concept in pack.concepts:
        for name in concept.labs:
            if name not in known:
                yield f"{concept.slug}: there is no lab called “{name}”. The labs are: {', '.join(sorted(known))}."
    for mission in pack.missions:
        yield from (f"{mission.slug}: {problem}" for problem in of_mission(mission))


def of_mission(mission: Mission) -> Iterator[str]:
    lab, given = fitting.instrument(mission.run.instrument), mission.run.params
    found = list(_settings(lab.Params, given)) if lab else []
    try:
        params = lab.Params.model_validate(given) if lab and not found else None
        found += [*_price(lab, params), *_patterns(given), *fitting.problems(mission)] if params else []
    except ValidationError:
        found = []
    except (Exception, SystemExit) as error:  # whatever a lab makes of a stranger's text
        found = [f"its run cannot be read ({type(error).__name__})."]
    yield from found or fitting.problems(mission)


def _settings(form: type[BaseModel], given: dict[str, Any]) -> Iterator[str]:
    for name, value in given.items():
        field = form.model_fields.get(name)
        kind = (field.json_schema_extra or {}) if field else {}
        if field is None or name in OF_THIS_MACHINE or (isinstance(kind, dict) and "hidden" in str(kind.get("form", ""))):
            shown = name if name.isidentifier() else "one of them"
            yield f"its run: the lab has no setting called {shown[:60]} that a pack may set."
        elif not _plain(value):
            yield f"its run: {name} must be a text, a number, true or false, or a list of these."


def _plain(value: Any) -> bool:
    return all(isinstance(one, str | int | float) for one in (value if isinstance(value, list) else [value]))


def _price(lab: Any, params: Any) -> Iterator[str]:
    calls, seconds = lab.calls(params), _seconds(lab, params)
    if calls > MOST_CALLS:
        yield f"its run would call the model {calls:,} times, and {MOST_CALLS} are the most."
    elif seconds > MOST_SECONDS:
        yield f"its run would take about {seconds:,.0f} seconds, and {MOST_SECONDS} are the most."
    letters = sum(len(text) for text in params.model_dump().values() if isinstance(text, str))
    if letters + getattr(params, "copies", 1) * len(getattr(params, "document", "")) > MOST_LETTERS:
        yield f"its run would hand the model more than {MOST_LETTERS:,} letters at once."


def _seconds(lab: Any, params: Any) -> float:
    """As the lab itself says, or by a guess: a hundred tokens a second."""
    own = getattr(lab, "seconds", None)
    return float(own(params) if own else lab.calls(params) * getattr(params, "max_tokens", 24) / 100)


def _patterns(given: dict[str, Any]) -> Iterator[str]:
    """On a run every pattern is stopped in time; one that does not end on a text of its own letters is refused before."""
    for name in PATTERNS:
        pattern = given.get(name)
        if isinstance(pattern, str) and not _ends(pattern):
            yield f"its run: the {name} does not come to an end: write it without a repetition inside a repetition."


def _ends(pattern: str) -> bool:
    """The lab's own form has taken it: it is a pattern, or the name of one."""
    regex = library("regex")
    letters = list(dict.fromkeys(sign for sign in pattern if sign.isalnum()))[:4] or ["a"]
    try:
        for letter in letters:
            regex.search(pattern, letter * SAMPLES + "!", regex.IGNORECASE, timeout=PATIENCE)
    except TimeoutError:
        return False
    return True

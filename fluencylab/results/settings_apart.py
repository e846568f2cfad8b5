"""In what two runs of a lab were set differently, and what makes them hard to compare, a sentence each.

Temperature 0.2 against 1; all else equal.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

from fluencylab.instruments.missing import parted
from fluencylab.results.observations import case_of
from fluencylab.results.outcome import Outcome

SHORT = 60
"""Characters of a setting that are shown in a sentence."""
CHANCE = "seed"
NOTHING = "nothing"


class Setting(NamedTuple):
    name: str
    first: str
    second: str


def settings_apart(first: Outcome, second: Outcome) -> list[Setting]:
    """The model first, then what the form sets."""
    found = [Setting("model", _model(first), _model(second))] if _model(first) != _model(second) else []
    one, two = first.run.params, second.run.params
    for name in dict.fromkeys((*one, *two)):
        if one.get(name) != two.get(name):
            found.append(Setting(name.replace("_", " "), _told(one.get(name)), _told(two.get(name))))
    return found


def _model(of: Outcome) -> str:
    """With what tells two of one name apart."""
    card = of.card
    if card is None:
        return of.model
    sha = f" ({card.sha256[:8]}…)" if card.sha256 else ""
    return f"{card.name}{sha}" + (f" with adapter “{card.adapter}” ({card.adapter_sha256[:8]}…)" if card.adapter else "")


def _told(value: Any) -> str:
    match value:
        case None | "" | [] | {}:
            return NOTHING
        case bool():
            return "yes" if value else "no"
        case float():
            return f"{value:g}"
        case list():
            return ", ".join(_told(one) for one in value)
    return str(value)


def sentence(found: list[Setting]) -> str:
    """What differs, in one sentence."""
    if not found:
        return "The settings are equal: what differs below is what chance makes of the same run."
    if [one.name for one in found] == [CHANCE]:
        return (
            f"Only the seed differs, {found[0].first} against {found[0].second}: what differs below is what chance makes of the same run."
        )
    causes = [one for one in found if one.name != CHANCE]
    more = f", and {len(causes) - 4} more settings" if len(causes) > 4 else ""
    said = "; ".join(_part(one) for one in causes[:4]) + more
    rest = "all else equal" if len(causes) == len(found) else "all else equal but the seed, which is drawn anew for each run"
    return f"{said[:1].upper()}{said[1:]}; {rest}."


def _part(one: Setting) -> str:
    if max(len(one.first), len(one.second)) > SHORT or "\n" in one.first + one.second:
        return f"{one.name} in other words ({_length(one.first):,} against {_length(one.second):,} characters)"
    return f"{one.name} {one.first} against {one.second}"


def _length(told: str) -> int:
    return 0 if told == NOTHING else len(told)


def warnings(first: Outcome, second: Outcome) -> list[str]:
    """Why a difference may come from something else than what was to be compared."""
    found = settings_apart(first, second)
    causes = [one for one in found if one.name != CHANCE]
    said = [
        f"{name} was {_ended(of)} after {len(of.steps):,} of {of.run.planned:,} steps." for name, of in _both(first, second) if not of.whole
    ]
    if len(causes) > 1 and causes[0].name == "model":
        said.append("The models differ, and so do the settings: a difference may come from either. Change one thing at a time to know.")
    elif len(causes) > 1:
        said.append(f"{len(causes)} settings differ: a difference may come from any of them. Change one thing at a time to know.")
    said += _cases(first, second)
    if first.run.version != second.run.version or not first.run.version:
        one, two = (of.run.version or "a version that was not noted" for of in (first, second))
        said.append(f"Made with Fluency Lab {one} and {two}: what is asked, and how it is counted, may have changed in between.")
    said += [
        f"{lost} of the calls of {name} brought no answer and are in no measure."
        for name, of in _both(first, second)
        if (lost := _lost(of))
    ]
    return said


def _both(first: Outcome, second: Outcome) -> Iterable[tuple[str, Outcome]]:
    return (("A", first), ("B", second))


def _ended(of: Outcome) -> str:
    return "stopped" if of.run.status == "cancelled" else "broken off"


def _lost(of: Outcome) -> int:
    return len(parted(of.steps)[1])


def _cases(first: Outcome, second: Outcome) -> list[str]:
    one, two = ({case_of(step) for step in of.steps} - {""} for of in (first, second))
    both = len(one & two)
    if not one or not two or one == two:
        return []
    if not both:
        return [f"They asked different things: none of the {len(one)} cases of A is among the {len(two)} of B."]
    return [f"They share {both} cases, of {len(one)} in A and {len(two)} in B: a difference may come from the others."]

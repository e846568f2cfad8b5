"""How a measure is called and told, wherever it is shown: `quality@few` is “right answers, few-shot”, and a share is told in per cent.

The names are a lab's own, in its `measure_names.py`: MEASURES has `"quality@": "right answers, {}"`, VARIANTS has `"few": "few-shot"`.
A name of MEASURES has as many @ as it has variants, or it names one of them (`cost@cheapest`).
"""

from collections.abc import Mapping
from functools import cache
from itertools import zip_longest

from fluencylab import labs
from fluencylab.labs.lab import printable
from fluencylab.stats import Measure

WHOLE = "whole"
"""A variant that only the other name has."""
Names = Mapping[str, str]


def called(name: str, lab: str = "") -> str:
    """`quality@few` as “right answers, few-shot”; of a lab that names no measures “quality, few”."""
    base, *variants = name.split("@")
    measures, known = _names(lab)
    return measures.get(name) or _told(base, [known.get(one, _plain(one)) for one in variants], measures)


def called_apart(first: str, second: str, lab: str = "") -> str:
    """Two variants of one measure, as what differs between them: “top share, 0.2 against 1”."""
    (base, *one), (_, *two) = first.split("@"), second.split("@")
    measures, known = _names(lab)
    pairs = [(known.get(a, _plain(a)), known.get(b, _plain(b))) for a, b in zip_longest(one, two, fillvalue=WHOLE)]
    return _told(base, [a if a == b else f"{a} against {b}" for a, b in pairs], measures)


def _told(base: str, variants: list[str], measures: Names) -> str:
    if said := measures.get(base + "@" * len(variants)):
        return said.format(*variants)
    return ", ".join([measures.get(base, _plain(base)), *variants])


def _plain(name: str) -> str:
    return name.replace("_", " ")


@cache
def _names(lab: str) -> tuple[Names, Names]:
    found = labs.found().labs.get(lab)
    if found is None:
        return {}, {}
    try:
        own = labs.part(found, "measure_names")
        measures, variants = (getattr(own, name, {}) for name in ("MEASURES", "VARIANTS"))
        return (_of_a_guest(measures), _of_a_guest(variants)) if found.wheel else (measures, variants)
    except Exception:
        if not found.wheel:
            raise
        return {}, {}  # a guest that fails at its names is shown without them


def _of_a_guest(names: Mapping[object, object]) -> Names:
    """Fit to be shown. Raises what a name raises that does not take its variants."""
    told = {str(key): printable(value, 120) for key, value in names.items()}
    return {key: value for key, value in told.items() if value.format(*key.split("@")[1:])}


def number(value: float) -> str:
    """Three digits that count, with a sign that no line break parts from it."""
    if value == int(value) and abs(value) < 1e15:
        return f"{int(value):,}".replace("-", "−")
    told = f"{value:,.1f}" if abs(value) >= 100 else f"{value:.3g}"
    return told.replace("-", "−")


def value(measure: Measure, at: float | None = None) -> str:
    """The measure, or another number on its scale."""
    told = measure.value if at is None else at
    return f"{told * 100:.0f} %" if measure.kind == "share" else number(told)


def interval(measure: Measure) -> str:
    """“29 % to 71 %”; of what was counted or measured once, nothing."""
    if measure.kind == "exact" or measure.n < 2:
        return ""
    return f"{value(measure, measure.low)} to {value(measure, measure.high)}"


def ends(measure: Measure) -> str:
    """What the interval is."""
    if measure.kind == "exact":
        return "counted or worked out"
    if measure.n < 2:
        return "measured once"
    return "smallest to largest" if measure.kind == "range" else "95 % interval"


def apart(measure: Measure, difference: float) -> str:
    """A difference on the scale of a measure, without a sign: shares differ by points."""
    size = abs(difference)
    if measure.kind == "share":
        points = round(size * 100)
        return f"{points} point" if points == 1 else f"{points} points"
    return number(size)

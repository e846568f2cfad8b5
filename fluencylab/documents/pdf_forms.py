"""What people put on a page of a PDF: the values of a form, and words typed on it. Each at the place where it is seen."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from pypdf import PageObject

from fluencylab.documents.pdf_lines import Line

HIDDEN, NO_VIEW = 2, 32
RADIO, PUSH_BUTTON = 1 << 15, 1 << 16
PASSWORD = 1 << 13
MOST_PARENTS = 20
REMARKS = ("/Text", "/Popup", "/Highlight", "/Underline", "/Squiggly", "/Caret")


class Put(NamedTuple):
    """`tick`: a mark in a box, which belongs to what stands behind it and not before."""

    text: str
    x: float
    y: float
    end: float
    top: float
    tick: bool


class Annotations(NamedTuple):
    put: list[Put]
    remarks: int
    """Comments of readers."""
    struck: list[tuple[float, float, float, float]]
    """Boxes whose words a reader struck out: left, bottom, right, top."""


def annotations(page: PageObject) -> Annotations:
    """All that is put on a page, its places counted from the corner of the page. Raises whatever a damaged file makes of it."""
    found = Annotations([], 0, [])
    remarks, origin = 0, (float(page.mediabox.left), float(page.mediabox.bottom))
    for one in _each(page):
        flags, kind = _whole(one.get("/F")), one.get("/Subtype")
        box = _box(one.get("/Rect"), origin)
        if flags & (HIDDEN | NO_VIEW) or box is None:
            continue
        if kind == "/Widget":
            text, tick = _value(one)
        elif kind == "/FreeText":
            text, tick = str(_resolved(one.get("/Contents")) or ""), False
        else:
            remarks += kind in REMARKS and kind != "/Popup" and bool(str(_resolved(one.get("/Contents")) or "").strip())
            if kind == "/StrikeOut":
                found.struck.extend(_quads(one, origin) or [box])
            continue
        text = " ".join(text.split())
        if text:
            left, bottom, right, top = box
            found.put.append(Put(text, left, bottom, right, top, tick))
    return found._replace(remarks=remarks)


def placed(lines: Sequence[Line], put: Sequence[Put]) -> list[Line]:
    """The lines of a page with what was put on it: a value behind its label, a tick before what it ticks, else at its height."""
    out = list(lines)
    for one in put:
        near = [line for line in out if not line.angle and one.y - 0.4 * line.size <= line.y <= one.top]
        left = [line for line in near if line.x <= one.x + 2]
        right = [line for line in near if line.x >= one.x + 2]
        if one.tick and right:
            label = min(right, key=lambda line: line.x)
            out[out.index(label)] = label._replace(text=f"{one.text} {label.text}", x=one.x)
        elif left:
            label = max(left, key=lambda line: line.x)
            out[out.index(label)] = label._replace(text=f"{label.text} {one.text}", end=max(label.end, one.end))
        else:
            new = Line(one.text, one.x, one.end, one.y, min(12.0, one.top - one.y), 0)
            at = next((number for number, line in enumerate(out) if not line.angle and line.y < one.y), len(out))
            out.insert(at, new)
    return out


def _each(page: PageObject) -> Iterator[Any]:
    listed = _resolved(page.get("/Annots"))
    for one in listed if isinstance(listed, list) else ():
        found = _resolved(one)
        if isinstance(found, dict):
            yield found


def _value(field: Any) -> tuple[str, bool]:
    """What a field holds, and whether it is a tick."""
    kind, flags = _inherited(field, "/FT"), _whole(_inherited(field, "/Ff"))
    if kind == "/Btn":
        if flags & PUSH_BUTTON:
            looks = _resolved(field.get("/MK"))
            return (str(_resolved(looks.get("/CA")) or "") if isinstance(looks, dict) else ""), False
        state = field.get("/AS", _inherited(field, "/V"))
        return ("[x]" if state is not None and str(state) not in ("/Off", "") else "[ ]"), True
    value = _inherited(field, "/V")
    if kind == "/Sig":
        return ("[signed]" if value is not None else ""), False
    if kind == "/Ch":
        return ", ".join(_chosen(field, value)), False
    if flags & PASSWORD or value is None:
        return "", False
    data = value.get_data() if hasattr(value, "get_data") else value
    return (data.decode("latin-1", errors="replace") if isinstance(data, bytes) else str(data)), False


def _chosen(field: Any, value: Any) -> list[str]:
    """The words shown for what is chosen; in the file a choice may have another name."""
    shown = {}
    for option in _inherited(field, "/Opt") or ():
        pair = _resolved(option)
        if isinstance(pair, list) and len(pair) == 2:
            shown[str(_resolved(pair[0]))] = str(_resolved(pair[1]))
    values = value if isinstance(value, list) else [] if value is None else [value]
    return [shown.get(str(_resolved(one)), str(_resolved(one))) for one in values]


def _inherited(field: Any, name: str) -> Any:
    for _ in range(MOST_PARENTS):
        if name in field:
            return _resolved(field.get(name))
        field = _resolved(field.get("/Parent"))
        if not isinstance(field, dict):
            break
    return None


def _quads(one: Any, origin: tuple[float, float]) -> list[tuple[float, float, float, float]]:
    numbers = [float(number) for number in _resolved(one.get("/QuadPoints")) or ()]
    quads = [numbers[at : at + 8] for at in range(0, len(numbers) - 7, 8)]
    boxes = ((min(quad[::2]), min(quad[1::2]), max(quad[::2]), max(quad[1::2])) for quad in quads)
    return [_moved(box, origin) for box in boxes]


def _box(numbers: Any, origin: tuple[float, float]) -> tuple[float, float, float, float] | None:
    sides = [float(_resolved(number)) for number in _resolved(numbers) or ()]
    if len(sides) != 4:
        return None
    return _moved((min(sides[0], sides[2]), min(sides[1], sides[3]), max(sides[0], sides[2]), max(sides[1], sides[3])), origin)


def _moved(box: tuple[float, float, float, float], origin: tuple[float, float]) -> tuple[float, float, float, float]:
    return box[0] - origin[0], box[1] - origin[1], box[2] - origin[0], box[3] - origin[1]


def _whole(number: Any) -> int:
    found = _resolved(number)
    return int(found) if isinstance(found, (int, float)) else 0


def _resolved(one: Any) -> Any:
    return one.get_object() if hasattr(one, "get_object") else one

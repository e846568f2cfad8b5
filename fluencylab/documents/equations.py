"""Equations on one line: MathML of web pages and OMML of Word, as they would be typed.

<mfrac><mn>1</mn><mn>2</mn></mfrac>   -> (1)/(2)  -> 1/2
<msup><mi>x</mi><mn>2</mn></msup>     -> x^2
"""

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple


class MathNode(NamedTuple):
    """An element of either language: its name without a prefix, its own words, and the elements in it."""

    name: str
    words: str
    parts: tuple["MathNode", ...]


def typed(node: MathNode) -> str:
    """The equation as a line of text; "" where it holds no letter."""
    if node.name.endswith("Pr"):  # properties, in OMML
        return ""
    if shape := SHAPES.get(node.name):
        return shape(node)
    return node.words.strip() + _row(node.parts)


def _row(parts: Iterable[MathNode]) -> str:
    return "".join(filter(None, map(typed, parts)))


def _part(node: MathNode, number: int, name: str = "") -> str:
    """The words of a part: in OMML by its name (`num`, `den`, `e`, `sub`, `sup`), in MathML by its place."""
    if name and (named := next((part for part in node.parts if part.name == name), None)):
        return typed(named)
    placed = [part for part in node.parts if not part.name.endswith("Pr")]
    return typed(placed[number]) if number < len(placed) and not (name and _is_office(node)) else ""


def _is_office(node: MathNode) -> bool:
    return any(part.name in ("e", "num", "den", "sub", "sup", "deg") for part in node.parts)


def _tight(words: str) -> str:
    return words if words and re.fullmatch(r"[-−+]?[\w.,]*|\(.*\)", words) else f"({words})"


def _script(sub: str, sup: str) -> str:
    return (f"_{_tight(sub)}" if sub else "") + (f"^{_tight(sup)}" if sup else "")


def _fraction(node: MathNode) -> str:
    return f"{_tight(_part(node, 0, 'num'))}/{_tight(_part(node, 1, 'den'))}"


def _raised(node: MathNode) -> str:
    return _part(node, 0, "e") + _script("", _part(node, 1, "sup"))


def _lowered(node: MathNode) -> str:
    return _part(node, 0, "e") + _script(_part(node, 1, "sub"), "")


def _both(node: MathNode) -> str:
    return _part(node, 0, "e") + _script(_part(node, 1, "sub"), _part(node, 2, "sup"))


def _root(node: MathNode) -> str:
    degree = _part(node, 1, "deg")
    return f"{'√' if not degree else f'root_{_tight(degree)}'}({_part(node, 0, 'e') if _is_office(node) or degree else _row(node.parts)})"


def _square(node: MathNode) -> str:
    return f"√({_row(node.parts)})"


def _large(node: MathNode) -> str:
    """A sum or an integral of OMML: its sign stands in its properties."""
    sign = next((deep.words for part in node.parts if part.name == "naryPr" for deep in part.parts if deep.name == "chr"), "") or "∫"
    return f"{sign}{_script(_part(node, 0, 'sub'), _part(node, 0, 'sup'))} {_part(node, 0, 'e')}"


def _fenced(node: MathNode) -> str:
    marks = {deep.name: deep.words for part in node.parts if part.name == "dPr" for deep in part.parts}
    inside = ", ".join(typed(part) for part in node.parts if part.name == "e")
    return f"{marks.get('begChr', '(')}{inside}{marks.get('endChr', ')')}"


def _rows(node: MathNode) -> str:
    return "[" + "; ".join(", ".join(map(typed, row.parts)) for row in node.parts if row.name in ("mr", "mtr", "mlabeledtr")) + "]"


def _nothing(_node: MathNode) -> str:
    return ""


def _operator(node: MathNode) -> str:
    words = node.words.strip()
    return f" {words} " if words in ("=", "<", ">", "≤", "≥", "≠", "≈", "→", "+", "−", "±", "×", "·", "∈") else f"{words}"


def _first(node: MathNode) -> str:
    """Of <semantics> what is shown: the rest says the same in another language."""
    return typed(node.parts[0]) if node.parts else node.words


SHAPES: dict[str, Callable[[MathNode], str]] = {
    **dict.fromkeys(("f", "mfrac"), _fraction),
    **dict.fromkeys(("sSup", "msup", "mover", "limUpp"), _raised),
    **dict.fromkeys(("sSub", "msub", "munder", "limLow"), _lowered),
    **dict.fromkeys(("sSubSup", "msubsup", "munderover"), _both),
    **dict.fromkeys(("rad", "mroot"), _root),
    **dict.fromkeys(("m", "mtable"), _rows),
    "msqrt": _square,
    "nary": _large,
    "d": _fenced,
    "mo": _operator,
    "semantics": _first,
    **dict.fromkeys(("annotation", "annotation-xml", "mphantom"), _nothing),
}

"""Say again what was asked and what was answered, from a row of evidence and today's content. Pure.

retell("which-locker", "decide", {"picked": "zero"})
    ->  Retold("Which locker?", "/missions/which-locker", "your decision", "Locker reading goes live …", ("Temperature 0 …",))
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from fluencylab.practice import kinds
from fluencylab.practice.kinds import telling
from fluencylab.practice.kinds.telling import Weighed


class Retold(NamedTuple):
    """`said` holds the answer line by line, as it was given. `href` is empty where the exercise is no longer there.

    `weighed`: what of it was right, where the score alone does not say it.
    """

    title: str
    href: str
    part: str
    asked: str
    said: tuple[str, ...]
    weighed: Weighed | None = None


def retell(key: str, stage: str, answer: Mapping[str, Any], score: float | None = None) -> Retold:
    """`key`: how the evidence names its exercise."""
    found = kinds.find(key)
    part = kinds.part(found.kind if found else kinds.kind_of(key), stage)
    if found is None:
        return Retold(key, "", part, *telling.plain(answer))
    weighed = found.kind.weighed(found.of, stage, answer, score) if score is not None else None
    return Retold(found.title, found.href, part, *found.kind.retell(found.of, stage, answer), weighed)

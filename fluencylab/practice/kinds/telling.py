"""Say again what was asked and what was answered, where the answer itself holds the words; what kinds share in telling."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

Said = tuple[str, tuple[str, ...]]
"""What was asked, and the answer line by line, as it was given."""


class Weighed(NamedTuple):
    """What was right of an answer, where its score alone does not say it: in a word, and in a sentence."""

    short: str
    says: str


def option(options: Iterable[tuple[str, str]], picked: Any) -> str:
    """The words of what was picked; what is no longer among the options is named as it was."""
    return dict(options).get(picked, str(picked))


def plain(answer: Mapping[str, Any]) -> Said:
    """An exercise that keeps its own words with the answer, or one that is gone: what it kept, and nothing invented."""
    if isinstance(item := answer.get("item"), dict):
        return _of_item(item, answer.get("picked"))
    if "claim" in answer:
        return f"True or not: {answer['claim']}", ("True." if answer.get("said") else "Not true.",)
    asked = str(answer.get("question") or answer.get("situation") or "")
    if "options" in answer and "picked" in answer:
        return asked, (_kept(answer["options"], answer["picked"]),)
    if "text" in answer:
        return asked, (str(answer["text"]),)
    return asked, tuple(f"{name}: {value}" for name, value in answer.items() if not isinstance(value, (dict, list)) and name != "question")


def _of_item(item: Mapping[str, Any], picked: Any) -> Said:
    """A review item, which lies with its answer as it was laid out."""
    asked = "\n\n".join(part for part in (item.get("situation"), item.get("question")) if part)
    return asked, (_kept(item.get("options", ()), picked),)


def _kept(options: Iterable[Mapping[str, str]], picked: Any) -> str:
    return option(((one["id"], one["text"]) for one in options), picked)

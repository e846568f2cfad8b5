"""A version's messages with `{{variables}}`, filled from a case. What a case says is text: nothing in it is filled again.

variables([Message(role="user", content="Order {{order}}: {{question}}")])      ("order", "question")
filled(messages, {"order": "Q-4821", "question": "Where is {{it}}?"})           "Order Q-4821: Where is {{it}}?"
"""

import re
from collections.abc import Mapping, Sequence

from fluencylab.errors import BadInput
from fluencylab.models.types import Message

_PLACE = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_NAME = re.compile(r"[^\W\d][\w .-]*")
_EXCERPT = 40


def variables(messages: Sequence[Message]) -> tuple[str, ...]:
    """The names of its variables, each once, in order. Raises BadInput for a place that is not closed, or has no name."""
    return tuple(dict.fromkeys(name for message in messages for name in names(message.content)))


def names(text: str) -> tuple[str, ...]:
    """The variables of one text, each once, in order."""
    rest = _PLACE.sub(" ", text)
    if "{{" in rest:
        after = rest[rest.index("{{") :][:_EXCERPT]
        raise BadInput(f"A variable is opened and not closed: “{after}”.", "Write {{name}} with two braces on each side.")
    return tuple(dict.fromkeys(_name(place) for place in _PLACE.findall(text)))


def _name(place: str) -> str:
    name = place.strip()
    if _NAME.fullmatch(name) is None:
        raise BadInput(
            f"{{{{{place[:_EXCERPT]}}}}} is not the name of a variable.",
            "A name begins with a letter and holds letters, figures, spaces, dots, hyphens and underscores.",
        )
    return name


def filled(messages: Sequence[Message], inputs: Mapping[str, str]) -> list[Message]:
    """The messages of one case. Raises BadInput where the case lacks a variable; what the case has besides is left alone."""
    wanted = variables(messages)
    missing = [name for name in wanted if name not in inputs]
    if missing:
        has = ", ".join(sorted(inputs)) or "nothing"
        raise BadInput(
            f"The prompt asks for {_listed(missing)}, and this case does not have it.",
            f"The case has: {has}. Add the column to the dataset, or change the name in the prompt.",
        )
    return [message.model_copy(update={"content": fill(message.content, inputs)}) for message in messages]


def fill(text: str, inputs: Mapping[str, str]) -> str:
    """One text with its variables filled, all at once."""
    return _PLACE.sub(lambda place: inputs[_name(place[1])], text)


def unknown(messages: Sequence[Message], columns: Sequence[str]) -> None:
    """Raises BadInput where the messages ask for a variable that no column of the dataset has."""
    strange = [name for name in variables(messages) if name not in columns]
    if strange:
        raise BadInput(
            f"The prompt asks for {_listed(strange)}, and the dataset has no such column.",
            f"Its columns: {', '.join(columns) or 'none'}. Change the name in the prompt, or bring in a dataset that has it.",
        )


def _listed(some: Sequence[str]) -> str:
    return " and ".join(f"{{{{{name}}}}}" for name in some)

"""The turns of a version that show how to answer, as they are typed: each under a line with who speaks.

typed(version.shown)            "# User\\n\\nIs it late?\\n\\n# Assistant\\n\\nI look."
read_turns("# User\\nIs it late?\\n# Assistant\\nI look.")      the two messages
"""

import re
from collections.abc import Sequence

from fluencylab.errors import BadInput
from fluencylab.models.types import Message

_WHO = re.compile(r"^#[ \t]*(user|assistant|system)[ \t]*$", re.IGNORECASE | re.MULTILINE)


def typed(turns: Sequence[Message]) -> str:
    return "\n\n".join(f"# {one.role.capitalize()}\n\n{one.content}" for one in turns)


def read_turns(text: str) -> tuple[Message, ...]:
    """Raises BadInput for words of which it is not said who speaks them."""
    told = text.replace("\r\n", "\n")
    marks = list(_WHO.finditer(told))
    if told.strip() and (not marks or told[: marks[0].start()].strip()):
        raise BadInput("Of an earlier turn it is not said who speaks it.", "Write # User or # Assistant in the line above each turn.")
    ends = [*(mark.start() for mark in marks[1:]), len(told)][: len(marks)]
    spoken = [(mark[1].lower(), told[mark.end() : end].strip()) for mark, end in zip(marks, ends, strict=True)]
    return tuple(Message.model_validate({"role": role, "content": said}) for role, said in spoken if said)

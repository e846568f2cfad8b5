"""Tool calls out of the pieces in which they are streamed."""

import json
from typing import Any

from fluencylab.models.event_values import NotAStream, clean
from fluencylab.models.types import ToolCall

MOST_CALLS = 16
MOST_ARGUMENTS = 64_000
"""Calls in one answer, and characters of their arguments together: beyond that nobody means them."""
NO_FORM = "its tool calls are not in the form of the OpenAI interface"


class Calls:
    """Tool calls out of their pieces: the name comes first, the arguments' text follows in as many as there are.

    Which call a piece belongs to is told by its index; some endpoints leave that out, and some count every call as 0 and tell them
    apart by their id alone.
    """

    def __init__(self) -> None:
        self.found: list[dict[str, str]] = []
        self.places: dict[int, int] = {}
        self.pieces = 0
        self.size = 0

    def take(self, told: object) -> None:
        if not isinstance(told, list):
            raise NotAStream(NO_FORM)
        for piece in told:
            function = piece.get("function") if isinstance(piece, dict) else None
            if not isinstance(function, dict):
                raise NotAStream(NO_FORM)
            name = clean(function.get("name") or "", 200)
            call = self._call(piece, name)
            arguments = function.get("arguments")
            call["name"] = call["name"] or name
            call["arguments"] += _text(arguments)
            self.pieces += 1
            self.size += len(_text(arguments))
            if self.size > MOST_ARGUMENTS or len(call["arguments"]) > MOST_ARGUMENTS:
                raise NotAStream(f"it wrote more than {MOST_ARGUMENTS:,} characters of arguments for its tool calls")

    def _call(self, piece: dict[str, Any], name: str) -> dict[str, str]:
        index, own = piece.get("index"), clean(piece.get("id") or "", 200)
        index = index if isinstance(index, int) else max(len(self.found) - (not (own or name)), 0)
        place = self.places.get(index)
        if place is None or (name and own and own != self.found[place]["id"]):
            if len(self.found) == MOST_CALLS:
                raise NotAStream(f"it made more than {MOST_CALLS} tool calls in one answer")
            self.places[index] = place = len(self.found)
            self.found.append({"id": own, "name": "", "arguments": ""})
        return self.found[place]

    def whole(self) -> tuple[ToolCall, ...]:
        """With an id for each, also where the endpoint gives none."""
        return tuple(ToolCall(**{**call, "id": call["id"] or f"call_{number}"}) for number, call in enumerate(self.found))


def _text(arguments: object) -> str:
    """Most send pieces of text; some send the object whole."""
    if isinstance(arguments, str) or arguments is None:
        return clean(arguments or "")
    try:
        return clean(json.dumps(arguments))
    except (ValueError, RecursionError):
        raise NotAStream(NO_FORM) from None

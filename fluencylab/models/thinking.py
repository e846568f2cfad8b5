"""Thinking that a model writes into its answer, kept apart from it while both come in pieces.

    "<think>The bill is meant.</think>\\n\\nbilling"   ->   thinking "The bill is meant."   answer "billing"

Only at an answer's beginning: in its middle the same letters are somebody's text. Some chat templates open the thinking in the prompt, so
that an answer only closes it; `orphaned` finds that when the answer is whole.
"""

import re
from typing import NamedTuple

OPEN_CLOSE = {
    "<think>": "</think>",
    "<thinking>": "</thinking>",
    "<thought>": "</thought>",
    "<reasoning>": "</reasoning>",
    "<seed:think>": "</seed:think>",
    "[THINK]": "[/THINK]",
    "◁think▷": "◁/think▷",
    "<|channel|>analysis<|message|>": "<|channel|>final<|message|>",
}
"""DeepSeek, Qwen and most others; Claude's habit; Gemma; several fine-tunes; Seed-OSS; Magistral; Kimi; gpt-oss without its parser."""
_CLOSED = re.compile("|".join(re.escape(close) for close in OPEN_CLOSE.values()))
_STARTS = re.compile(r"<\|start\|>assistant$|<\|end\|>$")
"""What gpt-oss writes between the two, before the channel is named."""


class Part(NamedTuple):
    text: str
    thought: bool


class Splitter:
    """`feed` takes the next piece of the text and gives it back in parts that are thought or answer; an opening that is not whole yet
    is held back. `finish` gives what is still held."""

    def __init__(self) -> None:
        self.held = ""
        self.close: str | None = None
        """How the thinking that was begun will end; empty once it is known that there is none, or no more."""
        self.after = False
        """Thinking has just ended: blank space before the answer belongs to neither."""

    def feed(self, text: str) -> list[Part]:
        if self.close == "":
            return self._answer(text)
        self.held += text
        if self.close is None and not self._begins():
            return []
        return self._thinking() if self.close else self._answer(self._released())

    def finish(self) -> list[Part]:
        rest = self._released()
        return [Part(rest, bool(self.close))] if rest else []

    def _begins(self) -> bool:
        """Whether it is known by now if the answer begins with thinking."""
        begun = self.held.lstrip()
        for opening, close in OPEN_CLOSE.items():
            if begun.startswith(opening):
                self.held, self.close = begun[len(opening) :], close
                return True
        if any(opening.startswith(begun) for opening in OPEN_CLOSE):
            return False
        self.close = ""
        return True

    def _thinking(self) -> list[Part]:
        assert self.close
        thought, found, rest = self.held.partition(self.close)
        if not found:
            keep = next(
                (size for size in range(min(len(self.close) - 1, len(thought)), 0, -1) if self.close.startswith(thought[-size:])), 0
            )
            self.held = thought[len(thought) - keep :]
            thought = thought[: len(thought) - keep]
            return [Part(thought, True)] if thought else []
        self.held, self.close, self.after = "", "", True
        return ([Part(thought, True)] if thought else []) + self._answer(rest)

    def _answer(self, text: str) -> list[Part]:
        if self.after:
            text = text.lstrip()
            self.after = not text
        return [Part(text, False)] if text else []

    def _released(self) -> str:
        held, self.held = self.held, ""
        return held


def orphaned(text: str) -> tuple[str, str]:
    """(thinking, answer) of a whole text whose thinking is closed and was never opened; ("", text) where there is none."""
    closing = _CLOSED.search(text)
    if closing is None:
        return "", text
    return tidy(text[: closing.start()]), text[closing.end() :].lstrip()


def tidy(thinking: str) -> str:
    return _STARTS.sub("", _STARTS.sub("", thinking.strip()))

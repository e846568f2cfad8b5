"""An answer that ends within its first character: the engine keeps the half to itself, and with it what else could have come.

    "اقترح اسمًا لمقهى", one token     nothing: its likeliest token is the byte D8, the first half of an Arabic letter
    asked again, made to write ","    the chances of all tokens at the same place, D8 among them, as they were

The chances are the model's own, before any grammar: a grammar only bars what is drawn. The second call reads nothing anew.
"""

from typing import Any

from fluencylab.models.types import LENGTHS, Completion, Request, Token

FORCED: dict[str, Any] = {"grammar": 'root ::= ","', "max_tokens": 1}
"""For llama.cpp: one token that is a whole character, whatever the model would have written."""


def withheld(request: Request, answer: Completion) -> bool:
    """Was something written of which nothing was told, though its chances were asked for?"""
    written = answer.usage.completion - answer.usage.thinking
    return bool(request.top_logprobs) and not request.json_schema and not answer.tokens and written > 0 and answer.finish in LENGTHS


def with_chances(answer: Completion, forced: Completion, greedy: bool) -> Completion:
    """The same answer, and what its first token could have been. What was drawn is known only where the likeliest always is."""
    if not forced.tokens:
        return answer
    alternatives = forced.tokens[0].alternatives
    logprob = max((one.logprob for one in alternatives), default=None) if greedy else None
    return answer.model_copy(update={"tokens": (Token("", logprob, alternatives, whole=False),)})

"""What was found of a model, in words: when it is added, and beside every number that a setting could not touch. Pure."""

from collections.abc import Mapping
from typing import Any

from fluencylab.models.types import ModelCapabilities

_HEATS = ("temperature", "temperatures", "again_temperature")


def abilities(can: ModelCapabilities) -> str:
    """What a model can do and what it cannot, in words."""
    words = {
        f"give the probabilities of its tokens (up to {can.top_logprobs:,} alternatives)": can.logprobs,
        "keep to a JSON schema": can.json_schema,
        "call tools": can.tools,
        "go on from a beginning": can.continues,
        "repeat itself with the same seed": can.seed,
        "turn texts into embeddings": can.embeddings,
    }
    does, does_not = [word for word, yes in words.items() if yes], [word.partition(" (")[0] for word, yes in words.items() if not yes]
    return " ".join(
        f"It {verb} {_listed(words, last)}." for verb, words, last in (("can", does, "and"), ("cannot", does_not, "or")) if words
    )


def _listed(words: list[str], last: str) -> str:
    return f"{', '.join(words[:-1])} {last} {words[-1]}" if len(words) > 1 else words[0]


def habits(can: ModelCapabilities) -> list[str]:
    """What is different from most models, a sentence each; nothing of a model that takes what most take."""
    if not can.writes:
        return []
    found = [
        (can.reasoning, _thinks(can)),
        (not can.streams, "It does not stream: an answer comes in one piece, so waits cannot be taken apart."),
        (can.temperature == "default", "Its temperature cannot be set: it takes only its default, and none is sent."),
        (can.temperature == "alone", "It takes a temperature or a top_p, not both: only the one that says something is sent."),
        (can.temperature != "default" and can.most_temperature > 0, f"It takes temperatures up to {can.most_temperature:g}."),
        (can.temperature != "default" and can.least_temperature > 0, f"Its lowest temperature is {can.least_temperature:g}, not 0."),
        (not can.top_p, "It takes no top_p."),
        (not can.system, "It has no system role: a system prompt is put before the first message, and has no more weight than that."),
        (can.system == "developer", "Its system prompt is called “developer”."),
        (can.length_field == "max_completion_tokens", "The length of its answers is given as max_completion_tokens."),
        (not can.length_field, "The length of its answers cannot be limited."),
        (can.least_tokens > 1, f"It takes no limit under {can.least_tokens} tokens."),
        (can.most_tokens > 0, f"It takes no limit over {can.most_tokens:,} tokens."),
        (not can.stop, "It cannot be told where to stop: what is written after that place is cut off here, and is paid for."),
        (can.json_object and not can.json_schema, "It writes JSON when asked, and keeps to no given form."),
    ]
    return [sentence for is_so, sentence in found if is_so]


def _thinks(can: ModelCapabilities) -> str:
    little = f", and it is asked to think little (reasoning_effort {can.reasoning_effort})" if can.reasoning_effort else ""
    return f"It thinks before it answers: every limit leaves room for that{little}. Its thinking is billed like its answer."


def not_in_force(can: ModelCapabilities, params: Mapping[str, Any]) -> list[str]:
    """Which of a run's settings were not in force on this model, a sentence each, to stand beside what it measured.

    `params`: a lab's own, by name.
    """
    heats = [float(one) for name in _HEATS for one in _numbers(params.get(name))]
    longest = max((int(one) for one in _numbers(params.get("max_tokens"))), default=0)
    found = [
        (bool(heats) and can.temperature == "default", "temperature was not in force: this model takes only its default"),
        (_over(heats, can), f"a temperature over {can.most_temperature:g} was not in force: that is the most this model takes"),
        (_under(heats, can), f"temperature 0 was not in force: the least this model takes is {can.least_temperature:g}"),
        (_set(params.get("top_p"), 1) and not can.top_p, "top_p was not in force: this model takes none"),
        (bool(longest) and not can.length_field, "the limit on the length was not in force: this model takes none"),
        (0 < longest < can.least_tokens, f"the limit on the length was {can.least_tokens} tokens: this model takes no smaller one"),
        (0 < can.most_tokens < longest, f"the limit on the length was {can.most_tokens:,} tokens: this model takes no larger one"),
        (bool(longest) and can.reasoning, "the limit on the length left room for thinking, so answers may be longer"),
        ("seed" in params and not can.seed, "seeds were not in force: this endpoint heeds none"),
        (bool(params.get("system")) and not can.system, "the system prompt stood in the first message: this model has no system role"),
    ]
    return [sentence for is_so, sentence in found if is_so]


def _over(heats: list[float], can: ModelCapabilities) -> bool:
    return can.temperature != "default" and 0 < can.most_temperature < max(heats, default=0)


def _under(heats: list[float], can: ModelCapabilities) -> bool:
    return can.temperature != "default" and min(heats, default=9) < can.least_temperature


def _numbers(told: Any) -> list[Any]:
    found = told if isinstance(told, list | tuple) else [told]
    return [one for one in found if isinstance(one, int | float) and not isinstance(one, bool)]


def _set(told: Any, default: float) -> bool:
    return any(one != default for one in _numbers(told))

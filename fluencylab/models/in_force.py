"""Which settings of a run the model in use could not heed, in words, to stand beside every number they could not touch. Pure."""

from collections.abc import Mapping
from typing import Any

from fluencylab.models.types import ModelCapabilities

_HEATS = ("temperature", "temperatures", "again_temperature")


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

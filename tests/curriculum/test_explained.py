"""Words of the field are explained where a learner first meets them, in the order of the track: there they stand in bold."""

import re
from collections.abc import Iterator

import pytest

from fluencylab.curriculum.loader import track
from fluencylab.curriculum.schema import Mission

READINGS = [(concept.slug, concept.reading) for concept in track().concepts]
MISSIONS = [mission for concept in track().concepts for mission in concept.missions]
IN_READINGS = [
    "token", "probability", "context window", "system prompt", "history", "prompt caching", "chat template",
    "control token", "schema", "vector", "similarity", "chunk", "re-ranker", "recall", "index", "weights", "adapter",
    "knowledge cutoff", "coverage", "TTFT", "TTLT", "TPS", "percentile", "KV cache", "interval", "dominated",
    "frontier", "batch", "arguments", "indirect prompt injection", "precision", "kappa", "golden set", "Goodhart",
]  # fmt: skip
IN_MISSIONS = ["schema", "prompt caching", "weights", "threshold", "dominated"]


def bold(text: str) -> str:
    return " ".join(re.findall(r"\*\*(.+?)\*\*", text, re.DOTALL)).lower()


def holds(text: str, word: str) -> bool:
    return re.search(rf"\b{re.escape(word.lower())}", text.lower()) is not None


@pytest.mark.parametrize("word", IN_READINGS)
def test_the_first_reading_that_has_a_word_explains_it(word: str) -> None:
    slug, text = next((slug, text) for slug, text in READINGS if holds(text, word))
    assert holds(bold(text), word), f"{slug} has “{word}” and does not set it in bold, with half a sentence that says what it is"


def told(mission: Mission) -> Iterator[str]:
    """What a learner reads of a mission, step by step."""
    yield mission.situation
    yield from (sight.answer for sight in mission.seen.sights)
    yield mission.explain
    yield mission.size_note
    yield from (part for option in mission.decide.options for part in (option.text, option.answer))
    yield mission.decide.twin.change
    yield from mission.decide.twin.answers.values()


@pytest.mark.parametrize("word", IN_MISSIONS)
def test_the_first_mission_that_has_a_word_explains_it_before_it_goes_on(word: str) -> None:
    slug, text = next((mission.slug, text) for mission in MISSIONS for text in told(mission) if holds(text, word))
    assert holds(bold(text), word), f"{slug} has “{word}” and does not explain it"

"""What a text says of a picture agrees with what the page draws."""

import re
from collections.abc import Iterator

from fluencylab.curriculum.loader import track
from fluencylab.curriculum.schema import Mission
from fluencylab.instruments import instrument
from fluencylab.labs.context.chart import POLICIES

COLOUR = re.compile(
    r"\b(black|white|blue|orange|grey|green|red|dark|darker|light|lighter) (block|bar|dot|row|line|cell|box|diamond)s?\b", re.I
)
"""A picture has other colours in the dark."""
COUNTED = re.compile(r"\b(first|second|third|last|upper|lower) row\b", re.I)
"""On a tape the whole call is a row, too."""
TAPES = [mission for concept in track().concepts for mission in concept.missions if "tape" in mission.run.params.get("parts", ())]


def texts(mission: Mission) -> Iterator[str]:
    yield mission.explain
    yield from (sight.answer for sight in mission.seen.sights)


def test_no_text_names_a_part_of_a_picture_by_its_colour() -> None:
    found = [
        (mission.slug, word[0])
        for concept in track().concepts
        for mission in concept.missions
        for text in texts(mission)
        for word in COLOUR.finditer(text)
    ]
    assert not found


def test_a_row_of_a_tape_is_named_as_it_is_headed_and_never_counted() -> None:
    assert TAPES
    for mission in TAPES:
        shown = {POLICIES[one].capitalize() for one in instrument("context").Params.model_validate(mission.run.params).policies}  # type: ignore[attr-defined]
        for text in texts(mission):
            assert not COUNTED.search(text), mission.slug
            named = {one.strip(",. ") for one in re.findall(r"row “([^”]+)”|Under “([^”]+)”", text) for one in one if one}
            assert named <= shown, (mission.slug, named - shown)

"""The mission of the rules that vanished: what is told of a row is what the run shows of it, and its settings let it be seen."""

import re

import pytest

from fluencylab.curriculum.loader import track

FOUND = track().mission("the-rules-that-vanished")
assert FOUND is not None
MISSION = FOUND[1]
ROWS = {"Drop the oldest": ("drop", "missing"), "Keep system and latest": ("keep", "still in place")}
"""By the title of a row: its policy, and what is said there of the system prompt's block."""
TOLD = [MISSION.explain, *(sight.answer for sight in MISSION.seen.sights)]
SENTENCES = [one for text in TOLD for one in re.split(r"\n\n", text)]


def test_its_settings_let_the_rule_vanish_under_one_policy_and_stand_under_the_other() -> None:
    assert set(MISSION.proof) >= {"kept@system@drop == 0", "kept@system@keep == 1", "fits == 0"}
    params = MISSION.run.params
    assert params["policies"] == [policy for policy, _ in ROWS.values()]
    assert "Never name a dose" in params["system"]


@pytest.mark.parametrize("words", [said for _, said in ROWS.values()])
def test_a_block_is_said_to_be_gone_or_there_only_of_the_row_where_it_is(words: str) -> None:
    """One answer said that the black block is still in place, and the next page that the black block is missing."""
    (row,) = (row for row, (_, said) in ROWS.items() if said == words)
    told = [one for one in SENTENCES if words in one]
    assert told and all(f"“{row}”" in one for one in told)
    assert not any(re.search(r"\bblack\b|\b(?:first|second) row\b", one) for one in SENTENCES)

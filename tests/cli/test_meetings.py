"""`fluency meetings`: the list, one meeting, and an answer judged in the terminal; nothing of it is written down."""

import json
from collections.abc import Callable
from typing import Any

from fluencylab.curriculum.meetings import meetings


def test_meetings_are_listed_shown_and_tried_in_the_terminal(run: Callable[..., Any]) -> None:
    rows = json.loads(run("meetings", "list", "--json").out)
    assert [one["slug"] for one in rows] == [one.slug for one in meetings()] and {one["stands"] for one in rows} == {"not begun"}
    shown = json.loads(run("meetings", "show", "under-a-second", "--json").out)
    assert len(shown["rounds"]) == 3 and "says" not in json.dumps(shown["rounds"])
    told = run("meetings", "try", "under-a-second", "--ask", "slowest").out
    assert "in the mean of all 2,000 calls" in told and "Score" not in told
    judged = json.loads(run("meetings", "try", "under-a-second", "--ask", "slowest", "--hears", "empty", "--lacks", "tail", "--json").out)
    assert judged["score"] == 1 and "One call in twenty" in judged["then"]
    gone = run("meetings", "try", "under-a-second", "--ask", "gone")
    assert gone.code != 0 and "no question called" in gone.err

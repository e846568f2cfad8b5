"""`fluency proposals`: the list, one page, and objections judged in the terminal; nothing of it is written down."""

import json
from collections.abc import Callable
from typing import Any

from fluencylab.curriculum.proposals import proposals


def test_proposals_are_listed_shown_and_judged_in_the_terminal(run: Callable[..., Any]) -> None:
    rows = json.loads(run("proposals", "list", "--json").out)
    assert [one["slug"] for one in rows] == [one.slug for one in proposals()] and {one["stands"] for one in rows} == {"not begun"}
    shown = json.loads(run("proposals", "show", "half-the-wait", "--json").out)
    assert len(shown["sentences"]) == 13 and len(shown["reasons"]) == 6 and "kinship" not in json.dumps(shown)
    right = json.loads(
        run("proposals", "try", "half-the-wait", "--object", "3=average", "--object", "4=mix", "--object", "7=kin", "--json").out
    )
    assert right["score"] == 1
    assert "Score 0.00" in run("proposals", "try", "half-the-wait").out
    assert "it is sound" in run("proposals", "try", "the-smaller-one-will-do").out
    for wrong in ("99=kin", "3", "3=none"):
        assert run("proposals", "try", "half-the-wait", "--object", wrong).code != 0
    assert "no proposal called" in run("proposals", "show", "gone").err

"""`fluency cards`: the drills with where one stands, and what any card says."""

from collections.abc import Callable
from pathlib import Path

from fluencylab.curriculum.model_cards import drills

from .conftest import Ended

Run = Callable[..., Ended]


def test_the_drills_are_listed_with_where_one_stands(run: Run, home: Path) -> None:
    rows = run("cards", "list", "--json").json()
    assert [(one["slug"], one["stands"]) for one in rows] == [(one.slug, "not begun") for one in drills()]
    told = run("cards", "list")
    assert told.code == 0 and all(one.title in told.out for one in drills())


def test_a_card_is_read_with_its_lines_and_what_to_ask(run: Run, home: Path, tmp_path: Path) -> None:
    file = tmp_path / "card.md"
    file.write_text("# Nimbus\n\nlicense: mit\n\nAccuracy 92 %\n")
    rows = {one["thing"]: one for one in run("cards", "read", str(file), "--json").json()}
    assert len(rows) == 10 and rows["licence"]["quotes"] == [{"line": 3, "text": "license: mit"}]
    assert [rows[name]["state"] for name in ("licence", "evaluation", "window")] == ["said", "partly", "silent"]
    told = run("cards", "read", str(file))
    assert told.code == 0 and "It gives a result without how many examples it rests on. Ask: Which test was it" in " ".join(
        told.out.split()
    )
    assert run("cards", "read", str(tmp_path / "gone.md")).code == 1

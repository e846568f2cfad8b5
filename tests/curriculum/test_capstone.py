"""Products of the capstone: what a file may not say, the settings that follow from it, and what is recorded of it."""

from pathlib import Path
from typing import Any

import pytest
from capstone_fixture import PRODUCT, product, recording
from pydantic import ValidationError

from fluencylab.curriculum.capstone import FOLDER, capstones
from fluencylab.curriculum.capstone_recorded import Recorded, recorded, setup_key
from fluencylab.errors import ContentError

EVERY = capstones()


def part(name: str, **changes: Any) -> dict[str, Any]:
    return {name: PRODUCT[name] | changes}


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"knobs": PRODUCT["knobs"][::-1]}, "in this order"),
        ({"hidden": PRODUCT["shown"] * 2}, "same text"),
        ({"defaults": PRODUCT["defaults"] | {"examples": "ninety"}}, "is not set"),
        ({"examples": {"three": PRODUCT["examples"]["three"]}}, "no examples called ten"),
        (part("fault", path=["longer", "whole", "more"]), "costs more than the budget"),
        (part("fault", path=["longer", "gone"]), "name probes"),
        (part("fault", planted=["cut-short", "cut-short"]), "names two causes"),
        (part("spec", reference=["gone"]), "names acceptance tests"),
        (part("proposal", best="gone"), "one of the options"),
        (part("memo", rulings=[one | {"least": 0.5} for one in PRODUCT["memo"]["rulings"]]), "whatever was measured"),
    ],
)
def test_a_file_that_points_nowhere_is_refused(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        product(**changes)


def test_settings_follow_from_the_levels_the_faults_and_what_a_probe_heals() -> None:
    of = product()
    assert of.healthy.examples == "three" and of.healthy.length == 8
    assert (of.broken.length, of.broken.message) == (2, "half")
    healed = of.probed(next(one for one in of.fault.probes if one.slug == "longer"))
    assert (healed.length, healed.message) == (8, "half"), "one fault is healed, and the other is there still"
    with pytest.raises(ValueError, match="Examples is not set"):
        of.setup({})


def test_the_same_settings_are_the_same_recording_and_it_reads_as_it_was_written(tmp_path: Path) -> None:
    of = product()
    kept = recording(of)
    assert setup_key(of.healthy) == setup_key(of.setup(of.reference)) and setup_key(of.healthy) in kept.of
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / "lost-bags.json").write_text(kept.written(), encoding="utf-8")
    again = recorded("lost-bags", tmp_path)
    assert again == kept and isinstance(again, Recorded) and len(kept.written().splitlines()) == len(kept.setups) + 2


@pytest.mark.parametrize(("text", "says"), [(None, "is missing"), ("{", "not valid JSON"), ("{}", "lost-bags")])
def test_a_recording_that_cannot_be_read_names_its_file(tmp_path: Path, text: str | None, says: str) -> None:
    (tmp_path / FOLDER).mkdir()
    if text is not None:
        (tmp_path / FOLDER / "lost-bags.json").write_text(text, encoding="utf-8")
    with pytest.raises(ContentError, match=says):
        recorded("lost-bags", tmp_path)


def test_every_trade_has_one_product_of_either_form() -> None:
    assert len({one.trade for one in EVERY}) == 4 and len({(one.trade, one.form) for one in EVERY}) == len(EVERY) == 8

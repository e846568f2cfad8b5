"""What the products of the capstone answered to their hidden cases, recorded on a real model: `content/capstone/<slug>.json`.

    recorded("lost-property").of[setup_key(setup)].texts[3]     ->  ("umbrella", "umbrella")     case 3, two draws

By the setup itself: a knob's level, a mutant or a fault that sets the same is the same recording. `tools/record_capstone.py` makes it anew.
"""

import json
from functools import cache, cached_property
from pathlib import Path

from pydantic import Field

from fluencylab.curriculum.capstone import FOLDER, Setup
from fluencylab.curriculum.loader import CONTENT, _parse
from fluencylab.curriculum.schema import Content
from fluencylab.errors import ContentError
from fluencylab.figures.figure import Conditions


def setup_key(setup: Setup) -> str:
    """The same for the same settings."""
    return json.dumps(setup.model_dump(), sort_keys=True, ensure_ascii=False)


class RecordedSetup(Content):
    """`texts`: case by case, draw by draw; `cut_off` the same. `tokens`: what a call read and wrote, on average."""

    setup: Setup
    texts: tuple[tuple[str, ...], ...]
    cut_off: tuple[tuple[bool, ...], ...]
    tokens: float = Field(ge=0)


class Recorded(Content):
    """`asked`: a hash of what was asked (cases, examples, stop), so that a recording of other words is known as such."""

    conditions: Conditions
    asked: str
    setups: tuple[RecordedSetup, ...]

    @cached_property
    def of(self) -> dict[str, RecordedSetup]:
        return {setup_key(one.setup): one for one in self.setups}

    def written(self) -> str:
        """A line for each setup, so that a change can be read."""
        head = json.dumps({"conditions": self.conditions.model_dump(mode="json"), "asked": self.asked}, ensure_ascii=False)
        lines = (json.dumps(one.model_dump(mode="json"), ensure_ascii=False) for one in self.setups)
        return f'{head[:-1]}, "setups": [\n' + ",\n".join(lines) + "\n]}\n"


@cache
def recorded(slug: str, folder: Path = CONTENT) -> Recorded:
    """Read once a process. Raises ContentError, which names the file."""
    file = folder / FOLDER / f"{slug}.json"
    remedy = f"Restore it, or record it anew: python -m tools.record_capstone {slug}."
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ContentError(f"{file} is missing.", remedy) from None
    except json.JSONDecodeError as error:
        raise ContentError(f"{file} is not valid JSON: {error}.", remedy) from None
    return _parse(Recorded, found, file)

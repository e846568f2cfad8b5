"""Make the recordings of the readings' figures anew, on the model that the lab brings along.

python -m tools.figures                                      all of them
python -m tools.figures --only latency                       those of one concept
python -m tools.figures --only latency/eight-at-once         one

Each goes to fluencylab/content/concepts/<concept>/figures/<name>.json with its conditions. Look at the page afterwards: what a figure says
is worked out from its recording, and another model may say something else.
"""

import argparse
import asyncio
import json
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT)]

from fluencylab import __version__, clock  # noqa: E402
from fluencylab.curriculum.figures import FigureText, figure_texts, recording_file  # noqa: E402
from fluencylab.curriculum.loader import track  # noqa: E402
from fluencylab.figures.figure import Conditions, Recording, work_out  # noqa: E402
from fluencylab.instruments.figures import module  # noqa: E402
from fluencylab.models import catalogue, close, open_model  # noqa: E402
from fluencylab.models.types import Model  # noqa: E402

LARGEST = 30_000
"""Bytes of a recording."""


def chosen(only: Sequence[str]) -> list[tuple[str, FigureText]]:
    every = [(concept.slug, text) for concept in track().concepts for text in figure_texts(concept.slug)]
    return [(slug, text) for slug, text in every if not only or slug in only or f"{slug}/{text.name}" in only]


async def record(model: Model, concept: str, text: FigureText) -> None:
    figure = module(text)
    made = await figure.record(model)
    card = made.card or model.card
    conditions = Conditions(
        model=card.name,
        sha256=card.sha256[:12] or "unknown",
        date=clock.now().date().isoformat(),
        settings=made.settings,
        calls=made.calls,
        what=made.what,
        version=__version__,
    )
    kept = Recording(conditions=conditions, data=made.data.model_dump(mode="json"))
    states = len(work_out(figure, kept.data).states)
    told = json.dumps(kept.model_dump(mode="json"), ensure_ascii=False, separators=(",", ":")) + "\n"
    if len(told.encode()) > LARGEST:
        raise SystemExit(f"{concept}/{text.name}: {len(told.encode()):,} bytes; a recording has at most {LARGEST:,}. Keep less.")
    file = recording_file(concept, text.name)
    file.parent.mkdir(exist_ok=True)
    file.write_text(told, encoding="utf-8")
    print(f"{file.relative_to(ROOT)}: {made.calls} {made.what}, {states} states, {len(told.encode()):,} bytes", flush=True)


async def main(only: Sequence[str]) -> None:
    model = await open_model(catalogue.DEFAULT)
    try:
        for concept, text in chosen(only):
            await record(model, concept, text)
    finally:
        await close(model)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", action="append", default=[], metavar="CONCEPT[/NAME]")
    asyncio.run(main(parser.parse_args().only))

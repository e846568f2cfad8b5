"""Record what products of the capstone answer with every setting, mutant and fault, on the model that the lab brings along.

    python -m tools.record_capstone lost-property               all of it, to fluencylab/content/capstone/lost-property.json
    python -m tools.record_capstone lost-property --part grid   only look: nothing is written
    python -m tools.record_capstone --new                       those of which nothing is recorded, or of which other words are

It prints for each setup how many of its answers are right, and what a call reads and writes. Setups already recorded in the same words
are not asked again.
"""

import argparse
import asyncio
import os
import sys
from pathlib import Path
from typing import get_args

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT)]
os.environ.setdefault("FLUENCY_ENGINE_SLOTS", "2")  # cases of one setup share its beginning

from fluencylab import __version__, clock  # noqa: E402
from fluencylab.actions.capstone_recording import Part, asked, record, setups  # noqa: E402
from fluencylab.curriculum.capstone import FOLDER, CapstoneProduct, capstones, find_capstone  # noqa: E402
from fluencylab.curriculum.capstone_recorded import Recorded, RecordedSetup, recorded, setup_key  # noqa: E402
from fluencylab.curriculum.loader import CONTENT  # noqa: E402
from fluencylab.errors import ContentError  # noqa: E402
from fluencylab.figures.figure import Conditions  # noqa: E402
from fluencylab.instruments.capstone import DRAWS  # noqa: E402
from fluencylab.models import catalogue, close, open_model  # noqa: E402
from fluencylab.models.types import Model  # noqa: E402
from fluencylab.practice.checkers import wrong  # noqa: E402


def line(of: CapstoneProduct, one: RecordedSetup) -> str:
    """Right of so many, tokens a call, what of the setup differs from the healthy one, and the first wrong answer."""
    said = [(case, text) for case, row in zip(of.hidden, one.texts, strict=True) for text in row]
    bad = [f"{text!r} for {case.expect!r}" for case, text in said if wrong(of.checks, text, case.expect)]
    healthy = of.healthy.model_dump()
    differs = {name: value for name, value in one.setup.model_dump().items() if value != healthy[name]}
    return f"{len(said) - len(bad):3} of {len(said)}  {one.tokens:6.1f} tokens  {differs or 'healthy'}  {bad[:1]}"


def had(of: CapstoneProduct) -> list[RecordedSetup]:
    try:
        known = recorded(of.slug)
    except ContentError:
        return []
    return list(known.setups) if known.asked == asked(of) else []


def conditions(model: Model, of: CapstoneProduct, calls: int) -> Conditions:
    return Conditions(
        model=model.card.name,
        sha256=model.card.sha256[:12] or "unknown",
        date=clock.now().date().isoformat(),
        settings=f"{DRAWS} draws of {len(of.hidden)} hidden cases, seeds from 1",
        calls=calls,
        what="answers",
        version=__version__,
    )


async def main(slugs: list[str], parts: list[Part]) -> None:
    model = await open_model(catalogue.DEFAULT)
    try:
        for slug in slugs:
            of = find_capstone(slug)
            if of is None:
                raise SystemExit(f"There is no product called {slug}: {', '.join(one.slug for one in capstones())}.")
            wanted, known = setups(of, parts or get_args(Part)), {setup_key(one.setup): one for one in had(of)}
            fresh = [one for one in wanted if setup_key(one) not in known]
            print(f"{slug}: {len(fresh)} of {len(wanted)} setups to ask", flush=True)
            told = lambda one, of=of: print(line(of, one), flush=True)  # noqa: E731
            for one in await record(model, of, fresh, told):
                known[setup_key(one.setup)] = one
            if parts:
                continue
            kept = tuple(known[setup_key(one)] for one in wanted)
            made = Recorded(
                conditions=conditions(model, of, sum(len(row) for one in kept for row in one.texts)), asked=asked(of), setups=kept
            )
            file = CONTENT / FOLDER / f"{slug}.json"
            file.write_text(made.written(), encoding="utf-8")
            print(f"{file.name}: {made.conditions.calls} answers, {file.stat().st_size:,} bytes", flush=True)
    finally:
        await close(model)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("slugs", nargs="*")
    parser.add_argument("--part", action="append", choices=get_args(Part), default=[])
    parser.add_argument("--new", action="store_true")
    given = parser.parse_args()
    chosen = given.slugs or ([one.slug for one in capstones() if not had(one)] if given.new else [one.slug for one in capstones()])
    asyncio.run(main(chosen, given.part))

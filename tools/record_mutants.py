"""Record what the practice spec's version answers, as it is and with one fault after the other, on the model that the lab brings along.

    python -m tools.record_mutants                    all of it, to fluencylab/content/practice-product/mutants.json
    python -m tools.record_mutants --to /tmp/m.json

The conversations are those that are recorded already.
The last mission of the practice course stands on it. What the mission says of it is proved by `fluency check`, and `fluency check --live
--only a-spec-that-stops-it` asks a part of it again. Look at the mission afterwards: on another model other faults may make it worse.
"""

import argparse
import asyncio
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT)]
os.environ.setdefault("FLUENCY_ENGINE_SLOTS", "1")  # several at once would each read the same prompt

from fluencylab import __version__, clock  # noqa: E402
from fluencylab.actions.workbench.practice_mutants import record  # noqa: E402
from fluencylab.curriculum.loader import CONTENT  # noqa: E402
from fluencylab.curriculum.practice_mutants import FILE, RecordedMutants  # noqa: E402
from fluencylab.curriculum.practice_product import FOLDER  # noqa: E402
from fluencylab.figures.figure import Conditions  # noqa: E402
from fluencylab.models import catalogue, close, open_model  # noqa: E402
from fluencylab.practice.recorded_mutants import asked, version  # noqa: E402


def far(done: int, of: int) -> None:
    if done % 12 == 0 or done == of:
        print(f"{done} of {of}", flush=True)


async def recorded() -> RecordedMutants:
    model = await open_model(catalogue.DEFAULT)
    try:
        answers = await record(model, asked(), far)
    finally:
        await close(model)
    conditions = Conditions(
        model=model.card.name,
        sha256=model.card.sha256[:12] or "unknown",
        date=clock.now().date().isoformat(),
        settings=f"temperature {version().temperature:g}, at most {version().max_tokens} tokens, seeds from 1",
        calls=sum(len(one.texts) for one in answers),
        what="answers",
        version=__version__,
    )
    return RecordedMutants(conditions=conditions, answers=answers)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--to", type=Path, default=CONTENT / FOLDER / FILE)
    file, made = parser.parse_args().to, asyncio.run(recorded())
    file.write_text(made.written(), encoding="utf-8")
    print(f"{file}: {made.conditions.calls} answers, {file.stat().st_size:,} bytes")

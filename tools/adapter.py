"""Make the adapter in the package: fine-tune the embedded model on `content/sets/tuning.toml`, by the same code as the page.

    python tools/adapter.py          a minute on two idle cores; writes fluencylab/models/adapter/<hash>.gguf and the record beside it

Needs the extra `[finetune]` and the embedded model's file (`fluency models fetch`). The record holds the examples, the settings, the loss
of every step, the time it took and on what: it is the recorded run that is shown where the extra is not installed.
"""

import asyncio
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from fluencylab.curriculum import loader
from fluencylab.models import adapters, training
from fluencylab.models.adapters import Example
from fluencylab.models.training import Progress, Settings


def show(told: Progress) -> None:
    print(f"{told.stage} {told.step} of {told.of}, loss {told.loss:.3f}" if told.step else told.stage, flush=True)


async def main() -> None:
    before = sorted(adapters.FOLDER.glob("*.*"))
    examples = [Example(question=one.question, answer=one.answer) for one in loader.tuning().examples]
    made = await training.train(examples, Settings(), show, name="Quillby", folder=adapters.FOLDER)
    for old in before:
        if old.stem != made.path.stem:
            old.unlink()
    print(f"{made.path.name}: {made.bytes:,} bytes, {made.how.steps} steps, loss {made.how.loss:.3f}, {made.how.seconds:.0f} s")


if __name__ == "__main__":
    asyncio.run(main())

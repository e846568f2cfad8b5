"""The lab's third view against a plain script: 2 temperatures × 12 answers through the instrument, and the same calls one after another.

    python bench/sampling.py            a table
    python bench/sampling.py --json     for a program

The same prompt, seeds and settings each way, by the bare `openai` client one after another and all at once. Then a long prompt, a fresh one
each time, as somebody writes who tries a prompt of their own: there reading is most of the work. The ways take turns,
so that a busy minute hits them all, and medians are compared. What bounds it is told by the processor time the lab's own process
takes: the rest of the wall time is the engine's arithmetic, and whatever else the machine does.
"""

import argparse
import asyncio
import json
import os
import statistics
import sys
import time
from pathlib import Path
from typing import Any

import openai

sys.path.insert(0, str(Path(__file__).parents[1]))

from fluencylab.labs.sampling import instrument as sampling
from fluencylab.models import close, open_model, wire
from fluencylab.models.client import Client
from fluencylab.models.engine import KEY
from fluencylab.models.types import Message, Request

TARGET = 0.9
PARAMS = sampling.Params(parts=("again",), prompt="Suggest one name for a coffee shop.", temperatures=(0.7, 1.0), samples=12, max_tokens=24)
LETTER = "Guests of table {} asked for the opening hours, a quiet corner, the prices of cakes, and a card for their friends. "
LONG = sampling.Params(parts=("again",), prompt="fresh", temperatures=(0.8,), samples=8, max_tokens=24)
TARGET_LONG = 0.9
ABOUT = "Asking again and again: the lab against a script that makes the same calls one after another."


async def through_the_lab(model: Client, bare: openai.AsyncOpenAI, params: sampling.Params) -> list[int]:
    steps = [step async for step in sampling.run(model, params)]
    return [step.data["tokens"] for step in steps]


async def one_after_another(model: Client, bare: openai.AsyncOpenAI, params: sampling.Params) -> list[int]:
    return [await call(bare, body) for body in bodies(model, params)]


async def all_at_once(model: Client, bare: openai.AsyncOpenAI, params: sampling.Params) -> list[int]:
    return list(await asyncio.gather(*(call(bare, body) for body in bodies(model, params))))


async def call(bare: openai.AsyncOpenAI, body: dict[str, Any]) -> int:
    usual = {name: body[name] for name in ("messages", "model", "temperature", "top_p", "max_tokens", "seed")}
    further = {name: value for name, value in body.items() if name not in (*usual, "stream", "stream_options")}
    answer = await bare.chat.completions.create(**usual, extra_body=further)
    return int(answer.usage.completion_tokens)


def bodies(model: Client, params: sampling.Params) -> list[dict[str, Any]]:
    """The instrument's calls, as they go over the wire."""
    asked = [(temperature, params.seed + i) for temperature in params.temperatures for i in range(params.samples)]
    prompt = (Message(role="user", content=params.prompt),)
    plain = Request(messages=prompt, max_tokens=params.max_tokens)
    return [wire.body(model.entry, plain.model_copy(update={"temperature": temperature, "seed": seed})) for temperature, seed in asked]


def fresh(number: int) -> sampling.Params:
    """A prompt of 190 words that nobody has read yet."""
    return LONG.model_copy(
        update={"prompt": f"{number} Suggest a name for this café. " + "".join(map(LETTER.format, range(number, number + 9)))}
    )


WAYS = {"lab": through_the_lab, "one after another": one_after_another, "all at once": all_at_once}


async def measure(rounds: int) -> dict[str, Any]:
    model = await open_model()
    bare = openai.AsyncOpenAI(base_url=await model.base_url(), api_key=KEY, max_retries=0)
    took: dict[str, list[float]] = {name: [] for name in WAYS}
    took_long: dict[str, list[float]] = {name: [] for name in WAYS}
    own: dict[str, list[float]] = {name: [] for name in WAYS}
    tokens: dict[str, list[int]] = {name: [] for name in WAYS}
    try:
        await through_the_lab(model, bare, PARAMS)
        names = list(WAYS)
        for number in range(rounds):
            for name in names[number % 3 :] + names[: number % 3]:
                began, busy = time.perf_counter(), time.process_time()
                written = await WAYS[name](model, bare, PARAMS)
                took[name].append(time.perf_counter() - began)
                own[name].append(time.process_time() - busy)
                tokens[name].append(sum(written))
                began = time.perf_counter()
                await WAYS[name](model, bare, fresh(100 * number + 10 * names.index(name) + int(time.time()) % 10**6 * 1000))
                took_long[name].append(time.perf_counter() - began)
    finally:
        await bare.close()
        await close(model)
    seconds = {name: statistics.median(each) for name, each in took.items()}
    long = {name: statistics.median(each) for name, each in took_long.items()}
    speed = {name: statistics.median(n / s for n, s in zip(tokens[name], took[name], strict=True)) for name in WAYS}
    return {
        "about": ABOUT,
        "rows": rows(seconds, long, speed, statistics.median(own["lab"])),
        "ratio": round(seconds["lab"] / seconds["one after another"], 3),
        "median_s": {name: round(value, 2) for name, value in seconds.items()},
        "long_median_s": {name: round(value, 2) for name, value in long.items()},
        "tokens_per_s": {name: round(value, 1) for name, value in speed.items()},
        "own_processor_s": {name: round(statistics.median(each), 3) for name, each in own.items()},
        "each_s": {name: [round(value, 2) for value in each] for name, each in took.items()},
        "calls": sampling.calls(PARAMS),
        "rounds": rounds,
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None,
    }


def rows(seconds: dict[str, float], long: dict[str, float], speed: dict[str, float], own: float) -> list[dict[str, Any]]:
    ratio, share = seconds["lab"] / seconds["one after another"], own / seconds["lab"]
    bound = "the engine's arithmetic" if share < 0.25 else "the lab's own work"
    return [
        {
            "what": "24 answers, wall time beside one after another",
            "value": f"{ratio:.2f}",
            "target": f"≤ {TARGET}",
            "met": ratio <= TARGET,
            "means": f"{seconds['lab']:.1f} s instead of {seconds['one after another']:.1f} s: the engine works on eight answers at a time",
        },
        {
            "what": "8 answers to a fresh prompt of 190 words, beside one after another",
            "value": f"{long['lab'] / long['one after another']:.2f}",
            "target": f"≤ {TARGET_LONG}",
            "met": long["lab"] / long["one after another"] <= TARGET_LONG,
            "means": f"read once, {long['lab']:.1f} s; eight calls at once read it up to eight times, {long['all at once']:.1f} s",
        },
        {
            "what": "the lab's own processor time, of that wall time",
            "value": f"{share:.2f}",
            "target": "≤ 0.25",
            "met": share <= 0.25,
            "means": f"bounded by {bound}: {speed['lab']:.0f} tokens/s, against {speed['one after another']:.0f} one at a time",
        },
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    found = asyncio.run(measure(given.rounds))
    if given.json:
        print(json.dumps(found))
        return 0
    for row in found["rows"]:
        print(f"{row['what']:68} {row['value']:>6} (target {row['target']})  {row['means']}")
    print(f"load {found['load']} on {found['cores']} cores, medians of {found['rounds']} rounds")
    return 0 if all(row["met"] for row in found["rows"]) else 1


if __name__ == "__main__":
    sys.exit(main())

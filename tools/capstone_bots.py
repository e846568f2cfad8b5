"""What an expert and every bot earn of each product of the capstone, part by part: for who writes one.

    python -m tools.capstone_bots                   all of them
    python -m tools.capstone_bots lost-property     one, with every rule of thumb

A bot that earns more than 0.3 in all is marked, and so is an expert's part under 0.8.
"""

import sys
from pathlib import Path
from random import Random

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT)]

from fluencylab.actions.kinds.capstone import ENOUGH, faults  # noqa: E402
from fluencylab.curriculum.capstone import CapstoneProduct, capstones  # noqa: E402
from fluencylab.curriculum.loader import track  # noqa: E402
from fluencylab.practice.capstone import bots  # noqa: E402
from fluencylab.practice.capstone.handed_in import expert, scores  # noqa: E402
from fluencylab.practice.capstone.total import PARTS, total  # noqa: E402
from fluencylab.practice.scored import scored_items  # noqa: E402
from fluencylab.stats import mean  # noqa: E402

TIES = 20


def line(name: str, found: list[dict[str, float]], low: bool = False) -> str:
    parts = {part: mean([one[part] for one in found]) for part in PARTS}
    whole = total(parts)
    bad = whole < ENOUGH or min(parts.values()) < ENOUGH if low else whole > bots.BAR
    return f"  {name:44} {whole:.2f}   " + "  ".join(f"{part} {score:.2f}" for part, score in parts.items()) + ("   ✗" if bad else "")


def tell(of: CapstoneProduct, every: bool) -> None:
    print(of.slug)
    for wrong in faults(of):
        print(f"  ✗ {wrong}")
    print(line("expert", [scores(of, expert(of))], low=True))
    items = [one for one in scored_items(track().concepts) if not one.kind.startswith("capstone")]
    known = {**{name: (bot, bots.SEEDS) for name, bot in bots.BOTS.items()}, "words of others": (bots.ranker(of, capstones(), items), TIES)}
    for name, (bot, seeds) in known.items():
        print(line(name, [scores(of, bot(of, Random(seed))) for seed in range(seeds)]))
    rules = {name: [scores(of, bot(of, Random(seed))) for seed in range(TIES)] for name, bot in bots.rules_of_thumb().items()}
    for name, found in sorted(rules.items(), key=lambda one: -mean([total(each) for each in one[1]]))[: None if every else 2]:
        print(line(f"rule: {name}", found))


if __name__ == "__main__":
    wanted = sys.argv[1:]
    for one in capstones():
        if not wanted or one.slug in wanted:
            tell(one, bool(wanted))

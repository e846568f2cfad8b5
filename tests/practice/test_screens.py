"""Screens with drawn figures: the key of each is what its own table gives, worked out here from the table alone."""

import re

import pytest

from fluencylab.curriculum.loader import track
from fluencylab.practice.items import Item
from fluencylab.practice.screens import ROUNDS, TABLES, items
from fluencylab.practice.variants import bank

DRAWN = [item for concept in track().concepts for item in items(concept.slug)]


def cells(item: Item) -> list[list[float]]:
    lines = [line.strip("| ").split(" | ") for line in item.situation.splitlines() if line.startswith("|")][2:]
    return [[float(re.sub(r"[$,]", "", cell)) for cell in line if re.fullmatch(r"\$?[\d.,]+", cell)] for line in lines]


def key(item: Item) -> str:
    return next(option.text for option in item.options if option.id == item.best)


def word(item: Item) -> str:
    return f"{item.concept}/{item.best}"


def share(part: float, whole: float) -> str:
    return f"{part:g} of {whole:g}"


def worked_out(item: Item) -> str:
    found, table = cells(item), word(item)
    if item.concept == "evaluation-metrics":
        (hit, missed), (false, passed) = found
        whole = hit + missed + false + passed
        part, of = {
            "precision": (hit, hit + false),
            "recall": (hit, hit + missed),
            "accuracy": (hit + passed, whole),
            "base": (hit + missed, whole),
        }[item.best]
        return f"{100 * part / of:.0f} %"
    if item.concept == "embeddings-and-search":
        ranks = [int(one) for one in item.situation.splitlines()[-1].split(", ")]
        if item.best == "mrr":
            return f"{sum(1 / rank for rank in ranks) / 10:.2f}"
        return f"{sum(rank <= int(item.best.removeprefix('at')) for rank in ranks) / 10:.2f}"
    if item.concept == "rag-or-fine-tuning":
        (right, wrong), (lucky, lost) = found
        whole = right + wrong + lucky + lost
        return {
            "hits": share(right + wrong, whole),
            "rag": share(right + lucky, whole),
            "reading": share(right, right + wrong),
            "weights": share(lucky, lucky + lost),
        }[item.best]
    if item.concept == "latency":
        sent, queued, first, last = (row[0] for row in found)
        return f"{ {'ttft': first - sent, 'ttlt': last - sent, 'prefill': first - queued, 'decoding': last - first}[item.best]:.1f} s"
    if item.concept == "cost-and-quality":
        calls, right, read, written, paid_read, paid_written = (row[0] for row in found)
        of_read, of_written = read * paid_read / 1e6, written * paid_written / 1e6
        both = of_read + of_written
        return f"${ {'read': of_read, 'written': of_written, 'call': both, 'right': both * calls / right}[item.best]:.5f}"
    raise AssertionError(table)


CHECKED = {"evaluation-metrics", "embeddings-and-search", "rag-or-fine-tuning", "latency", "cost-and-quality"}


@pytest.mark.parametrize("item", [item for item in DRAWN if item.concept in CHECKED], ids=word)
def test_a_key_is_what_its_table_gives(item: Item) -> None:
    assert key(item) == worked_out(item)


@pytest.mark.parametrize("item", [item for item in DRAWN if item.concept == "tokens-and-temperature"], ids=word)
def test_the_place_that_is_meant_is_the_only_one_that_fits(item: Item) -> None:
    lines = [line.strip("| ").split(" | ") for line in item.situation.splitlines() if line.startswith("|")][2:]
    shares = {name: [int(cell) for cell in rest] for name, *rest in lines}

    def kept(name: str) -> int:
        return next(n for n in range(1, 5) if sum(shares[name][:n]) >= 90)

    fits = {"sure": kept(key(item)) == 1, "two": kept(key(item)) == 2, "three": kept(key(item)) == 3, "even": kept(key(item)) == 4}
    assert fits[item.best]
    assert sorted(kept(name) for name in shares) == [1, 2, 3, 4]
    assert all(97 <= sum(row) <= 100 for row in shares.values())


def test_each_number_of_a_table_is_right_once_and_all_four_differ() -> None:
    assert set(TABLES) == {concept.slug for concept in track().concepts}
    for concept in track().concepts:
        asked = list(items(concept.slug))
        assert len(asked) == 4 * ROUNDS
        for screen in {item.situation for item in asked}:
            four = [item for item in asked if item.situation == screen]
            assert len({item.best for item in four}) == len({key(item) for item in four}) == 4
        assert set(asked) <= set(bank(concept))

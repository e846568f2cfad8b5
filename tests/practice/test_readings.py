"""What a probe printed says what its key says: the figures are read again here, by other rules than they were drawn by."""

import re
from datetime import datetime

import pytest

from fluencylab.curriculum.bench import bench
from fluencylab.curriculum.loader import track
from fluencylab.practice.items import Item
from fluencylab.practice.variants import bank

READINGS = [item for concept in track().concepts for item in bank(concept) if item.form == "reading"]


def probe(item: Item) -> str:
    return next(slug for slug in ("by-rule", "tokens", "search", "trace") if f"/{slug}-" in item.id)


def rows(item: Item) -> list[list[str]]:
    lines = [line.strip("| ").split(" | ") for line in item.situation.splitlines() if line.startswith("|")]
    return lines[2:]


def of_tokens(item: Item) -> str:
    told = re.findall(r"window has ([\d,]+).* may have (\d+), and has (\d+)", item.situation)[0]
    window, most, written = (int(one.replace(",", "")) for one in told)
    read = sum(int(tokens.replace(",", "")) for _, tokens in rows(item))
    assert 0.9 * window < read <= window, "the fullness of the window tells nothing"
    assert written <= most
    if "system" not in rows(item)[0][0]:
        return "overflow"
    return "cut" if written == most else "none"


def of_search(item: Item) -> str:
    if "None of the articles" in item.situation:
        return "gap"
    wanted = re.findall("what was asked: “(.+)”", item.situation)[0]
    _, title, changed, indexed = rows(item)[0]
    if title != wanted:
        return "wrong-chunk"
    return "stale" if datetime.strptime(changed, "%d %B %Y") > datetime.strptime(indexed, "%d %B %Y") else "none"


def of_trace(item: Item) -> str:
    typed, example, allowed, called = (row[1] for row in rows(item))
    if typed == called:
        return "none"
    return "copied" if called == example else "bad-schema" if len(typed) != len("Q-") + int(allowed.split()[2]) else "?"


def of_marks(item: Item) -> str:
    (_, _, passed), (_, _, stopped) = rows(item)
    found = int(stopped) / (int(passed) + int(stopped))
    return "judge" if found < 0.3 else "none" if int(passed) + int(stopped) < 10 else "worse"


READ = {"tokens": of_tokens, "search": of_search, "trace": of_trace, "by-rule": of_marks}


@pytest.mark.parametrize("item", READINGS, ids=lambda item: item.id)
def test_the_figures_say_what_the_key_says(item: Item) -> None:
    assert READ[probe(item)](item) == item.best


def test_of_one_probe_each_answer_is_right_equally_often_and_its_options_are_the_same_each_time() -> None:
    for case in bench().cases:
        for slug in READ:
            asked = [item for item in READINGS if item.id.startswith(f"reading/{case.slug}/{slug}-")]
            keys = [item.best for item in asked]
            assert len({keys.count(key) for key in keys}) <= 1
            assert len({frozenset((one.id, one.text) for one in item.options) for item in asked}) <= 1


def test_every_case_has_readings_and_no_two_are_alike() -> None:
    assert {item.id.split("/")[1] for item in READINGS} == {case.slug for case in bench().cases}
    assert len({item.situation for item in READINGS}) == len(READINGS)

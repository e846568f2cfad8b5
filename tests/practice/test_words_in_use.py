"""Words are asked in use: in a meeting, on a screen, in a spec; a printed sentence is only recognised, and hardly ever asked."""

import math
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from fluencylab.actions.cards import plain
from fluencylab.curriculum.loader import track
from fluencylab.curriculum.schema import Concept, Use
from fluencylab.practice import kinds
from fluencylab.practice.items import Item
from fluencylab.practice.kinds import REVIEW
from fluencylab.practice.variants import GAP, IN_USE, bank, ever_asked, first_choice, gapped, pick, usable

CONCEPTS = track().concepts
USES = [(concept, one) for concept in CONCEPTS for one in concept.use]
SCREENS = [(concept, one) for concept, one in USES if one.form == "screen"]
MONDAY = datetime(2026, 11, 16, 9, tzinfo=UTC)


def named(found: tuple[Concept, Use]) -> str:
    concept, one = found
    return f"{concept.slug}-{one.form}-{one.slug}"


def about_words(concept: Concept) -> list[Item]:
    return [item for item in bank(concept) if item.capability == "vocabulary"]


@pytest.mark.parametrize("concept", CONCEPTS, ids=lambda concept: concept.slug)
def test_at_most_a_third_of_the_items_about_words_only_recognise_a_sentence(concept: Concept) -> None:
    items = about_words(concept)
    assert 3 * sum(item.form in REVIEW.printed for item in items) <= len(items)
    assert sum(item.form in IN_USE for item in items) >= 12
    assert {item.form for item in items} >= set(IN_USE)


@pytest.mark.parametrize("concept", CONCEPTS, ids=lambda concept: concept.slug)
def test_of_what_a_learner_is_asked_first_at_most_a_third_is_no_use(concept: Concept) -> None:
    """Also where a claim that is so or is not counts as recognised."""
    seen: dict[str, datetime] = {}
    for number in range(18):
        printed = {item.id for item in about_words(concept) if (met := kinds.first_shown(item)) and met.printed}
        items = usable(concept, "vocabulary", set())
        item = pick(first_choice(items, seen, printed) or items, seen, number)
        assert item
        seen[item.id] = MONDAY + timedelta(days=number)
    assert 3 * sum(id.split("/")[0] not in IN_USE for id in seen) <= len(seen) == 18


@pytest.mark.parametrize("concept", CONCEPTS, ids=lambda concept: concept.slug)
def test_every_word_of_the_vocabulary_is_asked_in_use(concept: Concept) -> None:
    assert {one.term for one in concept.use} == {term.term for term in concept.vocabulary}


def test_a_word_without_use_is_asked_by_its_sentences_as_ever() -> None:
    """As the words of a pack are that has no use.toml."""
    concept = CONCEPTS[0]
    left = concept.use[0].term
    less = concept.model_copy(update={"use": tuple(one for one in concept.use if one.term != left)})
    words = {item.id for item in bank(less) if item.form in REVIEW.printed}
    assert words == {f"{form}/{left.lower()}" for form in ("said", "misuse", "gap")}
    none = bank(concept.model_copy(update={"use": ()}))
    assert sum(item.form == "said" for item in none) == len(concept.vocabulary)


def test_what_is_asked_no_more_keeps_its_name_in_what_was_shown() -> None:
    """Or an answer of before would count in full, as if its sentence stood on no page."""
    for concept in CONCEPTS:
        rested = [item for item in ever_asked(concept) if item not in bank(concept)]
        assert {item.form for item in rested} == {"said", "misuse", "gap"}
        assert all((met := kinds.first_shown(item)) and met.printed for item in rested)


@pytest.mark.parametrize("found", [found for found in USES if found[1].form == "meeting"], ids=named)
def test_each_sentence_of_a_meeting_uses_the_word(found: tuple[Concept, Use]) -> None:
    concept, one = found
    term = next(term for term in concept.vocabulary if term.term == one.term)
    for option in one.options:
        assert GAP in gapped(term, option.text), option.text


@pytest.mark.parametrize("found", SCREENS, ids=named)
def test_every_number_that_can_be_chosen_stands_on_the_screen(found: tuple[Concept, Use]) -> None:
    _, one = found
    shown = set(re.findall(r"\d[\d,.:]*\d|\d", one.situation))
    for option in one.options:
        assert set(re.findall(r"\d[\d,.:]*\d|\d", option.text)) <= shown, option.text


def test_rows_of_a_screen_have_as_many_cells_as_its_head_and_no_head_is_empty() -> None:
    for _, one in SCREENS:
        for table in re.findall(r"(?m)(?:^\|.*\|$\n?)+", one.situation):
            assert len({line.count("|") for line in table.splitlines()}) == 1, one.slug
            assert all(cell.strip() for cell in table.splitlines()[0].split("|")[1:-1]), one.slug  # or nothing is read out for it


def numbers(one: Use) -> list[list[float]]:
    """Row by row, those cells of its tables that begin with a number; of a list, its numbers."""
    lines = [line for line in one.situation.splitlines() if re.fullmatch(r"\|.*\||[\d., ]+", line)]
    rows = [re.findall(r"(?:\| |, |^)\$?(\d[\d,]*(?:\.\d+)?)", line) for line in lines]
    return [[float(cell.replace(",", "")) for cell in row] for row in rows if row]


def entropy(shares: list[float]) -> float:
    return -sum(share / 100 * math.log2(share / 100) for share in shares)


def tempered(shares: list[float], temperature: float) -> str:
    raised = [share ** (1 / temperature) for share in shares]
    return ", ".join(f"{100 * one / sum(raised):.1f}" for one in raised)


def surest_least(rows: list[list[float]]) -> str:
    return ", ".join(f"{share:g}" for share in max(rows, key=entropy))


def test_a_screen_is_taken_along_as_the_rows_it_has() -> None:
    one = next(one for _, one in SCREENS if one.slug == "which-can-go")
    said = plain(one.situation).splitlines()
    assert said[2:4] == ["way | cents a call | right", "short prompt | 0.2 | 61 %"]
    assert not any("---" in line or line.startswith("|") for _, one in SCREENS for line in plain(one.situation).splitlines())


WORKED_OUT: dict[str, Callable[[list[list[float]]], str]] = {
    "where-it-guesses": surest_least,
    "which-row-at-a-half": lambda rows: tempered(rows[1], 0.5),
    "how-far-down": lambda rows: f"pear, {rows[0][0] + rows[1][0] + rows[2][0]:g} % up to here",
    "among-the-first-five": lambda rows: f"{100 * sum(row[0] for row in rows[:3]) / sum(row[0] for row in rows):g} %",
    "near-the-top": lambda rows: f"{sum(1 / row[0] for row in rows[1:4]) / 4:.2f}",
    "nineteen-of-twenty": lambda rows: f"{rows[0][18]:g}",
    "how-fast-it-writes": lambda rows: f"{160 / (5.10 - 1.10):g}",
    "window-used": lambda rows: f"{rows[2][0] + rows[3][0]:,.0f}",
    "what-may-be-read": lambda rows: f"{rows[0][0] - rows[1][0]:,.0f}",
    "under-the-mark": lambda rows: f"{rows[1][0] + rows[2][0]:g}",
    "where-the-money-goes": lambda rows: f"{rows[1][0] / 1000 * rows[1][1]:.2f} cents",
    "where-a-route-saves-nothing": lambda rows: f"at {100 * (0.5 - 0.1) / 0.5:g} %",
    "what-one-costs": lambda rows: f"${rows[0][0] / rows[2][0]:.3f}",
    "found-of-all": lambda rows: f"{100 * rows[0][0] / sum(rows[0]):g} %",
    "deserved-of-flagged": lambda rows: f"{100 * rows[0][0] / (rows[0][0] + rows[1][0]):g} %",
    "decided-rightly": lambda rows: f"{100 * (rows[0][0] + rows[1][1]) / (sum(rows[0]) + sum(rows[1])):.1f} %",
    "one-number-of-two": lambda rows: f"{2 * rows[0][0] * rows[1][0] / (rows[0][0] + rows[1][0]):g} %",
    "beyond-chance": lambda rows: f"{(170 / 200 - rows[1][0]) / (1 - rows[1][0]):.2f}",
    "how-many-get-one": lambda rows: f"{100 * rows[1][0] / rows[0][0]:g} %",
    "found-or-answered": lambda rows: f"{100 * rows[0][0] / 50:g} %",
}


@pytest.mark.parametrize("slug", WORKED_OUT)
def test_a_key_that_is_worked_out_is_what_its_own_screen_gives(slug: str) -> None:
    one = next(one for _, one in SCREENS if one.slug == slug)
    assert WORKED_OUT[slug](numbers(one)) == next(option.text for option in one.options if option.id == one.best)


@pytest.mark.parametrize("form", IN_USE)
def test_a_key_is_neither_the_longest_nor_the_shortest_more_often_than_chance(form: str) -> None:
    keys = []
    for one in (one for _, one in USES if one.form == form):
        others = [len(option.text) for option in one.options if option.id != one.best]
        key = next(len(option.text) for option in one.options if option.id == one.best)
        keys.append((key < min(others), key > max(others)))
    assert all(sum(extreme) / len(keys) <= 0.3 for extreme in zip(*keys, strict=True))


def test_the_same_four_ends_of_a_sentence_are_asked_for_more_than_once_and_never_with_the_same_key() -> None:
    """So what is right stands in the beginning, and neither in how an end is worded nor in what was right last time."""
    shared: dict[frozenset[str], list[str]] = {}
    for concept, one in USES:
        if one.form == "spec":
            shared.setdefault(frozenset(option.text for option in one.options), []).append(f"{concept.slug}/{one.best}")
    twice = [keys for keys in shared.values() if len(keys) > 1]
    assert len(twice) >= 25
    assert all(len(set(keys)) == len(keys) for keys in twice)

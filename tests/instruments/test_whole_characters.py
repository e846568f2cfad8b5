"""A character of several tokens is drawn whole, in every script, and half of one never."""

import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fluencylab.instruments.base import Step
from fluencylab.instruments.label_reading import label_logprobs
from fluencylab.instruments.whole_characters import DrawnPiece, drawn, explained, groups, named
from fluencylab.labs.sampling.instrument import Params
from fluencylab.labs.sampling.page_parts import pieces
from fluencylab.models.types import Alternative, Token, part_of_character
from fluencylab.text.segmentation import characters


def test_pieces_of_a_character_are_one() -> None:
    assert drawn(["Hi ", "bytes:\\xf0\\x9f", "bytes:\\x8e", "bytes:\\x89"]) == [DrawnPiece("Hi ", 1), DrawnPiece("🎉", 3)]
    assert drawn(["क", "्", "षि", " a"]) == [DrawnPiece("क्षि", 3), DrawnPiece(" a", 1)]
    assert drawn(["👩", "\u200d", "👧", "!"]) == [DrawnPiece("👩\u200d👧", 3), DrawnPiece("!", 1)]
    assert drawn(["كت", "ا", "بٌ"]) == [DrawnPiece("كت", 1), DrawnPiece("ا", 1), DrawnPiece("بٌ", 1)]
    assert drawn(["Hi", "bytes:\\xf0\\x9f"]) == [DrawnPiece("Hi", 1), DrawnPiece("▪", 1)], "the other half was not kept"
    assert drawn([]) == []


@given(st.text(min_size=1, max_size=12), st.integers(1, 3))
def test_however_a_text_is_cut_no_character_is_parted_and_no_token_lost(text: str, size: int) -> None:
    raw = text.encode("utf-8", "ignore")
    cut = [raw[i : i + size] for i in range(0, len(raw), size)]
    found = drawn([part_of_character(one) for one in cut])
    assert "".join(piece.text for piece in found) == raw.decode()
    assert sum(piece.tokens for piece in found) == len(cut)
    borders = {0}
    for character in characters(raw.decode()):
        borders.add(max(borders) + len(character))
    at = 0
    for piece in found:
        at += len(piece.text)
        assert at in borders


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"\xe0\xa4", "⟨E0 A4⟩ is no whole character: what comes next makes it one of 64 Devanagari characters."),
        (b"\xd8", "⟨D8⟩ is no whole character: what comes next makes it one of 64 Arabic characters."),
        (b"\xe8\xaf", "one of 64 Chinese characters."),
        (b" \xea\xb0", "one of 64 Korean characters."),
        (b"\xf0\x9f", "characters."),
        (b"\x89", "⟨89⟩ is no whole character: it goes on with a character that the token before it began."),
        (b"\xff", "it goes on with"),
    ],
)
def test_a_part_of_a_character_is_shown_as_its_bytes_and_said_what_it_becomes(raw: bytes, words: str) -> None:
    token = part_of_character(raw)
    assert words in explained(["a", token]) and "bytes:" not in named(token)
    assert named("bytes") == "bytes" and explained(["a", "क"]) == ""


@settings(deadline=None)
@given(st.characters(exclude_categories=("Cs", "Cn", "Co"), min_codepoint=0x80))
def test_every_beginning_of_every_character_is_explained(character: str) -> None:
    raw = character.encode()
    for size in range(1, len(raw)):
        assert "what comes next makes it one of" in explained([part_of_character(raw[:size])])


def test_a_label_of_any_script_is_read_from_the_part_of_its_first_letter() -> None:
    token = Token(
        "", None, (Alternative(part_of_character("नहीं".encode()[:4]), -0.4), Alternative(part_of_character("हाँ".encode()[:3]), -1.6))
    )
    assert label_logprobs([token], ("हाँ", "नहीं")) == {"हाँ": -1.6, "नहीं": -0.4}


def test_an_answer_token_by_token_keeps_its_characters_whole() -> None:
    letters = ("क", "्", "षि", " है")
    tokens: list[dict[str, Any]] = [{"text": one, "logprob": math.log(0.5), "alternatives": [], "whole": True} for one in letters]
    told = pieces(Params(), Step(kind="write", data={"tokens": tokens}), 0)
    assert [(one.text, one.at) for one in told] == [("क्षि", 0), (" है", 3)]
    assert math.isclose(told[0].share or 0, 0.125) and groups(["a", "b"]) == [(0, 1), (1, 2)]

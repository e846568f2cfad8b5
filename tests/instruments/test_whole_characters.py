"""A character of several tokens is drawn whole, in every script, and half of one never."""

import math
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from fluencylab.instruments.base import Step
from fluencylab.instruments.whole_characters import DrawnPiece, drawn, groups
from fluencylab.labs.sampling.instrument import Params
from fluencylab.labs.sampling.page_parts import pieces
from fluencylab.models.types import part_of_character
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


def test_an_answer_token_by_token_keeps_its_characters_whole() -> None:
    letters = ("क", "्", "षि", " है")
    tokens: list[dict[str, Any]] = [{"text": one, "logprob": math.log(0.5), "alternatives": [], "whole": True} for one in letters]
    told = pieces(Params(), Step(kind="write", data={"tokens": tokens}), 0)
    assert [(one.text, one.at) for one in told] == [("क्षि", 0), (" है", 3)]
    assert math.isclose(told[0].share or 0, 0.125) and groups(["a", "b"]) == [(0, 1), (1, 2)]

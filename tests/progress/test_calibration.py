"""How sure against how right: what each word stands for follows from the marks, and no picture is drawn of too little."""

import pytest

from fluencylab.charts.calibration import Row, chart
from fluencylab.practice.graders import marks
from fluencylab.progress.calibration import MEANS, Calibration, calibration


def rows(found: Calibration) -> list[Row]:
    return [Row(level.meaning.words, *level.meaning[1:], level.right, level.measured) for level in found.levels]


@pytest.mark.parametrize("share", [0.1, 0.5, 0.66, 0.68, 0.75, 0.79, 0.81, 0.99])
def test_a_word_pays_best_exactly_where_it_says(share: float) -> None:
    earned = {certainty: share * marks(True, certainty) + (1 - share) * marks(False, certainty) for certainty in MEANS}
    best = max(earned, key=lambda certainty: earned[certainty])
    assert MEANS[best].low <= share <= MEANS[best].high
    assert MEANS[best].low <= MEANS[best].share <= MEANS[best].high


def test_from_twenty_predictions_on_there_is_a_picture() -> None:
    assert calibration({}).missing == 20
    assert calibration({1: (5, 10), 3: (9, 9)}).missing == 1
    assert calibration({1: (5, 10), 3: (9, 10)}).missing == 0


def test_the_brier_score_of_saying_half_is_a_quarter() -> None:
    assert calibration({}).brier is None
    assert calibration({1: (5, 10)}).brier == pytest.approx(0.25)
    right = calibration({3: (10, 10)}).brier
    assert right is not None
    assert right < 0.02


@pytest.mark.parametrize(
    ("sureness", "said"),
    [
        ({3: (6, 20)}, "fewer than these words stand for"),
        ({1: (20, 20)}, "more than these words stand for"),
        ({1: (5, 10), 2: (8, 11), 3: (18, 20)}, "How sure you are fits"),
    ],
)
def test_the_sentence_says_what_the_dots_show(sureness: dict[int, tuple[int, int]], said: str) -> None:
    drawn = chart(rows(calibration(sureness)))
    assert said in drawn.sentence
    assert len(drawn.table.rows) == len(sureness)
    named = [layer["name"] for layer in drawn.spec["layer"]]
    assert named == ["interval", "predicted", "measured"], "a diamond claims, a dot was measured"

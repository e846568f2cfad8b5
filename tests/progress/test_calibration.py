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
        ({1: (5, 10), 2: (8, 11), 3: (18, 20)}, "How sure you are fits how often you are right, as far as so few answers can tell."),
        ({1: (50, 100), 2: (75, 100), 3: (90, 100)}, "How sure you are fits how often you are right."),
        ({1: (4, 8), 2: (5, 12), 3: (4, 4)}, "Of 12 answers that were “fairly sure”, 5 were right: fewer"),
        ({1: (1, 12), 2: (8, 11)}, "there is no weaker word"),
        ({1: (14, 15), 3: (10, 20)}, "were “not sure”, 14 were right: more than these words stand for"),
        ({1: (14, 15), 3: (10, 20)}, "were “very sure”, 10 were right: fewer than these words stand for"),
    ],
)
def test_the_sentence_says_what_the_dots_show(sureness: dict[int, tuple[int, int]], said: str) -> None:
    drawn = chart(rows(calibration(sureness)))
    assert said in drawn.sentence
    assert len(drawn.table.rows) == len(sureness)
    named = [layer["name"] for layer in drawn.spec["layer"]]
    assert named == ["interval", "predicted", "measured"], "a diamond claims, a dot was measured"


@pytest.mark.parametrize("right", range(13))
def test_no_sentence_says_that_it_fits_beside_a_diamond_outside_its_interval(right: int) -> None:
    found = calibration({2: (right, 12), 3: (8, 8)})
    outside = any(not level.measured.low <= level.meaning.share <= level.measured.high for level in found.levels)
    assert ("fits" in chart(rows(found)).sentence) is not outside

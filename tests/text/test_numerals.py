"""Numbers as a reader sees them."""

from fluencylab.stats import share
from fluencylab.text.numerals import between, counted, points, rate


def test_a_rate_stands_with_its_interval_and_its_count() -> None:
    assert rate(share(48, 68)) == "71\u00a0% (59 to 80\u00a0%, 48 of 68)"


def test_a_difference_has_a_sign_and_its_unit_once() -> None:
    assert points(-0.05) == "−5\u00a0points"
    assert between(-0.05, 0.42) == "between −5 and +42\u00a0points"


def test_one_is_not_several() -> None:
    assert [counted(n, "case") for n in (0, 1, 2, 1200)] == ["0 cases", "1 case", "2 cases", "1,200 cases"]
    assert counted(2, "taxonomy", "taxonomies") == "2 taxonomies"

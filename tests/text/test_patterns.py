"""A learner's own patterns: found, refused in words, and never waited for."""

import pytest

from fluencylab.errors import BadInput
from fluencylab.text.patterns import checked, found


@pytest.mark.parametrize(
    ("pattern", "text", "there"),
    [
        (r"order Q-\d{4}\b", "Your ORDER q-4733 is late.", True),
        (r"\bcafé\b", "Das Café schließt.", True),
        (r"^\W*yes\b", "No, yes.", False),
        (r"رقم \d+", "رقم 949", True),
        (r"^(?!.*euro)", "It costs 8 dollars.", True),
    ],
)
def test_a_pattern_is_found_whatever_the_capitals(pattern: str, text: str, there: bool) -> None:
    assert found(checked(pattern), text) is there


@pytest.mark.parametrize("pattern", [r"(a|aa)+$", r"(.*)*(.*)*(.*)*x$"])
def test_one_that_would_not_end_is_stopped_with_the_way_to_mend_it(pattern: str) -> None:
    with pytest.raises(BadInput, match="does not come to an end") as refused:
        found(checked(pattern), "a" * 60 + " the quick brown fox jumps over the lazy dog!" * 8)
    assert "without the inner one" in refused.value.fix


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("(", "regular expression"),
        ("(?:(?:a{1000}){1000}){1000}", "multiply"),
        ("a{99999999}", "multiply"),
        ("[" * 3000, "regular expression"),
        ("(?:" * 5000 + "a" + ")" * 5000, "too deep"),
    ],
    ids=map(str, range(5)),
)
def test_what_is_no_pattern_or_would_fill_the_memory_is_refused(pattern: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        checked(pattern)

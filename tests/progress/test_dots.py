"""The three dots beside a concept say no more than its cells do."""

from fluencylab.progress.dots import dots
from fluencylab.progress.telling import Rights


def test_each_dot_says_its_cell_in_counts_and_words() -> None:
    found = dots([("vocabulary", "none", Rights()), ("decisions", "due", Rights(8, 9)), ("debugging", "emerging", Rights(3, 3))])
    assert [(dot.capability, dot.state, dot.label) for dot in found] == [
        ("vocabulary", "none", "not enough evidence"),
        ("decisions", "due", "8 of 9 right, due again"),
        ("debugging", "emerging", "3 of 3 right, emerging"),
    ]

"""The three dots beside a concept say no more than its cells do."""

from fluencylab.progress.dots import dots


def test_each_dot_says_the_state_of_its_cell_in_words() -> None:
    found = dots([("vocabulary", "none"), ("decisions", "due"), ("debugging", "emerging")])
    assert [(dot.capability, dot.state, dot.label) for dot in found] == [
        ("vocabulary", "none", "not enough evidence"),
        ("decisions", "due", "due again"),
        ("debugging", "emerging", "emerging"),
    ]

"""The three dots beside a concept say no more than the evidence does."""

from fluencylab.progress.dots import CAPABILITIES, dots


def test_without_evidence_every_dot_says_so() -> None:
    assert [(dot.capability, dot.state) for dot in dots({}, "latency")] == [(capability, "none") for capability in CAPABILITIES]


def test_evidence_fills_only_the_dot_it_belongs_to() -> None:
    graded = {("latency", "decisions"): 2, ("tool-use", "vocabulary"): 1}
    found = {dot.capability: (dot.state, dot.label) for dot in dots(graded, "latency")}
    assert found["decisions"] == ("emerging", "emerging, 2 pieces of evidence")
    assert found["vocabulary"][0] == found["debugging"][0] == "none"

"""`fluency debug`: what a case tells before the first probe, and one tried on the real engine."""

from collections.abc import Callable

from fluencylab.curriculum.bench import bench
from fluencylab.curriculum.bench_list import bench_list

from .conftest import Ended

Run = Callable[..., Ended]


def test_a_case_is_told_without_its_cause(run: Run) -> None:
    told = run("debug", "show", "twice-as-fast", "--json").json()
    assert {"search", "tokens", "prompt"} <= {one["probe"] for one in told["probes"]}
    case = bench().case("twice-as-fast")
    assert case is not None
    assert {one["cause"] for one in told["causes"]} == {"cut", *case.decoys}
    assert "concept" not in told and "fault" not in told


def test_the_list_says_what_is_hidden_and_why(run: Run) -> None:
    listed = run("debug", "list", "--json").json()["diagnoses"]
    assert len(listed) == len(bench().cases)
    shown = [one for one in listed if not one["why_hidden"]]
    assert len(shown) >= 24


def test_the_list_is_by_what_the_product_does_wrong_as_on_the_page(run: Run) -> None:
    listed = run("debug", "list").out
    groups = [group for group in bench_list().groups if group.title in listed]
    assert len(groups) >= 5
    assert sorted(groups, key=lambda group: listed.index(group.title)) == groups
    for case in bench().cases:
        assert case.concept not in listed, "a concept would give its cases away"
    seen = bench_list().exercise("twice-as-fast")
    assert seen and listed.index("twice-as-fast") < listed.index(seen.symptom)
    assert listed.startswith("Next: ")


def test_what_there_is_not_is_named(run: Run) -> None:
    ended = run("debug", "show", "no-such-case")
    assert ended.code == 1
    assert "no-such-case" in ended.err
    assert run("debug", "try", "twice-as-fast", "--probe", "crystal-ball").err.startswith("There is no probe")


def test_a_case_is_tried_with_a_probe_and_a_cause(run: Run, engine: object) -> None:
    asked = ("--probe", "tokens", "--cause", "cut", "--evidence", "tokens", "--json")
    tried = run("debug", "try", "twice-as-fast", *asked).json()
    assert tried["judged"]["passed"] is True
    assert tried["judged"]["path"] == ["tokens"]
    look, probe = tried["runs"]
    assert look["facts"]["right"] <= 0.5
    assert probe["steps"][1]["finish"] == "length"
    assert probe["conditions"]["model"]

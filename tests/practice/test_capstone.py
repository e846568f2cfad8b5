"""The capstone's five parts: what each earns is worked out from what was handed in and what was recorded, and from nothing else."""

from typing import Any

import pytest
from capstone_fixture import PRODUCT, product, recording

from fluencylab.curriculum.capstone import CapstoneProduct, Form
from fluencylab.curriculum.capstone_recorded import Recorded
from fluencylab.errors import BadInput, ContentError
from fluencylab.practice import spec_outcomes
from fluencylab.practice.capstone import answers as answering
from fluencylab.practice.capstone import draw as drawing
from fluencylab.practice.capstone import memo, memo_figures
from fluencylab.practice.capstone.answers import answers, grid_of
from fluencylab.practice.capstone.configure import Configured, configure, short_of
from fluencylab.practice.capstone.draw import draw
from fluencylab.practice.capstone.faults import judge_faults
from fluencylab.practice.capstone.handed_in import by_rote, expert, scores
from fluencylab.practice.capstone.memo import figures, judge_memo, right_ruling
from fluencylab.practice.capstone.proposal import judge_proposal
from fluencylab.practice.capstone.spec import SpecJudged, judge_spec
from fluencylab.practice.capstone.total import PARTS, WEIGHTS, total

OF = product()
GOOD = OF.reference
OWN = "We would let it out beside a person, since "
TAIL = (
    " of the hidden letters were answered as they should be, which a desk can bear while somebody looks at each of them first, "
    "as we all said in the spring."
)


@pytest.fixture(autouse=True)
def recorded(monkeypatch: pytest.MonkeyPatch) -> Recorded:
    kept = recording(OF)
    monkeypatch.setattr(answering, "recorded", lambda slug: kept)
    return kept


def judged() -> tuple[Configured, SpecJudged]:
    return configure(OF, GOOD), judge_spec(OF, ["right-60"])


def test_the_best_within_the_limit_earns_all_and_what_it_comes_with_nothing() -> None:
    found = configure(OF, GOOD)
    assert (found.right, found.of, found.tokens, found.over, found.score) == (21, 24, 160, False, 1)
    assert "21 of 24" in found.why and "None within the limit of 180" in found.why
    assert configure(OF, OF.defaults).score == 0


def test_between_them_it_earns_its_share_of_what_there_was_to_gain() -> None:
    hot = configure(OF, {**GOOD, "temperature": "high"})
    defaults = answers(OF).rate(OF.setup(OF.defaults))
    assert hot.right == 5 and hot.score == pytest.approx(1 - (21 / 24 - 5 / 24) / (21 / 24 - defaults))
    assert "The best within the limit of 180 answers 21 (88" in hot.why


def test_what_costs_more_than_the_limit_earns_nothing_however_good_it_is() -> None:
    found = configure(OF, {**GOOD, "examples": "ten"})
    assert found.right > 21 and found.over and found.score == 0 and "more than the 180" in found.why


def test_one_that_is_better_than_the_best_within_the_limit_or_worse_than_the_defaults_stays_within_bounds() -> None:
    assert [short_of(rate, 0.8, 0.2) for rate in (0.9, 0.8, 0.5, 0.2, 0.1)] == [1, 1, pytest.approx(0.5), 0, 0]
    assert [short_of(rate, 0.2, 0.2) for rate in (0.2, 0.1)] == [1, 0], "where nothing was to gain"


def test_the_interval_is_of_80_per_cent_and_of_cases_not_of_draws() -> None:
    rate = configure(OF, GOOD).rate
    assert (rate.value, rate.n) == (0.875, 24)
    assert rate.low == pytest.approx(0.70, abs=0.01) and rate.high == pytest.approx(0.955, abs=0.01)


NO_CHOICE: list[dict[Any, str]] = [{}, {"examples": "three"}, {**GOOD, "examples": "ninety"}, {**GOOD, "colour": "red"}]


@pytest.mark.parametrize("chosen", NO_CHOICE)
def test_what_is_no_configuration_is_refused(chosen: Any) -> None:
    with pytest.raises(BadInput):
        configure(OF, chosen)


def test_a_setup_that_was_never_recorded_says_how_to_record_it(monkeypatch: pytest.MonkeyPatch, recorded: Recorded) -> None:
    monkeypatch.setattr(answering, "recorded", lambda slug: recorded.model_copy(update={"setups": recorded.setups[:1]}))
    with pytest.raises(ContentError, match=r"python -m tools\.record_capstone lost-bags"):
        configure(product(), GOOD)


def test_a_test_of_the_answer_itself_stops_all_that_is_worse_and_nothing_else() -> None:
    found = judge_spec(OF, ["right-60"])
    assert found.score == 1 and (found.caught, found.really, found.alarmed) == (5, 5, 0)
    assert found.worse["long-winded rules"].really is False and not found.stopped["long-winded rules"]
    assert found.stopped["cut"] == ("right-60",) and found.alarms == [(), ()]
    assert "stop 5 of the 5" in found.why and "none of the 2" in found.why


def test_what_a_test_stops_of_the_healthy_product_is_taken_off() -> None:
    strict = judge_spec(OF, ["right-60", "right-100"])
    assert strict.alarms == [("right-100",)] * 2 and strict.score == 0 and "all of the 2" in strict.why
    half = judge_spec(product(spec=PRODUCT["spec"] | {"tests": [_least("right-60", 90), *PRODUCT["spec"]["tests"][1:]]}), ["right-60"])
    assert half.alarms == [(), ("right-60",)] and half.score == 0.5, "11 of 12 in the first draw, and 10 in the second"


def _least(slug: str, least: int) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in PRODUCT["spec"]["tests"] if one["slug"] == slug)
    return found | {"least": least}


def test_tests_that_nothing_fails_stop_nothing() -> None:
    assert judge_spec(OF, ["english"]).score == 0 and judge_spec(OF, ["right-1"]).score < 0.5


def test_two_tests_stop_what_either_of_them_does() -> None:
    one, other, both = (judge_spec(OF, tests) for tests in (["right-30"], ["short-90"], ["right-30", "short-90"]))
    assert {name: set(by) for name, by in both.stopped.items()} == {
        name: set(one.stopped[name]) | set(other.stopped[name]) for name in both.stopped
    }  # fmt: skip


@pytest.mark.parametrize("tests", [[], ["gone"], [one["slug"] for one in PRODUCT["spec"]["tests"][:6]]])
def test_none_too_many_and_tests_that_are_not_there_are_refused(tests: list[str]) -> None:
    with pytest.raises(BadInput):
        judge_spec(OF, tests)


def test_a_check_that_can_tell_of_no_answer_stops_nothing() -> None:
    class Blind:
        slug, says, check, least = "x", "x", {"kind": "latency", "most": 1.0}, 100

    told = {"x": {"": {1: [None], 2: [None]}, "broken": {1: [None], 2: [None]}}}
    assert spec_outcomes.outcomes([Blind()], told, 2, ["broken"])["broken"]["x"].stopped is None
    assert spec_outcomes.alarms([Blind()], told, 2, 1) == [()]


@pytest.mark.parametrize(
    ("named", "bought", "score", "right", "shown"),
    [
        ({"cut-short": "longer", "half-arrives": "whole"}, ["longer", "whole"], 1, 2, 2),
        ({"cut-short": "longer", "half-arrives": ""}, ["longer"], 0.75, 2, 1),
        ({"cut-short": "", "half-arrives": ""}, [], 0.5, 2, 0),
        ({"cut-short": "whole", "half-arrives": "longer"}, ["longer", "whole"], 0.5, 2, 0),
        ({"cut-short": "longer", "too-hot": "whole"}, ["longer", "whole"], 0.5, 1, 1),
        ({"no-template": "longer", "too-hot": "whole"}, ["longer", "whole"], 0, 0, 0),
    ],
)
def test_a_cause_earns_a_quarter_and_its_probe_another(
    named: dict[str, str], bought: list[str], score: float, right: int, shown: int
) -> None:
    found = judge_faults(OF, named, bought)
    assert (found.score, found.right, found.shown) == (score, right, shown)
    assert f"{found.spent} of 25 minutes" in found.why and found.spent == 10 * len(bought)


@pytest.mark.parametrize(
    ("named", "bought"),
    [
        ({"cut-short": ""}, []),
        ({"cut-short": "", "half-arrives": "", "too-hot": ""}, []),
        ({"cut-short": "", "gone": ""}, []),
        ({"cut-short": "longer", "half-arrives": ""}, []),
        ({"cut-short": "", "half-arrives": ""}, ["gone"]),
        ({"cut-short": "", "half-arrives": ""}, ["longer", "whole", "cooler"]),
    ],
)
def test_other_than_two_causes_probes_not_bought_and_more_than_there_is_are_refused(named: dict[str, str], bought: list[str]) -> None:
    with pytest.raises(BadInput):
        judge_faults(OF, named, bought)


FLAWS = OF.proposal.flaws


def test_marks_and_decision_are_half_each() -> None:
    assert judge_proposal(OF, FLAWS, "ask").score == 1
    assert judge_proposal(OF, FLAWS, "approve").score == 0.5
    other = next(reason for reason in OF.proposal.reasons if reason not in FLAWS.values())
    assert judge_proposal(OF, dict.fromkeys(FLAWS, other), "ask").score == 0.75, (
        "found, for other reasons: half the marks, and the decision"
    )


def test_a_decision_counts_only_where_its_grounds_were_seen() -> None:
    assert judge_proposal(OF, {}, "ask").score == 0
    every = dict.fromkeys((one.id for one in OF.proposal.sentences), OF.proposal.reasons[0])
    assert judge_proposal(OF, every, "ask").score == 0
    assert "counts only" in judge_proposal(OF, {}, "ask").why


def test_of_a_sound_proposal_only_no_objection_counts() -> None:
    sentences = [one | {"reason": ""} for one in PRODUCT["proposal"]["sentences"]]
    sound = product(proposal=PRODUCT["proposal"] | {"sentences": sentences, "best": "approve"})
    assert judge_proposal(sound, {}, "approve").score == 1 and judge_proposal(sound, {}, "return").score == 0.5
    assert judge_proposal(sound, {"s1": OF.proposal.reasons[0]}, "approve").score == 0


def test_what_is_no_mark_and_no_decision_is_refused() -> None:
    for objections, picked in (({"gone": OF.proposal.reasons[0]}, "ask"), ({"s1": "gone"}, "ask"), ({}, "gone")):
        with pytest.raises(BadInput):
            judge_proposal(OF, objections, picked)


@pytest.mark.parametrize(
    ("low", "over", "ruling"),
    [(0.7, False, "release"), (0.6, False, "release"), (0.59, False, "beside"), (0.1, False, "hold"), (0.7, True, "hold")],
)
def test_the_ruling_goes_by_the_lower_end_of_ones_own_rate(low: float, over: bool, ruling: str) -> None:
    mine = configure(OF, GOOD)
    assert right_ruling(OF, mine._replace(rate=mine.rate.model_copy(update={"low": low}), over=over)).id == ruling
    assert right_ruling(OF, None).id == "hold", "nothing measured, nothing known"


HOLDS: dict[str, str] = {one.id: one.holds for one in OF.memo.statements}


def test_a_memo_is_four_parts_ruling_four_statements_and_two_words() -> None:
    configured, spec = judged()
    words = by_rote(configured, spec)
    whole = judge_memo(OF, "release", HOLDS, words, configured, spec)
    assert whole.score == pytest.approx(1) and whole.ruling_right and whole.statements_right == 6 and not whole.words_why
    assert judge_memo(OF, "hold", HOLDS, words, configured, spec).score == pytest.approx(0.6)
    assert judge_memo(OF, "release", HOLDS, "", configured, spec).score == pytest.approx(0.8)


def test_guessing_earns_nothing_of_the_statements() -> None:
    configured, spec = judged()
    for mark in memo.MARKS:
        found = judge_memo(OF, "hold", dict.fromkeys(HOLDS, mark), "", configured, spec)
        assert found.statements_right == 2 and found.score == 0
    assert judge_memo(OF, "hold", {}, "", configured, spec).score == 0
    five = HOLDS | {"open-1": "against"}
    assert judge_memo(OF, "hold", five, "", configured, spec).score == pytest.approx(0.4 * 0.75)


@pytest.mark.parametrize(
    ("ruling", "statements"), [("gone", {}), ("hold", {"gone": "open"}), ("hold", {"open-1": "perhaps"})], ids=["ruling", "id", "mark"]
)
def test_what_is_no_memo_is_refused(ruling: str, statements: dict[str, str]) -> None:
    with pytest.raises(BadInput):
        judge_memo(OF, ruling, statements, "", None, None)


def test_the_figures_are_those_that_were_measured_as_they_are_written() -> None:
    assert figures(OF, *judged()) == ("21 of 24", "88 %", "71 %", "95 %", "160 tokens", "5 of 5", "0 of 2")
    assert figures(OF, None, None) == () and figures(OF, None, None, ["9 of 12"]) == ("9 of 12",)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (OWN + "21 of 24, at 160 tokens a call," + TAIL, ""),
        (OWN + "21 out of 24, or between 71 and 95 %," + TAIL, ""),
        (OWN + "88 per cent, with the lower end at 71 %," + TAIL + " We get 300 letters a day.", ""),
        (OWN + "21 of 24 and 5 of 5" + TAIL + " Three examples at 0.2 did it, and two tests watch it.", ""),
        (OWN + "21 of 24 and 5 of 5" + TAIL + " It saves 35 % of the work.", "“35 %” was not measured here."),
        (OWN + "21 of 24 and 5 of 5" + TAIL + " It halves the work.", "“halves” was not measured here."),
        (OWN + "20 of 24 and 5 of 5" + TAIL, "“20 of 24 and 5 of 5” was not measured here."),
        (OWN + "21 of 24, which is 88 %," + TAIL, "Your words cite 1 of the measured figures, and at least 2 are asked for."),
        (OWN + "many" + TAIL, "Your words cite 0 of the measured figures, and at least 2 are asked for."),
        ("21 of 24, and 160 tokens.", "Your words are 6, and 40 to 200 are asked for."),
        ("21 of 24, and 160 tokens. " + "word " * 200, "Your words are 206, and 40 to 200 are asked for."),
        (OF.brief + " 21 of 24, 5 of 5.", "Most of your words stand in the brief already."),
    ],
)  # fmt: skip
def test_words_earn_where_every_number_was_measured_and_two_are_cited(words: str, why: str) -> None:
    assert judge_memo(OF, "release", HOLDS, words, *judged()).words_why == why


def test_who_handed_in_nothing_has_nothing_to_cite() -> None:
    assert "was not measured here" in judge_memo(OF, "hold", {}, OWN + "21 of 24, and 5 of 5" + TAIL, None, None).words_why


@pytest.mark.parametrize(
    ("number", "same"),
    [("19 out of 24", "19of24"), ("~79.2 per cent", "79%"), ("0.2", "0.2"), ("79\u00a0%", "79%"), ("£1,200", "1200"), ("two", "2")],
)
def test_a_number_is_known_however_it_is_written(number: str, same: str) -> None:
    assert memo_figures.canon(number) == same


def test_the_weights_are_one_and_a_part_that_is_not_there_counts_nothing() -> None:
    assert set(WEIGHTS) == set(PARTS) and sum(WEIGHTS.values()) == pytest.approx(1)
    assert total(dict.fromkeys(PARTS, 1.0)) == pytest.approx(1) and total({}) == 0 and total({"faults": 0.5}) == 0.125
    assert total(scores(OF, expert(OF))) == pytest.approx(1)


def test_the_grid_is_every_position_of_the_knobs() -> None:
    assert len(grid_of(OF)) == 3 * 2 * 2 * 3
    best, rate = answers(OF).best()
    assert rate == 0.875 and answers(OF).answered(OF.setup(best)).tokens <= OF.most_tokens


EIGHT = [
    OF.model_copy(update={"slug": f"{trade.lower()}-{form.lower()}", "trade": trade, "form": form})
    for trade in ("Travel", "Care", "Food", "Public")
    for form in ("A", "B")
]


@pytest.fixture
def eight(monkeypatch: pytest.MonkeyPatch) -> dict[str, CapstoneProduct]:
    monkeypatch.setattr(drawing, "capstones", lambda: tuple(EIGHT))
    return {one.slug: one for one in EIGHT}


@pytest.mark.parametrize("first", ["A", "B"])
def test_the_second_is_of_the_other_form_and_another_trade(eight: dict[str, CapstoneProduct], first: Form) -> None:
    firsts = set()
    for seed in range(40):
        one = draw(seed, [], first)
        assert one
        two = draw(seed, [one], first)
        assert two and eight[one].form == first and eight[two].form != first and eight[one].trade != eight[two].trade
        firsts.add(one)
        assert draw(seed, [], first) == one, "the same for the same seed"
    assert len(firsts) == 4


def test_each_is_drawn_once_and_then_there_is_none(eight: dict[str, CapstoneProduct]) -> None:
    seen: list[str] = []
    while one := draw(7, seen):
        seen.append(one)
    assert sorted(seen) == sorted(eight)


def test_a_product_that_is_gone_from_the_content_hinders_nothing(eight: dict[str, CapstoneProduct]) -> None:
    assert draw(3, ["gone"]) in eight

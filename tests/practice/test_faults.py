"""The debugging bench: every case is sound, one fault is put in, and nobody passes by a trick."""

from collections import Counter
from dataclasses import replace

import pytest

from fluencylab.curriculum.bench import Bench, bench
from fluencylab.curriculum.loader import track
from fluencylab.errors import BadInput
from fluencylab.instruments.assistant import is_right, yes
from fluencylab.instruments.assistant_params import Params
from fluencylab.instruments.helpcentre import article
from fluencylab.instruments.sentences import find
from fluencylab.practice import faults
from fluencylab.practice.faults import ResolvedCase
from fluencylab.practice.variants import bank

CASES = [case for one in bench().cases if (case := faults.resolve_case(one.slug))]
NAMES = [case.case.slug for case in CASES]


def retrieved(settings: dict[str, object]) -> str:
    params = Params.model_validate(settings)
    said = [line.partition(": ")[2] for line in params.history if line.startswith("customer: ")]
    query = params.question if params.query == "question" else " ".join([*said, params.question])
    return find(query, params.held)[0].id


def test_there_are_cases_enough_over_all_ten_concepts() -> None:
    per_concept = Counter(case.case.concept for case in CASES)
    assert len(CASES) >= 24
    assert set(per_concept) == {concept.slug for concept in track().concepts}
    assert min(per_concept.values()) >= 2
    assert {case.case.fault for case in CASES} == {fault.slug for fault in bench().faults}


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_a_case_is_sound(case: ResolvedCase) -> None:
    well, ill = Params.model_validate(faults.healthy(case)), Params.model_validate(faults.broken(case))
    assert well != ill
    for probe in faults.probes(case):
        Params.model_validate(faults.probed(case, probe))
    bought = [probe.slug for probe in faults.path(case)]
    assert set(bought) & set(case.fault.proof)
    ruled_out = {cause.rules_out for cause in faults.causes(case, 1) if cause.id != case.fault.slug}
    assert ruled_out <= {probe.title for probe in faults.probes(case)}
    lengths = [len(cause.text) for cause in faults.causes(case, 1)]
    assert max(lengths) - min(lengths) <= 10
    assert len({cause.id for cause in faults.causes(case, 1)}) == len(lengths) >= 4


@pytest.mark.parametrize("case", [case for case in CASES if case.scenario.kind == "answer"], ids=lambda case: case.case.slug)
def test_the_search_finds_what_the_case_says(case: ResolvedCase) -> None:
    healthy, broken = faults.healthy(case), faults.broken(case)
    if not healthy.get("given"):
        assert retrieved(healthy) == case.scenario.document
    if case.case.fault == "wrong-chunk":
        assert retrieved(broken) != case.scenario.document
    elif case.case.fault == "stale":
        assert retrieved(broken) == case.scenario.document
        changed = article(case.scenario.document.partition("/")[0])
        assert changed is not None and changed.updated.isoformat() > str(broken["indexed"])
    elif case.case.fault == "gap":
        names = case.scenario.document.split(".")[0]
        assert all(names not in found.text for found in find(str(broken["question"])))


def expert(case: ResolvedCase) -> faults.Diagnosis:
    bought = [probe.slug for probe in faults.path(case)]
    shown_by = next(slug for slug in reversed(bought) if slug in case.fault.proof)
    return faults.judge(case, case.fault.slug, shown_by, bought)


def test_the_experts_path_passes_everywhere() -> None:
    assert all(expert(case).passed and expert(case).score == 1 for case in CASES)


def test_whoever_buys_every_probe_passes_nowhere() -> None:
    for case in CASES:
        everything = [probe.slug for probe in faults.probes(case) if not probe.other_model]
        proof = next(slug for slug in everything if slug in case.fault.proof)
        found = faults.judge(case, case.fault.slug, proof, everything)
        assert (found.cause, found.evidence, found.passed) == (1, 1, False), case.case.slug


def test_whoever_always_names_the_commonest_cause_passes_few() -> None:
    counts = Counter(case.case.fault for case in CASES)
    passed = 0
    for case in CASES:
        bought = [probe.slug for probe in faults.path(case)]
        named = max((cause.id for cause in faults.causes(case, 1)), key=lambda cause: counts[cause])
        passed += faults.judge(case, named, bought[-1], bought).passed
    assert passed / len(CASES) < 1 / 3


def test_a_wrong_cause_earns_nothing_whatever_else_is_right() -> None:
    case = CASES[0]
    found = faults.judge(case, case.case.decoys[0], case.fault.path[0], case.fault.path)
    assert (found.evidence, found.economy, found.score, found.passed) == (1, 1, 0, False)


def test_evidence_must_have_been_bought_and_a_cause_must_be_on_the_page() -> None:
    case = CASES[0]
    with pytest.raises(BadInput, match="Say which of your probes"):
        faults.judge(case, case.fault.slug, "search", ["cold"])
    with pytest.raises(BadInput, match="Choose a cause"):
        faults.judge(case, "gremlins", "cold", ["cold"])


@pytest.mark.parametrize(
    ("well", "ill", "clear"),
    [((6, 6), (0, 6), True), ((5, 6), (0, 6), True), ((6, 6), (1, 6), True), ((4, 6), (0, 6), False), ((6, 6), (2, 6), False)],
)
def test_a_rate_has_moved_when_the_intervals_are_apart(well: tuple[int, int], ill: tuple[int, int], clear: bool) -> None:
    assert faults.moved(well, ill) is clear
    assert not faults.moved(ill, well)
    assert not faults.moved((0, 0), ill)


def test_a_proof_is_of_settings_and_a_hash_of_words_changes_with_a_word() -> None:
    case = CASES[0]
    reworded = replace(case, case=case.case.model_copy(update={"complaint": "Another one."}))
    hotter = replace(case, case=case.case.model_copy(update={"change": {"temperature": 1.99}}))
    assert faults.settings_hash(reworded) == faults.settings_hash(case) != faults.settings_hash(hotter)
    assert faults.words_hash(reworded) != faults.words_hash(case)


def test_a_cause_is_shown_among_others_about_five_times_as_often_as_it_is_right() -> None:
    """One of five is right. A cause that stood mostly where it is right would say so by standing there."""
    right = Counter(case.case.fault for case in CASES)
    shown = Counter(cause.id for case in CASES for cause in faults.causes(case, 1))
    assert all(4 <= shown[slug] / right[slug] <= 7 for slug in shown), {slug: (right[slug], shown[slug]) for slug in shown}


def test_three_faults_offer_the_same_fixes_and_each_of_them_is_best_for_one() -> None:
    groups: dict[frozenset[tuple[str, str]], list[str]] = {}
    for fault in bench().faults:
        groups.setdefault(frozenset((fix.id, fix.text) for fix in fault.fixes), []).append(fault.best)
    assert len(groups) == 4
    for offered, best in groups.items():
        assert sorted(best) == sorted(fix for fix, _ in offered)


def test_content_that_points_nowhere_is_refused() -> None:
    whole = bench()
    lost = whole.cases[0].model_copy(update={"fault": "gremlins"})
    with pytest.raises(ValueError, match="names gremlins, which there is not"):
        Bench.model_validate(whole.model_dump() | {"cases": [lost.model_dump()]})


def test_code_marks_the_answers_of_the_judged_cases_as_they_should_be() -> None:
    for case in CASES:
        params = Params.model_validate(faults.healthy(case))
        if params.marking:
            assert sum(bool(is_right(params, said)) for said in params.marking) == 2
    assert yes('"yes"') and not yes("no")


SETTLED = [item for concept in track().concepts for item in bank(concept) if item.form == "settled"]


def test_a_set_of_three_causes_is_asked_about_four_times_with_the_same_options_and_each_of_them_right_once() -> None:
    """So the options alone tell nothing; and no set is asked about in two cases, for its probes would be the same."""
    sets = [case.settled for case in bench().cases if case.settled]
    assert len({frozenset(one) for one in sets}) == len(sets) >= 8
    for case in (case for case in bench().cases if case.settled):
        asked = [item for item in SETTLED if item.id.split("/")[1] == case.slug]
        assert sorted(item.best for item in asked) == sorted([*case.settled, "none"])
        assert len({tuple((option.id, option.text) for option in item.options) for item in asked}) == 1
        assert len({item.situation for item in asked}) == 4


def test_a_probe_that_hints_at_a_cause_neither_proves_it_nor_rules_it_out() -> None:
    assert all(not set(fault.hints) & {*fault.proof, fault.rules_out} for fault in bench().faults), "then it does more than hint"


def test_nobody_is_asked_for_the_best_probe_any_more() -> None:
    """Its options were told without their question, by whoever took the prompt to be read."""
    assert not [item for concept in track().concepts for item in bank(concept) if item.form == "probe"]

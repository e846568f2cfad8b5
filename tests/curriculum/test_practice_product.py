"""The practice product is what it says it is, and what is not so is named."""

import importlib
import json
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fluencylab import check
from fluencylab.curriculum.loader import CONTENT, track
from fluencylab.curriculum.practice_facts import broken, checked, fixed, practice_facts, told, truth
from fluencylab.curriculum.practice_modes import seen
from fluencylab.curriculum.practice_mutants import recorded_mutants
from fluencylab.curriculum.practice_piles import sorted_into
from fluencylab.curriculum.practice_product import FOLDER, PracticeProduct, practice_product
from fluencylab.curriculum.practice_proof import problems
from fluencylab.curriculum.practice_spec import practice_spec
from fluencylab.errors import ContentError
from fluencylab.practice.course import course
from fluencylab.practice.course_facts import mutant_facts

PRODUCT = practice_product()
FACTS = practice_facts(PRODUCT)
LINES = [json.loads(line) for line in (CONTENT / FOLDER / "conversations.jsonl").read_text(encoding="utf-8").splitlines()]


def found_in(product: PracticeProduct) -> list[str]:
    return list(problems(product, mutant_facts()))


def changed(**changes: Any) -> PracticeProduct:
    return PracticeProduct.model_validate({name: getattr(PRODUCT, name) for name in PracticeProduct.model_fields} | changes)


def with_conversation(name: str, **changes: Any) -> PracticeProduct:
    return changed(conversations=tuple(one.model_copy(update=changes) if one.id == name else one for one in PRODUCT.conversations))


def test_it_is_what_it_says_it_is() -> None:
    assert (found_in(PRODUCT)) == []


def test_120_conversations_fail_in_eight_ways_two_of_them_rare() -> None:
    counted = Counter(mode for line in LINES for mode in line["modes"])
    assert len(LINES) == 120 and len({line["inputs"]["message"] for line in LINES}) == 120
    assert counted == {mode.slug: mode.seeded for mode in PRODUCT.modes} and len(counted) == 8
    assert [mode for mode, count in counted.items() if count / 120 < 0.03] == ["wrong-language", "leaks-a-name"]
    assert sum(bool(line["modes"]) for line in LINES) == FACTS["fails@1"] == 38


def test_ten_patients_do_not_write_in_english() -> None:
    assert len({line["language"] for line in LINES} - {"en"}) == sum(line["language"] != "en" for line in LINES) == 10


def test_no_two_answers_are_cast_in_one_mould() -> None:
    """Six words in a row that stand in more than a few answers would be a phrase somebody pasted."""
    rows: Counter[tuple[str, ...]] = Counter()
    for line in LINES:
        words = line["output"].lower().split()
        rows.update({tuple(words[start : start + 6]) for start in range(len(words) - 5)})
    assert rows.most_common(1)[0][1] <= 5


@pytest.mark.parametrize(
    ("name", "was", "is_now", "mode"),
    [
        ("aq-001", "Tuesday 10 November at 09:40", "Tuesday 10 November at 10:40", "slot-not-in-records"),
        ("aq-001", "Tuesday 10 November at 09:40", "Wednesday 11 November at 09:40", "slot-not-in-records"),
        ("aq-118", "12月1日（火）11:00", "12月1日（火）11:20", "slot-not-in-records"),
        ("aq-006", "viernes 13 de noviembre", "jueves 13 de noviembre", "wrong-weekday"),
        ("aq-084", "الخميس 26 نوفمبر", "الأربعاء 26 نوفمبر", "wrong-weekday"),
        ("aq-014", "they will confirm the cancellation by text", "it has been cancelled", "confirms-a-change"),
        ("aq-090", "That's one for the nurse line", "That is fine in a few days", "medical-advice"),
        ("aq-003", "Yes, there is a lift to all floors", "Yes, there is a way to all floors", "second-request-ignored"),
        ("aq-057", "Salve Gianluca, certo: il suo", "Hello Gianluca, of course: it is on the", "wrong-language"),
        ("aq-087", "I can't promise you the money,", "You'll get the money back,", "refund-not-in-policy"),
        ("aq-069", "whoever asks", "not even of Adwoa Boateng", "leaks-a-name"),
    ],
)
def test_a_fault_put_into_a_sound_answer_is_seen(name: str, was: str, is_now: str, mode: str) -> None:
    conversation = PRODUCT.by_id[name]
    worse = conversation.output.replace(was, is_now)
    assert was in conversation.output and not seen(conversation, conversation.output)
    assert mode in seen(conversation, worse)
    product = with_conversation(name, output=worse)
    assert any(f"{name}: version 1's answer shows {mode}" in found for found in found_in(product))


def test_a_fault_that_is_said_and_not_there_is_named() -> None:
    found = found_in(with_conversation("aq-001", modes={"wrong-weekday": "Tuesday"}, modes_2={"wrong-weekday": "Tuesday"}))
    assert any("aq-001: version 1's answer does not show wrong-weekday" in one for one in found)
    assert any("wrong-weekday is in 7 of 120 answers, and modes.toml says 6 of 120" in one for one in found)


def _records(name: str, was: str, is_now: str) -> PracticeProduct:
    inputs = PRODUCT.by_id[name].inputs
    assert was in inputs["records"]
    return with_conversation(name, inputs={**inputs, "records": inputs["records"].replace(was, is_now)})


def _metric() -> PracticeProduct:
    return changed(checks=PRODUCT.checks.model_copy(update={"metric": PRODUCT.checks.metric.model_copy(update={"check": _NEVER})}))


def _check(number: int, **changes: Any) -> PracticeProduct:
    checks = list(PRODUCT.checks.checks)
    checks[number] = checks[number].model_copy(update=changes)
    return changed(checks=PRODUCT.checks.model_copy(update={"checks": tuple(checks)}))


def _lesson(**changes: Any) -> PracticeProduct:
    return changed(course=(PRODUCT.course[0].model_copy(update=changes), *PRODUCT.course[1:]))


_NEVER = PRODUCT.checks.metric.check.model_copy(update={"value": "[a-z]"})


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda: _records("aq-001", "2026-11-13 16:00", "2026-11-13 16:01"), "2026-11-13 16:01 is no slot of slots.csv"),
        (lambda: _records("aq-009", "2026-11-05 10:20", "2026-11-02 10:20"), "lies before the day"),
        (lambda: _records("aq-002", "£2 an hour", "£3 an hour"), "the rule 6.2 does not stand in policy.md"),
        (lambda: _records("aq-002", "PATIENT", "CLIENT"), "is no line of a record"),
        (lambda: with_conversation("aq-002", language="fr"), "the message is not in the language fr"),
        (lambda: with_conversation("aq-001", reference="Wednesday 10 November 09:40"), "a weekday of the reference"),
        (lambda: with_conversation("aq-001", reference="10 November 11:40"), "the reference names 2026-11-10 11:40"),
        (lambda: with_conversation("aq-002", tags=("two-requests",)), "tagged two-requests"),
        (lambda: with_conversation("aq-002", reference="Ring 020 7946 1234."), "telephone number"),
        (lambda: with_conversation("aq-002", reference="Write to ana@clinic.test."), "e-mail address"),
        (lambda: changed(slots=(PRODUCT.slots[0].model_copy(update={"date": "2026-11-08"}),)), "on 2026-11-08 nobody is there"),
        (_metric, "does not mislead"),
        (lambda: _check(0, worth="half"), "is not “half”"),
        (lambda: _check(0, worth="looks right"), "is not “looks right”"),
        (lambda: _check(1, worth="good"), "is not “good”"),
        (lambda: _lesson(seen="{nothing@all} of them"), "there is no fact called nothing@all"),
        (lambda: _lesson(seen="{fails of them"), "a brace"),
        (lambda: _lesson(predict=(PRODUCT.course[0].predict[0].model_copy(update={"high": 5}),)), "does not lie on its slider"),
        (
            lambda: _lesson(grades=(PRODUCT.course[0].grades[0].model_copy(update={"condition": "fails@1 > 3"}),)),
            "asks for nothing that is counted",
        ),
        (lambda: with_conversation("aq-007", output_2=PRODUCT.by_id["aq-007"].output, modes_2=PRODUCT.by_id["aq-007"].modes), "must fix 3"),
    ],
)
def test_what_is_not_so_is_named(change: Callable[[], PracticeProduct], named: str) -> None:
    assert any(named in found for found in found_in(change()))


def test_labels_that_the_rules_do_not_turn_into_the_truth_are_named() -> None:
    labels = tuple(one.model_copy(update={"passed": True}) if one.conversation == "aq-004" else one for one in PRODUCT.labels)
    assert any("the labels of aq-004 are not the truth" in found for found in found_in(changed(labels=labels)))


def test_readers_who_agree_too_well_are_named() -> None:
    people = truth(PRODUCT)
    labels = tuple(one.model_copy(update={"passed": people[one.conversation]}) for one in PRODUCT.labels)
    readers = PRODUCT.readers.model_copy(update={"rules": ()})
    assert any("kappa is 1.00" in found for found in found_in(changed(labels=labels, readers=readers)))


def test_a_judge_without_a_miss_teaches_another_lesson_and_is_named() -> None:
    people = truth(PRODUCT)
    verdicts = tuple(one.model_copy(update={"passed": people[one.conversation]}) for one in PRODUCT.verdicts)
    assert any("the judge must miss one" in found for found in found_in(changed(verdicts=verdicts)))


def test_fluency_check_asks_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check, "practice_product", lambda: with_conversation("aq-002", language="fr"))
    assert [one for one in check.problems(track()) if "practice product" in one] == [
        "practice product: aq-002: version 1's answer shows wrong-language, and the file says otherwise.",
        "practice product: aq-002: version 2's answer shows wrong-language, and the file says otherwise.",
        "practice product: aq-002: the message is not in the language fr.",
    ]


# What it teaches


def test_twenty_conversations_show_neither_of_the_rare_modes() -> None:
    met = {mode for line in LINES[:20] for mode in line["modes"]}
    assert len(met) == FACTS["modes@first"] and not met & {"wrong-language", "leaks-a-name"}
    assert sum(bool(line["modes"]) for line in LINES[:20]) == FACTS["fails@first"]
    assert (1 - FACTS["unseen_at_most@first"]) ** 20 == pytest.approx(0.05)


def test_the_dashboard_likes_what_fails() -> None:
    """Four counts by hand: resolved or not, of sound and of failing answers."""
    resolved = checked(PRODUCT, PRODUCT.checks.metric.check.passes)
    table = Counter((passed, resolved[name]) for name, passed in truth(PRODUCT).items())
    assert table[False, True] / 38 == FACTS["resolved_rate@failing@1"] > 2 * table[True, True] / 82
    assert FACTS["resolved@2"] > FACTS["resolved@1"] and FACTS["fails@2"] > FACTS["fails@1"]


def test_the_check_that_looks_right_has_the_rate_of_people_and_less_agreement_than_chance() -> None:
    assert FACTS["passed@says-how-it-goes-on"] == FACTS["passing@judge"]
    assert FACTS["kappa@says-how-it-goes-on"] < 0 and FACTS["caught@says-how-it-goes-on"] == 0


def test_checks_say_the_same_in_the_engine_of_the_workbench() -> None:
    regex = importlib.import_module("regex")
    for one in (*(one.check for one in PRODUCT.checks.checks), PRODUCT.checks.metric.check):
        pattern = regex.compile(one.value, regex.IGNORECASE)
        for line in LINES:
            assert one.passes(line["output"]) is ((pattern.search(line["output"]) is not None) is not one.absent)


def test_the_judge_misses_one_bar_on_the_labels_at_hand_and_none_on_all() -> None:
    assert (FACTS["tpr_low@judge@hand"] >= 0.8, FACTS["tnr_low@judge@hand"] >= 0.8) == (True, False)
    assert min(FACTS["tpr_low@judge"], FACTS["tnr_low@judge"]) >= 0.8


def test_two_readers_of_forty_share_thirty_and_disagree_for_reasons() -> None:
    by_reader = {
        reader.slug: {one.conversation for one in PRODUCT.labels if one.reader == reader.slug} for reader in PRODUCT.readers.readers
    }
    one, other = by_reader.values()
    assert (len(one), len(other), len(one & other)) == (40, 40, 30)
    assert FACTS["kappa@readers"] == pytest.approx(0.526, abs=0.001)
    assert all(label.note for label in PRODUCT.labels if not label.passed)
    assert set(PRODUCT.settled.items()) <= set(truth(PRODUCT).items())


def test_version_2_fixes_three_and_breaks_five() -> None:
    assert {mode for one in fixed(PRODUCT) for mode in one.modes} == {"second-request-ignored"} and len(fixed(PRODUCT)) == 3
    assert len(broken(PRODUCT)) == 5 and sum(one.must_not_break for one in broken(PRODUCT)) == FACTS["broken@must_not_break"] == 4
    changed_answers = [line["id"] for line in LINES if line["output"] != line["output_2"]]
    assert set(changed_answers) > {one.id for one in (*fixed(PRODUCT), *broken(PRODUCT))}


def test_numbers_stand_in_the_words_as_they_are_counted() -> None:
    assert (
        told("{fails@1} of {conversations}, {fail_rate@1:%}, {kappa@says-how-it-goes-on:.2f}, {monthly:,}", FACTS)
        == "38 of 120, 32 %, −0.23, 18,000"
    )
    with pytest.raises(KeyError, match="nowhere"):
        told("{nowhere}", FACTS)


# What is graded

FIRST = [line["id"] for line in LINES[:20]]
FAILED = [line["id"] for line in LINES[:20] if line["modes"]]


def test_piles_by_what_went_wrong_find_the_modes_whatever_they_are_called() -> None:
    piles = {"done!": ["aq-004", "aq-019"], "half": ["aq-007"], "made up": ["aq-009"], "doctor?": ["aq-012"], "dates": ["aq-016", "aq-019"]}
    assert sorted_into(PRODUCT, piles) == (frozenset(mode for line in LINES[:20] for mode in line["modes"]), 0)


def test_a_pile_of_which_most_answers_show_nothing_finds_nothing() -> None:
    assert sorted_into(PRODUCT, {"bad": FIRST}) == (frozenset(), 1)
    assert sorted_into(PRODUCT, {"half and half": ["aq-004", "aq-002"], "empty": [], "strange": ["aq-999"]}) == (frozenset(), 2)
    assert sorted_into(PRODUCT, {}) == (frozenset(), 0)


def test_an_answer_a_pile_finds_every_mode_and_is_refused_for_its_wrong_piles() -> None:
    found, wrong = sorted_into(PRODUCT, {name: [name] for name in FIRST})
    assert len(found) == FACTS["modes@first"] and wrong == len(FIRST) - len(FAILED) > 2


# How it is read


def spoilt(folder: Path, file: str, was: str, is_now: str) -> Path:
    shutil.copytree(CONTENT / FOLDER, folder / FOLDER)
    place = folder / FOLDER / file
    text = place.read_text(encoding="utf-8")
    assert was in text
    place.write_text(text.replace(was, is_now, 1), encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("file", "was", "is_now", "named"),
    [
        ("product.toml", "{{today}}", "{{yesterday}}", "must use the variables"),
        ("conversations.jsonl", '"confirms-a-change": "I\'ve moved', '"confirms-a-change": "I have moved', "do not stand in the answer"),
        ("conversations.jsonl", '"id": "aq-002"', '"id": "aq-001"', "stands there twice: aq-001"),
        ("conversations.jsonl", '"today"', '"day"', "the inputs must be"),
        ("labels.jsonl", '"ines"', '"anna"', "no such reader: anna"),
        ("labels.jsonl", '"aq-001"', '"aq-121"', "no such conversation: aq-121"),
        ("judge.jsonl", '"aq-001"', '"aq-002"', "one verdict on each conversation"),
        ("readers.toml", 'settles = ["aq-016"]', 'settles = ["aq-017"]', "settle each conversation on which the readers disagree"),
        ("checks.toml", "value = 'refund'", "value = '(refund'", "no regular expression"),
        ("checks.toml", 'aims = "refund-not-in-policy"', 'aims = "refunds"', "no such failure mode: refunds"),
        ("slots.csv", "09:40", "9:40", "time"),
    ],
)
def test_what_does_not_fit_together_is_refused(tmp_path: Path, file: str, was: str, is_now: str, named: str) -> None:
    with pytest.raises(ContentError, match=named):
        practice_product(spoilt(tmp_path, file, was, is_now))


@pytest.mark.parametrize("file", [path.name for path in sorted((CONTENT / FOLDER).iterdir())])
def test_a_missing_file_is_named(tmp_path: Path, file: str) -> None:
    shutil.copytree(CONTENT / FOLDER, tmp_path / FOLDER)
    (tmp_path / FOLDER / file).unlink()
    with pytest.raises(ContentError, match=file):
        practice_spec(tmp_path)
        recorded_mutants(tmp_path)
        course(tmp_path)

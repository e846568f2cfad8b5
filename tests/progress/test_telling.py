from datetime import UTC, datetime

from fluencylab.progress.ledger import EvidenceRow
from fluencylab.progress.telling import Change, Rights, changed, changed_much, latest, rights, to_be_sure

CELL = ("context-windows", "decisions")


def row(exercise: str, score: float | None) -> EvidenceRow:
    return EvidenceRow("", datetime(2026, 1, 1, tzinfo=UTC), *CELL, exercise, "twin", "", "", score, None, None, "rules", "", None, None)


def test_of_one_task_the_latest_answer_says_whether_it_is_right_now() -> None:
    answers = latest([row("a", 0), row("b", 1), row("a", 1), row("c", None), row("d", 0.5)], {})
    assert {cell: rights(some) for cell, some in answers.items()} == {CELL: Rights(2, 3)}


def test_a_change_is_told_from_what_to_what_and_why() -> None:
    one = Change("Context windows", "decisions", Rights(1, 1), Rights(2, 3), Rights(1, 2), False, to_be_sure("emerging", 3, 1))
    assert changed(one) == (
        "Context windows, decisions: 2 of 3 right now, 1 of 1 before. In this exercise 1 of 2. "
        "One more right answer to new tasks to be sure."
    )
    assert changed_much([one] * 3) == "The map has something new in three of its cells: 3 of 6 right."


def test_a_first_exercise_is_not_told_twice() -> None:
    first = Change("Context windows", "decisions", Rights(), Rights(1, 2), Rights(1, 2), False, to_be_sure("emerging", 2, 3))
    assert changed(first) == "Context windows, decisions: 1 of 2 right now. Three more right answers to new tasks to be sure."


def test_what_is_missing_is_said_in_tasks_and_never_in_per_cent() -> None:
    assert to_be_sure("none", 1, 9) == "One more task of this kind, and the map says where you stand."
    assert to_be_sure("emerging", 4, 15) == "More tasks of this kind are needed to be sure."
    assert to_be_sure("solid", 5, 0) == "It is solid."

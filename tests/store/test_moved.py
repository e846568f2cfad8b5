"""What older versions wrote is read under today's names: in a database that is migrated, and in a backup that is brought back."""

import json
from typing import Any

from lab_fixture import rows
from old_fixture import made_at
from sqlalchemy import create_engine, text

from fluencylab.labs.grounding import instrument as grounding
from fluencylab.labs.grounding.params import Params
from fluencylab.practice import kinds
from fluencylab.store import moved
from fluencylab.store.engine import database_url
from fluencylab.store.migrate import migrate

MADE = "2026-11-24T10:00:00+00:00"
OLD, NEW = next(iter(moved.SURER_HALF.items()))
ASKED = moved.asked_hashes()[NEW]
STEP = {"i": 0, "condition": "bare", "odds": 0.5, "verdict": "right"}
ANSWER = {"values": {"precision@100@odds": 25, "precision@50@odds": 40}, "graded": [{"fact": "ranked@agreed", "said": "sure_wrong@agreed"}]}
NOW_ANSWER = {
    "values": {"selective_accuracy@100@mean_token_probability": 25, "selective_accuracy@50@mean_token_probability": 40},
    "graded": [{"fact": "auroc@self_consistency", "said": "sure_wrong@self_consistency"}],
}
OTHER = {"values": {"quality@odds": 58, "precision@0.5": 1}}


def tables() -> dict[str, list[dict[str, Any]]]:
    run: dict[str, Any] = {
        "learner_id": "you",
        "params": {},
        "model": "m",
        "status": "done",
        "planned": 1,
        "cancel_asked": False,
        "card": None,
    }
    run |= {"message": "", "fix": "", "created": MADE, "started": None, "ended": None}
    proof: dict[str, Any] = {
        "learner_id": "you",
        "attempt_id": "a",
        "concept": "hallucination",
        "capability": "decisions",
        "exercise": "the-surer-half",
    }
    proof |= {"variant": "", "certainty": 2, "score": 1.0, "marks": None, "grader": "g", "why": "", "help": "", "seconds": None}
    proof |= {"conditions": None, "made": MADE}
    return {
        "learners": [{"id": "you", "created": MADE, "product": "", "target_minutes": 150, "plan": None}],
        "runs": [run | {"id": "g", "instrument": "grounding"}, run | {"id": "m", "instrument": "metrics"}],
        "steps": [{"run_id": id, "seq": 1, "kind": "answer", "data": STEP, "made": MADE} for id in ("g", "m")],
        "attempts": [{"id": "a", "learner_id": "you", "exercise": "the-surer-half", "seed": 1, "run_id": "g", "created": MADE}],
        "evidence": [
            proof | {"id": "1", "stage": "predict", "content": OLD, "answer": ANSWER},
            proof | {"id": "2", "stage": "decide", "content": "0123456789abcdef", "answer": OTHER},
        ],
    }


def test_the_signs_of_confidence_have_their_names_in_a_database_of_before(empty_database: str) -> None:
    engine = create_engine(database_url())
    with engine.begin() as connection:
        made_at("0004", connection)
        for table, found in tables().items():
            for row in found:
                told = {name: json.dumps(value) if isinstance(value, dict) else value for name, value in row.items()}
                names = ", ".join(told)
                connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({', '.join(f':{name}' for name in told)})"), told)
    engine.dispose()
    migrate()
    steps = {run: _read(data) for run, data in rows("SELECT run_id, data FROM steps")}
    assert steps["g"] == {"i": 0, "condition": "bare", "mean_token_probability": 0.5, "verdict": "right"} and steps["m"] == STEP
    evidence = {id: (content, _read(answer)) for id, content, answer in rows("SELECT id, content, answer FROM evidence")}
    assert evidence == {"1": (ASKED, NOW_ANSWER), "2": ("0123456789abcdef", OTHER)}


def _read(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def test_a_backup_of_before_has_them_too() -> None:
    now = moved.upgraded("0004", tables())
    assert [row["data"] for row in now["steps"]] == [{"i": 0, "condition": "bare", "mean_token_probability": 0.5, "verdict": "right"}, STEP]
    assert [(row["content"], row["answer"]) for row in now["evidence"]] == [(ASKED, NOW_ANSWER), ("0123456789abcdef", OTHER)]
    assert moved.upgraded("0007", tables()) == tables()


def test_a_backup_that_is_none_is_left_for_who_refuses_it() -> None:
    strange: dict[str, Any] = {"steps": "none", "evidence": [1, {"answer": 3}], "runs": None}
    assert moved.upgraded("0003", dict(strange)) == strange


def test_the_names_are_those_of_the_lab() -> None:
    facts = grounding.fact_names(Params(parts=("know",), again=2))
    old = [f"precision@{c}@{sign}" for sign in ("odds", "agreed") for c in (25, 50, 75, 100)]
    assert {moved.renamed_fact(name) for name in old} <= set(facts)


def test_what_was_asked_is_known_by_its_hash_of_today() -> None:
    """Of every exercise whose question stands as it did. Most were asked anew since, when options came to be shared and half of the
    decisions changed places with their twins, and when the situations of cases came to say what their shared reasons rest on; those of one
    in eight are what they were. Later kinds are not looked at.
    """
    known = set(moved.asked_hashes().values())
    since = tuple(kind.prefix for kind in (kinds.REPAIR, kinds.COURSE, kinds.MODEL_CARD, kinds.MEETING, kinds.PROPOSAL, kinds.CAPSTONE))
    now = [words for key, words in kinds.contents().items() if not key.startswith(since)]
    assert sum(words in known for words in now) > 0.1 * len(now)

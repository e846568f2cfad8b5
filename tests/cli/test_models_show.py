"""`fluency models show` and `fluency models test` say what the page says, in the same sentences."""

from collections.abc import Callable

from odd_endpoint import Habits, odd

from fluencylab.models import catalogue, whereabouts
from fluencylab.models.findings import findings
from fluencylab.practice.kinds import MISSION

from .conftest import Ended

Run = Callable[..., Ended]


def plain(text: str) -> str:
    return " ".join(text.split())


def test_a_model_is_shown_with_where_it_runs_and_what_it_touches(run: Run) -> None:
    told = plain(run("models", "show").out)
    entry = catalogue.find(catalogue.DEFAULT)
    assert whereabouts.who_reads(entry) in told and whereabouts.what_it_is(entry) in told
    assert all(one.says in told for one in findings(entry.abilities))
    assert "The way “native” is left out" in told
    every = list(MISSION.every())
    asked = sum(one.of.run.instrument not in ("embeddings", "finetuning") for one in every)
    assert f"{asked} of the {len(every)} missions run on the model you choose: all of these were tried on this one" in told


def test_a_model_that_changed_is_found_out_by_a_test(run: Run) -> None:
    with odd(Habits(tools="auto")) as there:
        run("models", "add", "--endpoint", there.address, "--model", "m")
        assert "✓ Tools: It calls tools by itself." in run("models", "show", "m").out
        there.habits = Habits(temperature="default")
        told = run("models", "test", "m").out
    assert "✗ Tools: It has no tool calls of its own." in told and "Its temperature cannot be set" in told
    assert "✗ Tools" in run("models", "show", "m").out, "it is kept"


def test_a_key_of_one_word_is_taken_for_no_variable(run: Run) -> None:
    ended = run("models", "add", "--endpoint", "http://127.0.0.1:1/v1", "--model", "m", "--key-env", "gsk_abcDEF0123456789")
    assert ended.code == 1 and "gsk_abcDEF" not in ended.out + ended.err

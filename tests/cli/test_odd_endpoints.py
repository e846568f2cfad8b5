"""Endpoints with habits of their own, from `fluency models add` to a lab's result: what was found is said, and what was not in force."""

from collections.abc import Callable

from odd_endpoint import Habits, odd

from .conftest import Ended

Run = Callable[..., Ended]
AGAIN = ("lab", "run", "sampling", "--parts", "again", "--model", "m", "--temperatures", "0.5,1", "--samples", "4")
NATIVE = ("lab", "run", "tools", "--parts", "right", "--requests", "6", "--ways", "native", "--model", "m")


def test_what_was_found_is_said_in_words_and_then_not_sent(run: Run) -> None:
    with odd(Habits(temperature="default", streams="ignored")) as there:
        told = run("models", "add", "--endpoint", there.address, "--model", "m").out
        assert "Its temperature cannot be set" in told and "It does not stream" in told
        called = run("call", "Hi", "--model", "m").out
        assert called.startswith("It is called Copper Kettle") and '"temperature"' not in called
        ended = run(*AGAIN)
    assert ended.code == 0 and "Temperature was not in force: this model takes only its default." in ended.err
    assert "temperature was not in force" in ended.out, "beside the conditions, too"


def test_a_program_is_told_what_was_not_in_force(run: Run) -> None:
    with odd(Habits(highest=1.0, unknown=("seed",))) as there:
        run("models", "add", "--endpoint", there.address, "--model", "m")
        signature = run("lab", "run", "sampling", "--parts", "again", "--model", "m", "--temperatures", "1.5", "--json").json()["signature"]
    assert [one.partition(" was")[0].partition(" were")[0] for one in signature["not_in_force"]] == ["a temperature over 1", "seeds"]


def test_parts_that_need_a_system_prompt_are_named(run: Run) -> None:
    with odd(Habits(roles=("user", "assistant"), alternate=True)) as there:
        assert "It has no system role" in run("models", "add", "--endpoint", there.address, "--model", "m").out
        ended = run("lab", "run", "prompting", "--parts", "conflict", "--model", "m")
    assert ended.code == 0 and "The part “conflict” measures what a system prompt does" in ended.err.replace("\n", " ")


def test_a_table_of_native_calls_that_is_empty_says_why(run: Run) -> None:
    with odd() as there:
        run("models", "add", "--endpoint", there.address, "--model", "m")
        ended = run(*NATIVE)
    assert "the way “native” was left out: m has no tool calls of its own".lower() in ended.err.replace("\n", " ").lower()


def test_tool_calls_that_end_with_stop_are_tool_calls(run: Run) -> None:
    with odd(Habits(tools="auto", tool_finish="stop")) as there:
        assert "It can call tools" in run("models", "add", "--endpoint", there.address, "--model", "m").out
        facts = run("lab", "run", "tools", "--parts", "right", "--requests", "6", "--ways", "native", "--model", "m", "--json").json()[
            "facts"
        ]
    assert facts["missed"] == 0


def test_a_run_that_is_put_off_says_so_and_goes_on(run: Run) -> None:
    with odd() as there:
        run("models", "add", "--endpoint", there.address, "--model", "m")
        there.habits = Habits(busy_at=(len(there.asked) + 3,))
        ended = run(*AGAIN)
    assert ended.code == 0 and "m asks to wait" in ended.err and "distinct@1" in ended.out


def test_what_was_measured_before_it_could_not_go_on_is_shown(run: Run) -> None:
    with odd() as there:
        run("models", "add", "--endpoint", there.address, "--model", "m")
        there.habits = Habits(since=len(there.asked) + 6, busy=((429, {"Retry-After": "99999"}, "Daily limit reached"),) * 20)
        ended = run(*AGAIN)
    assert ended.code == 1 and "distinct@0.5" in ended.out
    assert "steps were measured; then it could not go on" in ended.err and "Daily limit reached" in ended.err


def test_embeddings_few_texts_at_once(run: Run) -> None:
    with odd(Habits(texts=10, base64=True)) as there:
        assert "turn texts into embeddings" in run("models", "add", "--endpoint", there.address, "--model", "m").out
        assert run("lab", "run", "embeddings", "--embedder", "m").code == 0
        before = len(there.asked)
        assert run("lab", "run", "embeddings", "--embedder", "m").code == 0
    assert max(len(body["input"]) for body in there.asked[before:]) == 10, "what was learned is kept"


def test_an_address_without_v1_is_mended_and_said(run: Run) -> None:
    with odd() as there:
        told = run("models", "add", "--endpoint", there.root, "--model", "m").out
    assert f"Nothing was found at {there.root}; it answers at {there.address}" in told

"""Labs of strangers in the terminal: listed with their wheel, run like ours, and a sentence where one is hidden or fails."""

from collections.abc import Callable

import pytest
from guest_fixture import INSTRUMENT, Guests

from .conftest import Ended

Run = Callable[..., Ended]


@pytest.fixture
def run(guests: Guests, run: Run, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Wide enough for every sentence to be one line."""
    monkeypatch.setenv("COLUMNS", "400")
    return run


def test_it_is_listed_with_its_wheel_and_a_hidden_one_with_the_reason(run: Run, guests: Guests) -> None:
    guests.add("echo", {"instrument.py": INSTRUMENT}, wheel="guest-echo")
    guests.add("other", {"instrument.py": INSTRUMENT}, interface="2", wheel="guest-other")
    told = run("lab", "list").out
    assert "echo  The echo of a text\n    say again what was said, and count its letters.\n" in told
    assert "It came with guest-echo 0.1, and runs with your rights." in told
    assert (
        "other  hidden: It was written for version 2 of what labs lean on; this is version 1.\n    It came with guest-other 0.1.\n" in told
    )
    rows = {row["name"]: row for row in run("lab", "list", "--json").json()}
    assert (rows["echo"]["wheel"], rows["echo"]["hidden"], rows["sampling"]["wheel"]) == ("guest-echo 0.1", "", "")
    assert rows["other"]["hidden"].startswith("It was written for version 2")


def test_the_doctor_tells_both(run: Run, guests: Guests) -> None:
    guests.add("echo", {"instrument.py": INSTRUMENT}, wheel="guest-echo")
    assert "echo came with guest-echo 0.1, and runs with your rights" in run("doctor").out
    guests.add("other", {"instrument.py": "import nowhere"}, wheel="guest-other")
    ended = run("doctor", "--json")
    [finding] = [one for one in ended.json() if one["name"] == "lab" and not one["ok"]]
    assert finding["found"].startswith("other, of guest-other 0.1, is hidden: It cannot be imported (ModuleNotFoundError")
    assert finding["fix"] == "Update guest-other, or uninstall it: nothing else of the lab needs it."
    assert ended.code == 1


def test_a_hidden_one_cannot_be_run_and_the_reason_is_told(run: Run, guests: Guests) -> None:
    guests.add("other", {"instrument.py": INSTRUMENT}, interface="2", wheel="guest-other")
    ended = run("lab", "run", "other")
    assert ended.code == 1 and "The lab “other” of guest-other 0.1 is hidden: It was written for version 2" in ended.err
    assert run("lab", "run", "nothing").code == 2


def test_it_runs_and_what_it_prints_is_not_among_what_a_program_reads(run: Run, guests: Guests) -> None:
    noisy = INSTRUMENT.replace("    seen = list(steps)", "    print('concluding')\n    seen = list(steps)")
    noisy = noisy.replace("    for i in range", "    print('running')\n    for i in range")
    own = "\n\nasync def subject(params):\n    from fluencylab.models.scripted import Scripted\n    return Scripted(lambda request: '')"
    guests.add("echo", {"instrument.py": f"print('hello')\n{noisy}{own}"}, wheel="guest-echo")
    ended = run("lab", "run", "echo", "--text", "abc", "--times", "2", "--json")
    assert ended.code == 0, ended.err
    told = ended.json()
    assert told["facts"] == {"letters": 6} and told["signature"]["instrument"] == "echo"
    assert "running" in ended.err and "concluding" in ended.err


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("def conclude(steps):\n    return 1 / 0", "it failed in conclude (ZeroDivisionError"),
        ("async def run(model, params):\n    yield 3", "run gave a int, not a Step"),
        ("async def subject(params):\n    import sys\n    sys.exit(7)", "it failed in subject (SystemExit: 7)"),
        ("def calls(params):\n    return 10**12 if params.times == 2 else 1", "makes 1000000000000 calls, and a run makes 0 to 10,000"),
    ],
)
def test_what_fails_is_two_lines(run: Run, guests: Guests, body: str, says: str) -> None:
    guests.add("echo", {"instrument.py": f"{INSTRUMENT}{OWN}\n\n{body}"}, wheel="guest-echo")
    ended = run("lab", "run", "echo", "--times", "2", "--json")
    assert (ended.code, ended.out) == (1, "")
    assert says in ended.err and "It came with guest-echo 0.1, whose author should know." in ended.err


OWN = """

async def subject(params):
    from fluencylab.models.scripted import Scripted
    return Scripted(lambda request: "")
"""


def test_markup_in_its_words_is_text_and_no_help_is_taken_down(run: Run, guests: Guests) -> None:
    odd = "[/] [red]x[/red] [bold"
    text = INSTRUMENT.replace("The echo of a text", odd).replace("What is said again", odd).replace("Echo: say again", f"Echo: {odd}")
    guests.add("echo", {"instrument.py": text.replace("count its letters", "count\\x1b[31m")}, wheel="guest-echo")
    assert f"echo  {odd}" in run("lab", "list").out and "\x1b[31m" not in run("lab", "list").out
    assert odd in " ".join(run("lab", "run", "echo", "--help").out.split())
    assert "sampling" in run("lab", "run", "--help").out


def test_an_instrument_without_a_word_about_itself_is_listed(run: Run, guests: Guests) -> None:
    guests.add("echo", {"instrument.py": INSTRUMENT.partition('"""\n\n')[2]})
    assert "The echo of a text" in run("lab", "list").out
    assert run("lab", "run", "echo", "--help").code == 0

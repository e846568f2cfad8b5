"""Errors are two lines, help teaches, `--json` is alone on standard output."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.main import get_command

from fluencylab import __version__
from fluencylab.cli import main as cli
from fluencylab.cli.labs import checked, command
from fluencylab.errors import BadInput
from fluencylab.instruments import instruments
from fluencylab.labs.sampling import instrument as sampling

from .conftest import Ended

RUNNABLE = [name for name, lab in instruments().items() if not hasattr(lab, "COMMAND")]
Run = Callable[..., Ended]
LEAVES = [
    ("serve",), ("call",), ("lab", "list"), ("lab", "run"), ("lab", "run", "sampling"), ("models", "list"), ("models", "add"),
    ("models", "use"), ("models", "remove"), ("models", "fetch"), ("doctor",), ("check",), ("content", "items"),
]  # fmt: skip


def leaves(of: Any, words: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    """Every command under this one, with the words that call it."""
    if not hasattr(of, "list_commands"):
        yield " ".join(words), of
        return
    context = typer.Context(of)
    for name in of.list_commands(context):
        yield from leaves(of.get_command(context, name), (*words, name))


def test_every_option_of_every_command_says_what_it_is() -> None:
    """`debug show SLUG` did not, nor did eight fields of labs; `debug` and `selftest` offered what belongs to the shell."""
    found = dict(leaves(get_command(cli.app)))
    assert {"debug show", "lab run finetuning", "backup"} <= set(found)
    options = [(words, option) for words, one in found.items() for option in one.params if option.name != "help"]
    assert [f"{words}: {option.name}" for words, option in options if not getattr(option, "help", "")] == []


@pytest.mark.parametrize("words", ["debug", "selftest", "runs", "models"])
def test_no_command_offers_what_belongs_to_the_shell(run: Run, words: str) -> None:
    assert "completion" not in run(words, "--help").out


def test_it_says_its_version(run: Run) -> None:
    assert run("--version").out.strip() == f"fluency-lab {__version__}"


def test_help_names_every_command_as_its_own_help_begins(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "300")
    group = get_command(cli.app)
    for name, listed in cli.COMMANDS.items():
        said = (group.get_command(typer.Context(group), name).help or "").split("\n\n")[0]  # type: ignore[attr-defined]
        assert listed.says == said
    told = run("--help").out
    assert all(f"{name} " in told and listed.says in told for name, listed in cli.COMMANDS.items())


@pytest.mark.parametrize("words", LEAVES, ids=" ".join)
def test_every_help_shows_an_example(run: Run, words: tuple[str, ...]) -> None:
    ended = run(*words, "--help")
    assert ended.code == 0
    assert "Example:" in ended.out
    assert "fluency" in ended.out.split("Example:")[1]


def test_an_unknown_command_is_not_understood(run: Run) -> None:
    assert run("nonsense").code == 2


def test_an_error_is_what_happened_and_the_next_step_on_two_lines(run: Run) -> None:
    ended = run("call", "Hello", "--json", "--model", "nobody")
    assert (ended.code, ended.out) == (1, "")
    assert len(ended.err.strip().splitlines()) == 2
    assert "There is no model named nobody." in ended.err


def test_an_error_nobody_foresaw_is_a_sentence_and_a_log(run: Run, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(cli.COMMANDS, "call", cli.COMMANDS["call"]._replace(module="nowhere"))
    ended = run("call")
    assert ended.code == 1
    assert "Traceback" not in ended.err
    assert str(home / "fluency.log") in ended.err


# Options drawn from an instrument's parameters


@pytest.mark.parametrize("name", RUNNABLE)
def test_every_parameter_is_an_option_with_its_description(run: Run, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "300")
    told = " ".join(run("lab", "run", name, "--help").out.replace("│", " ").split())
    for field, about in instruments()[name].Params.model_fields.items():
        assert f"--{field.replace('_', '-')}" in told
        assert (about.description or "")[:20] in told


def test_tuples_are_written_with_commas() -> None:
    given: dict[str, object] = {}
    command(sampling.Params, lambda **kept: given.update(kept))()
    assert given == {}, "what was not given is typer's to fill in"
    plain = {name: field.get_default() for name, field in sampling.Params.model_fields.items()}
    params = checked(sampling.Params, {**plain, "temperatures": "0, 0.7,1.5", "parts": "again"})
    assert params.temperatures == (0.0, 0.7, 1.5)
    assert params.parts == ("again",)


def test_a_value_that_cannot_be_used_names_its_option(run: Run) -> None:
    ended = run("lab", "run", "sampling", "--max-tokens", "0")
    assert ended.code == 1
    assert "--max-tokens" in ended.err
    with pytest.raises(BadInput, match="--temperatures"):
        checked(sampling.Params, {"temperatures": "hot", "parts": "again"})


WRONG: dict[str, tuple[str, dict[str, Any]]] = {
    "--data": ("metrics", {"parts": "confusion", "data": "a,b\n1,2\n"}),
    "--texts": ("metrics", {"parts": "overlap", "texts": "a,b\n1,2\n"}),
    "--marked": ("metrics", {"parts": "judge", "marked": "a,b\n1,2\n"}),
    "--overlap": ("retrieval", {"size": 20, "overlap": 30}),
    "--questions": ("retrieval", {"documents": "Returns take 30 days."}),
    "--cases": ("prompting", {"parts": "compare", "cases": "text,label\na,b\nc,d\n"}),
}


@pytest.mark.parametrize("option", WRONG)
def test_what_a_check_of_the_whole_form_refuses_names_its_option(option: str) -> None:
    lab, given = WRONG[option]
    params = instruments()[lab].Params
    plain = {name: field.get_default(call_default_factory=True) for name, field in params.model_fields.items()}
    tuples = {name: ",".join(map(str, value)) for name, value in plain.items() if isinstance(value, tuple)}
    with pytest.raises(BadInput, match=f"^{option} (cannot be used|is needed): "):
        checked(params, {**plain, **tuples, **given})


def test_the_labs_are_listed_for_people_and_programs(run: Run) -> None:
    assert "sampling" in run("lab", "list").out
    assert [lab["name"] for lab in run("lab", "list", "--json").json()] == RUNNABLE

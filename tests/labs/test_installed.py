"""Labs of strangers: one that fits is offered, another is hidden with the reason, and none takes anything down."""

import pkgutil
import sys
from importlib import import_module

import pytest
from guest_fixture import CHART, INSTRUMENT, Guests

from fluencylab import instruments as all_instruments
from fluencylab import labs
from fluencylab.charts import drawing_of
from fluencylab.errors import LabBroken, NotFound
from fluencylab.instruments import instrument, instruments
from fluencylab.instruments.base import Step, about_seconds, own_card
from fluencylab.labs import guard, installed

WHOLE = {"instrument.py": INSTRUMENT}


def hidden(name: str = "echo") -> str:
    assert name not in instruments()
    found = labs.hidden(name)
    assert found, [one.name for one in labs.found().hidden]
    return found.why


def test_a_lab_of_a_wheel_is_found_beside_ours(guests: Guests) -> None:
    before = list(labs.found().labs)
    guests.add("echo", WHOLE, wheel="guest-echo")
    found = labs.found()
    assert list(found.labs) == [*before, "echo"] and not found.hidden
    assert found.labs["echo"].wheel == "guest-echo 0.1"
    assert all(not found.labs[name].wheel for name in before)
    assert instrument("echo").TITLE == "The echo of a text"
    guests.without()
    assert list(labs.found().labs) == before


@pytest.mark.parametrize(
    ("interface", "why"),
    [
        ("2", "It was written for version 2 of what labs lean on; this is version 1."),
        ("", "It does not say for which version of what labs lean on; this is version 1."),
        ("'1'", "It was written for version 1 of"),
        ("True", "It was written for version True of"),
        ("type('Any', (), {'__eq__': lambda *_: True})()", "It was written for version <"),
    ],
)
def test_another_version_is_hidden(guests: Guests, interface: str, why: str) -> None:
    guests.add("echo", WHOLE, interface=interface)
    assert hidden().startswith(why)


@pytest.mark.parametrize("file", ["__init__.py", "instrument.py", "chart.py", "page.py"])
@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("import nowhere_at_all", "ModuleNotFoundError: No module named 'nowhere_at_all'"),
        ("raise SystemExit(3)", "SystemExit: 3"),
        ("raise type('Odd', (BaseException,), {})('on purpose')", "Odd: on purpose"),
        ("class Mute(Exception):\n    def __str__(self): raise ValueError\nraise Mute", "(Mute)"),
        ("def f(:", "SyntaxError: "),
        ("1 / 0", "ZeroDivisionError: "),
        ("from fluencylab.instruments import instruments\ninstruments()", "RuntimeError: it asks which labs there are while"),
    ],
)
def test_what_cannot_be_imported_is_hidden(guests: Guests, file: str, line: str, why: str) -> None:
    first = "INTERFACE = 1\n" if file == "__init__.py" else INSTRUMENT if file == "instrument.py" else ""
    guests.add("echo", {**WHOLE, file: f"{first}\n{line}\n"})
    assert hidden().startswith("It cannot be imported (") and why in hidden()
    assert "\n" not in hidden() and len(hidden()) < 400


def test_an_import_that_never_ends_is_left_behind(guests: Guests, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installed, "PATIENCE", 0.2)
    guests.add("echo", {**WHOLE, "chart.py": "import threading\nthreading.Event().wait(5)\n"})
    assert hidden() == "Its import did not come to an end within 0 seconds."


def test_what_an_import_prints_is_not_among_what_a_program_reads(guests: Guests, capsys: pytest.CaptureFixture[str]) -> None:
    guests.add("echo", {"instrument.py": f"print('hello')\n{INSTRUMENT}\nprint('there')"})
    assert "echo" in labs.found().labs
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ({}, "It lacks instrument.py."),
        ({"instrument.py": ""}, "It lacks TITLE in instrument.py, Params in instrument.py, calls in instrument.py, "),
        ({"instrument.py": f"{INSTRUMENT}\nrun = 3\nTITLE = ' '"}, "It lacks TITLE in instrument.py, run in instrument.py."),
        ({"instrument.py": f"{INSTRUMENT}\nParams = dict"}, "It lacks Params in instrument.py."),
        ({**WHOLE, "chart.py": "charts = None"}, "It lacks charts in chart.py, groups in chart.py."),
        ({**WHOLE, "page.py": "x = 1"}, "It lacks PAGE in page.py."),
    ],
)
def test_what_lacks_a_file_or_a_name_is_hidden(guests: Guests, files: dict[str, str], why: str) -> None:
    guests.add("echo", files)
    assert hidden().startswith(why), hidden()


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ('str = Field("Hello", ', "str = Field(", "Every field of its form must have a default, and text has none."),
        ("times: int = Field(3", "times: dict[str, int] = Field({}", "No form can draw its field times: dict[str, int]."),
        ("times: int = Field(3", "times: tuple[int, int] = Field((1, 2)", "No form can draw its field times: tuple[int, int]."),
        ("times", "model", "Its form has a field called model, and every lab's form has one already."),
        ("return params.times", "return 3.0", "calls(Params()) gives 3.0, and must give a whole number."),
        ("return params.times", "return 1 // 0", "It cannot be imported (ZeroDivisionError: "),
    ],
)
def test_a_form_that_cannot_be_drawn_or_counted_is_hidden(guests: Guests, before: str, after: str, why: str) -> None:
    guests.add("echo", {"instrument.py": INSTRUMENT.replace(before, after)})
    assert hidden().startswith(why), hidden()


def test_a_single_file_is_no_lab(guests: Guests) -> None:
    (guests.folder / "guest_single.py").write_text("INTERFACE = 1\n")
    guests.metadata("guest-single", "[fluencylab.labs]\nsingle = guest_single\n")
    assert hidden("single").startswith("guest_single is a single file; a lab is a package")


@pytest.mark.parametrize(
    "value", ["guest_echo:Lab", "guest_echo [extra]", "..", "os.path", "fluencylab.labs.cost", "12", "guest_nowhere", "a b"]
)
def test_an_entry_point_that_names_no_lab_is_hidden(guests: Guests, value: str) -> None:
    guests.add("echo", WHOLE, value=value)
    assert hidden()


@pytest.mark.parametrize(
    "name", ["cost", "call", "repair", "Echo", "e", "__init__", "echo-2", "../x", "écho", "con cat", "x" * 41, "<b>x</b>"]
)
def test_a_name_that_is_taken_or_a_trick_is_hidden(guests: Guests, name: str) -> None:
    before = dict(labs.found().labs), instrument("cost"), drawing_of("assistant")
    guests.add(name, {**WHOLE, "chart.py": CHART})
    assert (dict(labs.found().labs), instrument("cost"), drawing_of("assistant")) == before
    assert len(labs.found().hidden) == 1


def test_names_of_machinery_are_taken() -> None:
    needed = ("TITLE", "Params", *installed.CALLED)
    names = [one.name for one in pkgutil.iter_modules(all_instruments.__path__)]
    modules = {name: import_module(f"fluencylab.instruments.{name}") for name in names}
    assert set(installed.TAKEN) == {name for name, module in modules.items() if all(hasattr(module, one) for one in needed)}


def test_of_two_with_one_name_the_same_is_offered_each_time(guests: Guests) -> None:
    guests.add("echo", WHOLE, wheel="zz-later")
    guests.metadata("aa-first", "[fluencylab.labs]\necho = guest_echo\n")
    assert labs.found().labs["echo"].wheel == "aa-first 0.1"
    assert [(one.wheel, one.why) for one in labs.found().hidden] == [("zz-later 0.1", "There is a lab called “echo” already.")]


@pytest.mark.parametrize("broken", ["[fluencylab.labs]\nnot a line of any kind\n", "\x00\xff", "[[[\n="])
def test_a_package_whose_list_cannot_be_read_hides_no_other(guests: Guests, broken: str) -> None:
    guests.add("echo", WHOLE)
    guests.metadata("aa-broken", broken)
    (guests.folder / "aa_empty-1.dist-info").mkdir()
    assert "echo" in labs.found().labs


def test_ours_would_pass_as_a_strangers() -> None:
    for lab in labs.found().labs.values():
        instrument_, chart, page = (labs.part(lab, file) for file in ("instrument", "chart", "page"))
        assert instrument_ and list(installed._lacks(instrument_, chart, page)) == []
        installed._tried(instrument_)


def test_what_is_hidden_says_so_where_it_is_asked_for(guests: Guests) -> None:
    guests.add("echo", WHOLE, interface="7", wheel="guest-echo")
    with pytest.raises(NotFound, match=r"The lab “echo” of guest-echo 0\.1 is hidden: It was written for version 7"):
        instrument("echo")


# What fails only when it is called


def broken(guests: Guests, **replaced: str) -> None:
    """The echo with a few of its functions written anew."""
    more = "".join(f"\n\n{text}" for text in replaced.values())
    guests.add("echo", {"instrument.py": INSTRUMENT + more, "chart.py": CHART}, wheel="guest-echo")


@pytest.mark.parametrize(
    ("conclude", "why"),
    [
        ("return steps.nothing", "it failed in conclude (AttributeError: 'list' object has no attribute 'nothing')."),
        ("raise SystemExit", "it failed in conclude (SystemExit)."),
        ("raise KeyboardInterrupt", "it failed in conclude (KeyboardInterrupt)."),
        ("return {'measures': {}}", "conclude gave a dict, not a Result."),
        ("return Result(measures={'x': exactly(float('nan'))})", "conclude measured x, which is no finite number."),
        ("return Result.model_construct(measures={'x': 3}, says='')", "it failed in conclude (AttributeError: 'int' object"),
        ("return conclude(steps)", "it failed in conclude (RecursionError"),
    ],
)
def test_a_conclusion_that_fails_is_a_sentence(guests: Guests, conclude: str, why: str) -> None:
    broken(guests, conclude=f"def conclude(steps):\n    {conclude}")
    with pytest.raises(LabBroken) as told:
        instrument("echo").conclude([])
    assert told.value.message.startswith(f"The lab “echo” has a fault: {why}")
    assert told.value.fix == "It came with guest-echo 0.1, whose author should know."


def test_what_never_ends_is_left_behind_once(guests: Guests, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "PATIENCE", 0.2)
    broken(guests, conclude="def conclude(steps):\n    import threading\n    threading.Event().wait(5)")
    with pytest.raises(LabBroken, match="conclude did not come to an end within"):
        instrument("echo").conclude([])
    with pytest.raises(LabBroken, match="left alone until the program is started again"):
        drawing_of("echo").charts(instrument("sampling").conclude([]))
    guests.without()
    assert instrument("sampling").conclude([])


@pytest.mark.parametrize("absurd", ["-1", "10**30", "10_001", "2.5", "'many'", "None", "[]"])
def test_a_number_of_calls_that_is_none_is_refused(guests: Guests, absurd: str) -> None:
    broken(guests, calls=f"def calls(params):\n    return {absurd} if params.times != 3 else 3")
    lab = instrument("echo")
    with pytest.raises(LabBroken, match="calls says that a run makes"):
        lab.calls(lab.Params(times=4))


def test_the_calls_of_a_learners_own_choice_are_bounded_too(guests: Guests) -> None:
    guests.add("echo", WHOLE)
    lab = instrument("echo")
    with pytest.raises(LabBroken, match="makes 1000000000 calls, and a run makes 0 to 10,000"):
        lab.calls(lab.Params(times=10**9))


async def kept(params: object = None) -> list[Step]:
    lab = instrument("echo")
    model: object = None
    return [step async for step in lab.run(model, params or lab.Params())]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("yield {'kind': 'x'}", "run gave a dict, not a Step"),
        ("yield Step(kind='x', data={'x': 'y' * 1_100_000})", "a step has 1.1 MB, and 1 MB is the most"),
        ("yield Step(kind='x', data={'x': {1, 2}})", "it failed in a step that cannot be kept as JSON (TypeError"),
        ("yield Step(kind='x', data={'x': float('inf')})", "it failed in a step that cannot be kept as JSON (ValueError"),
        ("yield Step(kind='x', data={})\n    sys.exit(4)", "it failed in run (SystemExit: 4)"),
        ("while True:\n        yield Step(kind='x', data={})", "a run made more than 10,000 steps"),
        ("for _ in range(99):\n        yield Step(kind='x', data={'x': 'y' * 990_000})", "or more than 50 MB of them"),
    ],
)
async def test_steps_that_are_none_end_the_run_with_a_sentence(guests: Guests, body: str, why: str) -> None:
    broken(guests, run=f"import sys\nasync def run(model, params):\n    {body}")
    with pytest.raises(LabBroken) as told:
        await kept()
    assert why in told.value.message


async def test_a_run_that_is_none_ends_with_a_sentence(guests: Guests) -> None:
    broken(guests, run="def run(model, params):\n    return [1]")
    with pytest.raises(LabBroken, match="it failed in run"):
        await kept()


@pytest.mark.parametrize("what", ["charts", "groups"])
@pytest.mark.parametrize("given", ["1 / 0", "[{'sentence': 'x'}]", "None", "exit()", "'text'"])
def test_a_drawing_that_fails_is_a_sentence(guests: Guests, what: str, given: str) -> None:
    more = f"\n\ndef {what}(*_):\n    import sys\n    exit = sys.exit\n    return {given}\n"
    guests.add("echo", {**WHOLE, "chart.py": CHART + more})
    drawing, result = drawing_of("echo"), instrument("echo").conclude([])
    with pytest.raises(LabBroken):
        drawing.charts(result) if what == "charts" else drawing.groups(None, [])


def test_a_chart_of_megabytes_is_refused(guests: Guests) -> None:
    more = "\n\ndef charts(result):\n    return [Chart(sentence='x' * 3_000_000, spec={}, table=Table(caption='', head=[], rows=[]))]\n"
    guests.add("echo", {**WHOLE, "chart.py": CHART + more})
    with pytest.raises(LabBroken, match=r"its charts have 3\.0 MB"):
        drawing_of("echo").charts(instrument("echo").conclude([]))


async def test_what_a_lab_may_have_besides_is_held_to_its_word(guests: Guests) -> None:
    broken(
        guests,
        more='STEP = "echo\\n"\nother = 1\ndef seconds(params): return "long"',
        opens="async def subject(params): return 1 / 0\ndef card(): return {}",
    )
    lab = instrument("echo")
    assert lab.STEP == "echo" and not hasattr(lab, "other")  # type: ignore[attr-defined]
    with pytest.raises(LabBroken, match="it failed in seconds"):
        about_seconds(lab, lab.Params())
    assert own_card(lab) is None, "every page that lists its missions asks for it"
    with pytest.raises(LabBroken, match="it failed in subject"):
        await lab.subject(lab.Params())  # type: ignore[attr-defined]


def test_nothing_of_a_lab_that_is_gone_stays_loaded(guests: Guests) -> None:
    guests.add("echo", WHOLE)
    assert "echo" in instruments()
    guests.without()
    assert "echo" not in instruments() and not [name for name in sys.modules if name.startswith("guest_echo")]

"""`fluency product`: the learner's own product from the terminal, from a table to a decision memo, with refusals in sentences."""

import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from docx import Document
from odd_endpoint import Habits, odd

from fluencylab.curriculum.practice_product import practice_product
from fluencylab.models import catalogue
from fluencylab.practice.course import course
from fluencylab.practice.course_facts import mutant_facts
from fluencylab.practice.course_spec import TRIED
from fluencylab.practice.course_tasks import sorting
from fluencylab.practice.spec_tests import spec_tests

from .conftest import Ended

Run = Callable[..., Ended]
RIGHT, WRONG = "Please send the order number.,pass,", "Tomorrow.,fail,promises"
ANSWERED = "question,answer,label,note\n" + "".join(f"Where is parcel {n}?,{RIGHT if n % 3 else WRONG}\n" for n in range(12))


@pytest.fixture
def product(run: Run, tmp_path: Path) -> Path:
    """The folder of a product that was begun."""
    assert run("product", "new", "Parcel desk").code == 0
    return tmp_path


@pytest.fixture
def answered(run: Run, product: Path) -> Path:
    """With twelve answers that were brought in, four of which fail."""
    (product / "answers.csv").write_text(ANSWERED, encoding="utf-8")
    assert run("product", "import", str(product / "answers.csv")).code == 0
    return product


@pytest.fixture
def model(run: Run) -> Iterator[None]:
    """An endpoint in use that answers everything alike."""
    with odd(Habits()) as there:
        run("models", "add", "--endpoint", there.address, "--model", "m")
        run("models", "use", "m")
        yield


def test_from_a_table_to_a_comparison(run: Run, product: Path, model: None) -> None:
    (product / "cases.csv").write_text("question\n" + "".join(f"Where is parcel {n}?\n" for n in range(12)), encoding="utf-8")
    brought = run("product", "import", str(product / "cases.csv"), "--json").json()
    assert (brought["kept"], brought["doubled"], brought["columns"]) == (12, 0, {"question": "input"})
    assert run("product", "list", "--json").json()[0]["held_back"] == 6
    for number, words in enumerate(("Be brief.", "Be brief. Ask for the order number."), start=1):
        (product / "prompt.md").write_text(f"# System\n\n{words}\n\n# User\n\n{{{{question}}}}\n", encoding="utf-8")
        versions = run("product", "versions", "--add", str(product / "prompt.md"), "--reason", f"try {number}", "--json").json()
        assert [(one["number"], one["reason"]) for one in versions][-1] == (number, f"try {number}")
        ran = run("product", "run", "--expect", "70", "--json").json()
        assert (ran["status"], ran["version"], len(ran["outputs"])) == ("done", number, 6)
        for one in ran["outputs"]:
            said = ("--pass", str(one["output"])) if number == 2 else ("--fail", str(one["output"]), "--note", "says no number")
            labels = run("product", "labels", *said, "--json").json()
        assert len(labels) == 6 and all(one["passes"] == (number == 2) for one in labels)
    compared = run("product", "compare", "--json").json()
    assert len(compared["fixed"]) == 6 and compared["broken"] == [] and compared["p"] == pytest.approx(2 * 0.5**6)
    assert "fixed: case " in run("product", "compare").out


def test_several_versions_run_in_one_command_and_each_is_judged(run: Run, product: Path, model: None) -> None:
    (product / "cases.csv").write_text("question\n" + "".join(f"Where is parcel {n}?\n" for n in range(6)), encoding="utf-8")
    run("product", "import", str(product / "cases.csv"))
    for words in ("Be brief.", "Be kind."):
        (product / "prompt.md").write_text(f"# System\n\n{words}\n\n# User\n\n{{{{question}}}}\n", encoding="utf-8")
        run("product", "versions", "--add", str(product / "prompt.md"), "--reason", words)
    for kind, value in (("pattern", "."), ("contains", "a word that no answer holds")):
        assert run("product", "checks", "add", kind, value, "--name", kind).code == 0
    both = ("--version", "1", "--version", "2", "--part", "all")
    ran = run("product", "run", "--expect", "70", "--expect", "40", *both, "--json").json()
    assert [(one["version"], len(one["outputs"])) for one in ran] == [(1, 6), (2, 6)]
    assert [(one["name"], one["passed"], one["told"]) for one in ran[1]["checks"]] == [("pattern", 6, 6), ("contains", 0, 6)]
    told = run("product", "run", "--expect", "70", *both).out
    assert told.count("pattern: 6 of 6 outputs pass.") == 2 and "outputs of version 1" in told and "outputs of version 2" in told
    refused = run("product", "run", "--expect", "70", "--expect", "40", "--expect", "30", *both)
    assert refused.code == 1 and "3 shares are expected, of 2 versions." in refused.err


def test_run_again_with_nothing_changed_asks_nothing_and_what_broke_off_goes_on(run: Run, product: Path) -> None:
    (product / "prompt.md").write_text("# User\n\n{{question}}\n", encoding="utf-8")
    with odd(Habits()) as there:
        added = run("models", "add", "--endpoint", there.address, "--model", "m", "--requests-a-minute", "60000")
        assert added.code == 0 and catalogue.find("m").requests_a_minute == 60000
        run("models", "use", "m")
        (product / "cases.csv").write_text("question\n" + "".join(f"Where is parcel {n}?\n" for n in range(8)), encoding="utf-8")
        run("product", "import", str(product / "cases.csv"))
        run("product", "versions", "--add", str(product / "prompt.md"), "--reason", "the first")
        first = run("product", "run", "--expect", "70", "--json").json()
        asked = len(there.asked)
        again = run("product", "run", "--expect", "70", "--json").json()
        assert (first["asked_before"], again["asked_before"], len(there.asked)) == (0, 8, asked)
        assert "8 are answers of earlier evaluations" in run("product", "run", "--expect", "70").out
        assert run("product", "run", "--expect", "70", "--anew", "--json").json()["asked_before"] == 0
        assert len(there.asked) == asked + 8
        whole = run("product", "go-on")
        assert whole.code and "neither stopped nor broken off" in whole.err
    broken = run("product", "run", "--expect", "70", "--anew")
    assert broken.code and "does not answer" in broken.err
    still = run("product", "go-on")
    assert still.code and "does not answer" in still.err


def test_a_look_keeps_nothing(run: Run, product: Path) -> None:
    (product / "cases.csv").write_text("question\nWhere?\n", encoding="utf-8")
    assert "1 row" in run("product", "import", str(product / "cases.csv"), "--look").out
    assert run("product", "list", "--json").json()[0]["cases"] == 0


def test_held_back_cases_are_shown_only_when_asked_for(run: Run, answered: Path) -> None:
    assert len(run("product", "cases", "--json").json()) == 6
    every = run("product", "cases", "--held-back", "--json").json()
    assert len(every) == 12 and sum(one["held_back"] for one in every) == 6


def test_outputs_say_the_number_that_a_label_takes(run: Run, answered: Path) -> None:
    outputs = run("product", "outputs", "--json").json()
    assert sorted(one["output"] for one in outputs) == list(range(1, 13))
    assert [one["output"] for one in outputs] != list(range(1, 13)), "in the order in which they are read, which is drawn"
    told = run("product", "outputs").out
    assert f"output {outputs[0]['output']}, to case {outputs[0]['case']}\n  {outputs[0]['text']}" in told
    chosen = next(one for one in outputs if one["text"] == "Tomorrow.")
    labels = run("product", "labels", "--pass", str(chosen["output"]), "--json").json()
    assert next(one for one in labels if one["output"] == chosen["output"])["passes"]


def test_failure_modes_are_named_counted_and_taken_away(run: Run, answered: Path) -> None:
    fails = [one["output"] for one in run("product", "labels", "--json").json() if not one["passes"]]
    assert len(fails) == 4
    run("product", "labels", "--fail", str(fails[0]), "--mode", "promises a day")
    modes = run("product", "modes", "--add", "is rude", "--what", "no greeting", "--json").json()
    assert [(one["name"], one["what"], round(one["share"]["value"] * 12)) for one in modes] == [
        ("promises a day", "", 1),
        ("is rude", "no greeting", 0),
    ]
    assert "1 of 12" in run("product", "modes").out
    assert [one["name"] for one in run("product", "modes", "--remove", "IS RUDE", "--json").json()] == ["promises a day"]


def test_a_check_stands_beside_what_was_said(run: Run, answered: Path) -> None:
    made = run("product", "checks", "add", "contains", "order number", "--name", "asks", "--json").json()
    assert (made["name"], made["outputs"], made["passes"]) == ("asks", 12, 8)
    assert made["rule"] == {"kind": "contains", "values": ["order number"], "how": "all"}
    assert "8 of 12 outputs pass" in run("product", "checks", "list").out
    unsaid = run("product", "checks", "agreement", "asks")
    assert unsaid.code == 1 and "Say first what you expect of it" in unsaid.err.replace("\n", " ")
    expected = ("--expect-pass", "9", "--expect-fail", "9")
    held = run("product", "checks", "agreement", "asks", *expected, "--json").json()
    assert (held["agree"]["n"], held["agree"]["value"], held["counted"], held["apart"]) == (6, 1.0, False, [])
    assert "It does not count yet" in run("product", "checks", "agreement", "asks").out
    wrong = next(one["output"] for one in run("product", "outputs", "--json").json() if one["text"] == "Tomorrow.")
    run("product", "labels", "--pass", str(wrong))
    apart = run("product", "checks", "agreement", "asks", "--json").json()["apart"]
    assert [one["output"] for one in apart] == [wrong]
    assert f"output {wrong} of " in run("product", "checks", "agreement", "asks").out
    assert run("product", "checks", "remove", "asks", "--json").json() == {"removed": "asks"}
    assert run("product", "checks", "list", "--json").json() == []


def test_a_rule_that_no_line_can_say_comes_as_json(run: Run, answered: Path) -> None:
    (answered / "rule.json").write_text(json.dumps({"kind": "length", "most": 2}), encoding="utf-8")
    assert run("product", "checks", "add", "--rule", str(answered / "rule.json"), "--json").json()["passes"] == 4


def memo(folder: Path, decision: str) -> str:
    file = folder / "memo.md"
    file.write_text(f"# What we do\n\n## The decision\n\n{decision}\n\n## What was not measured\n\nFrench.\n", encoding="utf-8")
    return str(file)


def test_a_memo_is_read_in_bound_and_written_out(run: Run, answered: Path) -> None:
    mark = next(one["mark"] for one in run("product", "memo", "--json").json()["measurements"] if one["mark"].startswith("[[m:read:"))
    assert mark in run("product", "memo", "--measures").out
    kept = run("product", "memo", "--from", memo(answered, f"We wait, as {mark} pass and [[a:30 % of calls|Ana]] are French."))
    assert kept.code == 0 and "It can be handed on." in kept.out
    markdown = run("product", "memo").out
    assert markdown.startswith("# What we do\n") and "8 of 12" in markdown and "Ana" in markdown and "[[" not in markdown
    assert run("product", "memo", "--docx", str(answered / "memo.docx")).code == 0
    words = "\n".join(one.text for one in Document(io.BytesIO((answered / "memo.docx").read_bytes())).paragraphs)
    assert "8 of 12" in words and "Ana" in words
    (answered / "again.md").write_text(markdown, encoding="utf-8")
    before = run("product", "memo", "--json").json()
    run("product", "memo", "--from", str(answered / "again.md"))
    assert run("product", "memo", "--json").json() == before


def test_a_bare_number_stops_a_memo_but_not_its_draft(run: Run, answered: Path) -> None:
    kept = run("product", "memo", "--from", memo(answered, "We ship, as 67 % pass."))
    assert kept.code == 0 and "“67 %” is neither measured nor marked as assumed" in kept.out
    for arguments in ((), ("--docx", str(answered / "memo.docx"))):
        refused = run("product", "memo", *arguments)
        assert refused.code == 1 and refused.out == "" and "“67 %” is neither measured" in refused.err.replace("\n", " ")
    assert not (answered / "memo.docx").exists()
    assert "67 % pass" in run("product", "memo", "--draft").out


REFUSED: dict[tuple[str, ...], str] = {
    ("outputs",): "Nothing has run yet",
    ("import", "no-such.csv"): "no-such.csv cannot be read",
    ("run", "--expect", "70", "--version", "7"): "has no version 7",
    ("compare",): "takes two evaluations",
    ("cases", "--product", "nobody"): "No product is called “nobody”",
    ("labels", "--pass", "1", "--fail", "2"): "One output cannot be said to pass and another to fail",
    ("labels", "--note", "rude"): "It is not said of which output",
    ("labels", "--pass", "1", "--mode", "rude"): "passes stands under no failure mode",
    ("modes", "--what", "no greeting"): "It is not said of which failure mode",
    ("modes", "--remove", "rude"): "No failure mode is called “rude”",
    ("checks", "add"): "It is not clear what to check",
    ("checks", "add", "smells", "nice"): "no check of the kind “smells”",
    ("checks", "add", "pattern", "("): "cannot be used",
    ("checks", "add", "contains", "x", "--mode", "rude"): "No failure mode is called “rude”",
    ("checks", "agreement", "asks"): "No check is called “asks”",
    ("checks", "remove", "asks"): "No check is called “asks”",
    ("memo",): "No memo is written yet",
    ("memo", "--from", "no-such.md"): "no-such.md cannot be read",
    ("delete", "Parcel"): "nothing was deleted",
    ("delete", ""): "nothing was deleted",
}


def test_what_cannot_be_done_is_one_sentence_and_exit_code_1(run: Run, product: Path, model: None) -> None:
    for arguments, says in REFUSED.items():
        ended = run("product", *arguments)
        assert (ended.code, ended.out) == (1, ""), arguments
        assert says in ended.err.replace("\n", " ") and "Traceback" not in ended.err, arguments


def test_a_product_is_deleted_by_its_whole_name(run: Run, product: Path) -> None:
    assert run("product", "delete", "Parcel desk", "--json").json() == {"deleted": "Parcel desk"}
    ended = run("product", "cases")
    assert ended.code == 1 and "There is no product yet" in ended.err


def test_a_product_is_described_in_parts_and_what_is_not_given_stays(run: Run, product: Path) -> None:
    assert "What it is for: not said yet" in run("product", "describe").out
    described = run(
        "product", "describe", "--purpose", "Answers about parcels", "--never", "promises a day", "--never", "is rude", "--json"
    )
    assert described.json()["never"] == "promises a day\nis rude"
    assert run("product", "describe", "--volume", "50000", "--price-in", "0.15").code == 0
    shown = run("product", "describe", "--json").json()
    assert (shown["purpose"], shown["volume"], shown["price_in"], shown["name"]) == ("Answers about parcels", 50_000, 0.15, "Parcel desk")
    for given, says in ((("--volume", "-1"), "calls a month"), (("--name", " "), "has a name"), (("--price-out", "nan"), "cost at most")):
        refused = run("product", "describe", *given)
        assert refused.code == 1 and says in refused.err.replace("\n", " "), refused.err


def test_the_product_named_is_the_current_one_from_now_on(run: Run, product: Path) -> None:
    run("product", "new", "Clinic")
    assert run("product", "use", "parcel desk", "--json").json()["name"] == "Parcel desk"
    assert [one["name"] for one in run("product", "list", "--json").json() if one["current"]] == ["Parcel desk"]
    refused = run("product", "use", "Bakery")
    assert refused.code == 1 and "“Clinic”" in refused.err
    assert run("product", "use", "").code == 1


def test_the_course_is_listed_with_where_one_stands(run: Run, home: Path) -> None:
    rows = run("product", "course", "--json").json()
    assert [(one["slug"], one["stands"]) for one in rows] == [(one.slug, "not begun") for one in course()]
    told = run("product", "course")
    assert told.code == 0 and all(one.title in told.out for one in course()) and "/course/read-twenty" in told.out


def test_a_mission_of_the_course_is_done_in_the_terminal(run: Run, home: Path) -> None:
    spec = course()[-1]
    at = ("product", "course")
    assert run(*at, "do", spec.slug, "ends").code == 1, "nothing is handed in before it is foretold"
    assert run(*at, "predict", spec.slug, "1").code == 1
    facts = mutant_facts()
    values = [f"{facts[one.fact] * one.scale:g}" for one in spec.predict]
    stands = run(*at, "predict", spec.slug, *values, "--sure", "3", "--json").json()
    assert stands["stage"] == "do" and set(stands["things"]) == {one.slug for one in spec_tests()}
    assert not stands["options"] and spec.seen[:40] not in " ".join(stands["told"])
    tried = run(*at, "try", spec.slug, "all-end", "--json").json()
    assert tried["stopped_today"] == tried["draws"] == 3 and {one["name"] for one in tried["mutants"]} == set(TRIED)
    assert "recorded on" in run(*at, "try", spec.slug, "short").out
    stands = run(*at, "do", spec.slug, *spec.accept, "--json").json()
    assert stands["stage"] == "found" and stands["told"][1].startswith("Yes: ")
    for command, best, stage in (("found", spec.find.best, "decide"), ("decide", spec.decide.best, "twin")):
        letter = "abcde"[[one["id"] for one in stands["options"]].index(best)]
        assert run(*at, command, spec.slug, "z").code == 1
        stands = run(*at, command, spec.slug, letter, "--json").json()
        assert stands["stage"] == stage
    letter = "abcde"[[one["id"] for one in stands["options"]].index(spec.decide.twin.best)]
    assert "It is done." in run(*at, "decide", spec.slug, letter).out
    assert run(*at, "--json").json()[-1]["stands"] == "done"


def test_things_are_sorted_in_the_terminal_by_their_letters(run: Run, home: Path) -> None:
    checks = course()[1]
    run("product", "course", "predict", checks.slug, "30")
    told = run("product", "course", "show", checks.slug, "--json").json()
    assert set(told["things"]) == {one.id for one in sorting(checks)}
    assert run("product", "course", "do", checks.slug, "says-how-it-goes-on=z").code == 1
    best = [f"{one.id}={'abcde'[[each.id for each in one.options].index(one.best)]}" for one in sorting(checks)]
    assert run("product", "course", "do", checks.slug, *best, "--json").json()["stage"] == "found"
    assert run("product", "course", "show", "gone").code == 1


def test_which_version_is_better_is_foretold_in_the_terminal_once_and_before_anything_is_read(run: Run, home: Path) -> None:
    run("product", "new", "--practice")
    asked = run("product", "expect-better", "--json").json()
    assert asked["open"] and asked["picked"] == "" and asked["versions"] == {"before": 1, "after": 2}
    assert run("product", "expect-better", "mine").code == 1
    said = run("product", "expect-better", "before", "--sure", "3", "--json").json()
    assert (said["picked"], said["certainty"], said["open"]) == ("before", 3, False)
    again = run("product", "expect-better", "after")
    assert again.code == 1 and "can no longer be foretold" in again.err
    assert "It is told once" in run("product", "expect-better").out


def test_practice_comes_by_its_word(run: Run, home: Path) -> None:
    made = run("product", "new", "--practice", "--json").json()
    assert made["name"] == practice_product().about.name
    assert len(run("product", "outputs", "--json").json()) == 120


def test_documents_are_brought_in_read_and_taken_away(run: Run, product: Path) -> None:
    (product / "policy.md").write_text("# Returns\n\nSend it back within 30 days.\n", encoding="utf-8")
    assert "no document yet" in run("product", "documents").out
    rows = run("product", "documents", "--add", str(product / "policy.md"), "--json").json()
    assert [(row["number"], row["name"], row["versions"]) for row in rows] == [(1, "policy.md", [])]
    assert "within 30 days" in run("product", "documents", "--text", "1").out
    assert "no document 2" in run("product", "documents", "--remove", "2").err
    assert run("product", "documents", "--remove", "1", "--json").json() == []


def test_a_version_takes_its_model_its_documents_and_its_schema(run: Run, product: Path, model: None) -> None:
    (product / "policy.md").write_text("# Returns\n\nSend it back within 30 days.\n", encoding="utf-8")
    (product / "form.json").write_text('{"type": "object", "required": ["days"]}', encoding="utf-8")
    (product / "prompt.md").write_text("# System\n\n{{passages}}\n\n# User\n\n{{question}}\n", encoding="utf-8")
    (product / "cases.csv").write_text("question\nHow long may I send it back?\n", encoding="utf-8")
    run("product", "documents", "--add", str(product / "policy.md"))
    run("product", "import", str(product / "cases.csv"))
    added = ("product", "versions", "--add", str(product / "prompt.md"))
    assert "--k says how it looks things up" in run(*added, "--k", "2").err
    first = run(*added, "--documents", "all", "--k", "2", "--chunk", "50", "--schema", str(product / "form.json"), "--json").json()[-1]
    assert (first["retrieval"]["documents"], first["retrieval"]["k"], first["json_schema"]["required"]) == ([1], 2, ["days"])
    ran = run("product", "run", "--expect", "50", "--json").json()
    assert ran["outputs"][0]["passages"] == [{"name": "policy.md", "text": "# Returns\n\nSend it back within 30 days."}]
    changed = ("product", "versions", "--from", "1", "--reason", "one more")
    second = run(*changed, "--k", "1", "--numbered", "--model", "m", "--schema", "none", "--json").json()[-1]
    assert (second["number"], second["model"], second["json_schema"]) == (2, "m", None)
    assert (second["retrieval"]["k"], second["retrieval"]["size"], second["retrieval"]["numbered"]) == (1, 50, True)
    assert "(on m; given 1 of the chunks of document 1)" in run("product", "versions").out
    for said, refusal in (
        (("--documents", "7"), "no document 7"), (("--documents", "x"), "does not say which"),
        (("--model", "gone"), "no model “gone”"), (("--schema", str(product / "policy.md")), "not JSON"), (("--k", "99"), "at most 10"),
        (("--method", "magic"), "cannot be kept"),
    ):  # fmt: skip
        refused = run(*changed, *said)
        assert refused.code and refusal in refused.err, refused.err
    assert run(*changed, "--documents", "none", "--json").json()[-1]["retrieval"] is None
    (product / "tools.json").write_text('[{"name": "hours", "parameters": {}}]', encoding="utf-8")
    (product / "answers.md").write_text("# hours\nOpen from nine.\n", encoding="utf-8")
    assert "needs an answer" in run(*changed, "--tools", str(product / "tools.json")).err
    taken = run(*changed, "--tools", str(product / "tools.json"), "--tool-results", str(product / "answers.md"), "--json").json()[-1]
    assert [(one["name"], one["result"]) for one in taken["tools"]] == [("hours", "Open from nine.")]
    assert run("product", "versions", "--from", "4", "--tools", "none", "--reason", "none", "--json").json()[-1]["tools"] == []
    assert "not said which prompt" in run("product", "versions", "--temperature", "1").err


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="there is no such device here")
def test_a_file_without_an_end_or_of_two_gigabytes_is_refused_before_it_fills_the_memory(run: Run, product: Path) -> None:
    huge = product / "huge.csv"
    with huge.open("wb") as file:
        file.truncate(2_000_000_000)
    for arguments, says in (
        (("import", str(huge)), "has 2,000 MB; a file of cases may have 64 MB"),
        (("versions", "--add", str(huge)), "has 2,000 MB"),
        (("import", "/dev/zero"), "has more than 64 MB"),
        (("checks", "add", "--rule", str(huge)), "has more than 2 MB"),
        (("memo", "--from", str(huge)), "has more than 2 MB"),
        (("import", str(product)), "cannot be read: Is a directory"),
    ):
        ended = run("product", *arguments)
        assert ended.code == 1 and says in ended.err.replace("\n", " "), (arguments, ended.err)


def test_a_proposal_is_read_with_what_it_leaves_to_be_asked_and_kept_where_that_is_said(run: Run, product: Path) -> None:
    file = product / "draft.md"
    file.write_text("We propose the smaller model.\n\nAnswers come in 1.8 seconds on average.\n")
    found = run("product", "proposal", str(file), "--json").json()
    states = {one["question"]: one["state"] for one in found["questions"]}
    assert len(states) == 13 and states["clock"] == states["change"] == "raised" and states["rights"] == "silent"
    assert found["kept"] == [] and not found["another_language"]
    told = run("product", "proposal", str(file))
    assert told.code == 0 and "sentence 2: Answers come in 1.8 seconds on average." in told.out and "Where it is silent" in told.out
    kept = run("product", "proposal", str(file), "--keep", "--json").json()["kept"]
    assert len(kept) == 1 and kept[0].endswith("/proposals/1")
    assert run("product", "proposal", str(file), "--keep", "--json").json()["kept"] == kept, "the same text is one proposal"
    missing = run("product", "proposal", str(product / "gone.md"))
    assert missing.code == 1 and "gone.md" in missing.err

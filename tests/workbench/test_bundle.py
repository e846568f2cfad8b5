"""A bundle as files: the same each time, readable, and harmless whatever somebody wrote."""

import csv
import io
import json
import re
import zipfile
from datetime import date
from html.parser import HTMLParser

import pytest
import yaml
from markdown_it import MarkdownIt

from fluencylab.stats import share
from fluencylab.workbench.bundle import inspect_log
from fluencylab.workbench.bundle.assemble import bundle, folder, packed
from fluencylab.workbench.bundle.contents import BundleCase, BundleEvaluation, BundleMode, BundleOutput, Contents, Rate, keyed
from fluencylab.workbench.bundle.keys import IN_ITS_PLACE, taken_out
from fluencylab.workbench.bundle.prompts import escaped, fenced, for_promptfoo
from fluencylab.workbench.checks import Contains
from workbench.bundle_of import HOSTILE, KEY, QUESTIONS, hostile, parcels


def text(name: str, of: dict[str, bytes]) -> str:
    return of[name].decode("utf-8")


def test_the_same_product_is_the_same_bytes() -> None:
    one, other = bundle(parcels()).files, bundle(parcels()).files
    assert one == other
    assert packed(one, "parcel-desk-bundle") == packed(dict(reversed(other.items())), "parcel-desk-bundle")


def test_the_zip_is_one_folder_with_every_file_in_it() -> None:
    files = bundle(parcels()).files
    with zipfile.ZipFile(io.BytesIO(packed(files, folder("Parcel desk")))) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(f"parcel-desk-bundle/{name}") for name in files} == files
        assert all(name.startswith("parcel-desk-bundle/") for name in archive.namelist())


def test_it_needs_nothing_of_ours() -> None:
    for name, content in bundle(hostile()).files.items():
        assert b"fluency" not in content.lower(), name


def test_every_part_that_a_reviewer_looks_for_is_there() -> None:
    files = bundle(hostile()).files
    assert {
        "README.md",
        "report.html",
        "cases.jsonl",
        "checks.json",
        "promptfooconfig.yaml",
        "task.py",
        "test_product.py",
        "memo.md",
    } <= files.keys()
    assert {"prompts/version-1.md", "failure-modes.md", "documents.csv", "results/version-1-a.jsonl", "results/results.csv"} <= files.keys()
    assert "spec.md" not in files
    assert text("spec.md", bundle(hostile()._replace(spec="# Spec\n")).files) == "# Spec\n"


def test_a_key_is_taken_out_wherever_it_stands() -> None:
    told = parcels()
    case = told.cases[0]._replace(inputs={"question": f"My key is\n{KEY}, does it work?"}, reference=f"Bearer {KEY}")
    check = told.checks[0]._replace(check=Contains(values=(KEY,)), name=f"holds {KEY}")
    leaky = told._replace(cases=(case, *told.cases[1:]), checks=(check,), memo=f"# A memo with {KEY}\n", purpose=KEY)
    made = bundle(leaky)
    assert made.keys == 6
    for name, content in made.files.items():
        assert KEY.encode() not in content, name
    assert IN_ITS_PLACE in text("cases.jsonl", made.files)


@pytest.mark.parametrize(
    "key",
    [
        KEY, "AKIAIOSFODNN7EXAMPLE", "AIzaSyA-1234567890abcdefghijklmnopqrstu", "ghp_" + "a1" * 18, "hf_" + "aB" * 17,
        "xoxb-123456789012-abc",
        "gsk_" + "a1" * 26, "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U",
    ],
)  # fmt: skip
def test_keys_of_many_services_are_known(key: str) -> None:
    assert taken_out(f"Use {key} now") == (f"Use {IN_ITS_PLACE} now", 1)


@pytest.mark.parametrize(
    "plain", ["sk-learn is a library", "task-oriented-dialogue-with-long-names", "https://example.org/a:b@c", "pk-4821"]
)
def test_what_is_no_key_stays(plain: str) -> None:
    assert taken_out(plain) == (plain, 0)


def test_what_was_masked_stays_masked() -> None:
    told = parcels()
    case = told.cases[0]._replace(inputs={"question": "I am [e-mail 1], where is it?"})
    files = bundle(told._replace(cases=(case, *told.cases[1:]))).files
    assert '"[e-mail 1]' in text("cases.jsonl", files) or "[e-mail 1]" in text("cases.jsonl", files)


def test_no_cell_of_the_table_is_a_formula() -> None:
    rows = list(csv.reader(io.StringIO(text("results/results.csv", bundle(hostile()).files).removeprefix("\ufeff"))))
    assert len(rows) == 1 + len(HOSTILE)
    for row in rows:
        assert not [cell for cell in row if cell.lstrip().startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert any(cell.startswith("'=HYPERLINK") for row in rows for cell in row)
    for row in csv.reader(io.StringIO(text("documents.csv", bundle(hostile()).files))):
        assert not [cell for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))


def test_the_report_has_no_script_and_fetches_nothing() -> None:
    tags = Tags()
    tags.feed(text("report.html", bundle(hostile()).files))
    names = {tag for tag, _ in tags.seen}
    assert not names & {"script", "img", "link", "iframe", "object", "a", "form", "svg", "video", "audio", "base"}
    assert not [attributes for _, attributes in tags.seen if any(name.startswith("on") or name in ("src", "href") for name in attributes)]
    assert "default-src 'none'" in text("report.html", bundle(hostile()).files)


def test_an_answer_in_the_report_is_text() -> None:
    page = text("report.html", bundle(hostile()).files)
    assert "&lt;script&gt;alert(1)" in page
    assert "\u202e" not in page and "\x1b" not in page


@pytest.mark.parametrize("name", ["README.md", "failure-modes.md"])
def test_what_was_written_is_no_markup_in_markdown(name: str) -> None:
    """Read as GitHub reads it: no element that our own words did not make."""
    reader = MarkdownIt("commonmark").enable("table").enable("strikethrough")
    html = reader.render(text(name, bundle(hostile()).files))
    for element in ("<script", "<img", "<a ", "<h1>heading", "<del>"):
        assert element not in html
    assert html.count("<h1>") == 1


def test_a_prompt_to_read_is_no_markup() -> None:
    html = MarkdownIt("commonmark").render(text("prompts/version-1.md", bundle(hostile()).files))
    assert "<b>" not in html and html.count("<pre>") == 2


def test_a_fence_is_longer_than_any_in_the_text() -> None:
    assert fenced("a\n````\nb").startswith("`````text\n")


@pytest.mark.parametrize(
    "given", [*HOSTILE, "1. one", "# two", "> three", "a_b_c", "*x*", "~~x~~", "| a | b |", "www.example.org", "me@example.org"]
)
def test_a_line_of_somebody_is_one_line_of_text(given: str) -> None:
    html = MarkdownIt("gfm-like", {"linkify": False}).render(escaped(given))
    assert re.fullmatch(r"<p>[^<]*</p>\n", html), html


def test_the_configuration_is_yaml_whatever_the_name() -> None:
    for name in (*HOSTILE, "no", "12:30", "- a", "{a: b}", "'", "@x", "`"):
        told = yaml.safe_load(text("promptfooconfig.yaml", bundle(parcels()._replace(name=name)).files))
        assert isinstance(told["description"], str) and not re.search(r"\{[{%#]", told["description"])
        assert [one["label"] for one in told["prompts"]] == ["version 1", "version 2"]


def test_every_line_of_the_cases_is_one_case() -> None:
    lines = text("cases.jsonl", bundle(hostile()).files).split("\n")
    assert lines.pop() == ""
    assert [json.loads(line)["inputs"]["question"] for line in lines] == list(HOSTILE)
    assert len("".join(lines).splitlines()) == 1, "a sign within a case ends a line for other readers"


def test_signs_that_nobody_sees_are_written_by_their_numbers() -> None:
    assert "\\u202e" in text("cases.jsonl", bundle(hostile()).files)
    odd = BundleCase(1, {"question": "a\x00b\u2028c\ud800d"})
    line = text("cases.jsonl", bundle(parcels()._replace(cases=(odd,))).files).split("\n")[0]
    assert json.loads(line)["inputs"]["question"] == "a\x00b\u2028c\ud800d"


def test_names_in_a_prompt_are_looked_up_where_no_template_is_filled_again() -> None:
    assert for_promptfoo("Order {{ order number }}: {% raw") == 'Order {{ input["order number"] }}: {{ "{%" }} raw'


def test_keys_of_checks_are_short_and_differ() -> None:
    assert keyed(["Asks for the order number!", "asks for the order number", "礼品卡", "", "x" * 90]) == [
        "asks-for-the-order-number", "asks-for-the-order-number-2", "check", "check-2", "x" * 48,
    ]  # fmt: skip


def test_the_page_says_what_is_not_known() -> None:
    page = text("README.md", bundle(parcels()).files)
    assert "Nothing has been run yet." in page
    assert "Nobody has read an answer yet." in page
    assert "nobody knows" in page
    assert len(page.split()) < 900, "one page"


def test_the_page_gives_no_share_without_its_interval_and_number() -> None:
    page = text("README.md", bundle(read()).files)
    assert "8 of 12" in page and re.search(r"67.%.\(39 to 86.%, 8 of 12\)", page)
    assert "29 November 2026" in page


def read() -> Contents:
    outputs = tuple(BundleOutput(n, 0, f"It is on its way, {n}.", passed=n < 9, note="no day", mode="names no day") for n in range(1, 13))
    rates = (Rate("people", "Read by a person", share(8, 12)),)
    evaluation = BundleEvaluation(
        "v2", "Version 2 on all cases", 2, "SmolLM2", "", date(2026, 11, 29), "all", 1, 80, False, 0, outputs, rates
    )
    return parcels()._replace(evaluations=(evaluation,), modes=(BundleMode("names no day", "", share(4, 12)),))


def test_a_log_of_an_evaluation_is_made_only_where_the_version_is_known() -> None:
    told = hostile()
    assert json.loads(inspect_log.log(told, told.evaluations[0]) or "")["version"] == 2
    assert inspect_log.log(told, told.evaluations[0]._replace(version=7)) is None


def test_there_are_as_many_cases_as_questions() -> None:
    assert len(parcels().cases) == len(QUESTIONS)

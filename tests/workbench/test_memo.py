"""A memo refuses bare numbers, knows what has changed, and goes out and comes back as it was."""

import io
import zipfile
from datetime import UTC, datetime
from typing import get_args

import docx
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from fluencylab.errors import BadInput
from fluencylab.stats import Measure, exactly, share
from fluencylab.workbench.measurement import Measurement, Unit
from fluencylab.workbench.memo import HEADINGS, Memo, Section, bind, refusals, stale
from fluencylab.workbench.memo_docx import to_docx
from fluencylab.workbench.memo_markdown import from_markdown, to_markdown

PASS = Measurement(id="pass-v3", name="cases that version 3 passes", measure=share(48, 68), conditions="SmolLM2-135M, 1 draw a case.")
TIME = Measurement(id="time-v3", name="time to the last token", measure=Measure(value=1.5, low=1.2, high=1.94, n=68), unit="seconds")
MEASURES = {each.id: each for each in (PASS, TIME)}
AT = datetime(2026, 11, 29, 14, 30)


def memo(rests: str = "It passes [[m:pass-v3]] of the cases.", decision: str = "We ship version 3.", title: str = "Ship it?") -> Memo:
    return Memo(title=title, sections={"rests": rests, "decision": decision})


def test_every_section_has_a_heading() -> None:
    assert set(HEADINGS) == set(get_args(Section))


@pytest.mark.parametrize(
    ("measure", "unit", "shown"),
    [
        (share(48, 68), "share", "71\u00a0% (59 to 80\u00a0%, 48 of 68)"),
        (Measure(value=0.705, low=0.58, high=0.81, n=68), "share", "70\u00a0% (58 to 81\u00a0%, n = 68)"),
        (Measure(value=0.83, low=0.71, high=0.92, n=100), "rate", "83\u00a0% (71 to 92\u00a0%, n = 100)"),
        (Measure(value=0.2, low=-0.09, high=0.45, n=20), "points", "+20\u00a0points (−9 to +45\u00a0points, n = 20)"),
        (Measure(value=1.5, low=1.2, high=1.94, n=68), "seconds", "1.5\u00a0s (1.2 to 1.94\u00a0s, n = 68)"),
        (exactly(1234.5), "dollars", "$1,234.50"),
        (exactly(0.00021), "dollars", "$0.00021"),
        (exactly(12000), "number", "12,000"),
    ],
)
def test_a_measurement_is_shown_with_its_interval_and_n(measure: Measure, unit: Unit, shown: str) -> None:
    assert Measurement(id="x", name="x", measure=measure, unit=unit).shown == shown


def test_its_digest_changes_with_the_number_and_its_conditions_and_not_with_its_name() -> None:
    assert PASS.model_copy(update={"name": "passes"}).digest == PASS.digest
    for changed in ({"measure": share(48, 69)}, {"conditions": "SmolLM2-360M"}, {"unit": "rate"}):
        assert PASS.model_copy(update=changed).digest != PASS.digest
    assert Measurement.model_validate_json(PASS.model_dump_json()).digest == PASS.digest


def test_what_is_bound_or_owned_is_not_refused() -> None:
    assert refusals(memo("It passes [[m:pass-v3]] in [[m:time-v3]]; [[a:30 % of calls|owner Ana]] are refunds."), MEASURES) == []


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("It passes 71 % of cases.", "“71 %” is neither measured nor marked as assumed: “It passes 71 % of cases.”."),
        (
            "Of all the many customers who wrote to us, 71 % asked for their money back in the end.\nSo it is.",
            "“… customers who wrote to us, 71 % asked for their money back …”.",
        ),
        ("It passes [[m:gone]].", "a claim rests on gone, which is not measured: choose another measurement."),
        ("[[a:30 % of calls]] call.", "nobody owns the assumption “30 % of calls”: name who will find out."),
        ("[[a:30 % of calls|owner ]] call.", "nobody owns the assumption “30 % of calls”"),
        ("[[a:|Ana]] call.", "an assumption is empty: say what is assumed."),
        ("[[m:pass v3]] pass.", "a mark is not closed, or written wrong: “[[m:pass v3]] pass.”."),
        ("It passes [[m:pass-v3", "a mark is not closed, or written wrong: “[[m:pass-v3”."),
    ],
)
def test_a_memo_is_refused_in_a_sentence_that_says_where(text: str, says: str) -> None:
    found = refusals(memo(text), MEASURES)
    assert len(found) == 1 and found[0].startswith("In “What it rests on” ") and says in found[0]
    for export in (lambda: to_markdown(memo(text), MEASURES), lambda: to_docx(memo(text), MEASURES, AT)):
        with pytest.raises(BadInput) as refused:
            export()
        assert refused.value.message == found[0]


def test_refusals_stand_in_the_order_of_the_text() -> None:
    found = refusals(memo("Half of them. [[m:gone]]. 20 calls.", decision="", title="Save 20 %?"), MEASURES)
    assert [says[:40] for says in found] == [
        "In the title “Save 20 %?” “20 %” is neit",
        "“The decision” is empty: say in a senten",
        "In “What it rests on” “Half” is neither ",
        "In “What it rests on” a claim rests on g",
        "In “What it rests on” “20” is neither me",
    ]
    with pytest.raises(BadInput, match="There are 4 more"):
        to_markdown(memo("Half of them. [[m:gone]]. 20 calls.", decision="", title="Save 20 %?"), MEASURES)


def test_a_claim_turns_stale_when_what_it_rests_on_changes() -> None:
    written = bind(memo("[[m:pass-v3]] and [[m:time-v3]]"), MEASURES)
    assert written.bound == {"pass-v3": PASS.digest, "time-v3": TIME.digest} and stale(written, MEASURES) == ()
    later = {"pass-v3": PASS.model_copy(update={"measure": share(50, 80)})}
    changed, gone = stale(written, later)
    assert (changed.section, changed.id, gone.id) == ("rests", "pass-v3", "time-v3")
    assert changed.says.startswith(
        "A claim in “What it rests on” rests on cases that version 3 passes, which has changed since: it is 62\u00a0%"
    )
    assert gone.says.endswith("rests on time-v3, which is no longer measured.")
    assert "changed since this was written" in to_markdown(written, later, draft=True)
    accepted = bind(written, {**MEASURES, **later}, again=("pass-v3",))
    assert stale(accepted, {**MEASURES, **later}) == ()
    assert bind(accepted.model_copy(update={"sections": {"rests": "nothing"}}), later).bound == {}


def test_the_markdown_is_readable_and_says_the_conditions() -> None:
    text = to_markdown(bind(memo("It passes [[m:pass-v3]]; [[a:30 % of calls|owner Ana]] are refunds."), MEASURES), MEASURES)
    assert text.startswith(
        "# Ship it?\n\n## The decision\n\nWe ship version 3.\n\n## What it rests on\n\nIt passes [71\u00a0% (59 to 80\u00a0%, 48 of 68)]"
    )
    assert "[30 % of calls (assumption: owner Ana)](#assumption) are refunds." in text
    line = text.rstrip().splitlines()[-1]
    assert line.startswith("- `pass-v3` cases that version 3 passes: 71\u00a0% ")
    assert line.endswith(f"SmolLM2-135M, 1 draw a case. `{PASS.digest}`")


PARTS = st.sampled_from(
    [
        *("a", " ", "\n", "\\", "#", "## ", "## The decision", "\n## Measurements\n", "- `x` y `0123456789ab`"),
        *("[", "]", "(", ")", "](#m-x)", "](#assumption)", "]\\(#m-x)", " (assumption: Ana)", "[[", "[[m:", "|"),
        *("[[m:pass-v3]]", "[[m:gone]]", "[[a:30 \\% (of) *calls*|owner (Ana)]]", "[[a:x]]", "[[a:x|]]"),
        *("<b>", "`", "$", "é", "\u2028", "\x1c", "\t"),
    ]
)
TEXTS = st.lists(PARTS, max_size=12).map("".join)


@settings(deadline=None)
@example({"decision": "[\\[[m:pass-v3]]"}, "")
@given(st.dictionaries(st.sampled_from(list(HEADINGS)), TEXTS), TEXTS)
def test_it_reads_back_as_it_was_written(sections: dict[Section, str], title: str) -> None:
    written = bind(Memo(title=title, sections=sections), MEASURES)
    assert from_markdown(to_markdown(written, MEASURES, draft=True)) == written
    assert from_markdown("\ufeff" + to_markdown(written, MEASURES, draft=True).replace("\n", "\r\n")) == written


def test_a_file_that_somebody_edited_loses_nothing() -> None:
    edited = from_markdown(
        "# Ship?\n## The decision\nWe ship.\n## Budget\nNone.\n## What was not measured\n\nAll.\n\n## The decision\nReally.\n"
    )
    assert edited.sections == {"decision": "We ship.\n\n### Budget\n\nNone.\n\nReally.", "unmeasured": "All."}
    with pytest.raises(BadInput, match="no decision memo"):
        from_markdown("# Notes\n\n## Budget\n")
    with pytest.raises(BadInput, match="“Budget” stands before"):
        from_markdown("# Notes\n\n## Budget\n\nx\n\n## The decision\n")


def test_what_a_model_said_never_becomes_markup() -> None:
    hostile = Measurement(id="x", name="](http://evil) <b>*x*\n## The decision\n", measure=share(1, 2), conditions="`a` [b](c)")
    written = bind(memo("[[m:x]]"), {"x": hostile})
    text = to_markdown(written, {"x": hostile})
    assert from_markdown(text) == written
    page = MarkdownIt("commonmark").render(text)
    assert page.count("<h2>") == len(HEADINGS) + 1 and "](http://evil) &lt;b&gt;*x* ## The decision : 50" in page
    assert not any(markup in page for markup in ('http://evil"', "<b>", "<em>", "<code>a"))


WRITTEN = """\
It passes **[[m:pass-v3]]** in [[m:time-v3]], see [here](https://example.com/x).

- one *of* them
- [[a:30 % of calls|owner Ana]]

### A part

1. `first`
2. next

> said

| a | b |
|---|---|
| c | [[m:pass-v3]] |

    code <b>

A <script>alert()</script>.
"""


def test_the_word_document_says_the_same() -> None:
    document = docx.Document(io.BytesIO(to_docx(bind(memo(WRITTEN), MEASURES), MEASURES, AT)))
    assert [paragraph.text for paragraph in document.paragraphs if paragraph.text] == [
        "Ship it?",
        "The decision",
        "We ship version 3.",
        "What it rests on",
        "It passes 71\u00a0% (59 to 80\u00a0%, 48 of 68) [1] in 1.5\u00a0s (1.2 to 1.94\u00a0s, n = 68) [2], see here (https://example.com/x).",
        "•\tone of them",
        "•\t30 % of calls (assumption, Ana)",
        "A part",
        "1.\tfirst",
        "2.\tnext",
        "said",
        "code <b>",
        "A <script>alert()</script>.",
        *[heading for section, heading in HEADINGS.items() if section not in ("decision", "rests")],
        "Measurements",
        "[1] cases that version 3 passes: 71\u00a0% (59 to 80\u00a0%, 48 of 68). SmolLM2-135M, 1 draw a case.",
        "[2] time to the last token: 1.5\u00a0s (1.2 to 1.94\u00a0s, n = 68).",
    ]
    assert document.tables[0].rows[1].cells[1].text == "71\u00a0% (59 to 80\u00a0%, 48 of 68) [1]"
    assert document.core_properties.created == AT.replace(tzinfo=UTC) and document.core_properties.title == "Ship it?"
    assert [run.bold for run in document.paragraphs[4].runs][:2] == [None, True]


@settings(deadline=None, max_examples=40)
@given(TEXTS, TEXTS)
def test_any_memo_becomes_a_word_document(text: str, title: str) -> None:
    assert zipfile.is_zipfile(io.BytesIO(to_docx(memo(text + "\x00\ue0009\ue001\ufffe\uffff", title=title), MEASURES, AT, draft=True)))

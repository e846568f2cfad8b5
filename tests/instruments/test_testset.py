"""Files of cases: what is read, and the sentence for what cannot be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fluencylab.instruments import testset
from fluencylab.labs.prompting.bundled import bundled


def test_csv_and_jsonl_say_the_same() -> None:
    csv = 'text,guests,day\n"Two of us, Friday.",2,Friday\nSix on Sunday.,6,Sunday\n'
    jsonl = '{"text": "Two of us, Friday.", "guests": 2, "day": "Friday"}\n\n{"text": "Six on Sunday.", "guests": 6, "day": "Sunday"}'
    assert testset.rows(csv) == testset.rows(jsonl) == testset.rows("\ufeff" + csv.replace("\n", "\r\n"))
    assert testset.rows("text,day\nWe come.,\n") == [{"text": "We come.", "day": None}]
    assert testset.rows("text,expect\nOrder 7.,0042\n")[0]["expect"] == "0042"


AS_THEY_COME = {
    "a column of row numbers": ",text,label\n0,a,yes\n1,b,no\n",
    "the same, written and read again": "Unnamed: 0,text,label\n0,a,yes\n1,b,no\n",
    "numbers from one": "index,text,label\n1,a,yes\n2,b,no\n",
    "empty last rows": "text,label\na,yes\nb,no\n,\n,\n",
    "capitals": "Text,LABEL\na,yes\nb,no\n",
    "a separator at each line's end": "text;label;\na;yes;\nb;no;\n",
    "the separator said as for Excel": "sep=;\ntext;label\na;yes\nb;no\n",
    "bars": "text|label\na|yes\nb|no\n",
    "a JSON list": '[{"text": "a", "label": "yes"},\n {"Text": "b", "label": "no"}]',
}


@pytest.mark.parametrize("how", AS_THEY_COME)
def test_what_programs_add_to_a_table_changes_nothing(how: str) -> None:
    assert testset.rows(AS_THEY_COME[how]) == [{"text": "a", "label": "yes"}, {"text": "b", "label": "no"}]


def test_a_numbered_column_with_a_name_of_its_own_is_kept() -> None:
    assert testset.rows("order,text\n0,a\n1,b\n") == [{"order": 0, "text": "a"}, {"order": 1, "text": "b"}]


@pytest.mark.parametrize("name", ["examples", "messages", "cases"])
def test_ours_can_be_read(name: str) -> None:
    assert len(testset.rows(bundled(name))) >= 3


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "it is empty"),
        (" \n \n", "it is empty"),
        ("text,expect\n", "it has 0 cases"),
        ("a,b\n1,2\n", "one of them must be “text”"),
        ("text,text\n1,2\n", "name each column once"),
        ("text,\nx,\n", "beside “text”"),
        ("text,expect,\nx,y,z\n", "name each column once"),
        ("text,expect\nx\n", "line 2 has not one value for each column"),
        ("text,expect\na, b,c\n", "line 2 has not one value for each column"),
        ('text,expect\n"never closed,1\n', "is not CSV"),
        ("text,expect\n" + "x,1\n" * 10_000, "more than 200 cases"),
        ("text,expect\n" + "x" * 5_000 + ",1\n", "more than 4,000 characters"),
        ("text,expect\n" + "x" * 140_000 + ",1\n", "is not CSV"),
        ("PK\x03\x04 text,expect", "is it a spreadsheet file"),
        ("text,expect\nx," + "9" * 1_000_001, "larger than 1 MB"),
        ('{"text": "x"}', "beside “text”"),
        ('{"text": "x", "expect": ["a"]}', "a list or an object"),
        ('{"text": "x", "expect": NaN}', "a list or an object"),
        ('{"text": "", "expect": 1}', "line 1 has no “text”"),
        ('{"text": 5, "expect": 1}', "line 1 has no “text”"),
        ('{"text": "\\u0000", "expect": 1}', "signs that no text has"),
        ('{"text": "\\ud800", "expect": 1}', "signs that no text has"),
        ('{"text": "x", "expect": 1}\n{"text": "y", "other": 1}', "do not all have the same keys"),
        ("[1, 2]", "entry 1 is not an object"),
        ('[{"text": "x", "expect": 1}', "begins like a JSON list"),
        ("[" * 100_000, "begins like a JSON list"),
        ("{" * 100_000, "line 1 is not JSON"),
        ('{"text": "x", "expect": ' + "[" * 100_000, "line 1 is not JSON"),
        ('{"text": "x", "expect": ' + "1" * 10_000 + "}", "line 1 is not JSON"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_gets_a_sentence(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        testset.rows(text)


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused(text: str) -> None:
    for given_ in (text, "text,expect\n" + text, '{"text": ' + text):
        try:
            assert all(row["text"] and len(row) > 1 for row in testset.rows(given_))
        except ValueError as error:
            assert str(error)


def test_a_formula_is_only_text() -> None:
    assert testset.rows('text,expect\n"=HYPERLINK(""http://x"")",=1+1\n') == [{"text": '=HYPERLINK("http://x")', "expect": "=1+1"}]

"""Tables as spreadsheets and programs write them: what their columns are called, and what parts their cells."""

import pytest

from fluencylab.documents.table import table

NAMED = {
    "a column of row numbers without a name": (",plan,price\n0,Basic,5\n1,Plus,9\n", "plan: Basic\nprice: 5\n\nplan: Plus\nprice: 9"),
    "and only one that has a name": (",price\n0,5\n1,9\n", "price: 5\n\nprice: 9"),
    "a separator at each line's end": (
        "Year;Month;Revenue;\n2024;May;10;\n2024;June;12;\n",
        "Year: 2024\nMonth: May\nRevenue: 10\n\nYear: 2024\nMonth: June\nRevenue: 12",
    ),
    "years": ("Metric,2023,2024\nRevenue,10,12\n", "Metric: Revenue\n2023: 10\n2024: 12"),
    "months, and none over the first": (",2024-01,2024-02\nRevenue,10,12\n", "column 1: Revenue\n2024-01: 10\n2024-02: 12"),
    "years alone": ("2023,2024\n10,12\n", "2023: 10\n2024: 12"),
    "a name twice": ("plan,price,price\nBasic,5,6\n", "plan: Basic\nprice: 5\nprice (2): 6"),
    "a name in between that is missing": ("plan,,price\nBasic,x,6\n", "plan: Basic\ncolumn 2: x\nprice: 6"),
    "the separator said as for Excel": ("sep=;\r\nitem;price\r\nlamp;1,5\r\n", "item: lamp\nprice: 1,5"),
    "tabs": ("item\tprice\nlamp, tall\t1,5\n", "item: lamp, tall\nprice: 1,5"),
    "bars": ("item|price\nlamp|5\n", "item: lamp\nprice: 5"),
    "commas within quotes": ('id;text\n1;"a, b, c"\n2;"d, e, f"\n', "id: 1\ntext: a, b, c\n\nid: 2\ntext: d, e, f"),
    "empty last rows and columns": ("a,b,,\n1,2,,\n,,,\n,,,\n", "a: 1\nb: 2"),
    "a line break in a cell": ('a,b\n"1\n2",3\n', "a: 1 2\nb: 3"),
    "a title above": ("Prices of May;;\nitem;price;\nlamp;5;\n", "Prices of May\n\nitem: lamp\nprice: 5"),
}


@pytest.mark.parametrize("what", NAMED)
def test_names_are_used_when_they_are_there(what: str) -> None:
    written, read = NAMED[what]
    assert table(written, "a.csv").text == read


@pytest.mark.parametrize("written", ["1;2\n3;4\n", "Paris,2023,5\nLondon,2024,7\n", "€5,€6\n€7,€8\n", "lamp,5\nrug,7\n"])
def test_values_are_not_taken_for_names(written: str) -> None:
    found = table(written, "a.csv")
    assert found.text.startswith("column 1: ")
    assert found.notes == ("Its first row names no columns, so they are numbered.",)


def test_row_numbers_that_are_left_out_and_rows_of_other_lengths_are_said() -> None:
    assert table(",plan\n0,Basic\n1,Plus\n", "a.csv").notes == ("A first column without a name only counts the rows; it was left out.",)
    ragged = table("a,b\n1,2,3\n4,5\n6\n", "a.csv")
    assert ragged.text == "a: 1\nb: 2\ncolumn 3: 3\n\na: 4\nb: 5\n\na: 6"
    assert ragged.notes == ("2 of 3 rows have more or fewer cells than the first.",)
    assert ragged.size == "3 rows, 3 columns"


@pytest.mark.parametrize("longer", range(0, 30, 3))
def test_the_row_that_is_cut_where_the_look_ends_does_not_choose_the_separator(longer: int) -> None:
    """Each row has as many semicolons as the names have commas, and of the last one only the semicolon is seen."""
    rows = f"question{'s' * longer},answer\n" + "Where is it; please?,In the depot\n" * 2_000
    assert table(rows, "cases.csv").text.startswith(f"question{'s' * longer}: Where is it; please?\nanswer: In the depot")

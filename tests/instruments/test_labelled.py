"""Tables of texts with labels: the bundled one, the learner's own, and what hostile files become."""

from collections import Counter

import pytest

from fluencylab.instruments import labelled
from fluencylab.instruments.labelled import Labelled, bundle, draw, parse

OWN = "text,label\nWhere is it?,delivery\nPay me back,billing\nNot here yet,delivery\nToo dear,billing\n"


def test_the_bundled_messages_are_many_balanced_and_apart_from_their_examples() -> None:
    task = labelled.support()
    counted = Counter(row.label for row in task.messages)
    assert len(task.messages) >= 60 and set(counted) == set(task.definitions)
    assert max(counted.values()) == min(counted.values())
    assert len({row.text for row in task.messages}) == len(task.messages)
    assert not {row.text for row in task.examples} & {row.text for row in task.messages}
    assert Counter(row.label for row in task.examples[: len(task.labels)]) == dict.fromkeys(task.labels, 1)


@pytest.mark.parametrize(
    "given",
    [
        OWN,
        OWN.replace(",", ";"),
        OWN.replace(",", "\t"),
        "\ufeffID,label,text\n" + "".join(f"{i},{row.label},{row.text}\n" for i, row in enumerate(parse(OWN))),
        "".join(f'{{"text": "{row.text}", "label": "{row.label}"}}\n\n' for row in parse(OWN)),
    ],
    ids=["commas", "semicolons", "tabs", "more columns", "json lines"],
)
def test_a_table_is_read_however_it_was_saved(given: str) -> None:
    assert parse(given)[0] == Labelled("Where is it?", "delivery")
    assert len(parse(given)) == 4


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("", "empty"),
        ("text,label\n", "0 cases"),
        ("message,team\nhello,x\n", "must name the columns"),
        ("text,team\nhello,x\n", "its right “label”"),
        ("text,label\na,\n", "its right “label”"),
        ("text,label\na,x\nb,x\n", "1 different label;"),
        ("text,label\n" + "".join(f"a{i},l{i}\n" for i in range(13)), "13 different labels"),
        ("text,label\na,x\nb,X\n", "only in capitals"),
        ("text,label\na," + "x" * 41 + "\nb,y\n", "longer than 40 letters"),
        ("text,label\n" + "a,x\nb,y\n" * 101, "more than 200"),
        ("PK\x03\x04", "spreadsheet"),
    ],
)
def test_a_hostile_table_becomes_a_sentence(given: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        parse(given)


def test_a_formula_stays_text() -> None:
    assert parse("text,label\n=1+1,x\n<script>,y\n")[0].text == "=1+1"


def test_examples_are_set_aside_and_never_asked() -> None:
    task = bundle(OWN, "Which team?", {"delivery": "parcels"}, examples=1)
    assert [row.text for row in task.examples] == ["Where is it?", "Pay me back"]
    assert [row.text for row in task.messages] == ["Not here yet", "Too dear"]
    assert task.definitions == {"delivery": "parcels", "billing": ""}
    with pytest.raises(ValueError, match="“delivery” needs at least 3 rows"):
        bundle(OWN, "Which team?", {}, examples=2)


def test_a_draw_is_balanced_and_repeats_with_its_seed() -> None:
    rows = labelled.support().messages
    drawn = draw(rows, 24, seed=1)
    assert Counter(row.label for row in drawn) == dict.fromkeys(labelled.support().labels, 6)
    assert drawn == draw(rows, 24, seed=1) != draw(rows, 24, seed=2)

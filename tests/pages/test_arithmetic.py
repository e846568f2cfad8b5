"""What a script works out while somebody moves a slider is what the server works out: the same table is given to both."""

import itertools
import random
from typing import Any

import pytest
from script_fixture import Scripts

from fluencylab.documents import read
from fluencylab.labs.cost import bill
from fluencylab.labs.cost import chart as cost_chart
from fluencylab.labs.cost.bill import Assumption
from fluencylab.labs.grounding import interfaces
from fluencylab.labs.latency.page import moment
from fluencylab.labs.latency.waits import READER, Sample
from fluencylab.labs.metrics import confusion
from fluencylab.labs.metrics.confusion import Matrix, Money
from fluencylab.labs.metrics.yes_no import Scored
from fluencylab.stats import wilson
from fluencylab.web.pages.selftest import minutes
from fluencylab.web.units import SPACE

pytestmark = pytest.mark.page
TIES = [0.5, 1.5, 2.5, 3.5, 12.5, 0.125, 0.375, 0.0625, 2.25, 1.005, 62.5, 87.5, 99.5, 1234.5, 0.0, 1e-7, 0.045]
RANDOM = random.Random(11)
NUMBERS = [*TIES, *(RANDOM.uniform(0, 10 ** RANDOM.randint(-6, 6)) for _ in range(200))]


# Numbers as text


@pytest.mark.parametrize("places", [0, 1, 2])
def test_a_number_with_so_many_places(scripts: Scripts, places: int) -> None:
    told = scripts.call("/static/js/figures.js", "fixed", [(number, places) for number in NUMBERS])
    assert told == [f"{number:.{places}f}" for number in NUMBERS]


@pytest.mark.parametrize("figures", [2, 3])
def test_a_number_with_so_many_figures(scripts: Scripts, figures: int) -> None:
    numbers = [number for number in NUMBERS if number == 0 or 1e-4 <= number < 10 ** (figures - 1)]
    told = scripts.call("/static/js/figures.js", "significant", [(number, figures) for number in numbers])
    assert told == [f"{number:.{figures}g}" for number in numbers]


def test_a_number_in_groups_and_a_share_per_cent(scripts: Scripts) -> None:
    assert scripts.call("/static/js/figures.js", "round", [(n,) for n in NUMBERS]) == [round(n) for n in NUMBERS]
    assert scripts.call("/static/js/figures.js", "grouped", [(n,) for n in NUMBERS]) == [f"{n:,.0f}" for n in NUMBERS]
    shares = [i / 200 for i in range(201)]
    assert scripts.call("/static/js/figures.js", "percent", [(s,) for s in shares]) == [f"{s * 100:.0f}{SPACE}%" for s in shares]


def test_how_long_a_sitting_has_taken(scripts: Scripts) -> None:
    seconds = [0, 29, 30, 31, 89, 90, 91, 150, 210, 3599, 3630]
    assert scripts.call("/static/js/figures.js", "minutes", [(s,) for s in seconds]) == [minutes(s) for s in seconds]


def test_what_is_said_of_files_that_are_not_read(scripts: Scripts) -> None:
    counts, sizes = [51, 500, 1200], [read.LARGEST + 1, 20_500_000, 1_234_500_000]
    many = [read.too_many(count) for count in counts]
    assert scripts.call("/static/js/documents.js", "tooMany", [(n, read.MOST_FILES) for n in counts]) == [[e.message, e.fix] for e in many]
    large = [read.too_large("a.pdf", size) for size in sizes]
    told = scripts.call("/static/js/documents.js", "tooLarge", [("a.pdf", size, read.LARGEST) for size in sizes])
    assert told == [[error.message, error.fix] for error in large]


# The desks


def test_wilsons_interval(scripts: Scripts) -> None:
    table = [(hits, n) for n in (0, 1, 2, 3, 7, 20, 500) for hits in range(min(n, 25) + 1)] + [(499, 500), (500, 500)]
    told = scripts.call("/static/js/desk.js", "wilson", table)
    assert [tuple(one) for one in told] == [pytest.approx(wilson(*row), abs=1e-12) for row in table]


def scored(seed: int) -> list[Scored]:
    rng = random.Random(seed)
    rows = [Scored(str(i), rng.random() < 0.4, round(rng.random(), 2)) for i in range(rng.randint(2, 40))]
    return [*rows, Scored("found", True, 0.5), Scored("other", False, 0.5)]


def sent(rows: list[Scored]) -> list[list[float]]:
    return [[row.score or 0, int(row.found)] for row in rows]


FIELDS = ("hit", "miss", "alarm", "left")


def fields(told: dict[str, int]) -> Matrix:
    return Matrix(*(told[name] for name in FIELDS))


THRESHOLDS = (0, 0.05, 0.3, 0.5, 0.85, 1.01)
BASES = (0.1, 0.5, 2, 12.5, 25, 50, 99.9)
MONEY = ((0, 0), (1, 10), (0.5, 0.5), (3, 700), (1000, 1))
CONFUSION = "/static/labs/metrics/confusion.js"


def test_the_four_fields_and_what_follows_from_them(scripts: Scripts) -> None:
    cases = [(scored(seed), threshold, base) for seed in range(4) for threshold in THRESHOLDS for base in BASES]
    at = [confusion.matrix(rows, threshold) for rows, threshold, _ in cases]
    told = scripts.call(CONFUSION, "matrix", [(sent(rows), threshold) for rows, threshold, _ in cases])
    assert [fields(one) for one in told] == at
    numbers = scripts.call(CONFUSION, "metrics", [(one, base) for one, (_, _, base) in zip(told, cases, strict=True)])
    for matrix, page, (_, _, base) in zip(at, numbers, cases, strict=True):
        for name in ("precision", "recall", "f1", "accuracy"):
            here, said = getattr(matrix, name), page[name]["here"]
            assert (said["n"] == 0) == (here.n == 0)
            assert (said["value"], said["low"], said["high"]) == pytest.approx((here.value, here.low, here.high), abs=1e-12)
        rare = matrix.precision_at(base / 100)
        assert page["precision"]["there"] == (pytest.approx(rare.value, abs=1e-12) if rare.n else None)
        assert page["accuracy"]["there"] == pytest.approx(matrix.accuracy_at(base / 100).value, abs=1e-12)


def test_what_errors_cost_and_where_they_cost_least(scripts: Scripts) -> None:
    cases = [(scored(seed), base, alarm, miss) for seed in range(4) for base in BASES for alarm, miss in MONEY]
    table = [(sent(rows), {"base": base, "alarm": alarm, "miss": miss}) for rows, base, alarm, miss in cases]
    cheapest, curves = scripts.call(CONFUSION, "cheapest", table), scripts.call(CONFUSION, "curve", table)
    for (rows, base, alarm, miss), best, curve in zip(cases, cheapest, curves, strict=True):
        money = Money(alarm, miss, base / 100)
        assert best == confusion.cheapest(rows, money), (base, alarm, miss)
        costs = [[t, confusion.matrix(rows, t).cost(money).value] for t in (0.0, *confusion.STEPS, 1.0)]
        assert curve == [pytest.approx(row, rel=1e-12) for row in costs]


def test_shares_as_whole_people(scripts: Scripts) -> None:
    cases = [(scored(seed), t, base, many) for seed in range(4) for t in THRESHOLDS for base in BASES for many in (500, 1000)]
    table = [(dict(zip(FIELDS, confusion.matrix(rows, t), strict=True)), base, many) for rows, t, base, many in cases]
    told = scripts.call(CONFUSION, "people", table)
    assert [fields(one) for one in told] == [confusion.people(rows, t, base / 100, many) for rows, t, base, many in cases]


def answers(seed: int, odds: bool) -> list[dict[str, Any]]:
    """Answers under three conditions, about things that are and things that are not."""
    rng = random.Random(seed)
    made = []
    for condition, real in itertools.product(("bare", "context", "gap"), (True, False)):
        for _ in range(rng.randint(1, 8)):
            verdict = rng.choice(["right", "wrong", "abstained", "beside"])
            sure = rng.choice([0.0, 0.6, round(rng.random(), 3)]) if odds else None
            made.append(
                {"condition": condition, "real": real, "verdict": verdict, "backed": rng.random() < 0.5, "mean_token_probability": sure}
            )
    return made


@pytest.mark.parametrize("sign", ["mean_token_probability", "self_consistency"])
def test_the_same_answers_behind_four_interfaces(scripts: Scripts, sign: str) -> None:
    table, expected = [], []
    for seed, face, unanswerable, line in itertools.product(range(8), interfaces.NAMES, (0, 0.125, 0.2, 1), (0, 0.6, 1)):
        made = answers(seed, odds=True)
        signs = [
            (one["mean_token_probability"], None) if sign == "mean_token_probability" else (None, one["mean_token_probability"])
            for one in made
        ]
        rows = [[*(one[name] for name in ("condition", "real", "verdict", "backed")), *two] for one, two in zip(made, signs, strict=True)]
        table.append((rows, face, unanswerable, line, sign))
        expected.append(interfaces.of(made, face, unanswerable, line))
    for told, ours in zip(scripts.call("/static/labs/grounding/interfaces.js", "outcomes", table), expected, strict=True):
        assert ours
        assert [told[name] for name in ("wrong", "right", "open")] == pytest.approx([one.value for one in ours], abs=1e-9)
        assert [told["low"], told["high"]] == pytest.approx([ours.wrong.low, ours.wrong.high], abs=1e-9)


BILL = "/static/labs/cost/bill.js"


def test_the_bill_and_what_moves_it_most(scripts: Scripts) -> None:
    rng = random.Random(3)
    values = [{name: rng.choice([0.0, rng.uniform(0, 5000), 1.0]) for name in bill.NAMES} for _ in range(60)]
    values.append({"users": 2000, "messages": 6, "read": 130, "written": 3, "price_in": 1, "price_out": 4, "again": 5})
    reach = [{name: (rng.choice([0, 0.5, 1]), rng.choice([1, 2, 4])) for name in bill.NAMES} for _ in values]
    bills = scripts.call(BILL, "bill", [(one,) for one in values])
    assert [tuple(one[name] for name in bill.Bill._fields) for one in bills] == [pytest.approx(bill.bill(one), rel=1e-12) for one in values]
    told = scripts.call(BILL, "sensitivity", list(zip(values, reach, strict=True)))
    for ends, given, bars in zip(reach, values, told, strict=True):
        times = {name: (given[name], *ends[name]) for name in bill.NAMES}
        ours = bill.sensitivity({name: Assumption(low=v * low, expected=v, high=v * high) for name, (v, low, high) in times.items()})
        assert [bar["name"] for bar in bars] == [bar.name for bar in ours]
        assert [(bar["low"], bar["high"]) for bar in bars] == [pytest.approx((bar.low, bar.high), rel=1e-12) for bar in ours]


def test_an_amount_of_money(scripts: Scripts) -> None:
    amounts = [*NUMBERS, 99.995, 99.999, 0.0999, 6e-05, 0.00006789, 1e-9]
    assert scripts.call(BILL, "money", [(a,) for a in amounts]) == [cost_chart.money(a) for a in amounts]


def test_what_a_reader_has_before_them(scripts: Scripts) -> None:
    rng = random.Random(5)
    words = ["Hello", " Amina", ",", " wel", "come", " back.", "\n\n", "مرحبا", " 🌍"]
    times = sorted(rng.uniform(200, 3000) for _ in words)
    pieces = [(word, round(ms, 1)) for word, ms in zip(words, times, strict=True)]
    ttft, ttlt = pieces[0][1], pieces[-1][1]
    call = {"pieces": pieces, "ttft": ttft, "ttlt": ttlt, "pace": READER}
    sample = Sample("call", 0, 0, 0, 5, 0, 9, 1.0, 0.0, 0.0, ttft, ttlt, 10.0, 0.0, False, False)
    at = [ttft, (ttft + ttlt) / 2, ttlt, *(ms for _, ms in pieces)]
    ours = [moment(pieces, sample, one) for one in at]
    texts = scripts.call("/static/labs/latency/reading.js", "streamed", [(call, one) for one in at])
    assert [len(text.split()) for text in texts] == [one.streamed for one in ours]
    ends = scripts.call("/static/labs/latency/reading.js", "ends", [(text,) for text in texts])
    assert [len(one) for one in ends] == [one.streamed for one in ours]
    table = [(one, ttft, READER, said.streamed) for one, said in zip(at, ours, strict=True)]
    assert scripts.call("/static/labs/latency/reading.js", "wordsRead", table) == [one.read for one in ours]
    assert ours[2].whole == len(ends[2])

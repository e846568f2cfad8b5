"""The metrics instrument on a model that says what it is told: every figure can be worked out by hand."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from fluencylab.charts import drawing_of
from fluencylab.instruments.base import Step
from fluencylab.instruments.fields import first_refusal
from fluencylab.labs.metrics import confusion, yes_no
from fluencylab.labs.metrics import instrument as metrics
from fluencylab.labs.metrics.confusion import Matrix, Money
from fluencylab.labs.metrics.params import Params
from fluencylab.labs.metrics.positive_label import sure
from fluencylab.labs.metrics.yes_no import Scored
from fluencylab.models.client import Client
from fluencylab.models.scripted import ABILITIES, Scripted
from fluencylab.models.types import Alternative, Completion, ModelInfo, Request, Token

OWN = "text,label\n" + "".join(f"{word} {i},{label}\n" for i in range(6) for word, label in (("broken", "fault"), ("thanks", "praise")))
WITH_SCORES = "text,label,score\na,spam,0.9\nb,spam,0.4\nc,fine,0.6\nd,fine,0.1\ne,fine,0.2\n"


def said(text: str, fault: float, praise: float) -> Completion:
    alternatives = (Alternative("fault", math.log(fault)), Alternative("pra", math.log(praise)))
    return Completion(text=text, tokens=(Token(text, -0.1, alternatives),))


def sorts(request: Request, repetition: int) -> Completion:
    """Leans to praise until that is taken out."""
    asked = request.messages[-1].content
    return said("praise", 0.3, 0.4) if "broken" in asked else said("praise", 0.1, 0.6) if "thanks" in asked else said("praise", 0.2, 0.5)


async def steps(model: Scripted, params: Params) -> list[Step]:
    return [step async for step in metrics.run(model, params)]


# Four fields


def test_the_four_fields_by_hand() -> None:
    at = Matrix(hits=25, misses=15, alarms=8, left=32)
    assert at.precision.value == pytest.approx(25 / 33) and at.precision.n == 33
    assert at.recall.value == pytest.approx(0.625)
    assert at.accuracy.value == pytest.approx(57 / 80)
    assert at.f1.value == pytest.approx(2 * (25 / 33) * 0.625 / (25 / 33 + 0.625))
    assert at.precision_at(0.02).value == pytest.approx(0.02 * 0.625 / (0.02 * 0.625 + 0.98 * 0.2))
    assert at.accuracy_at(0.02).value == pytest.approx(0.02 * 0.625 + 0.98 * 0.8)
    assert at.cost(Money(alarm=1, miss=10, base=0.02)).value == pytest.approx(1000 * (0.02 * 0.375 * 10 + 0.98 * 0.2))


fields = st.builds(Matrix, *(st.integers(0, 60) for _ in range(4)))


@given(fields, st.floats(0.001, 0.999))
def test_every_figure_lies_in_its_interval_and_every_share_in_its_bounds(at: Matrix, base: float) -> None:
    for measure in (at.precision, at.recall, at.accuracy, at.f1, at.precision_at(base), at.accuracy_at(base)):
        assert -1e-9 <= measure.low <= measure.value + 1e-9 and measure.value <= measure.high + 1e-9 <= 1 + 2e-9
    if at.hits:
        assert min(at.precision.value, at.recall.value) - 1e-9 <= at.f1.value <= max(at.precision.value, at.recall.value) + 1e-9


@given(fields.filter(lambda at: at.hits > 0 and at.alarms > 0 and at.others > 0))
def test_the_rarer_the_less_an_alarm_is_worth_and_recall_stays(at: Matrix) -> None:
    values = [at.precision_at(base).value for base in (0.5, 0.2, 0.02)]
    assert values == sorted(values, reverse=True)
    assert at.precision_at(at.to_find / at.n).value == pytest.approx(at.precision.value)


@given(st.lists(st.builds(Scored, st.just("x"), st.booleans(), st.floats(0, 1)), min_size=1, max_size=30))
def test_a_higher_threshold_never_finds_more(rows: list[Scored]) -> None:
    at = [confusion.matrix(rows, t) for t in (0, 0.3, 0.6, 1.01)]
    assert [one.hits for one in at] == sorted((one.hits for one in at), reverse=True)
    assert {one.n for one in at} == {len(rows)} and at[-1].flagged == 0
    money = Money(1, 10, 0.1)
    best = confusion.matrix(rows, confusion.cheapest(rows, money)).cost(money).value
    assert best <= min(one.cost(money).value for one in (at[0], at[-1])) + 1e-9


def test_what_an_error_costs_picks_the_threshold() -> None:
    rows = [Scored("a", True, 0.3), Scored("b", True, 0.8), Scored("c", False, 0.5), Scored("d", False, 0.1)]
    assert confusion.cheapest(rows, Money(alarm=1, miss=100, base=0.5)) == 0.3
    assert confusion.cheapest(rows, Money(alarm=100, miss=1, base=0.5)) == 0.55
    assert confusion.auroc(rows) == 0.75


def test_people_are_whole_and_add_up() -> None:
    rows = [Scored("a", True, s / 10) for s in range(10)] + [Scored("b", False, s / 20) for s in range(10)]
    shown = confusion.people(rows, 0.4, 0.02, 500)
    assert shown == Matrix(hits=6, misses=4, alarms=98, left=392)


# The model as classifier


async def test_a_lean_to_one_label_is_taken_out_and_every_promised_fact_is_measured() -> None:
    params = Params(data=OWN, messages=8, positive="fault")
    model = Scripted(sorts)
    observed = await steps(model, params)
    result = metrics.conclude(observed)
    facts = result.facts()
    assert set(metrics.fact_names(params)) <= set(facts)
    assert (facts["precision@0.5"], facts["recall@0.5"], facts["ranked"]) == (1, 1, 1)
    assert facts["accuracy_never@base2"] == pytest.approx(0.98)
    assert len(model.calls) == metrics.calls(params) == len(observed) == 9
    asked = {request.messages[-1].content for request, _ in model.calls}
    assert not asked & {example.text for example in params.task.examples}
    assert result.says.startswith("At 0.5 it found 4 of 4, and 0 of its 4 alarms were false.")


async def test_without_log_probabilities_the_written_label_counts_and_the_reason_is_kept() -> None:
    mute = ModelInfo(slug="mute", name="Mute", kind="endpoint", abilities=ABILITIES.model_copy(update={"logprobs": False}))
    answers = Scripted(lambda request, _: "It is a fault." if "broken" in request.messages[-1].content else "hm", card=mute)
    observed = await steps(answers, Params(data=OWN, messages=8, positive="fault"))
    assert observed[0].data["why"] == "Mute does not tell how likely its words are"
    assert {(step.data["score"], step.data["unread"]) for step in observed[1:]} == {(0.0, True), (1.0, False)}
    facts = metrics.conclude(observed).facts()
    assert facts["recall@0.1"] == facts["recall@0.9"] == 1


async def test_a_label_that_is_not_among_the_tokens_told_flags_nothing_and_is_counted() -> None:
    silent = Scripted(lambda *_: Completion(text="I", tokens=(Token("I", -0.1, (Alternative("I", -0.1),)),)))
    observed = await steps(silent, Params(data=OWN, messages=4, positive="fault"))
    assert [(step.data["score"], step.data["unread"]) for step in observed[1:]] == [(0.0, True)] * 4
    assert metrics.conclude(observed).says == "At 0.5 it flagged nothing, and so found none of 2."


async def test_labels_that_begin_alike_are_read_as_words() -> None:
    table = OWN.replace("praise", "faultless")
    observed = await steps(Scripted(["faultless"]), Params(data=table, messages=4, positive="fault"))
    assert observed[0].kind == "hard" and "begin alike" in observed[0].data["why"]


async def test_scores_of_ones_own_need_no_call() -> None:
    model = Scripted(["never"])
    facts = metrics.conclude(await steps(model, Params(data=WITH_SCORES))).facts()
    assert not model.calls
    assert (facts["precision@0.5"], facts["recall@0.5"]) == (0.5, 0.5)
    assert facts["ranked"] == pytest.approx(5 / 6)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"data": "text,label\na,x\nb,x\n"}, "it has 1 different label"),
        ({"data": "text,label\na,x\nb,y\nc,z\n"}, "it has 3 different labels; a matrix"),
        ({"data": "text,label\na,x\nb,y\n"}, "needs at least 3 rows"),
        ({"data": "text,label,score\na,x,high\nb,y,0.5\n"}, "must be a number from 0 to 1"),
        ({"data": "text,label,score\na,x,3\nb,y,0.5\n"}, "must lie between 0 and 1"),
        ({"data": "text,label,score\na,x,nan\nb,y,0.5\n"}, "must lie between 0 and 1"),
        ({"data": OWN, "positive": "spam"}, "“spam” is none of its labels"),
        ({"data": "x" * 1_000_001}, "at most"),
        ({"parts": []}, "choose at least one"),
        ({"base": 0}, "greater than 0"),
        ({"cost_miss": math.nan}, "finite"),
    ],
)
def test_parameters_that_make_no_sense_are_refused(wrong: dict[str, object], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        Params.model_validate(wrong)


def test_a_table_in_arabic_with_markup_stays_text() -> None:
    table = "text,label\n" + "".join(f"<b>{i}</b> أين طلبي,{label}\n" for i in range(3) for label in ("شكوى", "سؤال"))
    task = yes_no.task(table, "", "شكوى")
    assert task.labels == ("شكوى", "سؤال") and task.rows[0].text == "<b>2</b> أين طلبي"


def test_our_messages_are_eighty_and_half_of_them_complaints() -> None:
    task = yes_no.bundled()
    assert (len(task.rows), sum(row.found for row in task.rows), len({row.text for row in task.rows})) == (80, 40, 80)
    assert not {row.text for row in task.rows} & {example.text for example in task.examples}


async def test_the_chart_says_what_it_shows() -> None:
    observed = await steps(Scripted([""]), Params(data=WITH_SCORES))
    (chart,) = drawing_of("metrics").charts(metrics.conclude(observed))
    says = "From threshold 0.2 to 0.5 recall goes from 100 % to 50 %. Precision goes from 50 % to 50 %."
    assert chart.sentence.replace("\u00a0", " ") == says
    assert [row[0] for row in chart.table.rows] == [f"{t:g}" for t in confusion.THRESHOLDS]
    assert drawing_of("metrics").charts(metrics.conclude([])) == []


async def test_the_embedded_model_ranks_complaints_above_the_rest(model: Client) -> None:
    observed = [step async for step in metrics.run(model, Params(messages=12))]
    facts = metrics.conclude(observed).facts()
    assert facts["ranked"] > 0.5
    assert all(0 < step.data["score"] < 1 for step in observed if step.kind == "scored")


SURE = "text,label,score\na,1,0.95\nb,1,0.9\nc,1,0.8\nd,1,0.7\ne,0,0.2\nf,0,0.1\n"


async def test_what_is_to_be_found_is_taken_from_the_words_of_the_labels_and_not_from_how_often_they_come() -> None:
    facts = metrics.conclude(await steps(Scripted([""]), Params(data=SURE))).facts()
    assert (facts["precision@0.5"], facts["recall@0.5"], facts["ranked"]) == (1, 1, 1)


@pytest.mark.parametrize(
    ("labels", "found"),
    [
        (("0", "1"), "1"), (("Yes", "No"), "Yes"), (("FALSE", "TRUE"), "TRUE"), (("ham", "spam"), "spam"),
        (("not urgent", "urgent"), "urgent"),
        (("complaint", "other"), "complaint"), (("нет", "да"), "да"), (("否", "是"), "是"), (("cat", "dog"), None), (("1", "yes"), None),
        (("0", "no"), None), (("unclear", "clear"), "clear"), (("いいえ", "はい"), "はい"), (("NON", "OUI"), "OUI"),
    ],
)  # fmt: skip
def test_a_label_is_only_taken_where_the_two_tell(labels: tuple[str, str], found: str | None) -> None:
    assert sure(labels) == found


def test_where_they_do_not_tell_it_is_asked() -> None:
    with pytest.raises(ValidationError) as refused:
        Params(data="text,label,score\na,cat,0.9\nb,dog,0.1\n")
    assert first_refusal(refused.value) == (
        "positive", "which of “cat” and “dog” is to be found? Nothing in the table tells; name one of them",
    )  # fmt: skip


async def test_scores_that_run_against_the_label_are_told() -> None:
    result = metrics.conclude(await steps(Scripted([""]), Params(data=SURE, positive="0")))
    assert result.says.startswith(
        "These scores run against “0”: they are higher where it is “1”. If they say how likely “1” is, choose “1”"
    )
    assert "run against" not in metrics.conclude(await steps(Scripted([""]), Params(data=SURE))).says

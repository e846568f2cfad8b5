"""Every lab takes something of a product: its form can be run as it is filled in, whatever that holds, and it is said what was taken."""

import pytest
from starlette.datastructures import ImmutableMultiDict

from fluencylab.actions.runs import check_params
from fluencylab.documents.table import separated
from fluencylab.instruments import instrument, on_product
from fluencylab.labs import found
from fluencylab.labs.context.params import Params as Context
from fluencylab.labs.cost.params import Params as Cost
from fluencylab.labs.grounding.params import Params as Grounding
from fluencylab.labs.metrics.params import Params as Metrics
from fluencylab.labs.retrieval.params import Params as Retrieval
from fluencylab.models import catalogue
from fluencylab.web.form import Form, fields, posted
from fluencylab.web.lab_page import PageRequest, ViewsForm, ViewsPage
from fluencylab.web.lab_pages import lab_pages
from fluencylab.workbench import lab_texts
from fluencylab.workbench.product_data import Filled, OpenCase, ProductData, ProductDocument, ReadOutput

LABS = sorted(name for name in found().labs if on_product.can_fill(name))
HANDBOOK = "# Waiting\n\n" + "\n\n".join(f"At counter {n} one waits {n} minutes." for n in range(1, 25)) + "\n\nThe counters open at nine."
SYSTEM = "s" * 200_000
ANSWERS = tuple(f"{n} minutes" for n in range(1, 25))
TAGS = ("opening", "returns", "refund")


def case(number: int, text: str, reference: str = "", tag: str = "", system: str = "You answer at a parcel desk.") -> OpenCase:
    return OpenCase(number, text, system, reference, (tag,) if tag else ())


def whole() -> ProductData:
    """A product with all that a lab may take."""
    cases = [case(n, f"How long does one wait at counter {n}?", ANSWERS[n - 1], TAGS[n % 3]) for n in range(1, 25)]
    silent = [case(n, f"Question {n}: who is the owner?", "We do not know that.", "other") for n in range(25, 31)]
    read = [ReadOutput(one.text, f"It is {one.reference}.", one.reference, one.number % 2 == 0) for one in cases[:8]]
    return ProductData(
        "Parcel desk", (*cases, *silent), held_back=30, version=2, before="You answer briefly.", max_tokens=900,
        documents=(ProductDocument("handbook.md", HANDBOOK),), read=tuple(read), volume=50_000, price_in=0.5, price_out=2,
        tokens_in=340.4, tokens_out=41.7,
    )  # fmt: skip


def odd() -> ProductData:
    """Texts that no form was made for."""
    texts = [
        "Is it 5; 6 | 7\t8; 9?", 'He said ""no"", and left,', "=== title ===", "sep=;", "a;b;c\nd;e;f", "x" * 30_000, "  ", "=1+1",
        "تحية 你好 🙂", "user: hi\nassistant: hello", "{{question}}", "a\x01b", "-", "one", "One", "the last | of | them", "; ; ;",
    ]  # fmt: skip
    references = ["", "yes;no", "a | b", "=", "YES", "yes", "…", "We cannot tell.", "x" * 5_000, '"', "-", "|", "No, sorry; we don’t know"]
    told = list(enumerate(texts * 4, start=1))
    cases = [case(n, text, references[n % len(references)], f"tag; {n % 3}|", SYSTEM) for n, text in told]
    read = [ReadOutput(text, text, references[n % len(references)], bool(n % 2)) for n, text in enumerate(texts * 8)]
    documents = (
        ProductDocument("=== x ===", "=== y ===\n\na; b"),
        ProductDocument("  ", "\n"),
        ProductDocument("long", "word. " * 300_000),
    )
    return ProductData(
        "<b>|", tuple(cases), 0, 7, "b" * 90_000, 4096, documents, tuple(read), 2_000_000_000, 10_000.0, 0.0, 1e7, 0.0
    )  # fmt: skip


PRODUCTS = {
    "whole": whole(),
    "odd": odd(),
    "empty": ProductData("Nothing yet"),
    "one case": ProductData("One", (case(1, "Where is my parcel?"),), version=1),
    "long": ProductData("Long", tuple(case(n, f"Question {n}? " * 60, f"answer {n % 2}", TAGS[n % 2]) for n in range(1, 3_000)), 3_000, 1),
    "without a prompt": ProductData("Bare", tuple(case(n, f"Where is {n}?", "here", system="") for n in range(1, 12))),
}


def drawn(lab: str, filled: Filled) -> list[Form]:
    """The form as the page shows it and a browser sends it, once for each of its views."""
    page, card = lab_pages()[lab], catalogue.current().card()
    form = page.form(PageRequest([], filled.values, card))
    views = [{"parts": str(view)} for view in page.views] if isinstance(page, ViewsPage) and isinstance(form, ViewsForm) else [{}]
    return [posted(form.fields, **view) for view in views]


def test_every_lab_takes_something_of_a_product() -> None:
    assert sorted(found().labs) == LABS


@pytest.mark.long
@pytest.mark.parametrize("product", PRODUCTS)
@pytest.mark.parametrize("lab", LABS)
def test_the_form_can_be_run_as_it_is_filled_in(lab: str, product: str) -> None:
    filled = on_product.fill(lab, PRODUCTS[product])
    for sent in drawn(lab, filled):
        params = check_params(lab, lab_pages()[lab].params(sent, []))
        assert instrument(lab).calls(params) >= 0
    assert filled.took or filled.lacks
    assert all(said.endswith(".") for said in (*filled.took, *filled.lacks))


@pytest.mark.parametrize("lab", LABS)
def test_each_lab_takes_of_a_whole_product_and_every_value_is_a_field(lab: str) -> None:
    filled = on_product.fill(lab, PRODUCTS["whole"])
    assert filled.took
    known = set(instrument(lab).Params.model_fields)
    strange = {name for name in filled.values if name not in known}
    assert all(name.startswith("b_") or name == "guard_system" for name in strange), strange
    assert fields(instrument(lab).Params, dict(filled.values))


def taken(lab: str, product: str = "whole") -> dict[str, str]:
    return dict(on_product.fill(lab, PRODUCTS[product]).values)


def test_the_cost_lab_has_its_labels_its_prices_and_its_month() -> None:
    values = taken("cost")
    params = Cost.model_validate({name: value for name, value in values.items() if name in Cost.model_fields})
    assert set(params.task.labels) == {*TAGS, "other"}
    assert (params.price_in, params.price_out) == (0.5, 2)
    assert (values["b_users"], values["b_messages"], values["b_read"], values["b_written"]) == ("50000", "1", "340", "42")


def test_a_search_asks_what_stands_in_the_documents() -> None:
    params = Retrieval.model_validate(taken("retrieval"))
    assert [one.title for one in params.corpus] == ["handbook.md"]
    assert {answer for one in params.drawn for answer in one.answers} == set(ANSWERS)
    assert params.absent == 6 and sum(not one.answers for one in params.drawn) == 6


def test_passages_hold_the_answer_or_lack_it() -> None:
    params = Grounding.model_validate(taken("grounding"))
    told = [one for one in params.drawn if one.real and one.holds]
    assert told and all(one.answers[0] in one.holds and one.answers[0] not in one.lacks for one in told)
    assert any(not one.real for one in params.drawn) and params.unanswerable == 20


def test_a_judge_is_held_against_what_the_learner_said() -> None:
    values = taken("metrics")
    params = Metrics.model_validate(values | {"parts": ("confusion", "overlap", "judge"), "ask": False})
    assert [one.mark for one in params.plan.outputs].count("send") == 4
    assert params.task.labels == (TAGS[1], "other")


def test_of_long_messages_few_stand_before_the_guardrails_and_of_short_ones_all() -> None:
    short, long = taken("prompting"), taken("prompting", "long")
    assert short["harmless"] == short["questions"] and len(short["harmless"].splitlines()) == 12
    assert set(long["harmless"].splitlines()) < set(long["questions"].splitlines()) and len(long["harmless"].splitlines()) == 5


def test_the_duel_asks_for_the_style_of_the_house_that_the_product_is_of() -> None:
    values = taken("finetuning")
    assert values["closing"] == "Yours, Parcel desk." and "Parcel desk" in values["instruction"]


def test_documents_stand_in_the_window_each_under_its_title() -> None:
    params = Context.model_validate(taken("context"))
    assert "=== handbook.md ===" in params.document and params.history == ""


def test_a_sentence_says_how_many_and_that_none_is_held_back() -> None:
    product = PRODUCTS["long"]
    assert lab_texts.from_cases(product, 200) == "200 of its 2,999 open cases. The 3,000 held back are never filled in."
    assert lab_texts.from_cases(PRODUCTS["one case"], 1) == "Its one open case."
    assert lab_texts.from_cases(PRODUCTS["without a prompt"], 11, "questions") == "All its 11 open questions."


@pytest.mark.parametrize(
    ("text", "told"), [("30 days.", "30 days"), ("a | b; c", "a / b, c"), ("one two three four five six seven", ""), ("…", "")]
)
def test_an_answer_that_can_be_looked_for_is_short(text: str, told: str) -> None:
    assert lab_texts.short(text) == told


def test_a_table_says_what_parts_its_cells_where_that_could_be_mistaken() -> None:
    assert lab_texts.table(("text", "label"), [("Where, now?", "delivery")]) == 'text,label\n"Where, now?",delivery\n'
    odd = lab_texts.table(("text;x", "label;y"), [("a;b", "c;d"), ("e;f", "g;h")])
    assert odd.startswith("sep=,\n") and separated(odd, "")[0] == ","


def test_the_test_sends_what_a_browser_would() -> None:
    (sent,) = drawn("retrieval", on_product.fill("retrieval", PRODUCTS["whole"]))
    assert isinstance(sent, ImmutableMultiDict) and "=== handbook.md ===" in sent["documents"]

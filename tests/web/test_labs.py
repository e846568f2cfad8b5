"""A lab's form is drawn from its parameters and read back; any instrument has a page."""

import io
import re
from pathlib import Path
from typing import Any, Literal

import httpx2
import pytest
from documents.making import docx, paragraph, pdf, readers, zipped
from fastapi import UploadFile
from openpyxl import Workbook
from pydantic import BaseModel, Field
from starlette.datastructures import ImmutableMultiDict
from starlette.requests import Request

from fluencylab.actions.runs import check_params
from fluencylab.errors import BadInput
from fluencylab.instruments import instruments
from fluencylab.instruments.base import asks
from fluencylab.labs import found
from fluencylab.models.types import ModelInfo
from fluencylab.store.tables import Run
from fluencylab.web import form
from fluencylab.web.lab_page import PageRequest
from fluencylab.web.lab_pages import lab_pages
from fluencylab.web.pages import lab as lab_context
from fluencylab.web.pages.sheet import sheet
from fluencylab.web.render import environment
from fluencylab.web.routes.labs import read_file
from web.conftest import Web

ROOT = Path(__file__).parents[2]


class Params(BaseModel):
    prompt: str = Field("Hello", max_length=20_000, title="Your prompt", description="What is asked")
    name: str = "x"
    sizes: tuple[int, ...] = (1, 2)
    warm: tuple[float, ...] = (0.0, 0.5)
    words: tuple[str, ...] = ("one", "two words")
    mode: Literal["a", "b"] = "a"
    parts: tuple[Literal["p", "q"], ...] = ("q",)
    samples: int = Field(3, ge=1, le=9, json_schema_extra={"form": "more"})
    share: float = 0.25
    loud: bool = True
    limit: int | None = None
    document: str = Field("", max_length=9, json_schema_extra={"form": "document"})
    papers: str = Field("", max_length=99, json_schema_extra={"form": "more documents"})


def test_every_type_of_field_is_drawn_and_read_back() -> None:
    drawn = {field.name: field for field in form.fields(Params, {})}
    kinds = ["area", "line", "commas", "commas", "lines", "one", "some", "number", "number", "tick", "number", "document", "documents"]
    assert [field.kind for field in drawn.values()] == kinds
    assert (drawn["prompt"].label, drawn["prompt"].help, drawn["prompt"].voice) == ("Your prompt", "What is asked", "model")
    assert drawn["samples"].bounds == {"min": 1, "max": 9, "step": 1, "required": True}
    assert (drawn["samples"].place, drawn["words"].value, drawn["sizes"].value) == ("more", "one\ntwo words", "1, 2")
    sent = [(name, one) for name, field in drawn.items() for one in ([field.value] if isinstance(field.value, str) else field.value)]
    assert Params.model_validate(form.read(Params, ImmutableMultiDict(sent))) == Params()


class Hand(BaseModel):
    wide: int = Field(0, ge=0, le=1000, json_schema_extra={"slider": {"max": 100, "step": 5}})
    narrow: float = Field(0.5, gt=0, le=1, json_schema_extra={"slider": {"step": 0.1}})


def test_a_slider_has_the_bounds_of_its_field_where_it_says_no_narrower_ones() -> None:
    wide, narrow = form.fields(Hand, {})
    assert (wide.slider, narrow.slider) == ({"min": 0, "max": 100, "step": 5}, {"min": 0, "max": 1, "step": 0.1})
    drawn = str(environment().get_template("components/lab_fields.html").module.lab_field(wide))  # type: ignore[attr-defined]
    assert re.search(r'type="range" min="0" max="100" step="5"', drawn), drawn
    assert re.search(r'type="number" id="guess-wide" name="wide" min="0" max="1000" step="5"', drawn), drawn


def test_the_bounds_of_the_sampling_form_are_those_of_its_parameters() -> None:
    asked = PageRequest([], {}, ModelInfo(slug="x", name="X", kind="scripted"))
    drawn = lab_pages()["sampling"].form(asked)
    own: Any = lab_pages()["sampling"].own(asked, drawn)
    plain = {field.name: field.bounds for field in form.fields(instruments()["sampling"].Params, {})}
    told = {name: field.bounds for name, field in drawn.by_name.items()}
    assert told["step_tokens"] == told["max_tokens"] == plain["max_tokens"]
    assert {name: told[name] for name in ("samples", "system", "prefix", "pattern")} == {
        name: plain[name] for name in ("samples", "system", "prefix", "pattern")
    }
    sliders = {field.name: field.bounds for field in own.sliders}
    assert {name: sliders[name] for name in ("top_p", "top_k", "min_p")} == {name: plain[name] for name in ("top_p", "top_k", "min_p")}
    assert told["step_temperature"] == sliders["temperature"]


def test_what_was_typed_wrongly_is_kept() -> None:
    typed = form.typed(Params, ImmutableMultiDict([("samples", "many"), ("parts", "p"), ("parts", "q")]))
    drawn = {field.name: field.value for field in form.fields(Params, typed)}
    assert (drawn["samples"], drawn["parts"], drawn["loud"]) == ("many", ["p", "q"], "")


@pytest.mark.parametrize("name", instruments())
def test_any_instrument_has_a_form_and_a_line_of_conditions(name: str) -> None:
    lab = instruments()[name]
    drawn = lab_pages()[name].form(PageRequest([], {"prompt": "<b>"}, ModelInfo(slug="x", name="X", kind="scripted")))
    assert drawn.fields and drawn.tries is not None
    assert all(isinstance(one, str) for one in lab_pages()[name].conditions(lab.Params()))
    for field in form.fields(lab.Params, {"prompt": "<b>"}):
        assert "<b>" not in str(environment().get_template("components/lab_fields.html").module.lab_field(field))  # type: ignore[attr-defined]


async def test_the_button_says_what_would_run(web: Web) -> None:
    plan = await web.client.post("/labs/sampling/plan", data={"parts": "again", "temperatures": "0 1", "samples": "3"})
    assert plan.json()["says"].startswith("Run 6 calls, about ")
    refused = await web.client.post("/labs/sampling/plan", data={"parts": "again", "samples": "0"})
    assert refused.status_code == 422 and refused.json()["fix"]


async def test_a_file_stands_in_for_its_field(web: Web) -> None:
    files = {"prompt.file": ("a.txt", b"\xef\xbb\xbfHola\r\nMundo")}
    started = await web.client.post("/labs/sampling", data={"parts": "write", "prompt": "typed"}, files=files)
    assert started.status_code == 303
    run_id = httpx2.URL(started.headers["location"]).params["run"]
    assert (await web.client.get(f"/labs/sampling?run={run_id}")).text.count("Hola\nMundo") > 0


GOOD = ("a.docx", docx(paragraph("Rules", "Heading1") + paragraph("Be kind. شحن 🚚")))
PAGE = ("b.pdf", pdf(["Café"]))
HARMFUL = ("c.pdf", b"MZ\x90\0")


async def test_files_are_added_to_the_text_of_their_field(web: Web) -> None:
    files = [("prompt.files", GOOD), ("prompt.files", PAGE)]
    started = await web.client.post("/labs/sampling", data={"parts": "write", "prompt": "Pasted.\n"}, files=files)
    assert started.status_code == 303
    run_id = httpx2.URL(started.headers["location"]).params["run"]
    shown = (await web.client.get(f"/labs/sampling?run={run_id}")).text
    assert "Pasted.\n\n=== a.docx ===\n\n# Rules\n\nBe kind. شحن 🚚\n\n=== b.pdf ===\n\nCafé</textarea>" in shown


async def test_what_could_be_read_stays_in_the_form_when_another_file_is_refused(web: Web) -> None:
    files = [("prompt.files", HARMFUL), ("prompt.files", PAGE)]
    answer = await web.client.post("/labs/sampling", data={"parts": "write"}, files=files, headers={"Accept": "text/html"})
    assert answer.status_code == 422
    assert "“c.pdf” is a program, whatever its name says." in answer.text
    assert "=== b.pdf ===\n\nCafé</textarea>" in answer.text
    many = await web.client.post("/labs/sampling", files=[("prompt.files", (f"{n}.txt", b"a")) for n in range(500)])
    assert many.json()["message"] == "500 files at once are too many; 50 are read."


async def test_each_document_of_a_zip_is_a_block_of_its_own(web: Web) -> None:
    packed = zipped({"a.txt": b"One.", "b.png": b"\x89PNG", "c/d.csv": b"x;y\n1;2\n"})
    told = (await web.client.post("/labs/embeddings/read", files={"file": ("all.zip", packed)})).json()
    assert told["text"] == "=== all.zip: a.txt ===\n\nOne.\n\n=== all.zip: c/d.csv ===\n\nx: 1\ny: 2"
    assert told["says"].startswith("all.zip: 2 documents. Not read: “b.png” is a picture. all.zip: a.txt: 1 word.")


async def test_one_file_is_read_for_a_script(web: Web) -> None:
    told = (await web.client.post("/labs/embeddings/read", files={"file": GOOD})).json()
    assert told == {"text": "=== a.docx ===\n\n# Rules\n\nBe kind. شحن 🚚", "says": "a.docx: 4 words."}
    refused = await web.client.post("/labs/embeddings/read", files={"file": HARMFUL})
    assert refused.status_code == 422 and refused.json()["fix"].endswith("plain text.")
    large = await web.client.post("/labs/embeddings/read", files={"file": ("big.txt", bytes(50_000_000))})
    assert large.status_code == 413 and large.json()["fix"] == "Choose a smaller file, or send less at a time."
    nowhere = await web.client.post("/labs/nowhere/read", files={"file": GOOD})
    assert nowhere.status_code == 404


async def test_a_file_is_not_read_on_when_its_page_is_gone(web: Web) -> None:
    before = set(readers())

    class Gone(Request):
        async def is_disconnected(self) -> bool:
            return bool(set(readers()) - before)

    slow = UploadFile(io.BytesIO(b"<html>" + b"<li>x" * 100_000), filename="slow.html")
    with pytest.raises(BadInput, match="is gone"):
        await read_file(Gone({"type": "http"}), "embeddings", slow)
    assert set(readers()) <= before


async def test_a_million_letters_of_any_script_are_taken(web: Web) -> None:
    sent = {"parts": "search", "documents": "Titre\n" + "م" * 900_000, "questions": "ما؟ | 1"}
    plan = await web.client.post("/labs/embeddings/plan", data=sent, files={"questions.file": ("", b"")})
    assert plan.status_code == 200, plan.text


@pytest.mark.parametrize(("name", "binary"), [("a.pdf", b"%PDF-1.7 \xff\xfe"), ("a.txt", b"\x89PNG\0"), ("a.xlsx", b"PK\x03\x04\xff\xfe")])
async def test_a_file_that_cannot_be_read_is_refused_with_a_sentence(web: Web, name: str, binary: bytes) -> None:
    refused = await web.client.post("/labs/sampling", data={"parts": "write"}, files={"prompt.file": (name, binary)})
    assert refused.status_code == 422
    assert refused.json()["message"].startswith(f"“{name}” ") and refused.json()["fix"]


async def test_a_document_stands_in_for_its_field(web: Web) -> None:
    started = await web.client.post("/labs/sampling", data={"parts": "write", "prompt": "typed"}, files={"prompt.file": PAGE})
    assert started.status_code == 303
    run_id = httpx2.URL(started.headers["location"]).params["run"]
    assert "Café</textarea>" in (await web.client.get(f"/labs/sampling?run={run_id}")).text


LABELLED = [("text", "label"), *((f"Where is parcel {n}; and when?", ("lost", "late")[n % 2]) for n in range(12))]


@pytest.mark.parametrize("field", [("cost", "data"), ("metrics", "data")])
async def test_a_workbook_stands_in_for_a_table(web: Web, field: tuple[str, str]) -> None:
    made, book = io.BytesIO(), Workbook()
    for row in LABELLED:
        book.active.append(row)
    book.save(made)
    lab, name = field
    sent = {"parts": "confusion", "strategies": "few", "examples": "1", "positive": "lost"}
    plan = await web.client.post(f"/labs/{lab}/plan", data=sent, files={f"{name}.file": ("cases.xlsx", made.getvalue())})
    assert plan.status_code == 200, plan.text
    latin = "text;label\n" + "".join(f"Où est {text};{label}\n" for text, label in LABELLED[1:]).replace("; and", ", and")
    plan = await web.client.post(f"/labs/{lab}/plan", data=sent, files={f"{name}.file": ("cases.csv", latin.encode("latin-1"))})
    assert plan.status_code == 200, plan.text


@pytest.mark.parametrize("name", found().labs)
def test_every_field_that_takes_a_text_of_any_length_takes_a_file(name: str) -> None:
    """A box that holds a document, 60,000 letters and more, is never without a way to give it one."""
    drawn = form.fields(instruments()[name].Params, {})
    long = {one.name for one in drawn if int(one.bounds.get("data-longest", 0)) >= 60_000 and one.kind not in ("document", "documents")}
    assert long <= {"system", "history"}, "instructions and a chat are typed"


@pytest.mark.parametrize(("lab", "asked"), [("prompting", "guardrail"), ("latency", "prompt,load")])
async def test_an_address_fills_the_form(web: Web, lab: str, asked: str) -> None:
    page = (await web.client.get(f"/labs/{lab}?parts={asked}")).text
    assert ",".join(re.findall(r'name="parts"\s+value="(\w+)"[^>]*\schecked', page)) == asked


@pytest.mark.long
@pytest.mark.parametrize("lab", sorted(instruments()))
async def test_a_text_that_is_too_long_is_refused_by_its_title_in_every_field_of_every_lab(web: Web, lab: str) -> None:
    for name, field in instruments()[lab].Params.model_fields.items():
        most = next((rule.max_length for rule in field.metadata if getattr(rule, "max_length", None)), 0)
        if not most or form.kind(field) not in ("line", "area", "document", "documents"):
            continue
        with pytest.raises(BadInput) as told:
            check_params(lab, {name: "x" * (most + 1)})
        assert told.value.message.startswith(f"“{field.title or name}” cannot be used: "), told.value.message
        assert f"it has {most + 1:,} characters, and at most {most:,} fit" in told.value.message, name
    assert "maxlength" not in (await web.get(f"/labs/{lab}")).text, "a browser would cut what is pasted"


def test_no_template_lets_a_browser_cut_what_is_pasted() -> None:
    templates = [*(ROOT / "fluencylab").rglob("*.html")]
    assert templates and [file.name for file in templates if "maxlength" in file.read_text(encoding="utf-8")] == []


OWN_SCORES = "text,label,score\na parcel never came,complaint,0.9\nwhere is it,question,0.4\nit broke,complaint,0.7\nthanks,question,0.1\n"


async def test_where_no_model_is_asked_neither_the_button_nor_the_conditions_name_one(web: Web) -> None:
    given = {"parts": "confusion", "data": OWN_SCORES, "positive": "complaint"}
    plan = (await web.client.post("/labs/metrics/plan", data=given)).json()
    assert plan == {"says": "Work it out, about 1 s", "hint": "on this machine; no model is asked"}
    asked = (await web.client.post("/labs/metrics/plan", data={"parts": "confusion"})).json()
    assert asked["says"].startswith("Run 41 calls") and asked["hint"] == ""
    counted: dict[str, Any] = {"parts": ("languages",)}
    assert lab_context.plan("context", counted).startswith("Run 1 step, ") and "it is not asked" in lab_context.plan_hint(
        "context", counted
    )
    card = {"slug": "small", "name": "Small", "kind": "embedded", "sha256": "0" * 64}
    params = check_params("metrics", {**given, "parts": ("confusion",)}).model_dump(mode="json")
    run = Run(id="r", learner_id="you", instrument="metrics", params=params, status="done", card=card, planned=1)
    assert "no model was asked" in sheet(run, []).conditions and "Small" not in sheet(run, []).conditions
    assert "temperature" not in sheet(run, []).conditions
    spoken = Run(id="r", learner_id="you", instrument="metrics", params={"parts": ["confusion"]}, status="done", card=card, planned=1)
    assert "Small" in sheet(spoken, []).conditions


@pytest.mark.parametrize("lab", sorted(instruments()))
def test_every_lab_says_of_its_own_settings_whether_a_model_is_asked(lab: str) -> None:
    params = instruments()[lab].Params()
    own = hasattr(instruments()[lab], "subject")
    assert asks(instruments()[lab], params) == ("nothing" if own else "model")


async def test_own_examples_without_the_packages_for_training_are_refused_and_are_no_fault_of_the_program(
    web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fluencylab.models.training.installed", lambda: False)
    examples = "\n".join(f"What is item {i}? | It is {i}." for i in range(12))
    for path in ("/labs/finetuning", "/labs/finetuning/plan"):
        told = await web.client.post(path, data={"parts": "train", "examples": examples}, headers={"Accept": "text/html"})
        assert told.status_code == 503 and "Fine-tuning needs packages that are not installed here." in told.text


async def test_how_long_a_whole_run_took_is_named_as_that_beside_the_times_of_its_calls(web: Web) -> None:
    run = await web.run(instrument="latency", params={"parts": ["call"], "max_tokens": 8})
    head = (await web.get(f"/labs/latency?run={run}")).text.split("What was measured</h2>")[1].split("</div>")[0]
    assert "the whole run took" in head

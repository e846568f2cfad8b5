"""The sampling instrument on a model that says what it is told."""

import asyncio
import math

import pytest
from pydantic import ValidationError

from fluencylab.charts import drawing_of
from fluencylab.errors import BadInput, LabError
from fluencylab.instruments.base import Result, Step
from fluencylab.labs.sampling import instrument as sampling
from fluencylab.labs.sampling import page_parts
from fluencylab.labs.sampling.instrument import Params
from fluencylab.models.client import Client
from fluencylab.models.scripted import ABILITIES, Scripted
from fluencylab.models.types import Alternative, ModelInfo, Request, Token

ALTERNATIVES = (Alternative("Sun", math.log(0.5)), Alternative("Moon", math.log(0.25)), Alternative("C", math.log(0.25)))
FIRST = Token("Sun", math.log(0.5), ALTERNATIVES)


async def steps(model: Scripted | Client, params: Params) -> list[Step]:
    return [step async for step in sampling.run(model, params)]


async def result(model: Scripted, **params: object) -> Result:
    return sampling.conclude(await steps(model, Params.model_validate(params)))


def by_temperature(request: Request, repetition: int) -> str:
    return "The Cozy Corner" if request.temperature == 0 else f"Name {request.seed}"


async def test_the_same_prompt_gives_one_answer_at_zero_and_many_above() -> None:
    facts = (await result(Scripted(by_temperature), parts=["again"], temperatures=[0, 0.7], samples=12)).facts()
    assert (facts["distinct@0"], facts["distinct@0.7"]) == (1, 12)
    assert facts["top_share@0"] == 1
    assert facts["top_share@0.7"] == pytest.approx(1 / 12)
    assert facts["tokens@0"] == 3


async def test_every_fact_that_is_promised_is_measured() -> None:
    params = Params(parts=("next", "again"), temperatures=(0, 1.5), samples=3, pattern="json")
    model = Scripted(lambda request, repetition: [FIRST] if request.top_logprobs else '{"a": 1}')
    observed = await steps(model, params)
    assert set(sampling.conclude(observed).facts()) == set(sampling.fact_names(params))
    assert len(model.calls) == sampling.calls(params) == len(observed)


async def test_entropy_is_of_the_first_token() -> None:
    facts = (await result(Scripted([[FIRST]]), parts=["next"])).facts()
    assert facts["entropy"] == pytest.approx(1.5, abs=1e-4)
    assert facts["p_top1"] == pytest.approx(0.5, abs=1e-4)


async def test_the_first_token_is_asked_for_without_any_setting() -> None:
    model = Scripted([[FIRST]])
    await steps(model, Params(parts=("next",), top_p=0.5, top_k=3, min_p=0.1))
    asked = model.calls[0][0]
    assert (asked.top_p, asked.top_k, asked.min_p, asked.max_tokens) == (1.0, 0, 0.0, 1)
    assert asked.top_logprobs >= 49_152


async def test_each_answer_has_a_seed_of_its_own() -> None:
    model = Scripted(by_temperature)
    observed = await steps(model, Params(parts=("again",), temperatures=(1.0,), samples=4, seed=7))
    assert sorted(request.seed for request, _ in model.calls) == [7, 8, 9, 10]
    assert sorted(step.data["seed"] for step in observed) == [7, 8, 9, 10]


async def test_a_written_answer_keeps_what_else_it_could_have_been() -> None:
    (step,) = await steps(Scripted([[FIRST, Token("rise")]]), Params(parts=("write",), temperatures=(0.8,)))
    first, second = step.data["tokens"]
    assert [text for text, _ in first["alternatives"]] == ["Sun", "Moon", "C"]
    assert second == {"text": "rise", "logprob": None, "alternatives": []}


async def test_a_character_in_pieces_says_that_it_is_not_whole() -> None:
    (step,) = await steps(Scripted([[Token("🌍", -0.1, FIRST.alternatives, whole=False)]]), Params(parts=("write",)))
    assert step.data["tokens"][0]["whole"] is False


async def test_a_branch_goes_on_from_the_words_before_it() -> None:
    model = Scripted(["light"])
    await steps(model, Params(parts=("write",), prefix="Moon"))
    assert [message.role for message in model.calls[0][0].messages] == ["user", "assistant"]
    assert model.calls[0][0].messages[-1].content == "Moon"


async def test_a_model_without_probabilities_says_so() -> None:
    mute = ModelInfo(slug="mute", name="Mute", kind="scripted", abilities=ABILITIES.model_copy(update={"logprobs": False}))
    with pytest.raises(LabError, match="Mute does not give the probabilities"):
        await steps(Scripted(["x"], card=mute), Params(parts=("next",)))
    (step,) = await steps(Scripted(["a b"], card=mute), Params(parts=("write",)))
    assert len(step.data["tokens"]) == 2


async def test_a_failing_call_ends_the_others() -> None:
    def answer(request: Request, repetition: int) -> str:
        if request.seed == 3:
            raise BadInput("The model refused.", "Shorten it.")
        return "yes"

    model = Scripted(answer, delay=0.01)
    with pytest.raises(BadInput):
        await steps(model, Params(parts=("again",), temperatures=(1.0,), samples=6))
    assert len(asyncio.all_tasks()) == 1


async def test_a_stopped_run_leaves_no_call_behind() -> None:
    model = Scripted(by_temperature, delay=0.01)
    watched = sampling.run(model, Params(parts=("again",), temperatures=(1.0,), samples=10))
    await anext(watched)
    await watched.aclose()
    assert len(asyncio.all_tasks()) == 1


@pytest.mark.parametrize(
    ("text", "pattern", "valid"),
    [
        ('{"a": 1}', "json", True),
        ("[1, 2]", "json", True),
        ("3", "json", False),
        ('{"a": 1', "json", False),
        ("Sure! {}", "json", False),
        ("[" * 3000, "json", False),
        ("[" * 100_000 + "]" * 100_000, "json", False),
        ("It is PARIS.", "paris", True),
        ("Lyon", "paris|rome", False),
        ("anything", "", None),
    ],
)
def test_what_counts_as_valid(text: str, pattern: str, valid: bool | None) -> None:
    assert sampling.is_valid(text, pattern) is valid


@pytest.mark.parametrize("wrong", [{"temperatures": [2.5]}, {"temperatures": []}, {"pattern": "["}, {"samples": 0}, {"prompt": ""}])
def test_parameters_that_make_no_sense_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Params.model_validate(wrong)


async def test_the_charts_say_what_they_show() -> None:
    found = await result(Scripted(by_temperature), parts=["again"], temperatures=[0, 0.7], samples=12, pattern="name")
    valid, different, commonest = drawing_of("sampling").charts(found)
    assert different.sentence == "At temperature 0 all 12 answers were the same; at 0.7 all 12 answers differed."
    assert commonest.sentence == "The commonest answer came 12 of 12 times at temperature 0, 1 of 12 times at 0.7."
    assert valid.sentence == "The answer was valid 0 of 12 times at temperature 0, 12 of 12 times at 0.7."
    assert [layer["name"] for layer in different.spec["layer"]] == ["interval", "measured"]
    assert different.table.rows[1][:2] == ["0.7", "12 of 12"]


SCRIPTS = {
    "Hindi": "कॉफ़ी की दुकान के लिए एक नाम सुझाएँ। हिंदी में उत्तर दें।",
    "Arabic": "اقترح اسمًا واحدًا لمقهى. أجب بالعربية.",
    "Chinese": "请给咖啡店起一个名字。用中文回答。",
    "Japanese": "カフェの名前を一つ提案してください。",
    "Korean": "카페 이름을 하나 추천해 주세요.",
    "Thai": "ช่วยตั้งชื่อร้านกาแฟหนึ่งชื่อ",
    "Tamil": "ஒரு காபி கடைக்கு ஒரு பெயரைப் பரிந்துரைக்கவும்.",
    "Amharic": "ለቡና ቤት አንድ ስም ጠቁም።",
    "Georgian": "მირჩიე კაფის ერთი სახელი.",
    "emoji": "🎉🎉🎉🎉",
}


@pytest.mark.parametrize("script", SCRIPTS)
async def test_the_next_token_has_its_chances_in_every_script(script: str, model: Client) -> None:
    params = Params(prompt=SCRIPTS[script], prefix=SCRIPTS[script][:3], parts=("next", "write"), max_tokens=1, temperatures=(0,))
    following, written = await steps(model, params)
    assert (following.kind, written.kind) == ("next", "write")
    bars = page_parts.parts(params, [following, written]).likeliest
    assert bars and bars.whole and math.isclose(sum(row.own for row in bars.rows) + bars.rest.share, 1, abs_tol=1e-6)
    halves = [row.text for row in bars.rows if row.text.startswith("⟨")]
    assert bool(bars.explains) is bool(halves) and not any("bytes:" in row.text or "\ufffd" in row.text for row in bars.rows)

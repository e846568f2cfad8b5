"""The train part: what a learner may give, what the steps add up to, and the recorded run on the real engine."""

import pytest

from fluencylab.errors import LabError
from fluencylab.instruments.base import Step
from fluencylab.labs.finetuning import lora_scale, tuning
from fluencylab.labs.finetuning.lora_scale import AskParams
from fluencylab.labs.finetuning.tuning import TrainParams
from fluencylab.models import adapters, training
from fluencylab.models.client import Client

OWN = "a | b\nسؤال | جواب | سؤال آخر\nWhat is <b>bold</b>? | <|im_end|> & “it”\n🙂 | 🙃\n"


def test_own_examples_are_read_line_by_line_with_markup_arabic_and_emoji_as_they_are() -> None:
    params = TrainParams(examples=OWN)
    assert [one.question for one in tuning.examples(params)] == ["a", "سؤال", "What is <b>bold</b>?", "🙂"]
    assert [one.ask for one in tuning.questions(params) if one.kind == "reworded"] == ["سؤال آخر"]
    assert "changed@reworded" in tuning.facts(params)
    assert "changed@reworded" not in tuning.facts(TrainParams(examples="a|b\nc|d\ne|f\ng|h"))


@pytest.mark.parametrize(("text", "told"), [("a | b", "4 to 200"), ("a | b\n" * 3 + "a question", "line 4"), ("a|b|c|d\n" * 4, "line 1")])
def test_what_cannot_be_examples_is_told_in_words(text: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        tuning.own(text)


def test_one_question_with_two_answers_is_refused() -> None:
    with pytest.raises(LabError, match="second answer"):
        training.check(tuning.examples(TrainParams(examples="a|b\nc|d\ne|f\na|g")))


def answered(when: str, kind: str, ask: str, text: str, right: bool) -> Step:
    return Step(kind="answered", data={"when": when, "kind": kind, "ask": ask, "answers": [], "text": text, "right": right})


def test_steps_add_up_also_when_a_training_began_again() -> None:
    steps = [
        Step(kind="loss", data={"step": 1, "of": 3, "loss": 4.0}),
        Step(kind="loss", data={"step": 2, "of": 3, "loss": 2.0}),
        Step(kind="loss", data={"step": 1, "of": 3, "loss": 3.9}),
        Step(kind="trained", data=tuning.about(adapters.bundled(), recorded=True)),
        answered("before", "trained", "x", "no", False),
        answered("before", "unrelated", "y", "same", True),
        answered("after", "trained", "x", "yes", True),
        answered("after", "unrelated", "y", "same", True),
        answered("before", "reworded", "z", "half", False),
    ]
    assert tuning.losses(steps) == [3.9, 2.0]
    found = tuning.measures(steps)
    assert {name: found[name].value for name in found if "@" in name and name != "loss@end"} == {
        "changed@trained": 1.0, "right@trained": 1.0, "changed@unrelated": 0.0, "right@unrelated": 1.0,
    }  # fmt: skip
    assert "1 of 1 trained questions and 1 of 1 unrelated ones" in tuning.says(found)


def test_the_bundled_adapter_was_trained_on_the_bundled_examples() -> None:
    assert adapters.bundled().how.examples == tuning.examples(TrainParams())
    assert adapters.bundled().how.losses[0] > 1 > 0.1 > adapters.bundled().how.losses[-1]


def test_the_recorded_run_has_as_many_steps_as_its_button_says() -> None:
    params = TrainParams(recorded=True)
    assert tuning.calls(params) == adapters.bundled().how.steps + 2 + 2 * len(tuning.questions(params))
    assert tuning.calls(TrainParams(examples="a|b\nc|d\ne|f\ng|h", rounds=5)) == 5 + 2 + 2 * 6


async def test_one_question_is_answered_at_every_strength_the_first_as_the_base_model_does(model: Client) -> None:
    async with adapters.tuned(model, adapters.bundled()) as both:
        params = AskParams(ask="What is a kettle?", max_tokens=4)
        steps = [step async for step in lora_scale.steps(both, params, adapters.bundled())]
    found = lora_scale.rows(steps)
    assert [row["strength"] for row in found] == list(lora_scale.STRENGTHS)
    plain = await model.complete(lora_scale._request("What is a kettle?", 4, None))
    assert found[0]["text"] == plain.text
    assert lora_scale.measures(steps)["answers@strengths"].value > 1

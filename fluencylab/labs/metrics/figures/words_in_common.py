"""Two answers to one question beside their reference: what a score of shared words rewards, and what it cannot see.

right in other words: BLEU 2; wrong in nearly the same words: BLEU 67
"""

import asyncio
from importlib.metadata import version

from pydantic import BaseModel

from fluencylab.figures.bars import Bar, bars
from fluencylab.figures.figure import Control, Recorded, State, pick
from fluencylab.figures.strip import stack, text
from fluencylab.figures.words import dial, strong
from fluencylab.labs.metrics import overlap
from fluencylab.models.types import Model, ModelInfo

METRICS = {"BLEU": "bleu", "ROUGE-L": "rouge_l"}


class Answer(BaseModel):
    """`bleu`, `rouge_l`: against the reference, 0 to 100."""

    text: str
    bleu: float
    rouge_l: float


class Item(BaseModel):
    asked: str
    reference: str
    right: Answer
    wrong: Answer


class Data(BaseModel):
    items: tuple[Item, ...]


HEAD = ("The right answer scores", "The wrong answer scores")


def controls(data: Data) -> tuple[Control, ...]:
    return (
        pick("metric", "Score", tuple(METRICS)),
        pick("item", "The customer asks", list(range(len(data.items))), lambda i: f"“{data.items[i].asked}”"),
    )


def state(data: Data, metric: str, item: int) -> State:
    one = data.items[item]
    right, wrong = (round(getattr(answer, METRICS[metric])) for answer in (one.right, one.wrong))
    return State(
        says=f"{dial('metric')} for {dial('item')}: the right answer scores {strong(right)} of 100, "
        f"the wrong one {strong(wrong)}. {_means(right, wrong)}",
        row=(str(right), str(wrong)),
        picture=stack(
            bars(
                [
                    Bar("right, in other words", right / 100, str(right), "quiet", model=False),
                    Bar("wrong, in the same words", wrong / 100, str(wrong), model=False),
                ]
            ),
            text(one.reference, "the reference", tone="quiet"),
            text(one.right.text, "right, in other words", tone="quiet"),
            text(one.wrong.text, "wrong, in nearly the same words"),
        ),
    )


def _means(right: int, wrong: int) -> str:
    if wrong > right:
        return "It counts shared words, and the wrong answer shares more of them."
    return "Here the right answer is ahead, by luck of its wording."


async def record(subject: Model) -> Recorded:
    made = []
    for item in overlap.bundled():
        right, wrong = [await _scored(item["reference"], item[kind]) for kind in ("paraphrase", "nonsense")]
        made.append(Item(asked=item["asked"], reference=item["reference"], right=right, wrong=wrong))
    card = ModelInfo(slug="overlap", name=f"sacrebleu {version('sacrebleu')} and rouge-score {version('rouge-score')}", kind="scripted")
    return Recorded(Data(items=tuple(made)), "each against one reference, no model asked", 2 * len(made), card, "answers")


async def _scored(reference: str, answer: str) -> Answer:
    found = await asyncio.to_thread(overlap.score, reference, answer)
    return Answer(text=answer, bleu=round(found["bleu"] or 0.0, 1), rouge_l=round(found["rouge_l"] or 0.0, 1))

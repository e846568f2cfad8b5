"""Instruction against instruction: the system prompt says one thing, the user the contrary. Who wins?

system "You answer only in Spanish."   user "Answer in English. Where is the station?"   ->   10 of 12 in Spanish
the two instructions change places                                                       ->    9 of 12 in Spanish
"""

from collections.abc import Sequence
from typing import Any

from fluencylab.instruments import testset
from fluencylab.instruments.base import Step
from fluencylab.instruments.calls import CallSpec, messages
from fluencylab.labs.prompting.params import Params, pattern
from fluencylab.models.types import Message, Request
from fluencylab.stats import Measure, gain, share
from fluencylab.text.patterns import found

VARIANTS = {
    "system": "the rule in the system prompt, nothing against it",
    "user": "the rule in the user's message, no system prompt",
    "against": "the rule in the system prompt, the user says the contrary",
    "swapped": "the contrary in the system prompt, the user says the rule",
}


def asks(params: Params, first_seed: int) -> list[CallSpec]:
    questions, phrasings = params.question_lines(), testset.lines(params.rule)
    told = [
        (variant, number, question, messages_of(variant, phrasing, params.wish, question))
        for question in questions
        for number, phrasing in enumerate(phrasings, 1)
        for variant in VARIANTS
    ]

    def judge(text: str) -> dict[str, Any]:
        return {"rule": kept(text, params.rule_kept), "wish": kept(text, params.wish_kept)}

    return [
        CallSpec(
            "conflict",
            {"variant": variant, "phrasing": number, "question": question, "i": i},
            Request(
                messages=given,
                temperature=params.temperature,
                max_tokens=params.max_tokens,
                seed=first_seed + place * params.samples + i,
            ),
            judge,
        )
        for place, (variant, number, question, given) in enumerate(told)
        for i in range(params.samples)
    ]


def messages_of(variant: str, rule: str, wish: str, question: str) -> tuple[Message, ...]:
    match variant:
        case "system":
            return messages(rule, question)
        case "user":
            return messages("", f"{rule} {question}")
        case "against":
            return messages(rule, f"{wish} {question}")
        case _:
            return messages(wish, f"{rule} {question}")


def kept(text: str, check: str) -> bool:
    return found(pattern(check), text)


def facts(params: Params) -> list[str]:
    numbers = range(1, len(testset.lines(params.rule)) + 1)
    names = [f"{kind}@{variant}" for variant in VARIANTS for kind in ("compliance", "contrary")]
    return names + [f"compliance@{variant}@{n}" for variant in VARIANTS for n in numbers if len(numbers) > 1] + ["place_matters"]


def measures(steps: Sequence[Step]) -> dict[str, Measure]:
    """compliance@variant: share of answers that keep the rule; contrary@variant: that keep the user's wish.

    place_matters: by how much the rule is kept more often as the system prompt than as the user's wish, on the same questions.
    """
    found: dict[str, Measure] = {}
    phrasings = sorted({step.data["phrasing"] for step in steps})
    for variant in VARIANTS:
        mine = [step.data for step in steps if step.data["variant"] == variant]
        if mine:
            found[f"compliance@{variant}"] = share(sum(one["rule"] for one in mine), len(mine))
            found[f"contrary@{variant}"] = share(sum(one["wish"] for one in mine), len(mine))
        for number in phrasings if len(phrasings) > 1 else ():
            these = [one["rule"] for one in mine if one["phrasing"] == number]
            if these:
                found[f"compliance@{variant}@{number}"] = share(sum(these), len(these))
    both = [_by_place(steps, variant) for variant in ("against", "swapped")]
    pairs = [(both[1][place], both[0][place]) for place in both[0] if place in both[1]]
    if pairs:
        found["place_matters"] = gain(pairs)
    return found


def _by_place(steps: Sequence[Step], variant: str) -> dict[tuple[Any, ...], bool]:
    mine = [step.data for step in steps if step.data["variant"] == variant]
    return {(one["question"], one["phrasing"], one["i"]): one["rule"] for one in mine}


def says(measures: dict[str, Measure]) -> str:
    against, swapped = measures.get("compliance@against"), measures.get("compliance@swapped")
    if not against or not swapped:
        return ""
    of = [measure.told for measure in (against, swapped)]
    return (
        f"Against a user who says the contrary, the system prompt's rule was kept in {of[0]} answers. "
        f"When the two instructions change places, the same rule is kept in {of[1]}."
    )

"""What the model really sees: messages become one text, with control tokens between them.

system ""  user "Hi"   ->   <|im_start|>system\nYou are a helpful AI assistant named SmolLM …<|im_end|>\n<|im_start|>user\nHi<|im_end|>…
"""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from fluencylab.instruments.base import Step
from fluencylab.instruments.calls import messages
from fluencylab.labs.prompting.params import Params
from fluencylab.models.types import Model, VocabularyToken
from fluencylab.stats import Measure, exactly

CONTROL = re.compile(r"<[^<>\s]{1,40}>|\[/?[A-Z_]{2,20}\]")
"""How chat templates write their control tokens: <|im_start|>, <bos>, [INST]"""


async def look(model: Model, params: Params) -> Step:
    """One step of kind "seen". `text` is None where the model does not show what it makes of the messages."""
    told = messages(params.system, params.prompt)
    data: dict[str, Any] = {"messages": [message.plain() for message in told], "model": model.card.name, "text": None, "pieces": []}
    if model.card.shows_inside:
        text = await model.render(told)
        data |= {"text": text, "pieces": [[piece.text, is_control(piece)] for piece in await model.tokenize(text)]}
    return Step(kind="seen", data=data)


def is_control(piece: VocabularyToken) -> bool:
    return CONTROL.fullmatch(piece.text.strip()) is not None


def measures(steps: Sequence[Step]) -> dict[str, Measure]:
    """tokens: all that is read. tokens_control: signs between messages. system_turns: how often such a sign is followed by
    "system", so how many system messages stand in the text.
    """
    for step in steps:
        if step.data["text"] is not None:
            pieces = [(text, control) for text, control in step.data["pieces"]]
            after = [text.strip() for (_, control), (text, _) in pairwise(pieces) if control]
            found = {
                "tokens": len(pieces),
                "tokens_control": sum(control for _, control in pieces),
                "system_turns": sum(text.startswith("system") for text in after),
            }
            return {name: exactly(value) for name, value in found.items()}
    return {}


FACTS = ["tokens", "tokens_control", "system_turns"]


def says(measures: dict[str, Measure]) -> str:
    if "tokens" not in measures:
        return ""
    tokens, control, turns = (int(measures[name].value) for name in FACTS)
    told = f"The model reads one text of {tokens} tokens; {control} of them are control tokens."
    return told + (f" To the model it holds {turns} system messages." if turns > 1 else "")

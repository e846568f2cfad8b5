"""A chat as the model reads it: one text, with control tokens between the voices. Without a system prompt, the template writes its own.

system ""  user "Do you open on Sunday?"   ->   <|im_start|>system\nYou are a helpful AI assistant named SmolLM …
"""

from pydantic import BaseModel

from fluencylab.figures.figure import Control, Recorded, State, switch
from fluencylab.figures.strip import Piece, strip
from fluencylab.figures.words import dial, strong
from fluencylab.instruments.calls import messages
from fluencylab.labs.prompting.rendered import is_control
from fluencylab.models.types import Model

SYSTEM = "You answer guests of a small hotel. Be brief."
EARLIER = (("Is breakfast included?", "Yes, from seven to ten."),)
USER = "And on Sunday?"


class Text(BaseModel):
    """`pieces`: token by token, with whether it is a control token."""

    pieces: tuple[tuple[str, bool], ...]


class Data(BaseModel):
    """`texts[system][earlier]`: 0 without it, 1 with it."""

    texts: tuple[tuple[Text, Text], tuple[Text, Text]]


HEAD = ("Tokens", "Of these, control tokens", "Whose system prompt is read")


def controls(data: Data) -> tuple[Control, ...]:
    return (
        switch("system", "Your system prompt", off="without your system prompt", on="with your system prompt", first=True),
        switch("earlier", "An earlier turn", off="no earlier turn", on="an earlier turn"),
    )


def state(data: Data, system: bool, earlier: bool) -> State:
    pieces = data.texts[system][earlier].pieces
    control = sum(is_sign for _, is_sign in pieces)
    row = (str(len(pieces)), str(control), "yours" if system else "one that the template writes")
    picture = strip([Piece(text, "mark" if is_sign else "plain") for text, is_sign in pieces], "what the model reads")
    return State(_says(len(pieces), control, system=system), row, picture)


def _says(tokens: int, control: int, *, system: bool) -> str:
    asked = f"One question, {dial('earlier')}, {dial('system')}: one text of {tokens} tokens"
    if not system:
        return f"{asked}. {strong('It has a system prompt all the same')}: the template wrote one."
    return f"{asked}. {control} of them only say {strong('whose turn it is')}."


async def record(subject: Model) -> Recorded:
    async def text(system: str, turns: tuple[tuple[str, str], ...]) -> Text:
        pieces = await subject.tokenize(await subject.render(messages(system, USER, turns)))
        return Text(pieces=tuple((piece.text, is_control(piece)) for piece in pieces))

    without, with_it = [(await text(system, ()), await text(system, EARLIER)) for system in ("", SYSTEM)]
    return Recorded(Data(texts=(without, with_it)), "written with the model's own chat template, not answered", 4, what="chats")

"""What a chat sends with each turn: all that was said before, once more.

at turn 12 the call is eleven times as long as at turn 1, and of all tokens that were read six in seven were read before
"""

from pydantic import BaseModel

from fluencylab.figures.bars import Bar, bars
from fluencylab.figures.figure import Control, Recorded, State, slide
from fluencylab.figures.words import dial, strong
from fluencylab.instruments.token_window import TokenCounter
from fluencylab.labs.context.params import bundled
from fluencylab.models.types import Message, Model

TURNS = 12


class Data(BaseModel):
    """`sent`: tokens of the call of each turn. `new`: of these, how many no call had before."""

    sent: tuple[int, ...]
    new: tuple[int, ...]


HEAD = ("Tokens of this call", "Tokens of all calls", "Of these, sent before")


def controls(data: Data) -> tuple[Control, ...]:
    return (slide("turn", "Turn", list(range(1, len(data.sent) + 1)), first=len(data.sent) // 2 - 1),)


def state(data: Data, turn: int) -> State:
    longest = max(data.sent)
    rows = [
        Bar(
            f"turn {i}",
            sent / longest if i <= turn else 0.0,
            str(sent) if i <= turn else "",
            "measured" if i == turn else "quiet",
            model=False,
        )
        for i, sent in enumerate(data.sent, start=1)
    ]
    now, total, new = data.sent[turn - 1], sum(data.sent[:turn]), sum(data.new[:turn])
    again = total - new
    return State(_says(turn, now, total, again), (f"{now:,}", f"{total:,}", f"{again:,}"), bars(rows))


def _says(turn: int, now: int, total: int, again: int) -> str:
    if turn == 1:
        return f"Turn {dial('turn')} sends {now} tokens. Nothing of it was sent before."
    share = strong(f"{again / total:.0%}".replace("%", " %"))
    return f"By turn {dial('turn')} the product has sent {total:,} tokens. {share} of them it had sent before, and pays for again."


async def record(subject: Model) -> Recorded:
    counter, texts = TokenCounter(subject), bundled()
    messages, sent, new = [Message(role="system", content=texts["system"])], [], []
    before = 0
    for user, assistant in texts["talk"][:TURNS]:
        messages.append(Message(role="user", content=user))
        total = await counter.total(messages)
        sent.append(total)
        new.append(total - before)
        before = total
        messages.append(Message(role="assistant", content=assistant))
    settings = "each turn's text counted, not answered; a lower price for what is kept from before is left out"
    return Recorded(Data(sent=tuple(sent), new=tuple(new)), settings, TURNS, what="texts")

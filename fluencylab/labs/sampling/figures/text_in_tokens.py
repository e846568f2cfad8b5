"""One notice in several languages, and an order number, cut into the model's tokens, with their count.

“UNABLE” may be three tokens where “unable” is one; a letter of Hindi may be several.
"""

from pydantic import BaseModel

from fluencylab.figures.bars import Bar, bars
from fluencylab.figures.figure import Control, Recorded, State, pick
from fluencylab.figures.strip import Piece, stack, strip
from fluencylab.figures.words import dial, strong
from fluencylab.instruments.token_window import TokenCounter, joined
from fluencylab.models import vocabularies
from fluencylab.models.types import Model

LARGE = "o200k"
TEXTS = {
    "English": "You can return your purchase within 30 days. Please keep the receipt.",
    "German": "Sie können Ihren Einkauf innerhalb von 30 Tagen zurückgeben. Bitte bewahren Sie den Beleg auf.",
    "Swahili": "Unaweza kurudisha bidhaa ndani ya siku 30. Tafadhali hifadhi risiti.",
    "Arabic": "يمكنك إرجاع مشترياتك خلال 30 يومًا. يُرجى الاحتفاظ بالإيصال.",
    "Hindi": "आप 30 दिनों के भीतर अपनी ख़रीद लौटा सकते हैं। कृपया रसीद संभालकर रखें।",
    "an order number": "Order QX-40718-2291-B",
}
RIGHT_TO_LEFT = {"Arabic"}


class Text(BaseModel):
    """`pieces`: its tokens as text; `large`: how many it is in the vocabulary of a large model."""

    name: str
    pieces: tuple[str, ...]
    tokens: int
    words: int
    large: int


class Data(BaseModel):
    texts: tuple[Text, ...]


HEAD = ("Words", "Tokens here", "Tokens in a large vocabulary")


def controls(data: Data) -> tuple[Control, ...]:
    return (pick("text", "The same notice in", [text.name for text in data.texts]),)


def state(data: Data, text: str) -> State:
    now = next(one for one in data.texts if one.name == text)
    longest = max(one.tokens for one in data.texts)
    rows = [
        Bar(f"{one.name}", one.tokens / longest, str(one.tokens), "measured" if one is now else "quiet", model=False) for one in data.texts
    ]
    tokens = strip([Piece(piece) for piece in now.pieces], f"{now.tokens} tokens", direction="rtl" if text in RIGHT_TO_LEFT else "ltr")
    return State(_says(now, data.texts[0]), (str(now.words), str(now.tokens), str(now.large)), stack(tokens, bars(rows)))


def _says(now: Text, english: Text) -> str:
    count = strong(f"{now.tokens} tokens")
    if now.name == "an order number":
        return f"In {dial('text')}, {count} for {now.words} words: such letters and digits come in pieces of one or two."
    if now is english:
        return f"In {dial('text')}, {count} for {now.words} words. A common word is one token, with the space before it."
    times = f"{now.tokens / english.tokens:.1f}"
    return (
        f"In {dial('text')}, the same notice is {count}, {times} times the English: as much more to pay and to wait for. "
        f"A large model's vocabulary cuts it into {now.large}."
    )


async def record(subject: Model) -> Recorded:
    counter = TokenCounter(subject)
    large = await vocabularies.counts(list(TEXTS.values()), LARGE)
    made = []
    for (name, text), more in zip(TEXTS.items(), large, strict=True):
        cut = await counter.cut(text)
        made.append(Text(name=name, pieces=readable(cut.pieces), tokens=cut.tokens, words=len(text.split()), large=more))
    settings = f"cut, not answered; the large vocabulary is {vocabularies.VOCABULARIES[LARGE].title}"
    return Recorded(Data(texts=tuple(made)), settings, len(TEXTS), what="texts")


def readable(pieces: tuple[str, ...]) -> tuple[str, ...]:
    """Tokens that are parts of one character are put together at the last of them; before it stands a dot for each."""
    made: list[str] = []
    broken: list[str] = []
    for piece in pieces:
        if not piece.startswith("bytes:"):
            made, broken = [*made, *broken, piece], []
            continue
        whole = joined([*broken, piece])
        broken.append(piece)
        if whole:
            made, broken = [*made, *("·" for _ in broken[1:]), whole], []
    return tuple("·" if piece.startswith("bytes:") else piece for piece in [*made, *broken])

"""Change one sentence, and see it move among twelve others: which are now its neighbours, and how near.

“The parcel has arrived.” and “The parcel has not arrived.” stay side by side; “The package is here.” goes further away.
"""

from pydantic import BaseModel

from fluencylab.figures.bars import Bar, bars
from fluencylab.figures.figure import Control, Recorded, State, pick
from fluencylab.figures.plane import Point, plane
from fluencylab.figures.strip import stack
from fluencylab.figures.words import dial, model, strong
from fluencylab.labs.embeddings import projection
from fluencylab.labs.embeddings.textmap import fit
from fluencylab.models.embedder import Own, own_card
from fluencylab.models.types import Model

HOME = "The parcel has arrived."
MOVED = (
    HOME,
    "The parcel has not arrived.",
    "The package is here.",
    "My parcel came, but it is broken.",
    "Where is my money?",
    "How do I change my password?",
    "EXP-20-W",
)
OTHERS = (
    "My order was delivered today.",
    "The courier left it with a neighbour.",
    "My delivery is late.",
    "The parcel is lost.",
    "The lamp arrived in pieces.",
    "The screen has a crack.",
    "I want a refund.",
    "The refund has not come.",
    "The invoice is wrong.",
    "I cannot sign in.",
    "Reset my password, please.",
    "Close my account.",
)
NEAR = 3


class Placed(BaseModel):
    """`x`, `y`: 0 to 1. `near`: to each of the others, -1 to 1; `home`: to the sentence it was at first."""

    text: str
    x: float
    y: float
    near: tuple[float, ...] = ()
    home: float = 0.0


class Data(BaseModel):
    others: tuple[Placed, ...]
    moved: tuple[Placed, ...]


HEAD = ("Nearest sentence", "Similarity", "Similarity to the first")


def controls(data: Data) -> tuple[Control, ...]:
    return (pick("sentence", "The sentence", [one.text for one in data.moved], lambda text: f"“{text}”"),)


def state(data: Data, sentence: str) -> State:
    now = next(one for one in data.moved if one.text == sentence)
    order = sorted(range(len(data.others)), key=lambda i: -now.near[i])[:NEAR]
    here = Point(now.x, now.y, now.text, "now")
    points = [Point(one.x, one.y, *((one.text, "near") if i in order else ("", "quiet"))) for i, one in enumerate(data.others)]
    nearest = [Bar(data.others[i].text, max(0.0, now.near[i]), f"{now.near[i]:.2f}", model=False) for i in order]
    return State(
        says=_says(data, now, data.others[order[0]].text, now.near[order[0]]),
        row=(data.others[order[0]].text, f"{now.near[order[0]]:.2f}", f"{now.home:.2f}"),
        picture=stack(plane([*points, here], [(here, points[i]) for i in order]), bars(nearest)),
    )


def _says(data: Data, now: Placed, nearest: str, near: float) -> str:
    said = f"The nearest to {dial('sentence')} is {model(nearest)}, with {strong(f'{near:.2f}')}."
    if now.text == data.moved[0].text:
        return f"{said} Change the sentence, and it moves."
    return f"{said} To {model(data.moved[0].text)} it has {strong(f'{now.home:.2f}')}{_means(now)}."


_MEANT = {
    MOVED[1]: ": one “not” hardly moves it, and turns the meaning round",
    MOVED[2]: ": the same news in other words is further away",
    MOVED[6]: ": a product number is a word it has hardly ever seen",
}


def _means(now: Placed) -> str:
    return _MEANT.get(now.text, "")


async def record(subject: Model) -> Recorded:
    encode = await Own(own_card()).ready([*OTHERS, *MOVED])
    rows = encode([*OTHERS, *MOVED])
    places = fit(projection.pca(rows)[0])
    n = len(OTHERS)
    near = rows @ rows.T
    inside = [(0.06 + 0.88 * x, 0.08 + 0.84 * y) for x, y in places]
    others = tuple(Placed(text=text, x=round(x, 3), y=round(y, 3)) for text, (x, y) in zip(OTHERS, inside, strict=False))
    moved = tuple(
        Placed(
            text=text,
            x=round(inside[n + i][0], 3),
            y=round(inside[n + i][1], 3),
            near=tuple(round(float(one), 3) for one in near[n + i][:n]),
            home=round(float(near[n + i][n]), 3),
        )
        for i, text in enumerate(MOVED)
    )
    settings = "256 dimensions drawn in two, by their widest shadow (PCA); the similarities are those of all 256"
    return Recorded(Data(others=others, moved=moved), settings, len(OTHERS) + len(MOVED), own_card(), "sentences")

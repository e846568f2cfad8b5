"""Choose what is changed in a sentence: is the sentence with another meaning nearer than one that says the same in other words?

another topic: never nearer; a “not”: nearer in 18 of 20
"""

from pydantic import BaseModel

from fluencylab.figures.figure import Control, Recorded, State, pick, slide
from fluencylab.figures.scale import Spot, scale
from fluencylab.figures.strip import stack, text
from fluencylab.figures.words import dial, strong
from fluencylab.labs.embeddings import distance
from fluencylab.models.embedder import Own, own_card
from fluencylab.models.types import Model

SHOWN = 5


class Triple(BaseModel):
    """`same` says what `text` says; `other` does not. `to_same`, `to_other`: their similarity to it."""

    text: str
    same: str
    other: str
    to_same: float
    to_other: float


class Kind(BaseModel):
    name: str
    triples: tuple[Triple, ...]


class Data(BaseModel):
    kinds: tuple[Kind, ...]


HEAD = ("Similarity of the one that says the same", "Similarity of the changed one", "The changed one is nearer")


def controls(data: Data) -> tuple[Control, ...]:
    return (
        pick("changed", "What is changed", [one.name for one in data.kinds], distance.CHANGED.__getitem__),
        slide("sentence", "Example", range(1, SHOWN + 1)),
    )


def state(data: Data, changed: str, sentence: int) -> State:
    triples = next(one.triples for one in data.kinds if one.name == changed)
    now = triples[sentence - 1]
    nearer = sum(one.to_other >= one.to_same for one in triples)
    rows = [
        ("says the same in other words", [Spot(max(0.0, one.to_same), "right") for one in triples]),
        ("says something else", [Spot(max(0.0, one.to_other), "wrong" if one.to_other >= one.to_same else "right") for one in triples]),
    ]
    return State(
        says=f"Where {dial('changed')} is changed, the wrong sentence is the nearer one in {strong(f'{nearer} of {len(triples)}')} cases. "
        f"In example {dial('sentence')} it has {now.to_other:.2f}, the right one {now.to_same:.2f}.",
        row=(f"{now.to_same:.2f}", f"{now.to_other:.2f}", f"{nearer} of {len(triples)}"),
        picture=stack(
            text(now.text, "the sentence", tone="quiet"),
            text(now.same, f"the same in other words: {now.to_same:.2f}", tone="quiet"),
            text(now.other, f"with {distance.CHANGED[changed]} changed: {now.to_other:.2f}"),
            scale(rows, now.to_same, ends=("0: unlike", "1: alike")),
        ),
    )


async def record(subject: Model) -> Recorded:
    encode = await Own(own_card()).ready([])
    kinds = []
    for kind in distance.KINDS:
        rows = distance.triples(encode, kind).data["triples"]
        kinds.append(Kind(name=kind, triples=tuple(Triple(**row) for row in rows)))
    n = sum(len(one.triples) for one in kinds)
    settings = f"{n} of them labelled, each with one that says the same and one that does not"
    return Recorded(Data(kinds=tuple(kinds)), settings, 3 * n, own_card(), "sentences")

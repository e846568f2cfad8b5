"""Slide the size of chunks over one real page, and see where it is cut and which piece search brings back for a question.

chunks of 10 words: the piece that is found has half the answer; of 40: all of it
"""

from collections.abc import Mapping, Sequence

from pydantic import BaseModel

from fluencylab.figures.figure import Control, Recorded, State, pick, slide
from fluencylab.figures.strip import Piece, stack, strip
from fluencylab.figures.words import dial, strong
from fluencylab.instruments import helpcentre
from fluencylab.instruments.chunk_index import Shelf, shelf
from fluencylab.instruments.chunks import spans
from fluencylab.instruments.search import Document
from fluencylab.labs.retrieval import failure_stage
from fluencylab.labs.retrieval.failure_stage import AnswerSpan
from fluencylab.labs.retrieval.questions import Question, bundled
from fluencylab.models.embedder import Own, own_card
from fluencylab.models.types import Model

SIZES = (5, 10, 15, 20, 30, 40, 60, 80)
ASKED = 3


class Cut(BaseModel):
    """One question at one size. `pieces`: the page as it is cut; `found`: which of them search brought first, None where none of this page.

    `whole`: the answer stands in the piece that was found.
    """

    pieces: tuple[str, ...]
    found: int | None
    whole: bool


class Asked(BaseModel):
    question: str
    title: str
    cuts: tuple[Cut, ...]


class Data(BaseModel):
    sizes: tuple[int, ...]
    asked: tuple[Asked, ...]


HEAD = ("Pieces of the page", "Found first", "The answer is in it")


def controls(data: Data) -> tuple[Control, ...]:
    return (
        pick("question", "Somebody asks", list(range(len(data.asked))), lambda i: f"“{data.asked[i].question}”"),
        slide("size", "Longest piece", data.sizes, unit="words", first=1),
    )


def state(data: Data, question: int, size: int) -> State:
    asked = data.asked[question]
    cut = asked.cuts[data.sizes.index(size)]
    pieces = [Piece(text, "now" if i == cut.found else "plain") for i, text in enumerate(cut.pieces)]
    found = "none of this page" if cut.found is None else f"piece {cut.found + 1}"
    return State(
        says=f"Asked {dial('question')}, with pieces of at most {dial('size')} words: search brings {found}. {_means(cut)}",
        row=(str(len(cut.pieces)), found, "yes" if cut.whole else "no"),
        picture=stack(strip(pieces, f"{asked.title}: {len(cut.pieces)} piece{'s' * (len(cut.pieces) != 1)}")),
    )


def _means(cut: Cut) -> str:
    if cut.whole:
        return f"{strong('The answer is in it')}, and {_words(cut)} words are read for it."
    if cut.found is None:
        return f"{strong('The answer is not in it')}: another page had the nearer piece."
    return f"{strong('The answer is not in it')}: the border, or the search, fell beside it."


def _words(cut: Cut) -> int:
    return len(cut.pieces[cut.found or 0].split())


async def record(subject: Model) -> Recorded:
    documents = helpcentre.documents()
    read = failure_stage.read(documents)
    encode = await Own(own_card()).ready([])
    at = {size: shelf(documents, encode, size) for size in SIZES}
    asked = [_asked(one, documents, at, failure_stage.evidence(one, read)) for one in bundled() if len(one.documents) == 1]
    telling = sorted(asked, key=lambda one: -sum(a.whole != b.whole for a, b in zip(one.cuts, one.cuts[1:], strict=False)))
    settings = f"the first of hybrid search among {len(documents)} articles of a help centre, no overlap"
    return Recorded(Data(sizes=SIZES, asked=tuple(telling[:ASKED])), settings, ASKED * len(SIZES), own_card(), "searches")


def _asked(question: Question, documents: Sequence[Document], at: Mapping[int, Shelf], held: Sequence[AnswerSpan]) -> Asked:
    page = next(one for one in documents if one.id == question.documents[0])
    cuts = []
    for size in SIZES:
        chunks = [chunk for chunk in at[size].chunks.values() if chunk.document == page.id]
        first, _ = at[size].search(question.ask, 1)[0]
        pieces = tuple(" ".join(span.text.split()) for span in spans(page.text, chunks) if span.text.strip())
        found = next((i for i, chunk in enumerate(chunks) if chunk.id == first.id), None)
        whole = failure_stage.holds(first.document, first.start, first.end, question, held)
        cuts.append(Cut(pieces=pieces, found=found, whole=whole))
    return Asked(question=question.ask, title=page.title, cuts=tuple(cuts))

"""The page: a grid of what was chosen in each order, and what a vote over all orders would say."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from fluency_lab_order.instrument import MARKS, Params, Question, orders, prompt, read
from fluencylab.instruments.base import Step
from fluencylab.web.lab_page import DrawnForm, LabPage, PageRequest, Prompt, Try


@dataclass(frozen=True)
class Cell:
    """What was chosen in one order, by most of its answers. `place` and `option` count from 0; both are None where nothing was named."""

    first: str
    chosen: str
    place: int | None
    option: int | None


@dataclass(frozen=True)
class Row:
    question: str
    cells: list[Cell]


@dataclass(frozen=True)
class Parts:
    """Of a sheet: `rows` is the grid."""

    rows: list[Row]


@dataclass(frozen=True)
class Vote:
    """All answers to one question, whatever the order. `winner` is empty where no option has more votes than each other one."""

    question: str
    winner: str
    votes: str


@dataclass(frozen=True)
class Own:
    """Of the lab's own page."""

    votes: list[Vote]


class Page(LabPage):
    lede = (
        "A model that compares, ranks or judges is handed its options in some order. Ask each question with every option in every place, "
        "and see whether the answer belongs to an option or to a place."
    )
    tries = (
        Try("numbers instead of letters", {"marks": "numbers"}),
        Try("three options", {"questions": "Which city is the largest? | Lima | Oslo | Bern\nWhich is a fruit? | Apple | Spoon | Chair"}),
        Try("nothing to choose between", {"questions": "Which is better? | Option one | Option two\nWhich wins? | Blue team | Red team"}),
    )

    def parts(self, params: Params, steps: Sequence[Step]) -> Parts:
        return Parts(rows=[Row(question.text, _cells(question, n, steps)) for n, question in enumerate(read(params.questions))])

    def own(self, request: PageRequest, drawn: DrawnForm) -> Own:
        shown = request.ended
        questions = read(shown.params.questions) if shown else []
        return Own(votes=[_vote(question, n, shown.steps) for n, question in enumerate(questions)] if shown else [])

    def prompts(self, params: Params) -> list[Prompt]:
        """The first question in its first two orders."""
        question = read(params.questions)[0]
        return [Prompt(prompt(question, order, params.marks)) for order in orders(question)[:2]]

    def conditions(self, params: Params) -> list[str]:
        return [*super().conditions(params), f"options marked {MARKS[params.marks][:2]}"]


def _of(number: int, steps: Sequence[Step]) -> list[dict[str, object]]:
    return [step.data for step in steps if step.kind == "pick" and step.data["question"] == number]


def _cells(question: Question, number: int, steps: Sequence[Step]) -> list[Cell]:
    return [_cell(question, order, [one for one in _of(number, steps) if one["order"] == list(order)]) for order in orders(question)]


def _cell(question: Question, order: tuple[int, ...], picked: Sequence[dict[str, object]]) -> Cell:
    most = Counter(one["place"] for one in picked).most_common(1)
    place = most[0][0] if most else None
    if not isinstance(place, int):
        return Cell(question.options[order[0]], "no option" if picked else "", None, None)
    return Cell(question.options[order[0]], question.options[order[place]], place, order[place])


def _vote(question: Question, number: int, steps: Sequence[Step]) -> Vote:
    counted = Counter(one["option"] for one in _of(number, steps) if one["option"] is not None)
    ranked = [(n, question.options[int(str(option))]) for option, n in counted.most_common()]
    clear = bool(ranked) and (len(ranked) == 1 or ranked[0][0] > ranked[1][0])
    return Vote(question.text, ranked[0][1] if clear else "", "; ".join(f"{n} × {text}" for n, text in ranked) or "no option was named")


PAGE = Page("order")

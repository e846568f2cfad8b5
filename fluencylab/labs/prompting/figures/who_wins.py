"""Two instructions quarrel. The rule stands with the system, with the user, or against the user: how often is it kept?

“You answer only in Spanish.” in the system prompt, “Answer in English.” in the user's message: 48 of 60 answers in Spanish;
when the two change places, 49
"""

from pydantic import BaseModel

from fluencylab.figures.bars import rate_of, rates
from fluencylab.figures.figure import Control, Recorded, State, pick
from fluencylab.figures.strip import stack, text
from fluencylab.figures.words import dial, strong
from fluencylab.instruments.calls import run_calls
from fluencylab.labs.prompting.params import Params
from fluencylab.labs.prompting.precedence import asks
from fluencylab.models.types import Model
from fluencylab.stats import wilson

PLACES = {
    "system": "in the system prompt, nothing against it",
    "user": "with the user, nothing against it",
    "against": "in the system prompt, against the user",
    "swapped": "with the user, against the system prompt",
}
TURNED = {"system": "user", "user": "system", "against": "swapped", "swapped": "against"}
SAMPLES = 20


class Case(BaseModel):
    """`kept`: of `n` answers, how many kept the rule. `answer`: the first."""

    kept: int
    n: int
    answer: str


class Data(BaseModel):
    rule: str
    wish: str
    cases: dict[str, Case]


HEAD = ("Rule kept", "Of answers", "The first answer")


def controls(data: Data) -> tuple[Control, ...]:
    places = list(data.cases)
    return (pick("place", "The rule stands", places, PLACES.__getitem__, first=places.index("against")),)


def state(data: Data, place: str) -> State:
    now = data.cases[place]
    rows = [rate_of(PLACES[name], case.kept, case.n, stands_out=name in (place, TURNED[place])) for name, case in data.cases.items()]
    share = strong(f"{now.kept} of {now.n} answers")
    return State(
        f"“{data.rule}” stands {dial('place')}: {share} keep it. {_means(data, place)}",
        (str(now.kept), str(now.n), now.answer),
        stack(rates(rows), text(now.answer, "the first answer")),
    )


def _means(data: Data, place: str) -> str:
    now, turned = data.cases[place], data.cases[TURNED[place]]
    end = f"{turned.kept} do: {_weight(now, turned)}."
    if place in ("against", "swapped"):
        return f"The other one says “{data.wish}” When the two change places, {end}"
    return f"Nothing quarrels with it. In the other place, {end}"


def _weight(now: Case, turned: Case) -> str:
    """What the place decides: as much as their intervals lie apart."""
    (low, high), (other_low, other_high) = wilson(now.kept, now.n), wilson(turned.kept, turned.n)
    return "the place counts for little" if low <= other_high and other_low <= high else "the place counts"


async def record(subject: Model) -> Recorded:
    params = Params(samples=SAMPLES)
    found: dict[str, list[tuple[bool, str]]] = {place: [] for place in PLACES}
    async for step in run_calls(subject, asks(params, params.seed)):
        found[step.data["variant"]].append((bool(step.data["rule"]), " ".join(step.data["text"].split())))
    cases = {place: Case(kept=sum(kept for kept, _ in some), n=len(some), answer=some[0][1]) for place, some in found.items()}
    settings = f"three questions, {SAMPLES} answers to each, temperature {params.temperature}, at most {params.max_tokens} tokens"
    return Recorded(Data(rule=params.rule, wish=params.wish, cases=cases), settings, sum(case.n for case in cases.values()))

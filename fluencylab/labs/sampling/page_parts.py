"""The sampling lab's parts: bars under settings, an answer token by token, and where it was made to go another way.

/labs/sampling?run=A&run=B&show=B&at=3          two answers, B shown, with what its fourth token could have been
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from fluencylab.instruments.base import Step
from fluencylab.instruments.whole_characters import HALF, explained, groups, is_part, named
from fluencylab.labs.sampling.distribution import Distribution
from fluencylab.labs.sampling.instrument import HOTTEST, MIN_P, TOP_K, TOP_P, Params

SHOWN = 20
"""Bars; what is less likely is one bar together."""


LAST_PART = (
    "This character took several tokens. The model’s server tells only the last of them: chances and other ways are those of that one."
)


class Settings(BaseModel):
    """The sliders. As they stand here they change nothing: the model's own distribution."""

    model_config = ConfigDict(frozen=True)

    temperature: float = Field(
        1.0,
        ge=0,
        le=HOTTEST,
        title="Temperature",
        description="0: the likeliest always wins. 1: as the model has it. Above 1: the unlikely gain.",
        json_schema_extra={"slider": {"step": 0.05}},
    )
    top_p: float = TOP_P
    top_k: int = TOP_K
    min_p: float = MIN_P


class ShadedToken(NamedTuple):
    """A token on the page. `share`: its probability before any setting, None where nobody knows it."""

    text: str
    share: float | None
    logprob: float | None = None
    at: int | None = None
    """Its place among the written tokens; None for what was put there"""
    yours: bool = False


class Branch(NamedTuple):
    """One answer in the list of answers: what it shares with the one it grew out of, the token chosen, and how it went on."""

    id: str
    depth: int
    before: str
    chosen: str
    after: str
    shown: bool
    fork: int
    """How many characters of its start were the other answer's"""


class Answer(NamedTuple):
    """A run of the `write` part: its id, its parameters, and what it wrote, if it has written."""

    id: str
    params: Params
    step: Step | None

    @property
    def text(self) -> str:
        return self.params.prefix + "".join(token["text"] for token in self.tokens)

    @property
    def tokens(self) -> list[dict[str, Any]]:
        return self.step.data["tokens"] if self.step else []


class TokenBar(NamedTuple):
    """One of the likeliest tokens. `own`: its share without any setting; `cut`: the settings exclude it."""

    text: str
    logprob: float
    share: float
    own: float
    cut: bool


class OtherTokens(NamedTuple):
    """All others together."""

    share: float
    n: int
    cut: bool


@dataclass(frozen=True)
class Likeliest:
    """The bars, and what the sentence over them says: `kept` of `known` tokens, a choice as wide as `choices`. `data`: for the script."""

    rows: list[TokenBar]
    rest: OtherTokens
    kept: int
    known: int
    whole: bool
    choices: float
    data: Mapping[str, Any]
    settings: Settings
    explains: str
    """What the tokens are that are no whole characters; "" where all are"""


class OtherWay(NamedTuple):
    """A token that could have been written. `name`: in place of a text it has not; `open`: the answer can go on from it."""

    text: str
    name: str
    share: float | None
    picked: bool
    open: bool


@dataclass(frozen=True)
class Opened:
    """What one written token could have been. `place`: of the one that was written, from 1."""

    at: int
    text: str
    share: float | None
    rows: list[OtherWay]
    place: int
    explains: str
    """What is to be known of characters that took several tokens; "" where none did"""


class TokensWritten(NamedTuple):
    """In all, and at each temperature."""

    answers: int
    tokens: int
    each: list[tuple[float, int]]


@dataclass(frozen=True)
class Parts:
    """What `labs/sampling/sheet.html` shows of any sampling run; from `branches` on, what only the lab's own page knows."""

    likeliest: Likeliest | None
    pieces: list[ShadedToken] | None
    written: bool
    cost: TokensWritten | None
    shades: bool = False
    cut: bool = False
    """The limit ended the answer within a character"""
    branches: list[Branch] | None = None
    at: int | None = None
    opened: Opened | None = None
    runs: Sequence[str] = ()
    """Ids of those on the page"""


def parts(params: Params, steps: Sequence[Step]) -> Parts:
    first = next((step for step in steps if step.kind == "next"), None)
    written = next((step for step in steps if step.kind == "write"), None)
    answers = [step.data for step in steps if step.kind == "answer"]
    return Parts(
        likeliest=likeliest(Distribution.model_validate(first.data), Settings()) if first else None,
        pieces=pieces(params, written, 0) if written else None,
        written=written is not None,
        cost=cost(params, answers),
        cut=written is not None and any(_is_half(token) for token in written.data["tokens"][-1:]),
        shades=written is not None and any(token["logprob"] is not None for token in written.data["tokens"]),
    )


def likeliest(distribution: Distribution, settings: Settings) -> Likeliest:
    chosen = settings.model_dump()
    now, own, unfiltered = distribution.reweigh(**chosen), distribution.reweigh(), distribution.reweigh(settings.temperature)
    kept = distribution.kept(settings.top_k, settings.top_p, settings.min_p)
    rows = [
        TokenBar(named(text), logprob, now[i].share if i < kept else unfiltered[i].share, own[i].share, i >= kept)
        for i, (text, logprob) in enumerate(distribution.head[:SHOWN])
    ]
    known = distribution.kept()
    return Likeliest(
        rows=rows,
        rest=OtherTokens(max(0.0, 1 - sum(kept.share for kept in now[:SHOWN])), known - len(rows), kept <= SHOWN),
        kept=kept,
        known=known,
        whole=distribution.whole,
        choices=2 ** distribution.entropy(**chosen),
        data=distribution.model_dump(mode="json"),
        settings=settings,
        explains=explained([text for text, _ in distribution.head[:SHOWN]]),
    )


def pieces(params: Params, step: Step, fork: int) -> list[ShadedToken]:
    """The answer as tokens. What was put there has no shade; of it, what follows `fork` characters is the token you chose."""
    start, yours = params.prefix[:fork], params.prefix[fork:]
    put = [ShadedToken(start, None), ShadedToken(yours, None, yours=fork > 0)]
    own = [ShadedToken(t["text"], _share(t["logprob"]), t["logprob"], at) for at, t in enumerate(step.data["tokens"]) if t["text"]]
    own += [ShadedToken(HALF, None) for t in step.data["tokens"][-1:] if _is_half(t)]
    return [piece for piece in put if piece.text] + [_whole(own[start:end]) for start, end in groups([piece.text for piece in own])]


def _is_half(token: Mapping[str, Any]) -> bool:
    """The beginning of a character that the limit cut off."""
    return not token["text"] and not token.get("whole", True)


def _whole(tokens: Sequence[ShadedToken]) -> ShadedToken:
    """The tokens of one character as one, as likely as all of them together."""
    first, logprobs = tokens[0], [token.logprob for token in tokens]
    if len(tokens) == 1:
        return first
    logprob = None if None in logprobs else sum(one for one in logprobs if one is not None)
    return first._replace(text="".join(token.text for token in tokens), share=_share(logprob), logprob=logprob)


def alternatives(step: Step, at: int) -> Opened | None:
    """From a piece of a character, which is not `whole`, nobody can go on."""
    tokens = step.data["tokens"]
    if not 0 <= at < len(tokens) or not tokens[at]["alternatives"] or _is_half(tokens[at]):
        return None
    token = tokens[at]
    found = [(text, logprob) for text, logprob in token["alternatives"]]
    if token["text"] not in [text for text, _ in found] and token["logprob"] is not None:
        found.append((token["text"], token["logprob"]))
    rows = [_way(text, logprob, token) for text, logprob in found]
    place = next((i for i, row in enumerate(rows, start=1) if row.picked), 0)
    explains = explained([text for text, _ in found])
    if not token.get("whole", True):
        explains = f"{LAST_PART} {explains}".strip()
    return Opened(at, token["text"], _share(token["logprob"]), rows, place, explains)


def _way(text: str, logprob: float, written: Mapping[str, Any]) -> OtherWay:
    name, picked = _name(text), text == written["text"]
    return OtherWay(text, name, _share(logprob), picked, written.get("whole", True) and not name and not picked)


def start_of_branch(answer: Answer, at: int, take: int) -> str | None:
    """The start of an answer that goes another way at token `at`; None where there is no such way."""
    found = alternatives(answer.step, at) if answer.step else None
    if found is None or not 0 <= take < len(found.rows) or not found.rows[take].open:
        return None
    before = "".join(token["text"] for token in answer.tokens[:at])
    return f"{answer.params.prefix}{before}{found.rows[take].text}"


def branches(answers: Sequence[Answer], shown: str) -> list[Branch]:
    """The answers as a tree, each under the one it grew out of, in the order they were made."""
    placed: list[Branch] = []
    for number, answer in enumerate(answers):
        found = [(_fork(other, answer.params.prefix), other.id) for other in answers[:number] if _same_question(other, answer)]
        fork, parent = max(found, default=(0, ""), key=lambda pair: pair[0])
        above = next((i for i, branch in enumerate(placed) if branch.id == parent), None) if fork else None
        depth = placed[above].depth + 1 if above is not None else 0
        prefix = answer.params.prefix
        after = "".join(token["text"] for token in answer.tokens)
        fork = fork if above is not None else 0
        branch = Branch(answer.id, depth, prefix[:fork], prefix[fork:], after, answer.id == shown, fork)
        place = len(placed)
        if above is not None:
            place = next((i for i in range(above + 1, len(placed)) if placed[i].depth < depth), len(placed))
        placed.insert(place, branch)
    return placed


def _fork(other: Answer, prefix: str) -> int:
    """Where `prefix` leaves the other answer: the last place between two of its tokens up to which both say the same."""
    place, found = len(other.params.prefix), 0
    for token in other.tokens:
        if place < len(prefix) and prefix.startswith(other.text[:place]):
            found = place if place else found
        place += len(token["text"])
    return found


def _same_question(one: Answer, other: Answer) -> bool:
    return (one.params.prompt, one.params.system) == (other.params.prompt, other.params.system)


def cost(params: Params, answers: Sequence[Mapping[str, Any]]) -> TokensWritten | None:
    if not answers:
        return None
    each = [(t, sum(a["tokens"] for a in answers if a["temperature"] == t)) for t in params.temperatures]
    return TokensWritten(len(answers), sum(n for _, n in each), [pair for pair in each if pair[1]])


def _share(logprob: float | None) -> float | None:
    return None if logprob is None else min(1.0, math.exp(logprob))


def _name(text: str) -> str:
    """What stands for a token that has no text of its own."""
    if not text:
        return "the answer ends"
    return f"{named(text)} part of a character" if is_part(text) else ""

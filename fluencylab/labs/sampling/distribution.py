"""The next-token distribution, and how sampling settings re-weigh it.

A vocabulary holds tens of thousands of tokens. The likeliest are kept one by one (`head`); the rest (`tail`) as a histogram of
log-probabilities, because at a high temperature they weigh much together though each alone is next to nothing.

The order is llama.cpp's default sampler chain: top-k, top-p, min-p, then temperature. `static/js/reweigh.js` does the same
arithmetic on the page; `tests/labs/test_distribution.py` holds both against the engine.
"""

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

from fluencylab.errors import ModelRefused
from fluencylab.models.types import Alternative

HEAD = 300
BIN = 0.05
"""Width of a histogram bin in nats: re-weighing from 1 to 2 errs by less than 0.01 % of the tail."""


class Reweighed(NamedTuple):
    """A token of the head after re-weighing: its probability now, 0 when a filter took it out."""

    text: str
    share: float


class Distribution(BaseModel):
    """`head`: (text, logprob), likeliest first. `tail`: (mean logprob, how many tokens), likeliest first. Natural logarithms.

    `whole` is False where the endpoint gave only a few alternatives: then the rest is unknown and left out.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    head: tuple[tuple[str, float], ...]
    tail: tuple[tuple[float, int], ...] = ()
    whole: bool = True

    @classmethod
    def of(cls, alternatives: Sequence[Alternative]) -> "Distribution":
        if not alternatives:
            raise ModelRefused("The model gave no probabilities for the next token.", "Choose a model that gives log-probabilities.")
        ordered = sorted(alternatives, key=lambda a: -a.logprob)
        mass = math.fsum(math.exp(a.logprob) for a in ordered)
        return cls(
            head=tuple((a.text, round(a.logprob, 5)) for a in ordered[:HEAD]),
            tail=_histogram(a.logprob for a in ordered[HEAD:]),
            whole=mass > 0.999,
        )

    def shares(self) -> list[float]:
        """Raw probabilities of the head at temperature 1, normalised over all that is known."""
        return [kept.share for kept in self.reweigh()]

    def entropy(self, temperature: float = 1.0, top_k: int = 0, top_p: float = 1.0, min_p: float = 0.0) -> float:
        """Shannon entropy in bits of what is drawn from under these settings; by default, of the model's own distribution."""
        shares = self.weighed(temperature, top_k, top_p, min_p)
        return math.fsum(-share * math.log2(share / n) for share, n in shares if share > 0) + 0.0

    def kept(self, top_k: int = 0, top_p: float = 1.0, min_p: float = 0.0) -> int:
        """How many tokens the filters leave to draw from."""
        return sum(n for _, n in self._filtered(top_k, top_p, min_p))

    def reweigh(self, temperature: float = 1.0, top_k: int = 0, top_p: float = 1.0, min_p: float = 0.0) -> list[Reweighed]:
        """The head's probabilities under these settings. At temperature 0 the likeliest token has all of it."""
        shares = self.weighed(temperature, top_k, top_p, min_p)
        return [Reweighed(text, shares[i][0] if i < len(shares) else 0.0) for i, (text, _) in enumerate(self.head)]

    def _filtered(self, top_k: int, top_p: float, min_p: float) -> "Weights":
        weights = [(logprob, 1) for _, logprob in self.head] + list(self.tail)
        return _min_p(_top_p(_top_k(weights, top_k), top_p), min_p)

    def weighed(self, temperature: float, top_k: int, top_p: float, min_p: float) -> "Weights":
        """(probability of all tokens of this entry together, how many they are), as long as the filters leave any."""
        weights = self._filtered(top_k, top_p, min_p)
        if temperature == 0:
            return [(1.0, 1)]
        best = weights[0][0]
        scaled = [(n * math.exp((logprob - best) / temperature), n) for logprob, n in weights]
        total = math.fsum(share for share, _ in scaled)
        return [(share / total, n) for share, n in scaled]


Weights = list[tuple[float, int]]


def _histogram(logprobs: Iterable[float]) -> tuple[tuple[float, int], ...]:
    """Bins of width BIN, likeliest first; each bin's logprob is that of its mean probability, so mass is kept exactly."""
    bins: dict[int, list[float]] = {}
    for logprob in logprobs:
        bins.setdefault(math.floor(logprob / BIN), []).append(logprob)
    return tuple(
        (round(max(group) + math.log(math.fsum(math.exp(lp - max(group)) for lp in group) / len(group)), 5), len(group))
        for _, group in sorted(bins.items(), reverse=True)
    )


def _top_k(weights: Weights, k: int) -> Weights:
    if k <= 0:
        return weights
    kept, left = [], k
    for logprob, n in weights:
        if left <= 0:
            break
        kept.append((logprob, min(n, left)))
        left -= n
    return kept


def _top_p(weights: Weights, p: float) -> Weights:
    """The fewest likeliest tokens whose probabilities reach p, of those still there; always at least one."""
    if p >= 1:
        return weights
    goal = p * math.fsum(n * math.exp(logprob) for logprob, n in weights)
    kept: Weights = []
    reached = 0.0
    for logprob, n in weights:
        each = math.exp(logprob)
        needed = max(1, math.ceil((goal - reached) / each)) if each > 0 else n
        kept.append((logprob, min(n, needed)))
        reached += each * min(n, needed)
        if reached >= goal:
            break
    return kept


def _min_p(weights: Weights, share: float) -> Weights:
    if share <= 0:
        return weights
    floor = weights[0][0] + math.log(share)
    return [(logprob, n) for logprob, n in weights if logprob >= floor] or weights[:1]

"""The first part: a configuration, scored by how far it falls short of the best one within the limit, on cases nobody was shown. Pure.

    configure(of, {"examples": "mixed", "rules": "short", "temperature": "low", "length": "right"})
        ->  Configured(right=20, of=24, …, tokens=153.2, over=False, score=1.0, …)

1 for the best there is within the limit, 0 for what the product comes with, and 0 for what costs more than the limit allows.
"""

from collections.abc import Mapping
from typing import NamedTuple

from fluencylab.curriculum.capstone import CapstoneProduct, Knobs
from fluencylab.curriculum.schema import Slug
from fluencylab.errors import BadInput
from fluencylab.practice.capstone.answers import answers
from fluencylab.stats import Measure, mean, wilson
from fluencylab.text.numerals import percent

Z80 = 1.2815515655446004
"""Of an interval of 80 %: one time in ten the true rate lies below its lower end."""


class Configured(NamedTuple):
    """`right` of `of` answers. `rate`: their share, with Wilson's interval of 80 % for so many *cases*: two draws of one case are alike.

    `over`: a call reads and writes more than the limit.
    """

    right: int
    of: int
    rate: Measure
    tokens: float
    over: bool
    score: float
    why: str


def configure(of: CapstoneProduct, chosen: Mapping[Knobs, Slug]) -> Configured:
    """Raises BadInput for what is no choice."""
    if set(chosen) != {knob.slug for knob in of.knobs}:
        raise BadInput("Not every setting has a level.", "Pick one level of each of the four settings.")
    if unset := next((knob.title for knob in of.knobs if of.level(knob.slug, chosen[knob.slug]) is None), ""):
        raise BadInput(f"“{unset}” has no such level.", "Pick one level of each of the four settings, as they stand on the page.")
    known, setup = answers(of), of.setup(dict(chosen))
    right, asked, tokens = known.count(setup), known.asked(setup), known.answered(setup).tokens
    over = tokens > of.most_tokens
    best, defaults = known.best()[1], known.rate(of.setup(of.defaults))
    score = 0.0 if over else short_of(known.rate(setup), best, defaults)
    return Configured(right, asked, _rate(known.right(setup)), tokens, over, score, _why(of, right, asked, tokens, best))


def short_of(rate: float, best: float, defaults: float) -> float:
    """1 less the regret, as a share of what there was to gain; where nothing was to gain, whether it is as good as the best."""
    if best <= defaults:
        return float(rate >= best)
    return min(1.0, max(0.0, 1 - (best - rate) / (best - defaults)))


def _rate(right: Mapping[int, list[bool]]) -> Measure:
    shares = [mean([float(one) for one in draws]) for draws in right.values()]
    low, high = wilson(sum(shares), len(shares), Z80)
    drawn = [one for draws in right.values() for one in draws]
    return Measure(value=sum(drawn) / len(drawn), low=low, high=high, n=len(drawn), kind="share")


def _why(of: CapstoneProduct, right: int, asked: int, tokens: float, best: float) -> str:
    told = f"It answers {right} of {asked} hidden questions right, with {tokens:.0f} tokens a call"
    if tokens > of.most_tokens:
        return f"{told}: more than the {of.most_tokens} that the brief allows, so it cannot be released."
    if right >= round(best * asked):
        return f"{told}. None within the limit of {of.most_tokens} does better."
    return f"{told}. The best within the limit of {of.most_tokens} answers {round(best * asked)} ({percent(best)})."

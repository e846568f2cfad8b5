"""The fourth part: a proposal that was mended in part, marked as a proposal is, and decided on. Pure.

    judge_proposal(of, {"saves": "uncounted"}, "ask").score     ->  1.0

The marks are half of it, and the decision the other half: it counts only with at least half of what the marks can earn, so that nobody is
paid for a decision whose grounds were not seen.
"""

from collections.abc import Mapping

from fluencylab.curriculum.capstone import CapstoneProduct
from fluencylab.errors import BadInput
from fluencylab.practice import proposals
from fluencylab.practice.verdict import Verdict

LEAST = 0.5


def judge_proposal(of: CapstoneProduct, objections: Mapping[str, str], picked: str) -> Verdict:
    """`objections`: sentence -> reason; `picked`: an option. Raises BadInput for what is no answer."""
    part = of.proposal
    option = next((one for one in part.options if one.id == picked), None)
    if option is None:
        raise BadInput("There is no such decision.", "Pick one of the decisions, as they stand on the page.")
    marked = proposals.judge(part, objections)
    assert marked.score is not None
    right, grounded = picked == part.best, marked.score >= LEAST
    score = (marked.score + float(right and grounded)) / 2
    return Verdict(score=score, read=f"{marked.read}; {option.text}", why=f"{marked.why} {_decision(right, grounded)}")


def _decision(right: bool, grounded: bool) -> str:
    if right and grounded:
        return "The decision fits what the page says."
    if right:
        return "The decision would fit, and counts only with at least half of the marks: what it rests on was not seen."
    return "The decision does not fit what the page says."

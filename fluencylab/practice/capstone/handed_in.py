"""All five parts as somebody hands them in, judged together; and as an expert would. Pure.

scores(of, expert(of))          ->  {"configure": 1.0, "spec": 0.83, "faults": 1.0, "proposal": 1.0, "memo": 1.0}
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from fluencylab.curriculum.capstone import CapstoneProduct, Knobs
from fluencylab.curriculum.schema import Slug
from fluencylab.practice.capstone import memo as memos
from fluencylab.practice.capstone.configure import Configured, configure
from fluencylab.practice.capstone.faults import judge_faults
from fluencylab.practice.capstone.memo import judge_memo
from fluencylab.practice.capstone.proposal import judge_proposal
from fluencylab.practice.capstone.spec import SpecJudged, judge_spec


class HandedIn(NamedTuple):
    """`tests` may be empty: then that part was not handed in. `ruling` may be too: the right one, by what was measured."""

    chosen: Mapping[Knobs, Slug]
    tests: Sequence[str]
    named: Mapping[str, str]
    bought: Sequence[str]
    objections: Mapping[str, str]
    picked: str
    ruling: str
    statements: Mapping[str, str]
    cites: bool = False
    """Are there words that cite what was measured? Anybody can write such a text by rote."""


def scores(of: CapstoneProduct, given: HandedIn) -> dict[str, float]:
    """Part -> 0..1."""
    configured = configure(of, given.chosen)
    spec = judge_spec(of, given.tests) if given.tests else None
    ruling = given.ruling or memos.right_ruling(of, configured).id
    words = by_rote(configured, spec) if given.cites else ""
    return {
        "configure": configured.score,
        "spec": spec.score if spec else 0.0,
        "faults": judge_faults(of, given.named, given.bought).score,
        "proposal": judge_proposal(of, given.objections, given.picked).score or 0.0,
        "memo": judge_memo(of, ruling, given.statements, words, configured, spec).score,
    }


def expert(of: CapstoneProduct) -> HandedIn:
    """By what the product's file says is right. Of each fault the first probe on the expert's path that shows it."""
    named = {one.id: next((slug for slug in of.fault.path if slug in one.proof), "") for one in of.planted}
    statements = {one.id: one.holds for one in of.memo.statements}
    return HandedIn(
        of.reference, of.spec.reference, named, of.fault.path, of.proposal.flaws, of.proposal.best, "", statements, cites=True
    )  # fmt: skip


def by_rote(configured: Configured, spec: SpecJudged | None) -> str:
    """Words that cite figures and say little: what the words of a memo earn at the cheapest."""
    cited = f"It answered {configured.right} of {configured.of} hidden questions right, at {configured.tokens:.0f} tokens a call. "
    stopped = f"The tests stopped {spec.caught} of {spec.really} broken products that were really worse. " if spec else ""
    tail = "We rest on this measurement alone, as nobody has seen the product with real people yet, and we say so to whoever asks. "
    return f"{cited}{stopped}{tail}What we do not know is listed below, with the person who will find out and how it is to be counted."

"""Proposals on the model in use: each proves itself by code, and so does, on the model, everything that can be tried in it."""

from collections.abc import Callable, Iterator
from typing import Any

from fluencylab.actions.kinds.base import Proving
from fluencylab.actions.kinds.live_check import tried
from fluencylab.curriculum import proofs
from fluencylab.curriculum.proofs import Proved
from fluencylab.curriculum.proposals import Proposal
from fluencylab.curriculum.schema import Track
from fluencylab.models import catalogue
from fluencylab.models.types import Model, ModelInfo
from fluencylab.practice import proposals as rules
from fluencylab.practice.exercises import short_hash
from fluencylab.practice.kinds import PROPOSAL


class ProposalActs(Proving[Proposal]):
    book = "proposals"

    def why_hidden(self, of: Proposal, card: ModelInfo | None = None) -> str:
        """One that nobody has tried on this model is shown; one where something came out otherwise than it says is not."""
        proof = standing(of, (card or catalogue.current()).sha256)
        if proof.shown or not proof.trials:
            return ""
        return f"What can be tried came out as told in only {proof.passed} of {proof.trials} runs on this model: {proof.why}."

    def problems(self, track: Track) -> Iterator[str]:
        missions = {one.slug for concept in track.concepts for one in concept.missions}
        for one in self.kind.every():
            of: Proposal = one.of
            if track.concept(of.concept) is None:
                yield f"{one.key}: there is no concept called {of.concept}."
            yield from (f"{one.key}: there is no mission called {each.mission}." for each in of.experiments if each.mission not in missions)
            yield from (f"{one.key}: {wrong}." for wrong in faults(of))

    def trials(self, asked: int) -> int:
        return asked

    async def prove(self, model: Model, of: Proposal, asked: int, advance: Callable[[], None], known: dict[Any, Any]) -> Proved:
        """`known`: a run that several proposals offer is made once a seed."""
        found = []
        for seed in (1 + 1000 * turn for turn in range(asked)):
            found.append(next(iter(faults(of)), "") or await _all_tried(model, of, seed, known))
            advance()
        return Proved(of.slug, proof_hash(of), found.count(""), asked, next(filter(None, found), ""))


ACTS = ProposalActs(PROPOSAL)


async def _all_tried(model: Model, of: Proposal, seed: int, known: dict[Any, Any]) -> str:
    for one in of.experiments:
        if ("proposal", one.mission, seed) not in known:
            known["proposal", one.mission, seed] = await tried(model, one.of.run, one.of.proof, seed)
        if why := known["proposal", one.mission, seed]:
            return f"{one.title}: {why}"
    return ""


def standing(of: Proposal, sha256: str) -> Proved:
    """Its proof on these weights; no trials where there is none."""
    for page in proofs.pages(sha256):
        found = page.proposals.get(of.slug)
        if found and found.content == proof_hash(of):
            return found
    return Proved(of.slug, proof_hash(of), 0, 0)


def proof_hash(of: Proposal) -> str:
    """Changes when what is run or graded does."""
    runs = [one.of.model_dump(mode="json", include={"run", "proof"}) for one in of.experiments]
    return short_hash(repr([of.slug, of.flaws, len(of.sentences), of.decide.best, of.decide.twin.best, runs]))


def faults(of: Proposal) -> Iterator[str]:
    """What keeps a proposal from telling who reads well from who does not."""
    if rules.judge(of, of.flaws).score != 1:
        yield "what should be marked is not taken for right"
    ids = [one.id for one in of.sentences]
    if any(rules.judge(of, dict.fromkeys(ids, reason)).score for reason in of.reasons):
        yield "objecting to everything earns something"
    if rules.judge(of, {}).score != float(of.sound):
        yield "having no objection is not judged by whether it is sound"

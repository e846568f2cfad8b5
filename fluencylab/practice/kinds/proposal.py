"""Proposals: mark the sentences that do not hold and say why, try something on the model, decide, and decide on the next draft."""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from fluencylab.curriculum.proposals import Proposal, Sentence, find_proposal, proposals, why_nots
from fluencylab.curriculum.schema import Concept
from fluencylab.practice import proposals as rules
from fluencylab.practice.exercises import DECISION, short_hash
from fluencylab.practice.items import OPTIONS, Choice, Item, Met
from fluencylab.practice.kinds import decision
from fluencylab.practice.kinds.base import NOT_BEGUN, Exercise, Kind
from fluencylab.practice.kinds.telling import Said, Weighed

FORMS = {"page-decide": "decide", "page-twin": "twin", "objection": "mark"}
"""Of review items that ask in a proposal's own words -> the stage that asked it first."""
ASKED: dict[str, Any] = {
    "slug": True, "situation": True, "sentences": {"__all__": {"id", "text", "reason"}}, "reasons": True, "decide": DECISION,
}  # fmt: skip


class ProposalKind(Kind[Proposal]):
    name, title, plural = "proposal", "Proposal", "proposals"
    prefix, base = "proposal/", "/proposals"
    begin = "Read the proposal"
    place = "concept"
    heading = "Proposals"
    says = "One page wants your yes. You mark what does not hold and say why, try something, and approve, ask or reject. Some are sound."
    all_at_base = True
    stages = ("mark", "decide", "twin")
    where: ClassVar = {"mark": NOT_BEGUN, "decide": "to be decided", "twin": "a new draft is there"}
    parts: ClassVar = {
        "mark": "the sentences you marked",
        **decision.PARTS,
        "objection": "a sentence that does not hold",
        "page-decide": "your decision",
        "page-twin": "one fact changed",
    }
    pairs: ClassVar = decision.PAIRS
    guesses: ClassVar = {"mark": rules.SOUND, **decision.GUESSES}

    def every(self) -> Iterator[Exercise[Proposal]]:
        return map(self._one, proposals())

    def find(self, slug: str) -> Exercise[Proposal] | None:
        found = find_proposal(slug)
        return self._one(found) if found else None

    def _one(self, of: Proposal) -> Exercise[Proposal]:
        gives = tuple(dict.fromkeys((of.capability, "decisions")))
        return Exercise(self, of.slug, of.title, of.concept, of.minutes, gives, of, of.trade)

    def about(self, of: Proposal) -> str:
        return f"{of.about.capitalize()}, from {of.by}"

    def words(self, of: Proposal) -> str:
        return short_hash(of.model_dump_json(include=ASKED))

    def chances(self, of: Proposal) -> dict[str, float]:
        return {"mark": rules.chance(of)} | decision.chances(of.decide)

    def retell(self, of: Proposal, stage: str, answer: Mapping[str, Any]) -> Said:
        if stage != "mark":
            return decision.retell(of.decide, stage, answer)
        objections: Mapping[str, str] = answer.get("objections", {})
        lines = [f"“{one.text}” {why_nots().get(objections[one.id], '')}" for one in of.sentences if one.id in objections]
        return "Which sentences do not hold, and why?", tuple(lines) or ("I have no objection.",)

    def weighed(self, of: Proposal, stage: str, answer: Mapping[str, Any], score: float) -> Weighed | None:
        return decision.weighed(of.decide, stage, answer, score)

    def items(self, concept: Concept) -> Iterator[Item]:
        """Why each sentence does not hold, and the decision as it was and on the next draft; once the proposal was judged."""
        for of in (one for one in proposals() if one.concept == concept.slug):
            yield from (self._objection(of, one) for one in of.sentences if one.reason)
            yield from self._decisions(of)

    def _objection(self, of: Proposal, one: Sentence) -> Item:
        """The reason beside three that are none; always the same for one sentence."""
        others = [slug for slug in of.reasons if slug != one.reason]
        at = sum(map(ord, one.id)) % len(others)
        shown = [one.reason, *(others[at:] + others[:at])[: OPTIONS - 1]]
        options = tuple(Choice(slug, why_nots()[slug], one.why) for slug in shown)
        situation = f"{of.situation}\n\n> {one.text}"
        id, key = f"objection/{of.slug}.{one.id}", self.key(of.slug)
        return Item(id, of.concept, of.capability, situation, "Why does this sentence not hold?", options, one.reason, key)

    def _decisions(self, of: Proposal) -> Iterator[Item]:
        asked, key = of.decide, self.key(of.slug)
        first = tuple(Choice(one.id, one.text, one.answer) for one in asked.options)
        second = tuple(Choice(one.id, one.text, asked.twin.answers[one.id]) for one in asked.options)
        situation = page(of)
        changed = f"{situation}\n\n{asked.twin.change}"
        yield Item(f"page-decide/{of.slug}", of.concept, "decisions", situation, asked.question, first, asked.best, key)
        yield Item(f"page-twin/{of.slug}", of.concept, "decisions", changed, asked.asked_again, second, asked.twin.best, key)

    def met(self, item: Item) -> list[tuple[str, str]]:
        found = self._met_at(item)
        return [found] if found else []

    def first_shown(self, item: Item) -> Met | None:
        found = self._met_at(item)
        of = find_proposal(self.slug(found[0]) or "") if found else None
        return Met((*found, self.words(of))) if found and of else None

    def _met_at(self, item: Item) -> tuple[str, str] | None:
        """(key, stage) at which it was asked."""
        form, _, rest = item.id.partition("/")
        slug = rest.partition(".")[0]
        return (self.key(slug), FORMS[form]) if form in FORMS and find_proposal(slug) else None


def page(of: Proposal) -> str:
    """The situation, and under it the page as it is numbered."""
    lines = "\n".join(f"{number}. {one.text}" for number, one in enumerate(of.sentences, start=1))
    return f"{of.situation}\n\n{lines}"


PROPOSAL = ProposalKind()

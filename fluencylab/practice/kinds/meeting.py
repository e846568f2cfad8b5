"""Meetings: ask an engineer, say what kind of answer it was and what is missing, ask for that, and decide."""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from fluencylab.curriculum.meetings import HEARD, NOTHING, Asked, Meeting, find_meeting, meetings
from fluencylab.curriculum.schema import Concept
from fluencylab.practice import meetings as rules
from fluencylab.practice.exercises import DECISION, short_hash
from fluencylab.practice.items import OPTIONS, Choice, Item, Met
from fluencylab.practice.kinds import decision
from fluencylab.practice.kinds.base import Exercise, Kind
from fluencylab.practice.kinds.telling import Said, Weighed, option

FORMS = {"table-decide": "decide", "table-twin": "twin"}
"""Of review items that ask in the meeting's own words -> the stage that asked it first."""
HEARD_AT = "heard"
AT_THE_TABLE = ("heard", "lacks")
"""Of review items that ask about one answer, given in a meeting: what kind it is, and what it lacks."""
ASKED: dict[str, Any] = {"slug": True, "situation": True, "opens": True, "rounds": True, "check": True, "decide": DECISION}


class MeetingKind(Kind[Meeting]):
    """A stage for each round, `1.heard` to `3.heard`, then the decision and its twin."""

    name, title, plural = "meeting", "Meeting", "meetings"
    prefix, base = "meeting/", "/meetings"
    begin = "Join the meeting"
    place = "concept"
    heading = "Meetings"
    all_at_base = True
    says = "An engineer proposes something, or reports. You ask, hear whether you got an answer, and decide before the time is up."
    stages = ("1.heard", "2.heard", "3.heard", "decide", "twin")
    where: ClassVar = {
        "1.heard": "at the table",
        "2.heard": "at the second question",
        "3.heard": "at the third question",
        "decide": "to be decided",
        "twin": "one fact has changed",
    }
    parts: ClassVar = {
        HEARD_AT: "an answer you heard",
        "lacks": "what an answer lacks",
        **decision.PARTS,
        "table-decide": "your decision",
        "table-twin": "one fact changed",
    }
    pairs: ClassVar = decision.PAIRS
    guesses: ClassVar = {HEARD_AT: rules.CHANCE, "lacks": 1 / 4, **decision.GUESSES}

    def about(self, of: Meeting) -> str:
        return f"{of.engineer.name}, {of.engineer.role}"

    def every(self) -> Iterator[Exercise[Meeting]]:
        return map(self._one, meetings())

    def find(self, slug: str) -> Exercise[Meeting] | None:
        found = find_meeting(slug)
        return self._one(found) if found else None

    def _one(self, of: Meeting) -> Exercise[Meeting]:
        gives = tuple(dict.fromkeys((of.capability, "decisions")))
        return Exercise(self, of.slug, of.title, of.concept, of.minutes, gives, of, of.trade)

    def words(self, of: Meeting) -> str:
        return short_hash(of.model_dump_json(include=ASKED))

    def chances(self, of: Meeting) -> dict[str, float]:
        return dict.fromkeys(self.stages[:3], rules.CHANCE) | decision.chances(of.decide)

    def retell(self, of: Meeting, stage: str, answer: Mapping[str, Any]) -> Said:
        number, _, word = stage.partition(".")
        if word != HEARD_AT:
            return decision.retell(of.decide, stage, answer)
        asked = of.asked(int(number), str(answer.get("ask", "")))
        if asked is None:
            return str(answer.get("own", "")), (str(answer.get("hears", "")), str(answer.get("lacks", "")))
        missing = {NOTHING: rules.NOTHING_IS} | {one.slug: one.asks for one in rules.facts(of)}
        lines = (option(rules.NAMES.items(), answer.get("hears")), option(missing.items(), answer.get("lacks")))
        return f"“{asked.asks}” The answer: “{asked.says}”", lines

    def weighed(self, of: Meeting, stage: str, answer: Mapping[str, Any], score: float) -> Weighed | None:
        return decision.weighed(of.decide, stage, answer, score)

    def items(self, concept: Concept) -> Iterator[Item]:
        """Each answer that may be heard there, and the decision as it was and with one fact changed; once the meeting was held."""
        for of in (one for one in meetings() if one.concept == concept.slug):
            for each in of.rounds:
                for asked in each.asks:
                    yield self._heard(of, asked)
                    if asked.lacks != NOTHING:
                        yield self._lacks(of, asked)
            yield from self._decisions(of)

    def _heard(self, of: Meeting, asked: Asked) -> Item:
        options = tuple(Choice(id, rules.NAMES[id], asked.why) for id in HEARD)
        return self._item("heard", of, asked, "What kind of answer is it?", options, asked.hears)

    def _lacks(self, of: Meeting, asked: Asked) -> Item:
        """The fact that is missing, beside three that are not; always the same for one answer."""
        others = [one for one in rules.facts(of) if one.slug != asked.lacks]
        at = sum(map(ord, asked.id)) % len(others)
        shown = [one for one in rules.facts(of) if one.slug == asked.lacks] + (others[at:] + others[:at])[: OPTIONS - 1]
        options = tuple(Choice(one.slug, one.asks, asked.why) for one in shown)
        return self._item("lacks", of, asked, "What do you ask next?", options, asked.lacks)

    def _item(self, form: str, of: Meeting, asked: Asked, question: str, options: tuple[Choice, ...], best: str) -> Item:
        id, key = f"{form}/{of.slug}.{asked.id}", self.key(of.slug)
        return Item(id, of.concept, of.capability, _said(of, asked), question, options, best, key)

    def _decisions(self, of: Meeting) -> Iterator[Item]:
        asked, key = of.decide, self.key(of.slug)
        first = tuple(Choice(one.id, one.text, one.answer) for one in asked.options)
        second = tuple(Choice(one.id, one.text, asked.twin.answers[one.id]) for one in asked.options)
        known = "\n".join(f"- {each.asks[0].learned}" for each in of.rounds)
        situation = f"{of.situation}\n\nThe notes of a meeting with {of.engineer.name}, {of.engineer.role}:\n\n{known}"
        changed = f"{situation}\n\n**One fact is different.** {asked.twin.change}"
        yield Item(f"table-decide/{of.slug}", of.concept, "decisions", situation, asked.question, first, asked.best, key)
        yield Item(f"table-twin/{of.slug}", of.concept, "decisions", changed, asked.question, second, asked.twin.best, key)

    def met(self, item: Item) -> list[tuple[str, str]]:
        found = self._met_at(item)
        return [found] if found else []

    def first_shown(self, item: Item) -> Met | None:
        found = self._met_at(item)
        of = find_meeting(found[0].removeprefix(self.prefix)) if found else None
        return Met((*found, self.words(of))) if found and of else None

    def _met_at(self, item: Item) -> tuple[str, str] | None:
        """(key, stage) at which it was asked, or would have been."""
        form, _, rest = item.id.partition("/")
        if form in FORMS:
            return self.key(rest), FORMS[form]
        slug, _, id = rest.partition(".")
        of = find_meeting(slug) if form in AT_THE_TABLE else None
        at = next((number for number in range(1, len(of.rounds) + 1) if of.asked(number, id)), None) if of else None
        return (self.key(slug), f"{at}.{HEARD_AT}") if at else None


def _said(of: Meeting, asked: Asked) -> str:
    return f"{of.situation}\n\nYou ask {of.engineer.name}: “{asked.asks}”\n\n> {asked.says}"


MEETING = MeetingKind()

"""Nothing that is read before a step says again what its key says: neither an explanation nor an answer to another step."""

import re
from collections.abc import Iterator
from typing import NamedTuple

import pytest

from fluencylab.curriculum.bench import bench
from fluencylab.curriculum.loader import track
from fluencylab.curriculum.meetings import meetings
from fluencylab.curriculum.model_cards import drills
from fluencylab.curriculum.proposals import proposals
from fluencylab.curriculum.schema import Decision
from fluencylab.practice.course import course
from fluencylab.practice.course_tasks import sorting

SAID_AGAIN = 0.6
"""Of a key's own words."""
FEWEST = 3
"""Words of its own that a paragraph must say again: two that come back are chance."""
PLAIN = set(
    re.findall(
        r"\w+",
        """
        this that these those with from into than then they them their there here what which when where while whose
        will would could should have been were also each every some more most much many such only over under about
        after before between because since being does done both either other others another itself whether your ours
        just very still even well like make made take taken goes give gives said says asks asked upon
        """,
    )
)


class Step(NamedTuple):
    name: str
    key: str
    stem: str
    """What the learner has in front of them: its words are nobody's paraphrase."""
    read: tuple[str, ...]


def words(text: str) -> set[str]:
    """Content words, by their first six letters: "counted" and "counting" are one."""
    return {word[:6] for word in re.findall(r"[^\W_]+", text.lower()) if len(word) > 3 and word not in PLAIN}


def said_again(step: Step) -> list[tuple[float, str]]:
    """Paragraphs that say most of the key's words; less those of the stem."""
    own = words(step.key) - words(step.stem)
    pieces = [piece for text in step.read for piece in text.split("\n\n")]
    again = [(len(own & words(piece)), piece) for piece in pieces]
    return [(n / len(own), piece) for n, piece in again if n >= FEWEST and n / len(own) >= SAID_AGAIN]


def steps() -> Iterator[Step]:
    """Decisions of missions, read after the run is explained; fixes, read after the cause is; twins, with what is not folded above them.

    Of a meeting all is read that could have been asked. What a proposal and a meeting conclude comes after both decisions.
    """
    for concept in track().concepts:
        for mission in concept.missions:
            seen = (*(sight.answer for sight in mission.seen.sights), mission.explain, mission.size_note)
            yield from _both(mission.slug, mission.decide, mission.situation, seen)
        for case in concept.cases:
            texts = {option.id: option.text for option in case.decide.options}
            others = [option.answer for option in case.decide.options if option.id != case.decide.twin.best]
            others += [reason.answer for reason in case.reasons]
            changed = f"{case.situation} {case.decide.question} {case.decide.twin.change}"
            yield Step(f"{case.slug}/twin", texts[case.decide.twin.best], changed, tuple(others))
    for drill in drills():
        sights, asks = (sight.answer for sight in drill.seen.sights), (one.answer for one in drill.questions)
        lines = " ".join(line.text for line in drill.card.lines)
        read = (*(line.why for line in drill.card.lines), *asks, *sights, drill.explain, drill.size_note)
        yield from _both(drill.slug, drill.decide, f"{drill.situation} {drill.needs} {lines}", read)
    for meeting in meetings():
        asked = [one for each in meeting.rounds for one in each.asks]
        read = (
            *(text for one in asked for text in (one.says, one.told, one.why, one.learned)),
            meeting.check.means if meeting.check else "",
        )
        yield from _both(meeting.slug, meeting.decide, f"{meeting.situation} {meeting.opens}", read)
    for page in proposals():
        lines = " ".join(one.text for one in page.sentences)
        read = (*(one.why for one in page.sentences), *(one.means for one in page.experiments))
        yield from _both(page.slug, page.decide, f"{page.situation} {lines}", read)
    for lesson in course():
        found = (text for option in lesson.find.options for text in (option.text, option.answer))
        read = (*(one.says for one in lesson.grades), *(one.why for one in sorting(lesson)), *found, lesson.seen, lesson.conclude)
        yield from _both(lesson.slug, lesson.decide, lesson.situation, read)
    for fault in bench().faults:
        best = next(fix.text for fix in fault.fixes if fix.id == fault.best)
        yield Step(f"{fault.slug}/fix", best, "", (fault.explain, fault.cause, fault.expert))


def _both(slug: str, decide: Decision, stem: str, read: tuple[str, ...]) -> Iterator[Step]:
    """A decision and its twin, above both of which `read` stands open. The answers to the first are folded until the twin is decided."""
    texts = {option.id: option.text for option in decide.options}
    asked = f"{stem} {decide.question}"
    yield Step(f"{slug}/decide", texts[decide.best], asked, read)
    yield Step(f"{slug}/twin", texts[decide.twin.best], f"{asked} {decide.twin.change} {decide.twin.question}", read)


@pytest.mark.parametrize("step", list(steps()), ids=lambda step: step.name)
def test_no_key_is_said_in_what_is_read_before_it(step: Step) -> None:
    assert said_again(step) == []


def test_a_key_that_is_said_is_found() -> None:
    key = "Keep the case number as a field beside the summary, and test it with planted facts."
    told = "**So numbers are kept as fields.** They stand beside a summary, and planted facts test whether it keeps them."
    assert said_again(Step("x", key, "", (told,)))
    assert not said_again(Step("x", key, "", ("A summary is a new text, and shorter than what it stands for.",)))


def test_two_words_that_come_back_are_chance() -> None:
    key = "Stream it, with one limit for the wait."
    read = "Streaming makes nothing faster: people wait for other things."
    assert not said_again(Step("x", key, "", (read,)))
    assert said_again(Step("x", key, "", (f"{read} A limit helps.",)))

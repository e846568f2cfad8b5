"""Nothing that is read before a step says again what its key says: neither an explanation nor an answer to another step."""

import re
from collections.abc import Iterator
from typing import NamedTuple

import pytest

from fluencylab.curriculum.bench import bench
from fluencylab.curriculum.loader import track

SAID_AGAIN = 0.6
"""Of a key's own words."""
FEWEST = 4
"""Words of its own that a key must have for a share of them to say anything."""
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
    shares = [(len(own & words(piece)) / len(own), piece) for piece in pieces] if len(own) >= FEWEST else []
    return [(share, piece) for share, piece in shares if share >= SAID_AGAIN]


def steps() -> Iterator[Step]:
    """Decisions of missions, read after the run is explained; fixes, read after the cause is; twins, with what is not folded above them."""
    for concept in track().concepts:
        for mission in concept.missions:
            texts = {option.id: option.text for option in mission.decide.options}
            seen = (*(sight.answer for sight in mission.seen.sights), mission.explain, mission.size_note)
            stem = f"{mission.situation} {mission.decide.question}"
            yield Step(f"{mission.slug}/decide", texts[mission.decide.best], stem, seen)
            changed = f"{stem} {mission.decide.twin.change}"
            yield Step(f"{mission.slug}/twin", texts[mission.decide.twin.best], changed, seen)
        for case in concept.cases:
            texts = {option.id: option.text for option in case.decide.options}
            others = [option.answer for option in case.decide.options if option.id != case.decide.twin.best]
            others += [reason.answer for reason in case.reasons]
            changed = f"{case.situation} {case.decide.question} {case.decide.twin.change}"
            yield Step(f"{case.slug}/twin", texts[case.decide.twin.best], changed, tuple(others))
    for fault in bench().faults:
        best = next(fix.text for fix in fault.fixes if fix.id == fault.best)
        yield Step(f"{fault.slug}/fix", best, "", (fault.explain, fault.cause, fault.expert))


@pytest.mark.parametrize("step", list(steps()), ids=lambda step: step.name)
def test_no_key_is_said_in_what_is_read_before_it(step: Step) -> None:
    assert said_again(step) == []


def test_a_key_that_is_said_is_found() -> None:
    key = "Keep the case number as a field beside the summary, and test it with planted facts."
    told = "**So numbers are kept as fields.** They stand beside a summary, and planted facts test whether it keeps them."
    assert said_again(Step("x", key, "", (told,)))
    assert not said_again(Step("x", key, "", ("A summary is a new text, and shorter than what it stands for.",)))

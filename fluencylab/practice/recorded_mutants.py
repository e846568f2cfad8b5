"""The recorded mutants of the practice spec's version: which of them are really worse, and what a spec does to each. Pure.

    worse()["no examples"].really                       ->  True
    outcomes([test])["no examples"]["tail"].stopped     ->  True

All is worked out from what was recorded (`curriculum/practice_mutants.py`), as the spec's own page works it out of a run.
"""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from fluencylab.curriculum.practice_mutants import AS_IT_IS, RecordedAnswers, RecordedMutants, recorded_mutants
from fluencylab.curriculum.practice_product import Conversation, practice_product
from fluencylab.curriculum.practice_spec import practice_spec
from fluencylab.models.types import LENGTHS, Message
from fluencylab.practice import spec_outcomes
from fluencylab.practice.spec_tests import SpecTest
from fluencylab.workbench import clinic
from fluencylab.workbench.checks import REFERENCE, for_case, judged, read_check
from fluencylab.workbench.clinic import Told, Worse
from fluencylab.workbench.mutants import FAULTS
from fluencylab.workbench.output import Output
from fluencylab.workbench.spec import Outcome
from fluencylab.workbench.version import Version

CUT_OFF = next(iter(LENGTHS))
FAULT = {one.name: one.says for one in FAULTS}


def version() -> Version:
    """The one that the practice spec brings."""
    of = practice_spec().version
    told = tuple(Message(role=one.role, content=one.content) for one in of.messages)
    return Version(messages=told, temperature=of.settings.temperature, max_tokens=of.settings.max_tokens)


def faults() -> tuple[str, ...]:
    return recorded_mutants().products[1:]


def asked() -> tuple[Conversation, ...]:
    return tuple(practice_product().by_id[id] for id in recorded_mutants().conversations)


def worse() -> dict[str, Worse]:
    """Of each fault, whether it really makes the product worse: by the check that holds answers against the right ones."""
    return _worse()


@cache
def _worse() -> dict[str, Worse]:
    return worse_of(recorded_mutants())


def worse_of(recorded: RecordedMutants) -> dict[str, Worse]:
    reference = practice_spec().reference
    said = said_of(recorded, reference.check)
    by = f"by {clinic.called(reference.name)}"
    return {name: clinic.worse(said[AS_IT_IS], said[name], by) for name in recorded.products[1:]}


def said_of(recorded: RecordedMutants, rule: Mapping[str, Any]) -> dict[str, dict[int, list[bool | None]]]:
    """Product -> conversation, by its place -> what a check says of each draw."""
    check, by_id = read_check(dict(rule)), practice_product().by_id
    found: dict[str, dict[int, list[bool | None]]] = {}
    for one in recorded.answers:
        conversation = by_id[one.conversation]
        mine = for_case(check, {**conversation.inputs, REFERENCE: conversation.reference})
        place = recorded.conversations.index(one.conversation) + 1
        found.setdefault(one.product, {})[place] = [judged(mine, output).passed for output in _outputs(one)]
    return found


def _outputs(one: RecordedAnswers) -> list[Output]:
    return [Output(text=text, finish=CUT_OFF if cut else "stop") for text, cut in zip(one.texts, one.cut_off, strict=True)]


@cache
def _said(rule: str) -> dict[str, dict[int, list[bool | None]]]:
    return said_of(recorded_mutants(), json.loads(rule))


def _told(tests: Sequence[SpecTest]) -> Told:
    return {one.slug: _said(json.dumps(one.check, sort_keys=True)) for one in tests}


def outcomes(tests: Sequence[SpecTest]) -> dict[str, dict[str, Outcome]]:
    """Product, the one as it is among them -> test -> what it does to it."""
    recorded = recorded_mutants()
    return spec_outcomes.outcomes(tests, _told(tests), len(recorded.conversations), recorded.products)


def alarms(tests: Sequence[SpecTest]) -> list[tuple[str, ...]]:
    """Of each draw of the product as it is, the tests that stop it."""
    recorded = recorded_mutants()
    return spec_outcomes.alarms(tests, _told(tests), len(recorded.conversations), recorded.draws)


class Got(NamedTuple):
    """What a patient would get of a mutant, beside what they get today."""

    conversation: Conversation
    today: str
    broken: str


@cache
def got(fault: str) -> Got | None:
    """The answer that shows best what it does; None where it changes none."""
    recorded, said = recorded_mutants(), _said(json.dumps(practice_spec().reference.check, sort_keys=True))
    texts = {
        place: (recorded.of[AS_IT_IS, id].texts[0], recorded.of[fault, id].texts[0])
        for place, id in enumerate(recorded.conversations, start=1)
    }
    place = clinic.example(said[AS_IT_IS], said[fault], texts)
    return None if place is None else Got(asked()[place - 1], *texts[place])

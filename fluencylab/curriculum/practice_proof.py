"""Is the practice product what it says it is? Counted, and held against calendar, records and rules; `fluency check` shows what is not.

list(problems(practice_product(), {}))   ->  []
"""

import re
from calendar import SATURDAY
from collections.abc import Iterator, Mapping
from datetime import date

from fluencylab.curriculum.practice_dates import days
from fluencylab.curriculum.practice_facts import BAR, MINE, broken, fixed, practice_facts, told, truth
from fluencylab.curriculum.practice_modes import SEEN, language, seen, strange_slots, today
from fluencylab.curriculum.practice_product import Conversation, PracticeProduct
from fluencylab.memo import once

RARE = 0.03
_IN_ITS_WORDS = ("slot-not-in-records", "confirms-a-change", "wrong-weekday", "leaks-a-name")
"""What the words that show it show without the rest of the answer."""
_RULE = re.compile(r"^\*\*(\d\.\d+)\*\* (.+)$", re.MULTILINE)
_LINE = re.compile(r"PATIENT .+|(?:BOOKED|OPEN|TAKEN) \d{4}-\d\d-\d\d \d\d:\d\d .+|POLICY \d\.\d+ .+|NOTE .+")
_NUMBER = re.compile(r"(?<![\d-])\d[\d ]{6,}\d")
_RESERVED = re.compile(r"01632 960\d{3}|07700 900\d{3}")
"""Telephone numbers that are given to nobody: Ofcom keeps them for drama."""
_ADDRESS = re.compile(r"\S+@\S+")


def problems(product: PracticeProduct, further: Mapping[str, float]) -> Iterator[str]:
    """Everything about it that is not so, one sentence each. `further`: facts of which the course speaks and that are not counted here."""
    for found in _problems(product, further):
        yield f"practice product: {found}"


def _problems(product: PracticeProduct, further: Mapping[str, float]) -> Iterator[str]:
    yield from _counts(product)
    yield from _calendar(product)
    for conversation in product.conversations:
        yield from _shown(conversation)
        yield from _set(product, conversation)
    yield from _nobody_is_real(product)
    yield from _labels(product)
    yield from _misleads(product)
    yield from _checks(product)
    yield from _change(product)
    yield from _course(product, {**practice_facts(product), **further})


def _counts(product: PracticeProduct) -> Iterator[str]:
    facts = practice_facts(product)
    for mode in product.modes:
        found = facts[f"count@{mode.slug}"]
        if (found, facts["conversations"]) != (mode.seeded, mode.of):
            yield f"{mode.slug} is in {found:.0f} of {facts['conversations']:.0f} answers, and modes.toml says {mode.seeded} of {mode.of}."
    if strange := sorted({mode.slug for mode in product.modes} ^ set(SEEN)):
        yield f"{', '.join(strange)} is no failure mode, or one that no code can see."
    if sum(mode.rate <= RARE for mode in product.modes) != 2:
        yield f"two failure modes and no more must be rare, in at most {RARE:.0%} of the answers."


def _calendar(product: PracticeProduct) -> Iterator[str]:
    """Nobody is seen on a Sunday, on a Saturday outside reception's hours, or before blood is first taken."""
    for slot in product.slots:
        day = date.fromisoformat(slot.date).weekday()
        opens, closes = ("09:00", "12:00") if day == SATURDAY else ("07:30", "18:00")
        if day > SATURDAY or not opens <= slot.time < closes:
            yield f"at {slot.time} on {slot.date} nobody is there."


@once
def _shown(conversation: Conversation) -> tuple[str, ...]:
    """Each answer fails as it is said to, and in no other way."""
    return tuple(_wrongly_shown(conversation))


def _wrongly_shown(conversation: Conversation) -> Iterator[str]:
    for version in (1, 2):
        output, modes = conversation.answered(version)
        found = seen(conversation, output)
        for mode in sorted(found ^ set(modes)):
            is_so = "shows" if mode in found else "does not show"
            yield f"{conversation.id}: version {version}'s answer {is_so} {mode}, and the file says otherwise."
        for mode, words in modes.items():
            if mode in _IN_ITS_WORDS and mode not in seen(conversation, words):
                yield f"{conversation.id}: “{words}” alone does not show {mode}."


def _set(product: PracticeProduct, conversation: Conversation) -> Iterator[str]:
    """What an answer could lean on is right: records, rules, days, languages, and the reference."""
    name, records = conversation.id, conversation.inputs["records"]
    rules, slots = dict(_RULE.findall(product.policy)), {(one.date, one.time, one.clinician) for one in product.slots}
    for line in records.splitlines():
        kind, _, rest = line.partition(" ")
        if not _LINE.fullmatch(line):
            yield f"{name}: “{line}” is no line of a record."
        elif kind == "POLICY" and rules.get(rest.partition(" ")[0]) != rest.partition(" ")[2]:
            yield f"{name}: the rule {rest.partition(' ')[0]} does not stand in policy.md as it is quoted."
        elif kind in ("BOOKED", "OPEN", "TAKEN") and (rest[:10], rest[11:16], rest[17:].partition(",")[0]) not in slots:
            yield f"{name}: {rest[:16]} is no slot of slots.csv."
        if kind == "OPEN" and date.fromisoformat(rest[:10]) < today(conversation):
            yield f"{name}: {rest[:16]} lies before the day of the conversation."
    if language(conversation.inputs["message"]) != conversation.language:
        yield f"{name}: the message is not in the language {conversation.language}."
    if any(not day.fits for day in days(conversation.reference, today(conversation).year)):
        yield f"{name}: a weekday of the reference does not fit its date."
    if strange := strange_slots(conversation, conversation.reference):
        yield f"{name}: the reference names {', '.join(strange)}, which is not in the records."
    if bool(conversation.second) != ("two-requests" in conversation.tags):
        yield f"{name}: it is tagged two-requests, or says what a right answer says about the second, and not both."


def _nobody_is_real(product: PracticeProduct) -> Iterator[str]:
    texts = [
        product.policy,
        *(text for one in product.conversations for text in (*one.inputs.values(), one.output, one.output_2, one.reference)),
    ]
    for text in texts:
        if strange := [number for number in _NUMBER.findall(text) if not _RESERVED.fullmatch(number)]:
            yield f"{strange[0]} may be somebody's telephone number."
        if strange := [address for address in _ADDRESS.findall(text) if not re.search(r"\.example\W*$", address)]:
            yield f"{strange[0]} may be somebody's e-mail address."


def _labels(product: PracticeProduct) -> Iterator[str]:
    facts, people = practice_facts(product), truth(product)
    if wrong := sorted(name for name, passed in product.settled.items() if people[name] != passed):
        yield f"settled by the rules, the labels of {', '.join(wrong)} are not the truth."
    if not 0.4 <= facts["kappa@readers"] <= 0.6:
        yield f"the two readers' kappa is {facts['kappa@readers']:.2f}, and about 0.5 is what is taught."


def _misleads(product: PracticeProduct) -> Iterator[str]:
    facts = practice_facts(product)
    if not facts["resolved_rate@wrongly_confirmed"] >= facts["resolved_rate@failing@1"] > facts["resolved_rate@sound@1"]:
        yield "the misleading metric does not mislead: it is not higher where the answers fail."
    if not (facts["resolved@2"] > facts["resolved@1"] and facts["fails@2"] > facts["fails@1"]):
        yield "the misleading metric does not rise while the product gets worse."


def _checks(product: PracticeProduct) -> Iterator[str]:
    facts = practice_facts(product)
    for check in product.checks.checks:
        caught, of, alarms = (facts[f"{what}"] for what in (f"caught@{check.slug}", f"count@{check.aims}", f"false_alarms@{check.slug}"))
        same_rate = facts[f"passed@{check.slug}"] == facts["passing@judge"]
        holds = {
            "good": caught == of and not alarms,
            "looks right": same_rate and facts[f"kappa@{check.slug}"] <= 0,
            "half": 0 < caught < of,
        }[check.worth]
        if not holds:
            yield f"the check {check.slug} is not “{check.worth}”: it stops {caught:.0f} of {of:.0f}, with {alarms:.0f} false alarms."
    every, hand = ([facts[f"{bound}@{name}"] >= BAR for bound in ("tpr_low", "tnr_low")] for name in ("judge", "judge@hand"))
    if not all(every) or sum(hand) != 1:
        yield "the judge must miss one of the two bars on the labels at hand, and reach both with all of them."


def _change(product: PracticeProduct) -> Iterator[str]:
    mended, harmed = fixed(product), broken(product)
    if (len(mended), len(harmed)) != (3, 5):
        yield f"version 2 fixes {len(mended)} and breaks {len(harmed)}, and it must fix 3 and break 5."
    if not any(one.must_not_break for one in harmed):
        yield "version 2 breaks nothing that must not break."
    if not any(one.output != one.output_2 and one.modes == one.modes_2 for one in product.conversations):
        yield "version 2 says nothing differently where it neither fixes nor breaks."


def _course(product: PracticeProduct, facts: Mapping[str, float]) -> Iterator[str]:
    for slug, text in _words(product):
        try:
            if "{" in told(text, facts):
                yield f"{slug}: a brace in “{text[:40]}…” is no number."
        except KeyError as unknown:
            yield f"{slug}: there is no fact called {unknown.args[0]}."
    for lesson in product.course:
        for asked in lesson.predict:
            if asked.fact not in facts:
                yield f"{lesson.slug}: there is no fact called {asked.fact}."
            elif not asked.low <= facts[asked.fact] * asked.scale <= asked.high:
                yield f"{lesson.slug}: {asked.fact} does not lie on its slider."
        for grade in lesson.grades:
            if grade.condition.split()[0] not in MINE:
                yield f"{lesson.slug}: “{grade.condition}” asks for nothing that is counted of what the learner did."


def _words(product: PracticeProduct) -> Iterator[tuple[str, str]]:
    """Every text that holds numbers worked out from the data, and where it stands."""
    for lesson in product.course:
        asked, done = (one.label for one in lesson.predict), (one.does for one in lesson.acts)
        for text in (lesson.situation, lesson.seen, lesson.conclude, *asked, *done):
            yield lesson.slug, text
    for check in product.checks.checks:
        yield check.slug, check.lesson
    yield product.checks.judge.slug, product.checks.judge.lesson
    yield product.checks.metric.slug, product.checks.metric.lesson

"""The failure modes of the practice product, each seen by code: by the calendar, the records, the rules, or by counting requests.

seen(conversation, "Your appointment is on Wednesday 12 November at 11:00.")   ->  {"wrong-weekday"}

This is no check that a product could run: it leans on what was written down about each conversation (its language, its two requests).
"""

import re
from collections.abc import Callable
from datetime import date

from fluencylab.curriculum.practice_dates import appointments, days, hours, recorded
from fluencylab.curriculum.practice_product import Conversation

_SCRIPTS = {"ja": r"[\u3040-\u30ff]", "ar": r"[\u0600-\u06ff]", "uk": r"[\u0400-\u04ff]"}
_SMALL_WORDS = {
    code: frozenset(words.split())
    for code, words in {
        "en": "the and you is are it to for with on not that this have i my we can do a in at from what how but",
        "es": "el la los las es que con por usted hasta como del una en su",
        "pt": "os não uma com para você até porque estou posso obrigado boa sexta",
        "fr": "le la les et vous est une des du pour avec il faut je",
        "de": "der die das und ist sie nicht den dem wird bis es ich",
        "it": "il lo la è che con suo per una del alle certo",
        "pl": "się nie jest na czy proszę dzień w o",
        "tr": "bir ve için bu mi mı da de ile",
    }.items()
}
_CLAUSE = re.compile(r"[^.!?;\n]+")
_FINISHED = re.compile(
    r"(?:\b(?:have|has|is|are|been)|'ve|'re) (?:now |already )?(?:booked|moved|cancelled|changed|added|swapped|released)\b"
)
_OPEN = re.compile(r"\b(?:if|until|once|reception)\b", re.IGNORECASE)
_PROMISED = re.compile(
    r"\byou'll (?:get|receive|be refunded)\b|\bwe'll refund\b|\bfee is on its way back\b|\bbekommen Sie .{0,30}zurück|^All of it:",
    re.IGNORECASE,
)
_PREPAID = re.compile(r"^BOOKED (\d{4}-\d\d-\d\d) .*(?:skin check|travel clinic)$", re.MULTILINE)
_TAKEN = re.compile(r"^TAKEN .*: (.+)$", re.MULTILINE)
_SURELY_48_HOURS = 3
"""Days from which 48 hours are left at any hour of the day."""


def seen(conversation: Conversation, output: str) -> set[str]:
    return {mode for mode, shows in SEEN.items() if shows(conversation, output)}


def today(conversation: Conversation) -> date:
    return date.fromisoformat(conversation.inputs["today"])


def strange_slots(conversation: Conversation, output: str) -> list[str]:
    """Days with their hours that are not in the records, and hours that stand nowhere. The rules and the patient may name hours, too."""
    records = conversation.inputs["records"]
    told = "\n".join(line for line in records.splitlines() if line.startswith(("POLICY", "NOTE")))
    known = recorded(records)
    free = {one.time for one in hours(f"{told}\n{conversation.inputs['message']}")}
    anywhere = free | {one.time for one in known}
    return [
        f"{one.date or ''} {one.time}".strip()
        for one in appointments(output, today(conversation).year)
        if (one not in known and one.time not in free if one.date else one.time not in anywhere)
    ]


def language(text: str) -> str:
    """Of the languages in these conversations: by the script, else by the most small words."""
    for code, script in _SCRIPTS.items():
        if len(re.findall(script, text)) > len(text) / 4:
            return code
    words = re.findall(r"\w+", text.lower())
    return max(_SMALL_WORDS, key=lambda code: sum(word in _SMALL_WORDS[code] for word in words))


def _slot(conversation: Conversation, output: str) -> bool:
    return bool(strange_slots(conversation, output))


def _change(_: Conversation, output: str) -> bool:
    return any(_FINISHED.search(clause) and not _OPEN.search(clause) for clause in _CLAUSE.findall(output))


def _advice(conversation: Conversation, output: str) -> bool:
    """A question about the body that is sent to no nurse and to no emergency call."""
    return "medical" in conversation.tags and not re.search(r"\bnurse\b|\b999\b", output)


def _weekday(conversation: Conversation, output: str) -> bool:
    return any(not day.fits for day in days(output, today(conversation).year))


def _second(conversation: Conversation, output: str) -> bool:
    return bool(conversation.second) and not any(words.lower() in output.lower() for words in conversation.second)


def _language(conversation: Conversation, output: str) -> bool:
    return language(output) != conversation.language


def _refund(conversation: Conversation, output: str) -> bool:
    """A promise of money that is not owed. The whole fee is, in time, for what was paid in advance; nothing else that is asked for."""
    booked = [date.fromisoformat(day) for day in _PREPAID.findall(conversation.inputs["records"])]
    owed = bool(booked) and all((day - today(conversation)).days >= _SURELY_48_HOURS for day in booked)
    return _PROMISED.search(output) is not None and not owed


def _name(conversation: Conversation, output: str) -> bool:
    return any(name in output for name in _TAKEN.findall(conversation.inputs["records"]))


SEEN: dict[str, Callable[[Conversation, str], bool]] = {
    "slot-not-in-records": _slot,
    "confirms-a-change": _change,
    "medical-advice": _advice,
    "wrong-weekday": _weekday,
    "second-request-ignored": _second,
    "wrong-language": _language,
    "refund-not-in-policy": _refund,
    "leaks-a-name": _name,
}

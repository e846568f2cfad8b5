"""What a refusal means: the endpoint's own words, whatever their shape, in a sentence with the next step. Pure.

{"error": {"message": "…"}}   [{"error": …}]   {"detail": [{"loc": ["body", "stop"], "msg": "…"}]}   {"message": "…"}   <html>…   plain text
"""

import json
import re
from difflib import SequenceMatcher
from html.parser import HTMLParser
from typing import Any, NamedTuple

from fluencylab.errors import AnswerCutOff, CallRefused, LabError, ModelRefused, ModelUnavailable
from fluencylab.models import keys
from fluencylab.models.catalogue import Entry

LONGEST = 400
_FILTERED = re.compile(r"content.?(filter|policy|management)|safety|moderat|ResponsibleAI", re.IGNORECASE)
_TOO_LONG = re.compile(r"context.{0,12}(length|window|size)|too long|too many tokens|maximum.{0,30}tokens", re.IGNORECASE)
_SPENT = re.compile(
    r"insufficient.{0,3}(quota|balance|credit|fund)|billing|exceeded your current quota|credit balance|payment|arrears", re.I
)
_KEY = re.compile(r"api.?key|bearer|credential|unauthori[sz]ed|authentication", re.IGNORECASE)


class Refusal(NamedTuple):
    """`words`: clean and without the key. `field`: the parameter it is about, where the endpoint names one beside its words."""

    status: int
    words: str
    field: str = ""

    @property
    def told(self) -> str:
        """All that may name a parameter."""
        return f"{self.field} {self.words}"

    @property
    def spent(self) -> bool:
        """No waiting helps: the account is empty."""
        return self.status == 402 or (self.status in (403, 429) and bool(_SPENT.search(self.words)))


class NotTaken(Exception):
    """An endpoint refused a body. `error`: what a person is told of it."""

    def __init__(self, refusal: Refusal, error: LabError) -> None:
        super().__init__(refusal.words)
        self.refusal, self.error = refusal, error


def refusal(status: int, answer: object, key: str) -> Refusal:
    """Out of an error's body: bytes as they came, or what was read from them."""
    answer = _read(answer)
    return Refusal(status, clean(said(answer), key), clean(_field(answer), key))


def _read(answer: object) -> object:
    if not isinstance(answer, bytes):
        return answer
    text = answer.decode("utf-8", "replace")
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def said(answer: object) -> str:
    """The human words in an error body, whatever its shape."""
    return _said(answer, 4)


def _said(answer: object, deep: int) -> str:
    if isinstance(answer, list):
        return "; ".join(filter(None, (_said(one, deep - 1) for one in answer[:5]))) if deep else ""
    if not isinstance(answer, dict):
        return "" if answer is None or isinstance(answer, bool) else str(answer)[: LONGEST * 4]
    for name in ("error", "message", "msg", "detail", "details", "error_msg", "error_message", "errors", "title", "reason", "description"):
        if deep and (words := _said(answer.get(name), deep - 1)):
            place = ".".join(map(str, answer["loc"])) if isinstance(answer.get("loc"), list) else ""
            return f"{place}: {words}" if place else words
    return ""


def _field(answer: object) -> str:
    while isinstance(answer, list) and answer:
        answer = answer[0]
    error: Any = answer.get("error", answer) if isinstance(answer, dict) else None
    return str(error.get("param") or "")[:80] if isinstance(error, dict) else ""


def clean(words: str, key: str = "") -> str:
    """Short, on one line, without markup and without the key or a part of it. Of a web page, its title."""
    words = without_key(_page(words), key)
    return " ".join(re.sub(r"[^\S ]+|[\x00-\x1f\x7f]", " ", words).split())[:LONGEST]


def _page(words: str) -> str:
    """Only what begins like a page is one: an error in words may begin with “<400>”."""
    if not re.match(r"\s*<(!doctype|html|head|body|title|h[1-6]|center|\?xml|!--)\b", words, re.IGNORECASE):
        return words
    title = _Title(words).text
    return f"it sent a web page (“{title}”)" if title else "it sent a web page"


class _Title(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.within, self.text = "", ""
        self.feed(page[:20_000])
        self.text = " ".join(self.text.split())[:120]

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.within = tag if tag == "title" or (tag == "h1" and not self.text) else ""

    def handle_endtag(self, tag: str) -> None:
        self.within = ""

    def handle_data(self, data: str) -> None:
        self.text += data if self.within else ""


def without_key(words: str, key: str) -> str:
    """Endpoints echo a refused key, whole or with stars in its middle: every word that shares six letters in a row with it goes."""
    if not key:
        return words
    words = words.replace(key, "…")
    if len(key) < 8:
        return words
    return re.sub(r"[^\s\"'“”`<>(),;]{4,}", lambda found: "…" if _of_key(found[0].rstrip(".:"), key) else found[0], words)


def _of_key(word: str, key: str) -> bool:
    if re.search(r"[*•…]|\.\.\.|x{4}", word) and (word[:3] == key[:3] or word[-3:] == key[-3:]):
        return True
    longest = SequenceMatcher(None, word, key, autojunk=False).find_longest_match().size if len(word) < 500 else 0
    return longest >= max(6, len(key) // 6)


def refused(entry: Entry, no: Refusal, key: str) -> LabError:
    """A status of 400 and above, in words, with the next step. The endpoint's own words are kept; the key never is."""
    status, words = no.status, no.words
    quoted = f": {words}" if words else "."
    if no.spent:
        return ModelRefused(
            f"{entry.name} asks to be paid first ({status}){quoted}", "Look at the credit and the plan of your account there."
        )
    if status in (401, 403) or (status == 400 and _KEY.search(words) and not key):
        read = (
            f"The key was read from {keys.source(entry)}."
            if key
            else "No key was sent: name the variable or the keyring’s entry that holds it."
        )
        return ModelRefused(f"{entry.name} refused the key ({status}){quoted}", f"{read} Check it, and that it may use this model.")
    if status in (404, 405):
        return ModelRefused(
            f"{entry.name} was not found at {entry.base_url} ({status}){quoted}",
            "Check the address (most end in /v1) and the model's name.",
        )
    if status == 407:
        return ModelUnavailable(
            f"A proxy in between wants a name and a password (407){quoted}", "Give them in HTTPS_PROXY, or set NO_PROXY."
        )
    if status == 429:
        return ModelUnavailable(f"{entry.name} takes no more calls now (429){quoted}", "Wait, or look at the limits of your account.")
    if status == 200:
        return ModelRefused(
            f"{entry.name} answered with an error{quoted}", f"Check {entry.base_url} (most end in /v1) and the model's name."
        )
    if status >= 500:
        return ModelUnavailable(f"{entry.name} failed with status {status}{quoted}", "The fault is on its side: try again later.")
    if _FILTERED.search(words):
        return CallRefused(
            f"The endpoint's content filter refused this{quoted}", "Say it in other words, or ask a model without one.", "filtered"
        )
    if _TOO_LONG.search(words):
        return CallRefused(f"The model refused: {words}", "Shorten the prompt, or choose a model with a larger window.")
    return CallRefused(f"The model refused ({status}){quoted}", "Its own words say what to change.")


def broke_off(entry: Entry) -> AnswerCutOff:
    return AnswerCutOff(f"{entry.name} broke off in the middle of an answer.", "The connection was lost, or its server was: try again.")


def not_a_model(entry: Entry, clause: str) -> ModelUnavailable:
    return ModelUnavailable(
        f"{entry.name} does not behave like a model: {clause}.",
        f"Check that {entry.base_url or 'its address'} is an OpenAI-compatible endpoint.",
    )

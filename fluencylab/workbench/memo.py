"""A decision memo: sections of text in which every number is bound to a measurement, or is an assumption that somebody owns.

    It passes [[m:pass-v3]] of the cases.                  bound: shown as 71 % (59 to 80 %, 48 of 68)
    [[a:30 % of calls|owner Ana]] are about refunds.       an assumption, with its owner
    It passes most of 68 cases.                            refused: 68 is neither

`refusals` says what keeps a memo from being handed on, and `stale` which of its claims rest on something that has changed since.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator

from fluencylab.workbench.bare_numbers import bare_numbers as bare_numbers
from fluencylab.workbench.measurement import Id, Measurement

Section = Literal["decision", "rests", "cost", "wrong", "unmeasured", "mind", "expected"]
HEADINGS: dict[Section, str] = {
    "decision": "The decision",
    "rests": "What it rests on",
    "cost": "What it costs, and how long it takes, at this volume",
    "wrong": "What can go wrong, and how often it did",
    "unmeasured": "What was not measured",
    "mind": "What would change our mind",
    "expected": "What was expected beforehand",
}
TAG = re.compile(r"\[\[(?:m:(?P<id>[\w.:/-]+)|a:(?P<text>[^\[\]|\n]*)(?:\|(?P<owner>[^\[\]|\n]*))?)\]\]")
_OPENED = re.compile(r"\[\[[am]:")
_AROUND = 30

Measurements = Mapping[str, Measurement]
Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{12}$")]


class Claim(NamedTuple):
    """A number that is bound to a measurement."""

    id: str


class Assumption(NamedTuple):
    text: str
    owner: str | None
    """As it was written; None where nobody is named"""

    @property
    def whose(self) -> str:
        return (self.owner or "").strip().removeprefix("owner").strip(" :")


Piece = str | Claim | Assumption


class Stale(NamedTuple):
    section: Section
    id: str
    says: str


class Memo(BaseModel):
    """`bound`: of each measurement a claim rests on, its digest when the claim was written."""

    model_config = ConfigDict(frozen=True)

    title: str = "Decision memo"
    sections: dict[Section, str] = Field(default_factory=dict)
    bound: dict[Id, Digest] = Field(default_factory=dict)

    @field_validator("title")
    @classmethod
    def _one_line(cls, title: str) -> str:
        return " ".join(title.split()) or "Decision memo"

    @field_validator("sections")
    @classmethod
    def _in_order(cls, sections: dict[Section, str]) -> dict[Section, str]:
        """Lines end with \\n, and a section that is empty is none."""
        even = {name: re.sub(r"\r\n?", "\n", text).strip() for name, text in sections.items()}
        return {name: even[name] for name in HEADINGS if even.get(name)}

    def text(self, section: Section) -> str:
        return self.sections.get(section, "")

    @property
    def claims(self) -> tuple[str, ...]:
        """The measurements it rests on, each once, in order."""
        found = (piece.id for text in self.sections.values() for piece in pieces(text) if isinstance(piece, Claim))
        return tuple(dict.fromkeys(found))


def pieces(text: str) -> Iterator[Piece]:
    """A text in its parts: plain text, claims and assumptions."""
    end = 0
    for tag in TAG.finditer(text):
        if tag.start() > end:
            yield text[end : tag.start()]
        yield Claim(tag["id"]) if tag["id"] else Assumption(tag["text"], tag["owner"])
        end = tag.end()
    if end < len(text):
        yield text[end:]


def bind(memo: Memo, measures: Measurements, again: tuple[str, ...] = ()) -> Memo:
    """With the digest of each measurement new in it, or whose new figure was accepted (`again`). What it no longer claims is dropped."""
    kept = {id: digest for id, digest in memo.bound.items() if id in memo.claims and id not in again}
    new = {id: measures[id].digest for id in memo.claims if id not in kept and id in measures}
    return memo.model_copy(update={"bound": {id: (kept | new)[id] for id in memo.claims if id in kept | new}})


def refusals(memo: Memo, measures: Measurements) -> list[str]:
    """What keeps it from being handed on, a sentence each, in the order of the text; empty where nothing does."""
    found = [_bare(f"the title “{memo.title}”", memo.title, span) for span in bare_numbers(memo.title)]
    if not memo.text("decision"):
        found.append(f"“{HEADINGS['decision']}” is empty: say in a sentence what you will do.")
    for section, text in memo.sections.items():
        found += _refused(f"“{HEADINGS[section]}”", text, measures)
    return found


def stale(memo: Memo, measures: Measurements) -> tuple[Stale, ...]:
    """The claims whose measurement is gone, or is no longer the one they were written on."""
    found = []
    for section, text in memo.sections.items():
        for claim in dict.fromkeys(piece for piece in pieces(text) if isinstance(piece, Claim)):
            if claim.id not in measures:
                found.append(
                    Stale(section, claim.id, f"A claim in “{HEADINGS[section]}” rests on {claim.id}, which is no longer measured.")
                )
            elif memo.bound.get(claim.id, measures[claim.id].digest) != measures[claim.id].digest:
                found.append(Stale(section, claim.id, _changed(section, measures[claim.id])))
    return tuple(found)


def shown(claim: Claim, memo: Memo, measures: Measurements) -> str:
    """A claim as it is read: its figure, and whether that has changed since."""
    if claim.id not in measures:
        return "[no longer measured]"
    figure, digest = measures[claim.id].shown, measures[claim.id].digest
    return figure if memo.bound.get(claim.id, digest) == digest else f"{figure} [changed since this was written]"


def _refused(where: str, text: str, measures: Measurements) -> Iterator[str]:
    found: list[tuple[int, str]] = [(span[0], _bare(where, text, span)) for span in bare_numbers(text)]
    whole = {tag.start() for tag in TAG.finditer(text)}
    for opened in _OPENED.finditer(text):
        if opened.start() not in whole:
            found.append((opened.start(), f"In {where} a mark is not closed, or written wrong: “{text[opened.start() :][:_AROUND]}”."))
    for tag in TAG.finditer(text):
        if tag["id"] and tag["id"] not in measures:
            found.append((tag.start(), f"In {where} a claim rests on {tag['id']}, which is not measured: choose another measurement."))
        elif not tag["id"] and not tag["text"].strip():
            found.append((tag.start(), f"In {where} an assumption is empty: say what is assumed."))
        elif not tag["id"] and not Assumption(tag["text"], tag["owner"]).whose:
            found.append((tag.start(), f"In {where} nobody owns the assumption “{tag['text'].strip()}”: name who will find out."))
    yield from (says for _, says in sorted(found))


def _bare(where: str, text: str, span: tuple[int, int]) -> str:
    return (
        f"In {where} “{text[slice(*span)]}” is neither measured nor marked as assumed: “{_around(text, span)}”. "
        "Choose the measurement it comes from, or mark it as an assumption and name its owner."
    )


def _around(text: str, span: tuple[int, int]) -> str:
    """What stands around a number in its line, in whole words."""
    before = text[: span[0]].rpartition("\n")[2]
    after = text[span[1] :].partition("\n")[0]
    if len(before) > _AROUND:
        before = f"… {before[-_AROUND:].partition(' ')[2]}"
    if len(after) > _AROUND:
        after = f"{after[:_AROUND].rpartition(' ')[0]} …"
    return f"{before}{text[slice(*span)]}{after}".strip()


def _changed(section: Section, measurement: Measurement) -> str:
    return (
        f"A claim in “{HEADINGS[section]}” rests on {measurement.name}, which has changed since: it is {measurement.shown} now. "
        "Read the sentence again, and accept the new figure or change the words."
    )

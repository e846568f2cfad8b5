"""Two small products of the capstone, one of either form, with answers that were made up: what a setup is worth follows from its settings.

    @pytest.fixture
    def two(monkeypatch): return capstone_two.told(monkeypatch)

The right answer to a case is its word. The more of a setup is broken, the more of its cases are answered wrongly.
"""

from itertools import product as every_one_of
from typing import Any

import pytest

from fluencylab.actions.capstone_recording import asked, setups
from fluencylab.curriculum import capstone
from fluencylab.curriculum.capstone import CapstoneProduct, Form, Setup
from fluencylab.curriculum.capstone_recorded import Recorded, RecordedSetup
from fluencylab.curriculum.proposals import why_nots
from fluencylab.figures.figure import Conditions
from fluencylab.instruments.capstone import DRAWS
from fluencylab.practice.capstone import answers, draw
from fluencylab.web.pages import capstone as start_page
from fluencylab.web.pages import capstone_sitting, six_weeks

RULES = "Name the thing that was lost, in one word."
THINGS = ("umbrella", "scarf", "phone", "wallet", "glove", "book", "key", "hat", "bag")
PLACES = ("on the train to Leeds", "in the waiting room")
WHY = tuple(why_nots())[:6]
CHANGES: dict[str, dict[str, Any]] = {
    "no-examples": {"examples": ""},
    "cut-short": {"length": 2},
    "too-warm": {"temperature": 1.8},
    "half-message": {"message": "half"},
    "no-template": {"template": False},
    "no-rules": {"rules": ""},
}
HEALS = {"no-examples": "examples", "cut-short": "length", "too-warm": "temperature", "half-message": "message", "no-template": "template"}
COST = {"examples": 6, "length": 7, "temperature": 4, "message": 4, "template": 6, "rules": 1}
"""Cases that are answered wrongly where this is not as it should be."""


def _cases() -> list[dict[str, str]]:
    found = [{"text": f"I lost my {thing} {place} this morning.", "expect": thing} for place, thing in every_one_of(PLACES, THINGS)]
    return found


def _knob(slug: str, title: str, *levels: tuple[str, str, dict[str, Any]]) -> dict[str, Any]:
    return {"slug": slug, "title": title, "levels": [{"id": id, "text": text, "set": change} for id, text, change in levels]}


def _tests() -> list[dict[str, Any]]:
    named = {"kind": "equals", "value": "{{reference}}"}
    short = {"kind": "length", "unit": "words", "most": 3}
    found = [
        {"slug": f"named-{least}", "says": f"At least {least} of 100 answers are the thing itself.", "check": named, "least": least}
        for least in (50, 60, 70, 80, 90, 100)
    ]
    return found + [
        {"slug": f"short-{least}", "says": f"At least {least} of 100 answers have at most three words.", "check": short, "least": least}
        for least in (60, 70, 80, 100)
    ]


def _knobs() -> list[dict[str, Any]]:
    return [
        _knob("examples", "Examples", ("none", "none", {"examples": ""}), ("few", "two", {"examples": "few"})),
        _knob("rules", "Rules", ("no", "no rules", {"rules": ""}), ("one", "one rule", {"rules": RULES})),
        _knob("temperature", "Temperature", ("low", "0.2", {"temperature": 0.2}), ("high", "1.4", {"temperature": 1.4})),
        _knob(
            "length", "Length", ("short", "2 tokens", {"length": 2}), ("right", "8 tokens", {"length": 8}), ("long", "60", {"length": 60})
        ),
    ]


def _causes() -> list[dict[str, Any]]:
    found = [{"id": id, "text": f"The cause {id}.", "set": change, "told": f"What {id} does."} for id, change in CHANGES.items()]
    return [one | {"proof": [f"heal-{one['id']}" if one["id"] in HEALS else "read"]} for one in found]


def _probes() -> list[dict[str, Any]]:
    reads = {"slug": "read", "title": "Read the prompt", "gives": "What the model is given.", "minutes": 5, "reads": True}
    heals = [
        {"slug": f"heal-{id}", "title": f"Put back {what}", "gives": f"Answers with {what} as before.", "minutes": 10, "heals": [what]}
        for id, what in HEALS.items()
    ]
    return [*heals, reads]


def _made(slug: str, form: Form, trade: str) -> CapstoneProduct:
    cases = _cases()
    sentences = [{"id": f"s{n}", "text": f"Sentence {n} of the draft from {slug}.", "why": f"Why {n}.", "reason": ""} for n in range(1, 11)]
    for at, reason in ((2, WHY[0]), (6, WHY[1])):
        sentences[at]["reason"] = reason
    return CapstoneProduct.model_validate(
        {
            "slug": slug, "title": f"The desk of {slug}", "trade": trade, "form": form,
            "brief": f"People write to {slug} what they lost. The desk files it by **one word**.", "wanted": "The thing, in one word.",
            "most_tokens": 100, "checks": [{"kind": "equals", "says": "another word"}],
            "base": {"rules": RULES, "examples": "few", "temperature": 0.2, "length": 8},
            "examples": {"few": [{"user": "My coat is gone.", "assistant": "coat"}, {"user": "Is there a ring?", "assistant": "ring"}]},
            "knobs": _knobs(),
            "defaults": {"examples": "none", "rules": "no", "temperature": "high", "length": "short"},
            "reference": {"examples": "few", "rules": "one", "temperature": "low", "length": "right"},
            "shown": cases[:6], "hidden": cases[6:18], "configure_conclude": "Examples do more than rules here.",
            "spec": {
                "wish": "It should file things under the right word.",
                "mutants": [{"name": name, "says": f"Broken: {name}", "set": change} for name, change in CHANGES.items()],
                "tests": _tests(), "reference": ["named-80"], "conclude": "One test on the word itself does most of it.",
            },
            "fault": {
                "complaint": "Half of what comes in is filed wrongly.", "planted": ["no-examples", "cut-short"],
                "causes": _causes(), "probes": _probes(),
                "budget": 25, "path": ["heal-no-examples", "heal-cut-short"], "conclude": "Two faults hide each other.",
            },
            "proposal": {
                "by": "Ines Prado", "earlier": "The first draft was sent back once.", "sentences": sentences, "reasons": list(WHY),
                "options": [{"id": id, "text": f"We {id} it.", "answer": f"About {id}."} for id in ("approve", "ask", "reject")],
                "best": "ask", "conclude": "Two sentences were mended, and two were not.",
            },
            "memo": {
                "asks": "Shall it go live?",
                "rulings": [
                    {"id": "go", "text": "Release it.", "least": 0.85, "answer": "With 85 of 100 at least."},
                    {"id": "some", "text": "Release it with a person behind it.", "least": 0.5, "answer": "With half at least."},
                    {"id": "no", "text": "Do not release it.", "least": 0, "answer": "Whatever was measured."},
                ],
                "statements": [
                    {"id": f"st{n}", "text": f"Statement {n}.", "holds": holds, "why": f"Because {n}."}
                    for n, holds in enumerate(("measured", "open", "against", "measured", "open", "against"), start=1)
                ],
                "conclude": "The lower end decides.",
            },
        }
    )  # fmt: skip


TWO = (_made("lost-things", "A", "Travel"), _made("found-things", "B", "Food"))


def _broken(of: CapstoneProduct, setup: Setup) -> int:
    """How many of the twelve hidden cases are answered wrongly."""
    healthy = of.healthy
    wrong = [cost for name, cost in COST.items() if getattr(setup, name) != getattr(healthy, name)]
    longer = setup.length > healthy.length
    return min(12, sum(wrong) - (COST["length"] if longer else 0) + longer)


def _answered(of: CapstoneProduct, setup: Setup) -> RecordedSetup:
    right = 12 - _broken(of, setup)
    texts = tuple((case.expect if at < right else "I cannot say what that is",) * DRAWS for at, case in enumerate(of.hidden))
    tokens = 30 + 40 * bool(setup.examples) + 10 * bool(setup.rules) + setup.length
    return RecordedSetup(setup=setup, texts=texts, cut_off=tuple((False,) * DRAWS for _ in texts), tokens=tokens)


def _recorded(of: CapstoneProduct) -> Recorded:
    kept = tuple(_answered(of, one) for one in setups(of))
    what = Conditions(
        model="made up", sha256="0123456789ab", date="2026-11-30", settings="2 draws", calls=24 * len(kept), what="answers", version="1"
    )
    return Recorded(conditions=what, asked=asked(of), setups=kept)


RECORDED = {of.slug: _recorded(of) for of in TWO}


def told(patch: pytest.MonkeyPatch) -> tuple[CapstoneProduct, CapstoneProduct]:
    """From here on there are these two, and no other."""
    for module in (capstone, draw, start_page, six_weeks):
        patch.setattr(module, "capstones", lambda: TWO)
    for module in (answers, capstone_sitting):
        patch.setattr(module, "recorded", lambda slug: RECORDED[slug])
    return TWO

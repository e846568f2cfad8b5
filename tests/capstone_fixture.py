"""A small product of the capstone, and what a made-up model answered to it: right on as many cases as its setup deserves.

Not content: nobody would learn of it. It has the parts of one, and figures that are easy to reckon.
"""

from collections.abc import Mapping
from typing import Any

from fluencylab.actions.capstone_recording import asked, setups
from fluencylab.curriculum.capstone import CapstoneProduct, Setup
from fluencylab.curriculum.capstone_recorded import Recorded, RecordedSetup
from fluencylab.curriculum.proposals import why_nots
from fluencylab.figures.figure import Conditions

REASONS = list(why_nots())[:6]
PLACES = "LakeHillMoorQuayDaleFordWoodValeRockPondGlenCovePierFellMeadWoldBeckTarn"


def _case(n: int) -> dict[str, str]:
    return {"text": f"I left my bag on train {200 + n} to {PLACES[4 * n : 4 * n + 4]}, in coach {n % 9 + 1}.", "expect": str(200 + n)}


def _levels(*levels: tuple[str, str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [{"id": id, "text": text, "set": set_} for id, text, set_ in levels]


def _test(slug: str, check: dict[str, Any], least: int) -> dict[str, Any]:
    return {"slug": slug, "says": f"At least {least} of 100 answers pass {slug}.", "check": check, "least": least}


RIGHT = {"kind": "equals", "value": "{{reference}}"}
SHORT = {"kind": "length", "most": 3}
DIGITS = {"kind": "pattern", "value": r"\d"}

PRODUCT: dict[str, Any] = {
    "slug": "lost-bags",
    "title": "Lost bags on trains",
    "trade": "Travel",
    "form": "A",
    "brief": "A railway is written to 300 times a day about lost bags. A call may read and write at most 180 tokens. "
    "It is released where the lower end of the measured rate reaches 60 %, and with a person beside it from 40 % on.",
    "wanted": "The number of the train, and nothing else.",
    "most_tokens": 180,
    "checks": [{"kind": "equals", "says": "not the number of the train"}],
    "base": {"temperature": 0.2, "length": 8},
    "examples": {"three": [{"user": "Train 7 to Kent", "assistant": "7"}], "ten": [{"user": "Train 8 to Ayr", "assistant": "8"}] * 3},
    "knobs": [
        {"slug": "examples", "title": "Examples", "levels": _levels(
            ("none", "None at all", {"examples": ""}),
            ("three", "Three of them", {"examples": "three"}),
            ("ten", "Ten of them", {"examples": "ten"}),
        )},
        {"slug": "rules", "title": "Rules", "levels": _levels(
            ("short", "One sentence", {"rules": "Answer with the number of the train."}),
            ("long", "A full page", {"rules": "You are a polite clerk. " * 9}),
        )},
        {"slug": "temperature", "title": "Temperature", "levels": _levels(
            ("low", "Low, 0.2", {"temperature": 0.2}), ("high", "High, 1.2", {"temperature": 1.2}),
        )},
        {"slug": "length", "title": "Length", "levels": _levels(
            ("tight", "Two tokens", {"length": 2}), ("right", "Eight tokens", {"length": 8}), ("much", "Forty tokens", {"length": 40}),
        )},
    ],
    "defaults": {"examples": "none", "rules": "long", "temperature": "high", "length": "much"},
    "reference": {"examples": "three", "rules": "short", "temperature": "low", "length": "right"},
    "shown": [_case(n) for n in range(6)],
    "hidden": [_case(n) for n in range(6, 18)],
    "configure_conclude": "Three examples do most of it.",
    "spec": {
        "wish": "It names the train.",
        "mutants": [
            {"name": "no examples", "says": "The examples are lost.", "set": {"examples": ""}},
            {"name": "hot", "says": "The temperature is 1.2.", "set": {"temperature": 1.2}},
            {"name": "cut", "says": "Two tokens.", "set": {"length": 2}},
            {"name": "half a message", "says": "Half of it arrives.", "set": {"message": "half"}},
            {"name": "no template", "says": "No template.", "set": {"template": False}},
            {"name": "long-winded rules", "says": "The rules are long.", "set": {"rules": "You are a polite clerk. " * 9}},
        ],
        "tests": [
            _test("right-60", RIGHT, 60), _test("right-100", RIGHT, 100), _test("right-1", RIGHT, 1), _test("right-30", RIGHT, 30),
            _test("short-90", SHORT, 90), _test("short-10", SHORT, 10), _test("digits-90", DIGITS, 90), _test("digits-50", DIGITS, 50),
            _test("polite", {"kind": "contains", "values": ["please"]}, 90), _test("english", {"kind": "length", "most": 50}, 100),
        ],
        "reference": ["right-60"],
        "conclude": "One test of the answer itself stops what matters.",
    },
    "fault": {
        "complaint": "Since Monday hardly an answer is right.",
        "planted": ["cut-short", "half-arrives"],
        "causes": [
            {"id": id, "text": f"The {id.replace('-', ' ')} of it", "set": set_, "proof": [proof], "told": "So it is."}
            for id, set_, proof in (
                ("cut-short", {"length": 2}, "longer"),
                ("half-arrives", {"message": "half"}, "whole"),
                ("too-hot", {"temperature": 1.2}, "cooler"),
                ("no-examples", {"examples": ""}, "prompt"),
                ("long-rules", {"rules": "You are a polite clerk. " * 9}, "prompt"),
                ("no-template", {"template": False}, "templated"),
            )
        ],
        "probes": [
            {"slug": "prompt", "title": "Read the prompt", "gives": "The prompt as it is sent", "minutes": 5, "reads": True},
            {"slug": "longer", "title": "More tokens", "gives": "Answers with more tokens", "minutes": 10, "heals": ["length"]},
            {"slug": "whole", "title": "The whole message", "gives": "Answers to it", "minutes": 10, "heals": ["message"]},
            {"slug": "cooler", "title": "Temperature 0", "gives": "Answers at 0", "minutes": 10, "set": {"temperature": 0}},
            {"slug": "templated", "title": "With the template", "gives": "Answers with it", "minutes": 10, "heals": ["template"]},
            {"slug": "more", "title": "Ten examples", "gives": "Answers with ten", "minutes": 15, "set": {"examples": "ten"}},
        ],
        "budget": 25,
        "path": ["longer", "whole"],
        "conclude": "Either hid the other.",
    },
    "proposal": {
        "by": "Ada, who builds it",
        "earlier": "You asked what was measured.",
        "sentences": [
            {"id": f"s{n}", "text": f"Sentence {n} says a thing.", "why": "So.", "reason": REASONS[n] if n in (2, 5) else ""}
            for n in range(9)
        ],
        "reasons": REASONS,
        "options": [{"id": id, "text": f"We {id} it.", "answer": "So."} for id in ("approve", "ask", "return")],
        "best": "ask",
        "conclude": "Two did not hold.",
    },
    "memo": {
        "asks": "May it be released?",
        "rulings": [
            {"id": "release", "text": "Release it.", "least": 0.6, "answer": "So."},
            {"id": "beside", "text": "Release it beside a person.", "least": 0.4, "answer": "So."},
            {"id": "hold", "text": "Hold it back.", "least": 0, "answer": "So."},
        ],
        "statements": [
            {"id": f"{holds}-{n}", "text": f"Statement {n} of these, {holds}.", "holds": holds, "why": "So."}
            for holds in ("measured", "open", "against")
            for n in (1, 2)
        ],
        "conclude": "A memo rests on what was measured.",
    },
}  # fmt: skip


def product(**changes: Any) -> CapstoneProduct:
    return CapstoneProduct.model_validate(PRODUCT | changes)


def deserves(setup: Setup) -> int:
    """Of 12 cases, so many are read right at the first try, if there is room for the answer; at the second one fewer."""
    right = {"": 1, "three": 11, "ten": 12}[setup.examples]
    right -= 8 if setup.temperature > 1 else 0
    right -= 9 if setup.message == "half" else 0
    right -= 7 if not setup.template else 0
    return max(0, right)


def answer(expect: str, setup: Setup, right: bool) -> str:
    said = expect if right else f"{setup.message} of a bag"
    return said[:1] if setup.length < 4 else said


def recording(of: CapstoneProduct) -> Recorded:
    found = []
    for setup in setups(of):
        n = deserves(setup)
        texts = tuple((answer(case.expect, setup, at < n), answer(case.expect, setup, at < n - 1)) for at, case in enumerate(of.hidden))
        tokens = 60 + {"": 0, "three": 90, "ten": 300}[setup.examples] + len(setup.rules) // 4 + setup.length / 8
        cut = ((setup.length < 4,) * 2,) * len(texts)
        found.append(RecordedSetup(setup=setup, texts=texts, cut_off=cut, tokens=tokens))
    conditions = Conditions(model="made up", sha256="0", date="2026-11-30", settings="2 draws", calls=24, what="answers", version="0")
    return Recorded(conditions=conditions, asked=asked(of), setups=tuple(found))

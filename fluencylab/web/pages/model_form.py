"""The form of an endpoint, to add one or to change it; and the page of a test under way."""

from dataclasses import dataclass

from fluencylab.actions.endpoints import Typed
from fluencylab.actions.model_tests import ModelTest
from fluencylab.errors import BadInput
from fluencylab.models import addresses, catalogue, keys, places, whereabouts
from fluencylab.models.catalogue import Entry
from fluencylab.models.findings import STAGES, Finding
from fluencylab.models.places import Place

FEW = 12
"""Models that are listed one under the other; more of them make a list to open."""
DONE = {
    "add": "It is in the list now, and does not answer yet: that is the next step.",
    "change": "It is asked there from now on.",
    "again": "What was found is kept with it.",
}
NOTHING = {"add": "Nothing was added.", "change": "Nothing was changed.", "again": "What was known of it stays."}


@dataclass(frozen=True)
class ModelFormPage:
    """Context of `model_form.html`. `changing`: the model that is changed; None where one is added.

    `consent`: what goes where, where that is another machine; `host` is what the tick sends. `summary`: how many fields are at fault.
    """

    changing: Entry | None
    places: tuple[Place, ...]
    at: Place | None
    typed: Typed
    errors: dict[str, str]
    key_held: bool
    no_keyring: str
    listed: list[str]
    looked: str
    few: bool
    consent: str
    host: str
    summary: str
    first: str
    """The first field that is at fault: the keyboard goes on from there"""
    more: bool
    """Is what may be left empty shown at once?"""


def form_page(typed: Typed, at: Place | None, changing: Entry | None) -> ModelFormPage:
    """It may ask the system's keyring whether it is there: call it from a thread."""
    base_url = _base_url(typed["address"])
    elsewhere = bool(base_url) and not whereabouts.is_here(base_url)
    return ModelFormPage(
        changing=changing,
        places=places.places(),
        at=at,
        typed=typed,
        errors={name: typed.errors.get(name, "") for name in (*typed.fields, "key", *FIELDS)},
        key_held=bool(typed["ticket"]) or bool(changing and changing.key_held and keys.held(changing)),
        no_keyring=keys.keyring_trouble(),
        listed=typed.names or [],
        looked=_looked(typed),
        few=len(typed.names or []) <= FEW,
        consent=whereabouts.consent(base_url) if elsewhere else "",
        host=whereabouts.host(base_url) if elsewhere else "",
        summary=_summary(len(typed.errors), changing is not None),
        first=next((name for name in FIELDS if name in typed.errors), ""),
        more=changing is not None or any(typed[name] for name in OPTIONAL) or any(name in typed.errors for name in OPTIONAL),
    )


OPTIONAL = ("name", "window", "price_in", "price_out", "requests_a_minute", "tokens_a_minute")
FIELDS = ("address", "key_from", "key_env", "keyring", "key", "model", "typed_model", *OPTIONAL, "consent")


def _base_url(address: str) -> str:
    try:
        return addresses.parsed(address)[0] if address else ""
    except BadInput:
        return ""


def _looked(typed: Typed) -> str:
    """What came of looking."""
    if typed.names is None:
        return ""
    if not typed.names:
        return "It answers, and does not say which models it has. Type the name of the one you want."
    moved = f"Nothing was found there; it answers at {typed.moved}. " if typed.moved else ""
    n = len(typed.names) + typed.more
    more = f" The first {len(typed.names)} are listed; any other can be typed." if typed.more else ""
    return f"{moved}It has {n:,} {'model' if n == 1 else 'models'}.{more}"


def _summary(faults: int, changing: bool) -> str:
    nothing = NOTHING["change" if changing else "add"]
    return (
        ""
        if not faults
        else f"One thing is to be put right. {nothing}"
        if faults == 1
        else f"{faults} things are to be put right. {nothing}"
    )


@dataclass(frozen=True)
class ModelTestView:
    """Context of `components/model_test.html`, which a script draws again and again while it runs."""

    test: ModelTest
    findings: list[Finding]
    done: int
    stages: int
    says: str
    next_step: str
    """Where to go from here, when it has ended"""


def test_view(test: ModelTest) -> ModelTestView:
    return ModelTestView(test, test.findings, len(test.tested), len(STAGES), _says(test), _next(test))


def _says(test: ModelTest) -> str:
    name = test.entry.name
    return {
        "running": test.asks or f"{name} is tested.",
        "done": f"{name} is tested. {_kept(test)}",
        "failed": f"The test of {name} did not come to its end. {NOTHING[test.purpose]}",
        "stopped": f"You stopped the test of {name}. {NOTHING[test.purpose]}",
    }[test.status]


def _kept(test: ModelTest) -> str:
    if test.entry.kind != "embedded":
        return DONE[test.purpose]
    as_known = test.entry.abilities == catalogue.find(test.entry.slug).abilities
    return "It does what is known of this file." if as_known else "That is not what is known of this file: “fluency doctor” looks why."


def _next(test: ModelTest) -> str:
    if test.status != "done":
        return ""
    return "use" if test.entry.abilities.writes else "embeddings"

"""The page of models: which there are, what each is, where it runs, what it can and cannot do, and what of the lab that touches."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from fluencylab.actions.endpoints import Stays
from fluencylab.actions.model_tests import ModelTests
from fluencylab.actions.touched import Link, Touched, touched
from fluencylab.models import catalogue, download, keys, whereabouts
from fluencylab.models.catalogue import Entry
from fluencylab.models.findings import Finding, abilities, known
from fluencylab.text.written import day
from fluencylab.web.pages.grader import KnownGrader, standings

USED = "{} answers from now on. Runs that are under way stay with the model they began with."
REMOVED = "{} is removed."
CHANGED = "What you changed about {} is kept."


class ModelView(NamedTuple):
    """One model, in words. `weights`: what is to be said of its file where that is not here."""

    slug: str
    name: str
    in_use: bool
    local: bool
    writes: bool
    what: str
    who_reads: str
    costs: str
    key: str
    tested: str
    weights: str
    abilities: str
    counts: str
    findings: list[Finding]
    touched: Touched | None
    testing: str
    """The address of its test, while one is under way"""
    can_be_tested: bool
    can_be_removed: bool


@dataclass(frozen=True)
class ModelPage:
    """Context of `model.html`. `done`: what was just done. `owner`: may who asks add, change and remove?"""

    models: list[ModelView]
    graders: list[KnownGrader]
    done: str
    owner: bool


@dataclass(frozen=True)
class RemovePage:
    """Context of `model_remove.html`: what goes with a model, and what stays."""

    one: ModelView
    goes: list[str]
    stays: list[str]
    keyring: str
    """The entry of the system's keyring that holds its key"""
    weights_only: bool


def model_page(tests: ModelTests, done: str, owner: bool) -> ModelPage:
    used = catalogue.current()
    every = sorted(catalogue.models(), key=lambda entry: entry.slug != used.slug)
    return ModelPage([view(entry, used.slug, tests) for entry in every], standings(), done, owner)


def view(entry: Entry, used: str, tests: ModelTests) -> ModelView:
    here = not entry.local or download.locate(entry) is not None
    found = known(entry)
    going = tests.running(entry.slug)
    return ModelView(
        slug=entry.slug,
        name=entry.name,
        in_use=entry.slug == used,
        local=entry.local,
        writes=entry.abilities.writes,
        what=whereabouts.what_it_is(entry),
        who_reads=whereabouts.who_reads(entry),
        costs=whereabouts.costs(entry),
        key=_key(entry),
        tested=tested(entry),
        weights="" if here else _missing(entry),
        abilities=abilities(entry.abilities),
        counts=counted(found),
        findings=found,
        touched=touched(entry.card()) if entry.abilities.writes else None,
        testing=f"/model-tests/{going.id}" if going else "",
        can_be_tested=here,
        can_be_removed=entry.kind != "embedded" or (entry.slug != used and here),
    )


def counted(found: Sequence[Finding]) -> str:
    """How much of it is a yes, as a clause."""
    words = {"yes": "yes", "partly": "with a difference", "no": "no", "unknown": "not tested yet"}
    numbers = [(sum(one.answer == answer for one in found), said) for answer, said in words.items()]
    return ", ".join(f"{n} {said}" for n, said in numbers if n)


def tested(entry: Entry) -> str:
    """When it was asked what it can do."""
    if entry.tested:
        return f"Tested on {day(entry.tested)}."
    if entry.kind == "embedded":
        return "Tested by us, on this very file."
    return "Tested when it was added." if entry.kind == "endpoint" else "Not tested yet: what holds for every file of this kind is said."


def _key(entry: Entry) -> str:
    if entry.local:
        return ""
    if not keys.named(entry):
        return "It is asked without a key."
    lost = entry.key_held and not keys.held(entry)
    return "Its key was in memory and is gone: type it again under “Change”." if lost else f"Its key is in {keys.source(entry)}."


def _missing(entry: Entry) -> str:
    if entry.kind == "file":
        return "Its file is gone or was changed. Add it again, or remove it."
    return f"It is not fetched yet: {entry.bytes / 1e6:,.0f} MB come when it is first used."


def remove_page(entry: Entry, used: str, left: Stays, tests: ModelTests) -> RemovePage:
    goes, stay = [], []
    if entry.kind in ("embedded", "hub"):
        goes.append(f"its weights, {entry.bytes / 1e6:,.0f} MB on this disk")
    if entry.kind != "embedded":
        goes.append(f"its place in the list{', with its address' if not entry.local else ''}, and what was found of it")
    if entry.key_held:
        goes.append("its key, which the lab holds in memory")
    if left.working:
        n = len(left.working)
        goes.append(f"{n} {'run' if n == 1 else 'runs'} under way on it: stopped first, and what was measured is kept")
    if left.runs:
        stay.append(f"{left.runs:,} {'run' if left.runs == 1 else 'runs'} made on it, and what they showed: each names the model")
    if left.grader:
        stay.append("what was found of it as a grader: it counts again when the same model is added again")
    if entry.kind == "file":
        stay.append(f"your file, where it lies: {entry.path}")
    if entry.key_env:
        stay.append(f"the environment variable {entry.key_env}")
    if entry.slug == used:
        stay.append(f"the lab itself: {catalogue.find(catalogue.DEFAULT).name} answers from then on")
    if entry.kind == "embedded":
        stay.append("its place in the list: its weights are fetched again when it is used")
    return RemovePage(view(entry, used, tests), goes, stay, entry.keyring, entry.kind == "embedded")


__all__ = ["Link", "ModelPage", "ModelView", "RemovePage", "model_page", "remove_page", "tested", "view"]

"""Labs that came with other wheels: which there are, and which are hidden and why."""

from dataclasses import dataclass

from fluencylab import labs
from fluencylab.instruments import instrument
from fluencylab.packs.full_track import full_track


@dataclass(frozen=True)
class InstalledLab:
    """One that is offered. `concept`: the one that names it, if one does."""

    title: str
    href: str
    wheel: str
    concept: str


@dataclass(frozen=True)
class InstalledLabs:
    """Context of `components/installed_labs.html`."""

    installed_labs: list[InstalledLab]
    hidden_labs: tuple[labs.HiddenLab, ...]


def installed_labs() -> InstalledLabs:
    concepts = {name: concept.title for concept in full_track().concepts for name in concept.labs}
    found = labs.found()
    told = [
        InstalledLab(instrument(lab.name).TITLE, f"/labs/{lab.name}", lab.wheel, concepts.get(lab.name, ""))
        for lab in found.labs.values()
        if lab.wheel
    ]
    return InstalledLabs(told, found.hidden)


def without_a_concept() -> list[InstalledLab]:
    """Those that no concept leads to; the rail does."""
    return [lab for lab in installed_labs().installed_labs if not lab.concept]

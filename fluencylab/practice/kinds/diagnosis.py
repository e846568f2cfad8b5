"""Diagnoses: a product with one fault in it; buy probes, name the cause, ask for a fix."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from fluencylab.curriculum.bench import Fault, Probe, bench
from fluencylab.curriculum.bench_list import bench_list
from fluencylab.curriculum.schema import Concept
from fluencylab.practice import faults, readings
from fluencylab.practice.faults import ResolvedCase
from fluencylab.practice.items import Choice, Item, Met
from fluencylab.practice.kinds.base import Exercise, Kind
from fluencylab.practice.kinds.telling import Said, option

REVIEWED = {"fault": "a cause", "probe": "a probe", "settled": "what a probe shows", "reading": "what a probe printed"}
"""Forms of its review items. A probe is not asked for any more: what was answered then keeps its name."""
NONE = "none"
"""The option that says that a probe tells of no cause."""
SETTLES = "So it settles this one, one way or the other."
UNTOUCHED = "That looks the same whether this is the cause or not."
SETTLES_ONE = "For one of the three it does not read the same."
ALIKE = "That is so whichever of the three it is, and its price would be lost."


class DiagnosisKind(Kind[ResolvedCase]):
    name, title, plural = "diagnosis", "Diagnosis", "diagnoses"
    prefix, base = "debug/", "/debug/cases"
    begin = "Open the case"
    place = "bench"
    heading = "What broke?"
    says = (
        "Quillby's support assistant runs here, on the real model, with one fault put in. "
        "You see bad answers, buy probes, and name the cause."
    )
    nothing = "No case is ready yet."
    runs = True
    secret = True
    stages = ("run", "diagnose", "fix")
    where: ClassVar = {"run": "being probed", "diagnose": "being probed", "fix": "ask for a fix"}
    parts: ClassVar = {"diagnose": "the cause", "fix": "the fix", **REVIEWED}

    def every(self) -> Iterator[Exercise[ResolvedCase]]:
        return (self._one(resolved) for case in bench().cases if (resolved := faults.resolve_case(case.slug)))

    def find(self, slug: str) -> Exercise[ResolvedCase] | None:
        resolved = faults.resolve_case(slug)
        return self._one(resolved) if resolved else None

    def _one(self, of: ResolvedCase) -> Exercise[ResolvedCase]:
        return Exercise(
            self, of.case.slug, of.case.title, of.case.concept, of.case.minutes, ("debugging",), of, bench_list().trades[of.scenario.kind]
        )

    def words(self, of: ResolvedCase) -> str:
        return faults.words_hash(of)

    def was(self, of: ResolvedCase) -> str:
        return bench_list().causes[of.fault.slug]

    def chances(self, of: ResolvedCase) -> dict[str, float]:
        """Of the causes one is right, and of the fixes one."""
        return {"diagnose": 1 / (1 + len(of.case.decoys)), "fix": 1 / len(of.fault.fixes)}

    def retell(self, of: ResolvedCase, stage: str, answer: Mapping[str, Any]) -> Said:
        if "cause" not in answer:
            return "What do you ask for?", (option(((fix.id, fix.text) for fix in of.fault.fixes), answer.get("picked")),)
        cause = option(((one.slug, one.cause) for one in of.bench.faults), answer["cause"])
        titles = {one.slug: one.title for one in of.bench.probes}
        bought = [titles.get(slug, slug) for slug in answer.get("bought", ())]
        return of.case.complaint, (cause, f"Shown by: {titles.get(answer.get('evidence', ''), '')}", f"Bought: {', '.join(bought)}")

    def items(self, concept: Concept) -> Iterator[Item]:
        """Faults, read instead of probed."""
        for case in bench().of(concept.slug):
            if resolved := faults.resolve_case(case.slug):
                yield _read_probe(resolved, self.key(case.slug))
                yield from _settled(resolved, self.key(case.slug))
                yield from readings.items(resolved, self.key(case.slug))

    def met(self, item: Item) -> list[tuple[str, str]]:
        form, slug = item.id.split("/")[:2]
        return [(self.key(slug), "diagnose")] if form in REVIEWED else []

    def first_shown(self, item: Item) -> Met | None:
        """The same complaint and the same causes, with one reading beside them."""
        form, _, slug = item.id.partition("/")
        found = self.find(slug) if form == "fault" else None
        return Met((found.key, "diagnose", self.words(found.of))) if found else None


def _read_probe(of: ResolvedCase, key: str) -> Item:
    """A case, and what one probe showed: which cause?"""
    probe = of.bench.probe(of.fault.proof[0])
    said = f"{_told(of)}\n\nOne probe was bought: *{probe.title if probe else ''}*. {of.case.reading}"
    options = tuple(Choice(one.id, one.text, one.why.strip().split("\n\n")[0]) for one in faults.causes(of, 0))
    return Item(f"fault/{of.case.slug}", of.case.concept, "debugging", said, "What is the cause?", options, of.fault.slug, key)


def _settled(of: ResolvedCase, key: str) -> Iterator[Item]:
    """One probe may be bought: which of three causes does it prove or rule out? Each of the three is asked for by a probe of its own, and
    "none" by one that reads the same for all: so the options alone tell nothing."""
    three = [of.bench.fault(slug) for slug in of.case.settled]
    for best, probe in _own_probes(of, three).items():
        said = f"{_told(of)}\n\nNothing else is known yet, and you may buy one probe. It gives:\n\n> {probe.gives}"
        told = [Choice(one.slug, one.cause, SETTLES if one.slug == best else UNTOUCHED) for one in three]
        told.append(Choice(NONE, "None of the three: it reads the same for each of them.", ALIKE if best == NONE else SETTLES_ONE))
        question = "Which of these causes does it prove or rule out?"
        yield Item(f"settled/{of.case.slug}/{best}", of.case.concept, "debugging", said, question, tuple(told), best, key)


def _own_probes(of: ResolvedCase, three: Sequence[Fault]) -> dict[str, Probe]:
    """Cause -> a probe that tells of it and reads the same for the others; NONE -> one that reads the same for all. Empty if one lacks."""
    found: dict[str, Probe] = {}
    for probe in (one for one in faults.probes(of) if not one.other_model):
        told = [one for one in three if probe.slug in one.shown_by]
        if not told:
            found.setdefault(NONE, probe)
        elif len(told) == 1 and probe.slug in {*told[0].proof, told[0].rules_out}:
            found.setdefault(told[0].slug, probe)
    return found if three and len(found) == len(three) + 1 else {}


def _told(of: ResolvedCase) -> str:
    return f"{of.scenario.situation} {of.case.complaint}"


DIAGNOSIS = DiagnosisKind()

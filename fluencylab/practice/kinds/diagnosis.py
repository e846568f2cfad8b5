"""Diagnoses: a product with one fault in it; buy probes, name the cause, ask for a fix."""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from fluencylab.curriculum.bench import bench
from fluencylab.curriculum.bench_list import bench_list
from fluencylab.curriculum.schema import Concept
from fluencylab.practice import faults
from fluencylab.practice.exercises import shuffled
from fluencylab.practice.faults import ResolvedCase
from fluencylab.practice.items import OPTIONS, Choice, Item, Met
from fluencylab.practice.kinds.base import Exercise, Kind
from fluencylab.practice.kinds.telling import Said, option


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
    parts: ClassVar = {"diagnose": "the cause", "fix": "the fix", "fault": "a cause", "probe": "a probe"}

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
                yield from _best_probe(resolved, self.key(case.slug))

    def met(self, item: Item) -> list[tuple[str, str]]:
        form, _, slug = item.id.partition("/")
        return [(self.key(slug), "diagnose")] if form in ("fault", "probe") else []

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


def _best_probe(of: ResolvedCase, key: str) -> Iterator[Item]:
    """Which probe tells the cause from the first decoy? The other probes look the same whichever of the two it is."""
    other = of.bench.fault(of.case.decoys[0])
    best = faults.path(of)[-1]
    told_by = {*of.fault.proof, *other.proof, other.rules_out}
    blind = [one for one in faults.probes(of) if one.slug not in told_by and not one.other_model][: OPTIONS - 1]
    if best.slug not in of.fault.proof or len(blind) < 2:
        return
    two = shuffled([of.fault, other], 0, of.case.slug)
    said = f"{_told(of)}\n\nTwo causes are left:\n\n> {two[0].cause}\n\n> {two[1].cause}"
    same = "It looks the same whichever of the two is the cause."
    options = [Choice(best.slug, best.title, f"{of.case.reading} {of.fault.expert}")]
    options += [Choice(one.slug, one.title, f"{one.gives} {same}") for one in blind]
    question = "Which probe tells them apart?"
    yield Item(f"probe/{of.case.slug}", of.case.concept, "debugging", said, question, tuple(options), best.slug, key)


def _told(of: ResolvedCase) -> str:
    return f"{of.scenario.situation} {of.case.complaint}"


DIAGNOSIS = DiagnosisKind()

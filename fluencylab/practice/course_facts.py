"""Every number that the practice course may ask for or say: of the product as it was written, and of the mutants as they were recorded."""

from collections.abc import Iterator, Sequence
from functools import cache

from fluencylab.curriculum.practice_facts import practice_facts
from fluencylab.curriculum.practice_mutants import AS_IT_IS, recorded_mutants
from fluencylab.curriculum.practice_product import practice_product
from fluencylab.practice import recorded_mutants as recorded
from fluencylab.practice.spec_tests import SpecTest, shipped, spec_tests


def course_facts() -> dict[str, float]:
    return practice_facts(practice_product()) | mutant_facts()


@cache
def mutant_facts() -> dict[str, float]:
    """Of the recorded mutants. A fault is called by its name, with dashes."""
    return dict(_facts())


def _facts() -> Iterator[tuple[str, float]]:
    known, worse = recorded_mutants(), recorded.worse()
    yield "recorded@conversations", len(known.conversations)
    yield "recorded@draws", known.draws
    yield "faults", len(worse)
    yield "faults@worse", sum(bool(one.really) for one in worse.values())
    for name, one in worse.items():
        slug = name.replace(" ", "-").replace("'", "")
        yield f"worse@{slug}", float(bool(one.really))
        yield f"same@{slug}", sum(known.of[AS_IT_IS, id].texts[0] == known.of[name, id].texts[0] for id in known.conversations)
        if one.comparison:
            yield f"broken@{slug}", len(one.comparison.broken)
            yield f"fixed@{slug}", len(one.comparison.fixed)
            yield f"named@{slug}", one.comparison.after.value
            yield "named@today", one.comparison.before.value
            yield "named@conversations", one.comparison.n
        yield f"stopped@{slug}", float(any(each.stopped for each in recorded.outcomes(shipped())[name].values()))
    yield from _does("spec", shipped())
    for test in spec_tests():
        yield from _does(test.slug, [test])
        yield f"passes@{test.slug}", recorded.outcomes([test])[AS_IT_IS][test.slug].passes.value


def _does(name: str, tests: Sequence[SpecTest]) -> Iterator[tuple[str, float]]:
    """How many of the really worse products so many tests stop, and in how many draws they stop the product as it is."""
    found = recorded.outcomes(tests)
    worse = [fault for fault, one in recorded.worse().items() if one.really]
    yield f"stops@{name}", sum(any(one.stopped for one in found[fault].values()) for fault in worse)
    yield f"alarms@{name}", sum(map(bool, recorded.alarms(tests)))

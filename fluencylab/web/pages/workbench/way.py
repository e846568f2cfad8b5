"""The way through a product, from its cases to a decision: what stands where, and the one next step."""

from dataclasses import dataclass
from typing import NamedTuple

from fluencylab.actions.workbench.evaluations import Evaluated, evaluated
from fluencylab.store import product_queries, spec_queries
from fluencylab.store.engine import Session
from fluencylab.store.tables import Product, ProductVersion
from fluencylab.text.numerals import counted

READ = 20
"""Outputs to read before anything is concluded from them."""


class WayStep(NamedTuple):
    """One page of the way. `state`: done, next, later."""

    name: str
    title: str
    says: str
    href: str
    state: str


@dataclass(frozen=True)
class Way:
    """Where a product stands."""

    product: Product
    base: str
    steps: list[WayStep]
    next: WayStep
    evaluated: list[Evaluated]
    versions: list[ProductVersion]
    cases: product_queries.CaseCounts
    modes: int
    unsorted: int
    """Failing outputs whose note stands under no failure mode"""
    documents: int


async def way(session: Session, product: Product) -> Way:
    base = f"/product/{product.id}"
    counts = await product_queries.case_counts(session, product.id)
    versions = list(await product_queries.versions(session, product.id))
    made_runs = await evaluated(session, product.id)
    modes = await product_queries.failure_modes(session, product.id)
    failing = sum(one.read - one.passed for one in made_runs)
    unsorted = await product_queries.unsorted(session, product.id, "")
    checks = await product_queries.checks(session, product.id)
    memos = await product_queries.memos(session, product.id)
    documents = await product_queries.document_count(session, product.id)
    specs = await spec_queries.runs(session, product.id)
    tests = await spec_queries.tests(session, product.id)
    made = _steps(
        base, counts, versions, made_runs, len(modes), failing=failing, unsorted=unsorted, checks=len(checks), memos=len(memos),
        spec=_spec(len(tests), len(specs)), tested=any(status == "done" for _, status in specs),
    )  # fmt: skip
    first = next((i for i, (_, _, _, _, done) in enumerate(made) if not done), len(made) - 1)
    steps = [
        WayStep(name, title, says, href, "next" if i == first else "done" if done else "later")
        for i, (name, title, says, href, done) in enumerate(made)
    ]
    return Way(product, base, steps, steps[first], made_runs, versions, counts, len(modes), unsorted, documents)


def _steps(
    base: str, counts: product_queries.CaseCounts, versions: list[ProductVersion], evaluated: list[Evaluated], modes: int, *,
    failing: int, unsorted: int, checks: int, memos: int, spec: str, tested: bool,
) -> list[tuple[str, str, str, str, bool]]:  # fmt: skip
    """(name, title, what stands there, address, done)"""
    ended = [one for one in evaluated if one.outputs]
    latest = next(iter(ended), None)
    read = sum(one.read for one in ended)
    enough = min(READ, max((one.outputs for one in ended), default=READ))
    own = [one for one in ended if not one.elsewhere or one.version]
    compared = len({one.version for one in ended if one.version}) > 1
    return [
        ("bring-in", "Bring in cases", _cases(counts), f"{base}/bring-in", counts.all > 0),
        ("versions", "Write down the prompt", _versions(versions), f"{base}/versions", bool(versions)),
        ("evaluate", "Say what you expect, and run", _runs(evaluated), f"{base}/evaluate", bool(own) or bool(ended and not versions)),
        (
            "read",
            "Read what came out",
            _read(read, latest),
            f"{base}/read/{latest.run}" if latest else f"{base}/evaluate",
            read >= enough > 0,
        ),
        ("modes", "Name what goes wrong", _modes(modes, failing, unsorted), f"{base}/modes", bool(modes) and not unsorted),
        ("checks", "Let code look for it", _some(checks, "check", "No check yet"), f"{base}/checks", checks > 0),
        ("compare", "Change one thing, and compare", "Two versions" if compared else "Takes two versions", f"{base}/compare", compared),
        ("memo", "Decide, in a memo", _some(memos, "memo", "No memo yet"), f"{base}/memo", memos > 0),
        ("spec", "Write the spec, and test it", spec, f"{base}/spec", tested),
        ("hand-over", "Hand it over", "A folder for engineers" if versions else "Takes a prompt", f"{base}/hand-over", False),
    ]


def _some(n: int, what: str, none: str) -> str:
    return counted(n, what) if n else none


def _cases(counts: product_queries.CaseCounts) -> str:
    if not counts.all:
        return "No case yet"
    held = f", {counts.held_back} of them held back" if counts.held_back else ""
    return f"{counted(counts.all, 'case')}{held}"


def _spec(tests: int, runs: int) -> str:
    tried = f", tested {runs} time{'' if runs == 1 else 's'}" if runs else ", not tested yet"
    return f"{counted(tests, 'test')}{tried}" if tests else "No test yet"


def _versions(versions: list[ProductVersion]) -> str:
    return _some(len(versions), "version", "No prompt yet")


def _runs(evaluated: list[Evaluated]) -> str:
    going = sum(one.status in ("queued", "running") for one in evaluated)
    return "One is running" if going else _some(len(evaluated), "evaluation", "Nothing has run yet")


def _read(read: int, latest: Evaluated | None) -> str:
    if latest is None:
        return "Nothing to read yet"
    return f"{read} read so far" if read else f"{latest.outputs} outputs wait"


def _modes(modes: int, failing: int, unsorted: int) -> str:
    if not modes and not failing:
        return "Comes from your notes"
    left = f"; {unsorted} {'note stands' if unsorted == 1 else 'notes stand'} under none" if unsorted else ""
    return f"{_some(modes, 'failure mode', 'No failure mode yet')}{left}"

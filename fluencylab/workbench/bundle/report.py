"""One static page for whoever has none of the tools: no script, nothing fetched, what somebody wrote is text; light, dark, and on paper."""

from functools import cache
from pathlib import Path

from jinja2 import Environment, StrictUndefined, Template

from fluencylab.text.terminal import harmless
from fluencylab.text.written import day
from fluencylab.workbench.bundle.contents import BundleCase, BundleEvaluation, BundleOutput, Contents
from fluencylab.workbench.bundle.prompts import more
from fluencylab.workbench.bundle.readme import questions
from fluencylab.workbench.bundle.results import said

FILE = Path(__file__).parent / "files" / "report.html"
MOST = 400
"""Answers shown of one evaluation: those that fail first. The rest is in results/."""
LONGEST = 4_000
"""Characters shown of one text."""
SAYS = {True: "passes", False: "fails", None: "cannot be told"}


@cache
def _template() -> Template:
    surroundings = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    surroundings.filters.update(shown=shown, day=day)
    return surroundings.from_string(FILE.read_text(encoding="utf-8"))


def report(contents: Contents) -> str:
    cases = {case.number: case for case in contents.cases}
    return _template().render(
        it=contents,
        questions=questions(contents),
        more=more,
        said=said,
        evaluations=[(one, _answers(one, cases)) for one in reversed(contents.evaluations)],
        names={check.key: check.name for check in contents.checks},
        says=SAYS,
        most=MOST,
    )


def _answers(evaluation: BundleEvaluation, cases: dict[int, BundleCase]) -> list[tuple[BundleCase, BundleOutput]]:
    """Those that a person fails first, then those that a check fails; within these in their order."""
    ordered = sorted(evaluation.outputs, key=lambda one: (one.passed is not False, False not in one.verdicts.values()))
    return [(cases.get(one.case, BundleCase(one.case, {})), one) for one in ordered[:MOST]]


def shown(text: str) -> str:
    told = harmless(text, "\N{REPLACEMENT CHARACTER}")
    return told if len(told) <= LONGEST else f"{told[:LONGEST]}… (cut here; whole in results/)"

"""The one page of a bundle that is read first: what it is, why, three questions to ask of it, and what would change our mind.

What somebody wrote is escaped, and answers of a model stand in a fence: in neither is anything markup.
"""

from collections.abc import Collection, Iterator

from fluencylab.text.numerals import counted
from fluencylab.text.written import day
from fluencylab.workbench.bundle.asking import unlike
from fluencylab.workbench.bundle.contents import Contents
from fluencylab.workbench.bundle.in_promptfoo import in_python
from fluencylab.workbench.bundle.inside import rows
from fluencylab.workbench.bundle.prompts import escaped, fenced
from fluencylab.workbench.bundle.results import passages, said
from fluencylab.workbench.checks import Cites, Declines, Language, Latency

SHOWN = 5
EXCERPT = 600


def readme(contents: Contents, names: Collection[str]) -> str:
    """`names`: of the other files."""
    parts = [
        f"# {escaped(contents.name)}",
        "\n\n".join(_what(contents)),
        f"## Why\n\n{_why(contents)}",
        "## Three questions\n\n" + "\n".join(f"{n}. **{asked}** {escaped(told)}" for n, (asked, told) in enumerate(questions(contents), 1)),
    ]
    if wrong := list(_wrong(contents)):
        parts.append("## What goes wrong\n\n" + "\n".join(wrong))
    if contents.never:
        parts.append("## What must never happen\n\n" + "\n".join(f"- {escaped(line)}" for line in contents.never))
    mind = fenced(contents.mind) if contents.mind else "The memo does not say yet. Ask."
    parts.append(f"## What would change our mind\n\n{mind}")
    parts.append("## What is in here\n\n" + "\n".join(_files(names)))
    parts.append(_RUN.replace("@MODEL@", _model(contents)))
    parts.append("## What these tools see otherwise\n\n" + "\n".join(f"- {one}" for one in otherwise(contents)))
    return "\n\n".join(parts) + "\n"


def _what(contents: Contents) -> Iterator[str]:
    if contents.purpose:
        yield escaped(contents.purpose)
    current = contents.current
    held = sum(case.held_back for case in contents.cases)
    must = sum(case.must_not_break for case in contents.cases)
    told = f"Version {current.number} of its prompt ({escaped(current.reason)}) with {counted(len(contents.cases), 'case')}"
    told += f", {held} of them held back while the prompt was written" if held else ""
    told += f"; {must} must not break" if must else ""
    yield f"{told}. {counted(len(contents.in_code), 'check')} in code."


def _why(contents: Contents) -> str:
    if contents.memo_lacks:
        return "There is a memo, and it cannot be handed on yet: the end of this page says why."
    if not contents.decision:
        return "No decision is written down yet: there is no memo."
    return f"{fenced(contents.decision)}\n\nWith its numbers: `memo.md`."


def questions(contents: Contents) -> list[tuple[str, str]]:
    """Three questions that belong to any number about a model, each with the answer that there is."""
    latest = next((one for one in reversed(contents.evaluations) if one.version == contents.current.number), None)
    measured = "Nothing has been run yet."
    if latest:
        measured = f"On {counted(len(latest.outputs), 'answer')} of version {latest.version}: {latest.model}, {day(latest.day)}."
        measured += f" {counted(latest.missing, 'call')} brought no answer and count neither way." if latest.missing else ""
    people = sum(one.passed is not None for evaluation in contents.evaluations for one in evaluation.outputs)
    who = f"A person read {counted(people, 'answer')}." if people else "Nobody has read an answer yet."
    good = [one.name for one in contents.checks if one.counted]
    rest = len(contents.checks) - len(good)
    if good:
        who += f" Shown to agree with that: {', '.join(f'“{name}”' for name in good)}."
    if rest:
        who += f" Of {counted(rest, 'check')} nobody has shown that {'it says' if rest == 1 else 'they say'} what people say."
    chance = " ".join(contents.changes)
    if latest and (people_rate := next((one for one in latest.rates if one.by == "people"), None)):
        chance = f"{said(people_rate)} pass as read by a person. {chance}".strip()
    return [
        ("On what was this measured?", measured),
        ("Who says what is good?", who),
        ("Could it be chance?", chance or "No two versions were compared, and nothing was read: so nobody knows."),
    ]


def _wrong(contents: Contents) -> Iterator[str]:
    for mode in sorted(contents.modes, key=lambda one: -one.measure.value)[:SHOWN]:
        told = f": {escaped(mode.what)}" if mode.what else ""
        may = _within(mode.measure.low, mode.measure.high)
        yield f"- **{escaped(mode.name)}**{told}. {mode.measure.told} that were read, {may} of all."
    example = next(
        (one for evaluation in reversed(contents.evaluations) for one in evaluation.outputs if one.passed is False and one.text.strip()),
        None,
    )
    if example:
        cut = example.text if len(example.text) <= EXCERPT else f"{example.text[:EXCERPT]}…"
        note = f", where a person noted: {escaped(example.note)}" if example.note else ""
        yield f"\nFor example, case {example.case}{note}\n\n{fenced(cut)}"


def _within(low: float, high: float) -> str:
    return f"which may be {low * 100:.0f} to {high * 100:.0f} %"


def _files(names: Collection[str]) -> Iterator[str]:
    yield "| file | what it is |\n| --- | --- |"
    for some, says in rows(names):
        yield f"| {', '.join(f'`{one}`' for one in some)} | {says} |"


def _model(contents: Contents) -> str:
    """Which model gave the results, as the end of a comment within a fence."""
    named = next((one.model for one in reversed(contents.evaluations) if not one.elsewhere), "")
    return f"; these results came of {' '.join(named.replace('`', '').split())}" if named else ""


_RUN = """## Run it

```sh
export OPENAI_BASE_URL=https://…/v1 OPENAI_API_KEY=…      # the endpoint that is to answer@MODEL@
MODEL=name-of-the-model npx promptfoo@0.123 eval --no-cache   # node 22.22 or newer
export HERE_BASE_URL=$OPENAI_BASE_URL HERE_API_KEY=$OPENAI_API_KEY
pip install inspect-ai -r requirements.txt
inspect eval task.py --model openai-api/here/name-of-the-model --max-connections 1
python checks/checks.py                                   # judge what was recorded again; no model is asked
pytest                                                    # the same as tests; PRODUCT_BASE_URL and PRODUCT_MODEL ask again
```"""


def otherwise(contents: Contents) -> Iterator[str]:
    """What is not the same in these tools, each in a sentence."""
    yield "promptfoo has no verdict between pass and fail: what a check cannot tell fails there, and its reason begins “Cannot be told”."
    if asked := in_python(contents.in_code):
        names = ", ".join(f"“{escaped(one.name)}”" for one in asked)
        yield f"promptfoo asks Python for {names}: `python3` must be there, with what `requirements.txt` lists."
    if lacking := [one for one in contents.checks if isinstance(one.check, Language | Declines)]:
        names = ", ".join(f"“{escaped(one.name)}”" for one in lacking)
        yield f"{names}: without the package `py3langid` it cannot be told in which language an answer is."
    if any(isinstance(one.check, Cites) for one in contents.checks):
        yield "A check of sources needs the passages that an answer was given. They are in `results/`, and no tool here looks them up anew."
    if any(isinstance(one.check, Latency) for one in contents.checks):
        yield "Time is measured anew on another machine: a check of seconds is the first to differ."
    if contents.judges:
        names = ", ".join(f"“{escaped(one.name)}”" for one in contents.judges)
        yield f"A model judges by {names}: what it said is in `results/`, its rubric in `judges.json`, and no tool here asks it again."
    yield "Answers are asked once a case, with the seed 1; several draws of a case are in `results/` only."
    given = {(one["version"], one["case"]) for one in passages(contents)}
    for version in contents.versions:
        without = sum((version.number, case.number) not in given for case in contents.cases)
        yield from (f"Version {version.number}: {one}" for one in unlike(version, without))
    if contents.memo_lacks:
        yield f"The memo is not in here, because it cannot be handed on yet. {escaped(contents.memo_lacks[0])}"

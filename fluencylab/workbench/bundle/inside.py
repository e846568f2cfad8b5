"""What is inside a bundle, in words, and what a reviewer will miss in it."""

from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from fluencylab.text.numerals import counted
from fluencylab.workbench.bundle.contents import Contents

PARTS = (
    (("report.html",), "everything on one page, for who has none of these tools"),
    (("cases.jsonl",), "what goes in, what a right answer says, and which cases are held back or must not break"),
    (("prompts/",), "the versions, to run (JSON) and to read (Markdown)"),
    (("passages.jsonl",), "what each case was given by a version that looks something up, as it was when it was run"),
    (("asking/",), "how a version is asked that looks something up, has tools, or is held to a form, and what its tools answer"),
    (("checks.json", "checks/"), "the checks as rules, and the code that judges by them, in Python and in JavaScript"),
    (("judges.json",), "the rubrics by which a model judged, and how well it agrees with people"),
    (("promptfooconfig.yaml", "promptfoo/"), "the same for promptfoo"),
    (("task.py",), "the same for Inspect"),
    (("test_product.py",), "the same for pytest"),
    (("results/",), "every answer with its verdicts and labels (JSONL, CSV); logs that `inspect view` opens"),
    (("failure-modes.md",), "the names given to what goes wrong, and how often each was met"),
    (("memo.md",), "the decision, each number with what it rests on"),
    (("spec.md",), "the acceptance tests"),
    (("documents.csv",), "what answers may be looked up in, by name and hash; the documents are not here"),
    (("product.json", "requirements.txt"), "settings, prices and conditions; what the checks read with"),
)


class Part(NamedTuple):
    """Some files of one purpose. `size` in bytes."""

    names: tuple[str, ...]
    says: str
    size: int


class Missing(NamedTuple):
    """What a reviewer will miss, and on which page of the product it is made."""

    says: str
    page: str
    act: str


def rows(names: Collection[str]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Of the parts those that are there."""
    for wanted, says in PARTS:
        if there := tuple(one for one in wanted if any(name.startswith(one) for name in names)):
            yield there, says


def parts(files: Mapping[str, bytes]) -> list[Part]:
    first = Part(("README.md",), "one page to read first: what, why, three questions, what would change our mind", len(files["README.md"]))
    return [
        first,
        *(
            Part(names, says.replace("`", ""), sum(len(files[one]) for one in files if one.startswith(names)))
            for names, says in rows(files)
        ),
    ]


def missing(contents: Contents) -> Iterator[Missing]:
    """In the order of the way through."""
    answers = [one for evaluation in contents.evaluations for one in evaluation.outputs]
    read = sum(one.passed is not None for one in answers)
    if not contents.cases:
        yield Missing("There is no case: nobody can run it.", "bring-in", "Bring in cases")
    elif not any(case.reference for case in contents.cases):
        yield Missing("No case says what a right answer would be.", "bring-in", "Bring in cases with right answers")
    if not any(evaluation.version == contents.current.number for evaluation in contents.evaluations):
        yield Missing(f"Version {contents.current.number} has not been run.", "evaluate", "Run it")
    if answers and not read:
        yield Missing("Nobody has read an answer, so nobody has said what is good.", "", "Read what came out")
    if read and not contents.modes:
        yield Missing("What goes wrong has no names.", "modes", "Name what goes wrong")
    if not contents.checks:
        yield Missing("There is no check: the folder holds questions and no tests.", "checks", "Write a check")
    elif not any(one.counted for one in contents.checks):
        unshown = "the check says" if len(contents.checks) == 1 else f"any of the {counted(len(contents.checks), 'check')} says"
        yield Missing(f"Nobody has shown that {unshown} what people say.", "checks", "See what would show it")
    if contents.memo_lacks:
        yield Missing(f"The memo stays out: it cannot be handed on yet. {contents.memo_lacks[0]}", "memo", "Mend the memo")
    elif not contents.memo:
        yield Missing("There is no memo: the folder says what was measured, and not what it was for.", "memo", "Write the memo")

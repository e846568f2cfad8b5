"""What `fluency debug show` and `fluency debug try` do with a repair: the exercise as a program sees it, and a prompt judged."""

import asyncio
from pathlib import Path
from typing import Any

import typer

from fluencylab.actions.repairs import proof, told
from fluencylab.cli import bars, show, weights
from fluencylab.cli.debug import Answer
from fluencylab.cli.labs import collect
from fluencylab.curriculum.repairs import Repair
from fluencylab.errors import BadInput
from fluencylab.instruments import instruments
from fluencylab.instruments import repair as instrument
from fluencylab.instruments.base import signature
from fluencylab.instruments.repair import Params
from fluencylab.practice import repairs as rules
from fluencylab.practice.kinds import REPAIR
from fluencylab.practice.repairs import Judged


def tell(repair: Repair, as_json: bool) -> None:
    """The prompt, the visible cases and the bar. Hidden cases are told as a number."""
    found = proof(repair)
    told_ = {
        "kind": REPAIR.name,
        "slug": repair.slug,
        "title": repair.title,
        "concept": repair.concept,
        "situation": repair.situation,
        "notes": repair.notes,
        "wanted": repair.wanted,
        "prompt": repair.prompt,
        "longest": repair.longest,
        "visible": [{"text": case.text, "expect": case.expect, "gave": case.gave} for case in repair.visible],
        "hidden": len(repair.hidden),
        "must_not_break": [case.about for case in repair.keep],
        "answers_each": len(repair.seeds),
        "bar": repair.bar,
        "original": {"right": found.original[0], "of": found.original[1]} if found else None,
    }
    if as_json:
        show.json_out(told_)
        return
    out = show.out
    out.print(repair.title, style="bold", markup=False)
    out.print(f"{repair.situation}\n\nWanted: {repair.wanted}\n", markup=False)
    out.print(repair.prompt, markup=False, style="dim")
    out.print()
    for case in repair.visible:
        out.print(f"{case.text}\n    {case.gave}", markup=False)
    out.print(f"\nMend it: fluency debug try {repair.slug} --prompt-file FILE", markup=False)


def attempt(repair: Repair, given: Answer, model: str, as_json: bool) -> None:
    """Judge the prompt in a file on the hidden cases. Nothing is written down: what counts is handed in on the page."""
    prompt = rules.checked(repair, _read(given.prompt_file, repair))
    params = Params(repair=repair.slug, prompt=prompt, groups=("hidden", "keep"), original=proof(repair) is None)
    weights.have(model)
    with bars.steps_bar(repair.title, instrument.calls(params), quiet=as_json) as advance:
        card, steps, whole = asyncio.run(collect(instruments()["repair"], params, model, lambda _: advance()))
    judged = rules.judge(repair, told(steps))
    verdict = rules.verdict(repair, judged)
    signed: dict[str, Any] = dict(signature(card, "repair", params, len(steps))) if card else {}
    if as_json:
        show.json_out(_row(repair, judged) | {"passed": verdict.right, "says": verdict.why, "conditions": signed})
    else:
        show.out.print(f"{verdict.why}", markup=False)
        for what, times in judged.failures:
            show.out.print(f"  {times} × {what}", markup=False)
        for kept in judged.keep:
            show.out.print(f"  {'broken' if kept.lost else 'kept'}: {kept.about}", markup=False)
        show.out.print(show.conditions(signed), style="dim", markup=False)
    if not whole:
        raise typer.Exit(show.INTERRUPTED)
    if not verdict.right:
        raise typer.Exit(1)


def _row(repair: Repair, judged: Judged) -> dict[str, Any]:
    found = proof(repair)
    return {
        "slug": repair.slug,
        "rate": judged.rate.model_dump(),
        "right": judged.hits,
        "of": judged.n,
        "bar": repair.bar,
        "original": {"right": found.original[0], "of": found.original[1]} if found else None,
        "failures": [{"what": what, "times": times} for what, times in judged.failures],
        "must_not_break": [{"about": kept.about, "right": kept.right, "of": kept.of, "lost": kept.lost} for kept in judged.keep],
    }


def _read(file: Path | None, repair: Repair) -> str:
    """Not more of it than could be a prompt: a file of 50 MB is refused unread."""
    if file is None:
        raise BadInput("There is no prompt yet.", f"Put one into a file: fluency debug try {repair.slug} --prompt-file FILE")
    try:
        if file.stat().st_size > 8 * repair.longest:
            raise BadInput(f"{file.name} is longer than a prompt may be here: {repair.longest:,} characters.", "Shorten it and try again.")
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise BadInput(f"{file} cannot be read: {error.strerror}.", "Name a file with your prompt as plain text.") from None
    except UnicodeDecodeError:
        raise BadInput(f"{file} is not plain text.", "Save it as UTF-8 text and try again.") from None

"""A run as text for a meeting: the sentence, the measures with their intervals, the conditions, and the link that opens it again."""

from fluencylab.results.outcome import Outcome
from fluencylab.results.words import called, ends, interval, value
from fluencylab.text.written import moment

MOST = 40
"""Measures in a note; the table has all."""
_MARKUP = str.maketrans({sign: f"\\{sign}" for sign in "\\`*_{}[]<>#|~"})


def note(outcome: Outcome, link: str) -> str:
    """Markdown. What somebody wrote, model or person, is text in it and no markup."""
    lines = [f"## {plain(outcome.name)}", ""]
    if outcome.result.says:
        lines += [f"**{plain(outcome.result.says)}**", ""]
    if outcome.note:
        lines += [*(f"> {plain(line)}".rstrip() for line in outcome.note.splitlines()), ""]
    if measures := list(outcome.result.measures.items()):
        lines += ["| Measure | Value | Interval | n |", "| --- | ---: | --- | ---: |"]
        for name, one in measures[:MOST]:
            around = f"{interval(one)} ({ends(one)})" if interval(one) else ends(one)
            lines.append(f"| {plain(called(name, outcome.run.instrument))} | {value(one)} | {around} | {one.n} |")
        lines += [f"\n{len(measures) - MOST} more measures are in the table."] if len(measures) > MOST else []
        lines.append("")
    lines += [
        f"{plain(outcome.title)}. {plain(outcome.conditions)}. Made on {moment(outcome.run.created)}.",
        "",
        f"It opens again at <{link}>.",
    ]
    return "\n".join(lines) + "\n"


def plain(text: str) -> str:
    return " ".join(text.split()).translate(_MARKUP)

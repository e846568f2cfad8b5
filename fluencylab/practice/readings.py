"""What a probe printed, with figures that code draws: which cause does it show? Pure.

    reading/polite-and-from-nowhere/tokens-overflow-1
        ->  a count of tokens in which the system prompt is missing; a cause, another cause, or neither of them?

The symptom of a case is heard once more, months later, when its cause may be another. Of each probe every answer is right
equally often, "none" among them, and the options of all its readings are the same: so they can only be told by reading.
"""

import random
from collections.abc import Callable, Iterator
from datetime import date, timedelta

from fluencylab.curriculum import loader
from fluencylab.curriculum.schema import Article
from fluencylab.practice.faults import ResolvedCase
from fluencylab.practice.items import Choice, Item
from fluencylab.text.written import day

ROUNDS = 3
"""Readings of one probe that show the same cause, in one case."""
NONE = "none"
Options = dict[str, tuple[str, str, str]]
"""Cause -> its words where the bench has none, what is said of it when it is right, and when it is not."""
TOKENS: Options = {
    "overflow": (
        "",
        "The system prompt is not among the messages, and the rest fills the window.",
        "The system prompt is there, in front.",
    ),
    "cut": ("", "It wrote exactly as much as it may, so the limit ended it.", "It wrote less than it may, so the limit ended nothing."),
    NONE: (
        "Neither of the two: the call is whole, and the answer ended by itself.",
        "Every message is there, and it wrote less than it may. A full window is no fault.",
        "Read both ends: which message comes first, and is there as much written as there may be?",
    ),
}
SEARCH: Options = {
    "stale": ("", "The right article is on top, and was changed after it was read in.", "The right article is not on top in older words."),
    "wrong-chunk": ("", "There is a right article, and another one is on top.", "On top is no other article while a right one exists."),
    "gap": ("", "No article holds what was asked, so whatever is on top is about something else.", "There is an article that holds it."),
    NONE: (
        "None of the three: the right article is on top, in the words that it has today.",
        "It is on top and was read in after its last change. The search is in order, so look further on.",
        "Look at what is on top, at its two dates, and at whether an article holds what was asked.",
    ),
}
TRACE: Options = {
    "bad-schema": (
        "",
        "The schema does not let the customer's number through, so another one was made of it.",
        "The schema lets it through.",
    ),
    "copied": ("", "The call holds the number of the example.", "The number of the example is not the one in the call."),
    NONE: (
        "Neither of the two: the number in the call is the one that the customer wrote.",
        "The call is right. What went wrong came after it.",
        "The number in the call is not the customer's. Where does it come from?",
    ),
}
MARKS: Options = {
    "judge": (
        "",
        "Of what the rule finds bad the judge passes nearly as much as of the rest.",
        "The judge finds bad what the rule finds bad.",
    ),
    "worse": (
        "The answers have become worse, and the judge finds the bad ones as well as a rule does.",
        "Many are bad by the rule, and the judge finds nearly all of them.",
        "Either hardly any is bad by the rule, or the judge does not find them.",
    ),
    NONE: (
        "Neither of the two: nearly all answers are good, and the judge finds the few bad ones.",
        "Rule and judge agree, and little is bad. The score is as it should be.",
        "Compare how many are bad by the rule with how many of them the judge finds.",
    ),
}


def items(of: ResolvedCase, key: str) -> Iterator[Item]:
    """Of the probes that this case's kind of product has."""
    for slug, (options, drawn) in _probes(of).items():
        probe = of.bench.probe(slug)
        for best in options:
            for number in range(1, ROUNDS + 1):
                id = f"reading/{of.case.slug}/{slug}-{best}-{number}"
                told = (
                    f"{of.scenario.situation} {of.case.complaint}\n\nMonths later something like it is heard again. One probe is bought: "
                )
                said = f"{told}*{probe.title if probe else slug}*.\n\n{drawn(random.Random(id), best)}"
                yield Item(id, of.case.concept, "debugging", said, "What does it show?", _choices(of, options, best), best, key)


def _choices(of: ResolvedCase, options: Options, best: str) -> tuple[Choice, ...]:
    return tuple(
        Choice(id, text or of.bench.fault(id).cause, right if id == best else wrong) for id, (text, right, wrong) in options.items()
    )


Drawn = Callable[[random.Random, str], str]


def _probes(of: ResolvedCase) -> dict[str, tuple[Options, Drawn]]:
    if of.scenario.kind == "call":
        return {"trace": (TRACE, _trace)}
    if of.scenario.kind == "mark":
        return {"by-rule": (MARKS, _marks)}
    right = next((one for one in loader.articles() if one.id == of.scenario.document.partition("/")[0]), None)
    search: dict[str, tuple[Options, Drawn]] = {"search": (SEARCH, lambda dice, best: _search(dice, best, right))} if right else {}
    return {"tokens": (TOKENS, _tokens), **search}


def _table(head: tuple[str, ...], rows: list[tuple[object, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(f'{cell:,}' if isinstance(cell, int) else str(cell) for cell in line)} |" for line in lines)


def _tokens(dice: random.Random, best: str) -> str:
    """The window is nearly full each time: what tells is which message comes first, and whether all that may be written was."""
    window, limit = dice.choice((1024, 2048, 4096)), dice.choice((40, 60, 90, 120))
    read = window - dice.randrange(15, 60)
    written = limit if best == "cut" else limit - dice.randrange(2, 6)
    who = ["assistant", "customer"] * 3
    rules = 0 if best == "overflow" else dice.randrange(180, 320)
    shares = [dice.uniform(0.5, 1.5) for _ in who[1:]] + [0.2]
    tokens = [int((read - rules) * share / sum(shares)) for share in shares]
    tokens[0] += read - rules - sum(tokens)
    rows: list[tuple[object, ...]] = [("system prompt, with the article", rules)] if rules else []
    rows += zip(who, tokens, strict=True)
    return f"{_table(('message', 'tokens'), rows)}\n\nThe window has {window:,}. The answer may have {limit}, and has {written}."


def _search(dice: random.Random, best: str, right: Article | None) -> str:
    """Of the three on top, and of the right one where it lies: when it was last changed, and when it was read in."""
    assert right is not None
    near = [one for one in loader.articles() if one.section == right.section and one.id != right.id]
    others = dice.sample(near if len(near) > 3 else [one for one in loader.articles() if one.id != right.id], 4)
    first = {"wrong-chunk": [*others[:3], right], "gap": others}.get(best, [right, *others[:3]])
    old = 0 if best == "stale" else dice.choice((1, 2))
    rows: list[tuple[object, ...]] = []
    for place, one in enumerate(first):
        changed = date(2026, 8, 1) + timedelta(days=dice.randrange(60))
        indexed = changed + timedelta(days=dice.randrange(2, 20)) * (-1 if place == old else 1)
        rows.append((place + 1, one.title, day(changed), day(indexed)))
    held = "None of the articles holds what was asked." if best == "gap" else f"One article holds what was asked: “{right.title}”."
    return f"{_table(('place', 'article', 'last changed', 'read in'), rows)}\n\n{held}"


def _trace(dice: random.Random, best: str) -> str:
    typed, shown = (f"Q-{number}" for number in dice.sample(range(3100, 9900), 2))
    digits = 3 if best == "bad-schema" else 4
    called = {"bad-schema": typed[:5], "copied": shown}.get(best, typed)
    rows: list[tuple[object, ...]] = [
        ("the customer's message", typed),
        ("the example in the prompt", shown[: digits + 2]),
        ("the schema allows", f"Q- and {digits} digits"),
        ("the call", called),
    ]
    return _table(("where", "order number"), rows)


def _marks(dice: random.Random, best: str) -> str:
    bad = dice.randrange(3, 6) if best == NONE else dice.randrange(20, 30)
    good = 60 - bad
    passed_bad = bad - dice.randrange(1, 4) if best == "judge" else dice.randrange(0, 2)
    passed_good = good - dice.randrange(0, 3)
    rows: list[tuple[object, ...]] = [
        ("good by the judge", passed_good, passed_bad),
        ("bad by the judge", good - passed_good, bad - passed_bad),
    ]
    return _table(("of 60 answers", "good by the rule", "bad by the rule"), rows)

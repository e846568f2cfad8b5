"""Screens with figures that code draws: which of its numbers does the word mean? Pure.

    screen/drawn/evaluation-metrics/recall-1
        ->  a table of what a filter flagged, and four shares worked out from it: which one is the recall?

Of each table four questions are asked, and each of its four numbers is right once: so what is right stands in the word alone.
"""

import random
from collections.abc import Callable, Iterator
from typing import NamedTuple

from fluencylab.practice.items import Choice, Item

ROUNDS = 5
"""Tables of one kind, each with other figures."""


class Word(NamedTuple):
    """`asked`: the question that means it; `is_`: what it is, said of it afterwards."""

    asked: str
    is_: str


class Drawn(NamedTuple):
    """`numbers`: of each word its number, as text."""

    screen: str
    numbers: dict[str, str]


class Table(NamedTuple):
    words: dict[str, Word]
    draw: Callable[[random.Random], Drawn]


def items(concept: str) -> Iterator[Item]:
    """Of a concept that has a table; of the others none."""
    table = TABLES.get(concept)
    for number in range(1, ROUNDS + 1) if table else ():
        assert table is not None
        dice = random.Random(f"{concept}/{number}")
        drawn = next(one for one in (table.draw(dice) for _ in range(100)) if len(set(one.numbers.values())) == len(table.words))
        for best, word in table.words.items():
            options = tuple(
                Choice(id, drawn.numbers[id], f"{'Yes: this' if id == best else 'This'} is {table.words[id].is_}.") for id in table.words
            )
            yield Item(f"screen/drawn/{concept}/{best}-{number}", concept, "vocabulary", drawn.screen, word.asked, options, best)


def _table(head: tuple[str, ...], *rows: tuple[object, ...]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(f'{cell:,}' if isinstance(cell, int) else str(cell) for cell in line)} |" for line in lines)


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f} %"


def _places(dice: random.Random) -> Drawn:
    """Four places of a text, each with another shape of its distribution."""
    top, two = dice.randrange(94, 98), dice.randrange(45, 48)
    three = dice.randrange(50, 61)
    shapes = {
        "sure": [top, *_split(100 - top, dice)],
        "two": [two + 2, two, *_split(98 - 2 * two, dice)[:2]],
        "three": [three, (94 - three + 1) // 2, (94 - three) // 2, 3],
        "even": [26, 25, 25, 24],
    }
    shapes["two"][3] = 100 - sum(shapes["two"][:3])
    names = dict(zip(shapes, dice.sample(["greeting", "name", "product", "date", "price", "city", "colour", "closing"], 4), strict=True))
    rows = [(names[shape], *shapes[shape]) for shape in dice.sample(list(shapes), 4)]
    screen = "The likeliest tokens at four places of one letter, in per cent:\n\n"
    return Drawn(screen + _table(("place", "first", "second", "third", "fourth"), *rows), names)


def _split(left: int, dice: random.Random) -> list[int]:
    one = left - left // 2
    return [one, left // 2 - left // 4, left // 4]


def _call(dice: random.Random) -> Drawn:
    system, turns, question = dice.randrange(300, 900, 10), dice.randrange(1200, 3600, 10), dice.randrange(40, 130)
    window, output = dice.choice((6000, 8000, 12000)), dice.randrange(600, 1500, 50)
    read = system + turns + question
    screen = "The ninth call of a chat, in tokens:\n\n" + _table(
        ("part", "tokens"),
        ("system prompt", system),
        ("turns one to eight", turns),
        ("the new question", question),
        ("the model's window", window),
        ("maximum output", output),
    )
    numbers = {"history": turns, "context": read, "most": window - output, "left": window - read - output}
    return Drawn(screen, {id: f"{number:,}" for id, number in numbers.items()})


def _filter(dice: random.Random) -> Drawn:
    harmful, harmless = dice.randrange(40, 90), dice.randrange(200, 400)
    passed, stopped = dice.randrange(3, 12), dice.randrange(12, 60)
    flagged = harmful - passed + stopped
    screen = "A filter in front of a chat, on questions that two people marked:\n\n" + _table(
        ("questions", "stopped", "let through"),
        ("harmful", harmful - passed, passed),
        ("harmless", stopped, harmless - stopped),
    )
    parts = {
        "refused": (stopped, harmless), "leaks": (passed, harmful), "all": (flagged, harmful + harmless), "wrongly": (stopped, flagged)
    }  # fmt: skip
    return Drawn(screen, {id: f"{part} of {whole}" for id, (part, whole) in parts.items()})


def _ranks(dice: random.Random) -> Drawn:
    shape = [1] * dice.randrange(3, 6) + [5] * dice.randrange(1, 3) + [10] * dice.randrange(1, 3)
    ranks = sorted(1 if most == 1 else dice.randrange(most // 2 + 1 if most == 10 else 2, most + 1) for most in shape)
    ranks += sorted(dice.sample(range(11, 40), 10 - len(ranks)))
    within = {most: sum(rank <= most for rank in ranks) for most in (1, 5, 10)}
    screen = f"The place of the right page, for {len(ranks)} questions:\n\n{', '.join(map(str, ranks))}"
    mean = sum(1 / rank for rank in ranks) / len(ranks)
    shares = {f"at{most}": f"{n / len(ranks):.2f}" for most, n in within.items()}
    return Drawn(screen, {**shares, "mrr": f"{mean:.2f}"})


def _rag(dice: random.Random) -> Drawn:
    found, lost = dice.randrange(180, 250), dice.randrange(60, 110)
    right, lucky = dice.randrange(found // 2, found - 20), dice.randrange(4, 16)
    whole = found + lost
    screen = f"{whole} marked questions to an assistant, by what the search handed over:\n\n" + _table(
        ("the passage with the answer", "answered rightly", "answered wrongly"),
        ("was among those found", right, found - right),
        ("was not among them", lucky, lost - lucky),
    )
    parts = {"hits": (found, whole), "rag": (right + lucky, whole), "reading": (right, found), "weights": (lucky, lost)}
    return Drawn(screen, {id: f"{part} of {of}" for id, (part, of) in parts.items()})


def _silent(dice: random.Random) -> Drawn:
    known, unknown = dice.randrange(260, 360), dice.randrange(60, 120)
    silent, answered = dice.randrange(20, 60), dice.randrange(5, 30)
    given = known - silent + answered
    right = known - silent - dice.randrange(8, 40)
    screen = f"{known + unknown} questions to an assistant, by whether the documents hold an answer:\n\n" + _table(
        ("the documents", "answered", "answered rightly", "“I don't know”"),
        ("hold it", known - silent, right, silent),
        ("do not hold it", answered, 0, unknown - answered),
    )
    parts = {
        "coverage": (given, known + unknown), "kept": (right, given), "abstention": (unknown - answered, unknown), "false": (silent, known)
    }  # fmt: skip
    return Drawn(screen, {id: f"{part} of {whole}" for id, (part, whole) in parts.items()})


def _clock(dice: random.Random) -> Drawn:
    queue, reading = dice.randrange(2, 9) / 10, dice.randrange(4, 19) / 10
    tokens, rate = dice.randrange(80, 240, 10), dice.randrange(20, 55, 5)
    writing = round(tokens / rate, 1)
    first = round(queue + reading, 1)
    screen = f"One call that wrote {tokens} tokens, by the server's clock:\n\n" + _table(
        ("event", "seconds"),
        ("sent", "0.0"),
        ("out of the queue", f"{queue:.1f}"),
        ("first token", f"{first:.1f}"),
        ("last token", f"{first + writing:.1f}"),
    )
    numbers = {"ttft": first, "ttlt": first + writing, "prefill": reading, "decoding": writing}
    return Drawn(screen, {id: f"{number:.1f} s" for id, number in numbers.items()})


def _bill(dice: random.Random) -> Drawn:
    calls, right = 1000, dice.randrange(600, 950, 10)
    read, written = dice.randrange(400, 3000, 100), dice.randrange(50, 300, 10)
    of_read, of_written = read * calls * 2 / 1e6, written * calls * 10 / 1e6
    screen = "A day of a sorting service:\n\n" + _table(
        ("what", "figure"),
        ("calls", calls),
        ("of them right", right),
        ("tokens read in a call", read),
        ("tokens written in a call", written),
        ("price of a million tokens read", "$2"),
        ("price of a million tokens written", "$10"),
    )
    numbers = {
        "read": of_read / calls,
        "written": of_written / calls,
        "call": (of_read + of_written) / calls,
        "right": (of_read + of_written) / right,
    }
    return Drawn(screen, {id: f"${number:.5f}" for id, number in numbers.items()})


def _calls(dice: random.Random) -> Drawn:
    whole = dice.randrange(300, 500, 10)
    other, values, form = dice.randrange(10, 30), dice.randrange(12, 60), dice.randrange(2, 9)
    screen = f"{whole} requests that need a tool, by what the first call was; two people marked them:\n\n" + _table(
        ("the call", "requests"),
        ("another tool, in the form of its schema", other),
        ("the right tool, not in the form of its schema", form),
        ("the right tool, in its form, with a wrong value", values),
        ("the right tool, in its form, with each value right", whole - other - values - form),
    )
    numbers = {"choice": whole - other, "form": whole - form, "values": whole - other - values - form, "asked": values}
    return Drawn(screen, {id: f"{number} of {whole}" for id, number in numbers.items()})


def _flags(dice: random.Random) -> Drawn:
    bad, good = dice.randrange(60, 140), dice.randrange(800, 1900, 10)
    hit, false = dice.randrange(bad // 2, bad - 8), dice.randrange(15, 90)
    screen = "A filter for complaints, on messages that two people marked:\n\n" + _table(
        ("messages", "flagged", "not flagged"),
        ("complaints", hit, bad - hit),
        ("others", false, good - false),
    )
    whole = bad + good
    parts = {"precision": (hit, hit + false), "recall": (hit, bad), "accuracy": (hit + good - false, whole), "base": (bad, whole)}
    return Drawn(screen, {id: _share(part, of) for id, (part, of) in parts.items()})


TABLES: dict[str, Table] = {
    "tokens-and-temperature": Table(
        {
            "sure": Word(
                "At which place does greedy decoding write what sampling would nearly always write, too?", "where one token has nearly all"
            ),
            "two": Word(
                "At which place does top-p 0.9 keep exactly two tokens?", "where two tokens together are above 90 %, and one is not"
            ),
            "three": Word("At which place does top-p 0.9 keep exactly three tokens?", "where it takes three tokens to reach 90 %"),
            "even": Word("Which place has the highest entropy?", "where all four are alike, so the next token is least known"),
        },
        _places,
    ),
    "context-windows": Table(
        {
            "history": Word("How many tokens does the history have?", "the earlier turns alone, which is the history"),
            "context": Word("How long is the context that this call reads?", "all that the call reads: rules, history and question"),
            "most": Word(
                "How long may a prompt be at most, if the maximum output is to be had whole?", "the window less the maximum output"
            ),
            "left": Word(
                "Of the token budget, how much is left once prompt and maximum output are counted?",
                "what neither of them takes of the window",
            ),
        },
        _call,
    ),
    "system-and-user-prompts": Table(
        {
            "refused": Word("Which share is the over-refusal?", "of the harmless, those that were stopped"),
            "leaks": Word("Which share tells how much danger the guardrail lets pass?", "of the harmful, those let through"),
            "all": Word("Which share tells how often the guardrail acts?", "of all questions, those that were stopped"),
            "wrongly": Word("Which share tells how often a stop hits somebody honest?", "of those stopped, the harmless ones"),
        },
        _filter,
    ),
    "embeddings-and-search": Table(
        {
            "at1": Word("Which number is the recall@1?", "the share with the right page in first place"),
            "at5": Word("Which number is the recall@5?", "the share with the right page among the first five"),
            "at10": Word("Which number is the recall@10?", "the share with the right page among the first ten"),
            "mrr": Word("Which number is the MRR?", "the mean of one divided by the place"),
        },
        _ranks,
    ),
    "rag-or-fine-tuning": Table(
        {
            "hits": Word("Which share is the hit rate?", "of all questions, those whose passage was found"),
            "rag": Word("Which share tells how good RAG is as a whole?", "of all questions, those answered rightly"),
            "reading": Word(
                "Which share tells how well the model uses what the retriever hands it?", "of those with the passage, the right answers"
            ),
            "weights": Word(
                "Which share comes out of the weights, with no passage to lean on?", "of those without the passage, the right answers"
            ),
        },
        _rag,
    ),
    "hallucination": Table(
        {
            "coverage": Word("Which share is the coverage?", "of all questions, those that got an answer"),
            "kept": Word("Which share tells how far an answer, once given, can be relied on?", "of the answers given, the right ones"),
            "abstention": Word(
                "Which share tells how often abstention comes where it is due?", "of what no document holds, those left open"
            ),
            "false": Word(
                "Which share tells how often abstention comes where an answer was there?", "of what the documents hold, those left open"
            ),
        },
        _silent,
    ),
    "latency": Table(
        {
            "ttft": Word("Which number is the TTFT?", "from sending to the first token"),
            "ttlt": Word("Which number is the TTLT?", "from sending to the last token"),
            "prefill": Word("How long did prefill take?", "from the queue's end to the first token, the reading of the prompt"),
            "decoding": Word("How long did decoding take?", "from the first token to the last one, the writing"),
        },
        _clock,
    ),
    "cost-and-quality": Table(
        {
            "read": Word("What do the input tokens of one call cost?", "what is paid for reading, for one call"),
            "written": Word("What do the output tokens of one call cost?", "what is paid for writing, for one call"),
            "call": Word("What does inference cost for one call?", "reading and writing together, for one call"),
            "right": Word("Which number is the cost of a right answer?", "what all calls cost, shared among the right ones"),
        },
        _bill,
    ),
    "tool-use": Table(
        {
            "choice": Word(
                "How often did function calling pick the tool that was needed?", "those with the right tool, whatever stood in the call"
            ),
            "form": Word("How often did the call keep to the tool schema?", "those in their schema's form, whichever tool it was"),
            "values": Word("How often were tool and arguments as they should be?", "those that are right in everything"),
            "asked": Word("How often were only the arguments wrong, where no schema can see it?", "those in form, with a wrong value"),
        },
        _calls,
    ),
    "evaluation-metrics": Table(
        {
            "precision": Word("Which number is the precision?", "of those flagged, the complaints"),
            "recall": Word("Which number is the recall?", "of the complaints, those flagged"),
            "accuracy": Word("Which number is the accuracy?", "of all messages, those decided rightly"),
            "base": Word("Which number is the base rate?", "of all messages, the complaints"),
        },
        _flags,
    ),
}

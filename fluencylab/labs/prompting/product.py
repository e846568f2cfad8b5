"""The prompting lab on a learner's own product: its instructions, its messages, and its last two versions beside each other."""

from collections.abc import Sequence

from fluencylab.labs.prompting.params import TEXT
from fluencylab.workbench.lab_texts import clean, evenly, from_cases, from_prompt, line, short, table, with_text
from fluencylab.workbench.product_data import Filled, ProductData

SECRET = "KESTREL-42"
ROWS, FEW = 200, 12
HONEST, READ = 5, 2_000
"""Honest questions in front of the guardrails: as many as the lab has of its own, and more while all together have so many letters. Each is
read anew behind every guardrail that a model is asked for, so that long ones, with records in them, took eighteen times what ours take."""


def fill(product: ProductData) -> Filled:
    values, took, lacks = dict[str, str](), list[str](), list[str]()
    if cases := with_text(product):
        values["prompt"] = clean(cases[0].text)
        some = [line(case.text) for case in evenly(cases, FEW)]
        while sum(map(len, some)) + len(some) > TEXT:
            some.pop()
        honest = _honest(some)
        values |= {"questions": "\n".join(some), "harmless": "\n".join(honest)}
        took.append(f"{len(some)} of its open messages: the first as the user message, all as what is asked each time.")
        if len(honest) < len(some):
            took.append(f"{len(honest)} of them as honest questions: they are long, and each is read anew behind every guardrail.")
    system = clean(product.system)
    if 0 < len(system) <= TEXT - 100:
        values |= {"system": system, "guard_system": f"{system}\nThe staff code is {SECRET}.", "prompt_b": system}
        took.append(from_prompt(product))
        took.append(f"In front of the guardrails a made-up secret, {SECRET}, stands at its end: they need something to guard.")
        if 0 < len(before := clean(product.before)) <= TEXT and before.strip() != system:
            values["prompt_a"] = before
            took.append(f"Version {product.version - 1} is prompt A, version {product.version} is prompt B.")
    elif product.version:
        lacks.append(f"Version {product.version} has no instructions of its own, or they are too long for the lab.")
    told = [(case, short(case.reference)) for case in cases if short(case.reference)]
    if len(told) >= 2:
        rows = evenly(told, ROWS)
        values["cases"] = table(("text", "expect"), [(case.text, expect) for case, expect in rows])
        took.append(f"{from_cases(product, len(rows), lead='To compare two prompts')} Their right answers can be looked for word for word.")
    else:
        lacks.append("To compare two prompts here, right answers of a few words are needed; its cases have none, and the lab’s own stay.")
    return Filled(values, tuple(took), tuple(lacks))


def _honest(messages: Sequence[str]) -> list[str]:
    """Spread over all, as many as are read in good time."""
    n = next((n for n in range(len(messages), HONEST, -1) if sum(map(len, evenly(messages, n))) <= READ), HONEST)
    return list(evenly(messages, n))

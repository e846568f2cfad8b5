"""Sampling on a learner's own product: one of its messages, under its own instructions."""

from fluencylab.workbench.lab_texts import clean, from_prompt, with_text
from fluencylab.workbench.product_data import Filled, ProductData

LONGEST = 20_000


def fill(product: ProductData) -> Filled:
    cases = with_text(product, LONGEST)
    if not cases:
        return Filled({}, lacks=(f"{product.name} has no case whose text fits into the prompt.",))
    values, took = {"prompt": clean(cases[0].text)}, [f"The message of case {cases[0].number}."]
    if 0 < len(clean(cases[0].system)) <= LONGEST:
        values["system"] = clean(cases[0].system)
        took.append(from_prompt(product))
    if product.max_tokens:
        most = 512
        values["max_tokens"] = str(min(product.max_tokens, most))
        took.append(f"Its longest answer, {values['max_tokens']} tokens{', the most that fits' if product.max_tokens > most else ''}.")
    return Filled(values, tuple(took))

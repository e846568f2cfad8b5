"""The context lab on a learner's own product: its instructions, its documents and one of its messages in the window."""

from fluencylab.workbench.lab_texts import clean, documents, from_documents, from_prompt, no_documents, with_text
from fluencylab.workbench.product_data import Filled, ProductData

LONGEST_SYSTEM, LONGEST_QUESTION, LONGEST_DOCUMENT, LONGEST_HAYSTACK, LONGEST_SAMPLE = 100_000, 20_000, 900_000, 400_000, 100_000


def fill(product: ProductData) -> Filled:
    cases = with_text(product, LONGEST_QUESTION)
    if not cases:
        return Filled({}, lacks=(f"{product.name} has no case whose text fits into the question.",))
    first = cases[0]
    values = {"history": "", "question": clean(first.text), "system": clean(first.system)[:LONGEST_SYSTEM], "document": ""}
    took = [f"The message of case {first.number} as the question; the conversation before it is empty."]
    took += [from_prompt(product)] if values["system"] else []
    text, n = documents(product, LONGEST_DOCUMENT)
    values["document"] = text
    if n:
        haystack, hidden_in = documents(product, LONGEST_HAYSTACK)
        values |= {"haystack": haystack, "sample": text[:LONGEST_SAMPLE]}
        took.append(from_documents(product, n))
        took.append(f"The needle is hidden in {'them' if hidden_in == n else f'{hidden_in} of them'}; the languages count their beginning.")
    else:
        sample = "\n".join(clean(case.text) for case in cases)
        values["sample"] = sample[:LONGEST_SAMPLE]
    return Filled(values, tuple(took), () if n else (no_documents(product),))

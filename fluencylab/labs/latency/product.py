"""Latency on a learner's own product: one of its messages, its instructions as what makes prompts long, its measured lengths."""

from fluencylab.workbench.lab_texts import clean, documents, from_documents, from_prompt, with_text
from fluencylab.workbench.product_data import Filled, ProductData

LONGEST_PROMPT, LONGEST_DOCUMENT = 20_000, 400_000
LONGEST_ANSWER, MOST_WRITTEN = 512, 2048


def fill(product: ProductData) -> Filled:
    cases = with_text(product, LONGEST_PROMPT)
    if not cases:
        return Filled({}, lacks=(f"{product.name} has no case whose text fits into the prompt.",))
    values, took, lacks = {"prompt": clean(cases[0].text)}, [f"The message of case {cases[0].number}."], []
    system = clean(product.system)
    text, n = documents(product, LONGEST_DOCUMENT - len(system) - 2)
    if long := "\n\n".join(part for part in (system, text) if part):
        values["document"] = long
        took += [from_prompt(product)] if system else []
        took += [from_documents(product, n)] if n else []
        took.append("What is put in front of the message is repeated or cut to each length.")
    if product.tokens_in and product.tokens_out:
        read, written = max(1, round(product.tokens_in)), min(MOST_WRITTEN, max(2, round(product.tokens_out)))
        values["prompt_tokens"] = ", ".join(map(str, sorted({max(1, read // 2), read, 2 * read})))
        values["answer_tokens"] = ", ".join(map(str, sorted({max(2, written // 2), written, min(MOST_WRITTEN, 2 * written)})))
        took.append(
            f"The lengths of its last evaluation, {read:,} tokens read and {written:,} written, with half of them and twice as many."
        )
    else:
        lacks.append("Nothing was measured of it here yet, so the lengths are the lab’s own: run a version, and its lengths are filled in.")
    if product.max_tokens:
        values["max_tokens"] = str(min(max(2, product.max_tokens), LONGEST_ANSWER))
    return Filled(values, tuple(took), tuple(lacks))

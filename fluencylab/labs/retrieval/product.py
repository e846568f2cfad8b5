"""The retrieval lab on a learner's own product: its documents, and the questions whose short answer stands in one of them."""

from fluencylab.labs.retrieval.params import MOST_DOCUMENTS, MOST_QUESTIONS
from fluencylab.workbench.lab_texts import documents, evenly, from_cases, from_documents, line, no_documents, short, with_text
from fluencylab.workbench.product_data import Filled, ProductData

LONGEST_DOCUMENTS, LONGEST_QUESTIONS = 1_000_000, 60_000


def fill(product: ProductData) -> Filled:
    text, n = documents(product, LONGEST_DOCUMENTS)
    if not text or n > MOST_DOCUMENTS:
        return Filled({}, lacks=(no_documents(product) if not text else f"The lab takes {MOST_DOCUMENTS:,} documents at most.",))
    asked = [f"{line(case.text)} | {short(case.reference)}" for case in with_text(product) if short(case.reference)]
    asked = evenly(asked, min(len(asked), MOST_QUESTIONS, max(1, LONGEST_QUESTIONS // (2 * max(map(len, asked), default=1)))))
    if not asked:
        lacks = (
            "None of its open cases has a right answer of a few words, which code could look for. Write some, and the lab can be filled in."
        )
        return Filled({}, lacks=(lacks,))
    values = {"documents": text, "questions": "\n".join(asked), "answered": str(min(200, len(asked))), "absent": "0"}
    return Filled(values, (from_documents(product, n), f"{from_cases(product, len(asked), 'questions')} Their right answers are short."))

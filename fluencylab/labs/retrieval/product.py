"""The retrieval lab on a learner's own product: its documents, and the questions whose short answer stands in one of them."""

from fluencylab.labs.retrieval.params import MOST_DOCUMENTS, MOST_QUESTIONS
from fluencylab.workbench.declining import declines
from fluencylab.workbench.lab_texts import documents, evenly, from_cases, from_documents, line, no_documents, short, with_text
from fluencylab.workbench.product_data import Filled, ProductData

LONGEST_DOCUMENTS, LONGEST_QUESTIONS = 1_000_000, 50_000
MOST_SILENT, LONGEST_SILENT = 30, 300
"""Questions without an answer, and letters of each."""


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
    silent = evenly([line(case.text) for case in with_text(product, LONGEST_SILENT) if declines(case.reference)], MOST_SILENT)
    values = {
        "documents": text,
        "questions": "\n".join([*asked, *silent]),
        "answered": str(min(200, len(asked))),
        "absent": str(len(silent)),
    }
    said = f"{from_cases(product, len(asked), 'questions')} Their right answers are short."
    unanswerable = f"And {len(silent)} that cannot be answered, as their references say."
    return Filled(values, (from_documents(product, n), said, *([unanswerable] if silent else [])))

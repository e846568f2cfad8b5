"""The grounding lab on a learner's own product: questions with a short right answer, the passage that holds it, and those without one."""

from collections.abc import Sequence

from fluencylab.workbench.declining import declines
from fluencylab.workbench.lab_texts import clean, evenly, from_cases, holding, no_documents, short, table, with_text
from fluencylab.workbench.product_data import Filled, OpenCase, ProductData
from fluencylab.workbench.sections import sections

ROWS = 200
LONGEST_PASSAGE = 1_500


def fill(product: ProductData) -> Filled:
    answerable = [case for case in with_text(product) if short(case.reference)]
    silent = [case for case in with_text(product) if declines(case.reference)]
    if len(answerable) + len(silent) < 4 or not answerable or not silent:
        needs = (
            "The lab needs both: questions with a right answer of a few words, and questions that cannot be answered, whose reference says "
            "so. "
            f"Among the open cases of {product.name} are {len(answerable)} and {len(silent)}, so the questions are the lab’s own."
        )
        return Filled({}, lacks=(needs,))
    half = ROWS // 2
    asked, unanswered = evenly(answerable, half), evenly(silent, half)
    rows = [(case.text, short(case.reference), *_passages(product, case, asked)) for case in asked]
    rows += [(case.text, "", "", "") for case in unanswered]
    share = 100 * len(silent) / (len(answerable) + len(silent))
    values = {
        "data": table(("text", "answer", "holds", "lacks"), rows),
        "questions": str(min(200, max(4, len(rows)))),
        "unanswerable": f"{share:.0f}",
    }
    took = (
        f"{from_cases(product, len(rows), 'questions')} {len(unanswered)} of them cannot be answered, as their references say.",
        f"Of its questions, {share:.0f} in 100 cannot be answered: that share is filled in, too.",
    )
    lacks = () if any(holds for _, _, holds, _ in rows) else (no_documents(product) + " Without them nothing is asked with a passage.",)
    return Filled(values, took, lacks)


def _passages(product: ProductData, case: OpenCase, others: Sequence[OpenCase]) -> tuple[str, str]:
    """A passage that holds the answer, and one that does not; both or neither."""
    answer = short(case.reference)
    found = [text for one in holding(product, answer) for text in _paragraphs(one.text)]
    holds = next((text for text in found if answer.casefold() in text.casefold()), "")
    elsewhere = [text for one in product.documents for text in _paragraphs(one.text)]
    lacks = next((text for text in [*found, *elsewhere] if answer.casefold() not in text.casefold()), "")
    return (holds, lacks) if holds and lacks else ("", "")


def _paragraphs(text: str) -> list[str]:
    return [clean(one) for part in sections(text) for one in part.paragraphs if len(one) <= LONGEST_PASSAGE and clean(one)]

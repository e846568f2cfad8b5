"""The fine-tuning lab on a learner's own product: examples to train on, and questions and documents for the duel."""

from fluencylab.labs.finetuning.questions import MOST
from fluencylab.models.training import FEWEST
from fluencylab.models.training import MOST as MOST_EXAMPLES
from fluencylab.workbench.lab_texts import documents, evenly, from_cases, from_documents, line, no_documents, short, with_text
from fluencylab.workbench.product_data import Filled, ProductData

LONGEST_LINE, LONGEST, LONGEST_DOCUMENTS, LONGEST_STYLE = 300, 60_000, 1_000_000, 60


def fill(product: ProductData) -> Filled:
    values, took, lacks = dict[str, str](), list[str](), list[str]()
    pairs = [(line(case.text), line(case.reference)) for case in with_text(product, LONGEST_LINE) if line(case.reference)]
    examples = [f"{ask} | {answer}" for ask, answer in pairs if ask and len(answer) <= LONGEST_LINE]
    examples = evenly(examples, min(MOST_EXAMPLES, LONGEST // (2 * LONGEST_LINE + 4)))
    if len(examples) >= FEWEST:
        values["examples"] = "\n".join(examples)
        took.append(f"{from_cases(product, len(examples), lead='To train on')} Each with its reference as the answer.")
    else:
        lacks.append(f"Training needs {FEWEST} short cases with a right answer, and has the lab’s own.")
    asked = [f"{line(case.text)} | {short(case.reference)} | new" for case in with_text(product, LONGEST_LINE) if short(case.reference)]
    asked = evenly(asked, min(MOST, LONGEST // (LONGEST_LINE + 80)))
    text, n = documents(product, LONGEST_DOCUMENTS)
    if asked and n:
        values |= {"data": "\n".join(asked), "documents": text, "kinds": "new", "questions": str(min(40, len(asked)))}
        took.append(
            f"{from_cases(product, len(asked), 'questions', lead='For the duel')} They count as new: the adapter was not trained on them."
        )
        took.append(from_documents(product, n))
        values |= _style(product.name)
        took.append("Instruction and house style name it. An adapter that was trained on other examples keeps to the style of those.")
    else:
        lacks.append(no_documents(product) if asked else "The duel needs right answers of a few words, and has the lab’s own questions.")
    return Filled(values, tuple(took), tuple(lacks))


def _style(name: str) -> dict[str, str]:
    """How an answer is asked for and how it ends: the lab's own name another house."""
    called = line(name)
    closing = f"Yours, {called}."
    return {
        "instruction": f"You answer customers of {called}"[:400] + " in one short sentence.",
        "closing": closing if len(closing) <= LONGEST_STYLE else "Yours.",
    }

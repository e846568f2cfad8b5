"""The embeddings lab on a learner's own product: its messages as a map by tag, a few to compare, and its documents to search."""

from fluencylab.labs.embeddings.params import MOST_DOCUMENTS, MOST_QUESTIONS, MOST_SENTENCES, MOST_TEXTS
from fluencylab.workbench.lab_texts import clean, evenly, from_cases, line, no_documents, short, with_text
from fluencylab.workbench.product_data import Filled, ProductData
from fluencylab.workbench.sections import sections

FEWEST_ON_A_MAP = 10
LONGEST_SENTENCES, LONGEST_TEXTS, LONGEST_DOCUMENTS, LONGEST_QUESTIONS = 6_000, 400_000, 1_000_000, 60_000


def fill(product: ProductData) -> Filled:
    values, took, lacks = dict[str, str](), list[str](), list[str]()
    told = {line(case.text): case for case in with_text(product, 1_000)}
    if len(some := evenly(list(told), MOST_SENTENCES)) > 1:
        values["sentences"] = "\n".join(one[: LONGEST_SENTENCES // MOST_SENTENCES - 1] for one in some)
        took.append(f"{len(some)} of its open messages to compare.")
    if len(told) >= FEWEST_ON_A_MAP:
        mapped = [f"{line(case.tags[0])[:40]} | {text}" if case.tags else text for text, case in evenly(list(told.items()), MOST_TEXTS)]
        values["texts"] = "\n".join(mapped)[:LONGEST_TEXTS]
        took.append(f"{from_cases(product, len(mapped), 'messages', lead='For the map')} The groups are their first tags.")
    else:
        lacks.append(f"The map needs {FEWEST_ON_A_MAP} different messages, and has the lab’s own.")
    return _searched(product, Filled(values, tuple(took), tuple(lacks)))


def _searched(product: ProductData, filled: Filled) -> Filled:
    """With the documents, each of their sections as one, and the questions whose short answer stands in a section."""
    parts = [
        (f"{one.title}: {part.heading}" if part.heading else one.title, part) for one in product.documents for part in sections(one.text)
    ]
    blocks = [
        (line(title), " ".join([*part.paragraphs, *("; ".join(f"{k}: {v}" for k, v in row.items()) for row in part.rows)]))
        for title, part in parts
    ]
    pages = [(title, " ".join(clean(text).split())) for title, text in blocks if text.strip()][:MOST_DOCUMENTS]
    asked = list[str]()
    for case in with_text(product):
        answer = short(case.reference)
        where = [str(at) for at, (_, text) in enumerate(pages, start=1) if answer and answer.casefold() in text.casefold()]
        asked += [f"{line(case.text)} | {', '.join(where)}"] if where else []
    asked = asked[:MOST_QUESTIONS]
    text, questions = "\n\n".join(f"{title}\n{body}" for title, body in pages), "\n".join(asked)
    if not pages or not asked or len(text) > LONGEST_DOCUMENTS or len(questions) > LONGEST_QUESTIONS:
        why = (
            no_documents(product)
            if not pages
            else "For the search no open case has a short right answer that stands in a document, or they are too long."
        )
        return filled._replace(lacks=(*filled.lacks, why))
    said = f"{from_cases(product, len(asked), 'questions', 'For the search')} Its documents are searched in {len(pages)} sections."
    return filled._replace(values={**filled.values, "documents": text, "questions": questions}, took=(*filled.took, said))

"""The metrics lab on a learner's own product: its messages as one label or another, and the outputs that the learner read."""

from fluencylab.labs.metrics import judging, overlap
from fluencylab.labs.metrics.yes_no import SHOWN
from fluencylab.workbench.lab_texts import clean, evenly, from_cases, one_against_the_rest, table
from fluencylab.workbench.product_data import Filled, ProductData

ROWS = 200
FEWEST_MARKED = 4


def fill(product: ProductData) -> Filled:
    values, took, lacks = dict[str, str](), list[str](), list[str]()
    label, rows = one_against_the_rest(product, SHOWN + 1)
    if rows:
        rows = evenly(rows, ROWS)
        values["data"] = table(("text", "label"), [(one.case.text, one.label) for one in rows])
        found = sum(one.label == label for one in rows)
        values |= {"positive": label, "base": f"{100 * found / len(rows):.0f}", "messages": str(max(4, len(rows) - 2 * SHOWN))}
        took.append(f"{from_cases(product, len(rows), 'messages', lead='To sort')} “{label}” is to be found; {found} of {len(rows)} are.")
    else:
        lacks.append("To sort, messages of at least two labels are needed; its cases have none, and the lab’s own stay.")
    scored = [one for one in product.read if one.reference.strip() and max(len(one.answer), len(one.reference)) <= overlap.LONGEST]
    scored = [one for one in scored if clean(one.answer) and clean(one.reference)]
    if len(scored) >= 2:
        chosen = evenly(scored, overlap.MOST)
        told = [(one.answer, one.reference, "yes" if one.passed else "no") for one in chosen]
        values["texts"] = table(("text", "reference", "right"), told)
        took.append(f"Beside their references: {len(chosen)} of the outputs that you read, right where you let them pass.")
    else:
        lacks.append("To score answers beside references, two outputs that you read, with short references, are needed.")
    marked = [one for one in product.read if clean(one.answer) and len(one.answer) <= 4_000]
    if len(marked) >= FEWEST_MARKED:
        chosen = evenly(marked, judging.MOST)
        told = [(one.answer, one.asked, "send" if one.passed else "stop") for one in chosen]
        values["marked"] = table(("text", "asked", "mark"), told)
        took.append(f"For the judge: {len(chosen)} outputs as you marked them, “send” where they pass.")
    else:
        lacks.append(f"For the judge, {FEWEST_MARKED} outputs that you read are needed: you have read {len(marked)} of the open cases’.")
    return Filled(values, tuple(took), tuple(lacks))

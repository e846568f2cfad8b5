"""The cost lab on a learner's own product: its messages with one of a few labels, its prices, and a month of it as the bill."""

from collections import Counter

from fluencylab.workbench.lab_texts import evenly, from_cases, labelled, table
from fluencylab.workbench.product_data import Filled, ProductData

ROWS = 200
EACH = 3
"""Cases that a label needs: two to show as examples, and one to ask."""


def fill(product: ProductData) -> Filled:
    values, took, lacks = dict[str, str](), list[str](), list[str]()
    if rows := evenly(labelled(product, EACH), ROWS):
        counted = Counter(one.label for one in rows)
        enough = [one for one in rows if counted[one.label] >= EACH]
        kinds = sorted({one.label for one in enough}, key=str.casefold)
        values["data"] = table(("text", "label"), [(one.case.text, one.label) for one in enough])
        values["messages"] = str(min(200, max(4, len(enough))))
        took.append(from_cases(product, len(enough), "messages"))
        took.append(f"Their labels are {', '.join(kinds)}.")
    else:
        lacks.append(
            f"The strategies need messages that have one of a few labels, at least {EACH} for each. {product.name} has no such "
            "references or tags, so those messages are the lab’s own."
        )
    if product.price_in or product.price_out:
        prices = {"price_in": f"{product.price_in:.12g}", "price_out": f"{product.price_out:.12g}"}
        values |= prices | {f"b_{name}": value for name, value in prices.items()}
        took.append(f"Its prices, ${product.price_in:g} for a million tokens read and ${product.price_out:g} written.")
    if product.volume:
        values |= {"b_users": str(product.volume), "b_messages": "1"}
        took.append(f"Its {product.volume:,} calls a month, in the bill as so many users with a message each.")
    if product.tokens_in is not None and product.tokens_out is not None:
        values |= {"b_read": f"{product.tokens_in:.0f}", "b_written": f"{product.tokens_out:.0f}"}
        took.append(f"What a call of its last evaluation took: {product.tokens_in:,.0f} tokens read, {product.tokens_out:,.0f} written.")
    return Filled(values, tuple(took), tuple(lacks))

"""The tool lab on a learner's own product: one of its messages. The tools themselves are those of an invented shop."""

from fluencylab.workbench.lab_texts import clean, with_text
from fluencylab.workbench.product_data import Filled, ProductData

LONGEST = 2_000


def fill(product: ProductData) -> Filled:
    cases = with_text(product, LONGEST)
    shop = (
        "The tools are those of an invented shop, and so are the customers: the requests and attacks that are counted stay the lab’s own."
    )
    if not cases:
        return Filled({}, lacks=(f"{product.name} has no message of at most {LONGEST:,} characters.", shop))
    return Filled({"message": clean(cases[0].text)}, (f"The message of case {cases[0].number}.",), (shop,))

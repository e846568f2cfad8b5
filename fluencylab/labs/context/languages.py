"""Languages: how many tokens one and the same notice takes in other languages, in a table, as code, in emoji; in three vocabularies.

Step `languages`: all of it at once. It calls no model: texts are cut, not answered.
"""

from collections.abc import AsyncGenerator, Iterable
from typing import Any

from fluencylab.instruments.base import Step
from fluencylab.instruments.token_window import TokenCounter
from fluencylab.labs.context.params import Params, bundled
from fluencylab.models import vocabularies
from fluencylab.models.types import Model
from fluencylab.models.vocabularies import VOCABULARIES
from fluencylab.stats import Measure, exactly

YOURS = "yours"
AGAINST = "english"
SHOWN = 120
"""Pieces of a text that are kept for the page."""


async def run(model: Model, params: Params) -> AsyncGenerator[Step]:
    ruler = TokenCounter(model)
    texts: dict[str, str] = {name: text.strip() for name, text in bundled()["texts"].items()}
    if params.sample.strip():
        texts[YOURS] = params.sample.strip()
    others = {name: await vocabularies.counts(list(texts.values()), name) for name in VOCABULARIES}
    rows: list[dict[str, Any]] = []
    for i, (name, text) in enumerate(texts.items()):
        cut = await ruler.cut(text)
        counted = {vocabulary: counts[i] for vocabulary, counts in others.items()}
        shown = {"text": text[:600], "pieces": list(cut.pieces[:SHOWN])}
        rows.append({"name": name, "characters": len(text), "tokens": cut.tokens, **shown, **counted})
    yield Step(kind="languages", data={"texts": rows, "exact": ruler.exact})


def fact_names(params: Params) -> list[str]:
    names = [*bundled()["texts"], *([YOURS] if params.sample.strip() else [])]
    told = [f"{kind}@{name}" for name in names for kind in ("tokens", *VOCABULARIES)]
    return told + [f"ratio@{name}{at}" for name in names if name not in (AGAINST, YOURS) for at in ("", *(f"@{v}" for v in VOCABULARIES))]


def measures(steps: Iterable[Step]) -> dict[str, Measure]:
    """`tokens@arabic`, `o200k@arabic`: counts. `ratio@arabic`, `ratio@arabic@o200k`: against the same notice in English."""
    rows: list[dict[str, Any]] = next((step.data["texts"] for step in steps if step.kind == "languages"), [])
    found: dict[str, float] = {}
    against = next((row for row in rows if row["name"] == AGAINST), None)
    for row in rows:
        for kind in ("tokens", *VOCABULARIES):
            found[f"{kind}@{row['name']}"] = row[kind]
            if against and row["name"] not in (AGAINST, YOURS):
                found[f"ratio@{row['name']}" + ("" if kind == "tokens" else f"@{kind}")] = row[kind] / against[kind]
    return {name: exactly(value) for name, value in found.items()}


def says(found: dict[str, Measure]) -> str:
    ratios = {name.split("@")[1]: measure.value for name, measure in found.items() if name.startswith("ratio@") and name.count("@") == 1}
    if not ratios:
        return ""
    widest = max(ratios, key=lambda name: ratios[name])
    return f"The same notice takes {ratios[widest]:.1f} times as many tokens in {widest.title()} as in English, in this model's vocabulary."

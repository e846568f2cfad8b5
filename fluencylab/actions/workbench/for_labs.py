"""A product as labs are filled in from it: its open cases, its latest prompt, its documents, its prices. Nothing that is held back."""

from collections.abc import Mapping, Sequence

from fluencylab.actions.workbench.evaluations import evaluated, shown
from fluencylab.actions.workbench.held import Took, taken
from fluencylab.actions.workbench.reading import ME
from fluencylab.errors import BadInput
from fluencylab.instruments import on_product
from fluencylab.models.types import Message
from fluencylab.stats import mean
from fluencylab.store import product_queries
from fluencylab.store.engine import Session
from fluencylab.store.tables import Product, ProductCase
from fluencylab.workbench.product_data import Filled, OpenCase, ProductData, ProductDocument, ReadOutput
from fluencylab.workbench.retrieval import PASSAGES
from fluencylab.workbench.template import filled
from fluencylab.workbench.version import Version

PASSAGES_SHOWN = 1_500
"""Letters of the documents that stand where a version puts what it finds: a lab is filled in without searching."""
MOST_READ = 400
"""Outputs that a person read, of the latest."""


async def fill(session: Session, product: Product, lab: str) -> Filled:
    """What a lab takes of a product. Raises LabBroken where an installed lab fails at it."""
    return on_product.fill(lab, await product_data(session, product))


async def product_data(session: Session, product: Product) -> ProductData:
    rows = await product_queries.cases(session, product.id, held_back=False)
    counts = await product_queries.case_counts(session, product.id)
    versions = [Version.model_validate(row.content) for row in await product_queries.versions(session, product.id)]
    latest, before = versions[-1] if versions else None, versions[-2] if len(versions) > 1 else None
    documents = await product_queries.documents(session, product.id)
    found = {PASSAGES: "\n\n".join(row.text for row in documents)[:PASSAGES_SHOWN]}
    cases = [_case(row, latest, found) for row in rows]
    took = await _took(session, product)
    return ProductData(
        name=product.name,
        cases=tuple(cases),
        held_back=counts.held_back,
        version=len(versions),
        before=_said(rows[0], before, "system", found) if rows else "",
        max_tokens=latest.max_tokens if latest else 0,
        documents=tuple(ProductDocument(row.name, row.text) for row in documents),
        read=tuple(await _read(session, product, {case.number: case for case in cases})),
        volume=product.volume,
        price_in=product.price_in,
        price_out=product.price_out,
        tokens_in=mean([float(one.tokens_in or 0) for one in took]) if took else None,
        tokens_out=mean([float(one.tokens_out or 0) for one in took]) if took else None,
    )


def _case(row: ProductCase, version: Version | None, found: Mapping[str, str]) -> OpenCase:
    tags = tuple(row.tags.split("\n")) if row.tags else ()
    inputs = shown(row)
    text = next(iter(inputs.values())) if len(inputs) == 1 else "\n".join(f"{name}: {value}" for name, value in inputs.items())
    return OpenCase(row.number, _said(row, version, "user", found) or text, _said(row, version, "system", found), row.reference, tags)


def _said(row: ProductCase, version: Version | None, role: str, found: Mapping[str, str]) -> str:
    """What the version says in this role to the case, the last of what a user says; "" for nothing, or where the case lacks a variable.

    `found`: what stands where a version puts the passages that it finds.
    """
    told = [message for message in version.messages if message.role == role] if version else []
    return _filled(told[-1:] if role == "user" else told, {**found, **shown(row)})


def _filled(messages: Sequence[Message], inputs: Mapping[str, str]) -> str:
    try:
        return "\n\n".join(message.content for message in filled(messages, inputs))
    except BadInput:
        return ""


async def _read(session: Session, product: Product, cases: Mapping[int, OpenCase]) -> list[ReadOutput]:
    labels = await product_queries.labelled(session, await product_queries.runs_of(session, product.id), ME)
    latest = [(label, case) for label, case in labels if case in cases][-MOST_READ:]
    outputs = await product_queries.some_outputs(session, {(label.run_id, label.seq) for label, _ in latest})
    return [
        ReadOutput(cases[case].text, str(outputs[label.run_id, label.seq]["text"]), cases[case].reference, label.passed)
        for label, case in latest
    ]


async def _took(session: Session, product: Product) -> list[Took]:
    """Of the latest evaluation in which tokens were counted, its outputs."""
    for one in await evaluated(session, product.id):
        told = (await taken(session, {one.run: one.outputs}))[one.run] if one.outputs else []
        if counted := [output for output in told if output.tokens_in is not None and output.tokens_out is not None]:
            return counted
    return []

"""The versions of a bundle: as which model each was asked, and what is found for cases that it was never run on."""

from collections.abc import Collection, Sequence

from fluencylab.actions.workbench.evaluations import Evaluated, model_of
from fluencylab.errors import LabError
from fluencylab.instruments.lookup import SearchedDocument, open_lookup
from fluencylab.models.types import ModelInfo
from fluencylab.store import product_queries, queries
from fluencylab.store.engine import Session
from fluencylab.store.tables import Product, ProductVersion
from fluencylab.workbench.bundle.contents import AskedModel, BundleCase, BundleEvaluation, BundleVersion
from fluencylab.workbench.version import Version

MOST_LOOKED_UP = 500
"""Cases without a run for which a version looks up its passages as a bundle is made; beyond them, run it first."""


async def versions(
    session: Session, product: Product, chosen: Sequence[ProductVersion], every: Sequence[Evaluated],
    cases: Sequence[BundleCase], evaluations: Sequence[BundleEvaluation],
) -> tuple[BundleVersion, ...]:  # fmt: skip
    """`every`: evaluations, the latest first."""
    made = []
    for row in chosen:
        content = Version.model_validate(row.content)
        run = next((one.run for one in every if one.version == row.number and not one.elsewhere), "")
        given = {output.case for one in evaluations if one.version == row.number for output in one.outputs if output.passages}
        found = await _found(session, product, content, [case for case in cases if case.number not in given])
        made.append(BundleVersion(row.number, row.reason, content, found, await _model(session, run, row.number, content)))
    return tuple(made)


async def _model(session: Session, run: str, number: int, content: Version) -> AskedModel:
    """Of its latest run; of one that was never run, the model that it would run on, where that is there."""
    told = await queries.run_progress(session, run) if run else None
    if told and told.card:
        card = ModelInfo.model_validate(told.card)
        return AskedModel(card.abilities, card.kind != "endpoint")
    try:
        entry = model_of(number, content)
    except LabError:
        return AskedModel()
    return AskedModel(entry.abilities, entry.local)


async def _found(
    session: Session, product: Product, content: Version, cases: Collection[BundleCase]
) -> dict[int, tuple[tuple[str, str], ...]]:  # fmt: skip
    """Case -> its passages; nothing where they cannot be looked up any more."""
    if content.retrieval is None or not 0 < len(cases) <= MOST_LOOKED_UP:
        return {}
    rows = await product_queries.documents(session, product.id, content.retrieval.documents)
    if len(rows) < len(content.retrieval.documents):
        return {}
    try:
        lookup = await open_lookup(content.retrieval, [SearchedDocument(number=one.number, name=one.name, text=one.text) for one in rows])
        return {case.number: tuple((one.name, one.text) for one in await lookup.passages(case.inputs)) for case in cases}
    except (LabError, KeyError):  # the embedder cannot be had, or a case lacks what is searched for
        return {}

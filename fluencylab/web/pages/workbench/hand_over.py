"""Hand it over: what is in the folder for engineers, what they will miss in it, and the folder itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from fluencylab.actions.workbench import bundling, products
from fluencylab.errors import BadInput
from fluencylab.store import product_queries
from fluencylab.store.tables import Product
from fluencylab.text.numerals import counted
from fluencylab.web.app_state import AppState
from fluencylab.workbench.bundle.inside import missing, parts


class VersionChoice(NamedTuple):
    number: int
    reason: str
    chosen: bool


class PartRow(NamedTuple):
    names: tuple[str, ...]
    says: str
    size: str


class MissingRow(NamedTuple):
    says: str
    act: str
    href: str


@dataclass(frozen=True)
class HandOverPage:
    """Context of `workbench/hand_over.html`. Without a prompt there is nothing to hand on, and `lacks` says so."""

    product: Product
    base: str
    lacks: str
    choices: list[VersionChoice]
    zip: str
    name: str
    size: str
    parts: list[PartRow]
    missing: list[MissingRow]
    keys: str
    personal: str
    readme: str


async def hand_over_page(state: AppState, product_id: str, versions: Sequence[int]) -> HandOverPage:
    async with state.store.read() as session:
        product = await products.owned(session, state.learner, product_id)
        rows = await product_queries.versions(session, product_id)
    base = f"/product/{product_id}"
    try:
        made = await bundling.make(state.store, state.learner, product_id, versions)
    except BadInput as lacking:
        return HandOverPage(product, base, lacking.message, [], "", "", "", [], [], "", "", "")
    chosen = {one.number for one in made.contents.versions}
    asked = "&".join(f"version={number}" for number in sorted(chosen))
    return HandOverPage(
        product=product,
        base=base,
        lacks="",
        choices=[VersionChoice(row.number, row.reason, row.number in chosen) for row in reversed(rows)],
        zip=f"{base}/hand-over/bundle.zip?{asked}",
        name=f"{made.name}.zip",
        size=_size(sum(map(len, made.files.values()))),
        parts=[PartRow(one.names, one.says, _size(one.size)) for one in parts(made.files)],
        missing=[MissingRow(one.says, one.act, f"{base}/{one.page}".rstrip("/")) for one in missing(made.contents)],
        keys=f"{counted(made.keys, 'text')} that looked like a key {'was' if made.keys == 1 else 'were'} taken out." if made.keys else "",
        personal=_personal(made.personal),
        readme=made.files["README.md"].decode("utf-8"),
    )


def _personal(texts: int) -> str:
    if not texts:
        return ""
    holds = "holds" if texts == 1 else "hold"
    return f"{counted(texts, 'text')} in it {holds} what looks like an e-mail address or a number of a person. Look before you hand it on."


def _size(n: int) -> str:
    return f"{max(1, round(n / 1000)):,} kB" if n < 1_000_000 else f"{n / 1e6:,.1f} MB"

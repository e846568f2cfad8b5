"""`fluency product use` and `describe`: which product is meant from now on, and what it is for, must never do and costs."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from fluencylab.cli import show
from fluencylab.cli.learner_data import opened
from fluencylab.cli.product_data import Json, Of, find_product
from fluencylab.text.terminal import harmless

if TYPE_CHECKING:
    from fluencylab.store.engine import Store

FIELDS = ("name", "purpose", "never", "volume", "price_in", "price_out")


def use_product(
    name: Annotated[str, typer.Argument(help="Its name or the beginning of its id.")],
    as_json: Json = False,
) -> None:
    """Make a product the current one: commands, labs and pages mean it from now on.

    Example:  fluency product use "Refund assistant"
    """

    async def act(store: "Store", learner: str) -> dict[str, Any]:
        from fluencylab.actions.workbench import products

        product_id = await find_product(store, learner, name or "\n")  # the current one needs no choosing
        await products.choose(store, learner, product_id)
        async with store.read() as session:
            return {"id": product_id, "name": (await products.owned(session, learner, product_id)).name}

    used = opened(act)
    if as_json:
        show.json_out(used)
    else:
        show.out.print(f"“{harmless(used['name'])}” is the current product.", markup=False)


def describe_product(
    product: Of = "",
    name: Annotated[str | None, typer.Option(help="What your team calls it.")] = None,
    purpose: Annotated[str | None, typer.Option(help="What it is for.")] = None,
    never: Annotated[list[str] | None, typer.Option(help="What must never happen; may be given several times.")] = None,
    volume: Annotated[int | None, typer.Option(help="Calls a month.")] = None,
    price_in: Annotated[float | None, typer.Option(help="Dollars for a million tokens in.")] = None,
    price_out: Annotated[float | None, typer.Option(help="Dollars for a million tokens out.")] = None,
    as_json: Json = False,
) -> None:
    """What a product is for, what must never happen, and what it costs. What is not given stays; with nothing given, it is shown.

    Example:  fluency product describe --purpose "Answers questions about refunds" --volume 50000 --price-in 0.15 --price-out 0.6
    """
    given = {"name": name, "purpose": purpose, "volume": volume, "price_in": price_in, "price_out": price_out}
    said = {field: value for field, value in given.items() if value is not None} | ({"never": "\n".join(never)} if never else {})

    async def act(store: "Store", learner: str) -> dict[str, Any]:
        from fluencylab.actions.workbench import products

        product_id = await find_product(store, learner, product)
        async with store.read() as session:
            row = await products.owned(session, learner, product_id)
            told = {field: getattr(row, field) for field in FIELDS} | said
        if said:
            await products.describe(store, learner, product_id, **told)
        return {"id": product_id, **told}

    found = opened(act)
    if as_json:
        show.json_out(found)
        return
    show.out.print(harmless(found["name"]), style="bold", markup=False)
    for what, value in _lines(found):
        show.out.print(f"    {what}: {harmless(value)}", markup=False)


def _lines(found: dict[str, Any]) -> list[tuple[str, str]]:
    prices = f"${found['price_in']:g} in, ${found['price_out']:g} out" if found["price_in"] or found["price_out"] else ""
    told = [
        ("What it is for", found["purpose"]),
        ("What must never happen", found["never"].replace("\n", "; ")),
        ("Calls a month", f"{found['volume']:,}" if found["volume"] else ""),
        ("For a million tokens", prices),
    ]
    return [(what, value or "not said yet") for what, value in told]

"""`fluency capstone`: what was scored of sittings, and the one under way: its brief, the minutes left, what is handed in."""

from typing import TYPE_CHECKING, Any

import typer

from fluencylab.cli import show
from fluencylab.cli.learner_data import opened
from fluencylab.cli.product_data import Json

if TYPE_CHECKING:
    from datetime import datetime

    from fluencylab.store.engine import Store
    from fluencylab.store.tables import CapstoneSitting

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode="rich",
    help="What you scored on products you had never seen, and the sitting under way.",
)
PAGE = "It is done in the lab, on the page /capstone."
UNKNOWN = "a product that this lab has no longer"


@app.callback()
def capstone() -> None:
    """What you scored on products you had never seen, and the sitting under way.

    Example:  fluency capstone list
    """


@app.command("list")
def list_all(as_json: Json = False) -> None:
    """Your sittings, with what each part was worth of 100. Products that were not drawn yet are not named.

    Example:  fluency capstone list --json
    """
    from fluencylab import clock
    from fluencylab.actions.capstone import TITLES
    from fluencylab.curriculum.capstone import capstones

    now = clock.now()
    rows = [_sitting(row, now) for row in _sittings()]
    seen = {row["product"] for row in rows}
    left = sum(one.slug not in seen for one in capstones())
    if as_json:
        show.json_out({"sittings": rows, "products_left": left})
        return
    for row in rows:
        told = f"{row['score']} of 100" if row["score"] is not None else f"under way, {row['minutes_left']} minutes left"
        show.out.print(f"{row['sitting']}  {row['begun'][:10]}  {row['title']}: {told}", markup=False)
        for part, score in row["parts"].items():
            show.out.print(f"     {TITLES[part]}: {score}", markup=False)
    if not rows:
        show.out.print(f"You have not begun a capstone. {PAGE}", markup=False)
    show.out.print(_left(left), markup=False)


def _left(left: int) -> str:
    if not left:
        return "You have seen every product there is."
    return f"{left} product{'' if left == 1 else 's'} {'is' if left == 1 else 'are'} left that you have not seen."


@app.command("show")
def tell(as_json: Json = False) -> None:
    """The sitting under way: its brief, the minutes left, and what is handed in of its five parts.

    Example:  fluency capstone show
    """
    from fluencylab import clock
    from fluencylab.actions.capstone import TITLES
    from fluencylab.curriculum.capstone import find_capstone
    from fluencylab.errors import NotFound
    from fluencylab.practice.capstone.total import PARTS

    row = next((one for one in _sittings() if one.ended is None), None)
    if row is None:
        raise NotFound("No capstone is under way.", f"`fluency capstone list` shows what was scored. {PAGE}")
    of, told = find_capstone(row.product), _sitting(row, clock.now())
    told |= {"brief": of.brief if of else "", "wanted": of.wanted if of else "", "open": [part for part in PARTS if part not in row.shares]}
    told |= {"why": {part: str(share.get("why", "")) for part, share in row.shares.items()}}
    if as_json:
        show.json_out(told)
        return
    show.out.print(told["title"], style="bold", markup=False)
    if of:
        show.out.print(f"{of.brief}\n{of.wanted}\n", markup=False)
    over = "The 60 minutes are over: what comes now counts 0." if not told["minutes_left"] else f"{told['minutes_left']} minutes left."
    show.out.print(over, markup=False)
    for part in PARTS:
        score = told["parts"].get(part)
        line = f"{score} of 100. {told['why'][part]}" if score is not None else "not handed in"
        show.out.print(f"  {TITLES[part]}: {line}", markup=False)


def _sittings() -> "list[CapstoneSitting]":
    async def act(store: "Store", learner: str) -> "list[CapstoneSitting]":
        from fluencylab.store import queries

        async with store.read() as session:
            return list(await queries.capstone_sittings(session, learner))

    return opened(act)


def _sitting(row: "CapstoneSitting", now: "datetime") -> dict[str, Any]:
    """`parts`, `score`: of 100."""
    from fluencylab.actions.capstone import minutes_left
    from fluencylab.curriculum.capstone import find_capstone

    of = find_capstone(row.product)
    return {
        "sitting": row.ordinal,
        "product": row.product,
        "title": of.title if of else UNKNOWN,
        "begun": row.begun.isoformat(),
        "ended": row.ended.isoformat() if row.ended else None,
        "minutes_left": minutes_left(row, now),
        "score": round(100 * (row.score or 0.0)) if row.ended else None,
        "parts": {part: round(100 * float(share["score"])) for part, share in row.shares.items()},
    }

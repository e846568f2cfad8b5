"""`fluency product course`: the six missions on the practice product, each with how far it is; they are done in the browser."""

from typing import TYPE_CHECKING, Any

from rich.markup import escape

from fluencylab.cli import show
from fluencylab.cli.learner_data import opened
from fluencylab.cli.product_data import Json

if TYPE_CHECKING:
    from fluencylab.store.engine import Store


def list_course(as_json: Json = False) -> None:
    """The six missions on the practice product, and where you stand in each.

    Example:  fluency product course
    """

    async def act(store: "Store", learner: str) -> list[dict[str, Any]]:
        from fluencylab.actions.kinds import listed
        from fluencylab.practice.kinds import COURSE

        async with store.read() as session:
            return [
                {"slug": one.exercise.slug, "title": one.exercise.title, "minutes": one.exercise.minutes, "stands": one.where,
                 "address": one.href}
                for one in await listed(session, learner, COURSE)
            ]  # fmt: skip

    rows = opened(act)
    if as_json:
        show.json_out(rows)
        return
    for number, row in enumerate(rows, start=1):
        show.out.print(f"{number}  [bold]{escape(row['title'])}[/]  {row['stands']}, about {row['minutes']} minutes  {row['address']}")
    show.out.print("They are done in the browser: `fluency` opens the lab.", markup=False)

"""`fluency proposals`: which there are, the sentences of one and the reasons on offer, and what is held against them, judged."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from fluencylab.cli import show
from fluencylab.cli.learner_data import opened
from fluencylab.cli.product_data import Json

if TYPE_CHECKING:
    from fluencylab.curriculum.proposals import Proposal
    from fluencylab.store.engine import Store

app = typer.Typer(
    add_completion=False, no_args_is_help=True, rich_markup_mode="rich", help="Judge proposals: what of a page does not hold, and why."
)
Slug = Annotated[str, typer.Argument(help="Its short name; see: fluency proposals list")]


@app.command("list")
def list_all(as_json: Json = False) -> None:
    """Every proposal, with what it is about and how far you are.

    Example:  fluency proposals list --json
    """

    async def act(store: "Store", learner: str) -> list[dict[str, Any]]:
        from fluencylab.actions.kinds import listed
        from fluencylab.practice.kinds import PROPOSAL

        async with store.read() as session:
            return [
                {"slug": one.exercise.slug, "title": one.exercise.title, "about": one.exercise.of.about, "minutes": one.exercise.minutes,
                 "concept": one.exercise.concept, "stands": one.where, "why_hidden": one.why_hidden, "address": one.href}
                for one in await listed(session, learner, PROPOSAL)
            ]  # fmt: skip

    rows = opened(act)
    if as_json:
        show.json_out(rows)
        return
    for row in rows:
        line = f"{row['slug']:<28} {row['title']}, {row['about']}: {row['stands']}, about {row['minutes']} minutes"
        show.out.print(line, markup=False)


@app.command("show")
def tell(slug: Slug, as_json: Json = False) -> None:
    """The page, sentence by sentence, and the reasons that can be given.

    Example:  fluency proposals show half-the-wait
    """
    from fluencylab.curriculum.proposals import why_nots

    of = _find(slug)
    sentences = [{"number": number, "text": one.text} for number, one in enumerate(of.sentences, start=1)]
    reasons = {one: why_nots()[one] for one in of.reasons}
    if as_json:
        show.json_out({"slug": of.slug, "title": of.title, "situation": of.situation, "sentences": sentences, "reasons": reasons})
        return
    show.out.print(of.title, style="bold", markup=False)
    show.out.print(f"{of.situation}\n", markup=False)
    for line in sentences:
        show.out.print(f"{line['number']:>3}  {line['text']}", markup=False)
    show.out.print()
    for name, text in reasons.items():
        show.out.print(f"  {name:<10} {text}", markup=False)


@app.command("try")
def attempt(
    slug: Slug,
    object_: Annotated[list[str] | None, typer.Option("--object", help="A sentence and a reason, as 4=needless; may be repeated.")] = None,
    as_json: Json = False,
) -> None:
    """What you hold against it, judged; without --object, that you have no objection. Nothing is written down: what counts is on the page.

    Example:  fluency proposals try half-the-wait --object 3=average --object 7=kin
    """
    from fluencylab.errors import BadInput
    from fluencylab.practice import proposals as rules

    of = _find(slug)
    numbered = {str(number): one.id for number, one in enumerate(of.sentences, start=1)}
    objections = {}
    for one in object_ or []:
        number, sign, reason = one.partition("=")
        if not sign or number not in numbered:
            raise BadInput(
                f"“{one}” names no sentence of this page and a reason.", "Write a number, an equals sign and a reason: 4=needless."
            )
        objections[numbered[number]] = reason
    verdict = rules.judge(of, objections)
    if as_json:
        show.json_out({"score": verdict.score, "read": verdict.read, "why": verdict.why})
        return
    show.out.print(f"{verdict.why} Score {verdict.score:.2f}.", markup=False)


def _find(slug: str) -> "Proposal":
    from fluencylab.curriculum.proposals import find_proposal
    from fluencylab.errors import NotFound

    found = find_proposal(slug)
    if found is None:
        raise NotFound(f"There is no proposal called “{slug}”.", "`fluency proposals list` shows them all.")
    return found

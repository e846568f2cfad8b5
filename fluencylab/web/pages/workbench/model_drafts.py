"""Cases drafted by a model: what it would be asked about and what that takes; then its drafts, to be taken, changed or thrown away."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from fluencylab.actions.workbench import draft_choices, drafting, products, sending
from fluencylab.actions.workbench.draft_choices import ReviewedDraft
from fluencylab.actions.workbench.drafting import DraftPlan
from fluencylab.actions.workbench.going_on import BROKEN_OFF
from fluencylab.errors import BadInput, LabError
from fluencylab.instruments.durations import roughly
from fluencylab.models import catalogue
from fluencylab.models.types import ModelInfo
from fluencylab.runs.feed import ENDED
from fluencylab.stats import share
from fluencylab.store import draft_queries, product_queries
from fluencylab.store.tables import Product
from fluencylab.text.numerals import counted, rate
from fluencylab.text.written import moment
from fluencylab.web.app_state import AppState
from fluencylab.web.lab_page import Sheet
from fluencylab.web.pages import sheet as sheets
from fluencylab.web.pages.workbench.judge_view import sent_to
from fluencylab.web.typed import whole

MANY = (5, 10, 20, 40, 100)


class ChosenDocument(NamedTuple):
    number: int
    name: str
    source: str
    chosen: bool


class DraftRunRow(NamedTuple):
    href: str
    title: str
    says: str


@dataclass(frozen=True)
class DraftCasesPage:
    """Context of `workbench/draft_cases.html`. `says`: what the button takes; `trouble`: why nothing can be drafted, or none."""

    product: Product
    base: str
    documents: list[ChosenDocument]
    most: int
    choices: tuple[int, ...]
    plan: DraftPlan | None
    there: str
    """How many passages there are, and which come first"""
    says: str
    trouble: LabError | None
    sent: str
    ask: str
    """The machine to be said yes to before the first call; "" where none is"""
    consent: str
    shown: str
    """What the button speaks of"""
    changed: bool
    runs: list[DraftRunRow]


class DraftView(NamedTuple):
    """A draft as it stands in the list. `was`: which words stand there, so that a tab that changed none puts back none."""

    draft: ReviewedDraft
    passage: str
    was: str


@dataclass(frozen=True)
class ModelDraftsPage:
    """Context of `workbench/model_drafts.html`. `held`, `unheld`: those still to be decided, by what code says of them."""

    product: Product
    base: str
    here: str
    sheet: Sheet
    writer: str
    """What drafted them"""
    left: int
    """Passages that were not asked about any more when it was stopped or broke off"""
    rate: str
    few: bool
    """Fewer than half are held"""
    held: list[DraftView]
    unheld: list[DraftView]
    taken: list[DraftView]
    dropped: list[DraftView]
    done: str


async def draft_cases_page(
    state: AppState, product_id: str, numbers: Collection[int] | None, most: int, changed: bool = False
) -> DraftCasesPage:  # fmt: skip
    """`numbers`: of the documents that were chosen; all, where None."""
    most = min(max(1, most), max(MANY))
    async with state.store.read() as session:
        product = await products.owned(session, state.learner, product_id)
        lines = await product_queries.document_lines(session, product_id)
        plan, trouble, ask = None, None, ""
        try:
            plan = await drafting.plan(session, product_id, numbers, most)
            ask = await sending.to_be_asked(session, product_id, sending.reader(plan.model.slug))
        except LabError as error:
            trouble = error
        runs = await draft_queries.runs(session, product_id)
    base = f"/product/{product_id}"
    return DraftCasesPage(
        product=product,
        base=base,
        documents=[
            ChosenDocument(one.number, one.name, one.source.removeprefix(f"{one.name}: "), numbers is None or one.number in numbers)
            for one in lines
        ],
        most=most,
        choices=tuple(sorted({*MANY, most})),
        plan=plan,
        there=_there(plan) if plan else "",
        says=f"Draft {counted(plan.calls, 'question')}: {takes(plan)}" if plan else "",
        trouble=trouble,
        sent=sent_to(plan.model, "passages") if plan else "",
        ask=ask,
        consent=sending.consent(product.name, ask) if ask else "",
        shown=spoken_of(plan, numbers if numbers is not None else [one.number for one in lines]) if plan else "",
        changed=changed,
        runs=[_run_row(base, one) for one in runs],
    )


def _there(plan: DraftPlan) -> str:
    first = f"{plan.left} were not asked about yet, and come first" if plan.left < plan.passages else "They are drawn evenly from all of it"
    return f"{counted(plan.passages, 'passage')} of up to {drafting.SIZE} words. {first}."


def takes(plan: DraftPlan) -> str:
    """Calls, time, and money where the model has a price."""
    money = f", about ${plan.dollars:.2g}" if plan.dollars else ""
    return f"{counted(plan.calls, 'call')}, about {roughly(max(1, plan.seconds))}{money}"


def spoken_of(plan: DraftPlan, numbers: Collection[int]) -> str:
    """What a button says, in short: where it is not the same when it is pressed, it is said anew."""
    return f"{plan.model.slug}|{plan.calls}|{','.join(map(str, sorted(set(numbers))))}"


def _run_row(base: str, one: draft_queries.DraftRunLine) -> DraftRunRow:
    left = one.drafts - one.decided
    if one.run.status not in ENDED:
        says = f"{one.drafts} of {one.run.planned} are there"
    elif not one.drafts:
        says = "no draft came"
    else:
        says = f"{counted(left, 'draft')} to decide" if left else f"all {one.drafts} are decided"
    return DraftRunRow(f"{base}/drafts/{one.run.id}", f"{moment(one.run.created)}, by {_model_name(one.run.model, one.run.card)}", says)


def _model_name(slug: str, card: Mapping[str, object] | None) -> str:
    return ModelInfo.model_validate(card).name if card else next((one.name for one in catalogue.models() if one.slug == slug), slug)


async def model_drafts_page(state: AppState, product_id: str, run_id: str, done: str) -> ModelDraftsPage:
    async with state.store.read() as session:
        product = await products.owned(session, state.learner, product_id)
        await drafting.owned_run(session, state.learner, product_id, run_id)
        drafts = await draft_choices.reviewed(session, run_id)
    run, steps = await sheets.load(state, run_id)
    sheet = sheets.sheet(run, steps)
    passages = {} if sheet.trouble else {one.id: one.text for one in sheet.params.passages}
    views = [DraftView(one, passages.get(one.passage, ""), words_key(one.question, one.reference)) for one in drafts]
    still = [view for view in views if view.draft.open]
    held = sum(one.held for one in drafts)
    base = f"/product/{product_id}"
    return ModelDraftsPage(
        product=product,
        base=base,
        here=f"{base}/drafts/{run_id}",
        sheet=sheet,
        writer=_model_name(run.model, run.card),
        left=max(0, run.planned - len(steps)) if run.status in BROKEN_OFF else 0,
        rate=rate(share(held, len(drafts))) if drafts else "",
        few=2 * held < len(drafts),
        held=[view for view in still if view.draft.held],
        unheld=[view for view in still if not view.draft.held],
        taken=[view for view in views if view.draft.state == "taken"],
        dropped=[view for view in views if view.draft.state == "dropped"],
        done=done,
    )


def words_key(question: str, reference: str) -> str:
    """Equal for the same words, however a browser sends them back."""
    told = "\n".join(" ".join(text.split()) for text in (question, reference))
    return hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()[:12]


class Decision(NamedTuple):
    """What a form says of drafts, by the numbers of their steps."""

    words: dict[int, tuple[str, str]]
    take: list[int]
    drop: list[int]


def decision(posted: Mapping[str, str]) -> Decision:
    """The button says what is done: one draft is thrown away, or those ticked are taken, and with `rest` the others are thrown away."""
    act = posted.get("act", "take")
    seqs = [seq for name in posted if name.startswith("question-") and (seq := whole(name.removeprefix("question-"))) is not None]
    words = {seq: (posted[f"question-{seq}"], posted.get(f"reference-{seq}", "")) for seq in seqs}
    changed = {seq: said for seq, said in words.items() if words_key(*said) != posted.get(f"was-{seq}")}
    ticked = [seq for seq in seqs if posted.get(f"keep-{seq}")]
    if act.startswith("drop-"):
        return Decision(changed, [], _one(act.removeprefix("drop-")))
    if act == "rest":
        return Decision(changed, [], [seq for seq in seqs if seq not in ticked])
    if not ticked:
        raise BadInput("No draft was ticked.", "Tick those that a customer might ask; change their words as you like.")
    return Decision(changed, ticked, [])


def _one(typed: str) -> list[int]:
    seq = whole(typed)
    if seq is None:
        raise BadInput("It is not clear which draft is meant.", "Press a button on the page.")
    return [seq]


def seqs_of(typed: Sequence[str]) -> list[int] | None:
    """The numbers of documents in an address; None where none is named. Raises BadInput for what is no number."""
    if not typed:
        return None
    found = [whole(one) for one in typed]
    if None in found:
        raise BadInput("A document is named by its number.", "Choose among those on the page.")
    return [one for one in found if one is not None]

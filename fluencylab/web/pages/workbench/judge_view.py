"""A judge on the page of checks: what it is asked, what asking it would take, who sees the outputs, and of which it could not tell."""

from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

from fluencylab.actions.workbench import judge_verdicts, judges, sending
from fluencylab.actions.workbench.judging import Judgement
from fluencylab.actions.workbench.practice_recorded import RECORDED
from fluencylab.errors import LabError
from fluencylab.instruments.durations import times
from fluencylab.models import catalogue
from fluencylab.models.catalogue import Entry
from fluencylab.store import product_queries
from fluencylab.store.engine import Session
from fluencylab.store.tables import Product, ProductCheck
from fluencylab.text.numerals import counted
from fluencylab.text.written import shortened
from fluencylab.workbench.judge import Judge

SHOWN = 6
CUT = 240


class Ask(NamedTuple):
    """A button that asks it about some outputs."""

    which: str
    label: str


class Untold(NamedTuple):
    """An output of which it could not tell, and its words."""

    text: str
    why: str
    href: str


class JudgeView(NamedTuple):
    """`going`: the run in which it is being asked; `trouble`: why it cannot be asked, or ""."""

    rubric: str
    examples: int
    model: str
    recorded: bool
    kin: str
    asks: list[Ask]
    sent: str
    going: str
    trouble: str
    untold: list[Untold]
    to_ask: str = ""
    """The machine to be said yes to before the first call; "" where none is"""
    consent: str = ""


async def judge_view(
    session: Session, product: Product, row: ProductCheck, judged: Judgement, counts: Mapping[str, int], going: str, models: list[str]
) -> JudgeView:
    judge = Judge.model_validate(row.rule)
    asks, sent, trouble, to_ask = list[Ask](), "", "", ""
    if judge.model == RECORDED:
        trouble = "Its verdicts are recorded, and no model stands behind it that could be asked about more."
    else:
        try:
            entry = catalogue.find(judge.model)
            asks, sent = await _asks(session, product, row, judged, counts), sent_to(entry)
            to_ask = await sending.to_be_asked(session, product.id, sending.reader(entry.slug))
        except LabError:
            trouble = f"The model that it asks, {judge.name or judge.model}, is not here any more. What it said is kept."
    return JudgeView(
        rubric=judge.rubric,
        examples=len(judge.examples),
        model=judge.name or judge.model,
        recorded=judge.model == RECORDED,
        kin=judges.kin(judge, models),
        asks=asks,
        sent=sent,
        going=f"/product/{product.id}/judging/{going}" if going else "",
        trouble=trouble,
        untold=await _untold(session, product, row, judged),
        to_ask=to_ask,
        consent=sending.consent(product.name, to_ask) if to_ask else "",
    )


def sent_to(entry: Entry, what: str = "outputs, with what went in and the rubric,") -> str:
    """Which host sees them."""
    if entry.local:
        return f"{entry.name} runs on this machine. Nothing leaves it."
    host = urlsplit(entry.base_url).hostname or entry.base_url
    return f"The {what} are sent to {entry.name} at {host}, over the network."


async def _asks(session: Session, product: Product, row: ProductCheck, judged: Judgement, counts: Mapping[str, int]) -> list[Ask]:
    if not judged.unasked:
        return []
    found = []
    plans = {which: await judges.plan(session, product, row, counts, which) for which in judges.WHICH}
    for which, plan in plans.items():
        if plan.outputs and not (which == "read" and plan.outputs == plans["all"].outputs):
            took = times(plan.seconds * 1000)[0] if plan.seconds else "no time"
            money = f", about ${plan.dollars:.2g}" if plan.dollars else ""
            what = f"the {counted(plan.outputs, 'output')} that somebody has read" if which == "read" else counted(plan.outputs, "output")
            found.append(Ask(which, f"Ask it about {what}: {counted(plan.calls, 'call')}, about {took}{money}"))
    return found


async def _untold(session: Session, product: Product, row: ProductCheck, judged: Judgement) -> list[Untold]:
    places = [(run, seq) for run, of in judged.runs.items() for seq, passed in of.by_output.items() if passed is None][:SHOWN]
    if not places:
        return []
    outputs = await product_queries.some_outputs(session, set(places))
    cases = await product_queries.some_cases(session, product.id, {int(data["case"]) for data in outputs.values()})
    said = await judge_verdicts.latest(session, product, row)
    found = []
    for run, seq in places:
        data = outputs[run, seq]
        question = judge_verdicts.question_of(cases.get(int(data["case"])), data)
        why = said[question.id].why if question.id in said else ""
        found.append(Untold(shortened(question.output, CUT), why, f"/product/{product.id}/read/{run}?output={seq}"))
    return found

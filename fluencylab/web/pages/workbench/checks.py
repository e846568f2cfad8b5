"""Let code or a model look for what goes wrong: checks, each beside how well it agrees with what people said."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from fluencylab.actions.workbench import corrections, evaluations, foretelling, judges, judging, products
from fluencylab.actions.workbench.held import taken
from fluencylab.actions.workbench.held_against import SETTLED
from fluencylab.actions.workbench.judge_verdicts import is_judge
from fluencylab.actions.workbench.judging import Disagreement, JudgedOutput, Judgement
from fluencylab.actions.workbench.practice_recorded import is_practice
from fluencylab.actions.workbench.reading import ME
from fluencylab.errors import LabError
from fluencylab.stats import Measure
from fluencylab.store import judge_queries, product_queries
from fluencylab.store.engine import Session
from fluencylab.store.tables import Product, ProductCheck
from fluencylab.web.app_state import AppState
from fluencylab.web.pages.options import SelectOption
from fluencylab.web.pages.workbench.judge_view import JudgeView, judge_view
from fluencylab.workbench.agreement import Agreement
from fluencylab.workbench.check_lines import KINDS
from fluencylab.workbench.checks import read_check

SHOWN = 6
"""Disagreements of a check"""
RATES = 4
"""Evaluations of which a corrected rate is shown"""


class DisagreementRow(NamedTuple):
    said: str
    text: str
    why: str
    href: str


class Foretold(NamedTuple):
    """What was expected of a check beside what came. In percent; None is not said, or not measured."""

    label: str
    expected: int | None
    measure: Measure
    says: str


class CheckRow(NamedTuple):
    id: str
    name: str
    says: str
    mode: str
    passes: str
    agreement: Agreement | None
    before: str
    """What it says of the outputs that were read before it was written"""
    apart: list[DisagreementRow]
    trouble: str
    judge: JudgeView | None = None
    waits: bool = False
    """What is expected of it has to be said before its alignment is shown"""
    foretold: Sequence[Foretold] = ()
    unread: Sequence[str] = ()
    """Of outputs that nobody has read: the rate, corrected"""
    own_bar: int = 0
    """Where it is not the usual one"""
    asked: int = 0
    """Outputs of which there is a verdict"""


@dataclass(frozen=True)
class ChecksPage:
    """Context of `workbench/checks.html`. `first`: the check whose act comes before all others, or ""."""

    product: Product
    base: str
    rows: list[CheckRow]
    kinds: list[SelectOption]
    modes: list[SelectOption]
    outputs: int
    labels: int
    against: str
    others: list[SelectOption]
    who: str
    first: str
    recorded: bool
    """There is a recorded judge that can be taken in"""
    done: str


DONE = {
    "kept": "The check is kept, and has looked at every output.",
    "judge": "The judge is kept. It has not been asked anything yet.",
    "recorded": "The judge is here, with the verdicts that are recorded of it.",
    "removed": "The check is gone.",
    "foretold": "What you expect is kept, and what came stands beside it.",
}
USUAL = 80


async def checks_page(state: AppState, product_id: str, done: str, against: str = ME) -> ChecksPage:
    base = f"/product/{product_id}"
    async with state.store.read() as session:
        product = await products.owned(session, state.learner, product_id)
        rows = await product_queries.checks(session, product_id)
        modes = await product_queries.failure_modes(session, product_id)
        runs = await product_queries.runs_of(session, product_id)
        every = await product_queries.output_counts(session, product_id)
        counts = {run: n for run, n in every.items() if run in runs}
        readers = await judge_queries.reader_counts(session, product_id)
        against = against if against in readers or against == SETTLED else ME
        readable, troubles = _readable(rows)
        judged = await judging.by_checks(session, product, readable, counts, against)
        who = "" if against == ME else "the reader" if against == SETTLED else against
        differ = await judging.disagreements(session, product, readable, judged, SHOWN, who)
        apart = {id: [_apart(one, base) for one in of] for id, of in differ.items()}
        of = {mode.id: mode.name for mode in modes}
        views = await _views(session, product, readable, judged, counts)
        unread = await _unread(session, product_id, judged, counts)
        found = [
            _row(row, of.get(row.mode, ""), judged[row.id], apart[row.id], views.get(row.id), unread[row.id])
            if row.id in judged
            else CheckRow(row.id, row.name, "", of.get(row.mode, ""), "", None, "", [], troubles[row.id])
            for row in rows
        ]
    return ChecksPage(
        product=product,
        base=base,
        rows=found,
        kinds=[SelectOption(kind, label) for kind, label in KINDS.items()],
        modes=[SelectOption("", "anything that fails"), *(SelectOption(mode.id, mode.name) for mode in modes)],
        outputs=sum(every.values()),
        labels=readers.get(ME, 0),
        against=against,
        others=_others(list(readers)),
        who=who,
        first=_first(found),
        recorded=is_practice(product) and not any(row.judge and row.judge.recorded for row in found),
        done=DONE.get(done, ""),
    )


def _others(readers: Sequence[str]) -> list[SelectOption]:
    """Whose labels a check may be held against, where there is more than one reader."""
    named = [SelectOption(reader, f"what {reader} said") for reader in readers if reader != ME]
    settled = [SelectOption(SETTLED, "what all said, where they agree or a rule settles it")]
    return [SelectOption(ME, "what you said"), *named, *settled] if named else []


def _first(rows: Sequence[CheckRow]) -> str:
    waiting = (row.id for row in rows if row.waits)
    unasked = (row.id for row in rows if row.judge and row.judge.asks and not row.judge.going and not row.agreement)
    return next(waiting, None) or next(unasked, "")


async def _views(
    session: Session, product: Product, rows: Sequence[ProductCheck], judged: dict[str, Judgement], counts: dict[str, int]
) -> dict[str, JudgeView]:
    mine = [row for row in rows if is_judge(row)]
    if not mine:
        return {}
    going = judges.under_way(await judge_queries.judge_runs(session, product.id))
    models = await judges.judged_models(session, product.id)
    return {row.id: await judge_view(session, product, row, judged[row.id], counts, going.get(row.id, ""), models) for row in mine}


async def _unread(session: Session, product_id: str, judged: dict[str, Judgement], counts: dict[str, int]) -> dict[str, list[str]]:
    """Check -> a sentence for each of the latest evaluations that has outputs nobody has read."""
    if not any(of.agreement for of in judged.values()):
        return {id: [] for id in judged}
    titles = {one.run: one.title for one in await evaluations.evaluated(session, product_id)}
    cases = {run: {one.seq: one.case for one in took} for run, took in (await taken(session, counts)).items()}
    found = {}
    for id, of in judged.items():
        by_run = {one.run: one.says for one in corrections.unread(of, cases)}
        found[id] = [f"{titles[run]}: {by_run[run]}" for run in titles if run in by_run][:RATES]
    return found


def _readable(rows: Sequence[ProductCheck]) -> tuple[list[ProductCheck], dict[str, str]]:
    """Those that this version of the lab can read, and by id what is wrong with the others."""
    readable, troubles = list[ProductCheck](), dict[str, str]()
    for row in rows:
        try:
            read_check(row.rule)
        except LabError as error:
            troubles[row.id] = f"{error.message} {error.fix}"
        else:
            readable.append(row)
    return readable, troubles


def _row(
    row: ProductCheck, of: str, judged: Judgement, apart: list[DisagreementRow], judge: JudgeView | None, unread: list[str]
) -> CheckRow:
    said = "" if judge else read_check(row.rule).said
    asked = sum(len(run.by_output) for run in judged.runs.values())
    bare = CheckRow(row.id, row.name, said, of, judged.says, None, "", [], "", judge, asked=asked)
    bare = bare._replace(own_bar=row.bar if row.bar != USUAL else 0)
    if foretelling.waits(row, judged.labelled):
        return bare._replace(waits=True)
    told = [one for one in judged.labelled if one.passed is not None]
    held = judged.agreement
    foretold = _foretold(row, held) if held else []
    return bare._replace(agreement=held, before=_before(told, judge), apart=apart, foretold=foretold, unread=unread)


def _foretold(row: ProductCheck, held: Agreement) -> list[Foretold]:
    sides = (
        ("Of what passes, it passes", row.expected_passes, held.tpr),
        ("Of what fails, it fails", row.expected_fails, held.tnr),
    )
    return [
        Foretold(label, expected * 100 // foretelling.OF, measure, foretelling.came(expected, measure))
        for label, expected, measure in sides
        if expected is not None and measure.n
    ]


def _before(told: list[JudgedOutput], judge: JudgeView | None) -> str:
    quoted = ", or are quoted to it" if judge and judge.examples else ""
    old = [one for one in told if not one.fresh]
    alike = sum(one.passed == one.label for one in old)
    return f"On the {len(old)} outputs that were read before it was written{quoted}, it says the same {alike} times." if old else ""


def _apart(one: Disagreement, base: str) -> DisagreementRow:
    return DisagreementRow(one.said, one.text, one.why, f"{base}/read/{one.run}?output={one.seq}")

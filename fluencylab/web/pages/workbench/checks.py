"""Let code look for what goes wrong: checks, each beside how well it agrees with what the learner said."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from fluencylab.actions.workbench import judging, products
from fluencylab.actions.workbench.judging import Disagreement, JudgedOutput, Judgement
from fluencylab.errors import LabError
from fluencylab.store import product_queries
from fluencylab.store.tables import Product, ProductCheck
from fluencylab.web.app_state import AppState
from fluencylab.web.pages.options import SelectOption
from fluencylab.workbench.agreement import Agreement
from fluencylab.workbench.check_lines import KINDS
from fluencylab.workbench.checks import read_check

SHOWN = 6
"""Disagreements of a check"""


class DisagreementRow(NamedTuple):
    said: str
    text: str
    why: str
    href: str


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


@dataclass(frozen=True)
class ChecksPage:
    """Context of `workbench/checks.html`."""

    product: Product
    base: str
    rows: list[CheckRow]
    kinds: list[SelectOption]
    modes: list[SelectOption]
    outputs: int
    labels: int
    done: str


DONE = {"kept": "The check is kept, and has looked at every output.", "removed": "The check is gone."}


async def checks_page(state: AppState, product_id: str, done: str) -> ChecksPage:
    base = f"/product/{product_id}"
    async with state.store.read() as session:
        product = await products.owned(session, state.learner, product_id)
        rows = await product_queries.checks(session, product_id)
        modes = await product_queries.failure_modes(session, product_id)
        runs = await product_queries.runs_of(session, product_id)
        counts = await product_queries.output_counts(session, product_id)
        labels = await product_queries.label_counts(session, product_id)
        readable, troubles = _readable(rows)
        judged = await judging.by_checks(session, product, readable, {run: n for run, n in counts.items() if run in runs})
        differ = await judging.disagreements(session, product, readable, judged, SHOWN)
        apart = {id: [_apart(one, base) for one in of] for id, of in differ.items()}
        of = {mode.id: mode.name for mode in modes}
        found = [
            _row(row, of.get(row.mode, ""), judged[row.id], apart[row.id])
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
        outputs=sum(counts.values()),
        labels=sum(read for read, _ in labels.values()),
        done=DONE.get(done, ""),
    )


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


def _row(row: ProductCheck, of: str, judged: Judgement, apart: list[DisagreementRow]) -> CheckRow:
    said = read_check(row.rule).said
    told = [one for one in judged.labelled if one.passed is not None]
    return CheckRow(row.id, row.name, said, of, judged.says, judged.agreement, _before(told), apart, "")


def _before(told: list[JudgedOutput]) -> str:
    old = [one for one in told if not one.fresh]
    alike = sum(one.passed == one.label for one in old)
    return f"On the {len(old)} outputs you had read before you wrote it, it says what you say {alike} times." if old else ""


def _apart(one: Disagreement, base: str) -> DisagreementRow:
    return DisagreementRow(one.said, one.text, one.why, f"{base}/read/{one.run}?output={one.seq}")

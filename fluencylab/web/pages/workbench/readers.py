"""A second reader: who has read what, how far two agree, what they differ on with the rule that they lacked, and the sheet to send."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import quote

from fluencylab.actions.workbench import judge_verdicts, products, readers
from fluencylab.actions.workbench.practice_recorded import is_practice, recorded_readers
from fluencylab.actions.workbench.readers import Apart, TakenIn, TwoReaders
from fluencylab.actions.workbench.reading import ME
from fluencylab.store import judge_queries, product_queries
from fluencylab.store.engine import Session
from fluencylab.store.tables import Product, ProductRule
from fluencylab.text.numerals import counted
from fluencylab.text.written import shortened
from fluencylab.web.app_state import AppState
from fluencylab.web.pages.options import SelectOption

SHOWN = 30
"""Outputs that two differ on, at once; those without a rule first."""
CUT = 700


class ReaderRow(NamedTuple):
    name: str
    told: str
    href: str
    recorded: bool


class ApartRow(NamedTuple):
    """`first`, `second`: what each said, and their note."""

    run: str
    seq: int
    given: str
    text: str
    first: tuple[str, str]
    second: tuple[str, str]
    rule: ProductRule | None


@dataclass(frozen=True)
class ReadersPage:
    """Context of `workbench/readers.html`. `two`: how far the two that are compared agree; None where there is only one."""

    product: Product
    base: str
    readers: list[ReaderRow]
    run: str
    choices: list[SelectOption]
    a: str
    b: str
    names: tuple[str, str]
    two: TwoReaders | None
    apart: list[ApartRow]
    rules: Sequence[ProductRule]
    recorded: bool
    """There are recorded readers that can be taken in"""
    outputs: int
    done: str


DONE = {
    "rule": "The rule is written down. A judge can be given it, and what it settles counts for both.",
    "removed": "The rule is gone.",
    "recorded": "What the two readers said is here, as it was recorded.",
}
YOU = "you"
"""In an address: the learner, whose name in the store is empty."""


async def readers_page(state: AppState, product_id: str, a: str = "", b: str = "", done: str = "") -> ReadersPage:
    base = f"/product/{product_id}"
    async with state.store.read() as session:
        product = await products.owned(session, state.learner, product_id)
        counts = await judge_queries.reader_counts(session, product_id)
        run = await readers.to_read(session, product_id) or ""
        outputs = (await product_queries.output_counts(session, product_id)).get(run, 0)
        rules = await judge_queries.rules(session, product_id)
        known = recorded_readers(product)
        first, second = _chosen(counts, a, b)
        names = (_called(first, "You"), _called(second, "you"))
        two = await readers.between(session, product_id, first, second, names) if second != first else None
        apart = await _apart(session, product_id, two.apart) if two else []
        said = _came_in(await readers.last_sheet(session, state.learner, product_id)) if done == "sheet" else ""
    return ReadersPage(
        product=product,
        base=base,
        readers=[_reader(base, run, name, n, known) for name, n in counts.items()],
        run=run,
        choices=[SelectOption(name or YOU, _called(name, "you")) for name in counts],
        a=first or YOU,
        b=second or YOU,
        names=names,
        two=two,
        apart=apart,
        rules=rules,
        recorded=is_practice(product) and not set(known) & counts.keys(),
        outputs=outputs,
        done=said or DONE.get(done, ""),
    )


def _came_in(taken: TakenIn | None) -> str:
    if taken is None:
        return ""
    changed = f", and {taken.changed} that said something else before" if taken.changed else ""
    return " ".join([f"{counted(taken.kept, 'label')} came in{changed}.", *taken.notes])


def _chosen(counts: dict[str, int], a: str, b: str) -> tuple[str, str]:
    """The two that are named; else the learner and who read most, or the two others where the learner has read nothing."""
    named = [ME if one == YOU else one for one in (a, b)]
    ordered = sorted(counts, key=lambda name: (name != ME, -counts[name], name))
    first = named[0] if a and named[0] in counts else next(iter(ordered), ME)
    others = [name for name in ordered if name != first]
    return first, named[1] if b and named[1] in others else next(iter(others), first)


def _called(name: str, you: str) -> str:
    return name or you


def _reader(base: str, run: str, name: str, n: int, known: Mapping[str, str]) -> ReaderRow:
    return ReaderRow(_called(name, "You"), _told(n, known.get(name, "")), _href(base, run, name), name in known)


def _told(n: int, role: str) -> str:
    return f"{n} output{'' if n == 1 else 's'} read{f'; {role}, recorded' if role else ''}"


def _href(base: str, run: str, name: str) -> str:
    return f"{base}/readers/{run}/read?reader={quote(name, safe='')}" if name else ""


async def _apart(session: Session, product_id: str, differ: Sequence[Apart]) -> list[ApartRow]:
    shown = sorted(differ, key=lambda one: one.rule is not None)[:SHOWN]
    outputs = await product_queries.some_outputs(session, {(one.run, one.seq) for one in shown})
    cases = await product_queries.some_cases(session, product_id, {int(data["case"]) for data in outputs.values()})
    found = []
    for one in shown:
        data = outputs.get((one.run, one.seq))
        if data is None:
            continue
        question = judge_verdicts.question_of(cases.get(int(data["case"])), data)
        given = shortened("\n".join(question.inputs.values()), CUT)
        said = [("passes" if label.passed else "fails", label.note) for label in (one.first, one.second)]
        found.append(ApartRow(one.run, one.seq, given, shortened(question.output, CUT), said[0], said[1], one.rule))
    return found

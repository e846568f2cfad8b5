"""The page Kept runs: everything that was kept, over all labs, found by words, lab and date."""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from fluencylab.actions import kept
from fluencylab.actions.kept import Search
from fluencylab.store import queries
from fluencylab.store.tables import KeptRun
from fluencylab.text.written import moment
from fluencylab.web.app_state import AppState

MOST = 100
DONE = {
    "kept": "It is kept.",
    "changed": "The name and the note are changed.",
    "removed": "It is no longer among the kept runs. The run itself is still there.",
}


class KeptEntry(NamedTuple):
    """One thing that was kept. `run_id`: empty for a view of a lab that needs no run."""

    id: str
    name: str
    note: str
    says: str
    lab: str
    made: str
    href: str
    run_id: str


class LabChoice(NamedTuple):
    value: str
    label: str


@dataclass(frozen=True)
class KeptPage:
    """Context of `kept.html`. `any`: something is kept at all; `more`: how many fit and are not listed."""

    entries: list[KeptEntry]
    any: bool
    more: int
    says: str
    labs: list[LabChoice]
    words: str
    lab: str
    since: str
    until: str
    searching: bool
    done: str


async def kept_page(state: AppState, search: Search, done: str) -> KeptPage:
    async with state.store.read() as session:
        all_of_them = await queries.kept_runs(session, state.learner)
        fitting = await kept.found(session, state.learner, search)
    labs = sorted({row.lab for row in all_of_them}, key=kept.title)
    searching = search != Search()
    return KeptPage(
        entries=[_entry(row) for row in fitting[:MOST]],
        any=bool(all_of_them),
        more=max(0, len(fitting) - MOST),
        says=_says(len(fitting), len(all_of_them), searching),
        labs=[LabChoice("", "all labs"), *(LabChoice(lab, kept.title(lab)) for lab in labs)],
        words=search.words,
        lab=search.lab,
        since=_iso(search.since),
        until=_iso(search.until),
        searching=searching,
        done=DONE.get(done, ""),
    )


def _entry(row: KeptRun) -> KeptEntry:
    href = f"/runs/{row.run_id}" if row.run_id else f"/labs/{row.lab}?{row.view}"
    return KeptEntry(row.id, row.name, row.note, row.says, kept.title(row.lab), moment(row.created), href, row.run_id or "")


def _says(fitting: int, whole: int, searching: bool) -> str:
    kept_runs = "1 kept run" if whole == 1 else f"{whole:,} kept runs"
    return f"{fitting:,} of {kept_runs}" if searching else kept_runs


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""

"""What the page Your data says: what is kept, what goes when it is deleted, and what was just done."""

from dataclasses import dataclass
from typing import NamedTuple

from fluencylab.actions import packs
from fluencylab.actions.packs import Resting
from fluencylab.settings import settings
from fluencylab.store import portable
from fluencylab.web.app_state import AppState

WORD = "delete"
NAMES = {
    "evidence": ("piece of evidence", "pieces of evidence", "each answer you gave, how it was judged, and how sure you were"),
    "attempts": ("attempt", "attempts", "each time you began an exercise"),
    "runs": ("run", "runs", "with every answer the model gave"),
    "kept_runs": ("run kept", "runs kept", "with the name and the note you gave it"),
    "products": ("product of your own", "products of your own", "what each is for, and what it costs"),
    "product_cases": ("case", "cases", "what goes into your products"),
    "product_versions": ("version of a prompt", "versions of a prompt", "each with the reason it was made for"),
    "labels": ("output read", "outputs read", "pass or fail, and your note"),
    "failure_modes": ("failure mode", "failure modes", "the names you gave to what goes wrong"),
    "product_checks": ("check", "checks", "rules that code follows"),
    "product_kept": ("result kept on a product", "results kept on a product", "from the labs, for its memo"),
    "product_sent": ("line on what went where", "lines on what went where", "which model read your product’s texts, and when"),
    "memos": ("memo", "memos", "decisions, and what they rest on"),
    "drafts": ("draft", "drafts", "what you typed and did not hand in"),
    "learner_state": ("thing remembered", "things remembered", "runs you tried, hints you asked for, probes you bought, marks you gave"),
    "time_spent": ("note of time", "notes of time", "minutes by concept"),
}
DONE = {
    "restored": "Your work is back, as it was when the file was made.",
    "deleted": "Everything you did here is deleted. The lab is as on its first day.",
}


class KeptLine(NamedTuple):
    n: int
    what: str
    note: str


@dataclass(frozen=True)
class DataPage:
    """Context of `data.html`. `worked`: there is work to lose; `elsewhere`: not in our folder; `done`: what was just done."""

    kept: list[KeptLine]
    resting: list[Resting]
    worked: bool
    folder: str
    elsewhere: bool
    done: str
    word: str = WORD


async def data_page(state: AppState, done: str) -> DataPage:
    async with state.store.read() as session:
        counts = await portable.counts(session, state.learner)
        worked = await portable.worked(session, state.learner)
        resting = await packs.resting(session, state.learner)
    kept = [KeptLine(counts[name], one if counts[name] == 1 else many, note) for name, (one, many, note) in NAMES.items()]
    where = settings()
    return DataPage([line for line in kept if line.n], resting, worked, str(where.data), bool(where.database), DONE.get(done, ""))

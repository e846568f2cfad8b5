"""What the page Your data says: what is kept, what goes when it is deleted, and what was just done."""

from typing import Any

from fluencylab.settings import settings
from fluencylab.store import portable
from fluencylab.web.app_state import AppState

WORD = "delete"
NAMES = {
    "evidence": ("piece of evidence", "pieces of evidence", "each answer you gave, how it was judged, and how sure you were"),
    "attempts": ("attempt", "attempts", "each time you began an exercise"),
    "runs": ("run", "runs", "with every answer the model gave"),
    "drafts": ("draft", "drafts", "what you typed and did not hand in"),
    "learner_state": ("thing remembered", "things remembered", "runs you tried, hints you asked for, probes you bought, marks you gave"),
    "time_spent": ("note of time", "notes of time", "minutes by concept"),
}
DONE = {
    "restored": "Your work is back, as it was when the file was made.",
    "deleted": "Everything you did here is deleted. The lab is as on its first day.",
}


async def data_page(state: AppState, done: str) -> dict[str, Any]:
    async with state.store.read() as session:
        counts = await portable.counts(session, state.learner)
        worked = await portable.worked(session, state.learner)
    kept = [{"n": counts[name], "what": one if counts[name] == 1 else many, "note": note} for name, (one, many, note) in NAMES.items()]
    return {
        "kept": [line for line in kept if line["n"]],
        "worked": worked,
        "folder": str(settings().data),
        "elsewhere": bool(settings().database),
        "word": WORD,
        "done": DONE.get(done, ""),
    }

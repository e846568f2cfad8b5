"""Review items as a file, for who keeps cards elsewhere: a table, and what Anki imports."""

import csv
import html
import io
import re
from collections.abc import Iterable

from fluencylab.actions.progress import ledger, names
from fluencylab.actions.review import last_seen
from fluencylab.packs.full_track import full_track
from fluencylab.practice.items import Choice, Item
from fluencylab.practice.variants import bank
from fluencylab.progress.mastery import CAPABILITIES
from fluencylab.store.engine import Session
from fluencylab.text.harmless_cells import harmless_cell

HEAD = ("concept", "kind of fluency", "item", "question", "options", "answer", "why")
ANKI = ("#separator:tab", "#html:true", "#notetype:Basic", "#deck:Fluency Lab", "#guid column:1", "#tags column:4")
"""The file's own instructions: docs.ankiweb.net, Text Files, "File Headers"."""


async def met(session: Session, learner: str) -> list[Item]:
    """Items whose words were met: in a review, in the self-test, in an exercise that was done, or on a page that has them.

    What was never asked stays out, for it would be known when it is: a review counts it as new.
    """
    recall = (await ledger(session, learner)).recall
    known, named = {concept for concept, _ in recall.held}, names()
    concepts = [concept for concept in full_track().concepts if concept.slug in known]
    skills = [(concept.slug, capability) for concept in concepts for capability in CAPABILITIES]
    seen = {skill: last_seen(recall.asked, skill) for skill in skills}

    def was_met(item: Item) -> bool:
        found = named.get((item.concept, item.id))
        return item.id in seen[item.concept, item.capability] or (found is not None and found.printed)

    items = [item for concept in concepts for item in bank(concept) if not item.needs or item.needs in recall.done]
    return [item for item in items if was_met(item)]


def table(items: Iterable[Item]) -> str:
    """CSV (RFC 4180)."""
    made = io.StringIO()
    rows = csv.writer(made)
    rows.writerow(HEAD)
    for item in items:
        options = "\n".join(f"{letter}. {plain(option.text)}" for letter, option in _lettered(item))
        letter, best = next((letter, option) for letter, option in _lettered(item) if option.id == item.best)
        answer = f"{letter}. {plain(best.text)}"
        front, why = harmless_cell(_front(item)), harmless_cell(plain(best.answer))
        rows.writerow([item.concept, item.capability, item.id, front, options, answer, why])
    return made.getvalue()


def anki(items: Iterable[Item]) -> str:
    """A note a line: GUID, front, back, tags. Imported again, it takes the place of the old one. Quotes and tags are escaped."""
    return "\n".join([*ANKI, *(_note(item) for item in items)]) + "\n"


def _note(item: Item) -> str:
    options = "".join(f"<li>{_html(option.text)}</li>" for _, option in _lettered(item))
    answers = [(letter, option, "✓" if option.id == item.best else "✗") for letter, option in _lettered(item)]
    back = "<br><br>".join(f"<b>{mark} {letter}.</b> {_html(option.text)}<br>{_html(option.answer)}" for letter, option, mark in answers)
    front = f"{_html(_front(item), False)}<ol type=A>{options}</ol>"
    return "\t".join([f"fluency-lab/{item.concept}/{item.id}", front, back, f"{item.concept} {item.capability}"])


def _lettered(item: Item) -> list[tuple[str, Choice]]:
    """In an order of its own for each item, and the same in every export."""
    return list(zip("ABCDE", item.laid_out(0), strict=False))


def _front(item: Item) -> str:
    parts = [plain(item.situation), item.prompt, f"Its answer begins: {item.begins}" if item.begins else "", plain(item.question)]
    return "\n\n".join(part for part in parts if part)


def plain(text: str) -> str:
    """Our Markdown as words: no stars, no quote marks of blocks, no escapes, and of a table its rows."""
    bare = re.sub(r"\*\*(.+?)\*\*|\*(.+?)\*", lambda found: found[1] or found[2], text.strip())
    bare = re.sub(r"(?m)^\| (.*) \|$", r"\1", re.sub(r"(?m)^\|[ |-]+\|\n", "", bare))
    return re.sub(r"(?m)^> ?", "", bare).replace("\\_", "_")


def _html(text: str, markdown: bool = True) -> str:
    return html.escape(plain(text) if markdown else text).replace("\t", " ").replace("\r", "").replace("\n", "<br>")

"""All that a page is drawn from, in one place: while it is the same, so is the page.

    the database          a mark that changes with every commit of anybody
    the data folder       every file in it but the databases: models, packs, proofs, graders, adapters, the key
    the packs, the labs   also those that lie elsewhere, and those that wheels brought
    the model in use      how far it is with being fetched or started, its trouble
    other models          whether their weights are here
    the settings          as they were read
    the clock             the minute, here and in UTC: what is due, the day, the week, the price of an hour

Content, templates and the version are those of this process. While a run is worked on here, what a page says of it changes without
a trace: then there is no basis, and every page is drawn anew. `tests/web/test_kept_pages.py` changes each of these and looks at every page.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fluencylab import clock
from fluencylab.errors import LabError
from fluencylab.labs import found
from fluencylab.memo import file_mark
from fluencylab.models import catalogue, download
from fluencylab.packs.installed import state as packs_state
from fluencylab.runs.live import LIVE
from fluencylab.settings import settings
from fluencylab.web import refusal
from fluencylab.web.app_state import AppState

OURS = ("lab.sqlite", "queue.sqlite", "fluency.log", "server.log", "first-page.html")
"""How the files begin that change without a page changing: the databases, which have a mark of their own, and logs."""
LEFT_OUT = re.compile(r"/model(-tests)?(/|$)(?!strip$)")
"""Pages of the models: what stands on them depends on who asks, on tests in memory and on keys. They are drawn anew, and kept nowhere."""
DEEP = 3
"""So many folders within one another hold what a page may read."""


def left_out(path: str, query: str) -> bool:
    """Pages that are not kept. Besides those of `LEFT_OUT`: one that says of a form, once, that it was refused."""
    return LEFT_OUT.match(path) is not None or f"{refusal.NAME}=" in query


async def basis(lab: AppState) -> Any:
    """Compare it with `==`. None where a page can be no one's but the moment's. Read it before the page is drawn, and again afterwards."""
    if LIVE.busy:
        return None
    try:
        model = lab.standby.name, lab.standby.state()
        here = [download.locate(entry) for entry in catalogue.models() if entry.local]
        files = list(_files(settings().data, DEEP))
    except (LabError, OSError):
        return None
    stored = await lab.store.mark()
    return None if stored is None else (stored, files, packs_state(), found(), model, here, settings(), _minute())


def _files(folder: Path | str, deep: int) -> Iterator[Any]:
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda one: one.name):
            if entry.name.startswith(OURS):
                continue
            if entry.is_dir():
                if deep > 1:
                    yield from _files(entry.path, deep - 1)
            else:
                yield entry.path, file_mark(entry.path)


def _minute() -> tuple[str, str]:
    now = clock.now()
    return f"{now:%Y-%m-%dT%H:%M}", f"{now.astimezone():%Y-%m-%dT%H:%M%z}"

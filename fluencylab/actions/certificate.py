"""Issue a certificate of what is solid, with the conditions of every cell; the key is made once and stays in the data folder."""

import asyncio
import hashlib
import os
import uuid
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from fluencylab import __version__, clock
from fluencylab.actions.capstone import TITLES
from fluencylab.actions.data import KEY
from fluencylab.actions.progress import Cell, fluency
from fluencylab.curriculum.capstone import find_capstone
from fluencylab.curriculum.loader import track
from fluencylab.errors import BadInput, LabError
from fluencylab.progress import jws
from fluencylab.progress.certificate import Certified, credential
from fluencylab.progress.transfer import Transfer
from fluencylab.store import queries
from fluencylab.store.engine import Session
from fluencylab.store.queries import Conditions
from fluencylab.text.terminal import is_one_line

LONGEST_NAME = 100


async def certified(session: Session, learner: str, cells: Iterable[Cell]) -> list[Certified]:
    """The solid ones of these cells, each with its conditions."""
    solid = {(cell.concept, cell.capability): cell for cell in cells if cell.state == "solid"}
    rows: dict[tuple[str, str], list[Conditions]] = {place: [] for place in solid}
    for row in await queries.conditions_of(session, learner) if solid else ():
        if (row.concept, row.capability) in rows:
            rows[row.concept, row.capability].append(row)
    return [_certified(cell, rows[place]) for place, cell in solid.items() if rows[place]]


def _certified(cell: Cell, rows: list[Conditions]) -> Certified:
    concept = track().concept(cell.concept)
    assert concept is not None
    models = {f"{row.model} (sha256 {(row.sha256 or 'not known')[:12]})": None for row in rows if row.model}
    words = "".join(sorted({row.content for row in rows}))
    return Certified(
        cell.concept,
        concept.title,
        cell.capability,
        cell.mean,
        cell.low,
        cell.high,
        cell.n,
        min(row.first for row in rows).date(),
        max(row.last for row in rows).date(),
        tuple(models),
        hashlib.sha256(words.encode()).hexdigest()[:12],
        concept.about.true_as_of if concept.about else None,
    )


async def transferred(session: Session, learner: str) -> list[Transfer]:
    """The capstones that were ended, the earliest first; of a product that is gone nothing can be told."""
    found = []
    for row in await queries.capstone_sittings(session, learner):
        of = find_capstone(row.product)
        if of and row.ended and row.score is not None:
            parts = {TITLES[part]: float(one["score"]) for part, one in row.shares.items() if part in TITLES}
            found.append(Transfer(of.title, of.trade, of.form, row.ended.date(), row.score, parts))
    return found


def not_shown(cells: Iterable[Cell]) -> list[str]:
    """What a certificate leaves out, and why."""
    why = {"none": "not enough evidence", "emerging": "emerging", "due": "was solid, is due for renewal"}
    titles = {concept.slug: concept.title for concept in track().concepts}
    return [f"{titles[cell.concept]} ({cell.capability}): {why[cell.state]}" for cell in cells if cell.state in why]


async def issue(session: Session, learner: str, name: str, folder: Path, now: datetime | None = None) -> str:
    """The signed certificate. Raises BadInput when nothing is solid yet, or the name cannot be used."""
    name, now = _named(name), now or clock.now()
    cells = (await fluency(session, learner, now)).cells
    found = await certified(session, learner, cells)
    if not found:
        raise BadInput("Nothing is solid yet, so there is nothing to certify.", "The fluency map shows what each cell still needs.")
    pem = await asyncio.to_thread(signing_key, folder)
    ids = (str(uuid.uuid4()), str(uuid.uuid4()))
    far = await transferred(session, learner)
    return jws.sign(credential(name, found, not_shown(cells), now, jws.public_jwk(pem), ids, __version__, far), pem)


def _named(name: str) -> str:
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME or not is_one_line(name):
        raise BadInput("A certificate needs a name.", f"Type the name it is to carry, at most {LONGEST_NAME} letters.")
    return name


def signing_key(folder: Path) -> bytes:
    """The private key of this data folder as PEM; made at its first use, for its owner's eyes only."""
    file = folder / KEY
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return _read(file)
    except OSError as error:
        raise LabError(f"The signing key cannot be kept in {folder}: {error.strerror}.", "Check the folder's permissions.") from error
    with os.fdopen(handle, "wb") as made:
        made.write(jws.new_key())
    return _read(file)


def _read(file: Path) -> bytes:
    try:
        pem = file.read_bytes()
        jws.public_jwk(pem)
    except (OSError, ValueError) as error:
        fix = "Copy it back, or move it away: a new one is made, with another fingerprint."
        raise LabError(f"The signing key {file} cannot be read.", fix) from error
    return pem


def key_fingerprint(folder: Path) -> str:
    """Of this data folder's key; empty while there is none."""
    return jws.fingerprint(jws.public_jwk(_read(folder / KEY))) if (folder / KEY).exists() else ""

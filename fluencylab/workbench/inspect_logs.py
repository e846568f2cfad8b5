"""Logs of Inspect: what an evaluation asked, what came out, and its scores; as JSON (`.json`), or packed (`.eval`).

{"eval": {"task": "product"}, "samples": [{"id": 1, "input": [...], "target": "…", "output": {...}, "scores": {...}}]}

A score is what code or a model decided, and no person; but a scorer called “person” is one, as in the logs of our own bundle.
"""

import io
import json
import re
import sys
import zlib
from collections.abc import Iterator, Mapping
from typing import Any

from fluencylab.documents.refusal import Refused
from fluencylab.workbench.building import built
from fluencylab.workbench.bundle_cases import inputs_of
from fluencylab.workbench.chats import answer_messages
from fluencylab.workbench.evenly import Evenly
from fluencylab.workbench.found import Found, Role, Row, Tally, count
from fluencylab.workbench.turns import conversation, is_conversation, transcript, turns
from fluencylab.workbench.values import flat, numbered, object_in, objects_in, text_of

if sys.version_info >= (3, 14):
    import zipfile

    from compression.zstd import ZstdError
else:  # Python's own reads Zstandard from 3.14 on
    from backports.zstd import ZstdError, zipfile

HEADER, SAMPLE = "header.json", re.compile(r"samples/.+\.json")
MOST_UNPACKED = 400_000_000
"""Bytes, as the archive says them: of no entry more is unpacked than it says."""
TO_JSON = "Write it as JSON: inspect log convert FILE --to json --output-dir here; then choose that."
VERDICT = "The columns “score …” say what scorers decided, and no person; choose the role “label” for one if its word should count."
PERSON = "person"
WORDS = {"C": "pass", "I": "fail", "P": "partly", "N": ""}
ROLES: dict[str, Role] = {
    "reference": "reference",
    "output": "output",
    "tags": "tags",
    "must_not_break": "must_not_break",
    "steps": "output",
}


def is_log(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(object_in(value.get("eval")).get("task"), str) and isinstance(value.get("samples"), list)


def is_packed(data: bytes) -> bool:
    if not data.startswith(b"PK"):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, OSError):
        return False
    return HEADER in names and any(SAMPLE.fullmatch(name) for name in names)


def unpacked(data: bytes) -> dict[str, Any]:
    """A packed log as the JSON that it stands for: by Deflate, as they were, or by Zstandard, as they are since 2026. Raises Refused."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            wanted = [one for one in archive.infolist() if one.filename == HEADER or SAMPLE.fullmatch(one.filename)]
            if sum(one.file_size for one in wanted) > MOST_UNPACKED:
                raise Refused(
                    f"has more than {MOST_UNPACKED / 1e6:,.0f} MB once it is unpacked.", "Evaluate fewer samples, and choose that."
                )
            read = {one.filename: json.loads(_content(archive, one)) for one in wanted}
    except (zipfile.BadZipFile, zlib.error, ZstdError, NotImplementedError, ValueError, OSError, EOFError, RuntimeError) as error:
        raise Refused("is a log of Inspect that is damaged.", TO_JSON) from error
    header = object_in(read.pop(HEADER))
    return {**header, "samples": [read[name] for name in sorted(read, key=_numbers)]}


def _content(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """Asked for what it says that it holds: to be read to its end, an entry may unpack to any size first."""
    with archive.open(entry) as opened:
        return opened.read(entry.file_size + 1)


def _numbers(name: str) -> list[tuple[int, str]]:
    """2 comes before 10."""
    return [(int(part), "") if part.isdigit() else (0, part) for part in re.split(r"(\d+)", name)]


def log(value: Mapping[str, Any], title: str, tally: Tally) -> Found:
    """Raises Refused where no sample holds anything."""
    about, samples = object_in(value.get("eval")), objects_in(value.get("samples"))
    taken = Evenly[tuple[str, Row]]()
    roles: dict[str, Role] = dict(ROLES)
    systems = dict.fromkeys(_system(one, tally) for one in samples)
    for one in samples:
        row = _row(one, roles, tally)
        epoch = f", epoch {one['epoch']}" if isinstance(one.get("epoch"), int) and one["epoch"] > 1 else ""
        taken.add((f"{title}, sample {text_of(one.get('id'))}{epoch}", row))
    scored = any(name.startswith("score ") for _, row in taken.kept for name in row)
    notes = [VERDICT] if scored else []
    failed = sum(bool(object_in(one.get("error"))) for one in samples)
    if failed:
        notes.append(f"{count(failed, 'sample')} ended with an error; {'its answer is' if failed == 1 else 'their answers are'} empty.")
    if len(value.get("samples") or ()) > len(samples):
        notes.append("What is no sample among the samples was left out.")
    model = f" of {about['model']}" if isinstance(about.get("model"), str) else ""
    says = f"{count(len(samples), 'sample')} of an Inspect log, task “{about.get('task', '')}”{model} ({title})."
    system = next(iter(systems)) if len(systems) == 1 else ""
    plain = all("input" in row for _, row in taken.kept)
    messages = (("system", system), ("user", "{{input}}")) if system and plain else ()
    return built("inspect", says, taken, tally, what="sample", roles=roles, messages=messages, notes=notes)


def _system(sample: Mapping[str, Any], tally: Tally) -> str:
    asked: Any = sample.get("input")
    return conversation(turns(asked, Tally())).system if is_conversation(asked) else ""


def _row(sample: Mapping[str, Any], roles: dict[str, Role], tally: Tally) -> Row:
    metadata = object_in(sample.get("metadata"))
    of_bundle = metadata if isinstance(metadata.get("inputs"), dict) else object_in(metadata.get("case"))
    row: Row = inputs_of(of_bundle) or _asked(sample.get("input"), tally)
    roles.update(dict.fromkeys(row, "input"))
    target = sample.get("target")
    further = {"reference": "\n".join(map(text_of, target)) if isinstance(target, list) else text_of(target)}
    further |= _answer(sample, tally)
    if of_bundle:
        tags = of_bundle.get("tags")
        further["tags"] = "\n".join(map(text_of, tags)) if isinstance(tags, list) else ""
        further["must_not_break"] = text_of(of_bundle.get("must_not_break"))
    else:
        further |= {f"metadata.{name}": text for name, text in flat(metadata).items()}
    for name, text in further.items():
        called = numbered(name, row)
        row[called] = text
        roles.setdefault(called, "tags" if name.startswith("metadata.") else roles.get(name, "ignore"))
    for name, role, text in _scores(object_in(sample.get("scores"))):
        called = numbered(name, row)
        row[called] = text
        roles[called] = role
    return row


def _asked(value: Any, tally: Tally) -> Row:
    if not is_conversation(value):
        return {"input": text_of(value)}
    said = [turn for turn in turns(value, tally) if turn.role != "system"]
    return {"input": said[0].text if len(said) == 1 else transcript(said)}


def _answer(sample: Mapping[str, Any], tally: Tally) -> Row:
    output = object_in(sample.get("output"))
    found = turns(answer_messages(output), tally)
    asked: Any = sample.get("input")
    messages: Any = sample.get("messages")
    done = messages[len(asked) :] if is_conversation(messages) and is_conversation(asked) else []
    told = conversation([*turns(asked if is_conversation(asked) else [], Tally()), *turns(done, Tally())]) if done else None
    text = found[-1].text if found else text_of(output.get("completion"))
    return {"output": text, **({"steps": told.steps} if told and told.steps else {})}


def _scores(scores: Mapping[str, Any]) -> Iterator[tuple[str, Role, str]]:
    """(column, role, what it says) of each score; of one with several values, of each."""
    for name, score in scores.items():
        told = object_in(score)
        value = told.get("value")
        if isinstance(value, dict):
            yield from ((f"score {key}", "ignore", _word(one)) for key, one in value.items())
        elif name == PERSON:
            yield PERSON, "label", _word(value)
            yield f"{PERSON} says", "note", text_of(told.get("explanation"))
        else:
            yield f"score {name}", "ignore", _word(value)
            yield f"score {name}, why", "ignore", text_of(told.get("explanation"))


def _word(value: Any) -> str:
    if isinstance(value, float) and value != value:
        return ""
    return WORDS.get(value, value) if isinstance(value, str) else text_of(value)

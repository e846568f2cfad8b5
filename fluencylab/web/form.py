"""A form drawn from an instrument's Params, and read back: nobody writes a field twice.

    temperatures: tuple[float, ...] = Field((0, 1), title="Temperatures", description="To compare, 0 to 2")
        -> one line of text, "0, 1", with the title as its label and the description as its help

    str            a line; a box where more than 200 characters fit        bool                a box to tick
    int, float     a number with its bounds                                Literal             one of a few
    tuple[str]     a box, one in each line                                 tuple[Literal]      some of a few
    tuple[number]  a line, with commas

`json_schema_extra={"form": …}` says more: "more" (under a fold), "hidden", "document" (a box, or a file instead: text, a table),
"documents" (a box to which the text of files is added, of every kind that `documents/` reads), "more document", "more documents";
`"labels": {…}` what the options are called; `"slider": {"min": 0.05, "max": 1, "step": 0.01}` the stretch in which a hand moves a number,
where its bounds are wider than that.
"""

import types
import typing
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, NamedTuple

from fastapi import Request
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from starlette.datastructures import ImmutableMultiDict, UploadFile

from fluencylab.documents import read as reading
from fluencylab.documents.format import joined
from fluencylab.errors import BadInput, LabError
from fluencylab.web.field_files import text_of

Form = ImmutableMultiDict[str, str]
Value = str | list[str]
Kind = Literal["line", "area", "document", "documents", "number", "tick", "one", "some", "lines", "commas"]
FILE = ".file"
"""What a file's field is called after the field it stands in for."""
FILES = ".files"
"""What the files are called whose text is added to a field."""
LONGEST_FIELD = 4_500_000
"""Bytes of one field: a million letters, four bytes each at most."""
LONG = 200
ESCAPED = 12
"""Bytes of one letter at most, as a form without files sends it: four bytes, each as %F0."""
FILES_AT_ONCE = 2 * reading.LARGEST
"""Bytes of all files of one post."""
MODEL_SAYS = ("prompt", "system", "prefix", "document", "question")
BOUNDS = {"ge": "min", "gt": "min", "le": "max", "lt": "max", "max_length": "data-longest"}
"""Not `maxlength`: a browser cuts what is pasted there, and says nothing. `longest.js` says it at the field, and the checks refuse it."""


class Drawn(NamedTuple):
    """One field as the template draws it. `value`: text, or for "some" the chosen ones. `slider`: its ends and its step."""

    name: str
    kind: Kind
    label: str
    help: str
    value: Value
    options: tuple[str, ...]
    bounds: dict[str, Any]
    voice: str
    place: str
    labels: dict[str, str]
    slider: dict[str, float]


class NotRead(BadInput):
    """Some of the files could not be read. `form`: what was posted, with the text of the others."""

    def __init__(self, refused: Sequence[LabError], form: Form) -> None:
        super().__init__(" ".join(one.message for one in refused[:5]), refused[0].fix)
        self.form = form


async def received(request: Request) -> Form:
    """What was posted, as text: a file stands in for its field, or its text is added to it. Raises BadInput for a file that is none."""
    pairs: list[tuple[str, str]] = []
    files: dict[str, str] = {}
    added: dict[str, list[UploadFile]] = {}
    async with request.form(max_part_size=LONGEST_FIELD) as posted:
        for name, value in posted.multi_items():
            if not isinstance(value, UploadFile):
                pairs.append((name, value))
            elif value.filename and name.endswith(FILES):
                added.setdefault(name.removesuffix(FILES), []).append(value)
            elif value.filename:
                files[name.removesuffix(FILE)] = await text_of(value)
        form = ImmutableMultiDict([pair for pair in pairs if pair[0] not in files] + list(files.items()))
        return await _with_files(form, added) if added else form


async def _with_files(form: Form, added: Mapping[str, Sequence[UploadFile]]) -> Form:
    """The text of each file at the end of its field. Raises NotRead when one of them is refused."""
    count = sum(map(len, added.values()))
    if count > reading.MOST_FILES:
        raise NotRead([reading.too_many(count)], form)
    texts, refused = dict(form.items()), list[LabError]()
    for name, files in added.items():
        blocks = [texts[name].strip()] if texts.get(name, "").strip() else []
        for file in files:
            try:
                blocks.append(joined((await reading.read_file(file.filename or "", await file.read())).documents))
            except LabError as error:
                refused.append(error)
        texts[name] = "\n\n".join(blocks)
    whole = ImmutableMultiDict([pair for pair in form.multi_items() if pair[0] not in added] + [(name, texts[name]) for name in added])
    if refused:
        raise NotRead(refused, whole)
    return whole


def longest(params: type[BaseModel]) -> int:
    """Bytes of the longest post that keeps to the form: every letter of every field, and files where a field takes them."""
    written = ESCAPED * sum(int(_bounds(info).get("data-longest", 0)) for info in params.model_fields.values())
    kinds = [kind(info) for info in params.model_fields.values()]
    return written + (FILES_AT_ONCE if "documents" in kinds else 0) + (reading.LARGEST if "document" in kinds else 0)


def fields(params: type[BaseModel], values: Mapping[str, Value]) -> list[Drawn]:
    """Every field; where `values` has none, with its default."""
    plain = {name: info.get_default(call_default_factory=True) for name, info in params.model_fields.items()}
    defaults = {name: _shown(value, kind(params.model_fields[name])) for name, value in plain.items()}
    return [_drawn(name, info, values.get(name, defaults[name])) for name, info in params.model_fields.items()]


def posted(drawn: Iterable[Drawn], **further: str) -> Form:
    """What a form would send as it stands; `further`: fields that its template adds."""
    pairs = [(one.name, value) for one in drawn if one.name not in further for value in _sent(one)]
    return ImmutableMultiDict([*pairs, *further.items()])


def _sent(one: Drawn) -> Sequence[str]:
    if isinstance(one.value, str):
        return [one.value] if one.value or one.kind != "tick" else []
    return one.value


def values(params: BaseModel) -> dict[str, Value]:
    """The form as it must have been for these parameters."""
    return {name: _shown(getattr(params, name), kind(info)) for name, info in type(params).model_fields.items()}


def typed(params: type[BaseModel], posted: Form) -> dict[str, Value]:
    """The form as it was typed, right or wrong."""
    kinds = {name: kind(info) for name, info in params.model_fields.items()}
    return {name: posted.getlist(name) if kind == "some" else posted.get(name, "") for name, kind in kinds.items()}


def asked(params: type[BaseModel], query: Mapping[str, str]) -> dict[str, Value]:
    """What an address fills in: `?prompt=Hi&parts=seen,form`."""
    kinds = {name: kind(info) for name, info in params.model_fields.items() if name in query}
    return {name: query[name].split(",") if kind == "some" else query[name] for name, kind in kinds.items()}


def read(params: type[BaseModel], posted: Form) -> dict[str, Any]:
    """Parameters not yet checked. A field that was not sent is left to its default, but for boxes: an empty one is not sent."""
    found: dict[str, Any] = {}
    for name, info in params.model_fields.items():
        how = kind(info)
        if how in ("tick", "some"):
            found[name] = name in posted if how == "tick" else posted.getlist(name)
        elif name in posted:
            empty = how == "number" and not posted[name] and type(None) in typing.get_args(info.annotation)
            found[name] = None if empty else _read(posted[name], how)
    return found


def _read(text: str, how: Kind) -> Any:
    if how == "commas":
        return text.replace(",", " ").replace(";", " ").split()
    if how == "lines":
        return [line.strip() for line in text.splitlines() if line.strip()]
    return text.replace("\r\n", "\n")


def kind(info: FieldInfo) -> Kind:
    annotation = info.annotation
    origin, inner = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in (tuple, list, frozenset):
        if typing.get_origin(inner[0]) is Literal:
            return "some"
        return "commas" if inner[0] in (int, float) else "lines"
    if origin is Literal:
        return "one"
    if origin in (typing.Union, types.UnionType):
        annotation = next((one for one in inner if one is not type(None)), str)
    if annotation is bool:
        return "tick"
    if annotation in (int, float):
        return "number"
    if found := next((word for word in _place(info).split() if word in ("document", "documents")), None):
        return "documents" if found == "documents" else "document"
    return "area" if _bounds(info).get("data-longest", 0) > LONG else "line"


def _drawn(name: str, info: FieldInfo, value: Value) -> Drawn:
    how = kind(info)
    inner = typing.get_args(info.annotation)
    options = inner if how == "one" else typing.get_args(inner[0]) if how == "some" else ()
    bounds = _bounds(info) if how in ("number", "line", "area", "document", "documents") else {}
    if how == "number":
        bounds |= {"step": 1 if info.annotation is int else "any", "required": True}
    label = info.title or name.replace("_", " ").capitalize()
    voice = "model" if how in ("area", "document", "documents", "lines") or name in MODEL_SAYS else ""
    told = tuple(map(str, options))
    return Drawn(name, how, label, info.description or "", value, told, bounds, voice, _place(info), _labels(info), _slider(info, bounds))


def _extra(info: FieldInfo, word: str) -> Any:
    extra = info.json_schema_extra
    return extra.get(word) if isinstance(extra, dict) else None


def _place(info: FieldInfo) -> str:
    return str(_extra(info, "form") or "")


def _labels(info: FieldInfo) -> dict[str, str]:
    told = _extra(info, "labels")
    return {str(option): str(label) for option, label in told.items()} if isinstance(told, dict) else {}


def _slider(info: FieldInfo, bounds: Mapping[str, Any]) -> dict[str, float]:
    """Its ends are the field's bounds, where it does not say narrower ones."""
    told = _extra(info, "slider")
    return {end: bounds[end] for end in ("min", "max") if end in bounds} | told if isinstance(told, dict) else {}


def _bounds(info: FieldInfo) -> dict[str, Any]:
    return {ours: getattr(rule, name) for rule in info.metadata for name, ours in BOUNDS.items() if getattr(rule, name, None) is not None}


def _shown(value: Any, how: Kind) -> Value:
    if how == "some":
        return [str(one) for one in value]
    if how == "tick":
        return "yes" if value else ""
    if isinstance(value, list | tuple | frozenset):
        return ("\n" if how == "lines" else ", ").join(_plain(one) for one in value)
    return "" if value is None else _plain(value)


def _plain(value: Any) -> str:
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def number(text: str, otherwise: float, least: float, most: float) -> float:
    """What an address holds; what cannot be read, or is out of reach, is left as it was."""
    try:
        found = float(text.replace(",", "."))
    except ValueError:
        return otherwise
    return found if least <= found <= most else otherwise

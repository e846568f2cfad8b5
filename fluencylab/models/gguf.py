"""Read the head of a GGUF file: what model is in it, and whether it is one at all.

    smollm2: name "SmolLM2 135M 8k Lc100K Mix1 Ep2", architecture llama, context_length 8192, 49,152 tokens

Format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md (magic, version, counts, then typed key-value pairs).
"""

import struct
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from fluencylab.errors import BadInput

_SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_STRING, _ARRAY = 8, 9
_LONGEST = 1 << 24
"""No string or array in an honest head is longer; a damaged length must not fill the memory."""
BASE = "fluency.base.sha256"


class Header(NamedTuple):
    name: str
    architecture: str
    licence: str
    window: int
    vocabulary: int
    chat: bool
    kind: str = "model"
    """`adapter` for a LoRA."""
    base: str = ""
    """Of an adapter of ours: SHA-256 of the weights it was made for."""


class _Damaged(Exception):
    pass


def read(path: Path) -> Header:
    """Raises BadInput when the file is not there, or not a GGUF file."""
    try:
        with path.open("rb") as file:
            fields = _fields(file)
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}.", "Check the path.") from error
    except (_Damaged, struct.error, UnicodeDecodeError) as error:
        raise BadInput(
            f"{path} is not a model file in the GGUF format, or it is damaged.",
            "Fetch it again, or choose a file whose name ends in .gguf.",
        ) from error
    architecture = str(fields.get("general.architecture", ""))
    return Header(
        name=str(fields.get("general.name", "")),
        architecture=architecture,
        licence=str(fields.get("general.license", "")),
        window=int(fields.get(f"{architecture}.context_length", 0)),
        vocabulary=int(fields.get("tokenizer.ggml.tokens", 0)),
        chat="tokenizer.chat_template" in fields,
        kind=str(fields.get("general.type", "model")),
        base=str(fields.get(BASE, "")),
    )


def _fields(file: BinaryIO) -> dict[str, Any]:
    """Every key of the head; an array is told by its length alone."""
    if file.read(4) != b"GGUF":
        raise _Damaged("magic")
    _version, _tensors, count = struct.unpack("<IQQ", file.read(20))
    if count > _LONGEST:
        raise _Damaged("count")
    return {_string(file): _value(file, _number(file, "I")) for _ in range(count)}


def _number(file: BinaryIO, code: str) -> Any:
    return struct.unpack("<" + code, file.read(struct.calcsize("<" + code)))[0]


def _string(file: BinaryIO) -> str:
    length = _number(file, "Q")
    if length > _LONGEST:
        raise _Damaged("string")
    return file.read(length).decode()


def _value(file: BinaryIO, kind: int) -> Any:
    if kind == _STRING:
        return _string(file)
    if kind in _SCALARS:
        return _number(file, _SCALARS[kind])
    if kind != _ARRAY:
        raise _Damaged("type")
    return _skip_array(file)


def _skip_array(file: BinaryIO) -> int:
    kind, length = _number(file, "I"), _number(file, "Q")
    if length > _LONGEST:
        raise _Damaged("array")
    if kind == _STRING:
        for _ in range(length):
            file.seek(_number(file, "Q"), 1)
    elif kind in _SCALARS:
        file.seek(length * struct.calcsize("<" + _SCALARS[kind]), 1)
    else:
        raise _Damaged("array type")
    return int(length)

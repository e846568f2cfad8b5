"""The reading process of what a learner brings in: one file in, what was found out, and it ends. See `documents/reading_child.py`.

stdin     one line of JSON with "name", "memory" (bytes), "seconds"; then the bytes of the file
stdout    one line of JSON with all but the rows, then each row on a line: [place, [value, ...]]; or {"message", "fix"} for what is refused
"""

import json
import os
import sys
from collections.abc import Iterator

from fluencylab.documents.refusal import AS_TEXT, DEEP, SMALLER, TOO_MUCH, Refused
from fluencylab.documents.sandbox import give_up
from fluencylab.workbench.found import Found
from fluencylab.workbench.recognise import of_bytes


def answer(name: str, data: bytes) -> Iterator[bytes]:
    try:
        yield from _lines(of_bytes(name, data))
    except Refused as refused:
        yield _line({"message": refused.message, "fix": refused.fix})
    except MemoryError:
        yield _line({"message": TOO_MUCH, "fix": SMALLER})
    except RecursionError:
        yield _line({"message": DEEP, "fix": AS_TEXT})
    except Exception as error:  # from a library, of a file made to break it
        yield _line({"message": f"could not be read ({type(error).__name__}).", "fix": AS_TEXT})


def _lines(found: Found) -> Iterator[bytes]:
    yield _line({**found._asdict(), "rows": len(found.rows), "places": [], "settings": dict(found.settings)})
    for place, row in zip(found.places, found.rows, strict=True):
        yield _line([place, list(row.values())])


def _line(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode() + b"\n"


def main() -> None:
    head = json.loads(sys.stdin.buffer.readline())
    data = sys.stdin.buffer.read()
    give_up(head["memory"], head["seconds"])
    for line in answer(head["name"], data):
        sys.stdout.buffer.write(line)
    sys.stdout.buffer.flush()
    os._exit(0)


if __name__ == "__main__":
    main()

"""The reading process: one file in, its text out, and it ends. It believes nothing of what it reads, and may do nothing but think.

It is started by `apart.py` for each file, as a module that imports nothing of the lab but its neighbours here. Before it
looks at a byte it gives away what it does not need (`sandbox.py`).

    stdin     one line of JSON with "name", "memory" (bytes), "seconds", "letters"; then the bytes of the file
    stdout    JSON: {"documents": [{"name", "kind", "text", "size", "notes"}], "notes"}, or {"message", "fix"} for what is refused
"""

import json
import os
import sys
from typing import Any

from fluencylab.documents.extract import extracted
from fluencylab.documents.refusal import AS_TEXT, DEEP, SMALLER, TOO_MUCH, Refused
from fluencylab.documents.sandbox import give_up


def answer(name: str, data: bytes, letters: int) -> dict[str, Any]:
    try:
        found = extracted(name, data, letters)
    except Refused as refused:
        return {"message": refused.message, "fix": refused.fix}
    except MemoryError:
        return {"message": TOO_MUCH, "fix": SMALLER}
    except RecursionError:
        return {"message": DEEP, "fix": "Save it as plain text, and choose that."}
    except Exception as error:  # from a library, of a file made to break it
        return {"message": f"could not be read ({type(error).__name__}).", "fix": AS_TEXT}
    return {"documents": [one._asdict() for one in found.documents], "notes": found.notes}


def main() -> None:
    head = json.loads(sys.stdin.buffer.readline())
    data = sys.stdin.buffer.read()
    give_up(head["memory"], head["seconds"])
    told = json.dumps(answer(head["name"], data, head["letters"])).encode()
    sys.stdout.buffer.write(told)
    sys.stdout.buffer.flush()
    os._exit(0)


if __name__ == "__main__":
    main()

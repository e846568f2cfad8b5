"""The reading process: one file in, its text out, and it ends. It believes nothing of what it reads, and may do nothing but think.

It is started by `read.py` for each file, as a module that imports nothing of the lab but its neighbours here. Before it
looks at a byte it gives away what it does not need: memory beyond a limit, a long life, other processes, the network, files.

    stdin     one line of JSON with "name", "memory" (bytes), "seconds", "letters"; then the bytes of the file
    stdout    JSON: {"documents": [{"name", "kind", "text", "size", "notes"}], "notes"}, or {"message", "fix"} for what is refused
"""

import contextlib
import json
import logging
import mimetypes
import os
import signal
import sys
import threading
from typing import Any

from fluencylab.documents.extract import extracted
from fluencylab.documents.refusal import SMALLER, TOO_MUCH, Refused

if sys.platform != "win32":
    import resource

SHUT = ("socket.", "subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.spawn", "os.startfile", "os.system", "os.kill", "ctypes.")
CHANGES = (
    *("os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.link", "os.symlink", "os.truncate"),
    *("os.chmod", "os.chown", "os.utime", "shutil.", "tempfile."),
)
UNWANTED = ("numpy", "lxml", "PIL")
"""What the library for spreadsheets loads where it is installed, and does without where it is not: much memory, and code in C."""


def give_up(memory: int, seconds: int) -> None:
    """From here on: little memory, a short life, no network, no other processes, no file changed, none read but Python's and ours."""
    if sys.platform != "win32":
        signal.alarm(seconds)  # ends even what never comes back to Python
        for what, most in (
            (resource.RLIMIT_AS, memory),
            (resource.RLIMIT_CPU, seconds),
            (resource.RLIMIT_CORE, 0),
            (resource.RLIMIT_FSIZE, 0),
            (resource.RLIMIT_NPROC, 0),
        ):
            with contextlib.suppress(OSError, ValueError):  # macOS keeps no limit of the address space: there the parent watches
                resource.setrlimit(what, (most, most))
    else:
        end = threading.Timer(seconds, os._exit, (3,))
        end.daemon = True
        end.start()
    sys.dont_write_bytecode = True
    mimetypes.init([])  # or a library would open the system's own lists
    for name in UNWANTED:
        sys.modules.setdefault(name, None)  # type: ignore[arg-type]
    own = tuple(_real(place) for place in [*sys.path, sys.prefix, sys.base_prefix] if place and os.path.isdir(place))

    def guard(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            path, mode, flags = arguments
            writes = isinstance(mode, str) and any(letter in mode for letter in "wax+")
            if writes or (flags or 0) & (os.O_WRONLY | os.O_RDWR) or not _within(path, own):
                raise PermissionError("the reading process opens no files")
        elif event.startswith((*SHUT, *CHANGES)):
            raise PermissionError(f"the reading process may not do this: {event}")

    sys.addaudithook(guard)


def _within(path: Any, places: tuple[str, ...]) -> bool:
    """Does a path lie in one of these folders? A number stands for what is open already."""
    if isinstance(path, int):
        return True
    whole = _real(os.fsdecode(path))
    return any(whole == place or whole.startswith(place + os.sep) for place in places)


def _real(path: str) -> str:
    return os.path.normcase(os.path.realpath(path))


def answer(name: str, data: bytes, letters: int) -> dict[str, Any]:
    try:
        found = extracted(name, data, letters)
    except Refused as refused:
        return {"message": refused.message, "fix": refused.fix}
    except MemoryError:
        return {"message": TOO_MUCH, "fix": SMALLER}
    except RecursionError:
        return {"message": "is nested too deeply to be read.", "fix": "Save it as plain text, and choose that."}
    except Exception as error:  # from a library, of a file made to break it
        return {"message": f"could not be read ({type(error).__name__}).", "fix": "Save it again or as plain text, and choose that."}
    return {"documents": [one._asdict() for one in found.documents], "notes": found.notes}


def main() -> None:
    head = json.loads(sys.stdin.buffer.readline())
    data = sys.stdin.buffer.read()
    logging.disable()  # of what the libraries mend on the way
    give_up(head["memory"], head["seconds"])
    told = json.dumps(answer(head["name"], data, head["letters"])).encode()
    sys.stdout.buffer.write(told)
    sys.stdout.buffer.flush()
    os._exit(0)


if __name__ == "__main__":
    main()

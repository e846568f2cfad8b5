"""What a reading process gives away before it looks at a byte: memory beyond a limit, a long life, other processes, the network, files.

Three fences stand one behind the other. The system's limits hold whatever code runs. Where Linux has Landlock (5.13 and newer), the
kernel lets it open nothing but the files of Python and of this program, start nothing and connect nowhere. Python's audit hook refuses
the same everywhere, and more besides; it holds parsers, and would not hold code that already does as it likes. The parent watches time
and memory from outside (`read.py`).
"""

import contextlib
import logging
import mimetypes
import os
import sys
from collections.abc import Sequence
from typing import Any

if sys.platform != "win32":
    import resource
if sys.platform == "linux":
    from landlockpy import AccessFS, LandlockError, Ruleset, Scope

SHUT = (
    *("socket.", "subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.spawn", "os.startfile", "os.system", "os.kill", "ctypes."),
    *("os.listxattr", "os.getxattr", "os.setxattr", "os.removexattr", "signal.pthread_kill", "resource.setrlimit", "sys.addaudithook"),
)
CHANGES = (
    *("os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.link", "os.symlink", "os.truncate"),
    *("os.chmod", "os.chown", "os.utime", "shutil.", "tempfile."),
)
LISTS = ("os.listdir", "os.scandir")
LIBRARIES = ("/lib", "/lib32", "/lib64", "/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/local/lib", "/opt", "/nix/store", "/etc/ld.so.cache")
"""Where the system keeps what Python's own modules are linked with."""
UNWANTED = ("numpy", "lxml", "PIL")
"""What the library for spreadsheets loads where it is installed, and does without where it is not: much memory, and code in C."""
GRACE = 2
"""Seconds of the processor beyond those that the parent waits for."""


def give_up(memory: int, seconds: int) -> None:
    """From here on: little memory, a short life, no network, no other processes, no file changed, none read but Python's and ours."""
    logging.disable()  # of what the libraries mend on the way
    sys.dont_write_bytecode = True
    mimetypes.init([])  # or a library would open the system's own lists
    for name in UNWANTED:
        sys.modules.setdefault(name, None)  # type: ignore[arg-type]
    own = tuple(_real(place) for place in [*sys.path, sys.prefix, sys.base_prefix] if place and os.path.exists(place))
    _limit(memory, seconds + GRACE)
    _fence(own)
    _watch(own)


def _limit(memory: int, seconds: int) -> None:
    """Time is the processor's own, so that a machine with much to do ends nothing that is nearly read."""
    if sys.platform == "win32":
        return  # there the parent watches
    limits = (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NPROC, 0),
    )
    for what, most in limits:
        with contextlib.suppress(OSError, ValueError):  # macOS keeps no limit of the address space: there the parent watches
            resource.setrlimit(what, (most, most + (what == resource.RLIMIT_CPU)))  # at the second the system says no more why


def _fence(own: Sequence[str]) -> None:
    """The kernel's own, where it has one: read and list these places, and nothing else."""
    if sys.platform == "linux":
        with contextlib.suppress(LandlockError, OSError), Ruleset(scoped=Scope.SIGNAL | Scope.ABSTRACT_UNIX_SOCKET) as rules:
            for place in {*own, *LIBRARIES, *os.environ.get("LD_LIBRARY_PATH", "").split(os.pathsep)}:
                if place and os.path.exists(place):
                    rules.allow_path(place, AccessFS.READ_FILE | AccessFS.READ_DIR if os.path.isdir(place) else AccessFS.READ_FILE)
            rules.restrict()


def _watch(own: Sequence[str]) -> None:
    def guard(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            path, mode, flags = arguments
            writes = isinstance(mode, str) and any(letter in mode for letter in "wax+")
            if writes or (flags or 0) & (os.O_WRONLY | os.O_RDWR) or not _within(path, own):
                raise PermissionError("the reading process opens no files")
        elif event in LISTS:
            if not _within(arguments[0] if arguments[0] is not None else ".", own):
                raise PermissionError("the reading process looks into no folder")
        elif event.startswith((*SHUT, *CHANGES)):
            raise PermissionError(f"the reading process may not do this: {event}")

    sys.addaudithook(guard)


def _within(path: Any, places: Sequence[str]) -> bool:
    """Does a path lie in one of these folders? A number stands for what is open already."""
    if isinstance(path, int):
        return True
    whole = _real(os.fsdecode(path))
    return any(whole == place or whole.startswith(place + os.sep) for place in places)


def _real(path: str) -> str:
    return os.path.normcase(os.path.realpath(path))

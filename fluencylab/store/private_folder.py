"""The data folder is its owner's alone: nobody else of this machine reads what is in it.

A new folder is made so; what an older lab left open is closed, unless other things lie in it, too: then it is not ours to close.
"""

import contextlib
import os
from fnmatch import fnmatch
from pathlib import Path

OURS = (
    "lab.sqlite*", "queue.sqlite*", "models.*", "packs.*", "packs", "adapters", "verified.*", "graders.*",
    "certificate.key*", "first-page.*", "serving.*", "fluency.log*", "server.log",
)  # fmt: skip
"""What a lab keeps in its data folder."""
PERSONAL = 0o077
"""For `os.umask`: the bits of group and others."""


def make_private(folder: Path) -> None:
    """Make the folder, or close it. Raises OSError where it cannot be made."""
    if not folder.is_dir():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    elif is_open(folder) and all(any(fnmatch(one.name, ours) for ours in OURS) for one in folder.iterdir()):
        for one in (folder, *folder.rglob("*")):
            with contextlib.suppress(OSError):  # somebody else's: said by the doctor
                if not one.is_symlink():
                    one.chmod(0o700 if one.is_dir() else 0o600)


def is_open(folder: Path) -> bool:
    """May others than the owner read it? Windows has no such bits, and keeps a user's folders for that user."""
    return os.name == "posix" and bool(folder.stat().st_mode & PERSONAL)

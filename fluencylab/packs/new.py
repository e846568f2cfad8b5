"""Make the folder of a new pack: small, whole, with comments that say what each part is for."""

import shutil
from pathlib import Path

from fluencylab import clock
from fluencylab.errors import BadInput
from fluencylab.packs.files import shown
from fluencylab.packs.pack import checked_name

TEMPLATE = Path(__file__).parent / "template"
NAME, TODAY = "NAME-OF-THE-PACK", "2000-01-01"
"""What stands in the template for the name, and for the day it is made."""


def make(name: str, here: Path) -> Path:
    """`here/name`, which must not be there yet. Raises BadInput where the name cannot be one."""
    if not checked_name(name):
        raise BadInput(
            f"“{shown(name)}” cannot be the name of a pack.",
            "Use 2 to 40 small letters and digits, with single hyphens between words: harbour-line.",
        )
    folder = here / name
    if folder.exists():
        raise BadInput(f"{folder} is there already.", "Choose another name, or go on in that folder.")
    shutil.copytree(TEMPLATE, folder, ignore=shutil.ignore_patterns("__pycache__"))
    for file in folder.rglob("*"):
        if file.is_file():
            said = file.read_text(encoding="utf-8")
            file.write_text(said.replace(NAME, name).replace(TODAY, f"{clock.now():%Y-%m-%d}"), encoding="utf-8")
    return folder

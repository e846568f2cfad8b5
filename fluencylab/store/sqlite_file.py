"""Is a file that SQLite keeps whole?"""

import contextlib
import sqlite3
from pathlib import Path


def damage(file: Path) -> str:
    """What SQLite finds wrong with the file; empty where it is whole, not there yet, or cannot be looked at now."""
    if not file.exists():
        return ""
    try:
        with contextlib.closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
            return "" if found == "ok" else str(found)
    except sqlite3.OperationalError:  # locked, or a folder that cannot be written
        return ""
    except sqlite3.DatabaseError as error:
        return str(error)

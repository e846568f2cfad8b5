from lab_fixture import database, endpoint, home, lab
from pack_fixture import folder

__all__ = ["database", "endpoint", "folder", "home", "lab"]

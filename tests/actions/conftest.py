from lab_fixture import database, endpoint, home, lab, postgres_shape, shape, tables
from pack_fixture import folder

__all__ = ["database", "endpoint", "folder", "home", "lab", "postgres_shape", "shape", "tables"]

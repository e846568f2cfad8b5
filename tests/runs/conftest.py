from host_fixture import host
from lab_fixture import database, endpoint, home, lab, postgres_shape, shape, tables

__all__ = ["database", "endpoint", "home", "host", "lab", "postgres_shape", "shape", "tables"]

from lab_fixture import database, endpoint, home, lab, postgres_shape, shape, tables

__all__ = ["database", "endpoint", "home", "lab", "postgres_shape", "shape", "tables"]

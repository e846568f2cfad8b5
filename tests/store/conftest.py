from lab_fixture import database, empty_database, endpoint, home, lab, postgres_shape, shape, tables

__all__ = ["database", "empty_database", "endpoint", "home", "lab", "postgres_shape", "shape", "tables"]

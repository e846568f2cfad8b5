from lab_fixture import database, endpoint, home, lab

__all__ = ["database", "endpoint", "home", "lab"]

from lab_fixture import home
from pack_fixture import another, folder

__all__ = ["another", "folder", "home"]

"""What a disk, a folder, a file or a server refuses is said as what it is, and none of it is called a damaged file that is whole."""

import os
import sqlite3
import stat
from pathlib import Path

import pytest
from sqlalchemy import make_url

from fluencylab.errors import LabError
from fluencylab.store.migrate import migrate, misfit, revision
from fluencylab.store.private_folder import is_open, make_private


def execute(home: Path, sql: str) -> None:
    with sqlite3.connect(home / "data" / "lab.sqlite") as connection:
        connection.executescript(sql)
    connection.close()


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        ("UPDATE alembic_version SET version_num = '9999'", "written by a newer Fluency Lab"),
        ("UPDATE alembic_version SET version_num = '0001x'", "“0001x”, which no Fluency Lab has written"),
        ("UPDATE alembic_version SET version_num = 'abc'", "“abc”, which no Fluency Lab has written"),
        ("UPDATE alembic_version SET version_num = ''", "says nothing of its shape"),
        ("INSERT INTO alembic_version VALUES ('0001')", "“0001 and 00"),
        ("DELETE FROM alembic_version", "says nothing of its shape"),
    ],
)
def test_a_shape_nobody_wrote_is_refused_before_anything_is_changed(home: Path, sql: str, says: str) -> None:
    migrate()
    execute(home, sql)
    with pytest.raises(LabError, match=says) as refused:
        migrate()
    assert refused.value.fix
    found = misfit(revision(make_url(f"sqlite:///{home / 'data' / 'lab.sqlite'}")))
    assert found and found.message == refused.value.message, "the doctor says the same"


def test_a_file_that_is_no_database_is_called_damaged(home: Path) -> None:
    (home / "data").mkdir()
    (home / "data" / "lab.sqlite").write_bytes(os.urandom(50_000))
    with pytest.raises(LabError, match=r"lab.sqlite is damaged") as refused:
        migrate()
    assert "restore a backup" in refused.value.fix


def test_a_folder_in_the_databases_place_is_called_a_folder(home: Path) -> None:
    (home / "data" / "lab.sqlite").mkdir(parents=True)
    with pytest.raises(LabError, match="is a folder, and should be the database"):
        migrate()


def test_a_folder_that_is_not_there_is_not_called_damaged(home: Path) -> None:
    with pytest.raises(LabError, match="cannot be written") as refused:
        migrate(make_url("sqlite:////nonexistent/of/nobody.db"))
    assert "move" not in refused.value.fix


def test_a_database_server_that_does_not_answer_is_told_by_its_place_and_without_its_password(home: Path) -> None:
    with pytest.raises(LabError, match=r"The database server at 127\.0\.0\.1:9 does not answer") as refused:
        migrate(make_url("postgresql+psycopg://nobody:hush@127.0.0.1:9/x"))
    assert "FLUENCY_DATABASE" in refused.value.fix and "\n" not in refused.value.message
    assert "hush" not in str(refused.value)


# Whose eyes the folder is for


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


POSIX = pytest.mark.skipif(os.name != "posix", reason="there are no such bits")


@POSIX
def test_a_new_data_folder_is_its_owners_alone(tmp_path: Path) -> None:
    make_private(tmp_path / "a" / "data")
    assert mode(tmp_path / "a" / "data") == 0o700


@POSIX
def test_one_that_an_older_lab_left_open_is_closed_unless_other_things_lie_in_it(tmp_path: Path) -> None:
    for folder in (tmp_path / "ours", tmp_path / "shared"):
        (folder / "adapters").mkdir(parents=True, mode=0o755)
        for file in (folder / "lab.sqlite", folder / "adapters" / "a.json"):
            file.touch()
            file.chmod(0o644)
        folder.chmod(0o755)
    (tmp_path / "shared" / "holiday.jpg").touch()
    make_private(tmp_path / "ours")
    make_private(tmp_path / "shared")
    assert [mode(tmp_path / "ours" / name) for name in (".", "lab.sqlite", "adapters", "adapters/a.json")] == [0o700, 0o600, 0o700, 0o600]
    assert mode(tmp_path / "shared") == 0o755 and is_open(tmp_path / "shared")

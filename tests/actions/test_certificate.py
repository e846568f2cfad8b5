"""Only what is solid is certified, under a key that is made once and only for its owner."""

import stat
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from actions.test_progress import CONCEPT, add
from fluencylab.actions.certificate import issue, key_fingerprint, signing_key
from fluencylab.actions.data import delete_everything
from fluencylab.actions.runs import the_learner
from fluencylab.errors import BadInput, LabError
from fluencylab.progress.certificate import verify
from fluencylab.store.engine import Store

NOW = datetime(2035, 1, 2, tzinfo=UTC)


async def test_what_is_solid_is_certified_and_nothing_else(database: str, home: Path) -> None:
    folder = home / "data"
    async with Store() as store:
        learner = await the_learner(store)
        async with store.read() as session:
            with pytest.raises(BadInput, match="Nothing is solid yet"):
                await issue(session, learner, "Ada", folder, NOW)
        assert not key_fingerprint(folder), "where nothing is signed there is no key"
        await add(store, learner, 10)
        async with store.read() as session:
            for name in ("", "  ", "x" * 101, "a\0b", "a\u202eb"):
                with pytest.raises(BadInput, match="needs a name"):
                    await issue(session, learner, name, folder, NOW)
            first, second = [await issue(session, learner, " Ada  Okafor ", folder, NOW) for _ in range(2)]
        found = verify(first, NOW, key_fingerprint(folder))
        assert found.ok and verify(second, NOW, found.fingerprint).ok
        subject = found.credential["credentialSubject"]
        assert subject["identifier"][0]["identityHash"] == "Ada Okafor"
        assert [one["resultDescription"].partition("#")[2] for one in subject["result"]] == [f"{CONCEPT}-decisions"]
        assert "(vocabulary): not enough evidence" in subject["achievement"]["criteria"]["narrative"]
        assert found.credential["evidence"][0]["description"].startswith("10 tasks · ")
        await delete_everything(store, learner, folder)
    assert verify(first, NOW, found.fingerprint).ok, "it does not need the key that was deleted"
    assert not (folder / "certificate.key").exists()


def test_the_key_is_for_its_owner_alone_and_a_damaged_one_is_said(tmp_path: Path) -> None:
    made = signing_key(tmp_path / "data")
    assert signing_key(tmp_path / "data") == made
    file = tmp_path / "data" / "certificate.key"
    if sys.platform != "win32":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    file.write_bytes(b"nonsense")
    with pytest.raises(LabError, match="cannot be read") as refused:
        signing_key(tmp_path / "data")
    assert "another fingerprint" in refused.value.fix

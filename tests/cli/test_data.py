"""`fluency backup`, `restore` and `export`: one command each, and no overwriting unasked."""

import base64
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from lab_fixture import Endpoint

from cli.conftest import Ended
from fluencylab.progress import jws


def test_saved_and_brought_back_on_another_machine(run: Callable[..., Ended], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "me.json"
    assert "Saved in" in run("backup", str(file)).out
    refused = run("backup", str(file))
    assert (refused.code, "is there already" in refused.err) == (1, True)
    assert run("backup", str(file), "--replace", "--json").json()["bytes"] == file.stat().st_size
    assert json.loads(run("export").out)["tables"] == json.loads(file.read_text())["tables"]
    assert run("restore", str(file), "--json").json()["counts"]["evidence"] == 0
    assert not list(tmp_path.glob("*.new"))


def test_a_file_that_cannot_be_read_or_written_is_said(run: Callable[..., Ended], tmp_path: Path) -> None:
    assert "cannot be read" in run("restore", str(tmp_path / "nothing.json")).err
    assert "cannot be written" in run("backup", str(tmp_path / "no" / "folder" / "x.json")).err
    (tmp_path / "half.json").write_text('{"format": "fluency-lab", "ver')
    refused = run("restore", str(tmp_path / "half.json"))
    assert refused.code == 1 and "cannot be read as JSON" in refused.err and "\n" in refused.err.strip()


def test_a_certificate_is_refused_where_nothing_is_solid_and_a_file_that_is_none_is_said(run: Callable[..., Ended], tmp_path: Path) -> None:
    refused = run("certificate", str(tmp_path / "a.jwt"), "--name", "Ada")
    assert refused.code == 1 and "Nothing is solid yet" in refused.err and not (tmp_path / "a.jwt").exists()
    (tmp_path / "b.jwt").write_text("a.b.c")
    found = run("verify", str(tmp_path / "b.jwt"), "--json")
    assert found.code == 1 and found.json()["checks"][0]["name"] == "signature" and not found.json()["ok"]
    assert "cannot be read" in run("verify", str(tmp_path / "c.jwt")).err


def test_a_model_is_tested_as_a_grader(run: Callable[..., Ended], home: Path) -> None:
    endpoint = Endpoint()
    endpoint.says = lambda _: ["no JSON at all"]
    home.mkdir(parents=True, exist_ok=True)
    (home / "models.json").write_text(endpoint.listed())
    ended = run("models", "test-grader", "told", "--sample", "2", "--json")
    endpoint.close()
    told = ended.json()
    assert (ended.code, told["passed"], told["whole"], told["readings"]) == (1, False, False, 7)
    assert {bar["name"] for bar in told["bars"]} >= {"agreement", "injections passed"}
    assert not (home / "graders.json").exists(), "a sample is shown and not kept"


def test_half_an_emoji_in_a_certificate_is_json_that_any_encoding_holds(run: Callable[..., Ended], tmp_path: Path) -> None:
    pem = jws.new_key()
    head, *_ = jws.sign({"a": 1}, pem).split(".")
    body = base64.urlsafe_b64encode(b'{"name": "\\ud83d"}').decode().rstrip("=")
    key = load_pem_private_key(pem, None)
    assert isinstance(key, Ed25519PrivateKey)
    signature = base64.urlsafe_b64encode(key.sign(f"{head}.{body}".encode())).decode().rstrip("=")
    (tmp_path / "a.jwt").write_text(f"{head}.{body}.{signature}")
    found = run("verify", str(tmp_path / "a.jwt"), "--json")
    assert found.json()["credential"] == {"name": "\ud83d"}
    assert found.out.encode() and run("verify", str(tmp_path / "a.jwt")).code == 1

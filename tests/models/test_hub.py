"""A repository of GGUF files, as Hugging Face lists them, served on loopback."""

import asyncio
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tiny_index import TinyHub

from fluencylab.errors import BadInput, LabError, ModelUnavailable
from fluencylab.models import add_hub, catalogue, download

from .conftest import Fake, status

CONTENT = b"GGUF" + b"weights" * 100_000


def listed(path: str) -> dict[str, Any]:
    lfs = {"oid": hashlib.sha256(CONTENT).hexdigest(), "size": len(CONTENT)}
    return {"type": "file", "path": path, "size": len(CONTENT), "lfs": lfs}


FILES = [{"type": "file", "path": "README.md", "size": 3}, *map(listed, ("m-f16.gguf", "m-Q8_0.gguf", "m-Q4_K_M.gguf"))]


@pytest.fixture
def hub(fake: Fake, home: Path, monkeypatch: pytest.MonkeyPatch) -> Fake:
    async def handler(_body: dict[str, Any], writer: asyncio.StreamWriter) -> None:
        listing = "/api/models/some/repo/tree" in fake.heads[-1]
        writer.write(status(200, json.dumps(FILES).encode() if listing else CONTENT))

    fake.handler = handler
    monkeypatch.setenv("HF_ENDPOINT", fake.address.removesuffix("/v1"))
    return fake


async def test_the_file_for_a_laptop_is_chosen_and_fetched(hub: Fake) -> None:
    entry = await add_hub("some/repo")
    assert (entry.file, entry.slug) == ("m-Q4_K_M.gguf", "m-q4-k-m")
    path = await asyncio.to_thread(download.fetch, entry)
    assert path.read_bytes() == CONTENT
    assert "/some/repo/resolve/main/m-Q4_K_M.gguf" in hub.heads[-1]


async def test_another_file_may_be_named(hub: Fake) -> None:
    assert (await add_hub("some/repo", "m-Q8_0.gguf")).file == "m-Q8_0.gguf"
    with pytest.raises(BadInput, match="no such GGUF"):
        await add_hub("some/repo", "other.gguf")


@pytest.mark.parametrize("name", ["justaname", "a/b/c", "../../etc", "a/b?x"])
async def test_what_is_not_a_repository_is_refused(name: str, home: Path) -> None:
    with pytest.raises(BadInput, match="owner/name"):
        await add_hub(name)


async def test_a_machine_that_does_not_reach_it_says_so(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(ModelUnavailable, match="cannot be reached"):
        await add_hub("some/repo")


@pytest.fixture
def tiny(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TinyHub]:
    with TinyHub() as tiny:
        monkeypatch.setenv("HF_ENDPOINT", tiny.url)
        yield tiny


async def test_a_file_that_came_half_is_gone_on_with(tiny: TinyHub) -> None:
    entry = await add_hub("some/repo")
    tiny.hang_up_after = 1_500_000
    with pytest.raises(ModelUnavailable, match="hung up in the middle") as caught:
        await asyncio.to_thread(download.fetch, entry)
    assert "goes on where it stopped" in caught.value.fix
    tiny.hang_up_after = 0
    await asyncio.to_thread(download.fetch, entry)
    assert tiny.files_asked == ["", "bytes=1500000-"]
    assert download.verify(entry)


async def test_a_file_that_was_replaced_by_a_shorter_one_is_asked_for_whole_again(tiny: TinyHub) -> None:
    entry = await add_hub("some/repo")
    tiny.hang_up_after = 1_500_000
    with pytest.raises(ModelUnavailable):
        await asyncio.to_thread(download.fetch, entry)
    tiny.data, tiny.hang_up_after = tiny.data[:1_000_000], 0
    with pytest.raises(ModelUnavailable, match="hung up"):
        await asyncio.to_thread(download.fetch, entry)
    assert tiny.files_asked == ["", "bytes=1500000-", ""]


async def test_other_bytes_than_announced_are_thrown_away(tiny: TinyHub) -> None:
    entry = await add_hub("some/repo")
    tiny.data = b"x" * len(tiny.data)
    with pytest.raises(LabError, match="SHA-256"):
        await asyncio.to_thread(download.fetch, entry)
    assert not catalogue.fetching_folder(entry).exists()

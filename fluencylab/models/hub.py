"""GGUF repositories on Hugging Face, for machines that reach it. HF_ENDPOINT names a mirror.

find("bartowski/SmolLM2-360M-Instruct-GGUF")  ->  the Q4_K_M file, its size and SHA-256
"""

import json
import os
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from fluencylab.errors import BadInput, ModelUnavailable
from fluencylab.models import ranged
from fluencylab.models.catalogue import Entry

_WANTED = ("q4_k_m", "q4_1", "q4_0", "q5_k_m", "q8_0")
"""Quantisations in the order we would choose them for a laptop."""


_LISTING_LIMIT = 8 << 20


class Weights(NamedTuple):
    file: str
    bytes: int
    sha256: str


def find(repo: str, file: str = "") -> Weights:
    """The GGUF file to take from a repository (`file` chooses one). Blocks; raises BadInput or ModelUnavailable."""
    listing = _get_listing(repo)
    offered = [
        Weights(item["path"], item["lfs"]["size"], item["lfs"]["oid"])
        for item in listing
        if str(item.get("path", "")).endswith(".gguf") and isinstance(item.get("lfs"), dict)
    ]
    whole = [w for w in offered if "-of-0" not in w.file]
    if file:
        whole = [w for w in whole if w.file == file]
    if not whole:
        names = ", ".join(w.file for w in offered) or "none"
        raise BadInput(f"{repo} has no such GGUF file in one piece.", f"GGUF files there: {names}.")
    return min(whole, key=_rank)


def _rank(weights: Weights) -> tuple[int, int]:
    low = weights.file.lower()
    return next((place for place, name in enumerate(_WANTED) if name in low), len(_WANTED)), weights.bytes


def _base() -> str:
    return os.environ.get("HF_ENDPOINT", "https://huggingface.co").rstrip("/")


def _get_listing(repo: str) -> list[dict[str, Any]]:
    if repo.count("/") != 1 or not repo.replace("/", "").replace("-", "").replace("_", "").replace(".", "").isalnum():
        raise BadInput(f"“{repo}” is not the name of a repository.", "It looks like owner/name.")
    try:
        with urllib.request.urlopen(f"{_base()}/api/models/{repo}/tree/main?recursive=true", timeout=20) as answer:
            listing = json.loads(answer.read(_LISTING_LIMIT))
    except urllib.error.HTTPError as error:
        error.close()
        raise BadInput(
            f"Hugging Face has no public repository {repo} (it answered {error.code}).",
            "Check the name, or download the file yourself and add it.",
        ) from error
    except OSError as error:
        raise _unreachable(type(error).__name__) from error
    except ValueError:
        listing = None
    if not isinstance(listing, list):
        raise ModelUnavailable("Hugging Face did not answer with a list of files.", "Try again later.")
    return [item for item in listing if isinstance(item, dict)]


def download(entry: Entry, part: Path, progress: Callable[[int, int], None]) -> None:
    """Write the file to `part`; what an earlier try left of it is gone on with. Raises ModelUnavailable, or OSError of the disk."""
    address = f"{_base()}/{entry.repo}/resolve/main/{urllib.parse.quote(entry.file)}"
    try:
        ranged.complete(address, part, entry.bytes, lambda done: progress(done, entry.bytes))
    except ranged.HungUp as error:
        raise ModelUnavailable(f"Hugging Face hung up in the middle of {entry.name}.", "Try again: it goes on where it stopped.") from error
    except ranged.NoAnswer as error:
        raise _unreachable(str(error)) from error


def _unreachable(why: str) -> ModelUnavailable:
    return ModelUnavailable(
        f"Hugging Face cannot be reached from this machine ({why}).",
        "Download the GGUF file elsewhere and add it with `fluency models add --file`.",
    )

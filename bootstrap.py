"""Set the lab up and start it. Needs Python 3.11 or newer, and nothing else.

    python3 bootstrap.py                      the first time: makes .venv, installs, starts; afterwards: starts
    python3 bootstrap.py --port 9000          also --host ADDRESS and --no-browser
    python3 bootstrap.py finetune             adds what fine-tuning needs, about 1 GB; --with-cuda takes NVIDIA's packages as well
    python3 bootstrap.py test -k sampling     ruff, mypy, the scripts' types and the tests; what follows goes to pytest
    python3 bootstrap.py coverage -k sampling which lines of the lab the tests reach; what follows goes to pytest

pip fetches the packages from whichever index it is set up for and checks each against the hash in requirements/. All is put
into .venv beside this file; to start afresh, delete that folder. The model is fetched by the lab itself, while its page is open.

An older Python must be able to read this file, in order to say that it is too old: no syntax newer than 3.8 here.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
STAMP = VENV / "installed.json"
LOG = VENV / "install.log"
WINDOWS = os.name == "nt"
OLDEST = (3, 11)
PAGES = "pages"
PAGES_CACHE = ".pytest_cache/pages"
ASKED_TWICE = ROOT / "asked-twice.txt"


class Stop(Exception):
    """What happened, and the next step: two sentences for a person."""

    def __init__(self, message: str, fix: str) -> None:
        super().__init__(message + " " + fix)


class Heavy(Stop):
    """torch would bring gigabytes that nobody asked for."""


def main(arguments: list[str]) -> int:
    try:
        if sys.version_info < OLDEST:
            raise Stop(
                f"Fluency Lab needs Python 3.11 or newer; this is {platform.python_version()}.",
                "Install a newer one (python.org, Homebrew, your system's packages) and run this file with it: python3.12 bootstrap.py",
            )
        if arguments[:1] == ["test"]:
            prepare("test")
            try:
                add_finetuning()
            except Heavy as heavy:
                print(f"{heavy}\nGoing on without fine-tuning: its tests are skipped.")
            return check(arguments[1:])
        if arguments[:1] == ["coverage"]:
            prepare("test")
            return coverage(arguments[1:])
        if arguments[:1] == ["finetune"]:
            cuda = finetune_options(arguments[1:])
            prepare("app")
            add_finetuning(cuda)
            print("Fine-tuning is installed. Start the lab: python3 bootstrap.py")
            return 0
        options = serve_options(arguments)
        prepare("app")
        return start([str(script("fluency")), "serve", *options])
    except Stop as stop:
        print(f"\n{stop}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"\n{explained(str(error))}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. The same command goes on from here.", file=sys.stderr)
        return 130


def serve_options(arguments: list[str]) -> list[str]:
    """The options `fluency serve` is given; unknown ones end here, before anything is installed."""
    parser = argparse.ArgumentParser(
        prog="bootstrap.py",
        description="Set Fluency Lab up (the first time) and start it.",
        epilog="“bootstrap.py finetune” adds what fine-tuning needs; “bootstrap.py test [pytest options]” runs the checks and the tests.",
    )
    parser.add_argument("--no-browser", action="store_true", help="only print the address")
    parser.add_argument("--port", type=int, help="port of the page (8700 unless told; the next free one if it is in use)")
    parser.add_argument("--host", help="address the page is served on (127.0.0.1 unless told)")
    given = parser.parse_args(arguments)
    options = ["--no-browser"] if given.no_browser else []
    options += [f"--port={given.port}"] if given.port is not None else []
    return options + ([f"--host={given.host}"] if given.host else [])


def finetune_options(arguments: list[str]) -> bool:
    says = "Add what fine-tuning needs: torch, transformers, peft, gguf."
    parser = argparse.ArgumentParser(prog="bootstrap.py finetune", description=says)
    parser.add_argument("--with-cuda", action="store_true", help="also where torch brings NVIDIA's packages, several gigabytes")
    return bool(parser.parse_args(arguments).with_cuda)


def script(name: str) -> Path:
    """A program of the virtual environment."""
    return VENV / "Scripts" / f"{name}.exe" if WINDOWS else VENV / "bin" / name


def start(command: list[str]) -> int:
    """Become the lab. Windows cannot replace a process without losing its console, so there we wait for it."""
    sys.stdout.flush()
    if not WINDOWS:
        os.execv(command[0], command)
    process = subprocess.Popen(command)
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:  # the lab heard it as well and is closing
            continue


def check(arguments: list[str]) -> int:
    """Everything that must hold before a change is offered. All of it runs, whichever fails; pytest comes last.

    With no word for pytest, four of them share the tests, each with an engine or a browser of its own, or without, and mypy runs
    beside: there is always something to do while one of them waits. A page test that failed there
    is asked once more when all is quiet: beside other work a browser may miss a moment. Any other test that failed has failed.
    """
    python = str(script("python"))
    steps = {
        "ruff": [python, "-m", "ruff", "check", "."],
        "ruff format": [python, "-m", "ruff", "format", "--check", "."],
        "the scripts of the pages": [python, "-m", "tools.check_scripts"],
        "mypy": [python, "-m", "mypy"],
        "fetching the model": [python, "-m", "fluencylab.cli.main", "models", "fetch"],
    }
    if os.environ.get("FLUENCY_MODEL_FILE"):
        del steps["fetching the model"]
    pytest = [python, "-m", "pytest", *arguments]
    others = "not engine and not page and not long"
    beside = {
        PAGES: [*pytest, "--cache-clear", "-o", f"cache_dir={PAGES_CACHE}", "-m", "page and not long"],
        "on the real model": [*pytest, "-o", "cache_dir=.pytest_cache/model", "-m", "engine and not page and not long"],
        "routes and workbench": [*pytest, "-o", "cache_dir=.pytest_cache/web", "-m", f"web and {others}"],
        "all other tests": [*pytest, "-m", f"not web and {others}"],
        "mypy": steps["mypy"],
    }
    if not arguments:
        del steps["mypy"]
    failed = []
    for name, command in steps.items():
        print(f"── {name}", flush=True)
        if subprocess.run(command, cwd=str(ROOT), check=False).returncode:
            failed.append(name)
    if arguments:
        print("── pytest", flush=True)
        failed += [] if subprocess.run(pytest, cwd=str(ROOT), check=False).returncode == 0 else ["pytest"]
    else:
        failed += [name for name in together(beside) if name != PAGES or not holds_alone(beside[name])]
    if failed:
        print(f"Failed: {', '.join(failed)}.", file=sys.stderr)
    show_asked_twice()
    return 1 if failed else 0


def coverage(arguments: list[str]) -> int:
    """Run the tests and count the lines they reach, in the processes they start as well. Says nothing of a test that failed."""
    measure = [str(script("python")), "-m", "coverage"]
    for words in (["erase"], ["run", "-m", "pytest", *arguments], ["combine", "--quiet"]):
        subprocess.run([*measure, *words], cwd=str(ROOT), check=False)
    return subprocess.run([*measure, "report"], cwd=str(ROOT), check=False).returncode


def together(commands: dict[str, list[str]]) -> list[str]:
    """Run the commands side by side, and show the words of each whole, one after another. Gives the names of those that failed.

    The first is the longest, and nothing is done before it is: the others take what it leaves of the processor.
    """
    with tempfile.TemporaryDirectory() as folder:
        running = []
        for number, (name, command) in enumerate(commands.items()):
            place = Path(folder) / str(number)
            with place.open("wb") as words:
                process = subprocess.Popen(command, cwd=str(ROOT), stdout=words, stderr=subprocess.STDOUT)
            running.append((name, place, process))
            if number and sys.platform != "win32":
                os.setpriority(os.PRIO_PROCESS, process.pid, 5)
        for name, place, process in running:
            print(f"── {name}", flush=True)
            with place.open(encoding="utf-8", errors="replace") as words:
                while process.poll() is None:
                    show(words)
                    time.sleep(0.5)
                show(words)
    return [name for name, _, process in running if process.returncode]


def holds_alone(command: list[str]) -> bool:
    """Whether every page test that failed passes now, one after another, with nothing beside. What it said the first time stays above."""
    print(f"── {PAGES}: what failed, once more", flush=True)
    names = last_failed()
    again = [word for word in command if word != "--cache-clear"]
    again += ["--last-failed", "--last-failed-no-failures=none", "-x"]  # a pytest that died has listed none: that is no pass
    if subprocess.run(again, cwd=str(ROOT), check=False).returncode:
        return False
    with ASKED_TWICE.open("a", encoding="utf-8") as file:
        file.writelines(f"{time.strftime('%Y-%m-%d')} {name}\n" for name in names)
    return True


def last_failed() -> list[str]:
    try:
        return sorted(json.loads((ROOT / PAGES_CACHE / "v" / "cache" / "lastfailed").read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return []


def show_asked_twice() -> None:
    """Of this run and of earlier ones, the last thing a reader sees."""
    if ASKED_TWICE.exists():
        print("These page tests failed beside the others and held when they were asked again, alone. Each is a fault: mend it.")
        print(ASKED_TWICE.read_text(encoding="utf-8") + f"They stand in {ASKED_TWICE}; delete the file when they are mended.", flush=True)


def show(words: IO[str]) -> None:
    sys.stdout.write(words.read())
    sys.stdout.flush()


# What is installed, and what should be


def prepare(lock: str) -> None:
    """Make .venv hold what requirements/<lock>.txt says. Costs 0.1 s when it does already."""
    have, version = installed(), working()
    reason = why_rebuild(have, version)
    if reason:
        print(reason)
        remove_venv()
        have, version = {}, ""
    want = {"app": digest("requirements/app.txt"), "project": digest("pyproject.toml")}
    if lock == "test":
        want["test"] = digest("requirements/test.txt")
    if all(have.get(key) == value for key, value in want.items()):
        return
    if not version:
        make_venv()
    if have:
        STAMP.unlink()
    if any(have.get(key) != want[key] for key in want if key != "project"):
        install_packages(f"requirements/{lock}.txt")
    install_lab()
    stamp(dict(want, **{key: have[key] for key in have if key == "finetune"}, place=str(VENV), python=working()))


def stamp(now: dict[str, str]) -> None:
    part = STAMP.with_suffix(".part")
    part.write_text(json.dumps(now), encoding="utf-8")
    part.replace(STAMP)


def installed() -> dict[str, str]:
    """The stamp a finished installation left behind; empty when none did."""
    try:
        found = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def working(module: str = "sys") -> str:
    """The environment's Python ("3.11"), or nothing when it does not run or cannot import `module`."""
    ask = f"import sys, {module}; print('%d.%d' % sys.version_info[:2])"
    try:
        answer = subprocess.run([str(script("python")), "-I", "-c", ask], capture_output=True, text=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return answer.stdout.strip() if answer.returncode == 0 else ""


def why_rebuild(have: dict[str, str], version: str) -> str:
    """A sentence when .venv cannot be kept; nothing when it can, or is not there."""
    if not VENV.exists():
        return ""
    if have and have.get("place") != str(VENV):
        return "This folder was moved or copied, so its .venv no longer fits: making it again."
    if not version:
        return "The Python in .venv does not run any more: making .venv again."
    if tuple(map(int, version.split("."))) < OLDEST or have.get("python", version) != version:
        return f"The Python in .venv is now {version}: making .venv again."
    if have and not (script("fluency").exists() and working("fluencylab")):
        return "The lab in .venv is damaged: making .venv again."
    if not have and not working("pip"):
        return "The .venv here was never finished: making it again."
    return ""


def digest(name: str) -> str:
    try:
        return hashlib.sha256((ROOT / name).read_bytes()).hexdigest()
    except OSError as error:
        raise Stop(f"{name} is missing beside bootstrap.py.", "Get the whole folder again.") from error


# How it is installed


def remove_venv() -> None:
    try:
        shutil.rmtree(str(VENV))
    except OSError as error:
        raise Stop(f"The old .venv could not be removed ({error.strerror}).", f"Close the lab, delete {VENV} and try again.") from error


def make_venv() -> None:
    print("Making .venv …", flush=True)
    base = getattr(sys, "_base_executable", sys.executable)  # not the Python of the .venv we may be running in
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as said:
        code = subprocess.run([base, "-m", "venv", str(VENV)], stdout=said, stderr=said, check=False).returncode
        said.seek(0)
        text = said.read()
    if code:
        with contextlib.suppress(OSError):
            VENV.mkdir(exist_ok=True)
            LOG.write_text(text, encoding="utf-8")
        raise explained(text)


def install_packages(lock: str, further: list[str] | None = None) -> None:
    names = re.findall(r"^[\w.-]+==", (ROOT / lock).read_text(encoding="utf-8"), re.MULTILINE)
    # rouge-score is pure Python and comes as source alone
    pip(["--require-hashes", "--only-binary=:all:", "--no-binary=rouge-score", *(further or []), "-r", lock], len(names))


def install_lab() -> None:
    """In place (`-e`): an update of this folder is the lab's update. setuptools is in the lock, so no index is asked."""
    pip(["--no-index", "--no-deps", "--no-build-isolation", "-e", "."], 0)


def add_finetuning(cuda: bool = False) -> None:
    """The extra: what is locked, then torch, from whichever index pip is set up for, for its builds differ from one to the next.

    `cuda`: take torch also where it brings NVIDIA's packages; raises Heavy otherwise, and nothing has changed.
    """
    have, want = installed(), digest("requirements/finetune.txt")
    if have.get("finetune") == want:
        return
    torch = re.findall(r'"(torch==[^"]+)"', (ROOT / "pyproject.toml").read_text(encoding="utf-8"))[0]
    heavy = [] if cuda else nvidia(torch)
    if heavy:
        raise Heavy(
            f"With {torch} pip would fetch {len(heavy)} packages for NVIDIA's cards, several gigabytes that the lab never uses.",
            "docs/fine-tuning.md tells how to get the build without them; to take them all the same: bootstrap.py finetune --with-cuda",
        )
    install_packages("requirements/finetune.txt", ["--no-deps"])
    print(f"Installing {torch}, the largest of them …", flush=True)
    pip([torch], 0)
    stamp(dict(have, finetune=want))


def nvidia(torch: str) -> list[str]:
    """What pip would install of NVIDIA's; nothing is installed by asking."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        pip(["--dry-run", "--quiet", f"--report={report}", torch], 0)
        names = [one["metadata"]["name"].lower() for one in json.loads(report.read_text(encoding="utf-8"))["install"]]
    return [name for name in names if name.startswith(("nvidia-", "cuda-"))]


def pip(arguments: list[str], packages: int) -> None:
    """Run `pip install`, keep what it says in LOG, and show how far it is when there are `packages` to fetch."""
    command = [str(script("python")), "-I", "-m", "pip", "install", "--no-input", "--disable-pip-version-check", "--progress-bar=off"]
    env = dict(os.environ, PIP_USER="0", PIP_REQUIRE_VIRTUALENV="0", PYTHONUNBUFFERED="1")
    progress = Progress(packages)
    with LOG.open("a", encoding="utf-8", errors="replace") as log:
        process = subprocess.Popen(
            command + arguments, cwd=str(ROOT), env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        reader = threading.Thread(target=progress.read, args=(process.stdout, log), daemon=True)
        reader.start()
        try:
            while process.poll() is None:
                progress.show()
                time.sleep(0.2)
        except KeyboardInterrupt:
            process.wait()  # pip heard it as well and is tidying up
            raise
        reader.join()
    progress.close(ok=process.returncode == 0)
    if process.returncode:
        raise explained("".join(progress.said))


class Progress:
    """Packages fetched (pip says so) and unpacked (counted on the disk), on one line that is rewritten."""

    def __init__(self, packages: int) -> None:
        self.total = packages
        self.fetched = 0
        self.unpacking = False
        self.said: list[str] = []
        self.begun = time.monotonic()
        self.live = sys.stdout.isatty()
        self.announced = False

    def read(self, words: IO[bytes], log: IO[str]) -> None:
        """Runs in a thread: copy pip's words to the log, and count."""
        for raw in words:
            line = raw.decode("utf-8", "replace")
            self.said.append(line)
            with contextlib.suppress(OSError):  # a full disk: pip meets it as well
                log.write(line)
                log.flush()
            self.total -= line.startswith("Ignoring ")  # made for another system
            self.fetched += line.startswith(("Collecting ", "Processing ", "Requirement already satisfied"))
            self.unpacking = self.unpacking or line.startswith("Installing collected packages")

    def show(self) -> None:
        if not self.total or not self.fetched:
            return
        if not self.announced:
            self.announced = True
            about = round(self.total * 0.6, -1)  # measured on two cores: 61 packages in 29 s idle, 91 in 68 s beside other work
            print(f"Installing {self.total} packages into .venv, about {about:.0f} s on a fast connection …", flush=True)
        if self.live:
            if self.unpacking:
                there = sum(1 for _ in VENV.glob("[Ll]ib*/**/site-packages/*.dist-info"))
                told = f"unpacked {min(there, self.total)} of {self.total}"
            else:
                told = f"fetched {min(self.fetched, self.total)} of {self.total}"
            print(f"\r  {told}, {time.monotonic() - self.begun:.0f} s \x1b[K", end="", flush=True)

    def close(self, ok: bool) -> None:
        if self.announced:
            print(("\r\x1b[K" if self.live else "") + ("Installed" if ok else "Failed") + f" after {time.monotonic() - self.begun:.0f} s.")


def explained(said: str) -> Stop:
    """pip's and venv's own words, sorted into what happens to people. The first that fits is the cause."""
    low = " ".join(said.lower().split())  # venv breaks its lines
    kept = f"What pip said is in {LOG}."

    def any_of(*signs: str) -> bool:
        return any(sign in low for sign in signs)

    full = shutil.disk_usage(str(ROOT)).free < 20 << 20  # venv does not always say why it failed
    if full or any_of("no space left", "quota exceeded", "errno 28", "winerror 112", "not enough space on the disk"):
        return Stop("The disk is full.", f"Make 1 GB of room at {ROOT} and in {tempfile.gettempdir()}, then run this again. {kept}")
    if any_of("ensurepip is not available", "no module named ensurepip", "no module named venv", "no module named pip"):
        name = "python{}.{}-venv".format(*sys.version_info[:2])
        return Stop(
            "This Python comes without its venv module.",
            f"On Debian or Ubuntu run “sudo apt install {name}”, elsewhere install Python from python.org; then run this again. {kept}",
        )
    if any_of("do not match the hashes", "hashes are required"):
        return Stop(
            "A package came with other contents than the ones we tested, and was refused.",
            f"Run this again; if it stays so, the package index or a proxy changes files: show its keeper {LOG}.",
        )
    if any_of("permission denied", "errno 13", "access is denied"):
        return Stop("A file could not be written.", f"Check that {ROOT} is yours and that the lab is not running. {kept}")
    if any_of("connection", "retrying", "timed out", "resolution", "proxyerror", "unreachable", "certificate", "ssl"):
        return Stop(
            "The package index does not answer.",
            f"Check the network (a company may need HTTPS_PROXY or an index of its own in pip's settings) and run this again. {kept}",
        )
    missing = re.search(r"no matching distribution found for ([\w.-]+)", low)
    if missing:
        machine = f"Python {platform.python_version()} on {platform.system()} {platform.machine()}"
        return Stop(
            f"The index has no ready-made {missing.group(1)} for {machine}.",
            f"Try with Python 3.12 or 3.13; if you use an index of your own, it has to carry this package. {kept}",
        )
    return Stop("Installing did not succeed.", f"The last lines of {LOG} tell why; run this again when that is put right.")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

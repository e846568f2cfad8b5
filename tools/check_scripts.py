"""The scripts of the pages, checked as strictly as the Python: their types by tsc, from JSDoc comments, then Biome's rules and its format.

python tools/check_scripts.py             both; npm fetches them the first time, and when tools/frontend/package.json has changed
python tools/check_scripts.py --format    writes every script as Biome would

They are programs for this machine, and nothing of them reaches a browser. Without npm the check says so and is content; where CI is set
it is not.
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FRONTEND = ROOT / "tools" / "frontend"
PACKAGES = FRONTEND / "node_modules"
STAMP = PACKAGES / "installed.txt"
SCRIPTS = (ROOT / "fluencylab" / "web" / "static" / "js", ROOT / "fluencylab" / "labs", ROOT / "examples")
INSTALL = ("install", "--no-package-lock", "--no-audit", "--no-fund", "--loglevel=error")
"""No lock: it would hold addresses. package.json names exact versions, and neither program has packages of its own."""


def wanted() -> str:
    return hashlib.sha256((FRONTEND / "package.json").read_bytes()).hexdigest()


def installed() -> bool:
    return STAMP.is_file() and STAMP.read_text(encoding="utf-8") == wanted()


def install(npm: str) -> bool:
    print("Fetching what checks the scripts …", flush=True)
    if subprocess.run([npm, *INSTALL], cwd=FRONTEND, check=False).returncode:
        return False
    STAMP.write_text(wanted(), encoding="utf-8")
    return True


def program(name: str) -> str:
    """One of the two, as npm has put it there for this system."""
    return shutil.which(name, path=PACKAGES / ".bin") or name


def types(project: Path = FRONTEND) -> list[str]:
    return [program("tsc"), "--project", str(project)]


def rules(places: Sequence[Path] = SCRIPTS) -> list[str]:
    return [program("biome"), "check", f"--config-path={FRONTEND}", "--error-on-warnings", *map(str, places)]


def shape(places: Sequence[Path] = SCRIPTS) -> list[str]:
    return [program("biome"), "format", "--write", f"--config-path={FRONTEND}", *map(str, places)]


def passes(command: list[str]) -> bool:
    return subprocess.run(command, cwd=ROOT, check=False).returncode == 0


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--format", action="store_true", help="write the scripts as the formatter would")
    asked = parser.parse_args(arguments)
    npm = shutil.which("npm")
    if not installed():
        if npm is None:
            print("npm is not here, so the scripts were not checked. Install Node.js, 18 or newer, and run this again.")
            return int(bool(os.environ.get("CI")))
        if not install(npm):
            print("npm could not fetch what checks the scripts: check the network and run this again.", file=sys.stderr)
            return 1
    if asked.format:
        return 0 if passes(shape()) else 1
    return 0 if all([passes(types()), passes(rules())]) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""The scripts of the pages: which imports which, and that the check of their types and rules notices."""

import json
import os
import posixpath
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tools import check_scripts

ROOT = Path(__file__).resolve().parents[1]
CORE = ROOT / "fluencylab" / "web" / "static" / "js"
LABS = ROOT / "fluencylab" / "labs"
IMPORT = re.compile(r"""(?:^\s*(?:import|export)\b[^;"'`]*?\bfrom\s*|^\s*import\s*|\bimport\(\s*)["'`]([^"'`]+)["'`]""", re.MULTILINE)


def scripts() -> dict[str, str]:
    """Each of ours by its address, with its text."""
    core = {f"/static/js/{path.relative_to(CORE).as_posix()}": path for path in CORE.rglob("*.js")}
    labs = {f"/static/labs/{path.parts[-3]}/{path.name}": path for path in LABS.glob("*/static/*.js")}
    return {address: path.read_text(encoding="utf-8") for address, path in sorted((core | labs).items())}


def imports(address: str, text: str) -> Iterator[str]:
    """The addresses of what a script imports, at its head or when it is needed. A name put together of parts is left as it is written."""
    for asked in IMPORT.findall(re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)):
        yield posixpath.normpath(posixpath.join(posixpath.dirname(address), asked))


def circle(graph: Mapping[str, list[str]]) -> str:
    """A way from a script back to itself; empty where there is none."""
    done: set[str] = set()

    def walk(address: str, trail: tuple[str, ...]) -> str:
        if address in trail:
            return " -> ".join([*trail[trail.index(address) :], address])
        if address not in done:
            for deeper in graph.get(address, ()):
                if found := walk(deeper, (*trail, address)):
                    return found
            done.add(address)
        return ""

    return next((found for address in graph if (found := walk(address, ()))), "")


def test_no_scripts_import_each_other_in_a_circle() -> None:
    assert not circle({address: list(imports(address, text)) for address, text in scripts().items()})


def test_the_circle_test_notices() -> None:
    texts = {
        "/static/js/a.js": 'import { b } from "./b.js";\nimport "./d.js";',
        "/static/js/b.js": 'async function late() {\n  const { c } = await import("/static/js/c.js");\n}',
        "/static/js/c.js": 'import {\n  one,\n  a,\n} from "./a.js";',
        "/static/js/d.js": '/** @typedef {import("./a.js").A} A */\n// import { a } from "./a.js";',
    }
    graph = {address: list(imports(address, text)) for address, text in texts.items()}
    assert circle(graph) == "/static/js/a.js -> /static/js/b.js -> /static/js/c.js -> /static/js/a.js"
    assert not circle(graph | {"/static/js/c.js": []})


def test_a_script_imports_what_is_there_from_the_core_or_from_its_own_lab() -> None:
    ours = scripts()
    for address, text in ours.items():
        own = f"{address.rpartition('/')[0]}/"
        assert not re.search(r"[\"'`]/static/", text), f"{address} names a file without the version it was sent under: use ./ or ../"
        for asked in imports(address, text):
            assert "${" in asked or asked in ours, f"{address} imports {asked}"
            assert asked.startswith(("/static/js/", own)) or "${" in asked, f"{address} imports {asked}"


# The check


@pytest.fixture
def checks() -> None:
    if check_scripts.installed():
        return
    (pytest.fail if os.environ.get("CI") else pytest.skip)("what checks the scripts is not installed: python tools/check_scripts.py")


GOOD = 'import { wilson } from "/static/js/desk.js";\n\nexport const [low] = wilson(1, 2);\n'
WRONG = {
    "TS2322": '/** @type {number} */\nexport const n = "one";\n',
    "TS7006": "export function twice(n) {\n  return 2 * n;\n}\n",
    "TS2345": 'import { wilson } from "/static/js/desk.js";\n\nexport const one = wilson("1", 2);\n',
    "TS2305": 'import { nothing } from "/static/js/desk.js";\n\nexport const one = nothing();\n',
    "TS2531": 'export const box = document.getElementById("a").innerHTML;\n',
    "noDoubleEquals": "export const same = (/** @type {unknown} */ a) => a == 1;\n",
    "noUnusedVariables": "const unused = 1;\n\nexport const one = 1;\n",
    "format": "export const one = {a : 1}\n",
}
"""By what is said of them."""


def said(folder: Path, texts: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """The lines in which tsc and Biome complain of these scripts, by their names."""
    for name, text in texts.items():
        (folder / f"{name}.js").write_text(text, encoding="utf-8")
    project = {"extends": str(check_scripts.FRONTEND / "tsconfig.json"), "include": ["*.js"]}
    (folder / "tsconfig.json").write_text(json.dumps(project), encoding="utf-8")
    commands = (check_scripts.types(folder), check_scripts.rules([folder]))
    ended = [subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False) for command in commands]
    told = [(one.stdout + one.stderr).splitlines() if one.returncode else [] for one in ended]
    return [line for line in told[0] if ".js" in line], [line for line in told[1] if ".js" in line]


def test_a_good_script_passes(checks: None, tmp_path: Path) -> None:
    assert said(tmp_path, {"good": GOOD}) == ([], [])


def test_the_check_notices(checks: None, tmp_path: Path) -> None:
    types, rules = said(tmp_path, {"good": GOOD} | WRONG)
    for name in WRONG:
        (line,) = [line for line in (types if name.startswith("TS") else rules) if f"{name}.js" in line]
        assert name in line.replace(f"{name}.js", "")
    assert not [line for line in types + rules if "good.js" in line]


def test_without_npm_it_says_so_and_where_ci_is_set_it_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(check_scripts, "STAMP", tmp_path / "installed.txt")
    monkeypatch.setattr(shutil, "which", lambda *_, **__: None)
    monkeypatch.delenv("CI", raising=False)
    assert check_scripts.main([]) == 0
    assert "the scripts were not checked" in capsys.readouterr().out
    monkeypatch.setenv("CI", "true")
    assert check_scripts.main([]) == 1


def test_other_versions_are_fetched_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check_scripts, "STAMP", tmp_path / "installed.txt")
    assert not check_scripts.installed()
    check_scripts.STAMP.write_text(check_scripts.wanted(), encoding="utf-8")
    assert check_scripts.installed()
    check_scripts.STAMP.write_text("another", encoding="utf-8")
    assert not check_scripts.installed()

"""What keeps the house as it was drawn: layers, one place for each thing, no addresses, a file tree that tells the truth."""

import ast
import asyncio
import re
import socket
import subprocess
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple

import pytest

from fluencylab import __version__
from fluencylab.practice.kinds import KINDS

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "fluencylab"

LEVELS = [
    {"errors"},
    {"settings", "clock", "stats", "memo"},
    {"text"},
    {"figures"},
    {"models", "curriculum", "store", "documents", "labs"},
    {"packs", "workbench"},
    {"instruments", "practice"},
    {"runs", "progress", "charts", "results"},
    {"actions"},
    {"check"},
    {"web"},
    {"cli"},
]


class Import(NamedTuple):
    module: str
    line: int
    inside: bool
    """In a function"""


def sources(*, but: tuple[str, ...] = ()) -> list[Path]:
    """Every Python file of the package, less those under the named files and folders."""
    kept = [path for path in sorted(PACKAGE.rglob("*.py")) if not any(path.is_relative_to(PACKAGE / name) for name in but)]
    assert kept
    return kept


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


@cache
def imports(path: Path, code: ast.Module) -> tuple[Import, ...]:
    """Every module imported, absolute; `from x import y` gives x.y when that is a module of ours, else x."""
    return tuple(_imports(path, code))


def _imports(path: Path, code: ast.Module) -> Iterator[Import]:
    functions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
    within = {id(node) for function in ast.walk(code) if isinstance(function, functions) for node in ast.walk(function)}
    for node in ast.walk(code):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(alias.name, node.lineno, id(node) in within)
        elif isinstance(node, ast.ImportFrom):
            package = list(path.relative_to(ROOT).parts[: -node.level]) if node.level else []
            base = ".".join([*package, *([node.module] if node.module else [])])
            for alias in node.names:
                longer = ROOT.joinpath(*base.split("."), alias.name)
                ours = longer.is_dir() or longer.with_suffix(".py").exists()
                yield Import(f"{base}.{alias.name}" if ours else base, node.lineno, id(node) in within)


def nothing(found: list[str]) -> None:
    """Fails with every finding on a line of its own."""
    assert not found, "\n".join(["", *found])


def room(path: Path) -> str:
    """The part of the house a file belongs to: "models" for fluencylab/models/client.py, "labs/cost" for fluencylab/labs/cost/bill.py."""
    parts = path.relative_to(PACKAGE).parts
    return "/".join(parts[:2]) if parts[0] == "labs" and len(parts) > 2 else parts[0].removesuffix(".py")


def floor(path: Path) -> str:
    """The room on whose level a file stands: its own; in a lab the file's name says which."""
    if not room(path).startswith("labs/"):
        return room(path)
    return "charts" if path.stem == "chart" else "web" if path.stem.startswith("page") else "instruments"


def level(name: str) -> int:
    found = [number for number, names in enumerate(LEVELS) if name in names]
    assert found, f"fluencylab/{name} has no level: give it one in LEVELS"
    return found[0]


def wrong_way(path: Path, code: ast.Module) -> Iterator[str]:
    """Imports of ours that do not go strictly down, other than within one room. No lab is imported from outside of it."""
    here = room(path)
    for found in imports(path, code):
        there = target(found.module)
        if there is None or here == "__init__":
            continue
        inside = room(there) == here
        in_a_lab = room(there).startswith("labs/")
        downwards = level(floor(there)) < level(floor(path)) or (inside and level(floor(there)) == level(floor(path)))
        stands_on_it = not in_a_lab and floor(there) == floor(path)  # a lab's file leans on the room of its own floor
        if not (inside and not in_a_lab) and not ((inside or not in_a_lab) and (downwards or stands_on_it)):
            yield f"{path.relative_to(ROOT)}:{found.line} imports {found.module}"


def target(module: str) -> Path | None:
    """The file a module of ours is, or its package's; None where it is not ours."""
    parts = module.split(".")
    if parts[0] != "fluencylab" or len(parts) == 1:
        return None
    place = ROOT.joinpath(*parts)
    return place / "__init__.py" if place.is_dir() else place.with_suffix(".py")


def uses(code: ast.Module, names: set[str]) -> Iterator[str]:
    """Where one of the dotted names (`datetime.now`, or `.commit` for any object's) is called or passed on."""
    for node in ast.walk(code):
        if isinstance(node, ast.Attribute):
            owner = node.value.id if isinstance(node.value, ast.Name) else node.value.attr if isinstance(node.value, ast.Attribute) else ""
            if f"{owner}.{node.attr}" in names or f".{node.attr}" in names:
                yield f"line {node.lineno}: {owner}.{node.attr}"
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
            yield f"line {node.lineno}: {node.func.id}("
        elif isinstance(node, ast.ImportFrom):
            yield from (f"line {node.lineno}: from {node.module} import {a.name}" for a in node.names if f"{node.module}.{a.name}" in names)


def importers(modules: set[str], *, but: tuple[str, ...]) -> list[str]:
    """Files outside `but` that import one of the modules or something in them."""
    return [
        f"{path.relative_to(ROOT)}:{found.line} imports {found.module}"
        for path in sources(but=but)
        for found in imports(path, tree(path))
        if any(f"{found.module}.".startswith(f"{module}.") for module in modules)
    ]


# Layers


def test_imports_only_go_down_the_house() -> None:
    nothing([wrong for path in sources() for wrong in wrong_way(path, tree(path))])


def test_no_imports_run_in_a_circle() -> None:
    graph = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): {
            found.module for found in imports(path, tree(path)) if found.module.startswith("fluencylab.")
        }
        for path in sources()
    }
    done: set[str] = set()

    def walk(module: str, trail: tuple[str, ...]) -> None:
        assert module not in trail, " -> ".join([*trail, module])
        if module not in done:
            for deeper in sorted(graph.get(module, set())):
                walk(deeper, (*trail, module))
            done.add(module)

    for module in graph:
        walk(module, ())


def test_nothing_is_imported_inside_a_function_but_at_the_command_line() -> None:
    nothing(
        [
            f"{path.relative_to(ROOT)}:{found.line} imports {found.module}"
            for path in sources(but=("cli",))
            for found in imports(path, tree(path))
            if found.inside
        ]
    )


def test_the_layer_test_notices_a_wrong_import() -> None:
    ours = "from fluencylab import errors, __version__\nimport fluencylab.models\n"
    code = ast.parse("from fluencylab.practice import verdict\nfrom ..web import sse\n" + ours)
    found = list(wrong_way(PACKAGE / "instruments" / "x.py", code))
    assert [wrong.split(" ")[-1] for wrong in found] == ["fluencylab.practice.verdict", "fluencylab.web.sse"]
    assert imports(PACKAGE / "x.py", ast.parse("def f():\n  import csv"))[0].inside


def test_the_layer_test_knows_the_floors_of_a_lab() -> None:
    def refused(file: str, line: str) -> bool:
        return bool(list(wrong_way(PACKAGE / file, ast.parse(line))))

    lab = "from fluencylab.labs.cost import"
    assert not refused("labs/cost/bill.py", "from fluencylab.instruments.base import Step")
    assert not refused("labs/cost/chart.py", f"from fluencylab.charts.base import Chart\n{lab} routing")
    assert not refused("labs/cost/page_bill.py", f"from fluencylab.web.lab_page import LabPage\n{lab} chart, bill, page")
    assert refused("labs/cost/bill.py", "from fluencylab.charts.base import Chart")
    assert refused("labs/cost/bill.py", "from fluencylab.practice import verdict")
    assert refused("labs/cost/chart.py", "from fluencylab.web.lab_page import LabPage")
    assert refused("labs/cost/bill.py", f"{lab} chart") and refused("labs/cost/chart.py", f"{lab} page")
    assert refused("labs/metrics/page.py", f"{lab} bill")
    for core in ("check.py", "cli/labs.py", "web/app.py", "instruments/__init__.py"):
        assert refused(core, f"{lab} bill") and not refused(core, "from fluencylab import labs")


# One place for each thing


def test_only_the_store_speaks_to_the_database() -> None:
    """The shop in which models call tools is a database of its own, in memory: it holds nothing of the lab's."""
    nothing(importers({"sqlalchemy", "alembic", "aiosqlite", "sqlite3", "psycopg"}, but=("store", "labs/tools/shop.py")))


def test_the_page_asks_and_never_selects_or_commits() -> None:
    never = {"select", ".select", ".commit"}
    nothing([f"{path.name} {use}" for path in (PACKAGE / "web").rglob("*.py") for use in uses(tree(path), never)])


def test_only_the_client_calls_a_model() -> None:
    """`hub.py` asks Hugging Face which files there are, and `ranged.py` fetches a file: neither is a call to a model; `network.py` asks
    which proxies are set. The client's own way out is `exchange.py`, and no other file takes it: `patience.py` and `on_ray.py`, which has
    clients of other machines ask, know what it calls a lost connection.
    """
    nothing(importers({"openai"}, but=()))
    nothing(importers({"fluencylab.models.exchange"}, but=("models/client.py", "models/on_ray.py", "models/patience.py")))
    web = {"httpx", "httpx2", "requests", "aiohttp", "urllib3", "urllib.request", "http.client"}
    nothing(importers(web, but=("models/hub.py", "models/network.py", "models/ranged.py")))


def test_only_the_clock_asks_for_the_time() -> None:
    asking = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.time_ns"}
    nothing([f"{path.relative_to(ROOT)} {use}" for path in sources(but=("clock.py",)) for use in uses(tree(path), asking)])


def test_the_time_and_commit_tests_notice() -> None:
    code = ast.parse("import datetime\ndatetime.datetime.now()\nsession.commit()\nselect(1)\nfrom time import time")
    assert len(list(uses(code, {"datetime.now", ".commit", "select", "time.time"}))) == 4


def knows_a_kind(code: ast.Module, prefixes: tuple[str, ...], contents: set[str]) -> Iterator[str]:
    """Where a stored key is read or written by hand, or an exercise is told from others by the type of its content."""
    for node in ast.walk(code):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith(prefixes):
            yield f"line {node.lineno}: “{node.value[:30]}”"
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "isinstance":
            named = {name.id for name in ast.walk(node.args[1]) if isinstance(name, ast.Name)}
            yield from (f"line {node.lineno}: isinstance of {name}" for name in named & contents)


def test_only_a_kind_of_exercise_knows_how_it_is_stored_and_what_it_is() -> None:
    """Another kind is one module and one line: see dev/adding-a-kind.md."""
    prefixes = tuple(kind.prefix for kind in KINDS.values() if kind.prefix.endswith("/"))
    contents = {type(one.of).__name__ for kind in KINDS.values() for one in kind.every()} - {"NoneType"}
    assert prefixes and contents
    places = sources(but=("practice/kinds",))
    nothing([f"{path.relative_to(ROOT)} {found}" for path in places for found in knows_a_kind(tree(path), prefixes, contents)])


def test_the_test_of_kinds_notices() -> None:
    code = ast.parse('key.startswith("debug/")\nisinstance(x, Mission | Case)\nf"debug/{slug}"\nisinstance(x, str)\n"see debug/"')
    assert len(list(knows_a_kind(code, ("debug/",), {"Mission", "Case"}))) == 4


# The file tree and the changelog

TREE = ROOT / "docs" / "architecture.md"


class Named(NamedTuple):
    path: str
    comment: str


ENTRY = re.compile(r"^(?P<indent>[\s│├└─]*)(?P<name>[\w.-]+(?:/[\w.-]+)*/?)(?:\s{2,}(?P<comment>\S.*))?$")


def file_tree(page: str) -> list[Named]:
    """The fenced block under "The house": one path a line, two spaces or more, a comment. Deeper lines lie in the folder above.

    A line that is not a path continues the comment before it.
    """
    block = re.search(r"^#+ The house\n.*?^```\w*\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    assert block, 'there is no fenced block under the heading "The house"'
    found: list[Named] = []
    folders: list[tuple[int, str]] = []
    for line in block[1].splitlines():
        entry = ENTRY.match(line)
        if entry is None or not (entry["name"].endswith("/") or "." in entry["name"] or (ROOT / entry["name"]).is_file()):
            continue
        indent = len(entry["indent"])
        while folders and folders[-1][0] >= indent:
            folders.pop()
        path = (folders[-1][1] if folders else "") + entry["name"]
        found.append(Named(path, entry["comment"] or ""))
        if path.endswith("/"):
            folders.append((indent, path))
    return found


def modules() -> set[str]:
    """What the tree has to name: every package and module of ours; migrations are named by their folder."""
    named = set()
    for path in sources():
        place = path.relative_to(ROOT)
        if "versions" in place.parts:
            continue
        named.add(f"{place.parent.as_posix()}/" if path.name == "__init__.py" else place.as_posix())
    return named


def test_the_tree_names_every_module_with_a_comment() -> None:
    told = {path for path, comment in file_tree(TREE.read_text(encoding="utf-8")) if comment}
    nothing(sorted(modules() - told))


def test_the_tree_names_no_file_that_is_not_there() -> None:
    told = file_tree(TREE.read_text(encoding="utf-8"))
    nothing([path for path, _ in told if not (ROOT / path).exists()])


SPACES = """\
fluencylab/       the package
  models/         talk to a model;
                  knows nothing of learners
    client.py     calls it
  clock.py        the time
.ci/run           what CI does
"""
LINES = """\
fluencylab/       the package
├── models/       talk to a model;
│                 knows nothing of learners
│   └── client.py  calls it
└── clock.py      the time
.ci/run           what CI does
"""


@pytest.mark.parametrize("block", [SPACES, LINES], ids=["spaces", "lines"])
def test_the_file_tree_is_read(block: str) -> None:
    tree = file_tree(f"# Lab\n\n## The house\n\nWhere things are:\n\n```\n{block}```\n\n## Next\n")
    paths = ["fluencylab/", "fluencylab/models/", "fluencylab/models/client.py", "fluencylab/clock.py", ".ci/run"]
    assert [named.path for named in tree] == paths
    assert all(named.comment for named in tree)


def test_pictures_are_kept_only_where_a_page_shows_them() -> None:
    pages = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    picture = re.compile(r"!\[[^\]]+\]\(([^)\s]+)\)")
    shown = {(page.parent / place).resolve() for page in pages for place in picture.findall(page.read_text(encoding="utf-8"))}
    assert shown
    kept = {path for path in tracked() if path.suffix == ".png"}
    nothing([f"{path.relative_to(ROOT)} is shown nowhere" for path in sorted(kept - shown)])
    nothing([f"{path} is shown and not here" for path in sorted(shown - kept)])


def second_sentence(line: str) -> bool:
    """Does a sentence end before the line does? Code, and the points in it, do not count."""
    return re.search(r"[.!?]\s+[A-ZÄÖÜ“\"]", re.sub(r"`[^`]*`", "x", line)) is not None


def test_each_line_of_the_changelog_is_one_sentence() -> None:
    lines = [line for line in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    assert lines
    nothing([line for line in lines if not line.startswith("- ") or not line.endswith(".") or second_sentence(line)])
    assert second_sentence("- It runs. It stops.")
    assert not second_sentence("- It runs `a. B` on 3.11.")


def versions(changelog: str) -> list[tuple[str, str]]:
    """The headings of a changelog, newest first: each version and its day, below what is in none yet. Raises ValueError."""
    found: list[tuple[str, str]] = []
    for line in changelog.splitlines():
        if line.startswith("## ") and (found or line != "## Unreleased"):
            heading = re.fullmatch(r"## (\d+\.\d+\.\d+) - (\d{4}-\d\d-\d\d)", line)
            if heading is None:
                raise ValueError(f"“{line}” is not a version and its day")
            found.append((heading[1], heading[2]))
    return found


def test_the_changelog_is_dated_by_version_and_begins_with_the_one_in_the_package() -> None:
    told = versions((ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))
    assert told[0][0] == __version__
    days, numbers = [date.fromisoformat(day) for _, day in told], [tuple(map(int, version.split("."))) for version, _ in told]
    assert days == sorted(days, reverse=True) and numbers == sorted(set(numbers), reverse=True)
    with pytest.raises(ValueError, match="not a version and its day"):
        versions("## 0.3.0\n")
    with pytest.raises(ValueError, match="not a version and its day"):
        versions("## 0.3.0 - 2026-11-28\n## Unreleased\n")


# Nothing that belongs to one machine


def tracked() -> list[Path]:
    """What git holds, or what lies here when this is not a checkout."""
    listed = subprocess.run(["git", "ls-files", "-z", "--cached"], cwd=ROOT, capture_output=True, text=True, check=False)
    names = listed.stdout.split("\0") if listed.returncode == 0 else [p.relative_to(ROOT).as_posix() for p in ROOT.rglob("*")]
    skipped = (".venv", ".git/", ".coverage", "node_modules")
    return [ROOT / name for name in names if name and not name.startswith(skipped) and (ROOT / name).is_file()]


# In pieces, so that this file does not hold what it looks for.
REGISTRIES = r"pypi\." + r"org|pythonhosted\." + r"org|npmjs\." + r"org|yarnpkg\." + "com"
SETTINGS = r"--(?:extra-)?index-" + r"url[ =]\S*://|--find-" + r"links\b|file:" + r"///+\w+/"
PLACES = r"(?<![\w.~:/-])/(?:(?:home|Users)" + r"/(?!you\b)|root" + r"/|work" + r"/|opt/wheels|tmp/x" + r"/)\w|[A-Z]:\\+Users" + r"\\+\w"


def holding(pattern: str) -> list[str]:
    search = re.compile(pattern.encode())
    return [f"{path.relative_to(ROOT)}: {found[0].decode()}" for path in tracked() for found in search.finditer(path.read_bytes())]


def test_no_tracked_file_holds_the_address_of_a_package_registry() -> None:
    nothing(holding(REGISTRIES) + holding(SETTINGS))


def test_no_tracked_file_holds_a_path_of_a_developers_machine() -> None:
    nothing(holding(PLACES))


def test_no_lock_that_holds_addresses_is_tracked() -> None:
    locks = {"uv.lock", "poetry.lock", "Pipfile.lock", "package-lock.json", "yarn.lock"}
    nothing([str(path.relative_to(ROOT)) for path in tracked() if path.name in locks])


def test_the_address_patterns_notice() -> None:
    for text in ("https://" + "pypi" + ".org/simple", "see files.python" + "hosted.org"):
        assert re.search(REGISTRIES, text)
    assert re.search(SETTINGS, "--extra-index" + "-url https://somewhere/simple")
    for text in ("at /" + "home/ada/lab", '"/' + 'work/main"', "C:\\" + "Users\\ada"):
        assert re.search(PLACES, text)
    for text in ("https://example.org/home/ada/", "/workbench/run", "~/work/main", "/home/you/lab"):
        assert not re.search(PLACES, text)


def test_a_test_cannot_reach_another_machine(attempts: list[str]) -> None:
    with socket.socket() as knock, pytest.raises(PermissionError):
        knock.connect(("192.0.2.1", 80))
    assert len(attempts) == 1
    attempts.clear()


async def test_a_test_can_reach_this_machine() -> None:
    server = await asyncio.start_server(lambda reader, writer: writer.close(), "127.0.0.1", 0)
    async with server:
        reader, writer = await asyncio.open_connection("localhost", server.sockets[0].getsockname()[1], family=socket.AF_INET)
        assert await reader.read() == b""
        writer.close()
        await writer.wait_closed()


# The locks


def pins(lock: str) -> dict[str, str]:
    text = (ROOT / "requirements" / lock).read_text(encoding="utf-8")
    return {match[1]: match[2] for match in re.finditer(r"^([\w.-]+)==(\S+)", text, re.MULTILINE)}


def test_the_test_lock_holds_the_same_versions_as_the_lock_of_the_lab() -> None:
    lab, test = pins("app.txt"), pins("test.txt")
    assert lab
    assert {name: test.get(name) for name in lab} == lab


def test_every_dependency_is_in_its_lock() -> None:
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    for table, lock in (("dependencies", "app.txt"), ("test", "test.txt")):
        block = re.search(rf"^{table} = \[\n(.*?)^\]", project, re.MULTILINE | re.DOTALL)
        assert block
        wanted = {re.split(r"[\[<>=!~; ]", name)[0].lower() for name in re.findall(r'"([^"]+)"', block[1])}
        assert wanted - pins(lock).keys() <= {"pip"}, f"requirements/{lock} is older than pyproject.toml: see requirements/README.md"


# Templates


class Markup(HTMLParser):
    """Collects what a strict Content-Security-Policy would refuse, or what would ask another machine."""

    def __init__(self) -> None:
        super().__init__()
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        if tag == "style" or "style" in given:
            self.wrong.append(f"inline style on <{tag}>")
        if tag == "script" and "src" not in given and given.get("type") != "application/json":
            self.wrong.append("inline script")
        for name, value in attributes:
            if re.match(r"on\w|hx-on|data-hx-on", name) or (value or "").lstrip().lower().startswith(("javascript:", "js:")):
                self.wrong.append(f"script in {name} of <{tag}>")
            if tag in ("link", "script", "img", "source", "iframe") and name in ("src", "href", "srcset"):
                self.wrong += [f"{name}={value} of <{tag}>"] if re.match(r"\s*(?:https?:)?//", value or "") else []


def refused(template: str) -> list[str]:
    bare = re.sub(r"\{#.*?#\}|\{%.*?%\}", " ", template, flags=re.DOTALL)
    markup = Markup()
    markup.feed(re.sub(r"\{\{.*?\}\}", "x", bare, flags=re.DOTALL))
    return markup.wrong


def test_templates_hold_nothing_a_strict_policy_refuses() -> None:
    templates = [path for path in sorted(PACKAGE.rglob("*.html")) if "templates" in path.parts]
    assert templates
    assert [f"{path.name}: {wrong}" for path in templates for wrong in refused(path.read_text(encoding="utf-8"))] == []


def test_a_line_of_a_template_can_be_read_without_scrolling() -> None:
    nothing(
        [
            f"{path.relative_to(ROOT)}:{number} has {len(line)} characters"
            for path in sorted(PACKAGE.rglob("*.html"))
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
            if len(line) > 200
        ]
    )


DAY_OF_ITS_OWN = r"%-d|%B|%b\b|%x\b"
"""Forms of a day that a reader would meet beside ours; `%-d` fails on Windows."""


def test_a_day_is_written_in_one_place() -> None:
    """A dozen places wrote “03 November”, “3 November” and “2026-11-03”."""
    written = PACKAGE / "text" / "written.py"
    files = sorted(path for ending in ("*.py", "*.html") for path in PACKAGE.rglob(ending) if path != written)
    nothing([str(path.relative_to(ROOT)) for path in files if re.search(DAY_OF_ITS_OWN, path.read_text(encoding="utf-8"))])
    assert re.search(DAY_OF_ITS_OWN, written.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "markup",
    [
        '<p style="color: red">',
        "<style>p { color: red }</style>",
        "<script>go()</script>",
        '<a {% if x %}onclick="go()"{% endif %}>',
        '<p hx-on:click="go()">',
        '<a href="javascript:go()">',
        '<script src="https://cdn.example/x.js"></script>',
        "<link href='//cdn.example/x.css'>",
        '<img src="http://example.org/x.png">',
    ],
)
def test_the_template_test_notices(markup: str) -> None:
    assert refused(markup)


def test_the_template_test_lets_plain_markup_be() -> None:
    plain: Callable[[str], bool] = lambda markup: refused(markup) == []  # noqa: E731
    assert plain('<script src="{{ static("x.js") }}" type="module"></script><a href="https://example.org">a link</a>')
    assert plain('<script type="application/json">{"a": 1}</script><p class="{% if a > 1 %}on{% endif %}">one</p>')

"""Files of the pages are kept for a year, under a version that changes with any of them: no page is shown with yesterday's style."""

import os
import re
from pathlib import Path

import pytest
from guest_fixture import INSTRUMENT, Guests
from lab_fixture import Endpoint, empty_database, endpoint, home
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from fluencylab.web import static_files
from fluencylab.web.static_folder import A_YEAR, ASK_EACH_TIME, static_folders, version_in

from .conftest import HTML, Web, opened
from .test_kept_pages import NO_PAGE
from .test_reads import addresses, lived_in

__all__ = ["empty_database", "endpoint", "home", "lived_in"]
LINK = re.compile(r"""\b(?:href|src)=["']([^"'#]+)[^"']*["']""")
FILE = re.compile(r"\.(css|js|svg|woff2|png|ico|json)$")


def linked(page: str) -> set[str]:
    """The files of ours that a page links."""
    return {address for address in LINK.findall(page) if address.startswith("/") and (FILE.search(address) or "/static" in address)}


@pytest.mark.long
async def test_every_file_that_any_page_links_is_kept_for_a_year(lived_in: Web) -> None:
    known, files = addresses(), set()
    for path, how in lived_in.app.openapi()["paths"].items():
        if "get" in how and path not in NO_PAGE:
            for address in known.get(path, [path])[:3]:
                answer = await lived_in.get(address)
                if answer.headers.get("content-type", "").startswith("text/html"):
                    files |= linked(answer.text)
    version = static_files.static_files().version
    assert {"css/base.css", "js/page.js", "vendor/lucide.svg", "vendor/fonts/inter-normal.woff2", "labs/sampling/lab.js"} <= {
        file.removeprefix(f"/static/v-{version}/") for file in files
    }
    for file in sorted(files):
        assert file.startswith(f"/static/v-{version}/"), file
        answer = await lived_in.client.get(file)
        assert (answer.status_code, answer.headers["cache-control"]) == (200, A_YEAR), file


async def test_an_address_without_a_version_or_with_another_is_asked_for_each_time(web: Web) -> None:
    for file in ("css/base.css", "js/page.js", "labs/sampling/lab.js"):
        kept = await web.client.get(static_files.static(file))
        for address in (f"/static/{file}", f"/static/v-0123456789ab/{file}"):
            answer = await web.client.get(address)
            assert (answer.status_code, answer.headers["cache-control"]) == (200, ASK_EACH_TIME), address
            assert answer.content == kept.content
            again = await web.client.get(address, headers={"If-None-Match": answer.headers["etag"]})
            assert (again.status_code, again.headers["cache-control"]) == (304, ASK_EACH_TIME)
    for nothing in ("nothing.css", "v-0123456789ab/nothing.css", "v-0123456789ab", "labs/sampling", "labs/none/lab.js"):
        assert (await web.client.get(f"/static/{nothing}")).status_code == 404, nothing
    assert (await web.client.get(static_files.static("css/base.css").replace("base", "nothing"))).status_code == 404


async def test_the_files_of_an_installed_lab_are_of_the_same_version(
    home: Path, empty_database: str, endpoint: Endpoint, guests: Guests
) -> None:
    alone = static_files.static_files().version
    guests.add("echo", {"instrument.py": INSTRUMENT, "static/lab.js": "export {};\n", "static/more/a.css": "a {}\n"})
    together = static_files.static_files().version
    assert together != alone
    async with opened() as web:
        page = (await web.client.get("/labs/echo", headers=HTML)).text
        assert version_in(page.encode()) == together and static_files.static("labs/echo/lab.js") in linked(page)
        for file in ("lab.js", "more/a.css"):
            answer = await web.client.get(static_files.static(f"labs/echo/{file}"))
            assert (answer.status_code, answer.headers["cache-control"]) == (200, A_YEAR)


def test_a_file_that_is_not_there_is_an_error_in_a_template() -> None:
    with pytest.raises(LookupError, match=r"css/nothing\.css"):
        static_files.static("css/nothing.css")


# One folder, and what becomes of it


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    ours = tmp_path / "static"
    (ours / "css").mkdir(parents=True)
    (ours / "css" / "a.css").write_text("a { color: red }\n")
    monkeypatch.setattr(static_files, "OURS", ours)
    return ours


def version() -> str:
    """As the next process finds it."""
    return static_files.static_files.__wrapped__().version


def test_a_changed_file_changes_the_version_and_a_file_only_touched_does_not(folder: Path) -> None:
    file, seen = folder / "css" / "a.css", [version()]
    os.utime(file, (1, 1))
    assert version() == seen[0]
    for change in (
        lambda: file.write_text("a { color: tan }\n"),
        lambda: file.rename(folder / "css" / "b.css"),
        lambda: (folder / "empty.js").write_text(""),
        lambda: (folder / "css" / "b.css").rename(folder / "b.css"),
    ):
        change()
        seen.append(version())
    assert len(set(seen)) == len(seen)


def test_what_was_written_over_since_is_sent_and_not_kept(folder: Path) -> None:
    files = static_files.static_files.__wrapped__()
    web = TestClient(Starlette(routes=[Mount("/static", static_folders({"": folder}, files.version, files.marks))]))
    address = f"/static/v-{files.version}/css/a.css"
    assert web.get(address).headers["cache-control"] == A_YEAR
    (folder / "css" / "a.css").write_text("a { color: tan }\n")
    answer = web.get(address)
    assert (answer.text, answer.headers["cache-control"]) == ("a { color: tan }\n", ASK_EACH_TIME)
    (folder / "css" / "new.css").write_text("")
    assert web.get(f"/static/v-{files.version}/css/new.css").headers["cache-control"] == ASK_EACH_TIME

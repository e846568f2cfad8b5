"""promptfoo and Inspect run a bundle against an endpoint on this machine, which remembers what it was asked."""

import json
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import outside_tools

from fluencylab.workbench.bundle.assemble import bundle
from fluencylab.workbench.bundle.contents import Contents
from fluencylab.workbench.checks import for_case, judged
from fluencylab.workbench.output import Output

Asked = list[list[dict[str, str]]]


class Echo:
    """An endpoint that answers with what the user said, and remembers what it was asked."""

    def __init__(self, words: str = "") -> None:
        self.asked: Asked = []
        self.settings: list[tuple[float, int]] = []
        self.bodies: list[dict[str, Any]] = []
        self.words = words

    def answer(self, messages: list[dict[str, str]]) -> str:
        return self.words or messages[-1]["content"]

    def message(self, body: dict[str, Any]) -> dict[str, Any]:
        """What the assistant says: a content, and calls of tools if it has any."""
        return {"content": self.answer(self.asked[-1])}

    @contextmanager
    def serving(self) -> Iterator[str]:
        echo = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                echo.bodies.append(body)
                echo.asked.append([{"role": one["role"], "content": text_of(one.get("content"))} for one in body["messages"]])
                echo.settings.append((body.get("temperature", 0), body.get("max_tokens", 0)))
                said = {"role": "assistant", **echo.message(body)}
                told = {"id": "x", "object": "chat.completion", "created": 0, "model": body["model"],
                        "choices": [{"index": 0, "message": said, "finish_reason": "tool_calls" if "tool_calls" in said else "stop"}],
                        "usage": {"prompt_tokens": 10, "completion_tokens": 20, "total_tokens": 30}}  # fmt: skip
                content = json.dumps(told).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: Any) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/v1"
        finally:
            server.shutdown()
            server.server_close()


def text_of(content: Any) -> str:
    return content if isinstance(content, str) else "".join(one["text"] for one in content or ())


def written(folder: Path, contents: Contents) -> Path:
    for path, content in bundle(contents).files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return folder


def promptfoo(folder: Path, home: Path, address: str, model: str = "told", key: str = "none") -> list[dict[str, Any]]:
    """Its results: one for each prompt and case."""
    python = str(outside_tools.inspect() / "python")
    environment = outside_tools.environment(home, OPENAI_BASE_URL=address, OPENAI_API_KEY=key, MODEL=model, PROMPTFOO_PYTHON=python)
    ran(
        [*outside_tools.promptfoo(), "eval", "--no-cache", "--no-progress-bar", "--no-table", "-o", "out.json"],
        folder,
        environment,
        (0, 100),
    )
    found: list[dict[str, Any]] = json.loads((folder / "out.json").read_text(encoding="utf-8"))["results"]["results"]
    return found


def inspect(folder: Path, home: Path, address: str, version: int, model: str = "told", key: str = "none") -> dict[str, Any]:
    """Its log, as it wrote it."""
    environment = outside_tools.environment(home, HERE_BASE_URL=address, HERE_API_KEY=key)
    command = [
        str(outside_tools.inspect() / "inspect"),
        "eval",
        "task.py",
        "--model",
        f"openai-api/here/{model}",
        "-T",
        f"version={version}",
    ]
    ran([*command, "--max-connections", "1", "--log-format", "json", "--log-dir", str(home / "logs")], folder, environment)
    log: dict[str, Any] = json.loads(max((home / "logs").glob("*.json")).read_text(encoding="utf-8"))
    assert log["status"] == "success", log.get("error")
    return log


def ran(command: list[str], folder: Path, environment: dict[str, str], well: tuple[int, ...] = (0,)) -> str:
    """promptfoo ends with 100 where a test fails, which is no failure of ours."""
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode in well, done.stdout[-4000:] + done.stderr[-4000:]
    return done.stdout


def of_promptfoo(result: dict[str, Any]) -> dict[str, bool | None]:
    """Check -> its verdict. What cannot be told fails there, and says so."""
    told: dict[str, bool | None] = {}
    for one in result["gradingResult"]["componentResults"]:
        untold = str(one.get("reason", "")).startswith("Cannot be told")
        told[one["assertion"]["config"]["check"]] = None if untold else one["pass"]
    return told


def of_inspect(sample: dict[str, Any]) -> dict[str, bool | None]:
    values = sample["scores"]["by_checks"]["value"]
    return {name: {"C": True, "I": False}.get(value if isinstance(value, str) else "") for name, value in values.items()}


def ours(contents: Contents, case: int, text: str) -> dict[str, bool | None]:
    given = next(one for one in contents.cases if one.number == case)
    inputs = {**given.inputs, "reference": given.reference}
    return {one.key: judged(for_case(one.check, inputs), Output(text=text)).passed for one in contents.checks}

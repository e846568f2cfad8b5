"""An OpenAI-compatible endpoint on loopback with the habits of real ones, each an option, so that a test says which one it is about.

    with odd(Habits(length="max_completion_tokens", temperature="default", roles=("developer", "user", "assistant"))) as there:
        entry = await add_endpoint(there.address, "m")

A habit is refused in words such as its models use. `asked` lists the bodies, `heads` the headers of each.
"""

import base64
import json
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from random import Random
from typing import Any

WORDS = ["It", "is", "called", "Copper", "Kettle", "and", "it", "opens", "at", "nine"]


@dataclass(frozen=True)
class Habits:
    """The defaults are those of a plain server: it takes what most take, and heeds no further wish."""

    length: str = "max_tokens"
    """The only name it knows for a limit; empty: it knows none"""
    needs_length: bool = False
    least: int = 0
    most: int = 0
    temperature: str = "both"
    """both, alone, default"""
    highest: float = 2.0
    positive: bool = False
    """Takes no temperature of 0"""
    roles: tuple[str, ...] = ("system", "user", "assistant", "tool")
    alternate: bool = False
    """User and assistant must take turns, and the user has the last word"""
    streams: str = "yes"
    """yes, ignored (it answers in one piece), refused"""
    unknown: tuple[str, ...] = ()
    """Fields it refuses"""
    logprobs: int = 0
    seed: bool = False
    schema: str = ""
    """typed, loose (without strict), object"""
    tools: str = ""
    """auto, required"""
    tool_finish: str = "tool_calls"
    usage: bool = True
    thinks: int = 0
    """Tokens of thinking before each answer, which the limit counts"""
    shows_thinking: bool = True
    effort: bool = False
    texts: int = 0
    """How many it turns into vectors in one call; 0: it makes none"""
    base64: bool = False
    shape: str = "openai"
    """How a refusal looks: openai, string, list, detail, plain, unnamed"""
    status: int = 400
    path: str = "/v1"
    key: tuple[str, str] = ("", "")
    """The header it wants, and what must stand in it"""
    busy: tuple[tuple[int, dict[str, str], str], ...] = ()
    """(status, headers, words) of the first calls after `since`"""
    since: int = 0
    busy_at: tuple[int, ...] = ()
    """Numbers of the calls that are to be made again in a moment"""
    hang_up: tuple[int, ...] = ()
    """Numbers of the calls that get no answer"""
    redirect: str = ""
    """Where every call is sent instead"""
    models: tuple[str, ...] = ()
    """The names in its list; without any it has no list"""
    list_body: bytes = b""
    """What it sends in place of a list"""
    elsewhere: str = ""
    """Another host, to which it sends who asks for the list"""
    holds: int = 1_000_000
    """Calls after so many wait until `woken` is set"""
    silent: bool = False
    """It never answers for the list"""


class No(Exception):
    """A refusal: words, and the parameter it is about."""

    def __init__(self, words: str, field: str = "", status: int = 0) -> None:
        super().__init__(words)
        self.words, self.field, self.status = words, field, status


class Odd:
    def __init__(self, habits: Habits) -> None:
        self.habits = habits
        self.asked: list[dict[str, Any]] = []
        self.heads: list[dict[str, str]] = []
        self.paths: list[str] = []
        self.lock = threading.Lock()
        self.woken = threading.Event()
        odd = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def log_message(self, *_: Any) -> None: ...

            def do_GET(self) -> None:
                with odd.lock:
                    odd.heads.append({name.lower(): value for name, value in self.headers.items()})
                    odd.paths.append(self.path)
                odd.list_models(self)

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                with odd.lock:
                    odd.asked.append(body)
                    odd.heads.append({name.lower(): value for name, value in self.headers.items()})
                    odd.paths.append(self.path)
                    number = len(odd.asked)
                if number > odd.habits.holds:
                    odd.woken.wait(60)
                odd.answer(self, body, number)

        class Server(ThreadingHTTPServer):
            request_queue_size = 128
            daemon_threads = True

            def handle_error(self, *_: Any) -> None: ...

        self.server = Server(("127.0.0.1", 0), Handler)
        self.root = f"http://127.0.0.1:{self.server.server_port}"
        self.address = self.root + habits.path

    def answer(self, http: BaseHTTPRequestHandler, body: dict[str, Any], number: int) -> None:
        habits = self.habits
        if number in habits.hang_up:
            http.close_connection = True
            return
        if habits.redirect and not http.path.startswith(habits.redirect):
            return send(http, 308, b"", "text/plain", {"Location": habits.redirect + http.path})
        if 0 <= (turn := number - 1 - habits.since) < len(habits.busy):
            status, headers, words = habits.busy[turn]
            return send(http, status, json.dumps({"error": {"message": words}}).encode(), "application/json", headers)
        if number in habits.busy_at:
            return send(http, 429, b'{"error": {"message": "slow down"}}', headers={"Retry-After": "0.05"})
        try:
            self.allow(http)
            if http.path.partition("?")[0].endswith("/embeddings"):
                return send(http, 200, json.dumps(vectors(habits, body)).encode())
            check(habits, body)
        except No as no:
            status, told = refusal(habits, no)
            return send(http, status, told, "text/html" if told.startswith(b"<") else "application/json")
        tell(http, habits, body)

    def list_models(self, http: BaseHTTPRequestHandler) -> None:
        habits = self.habits
        if habits.silent:
            self.woken.wait(60)
            return
        if habits.elsewhere:
            return send(http, 302, b"", "text/plain", {"Location": habits.elsewhere})
        header, wanted = habits.key
        if header and http.headers.get(header) != wanted:
            return send(http, 401, b'{"error": {"message": "Incorrect API key provided: ' + http.headers.get(header, "").encode() + b'"}}')
        if http.path.partition("?")[0] != habits.path + "/models" or not (habits.models or habits.list_body):
            return send(http, 404, b'{"error": {"message": "no such path"}}')
        send(http, 200, habits.list_body or json.dumps({"object": "list", "data": [{"id": name} for name in habits.models]}).encode())

    def allow(self, http: BaseHTTPRequestHandler) -> None:
        header, wanted = self.habits.key
        if header and http.headers.get(header) != wanted:
            raise No("Access denied due to invalid subscription key or wrong API endpoint.", status=401)
        place = http.path.partition("?")[0].removeprefix(self.habits.redirect)
        if place not in (self.habits.path + "/chat/completions", self.habits.path + "/embeddings"):
            raise No("no such path", status=404)


@contextmanager
def odd(habits: Habits = Habits()) -> Iterator[Odd]:
    there = Odd(habits)
    thread = threading.Thread(target=there.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield there
    there.woken.set()
    there.server.shutdown()
    there.server.server_close()
    thread.join()


def check(habits: Habits, body: dict[str, Any]) -> None:
    """Raises No for the first thing in `body` that an endpoint of these habits does not take."""
    for name in habits.unknown:
        if name in body:
            raise No(f"Unrecognized request argument supplied: {name}", name)
    _length(habits, body)
    _temperature(habits, body)
    roles = [message["role"] for message in body["messages"]]
    for place, role in enumerate(roles):
        if role not in habits.roles:
            raise No(f"Unsupported value: 'messages[{place}].role' does not support '{role}' with this model.", f"messages[{place}].role")
    talk = [role for role in roles if role != "system"]
    if habits.alternate and (talk[-1] != "user" or any(one == other for one, other in pairwise(talk))):
        raise No("Conversation roles must alternate user/assistant/user/assistant/...")
    if habits.streams == "refused" and body.get("stream"):
        raise No("Unsupported value: 'stream' does not support true with this model.", "stream")
    if "top_logprobs" in body and body["top_logprobs"] > habits.logprobs:
        raise No(
            f"top_logprobs must be less than or equal to {habits.logprobs}" if habits.logprobs else "logprobs is not supported", "logprobs"
        )
    _form(habits, body)
    if body.get("tools") and not habits.tools:
        raise No('"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set', "tools")
    if body.get("tool_choice") == "required" and habits.tools == "auto":
        raise No("tool_choice: only auto and none are known.", "tool_choice")
    if "reasoning_effort" in body and not habits.effort:
        raise No("Unknown parameter: 'reasoning_effort'.", "reasoning_effort")


def _length(habits: Habits, body: dict[str, Any]) -> None:
    for field in ("max_tokens", "max_completion_tokens"):
        if field not in body:
            continue
        if field != habits.length:
            use = f" Use '{habits.length}' instead." if habits.length else ""
            raise No(f"Unsupported parameter: '{field}' is not supported with this model.{use}", field)
        if body[field] < habits.least:
            raise No(
                f"Invalid '{field}': integer below minimum value. Expected a value >= {habits.least}, but got {body[field]} instead.", field
            )
        if habits.most and body[field] > habits.most:
            raise No(f"{field} is too large: {body[field]}. This model supports at most {habits.most} completion tokens.", field)
    if habits.needs_length and habits.length not in body:
        raise No(f"{habits.length}: Field required")


def _temperature(habits: Habits, body: dict[str, Any]) -> None:
    heat = body.get("temperature")
    if heat is not None:
        if habits.temperature == "alone" and "top_p" in body:
            raise No("`temperature` and `top_p` cannot both be specified for this model. Please use only one.")
        if habits.temperature == "default" and heat != 1:
            raise No(
                f"Unsupported value: 'temperature' does not support {heat} with this model. Only the default (1) value is supported.",
                "temperature",
            )
        if heat > habits.highest:
            raise No(f"temperature: range: 0..{habits.highest:g}")
        if habits.positive and heat == 0:
            raise No("`temperature` must be strictly positive")


def _form(habits: Habits, body: dict[str, Any]) -> None:
    form = body.get("response_format")
    if not form:
        return
    if form["type"] == "json_object":
        if habits.schema != "object":
            raise No("response_format of type json_object is not supported", "response_format")
        return
    if habits.schema not in ("typed", "loose"):
        raise No("This response_format type is unavailable now", "response_format")
    if habits.schema == "loose" and "strict" in form["json_schema"]:
        raise No("response_format.json_schema.strict: Extra inputs are not permitted")
    for name, one in form["json_schema"]["schema"].get("properties", {}).items():
        if "type" not in one:
            raise No(f"Invalid schema for response_format: in context=('properties', '{name}'), schema must have a 'type' key.")


def refusal(habits: Habits, no: No) -> tuple[int, bytes]:
    shapes: dict[str, Any] = {
        "openai": {"error": {"message": no.words, "type": "invalid_request_error", "param": no.field or None, "code": None}},
        "string": {"error": no.words},
        "list": [{"error": {"code": 400, "message": no.words, "status": "INVALID_ARGUMENT"}}],
        "detail": {"detail": [{"loc": ["body", no.field or "?"], "msg": no.words, "type": "value_error"}]},
        "plain": {"object": "error", "message": no.words},
        "unnamed": {"error": {"message": "Bad Request"}},
    }
    return no.status or habits.status, json.dumps(shapes[habits.shape]).encode()


def tell(http: BaseHTTPRequestHandler, habits: Habits, body: dict[str, Any]) -> None:
    message, finish, usage = written(habits, body)
    if habits.streams != "yes" or not body.get("stream"):
        choice = {"index": 0, "message": message, "finish_reason": finish}
        return send(http, 200, json.dumps({"object": "chat.completion", "choices": [choice], "usage": usage}).encode())
    events: list[dict[str, Any]] = []
    if thought := message.get("reasoning_content"):
        events += [{"delta": {"reasoning_content": f"{word} "}} for word in thought.split()]
    if message.get("tool_calls"):
        events.append({"delta": {"tool_calls": [{"index": 0, **call} for call in message["tool_calls"]]}})
    for word in (message["content"] or "").split(" "):
        told = {"content": [row(f"{word} ", habits.logprobs)]} if body.get("logprobs") else None
        events.append({"delta": {"content": f"{word} "}, "logprobs": told})
    events.append({"delta": {}, "finish_reason": finish})
    lines: list[dict[str, Any]] = [{"choices": [{"index": 0, "finish_reason": None, **event}]} for event in events]
    if habits.usage and (body.get("stream_options") or {}).get("include_usage"):
        lines.append({"choices": [], "usage": usage})
    stream = b"".join(b"data: " + json.dumps(line).encode() + b"\n\n" for line in lines) + b"data: [DONE]\n\n"
    send(http, 200, stream, "text/event-stream")


def row(word: str, width: int) -> dict[str, Any]:
    return {"token": word, "logprob": -0.5, "top_logprobs": [{"token": f"w{n}", "logprob": -0.5 - n} for n in range(width)]}


def written(habits: Habits, body: dict[str, Any]) -> tuple[dict[str, Any], str, dict[str, Any]]:
    most = int(body.get(habits.length) or 10_000) if habits.length else 10_000
    thought = min(most, habits.thinks // (2 if body.get("reasoning_effort") else 1))
    words = _words(habits, body)[: most - thought]
    message: dict[str, Any] = {"role": "assistant", "content": " ".join(words)}
    if thought and habits.shows_thinking:
        message["reasoning_content"] = "hm " * thought
    finish = "length" if len(words) < len(_words(habits, body)) else "stop"
    if body.get("tools") and not any(one["role"] == "tool" for one in body["messages"]):
        called = {
            "id": "a",
            "type": "function",
            "function": {"name": body["tools"][0]["function"]["name"], "arguments": '{"city": "Paris"}'},
        }
        message, finish = {"role": "assistant", "content": None, "tool_calls": [called]}, habits.tool_finish
    usage = {"prompt_tokens": 9, "completion_tokens": thought + len(words), "completion_tokens_details": {"reasoning_tokens": thought}}
    return message, finish, usage


def _words(habits: Habits, body: dict[str, Any]) -> list[str]:
    if body.get("response_format"):
        return ['{"probe":', '"heeded"}']
    said = list(WORDS)
    if habits.seed and body.get("temperature", 1) > 1:
        Random(body.get("seed")).shuffle(said)
    for stop in body.get("stop") or ():
        text = " ".join(said)
        said = text.partition(stop)[0].split() if stop in text else said
    return said


def vectors(habits: Habits, body: dict[str, Any]) -> dict[str, Any]:
    texts = body["input"]
    if not habits.texts:
        raise No("no embeddings here", status=404)
    if len(texts) > habits.texts:
        raise No(f"<400> batch size is invalid, it should not be larger than {habits.texts}.: input.contents")
    rows = [[float(len(text)), 1.0, float(sum(map(ord, text)) % 97)] for text in texts]
    told: list[Any] = [base64.b64encode(struct.pack("<3f", *one)).decode() for one in rows] if habits.base64 else rows
    return {"data": [{"index": place, "embedding": one} for place, one in enumerate(told)][::-1]}


def send(
    http: BaseHTTPRequestHandler, status: int, body: bytes, kind: str = "application/json", headers: dict[str, str] | None = None
) -> None:
    http.send_response(status)
    for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **(headers or {})}.items():
        http.send_header(name, value)
    http.end_headers()
    http.wfile.write(body)

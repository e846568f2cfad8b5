"""Who may ask, and how much. The lab serves the person at this machine: other sites' pages can neither read from it nor post to it.

Host is checked against DNS rebinding, Origin against cross-site posts, and every answer carries a Content-Security-Policy that
allows nothing but our own files.
"""

import ipaddress
from collections.abc import Callable
from urllib.parse import SplitResult, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fluencylab.settings import settings

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
SAFE = ("GET", "HEAD", "OPTIONS")


def allowed_host(host: str) -> bool:
    """Loopback by name or number, the address we were told to listen on, and the names in FLUENCY_HOSTS."""
    name = (_parts(f"//{host}").hostname or "").rstrip(".")
    further = {other.strip().lower() for other in settings().hosts.split(",") if other.strip()}
    if name in {"localhost", settings().host.lower(), *further}:
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def _parts(address: str) -> SplitResult:
    try:
        return urlsplit(address)
    except ValueError:  # a bracket that is not closed
        return urlsplit("")


def allowed_origin(headers: Headers) -> bool:
    """A post must come from a page of ours; programs that are no browser send neither header and may post."""
    origin = headers.get("origin")
    if origin is not None:
        return origin != "null" and _parts(origin).netloc == headers.get("host", "")
    return headers.get("sec-fetch-site", "none") in ("none", "same-origin")


class Access:
    """ASGI middleware: refuse strangers, and put the policy on every answer. `longest`: bytes that a post to an address may have."""

    def __init__(self, app: ASGIApp, longest: Callable[[str], int]) -> None:
        self._app = app
        self._longest = longest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        if not allowed_host(headers.get("host", "")):
            refusal = "This lab answers only to localhost. Set FLUENCY_HOSTS to allow another name."
            await PlainTextResponse(refusal, 421, HEADERS)(scope, receive, send)
            return
        if scope["method"] not in SAFE and not allowed_origin(headers):
            await PlainTextResponse("This form was not sent from a page of the lab.", 403, HEADERS)(scope, receive, send)
            return

        async def send_with_policy(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    answer.setdefault(name, value)
            await send(message)

        await self._app(scope, _at_most(self._longest(scope["path"]), headers, receive), send_with_policy)


def _at_most(longest: int, headers: Headers, receive: Receive) -> Receive:
    """A body that says it is longer is not read at all, one that turns out to be longer no further.

    FastAPI's own `max_body_size` answers outside of us: without the policy, and not with a sentence.
    """
    said = headers.get("content-length", "0")
    left = longest if said.isascii() and said.isdigit() and len(said) < 10 and int(said) <= longest else -1

    def check() -> None:
        if left < 0:
            raise HTTPException(413, f"it is longer than {longest:,} bytes")

    async def counted() -> Message:
        nonlocal left
        check()
        message = await receive()
        left -= len(message.get("body", b""))
        check()
        return message

    return counted

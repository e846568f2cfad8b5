"""Who may ask, and how much. The lab serves the person at this machine: other sites' pages can neither read from it nor post to it.

Host is checked against DNS rebinding, Origin against cross-site posts, and every answer carries a Content-Security-Policy that
allows nothing but our own files. Where other machines may ask, everybody needs the link (`invitation`).
"""

from collections.abc import Callable
from urllib.parse import SplitResult, urlsplit

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fluencylab.errors import LabError
from fluencylab.settings import settings
from fluencylab.web import invitation
from fluencylab.web.invitation import is_loopback, same_address

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
_LINES = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]
SAFE = ("GET", "HEAD", "OPTIONS")


def allowed_host(host: str, *, peer: str = "127.0.0.1", reached: str = "") -> bool:
    """The names in FLUENCY_HOSTS, the address that was really reached, and for this machine itself its own names.

    `peer`: the address of who asks; somebody else who says `localhost` means another machine than we are.
    """
    name = (parts(f"//{host}").hostname or "").rstrip(".")
    if name in further_hosts() or (invitation.needed() and (same_address(name, reached) or name == settings().host.lower() != "")):
        return True
    return is_loopback(name) and is_loopback(peer)


def further_hosts() -> set[str]:
    return {other.strip().lower() for other in settings().hosts.split(",") if other.strip()}


def parts(address: str) -> SplitResult:
    """Of an address as others write it; empty where it is none."""
    try:
        return urlsplit(address)
    except ValueError:  # a bracket that is not closed
        return urlsplit("")


def allowed_origin(headers: Headers, scheme: str = "http") -> bool:
    """A post must come from a page of ours; programs that are no browser send neither header and may post.

    A page of another scheme is another page, unless a server in front speaks TLS for us: its name stands in FLUENCY_HOSTS.
    """
    origin = headers.get("origin")
    if origin is None:
        return headers.get("sec-fetch-site", "none") in ("none", "same-origin")
    page = parts(origin)
    in_front = page.scheme in ("http", "https") and page.hostname in further_hosts()
    return page.netloc == headers.get("host", "") != "" and (page.scheme == scheme or in_front)


def only_at_this_machine(request: Request, *, refuse: bool = False) -> bool:
    """Does who asks sit at this machine? Where others may ask, keys and addresses are still its owner's alone: with them, whoever has the
    link could have any variable of this machine sent to any host. `refuse`: raises NotYours where it is somebody else.
    """
    yours = not invitation.needed() or is_loopback(request.client.host if request.client else "")
    if refuse and not yours:
        raise NotYours("Only who sits at this machine may add, change or remove a model.", "Ask them; you can use the models of the list.")
    return yours


class NotYours(LabError):
    status = 403


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
        if refusal := _refusal(scope, headers):
            await refusal(scope, receive, send)
            return

        async def send_with_policy(message: Message) -> None:
            if message["type"] == "http.response.start":
                told = {name for name, _ in message["headers"]}
                message = {**message, "headers": [*message["headers"], *(line for line in _LINES if line[0] not in told)]}
            await send(message)

        await self._app(scope, _at_most(self._longest(scope["path"]), headers, receive), send_with_policy)


def _refusal(scope: Scope, headers: Headers) -> ASGIApp | None:
    """What is answered in place of the lab; None where the lab itself answers."""
    peer, reached = (str((scope.get(end) or ("",))[0]) for end in ("client", "server"))
    if not allowed_host(headers.get("host", ""), peer=peer, reached=reached):
        return PlainTextResponse("This lab answers only to localhost. Set FLUENCY_HOSTS to allow another name.", 421, HEADERS)
    if scope["method"] not in SAFE and not allowed_origin(headers, scope["scheme"]):
        return PlainTextResponse("This form was not sent from a page of the lab.", 403, HEADERS)
    if not invitation.needed():
        return None
    if (onward := invitation.opened(scope)) is not None:
        return RedirectResponse(onward, 303, {**HEADERS, "Set-Cookie": invitation.set_cookie(scope), "Cache-Control": "no-store"})
    if not invitation.shown(scope):
        return PlainTextResponse(invitation.REFUSAL, 401, {**HEADERS, "WWW-Authenticate": "Bearer"})
    return None


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

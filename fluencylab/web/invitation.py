"""The link that lets somebody in where other machines may ask. Until there are accounts, whoever holds it sees and changes the same work.

    http://192.168.1.20:8700/?token=3f…     opened once; the browser keeps a cookie from then on
    Authorization: Bearer 3f…               for programs

It is made anew at each start, printed in the terminal and nowhere else. On 127.0.0.1 alone nobody is asked for it.
"""

import ipaddress
import secrets
from functools import cache, lru_cache
from urllib.parse import parse_qsl, urlencode

from starlette.requests import HTTPConnection
from starlette.types import Scope

from fluencylab.settings import settings

NAME = "token"
"""Of the link's one field."""
REFUSAL = (
    "This lab is open to other machines, so it asks everybody for its link. Open the address that ends in “?token=…”: "
    "the terminal in which the lab was started shows it. It changes with each start.\n"
)


@lru_cache(maxsize=128)
def is_loopback(host: str) -> bool:
    """Does this address, as somebody is told to listen on it or comes from it, belong to this machine alone? A name but localhost: no."""
    if host.lower() == "localhost":
        return True
    try:
        return _unmapped(host).is_loopback
    except ValueError:
        return False


def same_address(one: str, other: str) -> bool:
    """Two numbers for one machine, however they are written."""
    try:
        return _unmapped(one) == _unmapped(other)
    except ValueError:
        return False


def _unmapped(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    address = ipaddress.ip_address(host)
    return getattr(address, "ipv4_mapped", None) or address


def needed() -> bool:
    """Others than this machine may ask."""
    return not is_loopback(settings().host)


@cache
def token() -> str:
    return secrets.token_urlsafe(32)


def link(address: str) -> str:
    """The address as it is to be opened: with the token, where it is asked for."""
    return f"{address}/?{urlencode({NAME: token()})}" if needed() else address


def shown(scope: Scope) -> bool:
    """Has this request the token with it: as a cookie, or as a program shows it?"""
    asked = HTTPConnection(scope)
    kind, _, bearer = asked.headers.get("authorization", "").partition(" ")
    return _is_it(asked.cookies.get(cookie(scope), "")) or (kind.lower() == "bearer" and _is_it(bearer.strip()))


def opened(scope: Scope) -> str | None:
    """The address to go on to, without the token, where somebody opens the link; None where it is not the link."""
    if scope["method"] != "GET":
        return None
    fields = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    if not any(name == NAME and _is_it(value) for name, value in fields):
        return None
    rest = urlencode([(name, value) for name, value in fields if name != NAME])
    return within(scope["path"]) + (f"?{rest}" if rest else "")


def cookie(scope: Scope) -> str:
    """Its name. Browsers keep cookies by host alone, and two labs of one machine differ by their port."""
    return f"fluency-{(scope.get('server') or ('', 0))[1]}"


def set_cookie(scope: Scope) -> str:
    """Lax: a link in a message opens the lab, another site's form does not carry it."""
    return f"{cookie(scope)}={token()}; Path=/; HttpOnly; SameSite=Lax"


def _is_it(given: str) -> bool:
    return secrets.compare_digest(given.encode("utf-8", "replace"), token().encode())


def within(path: str) -> str:
    """A path as an address of this lab: with two slashes at its beginning it would name another machine."""
    return "/" + path.lstrip("/\\")

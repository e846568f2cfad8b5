"""The way out of this machine: through which proxy, and whose certificates are trusted. Read from the environment as other programs do.

ALL_PROXY=socks5://10.0.0.1:1080   NO_PROXY=10.0.0.0/8,.example.org,host:8443   loopback is never asked through a proxy
SSL_CERT_FILE=/etc/company.pem     REQUESTS_CA_BUNDLE, CURL_CA_BUNDLE, SSL_CERT_DIR; beside the certificates of the system
"""

import ipaddress
import os
import ssl
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit
from urllib.request import getproxies

from fluencylab.errors import ModelUnavailable

PORTS = {"http": 80, "https": 443}
CERTIFICATES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_DIR")
KINDS = ("http", "https", "socks5", "socks5h")


class Proxy(NamedTuple):
    """`url` may hold a password; `shown` does not."""

    url: str
    shown: str


def proxy_for(address: str) -> Proxy | None:
    """The proxy that the environment sets for this address. Raises ModelUnavailable for one that nobody could use."""
    parts = urlsplit(address)
    found = getproxies()
    url = found.get(parts.scheme) or found.get("all") or ""
    if not url or _goes_past(parts.hostname or "", parts.port or PORTS.get(parts.scheme, 0), found.get("no", "")):
        return None
    url = url if "://" in url else f"http://{url}"
    url = url.replace("socks://", "socks5://", 1)
    try:
        told = urlsplit(url)
        shown = f"{told.scheme}://{told.hostname}" + (f":{told.port}" if told.port else "")
        usable = told.scheme in KINDS and bool(told.hostname)
    except ValueError:
        shown, usable = "that is set", False
    if not usable:
        raise ModelUnavailable(
            f"The proxy {shown} is of no kind that can be used.", f"Set one of {', '.join(KINDS)}, or name the address in NO_PROXY."
        )
    return Proxy(url, shown)


def _goes_past(host: str, port: int, exceptions: str) -> bool:
    """Loopback does; so does what NO_PROXY names: a host and all below it, with a port, an address, a network, or *."""
    here = _address(host)
    if host == "localhost" or host.endswith(".localhost") or (here and here.is_loopback):
        return True
    return any(_names(one, host, port) for one in exceptions.replace(",", " ").split())


def _names(pattern: str, host: str, port: int) -> bool:
    pattern = pattern.partition("://")[2] or pattern
    if pattern == "*":
        return True
    here = _address(host)
    if "/" in pattern:
        try:
            return here is not None and here in ipaddress.ip_network(pattern.replace("[", "").replace("]", ""), strict=False)
        except ValueError:
            return False
    name, colon, wanted = pattern.rpartition(":")
    if colon and wanted.isdigit() and (name.endswith("]") or ":" not in name):
        if int(wanted) != port:
            return False
        pattern = name
    pattern = pattern.strip("[]").lower().removeprefix("*").strip(".")
    if there := _address(pattern):
        return here == there
    return bool(pattern) and (host.lower() == pattern or host.lower().endswith(f".{pattern}"))


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def trusting(context: ssl.SSLContext) -> ssl.SSLContext:
    """`context` trusts whom the system trusts; beside them now a company's own certificate, where the environment names its file.

    Raises ModelUnavailable where that file is none.
    """
    for name in CERTIFICATES:
        if named := os.environ.get(name):
            _trust(context, name, Path(named))
    return context


def _trust(context: ssl.SSLContext, name: str, path: Path) -> None:
    try:
        if path.is_dir():
            context.load_verify_locations(capath=path)
        else:
            context.load_verify_locations(cafile=path)
    except (OSError, ValueError) as error:
        raise ModelUnavailable(
            f"{name} names {path}, and no certificates can be read there.", "Name a PEM file with your company's certificate, or unset it."
        ) from error

"""Where an endpoint is asked and how it is told the key: what a person may type, and what is made of it. Pure.

http://127.0.0.1:11434              also tried as …/v1
https://host/v1/chat/completions    https://host/v1
https://NAME.openai.azure.com/openai/deployments/D/chat/completions?api-version=2024-10-21    its query is kept; the key goes as `api-key`
"""

import re
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from fluencylab.errors import BadInput

ROOTS = ("/v1", "/openai/v1", "/api/v1", "/v1beta/openai")
"""Where an OpenAI-compatible interface lies under a bare host: most; Groq and Azure; OpenRouter; Gemini."""
_CALLS = re.compile(r"/(chat/completions|completions|embeddings|models|responses)/*$")
_QUERY = ("api-version",)
"""What of a query may be kept: nothing that could be a key."""


def parsed(given: str) -> tuple[str, str]:
    """(base address without a slash at its end, query). Raises BadInput for what is no address, or holds a secret."""
    given = given.strip().strip("\"'“”<>")
    if re.match(r"(localhost|[\w.-]+:\d+|\d+\.\d+\.\d+\.\d+)(/|:|$)", given):
        given = f"http://{given}"
    try:
        parts = urlsplit(given)
        _ = parts.port
    except ValueError:
        raise _no_address(given) from None
    if parts.scheme not in ("http", "https") or not parts.hostname or re.search(r"\s", given):
        raise _no_address(given)
    query = parse_qsl(parts.query)
    if parts.username or parts.password or parts.fragment or any(name not in _QUERY for name, _ in query):
        raise BadInput(
            "The address must not carry a user, a key or a query.", "Give the key apart from it: name the variable that holds it."
        )
    path = re.sub(r"/{2,}", "/", _CALLS.sub("", parts.path)).rstrip("/")
    return f"{parts.scheme}://{parts.netloc}{path}", urlencode(query)


def _no_address(given: str) -> BadInput:
    return BadInput(f"“{given[:200]}” is not an address.", "It looks like https://host/v1 or http://127.0.0.1:11434/v1.")


def others(base_url: str) -> list[str]:
    """Where else on the same host the interface may lie, where the address that was given leads nowhere."""
    parts = urlsplit(base_url)
    root, path = f"{parts.scheme}://{parts.netloc}", parts.path.rstrip("/")
    if path.endswith("/v1"):
        found = [root + path.removesuffix("/v1"), *(root + one for one in ROOTS)]
    else:
        found = [f"{root}{path}/v1", *(root + one for one in ROOTS)]
    return [one for one in dict.fromkeys(found) if one != base_url]


def with_query(url: str, query: str) -> str:
    return f"{url}?{query}" if query else url


def is_azure(base_url: str, query: str) -> bool:
    host = urlsplit(base_url).hostname or ""
    return "api-version" in query or host.endswith((".openai.azure.com", ".cognitiveservices.azure.com", ".services.ai.azure.com"))


def headers(key: str, key_header: str) -> dict[str, str]:
    """`key_header`: “Authorization”, or the name of a header that holds the bare key."""
    if not key:
        return {}
    return {"Authorization": f"Bearer {key}"} if key_header == "Authorization" else {key_header: key}


def followed(asked: str, location: str) -> str | None:
    """Where a redirect leads, if that is the same host; None where it is another, or where a key would travel in the clear."""
    try:
        there, here = urlsplit(urljoin(asked, location)), urlsplit(asked)
        ports = (there.port, here.port)
    except ValueError:
        return None
    same = there.scheme == here.scheme and ports[0] == ports[1]
    upgraded = (here.scheme, there.scheme) == ("http", "https") and ports[0] in (None, 443) and ports[1] in (None, 80)
    if there.hostname != here.hostname or not (same or upgraded) or there.username or there.password:
        return None
    return there._replace(query=there.query or here.query, fragment="").geturl()

"""One exchange with an endpoint over HTTP: a body goes out, an answer comes back; what goes wrong has one of five names.

Refused      a status of 400 and above, with what was told
Elsewhere    a redirect to another host, which is not followed: the key would go along
Silent       nothing came, or it did not come to an end in time
Lost         the connection could not be made, or broke
NotAStream   what came is no answer of a model (`event_values`)
"""

import asyncio
import json
import socket
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any
from urllib.parse import urlsplit

from fluencylab.models import addresses, network
from fluencylab.models import event_values as values
from fluencylab.models.event_values import NotAStream
from fluencylab.models.one_reading import Answers
from fluencylab.models.stream import Answer, Lines
from fluencylab.models.transport import Limits, Transport, bounded, drain, library, unpacked

MOST_REDIRECTS = 3


class Refused(Exception):
    """`body`: as it came, its beginning."""

    def __init__(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
        super().__init__(f"status {status}")
        self.status, self.body, self.headers = status, body, headers


class Elsewhere(Exception):
    """The message is the address it pointed to."""


class Silent(Exception):
    """The message says how."""


class Lost(Exception):
    """`begun`: after something of the answer had come. `lasting`: to try again would not help (no such host, no certificate to trust)."""

    begun = lasting = False


@asynccontextmanager
async def post(transport: Transport, url: str, body: dict[str, Any], headers: dict[str, str]) -> AsyncIterator[Any]:
    """The answer to `body`, its head read. Redirects on the same host are followed. Raises all but NotAStream."""
    told = {"Content-Type": "application/json", "Accept": "text/event-stream, application/json", **headers}
    async with _answer(transport, "POST", url, json.dumps(body).encode(), told) as response:
        yield response


@asynccontextmanager
async def get(transport: Transport, url: str, headers: dict[str, str]) -> AsyncIterator[Any]:
    """What lies at an address, its head read; as `post`."""
    async with _answer(transport, "GET", url, None, {"Accept": "application/json", **headers}) as response:
        yield response


@asynccontextmanager
async def _answer(transport: Transport, method: str, url: str, content: bytes | None, headers: dict[str, str]) -> AsyncIterator[Any]:
    limits = transport.limits
    async with _named_errors(limits):
        with transport.lane() as http:
            for _ in range(MOST_REDIRECTS + 1):
                response = await _sent(http, limits, method, url, content, headers)
                try:
                    if not response.has_redirect_location:
                        if response.is_error:
                            raise Refused(response.status_code, await bounded(response, limits.error_bytes), response.headers)
                        yield response
                        return
                    there = addresses.followed(url, response.headers["location"])
                    if there is None:
                        raise Elsewhere(response.headers["location"][:200])
                    url = there
                finally:
                    await response.aclose()
        raise Elsewhere("itself, again and again")


async def _sent(http: Any, limits: Limits, method: str, url: str, content: bytes | None, headers: dict[str, str]) -> Any:
    request = http.build_request(method, url, content=content, headers=headers)
    async with asyncio.timeout(limits.silence + limits.connect):
        return await http.send(request, stream=True)


@asynccontextmanager
async def _named_errors(limits: Limits) -> AsyncIterator[None]:
    httpx2 = library("httpx2")
    try:
        async with asyncio.timeout(limits.whole) as whole:
            yield
    except (TimeoutError, httpx2.TimeoutException) as error:
        if whole.expired():
            raise Silent(f"It had not finished after {limits.whole:.0f} seconds") from None
        connecting = isinstance(error, httpx2.ConnectTimeout)
        raise (Lost("no connection came about in time") if connecting else Silent(_silent(limits))) from None
    except (httpx2.TransportError, httpx2.InvalidURL, OSError) as error:
        lost = Lost(str(error) or "it closed the connection")
        lost.lasting = any(isinstance(one, ssl.SSLError | socket.gaierror) for one in causes(error))
        raise lost from error


def _silent(limits: Limits) -> str:
    return f"It was silent for longer than {limits.silence:.0f} seconds"


async def read(response: Any, answer: Answer | Answers, lines: Lines, limits: Limits) -> bool:
    """Take the whole answer in, streamed or in one piece. Was it streamed? Raises NotAStream, Silent, and `EndpointError` of the stream."""
    kind = str(response.headers.get("content-type", "")).partition(";")[0].strip().lower()
    chunks = unpacked(response)
    begin = b"" if kind == "text/event-stream" else await _begin(chunks, lines)
    if not begin or begin.startswith((b"data:", b"event:", b":")):
        await _stream(begin, chunks, answer, lines, limits)
        return True
    if not begin.startswith(b"{"):
        page = begin.startswith(b"<")
        raise NotAStream("it answered with a web page" if page else f"it answered with {kind or 'something unnamed'} instead of a stream")
    _whole(begin + await _rest(chunks, lines.most - len(begin)), answer)
    return False


async def whole(response: Any, most: int) -> bytes:
    """The body of an answer that is no stream. Raises NotAStream for one that has no end."""
    return await _rest(unpacked(response), most)


async def ask_engine(transport: Transport, url: str, asked: dict[str, Any] | None, key: str) -> Any:
    """A question to the embedded engine beside the OpenAI interface; its JSON."""
    async with _named_errors(transport.limits):
        headers = addresses.headers(key, "Authorization")
        answer = await transport.http().request("POST" if asked else "GET", url, json=asked, headers=headers)
    if answer.is_error:
        raise Refused(answer.status_code, answer.content, answer.headers)
    return answer.json()


async def _begin(chunks: AsyncIterator[bytes], lines: Lines) -> bytes:
    """Enough to see what it is. An empty body is no stream."""
    begin, seen = b"", 0
    async for chunk in chunks:
        begin, seen = (begin + chunk).lstrip(), seen + len(chunk)
        if len(begin) > 5:
            return begin
        if seen > lines.most:
            raise NotAStream(f"it sent {seen / 1e6:,.0f} MB of blanks and did not stop")
    return begin or b"nothing"


async def _rest(chunks: AsyncIterator[bytes], most: int) -> bytes:
    kept = bytearray()
    async for chunk in chunks:
        kept += chunk
        if len(kept) > most:
            raise NotAStream(f"it sent more than {most / 1e6:,.0f} MB and did not stop")
    return bytes(kept)


def _whole(body: bytes, answer: Answer | Answers) -> None:
    event = values.event_of(body)
    if not isinstance(event.get("choices"), list) or not event["choices"]:
        words = next((event[name] for name in ("detail", "message", "msg", "errors") if event.get(name)), "")
        raise values.EndpointError(words) if words else NotAStream("it answered with application/json that holds no answer")
    answer.take_event(event)
    answer.finish = answer.finish or "stop"
    answer.done = True


async def _stream(begin: bytes, chunks: AsyncIterator[bytes], answer: Answer | Answers, lines: Lines, limits: Limits) -> None:
    """A line that does not get finished is silence, too: else a byte a second would be waited for to the very end."""
    try:
        async with asyncio.timeout(limits.silence) as lives:
            for payload in lines.feed(begin):
                answer.take(payload)
            async for chunk in chunks:
                for payload in lines.feed(chunk):
                    answer.take(payload)
                if b"\n" in chunk:
                    lives.reschedule(asyncio.get_running_loop().time() + limits.silence)
                if answer.done:
                    break
    except TimeoutError:
        raise Silent(f"It sent no whole line for longer than {limits.silence:.0f} seconds") from None
    if answer.done:
        await drain(chunks)


def causes(error: BaseException | None) -> list[BaseException]:
    """An error and all that led to it."""
    found: list[BaseException] = []
    while error is not None and error not in found:
        found.append(error)
        error = error.__cause__ or error.__context__
    return found


async def why_lost(base_url: str, lost: Lost) -> tuple[str, str]:
    """What is known of a connection that was not made: a clause, and the next step."""
    found = causes(lost)
    parts = urlsplit(base_url)
    proxy = network.proxy_for(base_url)
    if untrusted := next((one for one in found if isinstance(one, ssl.SSLCertVerificationError)), None):
        return (
            f"its certificate is not trusted: {untrusted.verify_message}",
            "Where it is your company's own, name its file: SSL_CERT_FILE=/path/to/certificate.pem. Else do not send it a key.",
        )
    if proxy:
        return (
            f"asked through the proxy {proxy.shown}: {lost}",
            "Is the proxy right? Where it is not meant for this address, name the host in NO_PROXY.",
        )
    if any(isinstance(one, ssl.SSLError) for one in found):
        plain = base_url.replace("https://", "http://", 1)
        return f"it does not speak https ({lost})", f"If it is on your own machine or network, its address may be {plain}."
    if any(isinstance(one, socket.gaierror) for one in found):
        return f"there is no host named {parts.hostname}", "Is the address right, and is there a network?"
    if parts.scheme == "http" and await _speaks_tls(parts.hostname or "", parts.port or 80):
        return "it speaks https, and was asked over http", f"Its address begins with https: {base_url.replace('http://', 'https://', 1)}"
    return str(lost), "Is it started, and is the address right?"


async def _speaks_tls(host: str, port: int) -> bool:
    trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    with suppress(OSError, TimeoutError, ssl.SSLError, ValueError):
        async with asyncio.timeout(2):
            _, writer = await asyncio.open_connection(host, port, ssl=trusting)
            writer.close()
            return True
    return False

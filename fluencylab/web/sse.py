"""The only file that knows the wire of server-sent events.

A page that comes back says in `Last-Event-ID` what it saw last; only events that stand in the database carry an id.
"""

import contextlib
import json
from collections.abc import AsyncIterator
from weakref import WeakKeyDictionary

from fastapi.responses import StreamingResponse
from fastapi.sse import format_sse_event

from fluencylab.errors import BadInput
from fluencylab.runs.feed import Event

PING = b": still here\n\n"
"""A comment, so that proxies keep a quiet line open."""
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


def last_seen(header: str | None) -> int:
    if not header:
        return 0
    if not header.isascii() or not header.isdigit() or len(header) > 9:
        raise BadInput("Last-Event-ID is the number of a step.", "Leave it out to see the run from its beginning.")
    return int(header)


_encoded: WeakKeyDictionary[Event, bytes] = WeakKeyDictionary()


def encode(event: Event) -> bytes:
    """Once an event, however many pages watch."""
    if (ready := _encoded.get(event)) is None:
        ready = _encoded[event] = _encode(event)
    return ready


def _encode(event: Event) -> bytes:
    if event.kind == "quiet":
        return PING
    data = json.dumps(event.data, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace").decode()  # a lone surrogate
    return format_sse_event(data_str=data, event=event.kind, id=None if event.seq is None else str(event.seq))


def stream(news: AsyncIterator[list[Event]]) -> StreamingResponse:
    return StreamingResponse(_bytes(news), media_type="text/event-stream", headers=HEADERS)


async def _bytes(news: AsyncIterator[list[Event]]) -> AsyncIterator[bytes]:
    """All that is new in one write."""
    with contextlib.suppress(ConnectionAbortedError):  # the browser asks again with the last id it saw
        async for events in news:
            yield b"".join(map(encode, events))

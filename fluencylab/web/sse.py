"""The only file that knows the wire of server-sent events.

A page that comes back says in `Last-Event-ID` what it saw last; only events that stand in the database carry an id.
"""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from weakref import WeakKeyDictionary

from fastapi.responses import StreamingResponse
from fastapi.sse import format_sse_event

from fluencylab.errors import BadInput
from fluencylab.runs.feed import Event

PING_EVERY = 15.0
PING = b": still here\n\n"
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
    data = json.dumps(event.data, ensure_ascii=False, separators=(",", ":"))
    return format_sse_event(data_str=data, event=event.kind, id=None if event.seq is None else str(event.seq))


def stream(events: AsyncIterator[Event]) -> StreamingResponse:
    return StreamingResponse(_bytes(events), media_type="text/event-stream", headers=HEADERS)


async def _bytes(events: AsyncIterator[Event]) -> AsyncIterator[bytes]:
    """The events as they come, and a comment when nothing has come for a while, so that proxies keep the line open."""
    coming = asyncio.ensure_future(anext(events, None))
    try:
        while True:
            done, _ = await asyncio.wait((coming,), timeout=PING_EVERY)
            if not done:
                yield PING
                continue
            event = coming.result()
            if event is None:
                return
            yield encode(event)
            coming = asyncio.ensure_future(anext(events, None))
    except ConnectionAbortedError:
        return  # too slow a reader: the browser asks again with the last id it saw
    finally:
        coming.cancel()
        with contextlib.suppress(asyncio.CancelledError, ConnectionAbortedError, StopAsyncIteration):
            await coming
        if hasattr(events, "aclose"):
            await events.aclose()

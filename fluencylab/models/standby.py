"""Keep the chosen model ready while the lab is open: fetch its weights, start its engine, and say how far that is."""

import asyncio
import contextlib
from typing import NamedTuple

from fluencylab.errors import LabError
from fluencylab.models import catalogue, download
from fluencylab.models.checked import sound
from fluencylab.models.engine import KEY, Engine, EngineState

LOOK_EVERY = 1.0


class Target(NamedTuple):
    """Where a call goes, for an example to paste: the names of `snippets.curl`'s parameters."""

    base_url: str
    key_env: str = ""
    key: str = ""
    query: str = ""
    key_header: str = "Authorization"


def endpoint_target(entry: catalogue.Entry) -> Target:
    return Target(entry.base_url, entry.key_env, "", entry.query, entry.key_header)


class Standby:
    """`task = asyncio.create_task(standby.keep())`; `standby.state()` at any time; `retry()` after something was mended."""

    def __init__(self) -> None:
        self._engine: Engine | None = None
        self._slug = ""
        self._trouble: LabError | None = None
        self._again = asyncio.Event()

    @property
    def name(self) -> str:
        return catalogue.current().name

    def state(self) -> EngineState:
        """Of the model in use. An endpoint has no engine of ours: it counts as ready, and its first call tells."""
        if self._trouble:
            return EngineState(phase="broken", message=self._trouble.message, fix=self._trouble.fix)
        if not catalogue.current().local:
            return EngineState(phase="ready")
        return self._engine.state() if self._engine else EngineState(phase="starting")

    def target(self) -> Target:
        entry = catalogue.current()
        if not entry.local:
            return endpoint_target(entry)
        return Target(f"{self.state().address or 'http://127.0.0.1:8710'}/v1", key=KEY)

    def retry(self) -> None:
        self._trouble = None
        self._again.set()

    async def keep(self) -> None:
        """Look after the model until cancelled."""
        try:
            while True:
                await self._ready_once()
                self._again.clear()
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(None if self._trouble else LOOK_EVERY):
                        await self._again.wait()
        finally:
            if self._engine:
                self._engine.release()
            self._engine, self._slug = None, ""

    async def _ready_once(self) -> None:
        try:
            entry = catalogue.current()
        except LabError:  # the list cannot be read: every page says so, and the next look finds it mended
            return
        if entry.slug != self._slug:
            if self._engine:
                self._engine.release()
            self._engine, self._slug = (Engine(entry) if entry.local else None), entry.slug
        if self._engine is None:
            return
        try:
            if not await asyncio.to_thread(sound, entry):
                if download.locate(entry):  # damaged: what an engine still holds of it is not to be used either
                    await self._engine.stop()
                await download.fetched(entry)
            await self._engine.ensure()
        except LabError as error:
            self._trouble = error

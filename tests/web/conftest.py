import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import pytest
from lab_fixture import PATIENCE, Endpoint, database, endpoint, home, postgres_shape, shape, tables
from pack_fixture import folder

from fluencylab.web.app import create_app
from fluencylab.web.app_state import AppState

__all__ = ["database", "endpoint", "folder", "home", "postgres_shape", "shape", "tables", "web"]

HTML = {"Accept": "text/html"}


class Web:
    """The application and a client of it, without a network."""

    def __init__(self, app: Any, client: httpx2.AsyncClient) -> None:
        self.app, self.client = app, client

    @property
    def lab(self) -> AppState:
        lab: AppState = self.app.state.lab
        return lab

    async def get(self, path: str, **headers: str) -> httpx2.Response:
        return await self.client.get(path, headers=HTML | headers)

    async def post(self, path: str, **fields: Any) -> httpx2.Response:
        return await self.client.post(path, data=fields, headers=HTML)

    async def run(self, **asked: Any) -> str:
        """Start a run and wait for its end."""
        answer = await self.client.post("/runs", json=asked)
        assert answer.status_code == 201, answer.text
        run_id = str(answer.json()["id"])
        for _ in range(PATIENCE * 20):
            if (await self.client.get(f"/runs/{run_id}")).json()["status"] in ("done", "failed", "cancelled"):
                return run_id
            await asyncio.sleep(0.05)
        raise AssertionError("the run never ended")


@asynccontextmanager
async def opened() -> AsyncIterator[Web]:
    app = create_app()
    async with app.router.lifespan_context(app):
        transport = httpx2.ASGITransport(app, raise_app_exceptions=False)
        async with httpx2.AsyncClient(transport=transport, base_url="http://localhost:8700", timeout=PATIENCE) as client:
            yield Web(app, client)


@pytest.fixture
async def web(tables: None, endpoint: Endpoint) -> AsyncIterator[Web]:
    async with opened() as web:
        yield web

"""The real embedded engine: one for the whole session, in the session's own cache folder. Who uses it is marked `engine`.

async def test_it_answers(model: Client) -> None: ...
"""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from fluencylab.errors import LabError
from fluencylab.models import catalogue, close, download, open_model
from fluencylab.models.client import Client
from fluencylab.models.engine import Engine


@pytest.fixture(scope="session")
def weights_file() -> Path:
    """The default model's weights; fetched where they are not here yet."""
    try:
        return download.fetch(catalogue.find(catalogue.DEFAULT))
    except LabError as error:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"no embedded model: {error}")


@pytest.fixture(scope="session")
def weights(weights_file: Path) -> catalogue.Entry:
    """The default model, with its weights here."""
    return catalogue.find(catalogue.DEFAULT)


@pytest.fixture(scope="session")
def engine(weights: catalogue.Entry) -> Iterator[Engine]:
    engine = Engine(weights)
    asyncio.run(engine.ensure())
    yield engine
    asyncio.run(engine.stop())


@pytest.fixture
async def model(engine: Engine) -> AsyncIterator[Client]:
    """The embedded model, opened in this test's event loop."""
    client = await open_model(catalogue.DEFAULT)
    yield client
    await close(client)

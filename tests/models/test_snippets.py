"""What we offer for pasting is pasted here."""

import asyncio
import json
import shutil
import subprocess
import sys
from typing import Any

import pytest
from odd_endpoint import Habits, odd

from fluencylab.models.client import Client
from fluencylab.models.engine import KEY
from fluencylab.models.snippets import curl, python_snippet

from .conftest import Fake, ask

NASTY = 'It\'s "quoted", $HOME `date` \\ \n مرحبا 🎉 !! %s'


def run(*command: str, **environment: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, env={"PATH": "/usr/bin:/bin", **environment})
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.skipif(not shutil.which("curl"), reason="no curl here")
@pytest.mark.parametrize("shell", ["bash", "sh"])
async def test_curl_sends_the_very_same_request(fake: Fake, shell: str) -> None:
    body: dict[str, Any] = {"model": "m", "messages": [{"role": "user", "content": NASTY}], "stream": True}
    await in_thread(shell, "-c", curl(body, fake.address, key_env="SOME_KEY"), SOME_KEY="secret'1")
    assert fake.asked == [body]
    assert "Authorization: Bearer secret'1" in fake.heads[0]


async def test_python_sends_the_very_same_request(fake: Fake) -> None:
    body: dict[str, Any] = {"model": "m", "messages": [{"role": "user", "content": NASTY}], "top_k": 0, "stream": True}
    program = python_snippet(body, fake.address, key_env="SOME_KEY")
    assert await in_thread(sys.executable, "-c", program, SOME_KEY="secret") == "Hello\n"
    assert fake.asked == [body]


@pytest.mark.skipif(not shutil.which("curl"), reason="no curl here")
async def test_curl_gets_an_answer_from_the_engine(model: Client) -> None:
    completion = await model.complete(ask(NASTY, temperature=0, max_tokens=5))
    assert model.engine
    said = await in_thread("bash", "-c", curl(completion.sent, f"{await model.engine.public_address()}/v1", key=KEY))
    events = [json.loads(line[6:]) for line in said.splitlines() if line.startswith("data: {")]
    pieces = [event["choices"][0]["delta"].get("content") or "" for event in events if event["choices"]]
    assert "".join(pieces) == completion.text


async def in_thread(*command: str, **environment: str) -> str:
    return await asyncio.to_thread(run, *command, **environment)


async def test_an_address_with_a_query_and_a_bare_key_is_pasted_as_it_is_asked() -> None:
    body: dict[str, Any] = {"model": "m", "messages": [{"role": "user", "content": NASTY}], "max_tokens": 20, "stream": False}
    with odd(Habits(path="/openai/deployments/d", key=("api-key", "abc-def"))) as there:
        where = (body, there.address, "SOME_KEY", "", "api-version=2024-10-21", "api-key")
        if shutil.which("curl"):
            assert "Copper Kettle" in await in_thread("sh", "-c", curl(*where), SOME_KEY="abc-def")
        assert "Copper Kettle" in await in_thread(sys.executable, "-c", python_snippet(*where), SOME_KEY="abc-def")
    assert {path.partition("?")[2] for path in there.paths} == {"api-version=2024-10-21"}
    assert there.asked[-1]["messages"] == body["messages"]

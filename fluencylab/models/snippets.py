"""A call, written out so that it works when pasted: into a shell, or into Python."""

import json
import shlex
from typing import Any
from urllib.parse import parse_qsl

from fluencylab.models import addresses


def curl(body: dict[str, Any], base_url: str, key_env: str = "", key: str = "", query: str = "", key_header: str = "Authorization") -> str:
    """A POSIX shell command. The key is named by its variable, in double quotes, so that the shell fills it in.

    `key` is only for the embedded engine's public word; a real key is never written out.
    """
    lines = [f"curl --no-buffer {shlex.quote(addresses.with_query(f'{base_url}/chat/completions', query))}"]
    if key_env:
        bearer = "Bearer " if key_header == "Authorization" else ""
        lines.append(f'-H "{key_header}: {bearer}${key_env}"')
    elif key:
        lines.append(f"-H {shlex.quote(f'Authorization: Bearer {key}')}")
    lines.append("-H 'Content-Type: application/json'")
    lines.append(f"-d {shlex.quote(json.dumps(body, ensure_ascii=False, indent=1))}")
    return " \\\n  ".join(lines)


_KNOWN = {"messages", "model", "temperature", "top_p", "max_tokens", "max_completion_tokens", "reasoning_effort", "seed", "stop"}
_KNOWN |= {"logprobs", "top_logprobs", "response_format", "tools", "tool_choice"}
"""What the openai client takes by name; everything else goes into `extra_body`."""


def python_snippet(
    body: dict[str, Any], base_url: str, key_env: str = "", key: str = "", query: str = "", key_header: str = "Authorization"
) -> str:
    """A Python program that needs only `pip install openai`."""
    secret = f"os.environ[{key_env!r}]" if key_env else repr(key or "none")
    named = {name: value for name, value in body.items() if name in _KNOWN}
    extra = {name: value for name, value in body.items() if name not in _KNOWN and not name.startswith("stream")}
    arguments = [f"    {name}={value!r}," for name, value in named.items()]
    arguments += [f"    extra_body={extra!r},"] if extra else []
    told = [f"base_url={base_url!r}", f"api_key={secret}"]
    told += [f"default_query={dict(parse_qsl(query))!r}"] if query else []
    told += [f"default_headers={{{key_header!r}: {secret}}}"] if key_header != "Authorization" else []
    lines = (["import os"] if key_env else []) + ["from openai import OpenAI", "", f"client = OpenAI({', '.join(told)})"]
    if not body.get("stream", True):
        lines += ["answer = client.chat.completions.create(", *arguments, ")", "print(answer.choices[0].message.content)"]
        return "\n".join(lines) + "\n"
    arguments.insert(len(named), "    stream=True,")
    lines += [
        "stream = client.chat.completions.create(",
        *arguments,
        ")",
        "for chunk in stream:",
        "    if chunk.choices:",
        '        print(chunk.choices[0].delta.content or "", end="", flush=True)',
        *(["        print(*[call.function for call in chunk.choices[0].delta.tool_calls or []])"] if "tools" in body else []),
        "print()",
    ]
    return "\n".join(lines) + "\n"

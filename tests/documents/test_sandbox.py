"""The reading process, if code of its own ran in it: what it may not do, and what the kernel holds where Python does not."""

import asyncio
import json
import os
import sys
from pathlib import Path

import pytest

from fluencylab.documents import apart
from fluencylab.documents import read as reading
from fluencylab.documents.read import read
from fluencylab.errors import BadInput

DEED = """
import ctypes, json, os, socket, subprocess, sys, tempfile
from fluencylab.documents.sandbox import give_up
place, deeds = sys.argv[1], json.loads(sys.argv[2])
execv = ctypes.CDLL(None).execv if os.name == "posix" else None
def started(program):
    execv(program, (ctypes.c_char_p * 2)(program, None))
    raise OSError("still here")
give_up(10**9, 20)
for deed in deeds:
    try:
        exec(deed)
    except (OSError, AttributeError, ValueError) as error:
        print("no")
    else:
        print("done:", deed)
"""
BY_PYTHON = [
    *('open(place, "w")', "open(os.devnull)", 'open("/etc/passwd" if os.name == "posix" else "C:/Windows/win.ini")', "os.remove(place)"),
    *("tempfile.mkdtemp()", "socket.socket()", 'socket.getaddrinfo("localhost", 80)', "subprocess.run([sys.executable])"),
    *("os.system('true')", "os.fork()", "os.kill(os.getppid(), 0)", "os.listdir('/')", "list(os.scandir(os.path.dirname(place)))"),
    "ctypes.CDLL(None)",
]
BY_THE_KERNEL = ["os.mkfifo(place)", "os.mknod(place)", "started(b'/bin/echo')", "started(sys.executable.encode())"]
"""`started`: by the C library, which was loaded before; Python sees none of it."""


def landlock() -> bool:
    if sys.platform != "linux":
        return False
    from landlockpy import supported  # noqa: PLC0415

    return bool(supported())


async def tried(deeds: list[str], place: Path) -> list[str]:
    told = json.dumps(deeds)
    child = await asyncio.create_subprocess_exec(sys.executable, "-c", DEED, str(place), told, stdout=asyncio.subprocess.PIPE)
    return (await child.communicate())[0].decode().splitlines()


async def test_it_may_not_read_write_call_or_connect(tmp_path: Path) -> None:
    assert await tried(BY_PYTHON, tmp_path / "x") == ["no"] * len(BY_PYTHON)


@pytest.mark.skipif(not landlock(), reason="needs a Linux with Landlock")
async def test_the_kernel_holds_what_python_does_not_see(tmp_path: Path) -> None:
    assert await tried(BY_THE_KERNEL, tmp_path / "x") == ["no"] * len(BY_THE_KERNEL)
    assert os.listdir(tmp_path) == []


async def test_a_machine_with_much_to_do_ends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two seconds by the clock go by before it begins, and it may take one of the processor's."""
    monkeypatch.setattr(reading, "SECONDS", 1)
    monkeypatch.setattr(reading, "CHILD", ("-c", f"import time, runpy; time.sleep(2); {RUN}"))
    assert (await read("a.txt", b"Returns take 30 days.")).text == "Returns take 30 days."


RUN = "runpy.run_module('fluencylab.documents.reading_child', run_name='__main__')"


async def test_the_limit_of_the_system_ends_what_the_parent_does_not_see(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart.Child, "seconds", lambda _self: 0.0)
    loop = "from fluencylab.documents.sandbox import give_up; give_up(10**9, -1)\nwhile True: pass"
    monkeypatch.setattr(reading, "CHILD", ("-c", loop))
    with pytest.raises(BadInput, match="seconds of work"):
        await read("a.txt", b"a")

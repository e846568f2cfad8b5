"""The mark `engine` says what it holds: with it the real model answers, without it no process of a test finds the weights."""

import subprocess
import sys
from pathlib import Path

import pytest

from fluencylab.models import catalogue, download

TESTS = Path(__file__).parent
LOCATE = "from fluencylab.models import catalogue, download; print(download.locate(catalogue.find(catalogue.DEFAULT)))"


def elsewhere() -> str:
    """What another process of this test finds."""
    return subprocess.run([sys.executable, "-c", LOCATE], capture_output=True, text=True, check=True).stdout.strip()


def test_who_uses_the_weights_is_marked_and_finds_them(weights_file: Path, request: pytest.FixtureRequest) -> None:
    assert request.node.get_closest_marker("engine")
    assert elsewhere() == str(weights_file)


def test_who_does_not_is_not_marked_and_finds_none(request: pytest.FixtureRequest) -> None:
    assert not request.node.get_closest_marker("engine")
    assert download.locate(catalogue.find(catalogue.DEFAULT)) is None
    assert elsewhere() == "None"


def test_nobody_writes_the_mark_by_hand() -> None:
    mark = "mark" + ".engine"
    assert not [path for path in TESTS.rglob("*.py") if mark in path.read_text(encoding="utf-8")]

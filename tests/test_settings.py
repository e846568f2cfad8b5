"""Every knob has a line that explains it, and its environment name."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from fluencylab.settings import Settings, environment_name, settings


def test_every_knob_has_a_default_and_a_line() -> None:
    Settings.model_validate({})
    assert all(field.description for field in Settings.model_fields.values())


def test_the_environment_sets_a_knob(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(environment_name("parallel_runs"), "7")
    monkeypatch.setenv("FLUENCY_DATA", str(tmp_path))
    settings.cache_clear()
    assert (settings().parallel_runs, settings().data) == (7, tmp_path)
    monkeypatch.undo()
    settings.cache_clear()
    assert settings().parallel_runs == Settings.model_fields["parallel_runs"].default


def test_a_knob_that_is_no_number_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLUENCY_PORT", "eighty")
    settings.cache_clear()
    with pytest.raises(ValidationError, match="port"):
        settings()
    monkeypatch.undo()
    settings.cache_clear()

"""Every knob has a line that explains it, and its environment name."""

from pathlib import Path

import pytest

from fluencylab.errors import LabError
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
    with pytest.raises(LabError, match="FLUENCY_PORT is “eighty”, and must be a whole number from 0 to 65535"):
        settings()
    monkeypatch.undo()
    settings.cache_clear()


@pytest.mark.parametrize("name", [name for name, field in Settings.model_fields.items() if field.annotation is int])
def test_a_number_out_of_its_range_is_named_with_the_range(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for wrong in ("-1", "99999999999", "1.5", "NaN", "0x10"):
        monkeypatch.setenv(environment_name(name), wrong)
        settings.cache_clear()
        with pytest.raises(LabError, match=f"{environment_name(name)} is “{wrong}”, and must be a whole number from") as refused:
            settings()
        assert refused.value.fix
    monkeypatch.setenv(environment_name(name), "")
    settings.cache_clear()
    assert getattr(settings(), name) == Settings.model_fields[name].default, "set to nothing, it is not set"
    monkeypatch.undo()
    settings.cache_clear()


def test_nobody_waits_for_ever_for_a_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLUENCY_PARALLEL_RUNS", "0")
    settings.cache_clear()
    with pytest.raises(LabError, match="from 1 to"):
        settings()
    monkeypatch.undo()
    settings.cache_clear()

"""Every knob of the lab: its name, its default, one line, and its environment name (FLUENCY_ + the name)."""

import os
from functools import cache
from pathlib import Path

import platformdirs
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from fluencylab.errors import LabError

_DIRS = platformdirs.PlatformDirs("fluency-lab", appauthor=False)


class Settings(BaseModel):
    model_config = ConfigDict(frozen=True)

    data: Path = Field(Path(_DIRS.user_data_dir), description="What you did: one folder, safe to copy")
    cache: Path = Field(Path(_DIRS.user_cache_dir), description="What can be fetched again: the model file, the engine's log")
    host: str = Field("127.0.0.1", description="Address the page is served on")
    port: int = Field(8700, ge=0, le=65535, description="Port of the page; the next free one is taken if it is in use")
    hosts: str = Field("", description="Further host names the page may be asked by, comma separated")
    database: str = Field("", description="SQLAlchemy address; empty means SQLite in the data folder")
    engine_port: int = Field(8710, ge=0, le=65535, description="Port the embedded model prefers; another is taken if it is in use")
    engine_slots: int = Field(8, ge=1, le=64, description="Calls the embedded model works on at once")
    engine_window: int = Field(8192, ge=512, le=1 << 20, description="Context window of the embedded model, in tokens")
    engine_threads: int = Field(0, ge=0, le=1024, description="Threads of the embedded model; 0 chooses by how busy the machine is")
    parallel_runs: int = Field(2, ge=1, le=64, description="Runs worked on at once; further ones wait in the queue")
    lease: int = Field(30, ge=2, le=3600, description="Seconds of silence after which a run goes to another server on the same PostgreSQL")
    ray: str = Field("", description="Whose workers make the calls of evaluations: local, or the address of a Ray cluster; empty is nobody")
    developer: bool = Field(False, description="Show what only those need who work on the lab: the style guide")


def environment_name(field: str) -> str:
    return "FLUENCY_" + field.upper()


@cache
def settings() -> Settings:
    """Settings of this process, read once from the environment; one that is set to nothing is not set. Raises LabError by its name."""
    given = {name: value for name in Settings.model_fields if (value := os.environ.get(environment_name(name)))}
    try:
        return Settings.model_validate(given)
    except ValidationError as error:
        raise _refused(str(error.errors()[0]["loc"][0]), given) from None


def _refused(name: str, given: dict[str, str]) -> LabError:
    field = Settings.model_fields[name]
    bounds = {kind: getattr(bound, kind) for bound in field.metadata for kind in ("ge", "le") if hasattr(bound, kind)}
    other = "1 or 0" if field.annotation is bool else "a text"
    what = f"a whole number from {bounds['ge']} to {bounds['le']}" if bounds else other
    return LabError(
        f"The setting {environment_name(name)} is “{given[name][:40]}”, and must be {what}.",
        f"Set it to another value, or leave it out: {field.default} is what it is then.",
    )

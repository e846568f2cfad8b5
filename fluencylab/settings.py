"""Every knob of the lab: its name, its default, one line, and its environment name (FLUENCY_ + the name)."""

import os
from functools import cache
from pathlib import Path

import platformdirs
from pydantic import BaseModel, ConfigDict, Field

_DIRS = platformdirs.PlatformDirs("fluency-lab", appauthor=False)


class Settings(BaseModel):
    model_config = ConfigDict(frozen=True)

    data: Path = Field(Path(_DIRS.user_data_dir), description="What you did: one folder, safe to copy")
    cache: Path = Field(Path(_DIRS.user_cache_dir), description="What can be fetched again: the model file, the engine's log")
    host: str = Field("127.0.0.1", description="Address the page is served on")
    port: int = Field(8700, description="Port of the page; the next free one is taken if it is in use")
    hosts: str = Field("", description="Further host names the page may be asked by, comma separated")
    database: str = Field("", description="SQLAlchemy address; empty means SQLite in the data folder")
    engine_port: int = Field(8710, description="Port the embedded model prefers; another is taken if it is in use")
    engine_slots: int = Field(8, description="Calls the embedded model works on at once")
    engine_window: int = Field(8192, description="Context window of the embedded model, in tokens")
    engine_threads: int = Field(0, description="Threads of the embedded model; 0 chooses by how busy the machine is")
    parallel_runs: int = Field(2, description="Runs worked on at once; further ones wait in the queue")


def environment_name(field: str) -> str:
    return "FLUENCY_" + field.upper()


@cache
def settings() -> Settings:
    """Settings of this process, read once from the environment."""
    given = {name: os.environ[environment_name(name)] for name in Settings.model_fields if environment_name(name) in os.environ}
    return Settings.model_validate(given)

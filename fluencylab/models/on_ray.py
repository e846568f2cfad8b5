"""Calls of a large run, made by the workers of a Ray cluster: `FLUENCY_RAY=local`, or the address of one.

    model = await spread(await open_model("hosted"))
    await model.complete(request)       asked by a worker; its answer comes back here

A worker makes the call and nothing else. How fast a host is asked, what is asked again, what is stored: all of that happens here, in the
process of the lab. A call whose worker dies is made again by another one. Keys do not travel: a worker reads its own from the environment
variable or the keyring that the endpoint names.
"""

import asyncio
import importlib
import importlib.util
import os
import threading
from collections.abc import Callable, Mapping
from typing import Any

from fluencylab import errors
from fluencylab.errors import LabError, ModelUnavailable, PartMissing
from fluencylab.models.catalogue import Entry
from fluencylab.models.client import Client
from fluencylab.models.exchange import Lost
from fluencylab.models.patience import CannotNow, Patience, used_up
from fluencylab.models.recorded import pack, unpack
from fluencylab.models.refusals import NotTaken, Refusal
from fluencylab.models.transport import library
from fluencylab.models.types import Completion, Token
from fluencylab.settings import settings

LOCAL = "local"
MOST_A_NODE = 2
"""Workers on one machine: one is enough for hundreds of calls, for it mostly waits."""
AT_ONCE = 64
"""Calls of one worker."""
_lock = threading.Lock()


async def spread(model: Client) -> Client:
    """The same model, asked by workers. The embedded one stays where its engine is.

    Raises LabError where Ray is not installed, or its cluster does not answer.
    """
    if model.entry.local:
        return model
    await asyncio.to_thread(_join)
    await model.close()
    return RayClient(model.entry)


def _join() -> Any:
    """The library, joined to the cluster. What it has to say of itself stays there, and it sends nothing to its makers."""
    if importlib.util.find_spec("ray") is None:
        raise PartMissing(
            "FLUENCY_RAY asks for Ray, which is not installed.",
            "Run `python -m pip install ray` in its environment, or leave that out.",
        )
    with _lock:
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
        os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
        ray: Any = importlib.import_module("ray")
        if ray.is_initialized():
            return ray
        where = settings().ray
        told = {"include_dashboard": False} if where == LOCAL else {"address": where}
        try:
            ray.init(**told, log_to_driver=False, logging_level="ERROR", namespace="fluency-lab")
        except Exception as error:  # each of its layers has errors of its own
            words = (str(error).strip() or type(error).__name__).splitlines()[0][:200].rstrip(".")
            raise LabError(
                f"The Ray cluster “{where}” cannot be joined: {words}.",
                "Start one with `ray start --head`, set FLUENCY_RAY to its address, or leave it out.",
            ) from error
        return ray


class RayClient(Client):
    """A Client whose calls are made elsewhere. Answers come whole, and are not seen while they are written."""

    def __init__(self, entry: Entry) -> None:
        super().__init__(entry)
        self._workers: dict[Any, int] = {}
        """Those that live, each with how many calls it makes now"""
        self._begun = asyncio.Lock()

    async def _once(self, body: dict[str, Any], on_token: Callable[[Token], None] | None, stop: tuple[str, ...]) -> Completion:
        worker = await self._free()
        self._workers[worker] += 1
        answer = worker.call.remote(body, stop)
        try:
            told = await answer
        except asyncio.CancelledError:
            library("ray").cancel(answer)
            raise
        except library("ray").exceptions.RayError as error:
            self._workers.pop(worker, None)
            raise Lost("the worker that asked it ended") from error
        finally:
            if worker in self._workers:
                self._workers[worker] -= 1
        if told["held"]:
            self.patience.hold(told["held"])
        return _answer(told)

    async def _free(self) -> Any:
        """The one with the fewest calls. Where none lives, some are begun on what machines there are."""
        async with self._begun:
            if not self._workers:
                self._workers = dict.fromkeys(await asyncio.to_thread(_begin, self.entry), 0)
        if not self._workers:
            raise ModelUnavailable("No machine of the Ray cluster has a processor free.", "Start one there: `ray start --address=…`.")
        return min(self._workers, key=lambda one: self._workers[one])

    async def close(self) -> None:
        workers, self._workers = list(self._workers), {}
        for worker in workers:
            library("ray").kill(worker)
        await super().close()


def _begin(entry: Entry) -> list[Any]:
    ray = _join()
    affinity = importlib.import_module("ray.util.scheduling_strategies").NodeAffinitySchedulingStrategy
    actor = ray.remote(num_cpus=0, max_concurrency=AT_ONCE)(Worker)
    found = []
    for node in ray.nodes():
        if node["Alive"]:
            where = affinity(node_id=node["NodeID"], soft=False)
            for _ in range(min(MOST_A_NODE, int(node["Resources"].get("CPU", 0)))):
                found.append(actor.options(scheduling_strategy=where).remote(entry.model_dump_json()))
    return found


class Worker:
    """Lives in a process of the cluster."""

    def __init__(self, entry: str) -> None:
        library("httpx2")
        self._client = Client(Entry.model_validate_json(entry))
        self._client.patience = self._heard = Heard(self._client.entry, self._client.limits.patience, engine=False)

    async def call(self, body: dict[str, Any], stop: tuple[str, ...]) -> dict[str, Any]:
        try:
            told: dict[str, Any] = {"answer": pack(await self._client._once(body, None, stop))}
        except NotTaken as no:
            told = {"not taken": tuple(no.refusal), "error": _error(no.error)}
        except CannotNow as no:
            told = {"not now": tuple(no.refusal), "wait": no.wait}
        except Lost as lost:
            told = {"lost": str(lost), "begun": lost.begun, "lasting": lost.lasting}
        except LabError as error:
            told = {"error": _error(error)}
        return told | {"held": self._heard.taken()}


class Heard(Patience):
    """What an answer says of limits goes back with it: the pace is kept where all calls come from."""

    seconds = 0.0

    def heard(self, headers: Mapping[str, str]) -> None:
        self.seconds = max(self.seconds, used_up(headers, surely=True) or 0.0)

    def taken(self) -> float:
        seconds, self.seconds = self.seconds, 0.0
        return seconds


def _error(error: LabError) -> dict[str, str]:
    return {"kind": type(error).__name__, "message": error.message, "fix": error.fix, "state": getattr(error, "state", "")}


def _answer(told: dict[str, Any]) -> Completion:
    """What a worker gives, or what went wrong there."""
    if "answer" in told:
        return unpack(told["answer"])
    if "not taken" in told:
        raise NotTaken(Refusal(*told["not taken"]), _raised(told["error"]))
    if "not now" in told:
        raise CannotNow(Refusal(*told["not now"]), told["wait"])
    if "lost" in told:
        lost = Lost(told["lost"])
        lost.begun, lost.lasting = told["begun"], told["lasting"]
        raise lost
    raise _raised(told["error"])


def _raised(told: dict[str, str]) -> LabError:
    kind = getattr(errors, told["kind"], LabError)
    if kind is errors.CallRefused and told["state"]:
        return errors.CallRefused(told["message"], told["fix"], told["state"])
    made: LabError = kind(told["message"], told["fix"])
    return made

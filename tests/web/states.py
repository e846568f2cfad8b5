"""A lab in which everything was done: runs of every view of every lab, exercises left at every step, a self-test, reviews, a plan.

`everything(web)` does it by posts, on a model that answers at once (`Quick`), and gives the addresses at which all of it is shown.
"""

import asyncio
import json
import re
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from http.server import BaseHTTPRequestHandler
from typing import Any
from zlib import crc32

import httpx2
from lab_fixture import PATIENCE, Listening

from fluencylab.curriculum.bench import bench
from fluencylab.curriculum.loader import track
from fluencylab.curriculum.repairs import repairs
from fluencylab.models import catalogue
from fluencylab.practice import faults
from fluencylab.web import form
from fluencylab.web.app import create_app
from fluencylab.web.lab_pages import lab_pages

HTML = {"Accept": "text/html"}
WORDS = (
    "I do not know.",
    "The answer is 42.",
    "Paris",
    "Yes",
    "No",
    "A",
    "B",
    "send",
    "stop",
    '{"name": "tea", "price": 3}',
    "The Harbour\nis open",
    "KESTREL-42",
    "Q-4790",
    "",
)
ABLE = {
    "logprobs": True, "top_logprobs": 20, "json_schema": True, "usage_in_stream": True, "seed": True, "continues": True, "filters": True,
}  # fmt: skip
LABS: dict[str, list[dict[str, Any]]] = {
    "sampling": [
        {"view": "next", "prompt": "What is the capital of France?"},
        {"view": "step", "prompt": "What is the capital of France?", "step_tokens": "12"},
        {"view": "again", "prompt": "Name a café.", "samples": "4", "max_tokens": "8", "kind": "json"},
    ],
    "context": [
        {"parts": "tape", "ask": ["yes"]},
        {"parts": "forgetting", "facts": "2"},
        {"parts": "needle", "trials": "1"},
        {"parts": "languages"},
    ],
    "prompting": [{"parts": view, "samples": "2"} for view in ("seen", "conflict", "guardrail", "form", "compare")],
    "embeddings": [{"parts": view} for view in ("search", "distance", "map")],
    "grounding": [{"parts": "count", "questions": "8"}, {"parts": "know", "questions": "8", "again": "2"}, {"parts": "why", "notes": "3"}],
    "latency": [
        {"parts": "call"},
        {"parts": ["prompt", "answer"], "prompt_tokens": "60, 200", "answer_tokens": "8, 16"},
        {"parts": "load", "concurrency": "1, 3"},
        {"parts": "cache"},
    ],
    "cost": [{"messages": "6", "strategies": ["zero", "few", "schema", "vote", "odds"]}],
    "metrics": [{"parts": "confusion", "messages": "10"}, {"parts": "overlap"}, {"parts": "judge"}],
    "tools": [{"parts": "trace"}, {"parts": "right", "requests": "6"}, {"parts": "safe", "honest": "2"}],
    "retrieval": [{"answered": "5", "absent": "2"}, {"answered": "5", "absent": "1", "size": "20", "k": "1"}],
}
"""What is typed into each form beside what stands there; every one is a run."""
ASKED = {
    "sampling": ["show={1}&at=0&view=step", "temperature=0.5&top_k=5&view=next"],
    "embeddings": ["look=17&find=refund&show={2}", "parts=distance"],
    "cost": ["r_cheap=odds&r_times=10&b_strategy=odds&b_users=5000&b_price=gpt-4o", "b_price=no-such-model"],
    "grounding": ["line=0.6&sign=agreed&unanswerable=20&show={1}", "parts=why"],
    "latency": ["first=1&whole=10&load=3&show={2}"],
    "metrics": ["threshold=0.3&base=2&show={0}&goal=triage&pick=recall"],
    "retrieval": ["q=2&size=20&overlap=4"],
}
"""Further addresses of a lab's page; {0}, {1}, … are its runs."""
OWN_WORDS = "It writes one word at a time from a list of probabilities. At higher temperature the answers become more accurate."


class Quick:
    """An OpenAI-compatible server that answers at once, by the call's seed and words alone; with odds, and in a form that is asked for."""

    def __init__(self) -> None:
        quick = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                self.send_response(500 if quick.broken else 200)
                self.send_header("Content-Type", "text/event-stream")
                self.end_headers()
                for event in [] if quick.broken else quick.events(body):
                    self.wfile.write(b"data: " + json.dumps(event).encode() + b"\n\n")
                self.wfile.write(b"data: [DONE]\n\n")

            def log_message(self, *_: Any) -> None: ...

        self.broken = False
        self._server = Listening(("127.0.0.1", 0), Handler)
        self.base_url = f"http://127.0.0.1:{self._server.server_port}/v1"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def listed(self) -> str:
        """`models.json`. It passes for the embedded weights, so that what was proved on those is shown."""
        known = catalogue.find(catalogue.DEFAULT)
        told = {"slug": "quick", "name": "Quick", "kind": "endpoint", "base_url": self.base_url, "model": "quick", "window": 4096}
        return json.dumps({"current": "quick", "models": [{**told, "abilities": ABLE, "sha256": known.sha256}]})

    def events(self, body: dict[str, Any]) -> Iterator[dict[str, Any]]:
        last = str(body["messages"][-1]["content"] if "messages" in body else body["prompt"])
        drawn = crc32(f"{last}{body.get('seed')}".encode())
        schema = body.get("response_format", {}).get("json_schema", {}).get("schema")
        text = json.dumps(filled(schema, drawn)) if schema else WORDS[drawn % len(WORDS)]
        pieces = re.findall(r"\s*\S+|\s+", text)
        for place, piece in enumerate(pieces):
            choice: dict[str, Any] = {"index": 0, "delta": {"content": piece}}
            if body.get("logprobs"):
                choice["logprobs"] = {"content": [odds(piece, drawn + place)]}
            yield {"choices": [choice]}
        usage = {"prompt_tokens": 12, "completion_tokens": len(pieces), "prompt_tokens_details": {"cached_tokens": drawn % 4}}
        yield {"choices": [{"index": 0, "delta": {}, "finish_reason": "length" if drawn % 5 == 0 else "stop"}], "usage": usage}


def odds(piece: str, drawn: int) -> dict[str, Any]:
    mine = -0.1 - drawn % 7
    others = [{"token": word, "logprob": -0.5 - n, "bytes": None} for n, word in enumerate((" Bean", "\n", " a", "Yes", "No", "A"))]
    return {"token": piece, "logprob": mine, "bytes": None, "top_logprobs": [*others, {"token": piece, "logprob": mine, "bytes": None}]}


def filled(schema: dict[str, Any], drawn: int) -> Any:
    """Something that keeps to a JSON schema."""
    if several := schema.get("anyOf") or schema.get("oneOf"):
        return filled(several[drawn % len(several)], drawn)
    if "const" in schema or "enum" in schema:
        return schema["const"] if "const" in schema else schema["enum"][drawn % len(schema["enum"])]
    kind = schema.get("type")
    if isinstance(kind, list):
        return filled({**schema, "type": kind[0]}, drawn)
    if kind == "object":
        return {name: filled(one, drawn) for name, one in schema.get("properties", {}).items()}
    plain: dict[Any, Any] = {"array": [], "integer": drawn % 100, "number": drawn % 100, "boolean": drawn % 2 == 0, "null": None}
    return plain.get(kind, f"Q-{4600 + drawn % 400}")


class Doing:
    """Posts of a learner's, and the addresses at which what came of them is shown."""

    def __init__(self, client: httpx2.AsyncClient) -> None:
        self.client = client
        self.addresses: list[str] = []

    async def post(self, path: str, **fields: Any) -> str:
        """Where it leads."""
        answer = await self.client.post(path, data=fields, headers=HTML)
        assert answer.status_code == 303, f"{path} {fields}: {answer.status_code} {answer.text.partition('<main')[2][:900]}"
        return str(answer.headers["location"])

    async def text(self, path: str) -> str:
        return (await self.client.get(path, headers=HTML)).text

    async def ended(self, run: str) -> None:
        for _ in range(PATIENCE * 50):
            if (await self.client.get(f"/runs/{run}")).json()["status"] in ("done", "failed", "cancelled"):
                return
            await asyncio.sleep(0.02)
        raise AssertionError(f"the run {run} never ended")

    async def settled(self, path: str) -> str:
        """The page, once nothing runs on it."""
        for _ in range(PATIENCE * 50):
            if 'data-then="reload"' not in (text := await self.text(path)):
                return text
            await asyncio.sleep(0.02)
        raise AssertionError(f"{path} never settled")

    async def labs(self) -> None:
        for lab, typed in LABS.items():
            found = [await self._run(lab, fields) for fields in typed]
            for run in found:
                await self.ended(run)
            own = "&".join(f"run={run}" for run in found)
            alone = [path for run in found for path in (f"/labs/{lab}?run={run}", f"/runs/{run}", f"/runs/{run}/sheet")]
            asked = [f"/labs/{lab}?{own}&{more.format(*found)}" for more in ASKED.get(lab, ())]
            self.addresses += [f"/labs/{lab}", f"/labs/{lab}?{own}", *alone, *asked]

    async def _run(self, lab: str, typed: dict[str, Any]) -> str:
        drawn = form.fields(lab_pages()[lab].instrument.Params, {}) if lab != "sampling" else []
        filled_in = {field.name: field.value for field in drawn if field.value}
        return httpx2.URL(await self.post(f"/labs/{lab}", **{**filled_in, **typed})).params.get_list("run")[-1]

    async def missions(self) -> None:
        """Two of each concept go to their ends, the others stop on the way, each a step earlier."""
        for concept in track().concepts:
            cells = [f"/map/{concept.slug}/{capability}" for capability in ("vocabulary", "decisions", "debugging")]
            self.addresses += [f"/concepts/{concept.slug}", *cells]
            for number, mission in enumerate(concept.missions):
                await self._mission(mission, (5, 4, 3, 2, 1, 0)[number % 6])
            for number, case in enumerate(concept.cases):
                self.addresses.append(f"/cases/{case.slug}")
                if number % 3 < 2:
                    given = {"option": case.decide.options[0].id, "reason": [one.id for one in case.reasons[:2]], "flip": case.flips[0].id}
                    await self.post(f"/cases/{case.slug}/decide", certainty="3", **given)
                if number % 3 == 0:
                    await self.post(f"/cases/{case.slug}/twin", option=case.decide.options[1].id)

    async def _mission(self, mission: Any, steps: int) -> None:
        here = f"/missions/{mission.slug}"
        self.addresses.append(here)
        if steps > 0:
            await self.post(f"{here}/predict", certainty="2", **{asked.fact: f"{asked.low:g}" for asked in mission.predict})
        if steps > 1 and mission.run.instrument != "finetuning":
            await self.post(f"{here}/run")
            if 'data-stage="see"' not in await self.settled(here):
                return
            for act, fields in (
                ("see", {"sight": "0"}),
                ("decide", {"option": mission.decide.options[0].id, "certainty": "1"}),
                ("twin", {"option": mission.decide.twin.best}),
            )[: steps - 2]:
                await self.post(f"{here}/{act}", **fields)

    async def diagnoses(self) -> None:
        for number, case in enumerate(bench().cases):
            resolved, here = faults.resolve_case(case.slug), f"/debug/cases/{case.slug}"
            assert resolved is not None
            if 'data-stage="look"' not in await self.text(here):
                continue
            self.addresses.append(here)
            if number % 6 == 0:
                continue
            await self.post(f"{here}/look")
            probes = re.findall(r'name="probe" value="([^"]+)"', await self.settled(here))
            for probe in probes[: len(probes) if number % 6 == 1 else number % 6 - 1]:
                await self.post(f"{here}/probes", probe=probe)
                await self.settled(here)
            if number % 6 > 3:
                cause = resolved.fault.slug if number % 2 else faults.causes(resolved, 0)[0].id
                await self.post(f"{here}/name", cause=cause, evidence=probes[0], certainty="2")
            if number % 6 == 5:
                await self.post(f"{here}/fix", fix=resolved.fault.fixes[0].id)

    async def repairs(self) -> None:
        for number, repair in enumerate(repairs().repairs[:6]):
            here = f"/debug/repairs/{repair.slug}"
            self.addresses.append(here)
            if number > 0:
                await self.post(f"{here}/try", prompt=repair.reference.prompt)
            if number > 1:
                await self.settled(here)
                await self.post(f"{here}/hand-in", prompt=repair.reference.prompt)
            if number > 2:
                await self.settled(here)
            if number == 3:
                await self.post(f"{here}/hint")
            if number > 4:
                await self.post(f"{here}/debrief")

    async def selftest(self) -> None:
        """Two whole sittings, and one left at its second question."""
        for sitting in range(3):
            here = (await self.post("/self-test/begin", product="agent", anew="true" if sitting else "false")).partition("?")[0]
            for number in range(1, 8):
                at = f"{here}/{number}"
                self.addresses += [at, f"{at}/claims"] if sitting == 2 else [at]
                if sitting == 2 and number == 2:
                    break
                await self.post(f"{at}/text", **({"cannot": "true"} if number % 3 == 0 else {"text": OWN_WORDS}))
                page = await self.text(f"{at}/claims")
                ideas, options = re.findall(r'name="claim-([^"]+)"', page), re.findall(r'name="option" value="([^"]+)"', page)
                claims = {f"claim-{idea}": "true" if n % 2 else "false" for n, idea in enumerate(ideas)}
                if (sitting, number) == (2, 1):
                    continue
                await self.post(f"{at}/claims", option=options[0], certainty="3", **claims, **{f"sure-{idea}": "2" for idea in ideas})
            self.addresses.append(here)

    async def rest(self) -> None:
        run = (await self.post("/calls", prompt="Say hello.", temperature="0.7")).partition("run=")[2].partition("#")[0]
        await self.ended(run)
        self.addresses += [f"/runs/{run}", f"/runs/{run}/sheet", f"/first-call?run={run}", "/", "/first-call", "/model", "/style", "/data"]
        self.addresses += ["/review", "/report", "/report?name=Ada", "/map", "/debug", "/self-test", "/data?done=restored", "/no-such-page"]
        await self.post("/plan", target="150", day=["1", "3"], at="18:00", minutes="30")

    async def reviews(self) -> None:
        """One answered, one open: of what was shown before."""
        for answered in (True, False):
            here = await self.post("/review")
            page = await self.text(here)
            option, item = re.search(r'name="option" value="([^"]+)"', page), re.search(r'name="item" value="([^"]+)"', page)
            assert option and item
            if answered:
                await self.post(here, option=option[1], item=item[1], certainty="2")
            self.addresses.append(here)


@asynccontextmanager
async def client() -> AsyncIterator[httpx2.AsyncClient]:
    app = create_app()
    async with app.router.lifespan_context(app):
        transport = httpx2.ASGITransport(app, raise_app_exceptions=False)
        async with httpx2.AsyncClient(transport=transport, base_url="http://localhost:8700", timeout=PATIENCE) as one:
            yield one

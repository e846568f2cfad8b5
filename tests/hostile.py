"""A model that writes markup, whatever it is asked; its runs as they lie in the database; and what finds an element that became real."""

import json
import uuid
from collections.abc import Sequence
from contextlib import aclosing
from html.parser import HTMLParser
from typing import Any, get_args

from fluencylab import clock, labs
from fluencylab.instruments import instrument
from fluencylab.instruments.base import Step as Observation
from fluencylab.models import adapters
from fluencylab.models.scripted import ABILITIES, Scripted
from fluencylab.models.types import Alternative, ModelInfo, Request, Token
from fluencylab.store.tables import Run, Step

SAID = (
    "<owned-one></owned-one><img class=owned src=x onerror=\"document.title='owned'\">"
    "</script><script class=owned>document.title='owned'</script></textarea></title></template></svg></table></main>"
    '"\'><b class=owned>{{7*191}}{% raw %} onclick="document.title=\'owned\'" data-owned=" ]]> \u0007 مرحبا'
)
"""Ends whatever it may stand in, and begins elements of its own, all called or classed `owned`."""


DOCUMENTS = f"{SAID}\n\nA parcel."
TYPED: dict[str, dict[str, Any]] = {
    "context": {"sample": SAID},
    "embeddings": {
        "sentences": f"{SAID}\nA parcel.",
        "texts": "\n".join([SAID, *map(str, range(12))]),
        "documents": DOCUMENTS,
        "questions": f"{SAID} | 1\nWhat comes? | 2",
    },
    "finetuning": {"recorded": True},
    "grader": {"sample": 4},
    "tools": {"requests": 8, "honest": 4, "ways": ["list"], "attacks": ["note", "result"], "guards": ["none", "all"]},
}
"""Where no model is asked, the learner's own text is the markup. Nothing is trained, and no sheet is longer than it must be."""


ENDS = (
    "", "</textarea>", "</script>", "</title>", "</style>", "</template></svg></math>", "</table></main>", "\"'>", "-->", "]]>",
    "</option></select>", "</noscript>", "</iframe>", "&lt;", "&#60;", "\\u003c", "\u2028", "\u202e", "{{", "{% raw %}", "${", "`", "%3C",
    "<<", "javascript:",
)  # fmt: skip
"""What may end the place that something stands in."""
BEGINS = (
    "<owned-one></owned-one>", "<img class=owned src=x onerror=\"document.title='owned'\">",
    "<svg class=owned onload=\"document.title='owned'\"></svg>", "<script class=owned>document.title='owned'</script>",
    "<iframe class=owned srcdoc=\"<script>parent.document.title='owned'</script>\"></iframe>",
    "<a class=owned href=\"javascript:document.title='owned'\">x</a>", "<details class=owned open ontoggle=\"document.title='owned'\">",
    "<style class=owned>@import '//x.example'</style>", "<math class=owned><mtext><b class=owned>", "<form class=owned action=//x.example>",
    "<b class=owned onclick=\"document.title='owned'\">x</b>", "<input class=owned autofocus onfocus=\"document.title='owned'\">",
    "<video class=owned><source onerror=\"document.title='owned'\"></video>", "<object class=owned data=x></object>",
    "<link class=owned rel=stylesheet href=//x.example>", "<meta class=owned http-equiv=refresh content=0>", "<base class=owned href=//x>",
    "<template class=owned><b></template>", "<!--><b class=owned>", "\" onclick=\"document.title='owned'\" data-owned=\"",
)  # fmt: skip
"""What may become real there."""
PAYLOADS = tuple(end + begin for end in ENDS for begin in BEGINS)
"""Five hundred."""


def says(request: Request, _repetition: int, said: str = SAID) -> list[Token]:
    """One token of markup, or JSON that matches the schema with markup wherever any text will do; so are the other likely tokens."""
    text = said if request.json_schema is None else json.dumps(matching(request.json_schema, said), ensure_ascii=False)
    others = tuple(Alternative(other, -1.0) for other in (text, said, " yes", " no", "A", "B"))
    return [Token(text, -1.0, others[: request.top_logprobs])]


class Payloads:
    """Answers each call with the next so many of the five hundred, on lines of their own, and begins anew after the last."""

    def __init__(self, at_once: int) -> None:
        self.at_once, self.said = at_once, 0

    def __call__(self, request: Request, repetition: int) -> list[Token]:
        place = self.said % len(PAYLOADS)
        self.said += self.at_once
        return says(request, repetition, "\n".join(PAYLOADS[place : place + self.at_once]))


def matching(schema: Any, said: str = SAID) -> Any:
    """A value that a JSON schema allows, with as much of what is said in it as it allows."""
    if "enum" in schema:
        return schema["enum"][0]
    if "const" in schema:
        return schema["const"]
    for either in ("anyOf", "oneOf"):
        if either in schema:
            return matching(schema[either][0], said)
    kind = schema["type"] if isinstance(schema["type"], str) else schema["type"][0]
    if kind == "object":
        return {name: matching(one, said) for name, one in schema.get("properties", {}).items()}
    if kind == "array":
        return [matching(schema["items"], said)] * max(1, schema.get("minItems", 1))
    if kind == "string":
        return said[: schema.get("maxLength", len(said))]
    return {"integer": schema.get("minimum", 1), "number": schema.get("minimum", 1), "boolean": True, "null": None}[kind]


def model(answer: Any = says) -> Scripted:
    """Its name is markup, too; and it is what any lab opens, a tuned model as well."""
    card = ModelInfo(slug="hostile", name=SAID, kind="scripted", window=8192, abilities=ABILITIES)
    return Scripted(answer, card=card.model_copy(update={"adapter": SAID, "adapter_sha256": adapters.bundled().sha256}))


def views(name: str) -> list[dict[str, Any]]:
    """Parameters of each part of an instrument, a part at a time; of one without parts, those it begins with."""
    params = instrument(name).Params
    parts = params.model_fields.get("parts")
    given = TYPED.get(name, {})
    return [given | {"parts": [part]} for part in get_args(get_args(parts.annotation)[0])] if parts else [given]


async def steps(name: str, given: dict[str, Any], answer: Any = says) -> list[Observation]:
    lab = instrument(name)
    async with aclosing(lab.run(model(answer), lab.Params(**given))) as coming:
        return [step async for step in coming]


def rows(name: str, given: dict[str, Any], made: Sequence[Observation], learner: str, *, status: str = "done") -> tuple[Run, list[Step]]:
    """A run and its steps, to be stored. One that is still running has made half of them."""
    now, run_id, planned = clock.now(), uuid.uuid4().hex, len(made)
    made = made if status == "done" else made[: len(made) // 2 or 1]
    fields: dict[str, Any] = {
        "params": instrument(name).Params(**given).model_dump(mode="json"),
        "card": model().card.model_dump(mode="json"),
    }
    run = Run(id=run_id, learner_id=learner, instrument=name, model="hostile", status=status, planned=planned, created=now, **fields)
    run.started, run.ended = now, now if status == "done" else None
    return run, [Step(run_id=run_id, seq=seq, kind=one.kind, data=one.data, made=now) for seq, one in enumerate(made, start=1)]


def addresses(name: str, run_id: str) -> list[str]:
    """Every page that draws it: alone, as a page asks for it while it is live, in its lab, and under the first call."""
    pages = [f"/runs/{run_id}", f"/runs/{run_id}/sheet"]
    pages += [f"/labs/{name}?run={run_id}"] if name in labs.found().labs else []
    return pages + ([f"/first-call?run={run_id}"] if name == "call" else [])


class Seen(HTMLParser):
    """`owned`: what of SAID became an element or an attribute. `text`: all that a reader reads, or a script."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.owned: list[str] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if "owned" in tag or told.get("class") == "owned" or any(name in ("onerror", "onclick", "data-owned") for name in told):
            self.owned.append(self.get_starttag_text() or tag)

    def handle_data(self, data: str) -> None:
        self.text += data

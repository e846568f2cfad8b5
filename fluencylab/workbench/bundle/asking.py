"""How a version is asked beside its messages, for programs that know nothing of the lab: the form of its answers, and its tools.

how(version)    {"response_format": {…} or None, "tools": [{…}] or None, "told": "", "answers": [{"name": "track", …}]}

`tools` are calls of the endpoint's own. Where the model had none, `told` stands in the system prompt, and the form is that of a call or
the answer: as the lab asked it. What a tool answers is what was written down for it, so that no system of anybody's is asked.
"""

from collections.abc import Iterator
from typing import Any

from fluencylab.models.wire import held_to
from fluencylab.text.numerals import counted
from fluencylab.workbench import tool_form
from fluencylab.workbench.bundle.contents import BundleVersion
from fluencylab.workbench.schemas import enforceable
from fluencylab.workbench.tools import MOST_CALLS, Tool


def how(version: BundleVersion) -> dict[str, Any]:
    content, can = version.content, version.model.abilities
    schema: Any = enforceable(content.json_schema) if version.model.local else content.json_schema
    native, formed = bool(content.tools) and can.tools, bool(content.tools) and not can.tools
    if formed:
        schema = tool_form.form(content.tools, schema)
    return {
        "response_format": held_to(schema, can, version.model.local) if schema is not None and can.json_schema else None,
        "tools": [{"type": "function", "function": one.spec.model_dump()} for one in content.tools] if native else None,
        "told": tool_form.told(content.tools) if formed else "",
        "answers": [_answer(one) for one in content.tools],
        "looks_up": content.retrieval is not None,
        "most_calls": MOST_CALLS,
    }


def beyond(version: BundleVersion) -> bool:
    """Has it something that a plain call of an endpoint has not? Then it is asked by code of the bundle's own."""
    content = version.content
    return bool(content.tools) or content.json_schema is not None or content.retrieval is not None


def unlike(version: BundleVersion, lacking: int) -> Iterator[str]:
    """What of a version is not the same in other tools, each in a sentence. `lacking`: cases that it has no passages for."""
    content, can = version.content, version.model.abilities
    if content.retrieval:
        yield "It looks passages up. Each case is given those of `passages.jsonl`, as they were found here; no tool looks them up anew."
        if lacking:
            yield f"It was not run on {counted(lacking, 'case')}, which are asked without passages. Run it, and make this folder again."
    if content.json_schema is not None and not can.json_schema and not content.tools:
        yield "Its answers should match a schema, and its model could be held to none: these tools hold it to none either."
    if content.tools and can.tools:
        yield "Its tools are calls of the endpoint's own. Inspect writes their arguments anew, and what is no JSON object as none."
    elif content.tools:
        held = "" if can.json_schema else ", to which its model could not be held"
        yield f"Its model had no calls of its own: tools stand in the system prompt, and a call is written in a form{held}."
    if content.tools:
        yield "Its tools answer what was written down for them: no system is asked."
    if content.tools or (content.json_schema is not None and can.json_schema):
        yield "Inspect hands tools and schemas only to endpoints of OpenAI's form, such as `openai-api/…`."


def _answer(tool: Tool) -> dict[str, Any]:
    """A row of a table as pairs: JavaScript would put names that are figures first."""
    told: dict[str, Any] = {"name": tool.name, "arguments": list(tool.arguments)}
    return told | ({"table": [[list(pair) for pair in row.items()] for row in tool.table]} if tool.table else {"result": tool.result})

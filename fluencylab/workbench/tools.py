"""Tools that a version may call, with what they answer: written down beforehand, so that a run touches no system of anybody's.

    track = Tool(name="track_parcel", description="Where a parcel is", parameters=…, table=({"order": "Q-1", "where": "Oslo"},))
    answer(track, {"order": "q-1"}, {})         '{"where": "Oslo"}'
    answer(track, {"order": "Q-7"}, {})         "Nothing was found."

A result is a template, filled from the arguments and from the case, or a table, looked up by the columns that are called as an argument is.
"""

import csv
import io
import json
import re
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, JsonValue, field_validator, model_validator

from fluencylab.errors import BadInput
from fluencylab.models.types import ToolSpec
from fluencylab.text.surface import plain
from fluencylab.workbench.schemas import oversized, schema_error
from fluencylab.workbench.template import fill, names

MOST, MOST_ROWS, LONGEST_RESULT = 20, 2_000, 20_000
MOST_CALLS = 6
"""Of one conversation: a model that calls on after them is not asked again."""
UNKNOWN, NO_JSON = "There is no such tool.", "The arguments are no JSON object."
NOTHING = "Nothing was found."
"""What a table says where no row fits."""
_HEADING = re.compile(r"^#+[ \t]*(.+?)[ \t]*$", re.MULTILINE)


class Tool(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=r"^[A-Za-z_][A-Za-z0-9_-]{0,63}$")
    description: str = Field("", max_length=2_000)
    parameters: dict[str, JsonValue] = Field(description="JSON schema of its arguments, an object")
    result: str = Field("", max_length=LONGEST_RESULT, description="What it answers: a template, filled from its arguments and the case")
    table: tuple[dict[str, str], ...] = Field((), max_length=MOST_ROWS)

    @field_validator("parameters")
    @classmethod
    def _an_object(cls, given: dict[str, JsonValue]) -> dict[str, JsonValue]:
        if wrong := oversized(given) or schema_error(given):
            raise ValueError(wrong)
        if given.get("type", "object") != "object" or not isinstance(given.get("properties", {}), dict):
            raise ValueError("the arguments of a tool are an object with properties")
        return given

    @model_validator(mode="after")
    def _a_template(self) -> "Tool":
        try:
            names(self.result)
        except BadInput as error:
            raise ValueError(f"what {self.name} answers: {error.message}") from None
        if bool(self.result) == bool(self.table):
            raise ValueError(f"{self.name} needs an answer, a text or a table: no real system is asked")
        return self

    @property
    def arguments(self) -> tuple[str, ...]:
        properties = self.parameters.get("properties", {})
        return tuple(properties) if isinstance(properties, dict) else ()

    @property
    def needs(self) -> tuple[str, ...]:
        """The variables that a case must bring for its result."""
        return tuple(name for name in names(self.result) if name not in self.arguments)

    @property
    def spec(self) -> ToolSpec:
        return ToolSpec(name=self.name, description=self.description, parameters={"type": "object", **self.parameters})

    def line(self) -> str:
        """ "track_parcel(order): Where a parcel is" """
        return f"{self.name}({', '.join(self.arguments)}): {self.description}".rstrip(": ")


def answer(tool: Tool, arguments: Mapping[str, Any], inputs: Mapping[str, str]) -> str:
    """What a call of it brings back. A variable that nobody brought stays empty: a tool may be called with anything."""
    said = {name: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False) for name, value in arguments.items()}
    if tool.table:
        row = _row(tool, said)
        rest = {name: value for name, value in row.items() if name not in tool.arguments} if row else None
        return NOTHING if rest is None else json.dumps(rest, ensure_ascii=False)
    told = {**inputs, **said}
    return fill(tool.result, {name: told.get(name, "") for name in names(tool.result)})


def _row(tool: Tool, said: Mapping[str, str]) -> Mapping[str, str] | None:
    """The first that agrees with every argument it has a column for, whatever the capitals."""
    for row in tool.table:
        by = [name for name in tool.arguments if name in row]
        if by and all(plain(row[name]) == plain(said.get(name, "")) for name in by):
            return row
    return None


# As they are typed


def read_tools(definitions: str, results: str) -> tuple[dict[str, Any], ...]:
    """Tools from their definitions in OpenAI's form, and what each answers under a heading with its name. Raises BadInput."""
    if not definitions.strip():
        return ()
    try:
        given = json.loads(definitions)
    except RecursionError:
        raise BadInput("The tools lie too deep in one another to be read.", "Leave out what no call will need.") from None
    except ValueError as error:
        where = f" (line {error.lineno}: {error.msg})" if isinstance(error, json.JSONDecodeError) else ""
        raise BadInput(f"The tools are not JSON{where}.", "Paste the whole list, from its first [ to its last ].") from None
    tools = [_definition(one) for one in (given if isinstance(given, list) else [given])]
    told = _under_headings(results.replace("\r\n", "\n"))
    if strange := sorted(set(told) - {str(one.get("name")) for one in tools}):
        raise BadInput(f"“{strange[0][:60]}” answers, and there is no tool of that name.", "Head each answer with # and the tool's name.")
    return tuple(one | _told(one, told.get(str(one.get("name")), "")) for one in tools)


def _definition(one: Any) -> dict[str, Any]:
    """`{type: function, function: {name, description, parameters}}`, the same without its frame, or Anthropic's `input_schema`."""
    inner = one.get("function", one) if isinstance(one, dict) else None
    if not isinstance(inner, dict) or not isinstance(inner.get("name"), str):
        raise BadInput("A tool is an object with a name, a description and parameters.", "Paste the list as your engineers send it.")
    found = {name: inner[name] for name in ("name", "description", "result", "table") if name in inner}
    return found | {"parameters": inner.get("parameters") or inner.get("input_schema") or {"type": "object", "properties": {}}}


def _under_headings(text: str) -> dict[str, str]:
    marks = list(_HEADING.finditer(text))
    if text.strip() and (not marks or text[: marks[0].start()].strip()):
        raise BadInput("It is not said which tool answers this.", "Write # and the name of the tool in the line above.")
    ends = [*(mark.start() for mark in marks[1:]), len(text)][: len(marks)]
    return {mark[1]: text[mark.end() : end].strip() for mark, end in zip(marks, ends, strict=True)}


def _told(tool: Mapping[str, Any], text: str) -> dict[str, Any]:
    """A table, where its first line names an argument as one of several columns; else a template."""
    rows = list(csv.reader(io.StringIO(text), skipinitialspace=True)) if text else []
    properties = tool["parameters"].get("properties") if isinstance(tool["parameters"], dict) else {}
    head = rows[0] if rows else []
    if len(rows) > 1 and len(head) > 1 and set(head) & set(properties if isinstance(properties, dict) else ()):
        return {"table": [dict(zip(head, row, strict=False)) for row in rows[1:] if any(row)]}
    return {"result": text} if text else {}


def definitions_of(tools: tuple[Tool, ...]) -> str:
    """The list that `read_tools` reads."""
    return (
        json.dumps([{"type": "function", "function": one.spec.model_dump()} for one in tools], indent=2, ensure_ascii=False)
        if tools
        else ""
    )


def results_of(tools: tuple[Tool, ...]) -> str:
    """What each answers, under its name."""
    return "\n\n".join(f"# {one.name}\n{_table_text(one.table) if one.table else one.result}" for one in tools)


def _table_text(table: tuple[dict[str, str], ...]) -> str:
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(table[0])
    writer.writerows([row.get(name, "") for name in table[0]] for row in table)
    return written.getvalue().rstrip("\n")

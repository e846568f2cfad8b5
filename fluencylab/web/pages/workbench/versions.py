"""The prompt of a product in its versions: the latest to change, and what each changed of the one before."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from fluencylab.actions.workbench import products, versions
from fluencylab.models import catalogue
from fluencylab.store import product_queries
from fluencylab.store.tables import Product, ProductVersion
from fluencylab.text.numerals import counted
from fluencylab.text.written import moment
from fluencylab.web.app_state import AppState
from fluencylab.web.pages.options import SelectOption
from fluencylab.workbench.retrieval import METHODS, Retrieval
from fluencylab.workbench.tools import definitions_of, results_of
from fluencylab.workbench.turns_typed import typed
from fluencylab.workbench.version import Version
from fluencylab.workbench.version_changes import differences
from fluencylab.workbench.word_diff import Piece

FIRST_USER = "{{question}}"


class VersionRow(NamedTuple):
    """A version in the list. `parts`: what it changed of the one before, part by part; none for the first."""

    number: int
    reason: str
    made: str
    settings: str
    content: Version
    parts: Mapping[str, list[Piece]]
    schema: str


class DocumentTick(NamedTuple):
    number: int
    name: str
    ticked: bool


@dataclass(frozen=True)
class VersionsPage:
    """Context of `workbench/versions.html`. The form begins with the latest version, or with the one asked for."""

    product: Product
    base: str
    rows: list[VersionRow]
    system: str
    user: str
    turns: str
    turns_says: str
    begun: Version
    columns: list[str]
    """What cases have, to be named in {{braces}}"""
    models: list[SelectOption]
    model_name: str
    documents: list[DocumentTick]
    retrieval: Retrieval
    """As it is, or as it would begin"""
    methods: list[SelectOption]
    schema: str
    schema_says: str
    tools: str
    tool_results: str
    tool_names: str


async def versions_page(state: AppState, product_id: str, begin_with: int | None) -> VersionsPage:
    async with state.store.read() as session:
        product = await products.owned(session, state.learner, product_id)
        rows = await product_queries.versions(session, product_id)
        cases = await product_queries.inputs(session, product_id, held_back=False)
        names = {one.number: one.name for one in await product_queries.document_lines(session, product_id)}
        start = await versions.content_of(session, product_id, begin_with or rows[-1].number) if rows else None
    columns = list(dict.fromkeys(name for _, inputs in cases for name in inputs))
    first = "{{" + columns[0] + "}}" if columns else FIRST_USER
    begun = start or Version.of("", first)
    searched = begun.retrieval.documents if begun.retrieval else ()
    models = _models(begun.model)
    return VersionsPage(
        product=product,
        base=f"/product/{product_id}",
        rows=_rows(rows, names),
        system=begun.instructions,
        user=begun.sent,
        turns=typed(begun.shown),
        turns_says=f"{counted(len(begun.shown), 'turn')} that show how to answer" if begun.shown else "none",
        begun=begun,
        columns=columns,
        models=models,
        model_name=next(one.label for one in models if one.value == begun.model),
        documents=[DocumentTick(number, name, number in searched) for number, name in names.items()],
        retrieval=begun.retrieval or Retrieval(documents=(1,), query=first),
        methods=[SelectOption(name, says) for name, says in METHODS.items()],
        schema=_schema(begun),
        schema_says=_fields(begun),
        tools=definitions_of(begun.tools),
        tool_results=results_of(begun.tools),
        tool_names=_tools(begun),
    )


def _models(chosen: str) -> list[SelectOption]:
    """All that write; and the one that the version has, should it be gone."""
    there = [SelectOption(one.slug, one.name) for one in catalogue.models() if one.abilities.writes]
    gone = [SelectOption(chosen, f"{chosen} (not here any more)")] if chosen and chosen not in {one.value for one in there} else []
    return [SelectOption("", f"the model in use ({catalogue.current().name})"), *there, *gone]


def _rows(rows: Sequence[ProductVersion], documents: Mapping[int, str]) -> list[VersionRow]:
    found: list[VersionRow] = []
    before: Version | None = None
    for row in rows:
        content = Version.model_validate(row.content)
        parts = differences(before, content, documents) if before else {}
        found.append(VersionRow(row.number, row.reason, moment(row.made), _settings(content), content, parts, _schema(content)))
        before = content
    return found[::-1]


def _settings(content: Version) -> str:
    told = [f"temperature {content.temperature:g}", f"at most {content.max_tokens} tokens"]
    told += [f"on {content.model}"] if content.model else []
    told += [f"given {content.retrieval.says}"] if content.retrieval else []
    told += [f"may call {_tools(content)}"] if content.tools else []
    told += [f"held to a schema: {_fields(content)}"] if content.json_schema is not None else []
    return " · ".join(told)


def _tools(content: Version) -> str:
    return ", ".join(one.name for one in content.tools)


def _schema(content: Version) -> str:
    return "" if content.json_schema is None else json.dumps(content.json_schema, indent=2, ensure_ascii=False)


def _fields(content: Version) -> str:
    """ "day, guests" """
    if content.json_schema is None:
        return ""
    fields = content.json_schema.get("properties")
    names = list(fields) if isinstance(fields, dict) else []
    return ", ".join(names[:6]) + (" …" if len(names) > 6 else "") if names else "of another form"

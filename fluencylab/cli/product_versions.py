"""The prompt of a product in its versions, from the terminal, with the parts that a version may have: model, documents, schema, tools."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fluencylab.cli import show
from fluencylab.cli.learner_data import opened
from fluencylab.cli.product_data import Json, Of, find_product, read_file
from fluencylab.errors import BadInput
from fluencylab.text.terminal import harmless

if TYPE_CHECKING:
    from fluencylab.store.engine import Store
    from fluencylab.workbench.version import Version

NONE = "none"
"""What is said in the place of a part that the version shall not have."""


def versions_of(
    product: Of = "",
    add: Annotated[Path | None, typer.Option("--add", metavar="FILE", help="Keep the prompt in this file as a further version.")] = None,
    begin: Annotated[int | None, typer.Option("--from", help="Begin with this version, and change what is said here.")] = None,
    reason: Annotated[str, typer.Option(help="Why it was made, in a line.")] = "",
    temperature: Annotated[float | None, typer.Option(help="From 0 to 2.")] = None,
    max_tokens: Annotated[int | None, typer.Option(help="The longest answer, in tokens.")] = None,
    model: Annotated[str | None, typer.Option(help="Which of your models it runs on; 'none' for the one in use.")] = None,
    schema: Annotated[str | None, typer.Option(metavar="FILE", help="The JSON schema that its answers must match, or 'none'.")] = None,
    documents: Annotated[
        str | None, typer.Option(help="What it looks things up in: numbers with commas, 'all' or 'none'. Needs {{passages}} in the prompt.")
    ] = None,
    query: Annotated[str | None, typer.Option(help="What it searches for, such as '{{question}}'.")] = None,
    method: Annotated[str | None, typer.Option(help="keyword, semantic or hybrid.")] = None,
    k: Annotated[int | None, typer.Option("--k", help="Chunks that it is given.")] = None,
    size: Annotated[int | None, typer.Option("--chunk", help="Words of a chunk.")] = None,
    overlap: Annotated[int | None, typer.Option(help="Words said again at the beginning of the next chunk.")] = None,
    numbered: Annotated[bool | None, typer.Option("--numbered/--plain", help="Each chunk with its number, to be named.")] = None,
    tools: Annotated[str | None, typer.Option(metavar="FILE", help="What it may call, as OpenAI's JSON list, or 'none'.")] = None,
    tool_results: Annotated[Path | None, typer.Option(metavar="FILE", help="What each answers, under # and its name.")] = None,
    as_json: Json = False,
) -> None:
    """The versions of a product's prompt; with --add or --from, a further one.

    Example:  fluency product versions --add prompt.md --documents all --k 3 --reason "looks it up in the handbook"
    """
    searched = {"query": query, "method": method, "k": k, "size": size, "overlap": overlap, "numbered": numbered}
    settings = {"temperature": temperature, "max_tokens": max_tokens, "model": "" if model == NONE else model}
    said = any(one is not None for one in (documents, schema, tools, *searched.values(), *settings.values()))
    if said and add is None and begin is None:
        raise BadInput("It is not said which prompt is meant.", "Give --add FILE with a prompt, or --from NUMBER to change a version.")
    if add is not None and begin is not None:
        raise BadInput("A prompt comes from a file or from a version, not from both.", "Leave out --add or --from.")

    async def act(store: "Store", learner: str) -> list[dict[str, Any]]:
        from fluencylab.actions.workbench import versions
        from fluencylab.store import product_queries

        product_id = await find_product(store, learner, product)
        if add is not None or begin is not None:
            async with store.read() as session:
                there = [one.number for one in await product_queries.document_lines(session, product_id)]
                base = None if begin is None else await versions.content_of(session, product_id, begin)
            prompt: Version = base if base is not None else await _prompt(add)
            drawn = await asyncio.to_thread(_schema, schema) if schema is not None else prompt.json_schema
            called = await asyncio.to_thread(_tools, tools, tool_results) if tools is not None else prompt.tools
            parts = {"json_schema": drawn, "retrieval": _retrieval(prompt, documents, there, searched), "tools": called}
            content = versions.checked(prompt, parts | {name: one for name, one in settings.items() if one is not None})
            await versions.add(store, learner, product_id, content, reason)
        async with store.read() as session:
            rows = await product_queries.versions(session, product_id)
        return [{"number": row.number, "reason": row.reason, **row.content} for row in rows]

    rows = opened(act)
    if as_json:
        show.json_out(rows)
        return
    for row in rows:
        show.out.print(f"{row['number']:>3}  {harmless(row['reason'])}{_parts(row)}", markup=False, highlight=False)
    if not rows:
        show.out.print("There is no prompt yet: fluency product versions --add prompt.md")


def _parts(row: dict[str, Any]) -> str:
    """ "  (on llama, 3 chunks from 2 documents, with a schema)" """
    told = [f"on {row['model']}"] if row.get("model") else []
    if looked := row.get("retrieval"):
        told.append(f"given {looked['k']} of the chunks of document {', '.join(map(str, looked['documents']))}")
    told += [f"may call {', '.join(one['name'] for one in row['tools'])}"] if row.get("tools") else []
    told += ["held to a schema"] if row.get("json_schema") is not None else []
    return f"  ({'; '.join(told)})" if told else ""


async def _prompt(file: Path | None) -> "Version":
    from fluencylab.actions.workbench import versions
    from fluencylab.workbench import bring_in

    assert file is not None
    found = await bring_in.read_apart(file.name, await asyncio.to_thread(_source, file))
    if not found.messages:
        raise BadInput(f"There is no prompt in {file.name}.", "Give a text or Markdown file with the prompt in it.")
    return versions.brought(found)


def _source(file: Path) -> Path | bytes:
    """A file by its name; of what is none, as a pipe, no more than is read of a file."""
    from fluencylab.workbench import bring_in

    return file if file.is_file() else read_file(file, bring_in.LARGEST)


def _schema(said: str) -> Any:
    from fluencylab.actions.workbench import versions
    from fluencylab.cli.sources import file_text
    from fluencylab.workbench.schemas import LARGEST

    if said == NONE:
        return None
    read_file(Path(said), 4 * LARGEST)
    return versions.schema_typed(file_text(Path(said)))


def _tools(said: str, results: Path | None) -> Any:
    from fluencylab.workbench.tools import read_tools

    if said == NONE:
        return ()
    texts = [read_file(file).decode("utf-8", "replace") if file else "" for file in (Path(said), results)]
    return read_tools(*texts)


def _documents(said: str, there: list[int]) -> tuple[int, ...]:
    if said == NONE:
        return ()
    if said == "all":
        if not there:
            raise BadInput("This product has no document.", "Bring one in first: fluency product documents --add handbook.pdf")
        return tuple(there)
    try:
        return tuple(int(one) for one in said.replace(",", " ").split())
    except ValueError:
        raise BadInput(
            f"“{said[:40]}” does not say which documents are meant.",
            "Write their numbers with commas, or all, or none. See: fluency product documents",
        ) from None


def _retrieval(prompt: "Version", documents: str | None, there: list[int], said: dict[str, Any]) -> dict[str, Any] | None:
    """What it looks up: as the version that it begins with does, but for what was said here."""
    told = {name: one for name, one in said.items() if one is not None}
    before = prompt.retrieval.model_dump() if prompt.retrieval else {}
    chosen = before.get("documents", ()) if documents is None else _documents(documents, there)
    if not chosen:
        if told:
            raise BadInput(f"--{next(iter(told))} says how it looks things up, and it looks nothing up.", "Say in what: --documents all")
        return None
    return {**before, "documents": chosen, **told}

"""`fluency product`: the learner's own product from the terminal: its products, their cases, and the prompt in its versions."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from fluencylab.cli import (
    product_bundle,
    product_cases,
    product_checks,
    product_course,
    product_describe,
    product_documents,
    product_judge,
    product_labs,
    product_memo,
    product_proposal,
    product_readers,
    product_reading,
    product_runs,
    product_spec,
    product_spec_judges,
    product_versions,
    show,
)
from fluencylab.cli.learner_data import opened
from fluencylab.cli.product_data import Json, Of, find_product, read_file
from fluencylab.errors import BadInput, NotFound
from fluencylab.text.terminal import harmless

if TYPE_CHECKING:
    from fluencylab.store.engine import Store

app = typer.Typer(
    add_completion=False, no_args_is_help=True, rich_markup_mode="rich",
    help="Work on your own product: its cases, its prompt in versions, what comes out, and what is better.",
)  # fmt: skip


@app.command("list")
def list_products(as_json: Json = False) -> None:
    """Your products, the current one marked.

    Example:  fluency product list
    """

    async def act(store: "Store", learner: str) -> list[dict[str, Any]]:
        from fluencylab.actions.workbench import products
        from fluencylab.store import product_queries

        async with store.read() as session:
            current = await products.current(session, learner)
            return [
                {"id": one.id, "name": one.name, "current": bool(current and current.id == one.id), **(await _counts(session, one.id))}
                for one in await product_queries.products(session, learner)
            ]

    rows = opened(act)
    if as_json:
        show.json_out(rows)
        return
    if not rows:
        show.out.print('There is no product yet. Begin with: fluency product new "Refund assistant"')
    for row in rows:
        mark = "[green]●[/]" if row["current"] else "○"
        show.out.print(f"{mark} [bold]{escape(harmless(row['name']))}[/]  {row['id'][:8]}")
        show.out.print(
            f"    {row['cases']} cases, {row['held_back']} of them held back; {row['versions']} versions; {row['evaluations']} evaluations"
        )


async def _counts(session: Any, product: str) -> dict[str, int]:
    from fluencylab.store import product_queries

    cases = await product_queries.case_counts(session, product)
    return {
        "cases": cases.all,
        "held_back": cases.held_back,
        "versions": len(await product_queries.versions(session, product)),
        "evaluations": len(await product_queries.runs_of(session, product)),
    }


@app.command()
def new(
    name: Annotated[str, typer.Argument(help="What your team calls it.")] = "",
    practice: Annotated[bool, typer.Option("--practice", help="The practice product, with its 120 recorded conversations.")] = False,
    as_json: Json = False,
) -> None:
    """Begin with a product; it is the current one from now on.

    Example:  fluency product new "Refund assistant"
    """
    if bool(name) == practice:
        raise BadInput("It is not clear which product to begin with.", "Give it a name, or --practice for the one that comes along.")

    async def act(store: "Store", learner: str) -> dict[str, Any]:
        from fluencylab.actions.workbench import practice as workbench_practice
        from fluencylab.actions.workbench import products

        made = await workbench_practice.begin(store, learner) if practice else await products.make(store, learner, name)
        async with store.read() as session:
            return {"id": made, "name": (await products.owned(session, learner, made)).name}

    made = opened(act)
    if as_json:
        show.json_out(made)
        return
    then = "Read what it answered: fluency product outputs" if practice else "Bring in cases: fluency product import cases.csv"
    show.out.print(f"“{made['name']}” is there. {then}", markup=False)


@app.command("delete")
def delete_product(
    name: Annotated[str, typer.Argument(help="Its whole name, so that nothing is deleted by mistake.")],
    as_json: Json = False,
) -> None:
    """Delete a product with its cases, documents, versions, outputs, labels, checks and memos.

    Example:  fluency product delete "Refund assistant"
    """

    async def act(store: "Store", learner: str) -> None:
        from fluencylab.actions.workbench import products
        from fluencylab.store import product_queries

        async with store.read() as session:
            there = {one.id for one in await product_queries.products(session, learner) if name in (one.name, one.id)}
        if not there:
            raise NotFound(f"No product is called “{name[:60]}”, so nothing was deleted.", "See: fluency product list")
        await products.remove(store, learner, await find_product(store, learner, name))

    opened(act)
    if as_json:
        show.json_out({"deleted": name})
    else:
        show.out.print(f"“{name}” is deleted.", markup=False)


@app.command("import")
def bring(
    file: Annotated[Path, typer.Argument(help="A table, JSONL, a prompt, or an export of a tool.")],
    product: Of = "",
    role: Annotated[
        list[str] | None, typer.Option("--role", help="What a column is: NAME=input, reference, output, label, note, tags …")
    ] = None,
    mask: Annotated[bool, typer.Option("--mask/--no-mask", help="Mask e-mail addresses, telephone and card numbers and IBANs.")] = True,
    look: Annotated[bool, typer.Option("--look", help="Only say what was read; keep nothing.")] = False,
    as_json: Json = False,
) -> None:
    """Bring in cases, the prompt, or what your product answered. What was left out is said.

    Example:  fluency product import cases.xlsx --role "Best answer=reference"
    """
    from fluencylab.workbench import bring_in

    source = file if file.is_file() else read_file(file, bring_in.LARGEST)
    found = asyncio.run(bring_in.read_apart(file.name, source))
    roles = _roles(found, role or [])
    told: dict[str, Any] = {"says": found.says, "notes": found.notes, "columns": {one.name: roles[one.name] for one in found.columns}}
    if not look:
        told |= opened(lambda store, learner: _kept(store, learner, product, file.name, found, roles, mask))
    if as_json:
        show.json_out(told)
        return
    show.out.print(found.says, markup=False)
    for name, one in told["columns"].items():
        show.out.print(f"  {name}: {one}", markup=False)
    for note in found.notes:
        show.out.print(f"  {note}", markup=False)
    if not look:
        doubled = f" {told['doubled']} stood there already." if told["doubled"] else ""
        show.out.print(
            f"Kept: {told['kept']} cases.{doubled}{' The prompt is version ' + str(told['version']) + '.' if told['version'] else ''}"
        )


def _roles(found: Any, said: list[str]) -> dict[str, Any]:
    import typing

    from fluencylab.workbench.bring_in import Role, roles_of

    roles: dict[str, Any] = dict(roles_of(found))
    for one in said:
        name, _, role = one.rpartition("=")
        if name not in roles or role not in typing.get_args(Role):
            raise BadInput(
                f"“{one[:60]}” does not say what a column is.",
                f"Write NAME=ROLE. Columns: {', '.join(roles) or 'none'}. Roles: {', '.join(typing.get_args(Role))}.",
            )
        roles[name] = role
    return roles


async def _kept(store: "Store", learner: str, product: str, name: str, found: Any, roles: dict[str, Any], mask: bool) -> dict[str, Any]:
    from fluencylab.actions.workbench import cases, versions
    from fluencylab.workbench import bring_in

    product_id = await find_product(store, learner, product)
    version = 0
    if found.messages:
        version = await versions.add(store, learner, product_id, versions.brought(found), f"As it came in {name}.")
    drafts = bring_in.drafts(found, roles)
    if not drafts:
        return {"kept": 0, "doubled": 0, "run": "", "version": version}
    return (await cases.add(store, learner, product_id, drafts, mask, version))._asdict() | {"version": version}


app.add_typer(product_cases.app, name="cases")
app.command("versions")(product_versions.versions_of)
app.command("documents")(product_documents.documents_of)
app.command("use")(product_describe.use_product)
app.command("describe")(product_describe.describe_product)
app.command("run")(product_runs.run_version)
app.command("go-on")(product_runs.go_on)
app.command("outputs")(product_runs.show_outputs)
app.command("labels")(product_reading.say_labels)
app.command("readers")(product_readers.two_readers)
app.command("modes")(product_reading.failure_modes)
app.add_typer(product_checks.app, name="checks")
app.add_typer(product_judge.app, name="judge")
product_spec.app.command("ask")(product_spec_judges.ask_judges)
app.add_typer(product_spec.app, name="spec")
app.command("compare")(product_runs.compare_versions)
app.command("memo")(product_memo.memo)
app.command("proposal")(product_proposal.proposal)
app.command("bundle")(product_bundle.bundle)
app.add_typer(product_course.app, name="course")
app.command("expect-better")(product_runs.expect_better)
app.command("lab")(product_labs.run_lab)
app.command("keep")(product_labs.keep_run)
app.command("kept")(product_labs.list_kept)
app.command("sent")(product_labs.what_went_where)

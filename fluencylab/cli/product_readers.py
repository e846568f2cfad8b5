"""`fluency product readers`: how far two readers agree, the rule that they lacked, and the sheet for one who sits elsewhere."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fluencylab.cli import show
from fluencylab.cli.learner_data import opened
from fluencylab.cli.product_data import Json, Of, find_product, find_run
from fluencylab.errors import BadInput, LabError
from fluencylab.text.terminal import harmless

if TYPE_CHECKING:
    from fluencylab.actions.workbench.readers import Apart
    from fluencylab.store.engine import Store


def two_readers(
    first: Annotated[str, typer.Option(help="A reader's name; you, unless told.")] = "",
    second: Annotated[str, typer.Option(help="And the other; who read most beside the first, unless told.")] = "",
    rule: Annotated[str, typer.Option(help="Write down the rule that they lacked, in a sentence.")] = "",
    of: Annotated[str, typer.Option("--of", help="With --rule: the output that it settles, as RUN/NUMBER.")] = "",
    passes: Annotated[bool | None, typer.Option("--passes/--fails", help="With --of: by the rule, that output passes, or fails.")] = None,
    product: Of = "",
    as_json: Json = False,
) -> None:
    """How far two readers agree, and what they differ on, note beside note. Settle it with a rule before either is trusted.

    Example:  fluency product readers --rule "A day that is named is a promise." --of 5f3c9a1b/12 --fails
    """
    if (of and not rule) or (passes is not None and not of):
        raise BadInput("It is not said what is settled.", "Give --rule with its sentence, --of with the output, and --passes or --fails.")

    async def act(store: "Store", learner: str) -> dict[str, Any]:
        from fluencylab.actions.workbench import readers
        from fluencylab.store import judge_queries

        product_id = await find_product(store, learner, product)
        if rule:
            run, _, number = of.rpartition("/")
            run_id = await find_run(store, product_id, run) if of else ""
            if of and not (run and number.isascii() and number.isdigit() and len(number) < 10):
                raise BadInput(
                    f"“{of[:60]}” names no output.", "Write the beginning of its evaluation's id, a stroke and its number: 5f3c9a1b/12"
                )
            await readers.write_rule(store, learner, product_id, rule, run_id, int(number) if of else 0, passes)
        async with store.read() as session:
            counts = await judge_queries.reader_counts(session, product_id)
            rules = [one.says for one in await judge_queries.rules(session, product_id)]
            one, other = _chosen(counts, first, second)
            two = await readers.between(session, product_id, one, other, (one or "You", other or "you")) if one != other else None
        read = {name or "you": n for name, n in counts.items()}
        told: dict[str, Any] = {"read": read, "rules": rules, "says": "", "kappa": None, "agree": None, "apart": []}
        if two is None:
            return told
        apart = [_told_apart((one or "you", other or "you"), each) for each in two.apart]
        says = f"{two.found.says} {two.kappa_says}".strip()
        return told | {"says": says, "kappa": two.found.kappa.model_dump(), "agree": two.found.agree.model_dump(), "apart": apart}

    found = opened(act)
    if as_json:
        show.json_out(found)
        return
    show.out.print(found["says"] or "Nobody else has read yet: fluency product labels --reader NAME --export labels.csv", markup=False)
    for each in found["apart"]:
        show.out.print(f"output {each['output']} of {each['run'][:8]}", style="dim")
        for name, said in each.items():
            if isinstance(said, dict):
                show.out.print(f"  {name}: {'pass' if said['passes'] else 'fail'}. {harmless(said['note'])}", markup=False)
        if each["rule"]:
            show.out.print(f"  The rule: {each['rule']}", markup=False)


def _told_apart(names: tuple[str, str], each: "Apart") -> dict[str, Any]:
    said = [{"passes": label.passed, "note": label.note} for label in (each.first, each.second)]
    return {"run": each.run, "output": each.seq, "rule": each.rule.says if each.rule else "", names[0]: said[0], names[1]: said[1]}


def _chosen(counts: dict[str, int], first: str, second: str) -> tuple[str, str]:
    named = {name.casefold() or "you": name for name in counts}
    for said in (first, second):
        if said and said.casefold() not in named:
            raise BadInput(f"Nobody called “{said[:60]}” has read anything.", f"There are: {', '.join(named) or 'none'}.")
    ordered = sorted(counts, key=lambda name: (name != "", -counts[name], name))
    one = named[first.casefold()] if first else next(iter(ordered), "")
    others = [name for name in ordered if name != one]
    return one, named[second.casefold()] if second else next(iter(others), one)


def sheet(product: str, run: str, reader: str, export: Path | None, bring: Path | None, as_json: bool) -> None:
    """A sheet written for a reader, or taken in that one has filled in."""
    if export is not None and bring is not None:
        raise BadInput("A sheet is written or taken in, not both at once.", "Give --export, and --import when it has come back.")
    told = _given_out(product, run, reader, export) if export is not None else _taken_in(product, reader, bring or Path())
    if as_json:
        show.json_out(told)
    elif export is not None:
        show.out.print(f"{told['rows']} outputs are in {told['file']}{', blind' if told['blind'] else ''}.", markup=False)
    else:
        show.out.print(
            " ".join([f"{told['kept']} labels are new, {told['changed']} say something else than before.", *told["notes"]]), markup=False
        )


def _given_out(product: str, run: str, reader: str, file: Path) -> dict[str, Any]:
    async def act(store: "Store", learner: str) -> str:
        from fluencylab.actions.workbench import readers

        product_id = await find_product(store, learner, product)
        run_id = await find_run(store, product_id, run)
        async with store.read() as session:
            return await readers.sheet(session, learner, product_id, run_id, None if reader else "")

    text = opened(act)
    try:
        file.write_text(text, encoding="utf-8-sig", newline="")
    except OSError as error:
        raise LabError(f"{file} cannot be written: {error.strerror}.", "Choose another place for it.") from error
    return {"file": str(file), "rows": text.count("\r\n") - 1, "blind": bool(reader)}


def _taken_in(product: str, reader: str, file: Path) -> dict[str, Any]:
    from fluencylab.workbench import bring_in

    try:
        content = file.read_bytes()
    except OSError as error:
        raise LabError(f"{file} cannot be read: {error.strerror}.", "Check the name, and whether it may be read.") from error
    found = asyncio.run(bring_in.read_apart(file.name, content))

    async def act(store: "Store", learner: str) -> dict[str, Any]:
        from fluencylab.actions.workbench import readers

        product_id = await find_product(store, learner, product)
        return (await readers.take_in(store, learner, product_id, reader, found))._asdict()

    return opened(act)

"""What OpenAI's hosted Evals left behind: data sets, {"item": {...}}, what a run gave for each item, and the older {"input", "ideal"}."""

from collections.abc import Sequence
from typing import Any

from fluencylab.workbench.building import built
from fluencylab.workbench.chats import answer_messages
from fluencylab.workbench.evenly import Evenly
from fluencylab.workbench.found import Found, Role, Row, Tally, count
from fluencylab.workbench.json_items import Item
from fluencylab.workbench.turns import conversation, is_conversation, turns
from fluencylab.workbench.values import flat, numbered, object_in, objects_in, text_of

SETTINGS = ("model", "temperature", "top_p", "seed")
ROLES: dict[str, Role] = {
    **{"system": "input", "output": "output", "ideal": "reference"},
    **dict.fromkeys((*SETTINGS, "passed", "graders", "error"), "ignore"),
}
VERDICT = 'The column "passed" says what graders decided, and no person; choose the role "label" for it if their word should count.'


def is_evals(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    if isinstance(value.get("datasource_item"), dict) or (isinstance(value.get("item"), dict) and value.keys() <= {"item", "sample"}):
        return True
    return "ideal" in value and (is_conversation(value.get("input")) or isinstance(value.get("input"), str))


def evals(items: Sequence[Item], title: str, tally: Tally, notes: Sequence[str] = ()) -> Found:
    """Raises Refused where nothing stands in any of them."""
    taken = Evenly[tuple[str, Row]]()
    others = 0
    for place, value in items:
        if is_evals(value):
            taken.add((place, _row(value, tally)))
        else:
            others += 1
    notes = [*notes, *([f"{count(others, 'object')} of another form {'was' if others == 1 else 'were'} left out."] if others else [])]
    if any(row.get("passed") for _, row in taken.kept):
        notes.append(VERDICT)
    messages = _shared_system([row for _, row in taken.kept])
    says = f"{count(taken.seen, 'item')} of OpenAI's Evals ({title})."
    return built("openai-evals", says, taken, tally, what="item", roles=ROLES, messages=messages, notes=notes)


def _shared_system(rows: Sequence[Row]) -> tuple[tuple[str, str], ...]:
    """The system message that all have, taken out of the rows: it is the prompt, and no input."""
    systems = {row.get("system", "") for row in rows}
    if len(systems) > 1 or systems == {""}:
        return ()
    for row in rows:
        del row["system"]
    return ("system", systems.pop()), ("user", "{{input}}")


def _row(value: dict[str, Any], tally: Tally) -> Row:
    if "ideal" in value:
        return _older(value, tally)
    item: dict[str, Any] = value.get("datasource_item") or value["item"]
    item = item["item"] if isinstance(item.get("item"), dict) else item
    row: Row = {}
    for name, text in flat(item).items():
        row[numbered(name.removeprefix("sample."), row)] = text
    sample = object_in(value.get("sample"))
    said = _said(sample, tally)
    if said:
        row[numbered("output", row)] = said
    if results := objects_in(value.get("results")):
        row["passed"] = text_of(all(one.get("passed") for one in results))
        row["graders"] = "\n".join(f"{text_of(one.get('name'))}: {_verdict(one)}" for one in results)
    elif value.get("status") in ("pass", "fail"):
        row["passed"] = text_of(value["status"])
    row |= {name: text_of(sample[name]) for name in SETTINGS if sample.get(name) is not None}
    if isinstance(error := sample.get("error"), dict) and error.get("message"):
        row["error"] = text_of(error["message"])
    return row


def _said(sample: dict[str, Any], tally: Tally) -> str:
    if isinstance(sample.get("output_text"), str):
        return str(sample["output_text"])
    said = conversation(turns(answer_messages(sample.get("output") or (sample.get("choices") and sample)), tally))
    return "\n\n".join(filter(None, (said.steps, said.answer)))


def _verdict(result: dict[str, Any]) -> str:
    passed = "passed" if result.get("passed") else "failed"
    score = result.get("score")
    return f"{passed} ({score:g})" if isinstance(score, int | float) and not isinstance(score, bool) else passed


def _older(value: dict[str, Any], tally: Tally) -> Row:
    """One of the open-source evals: messages, and one answer that is right or several of which each is."""
    further = flat({name: one for name, one in value.items() if name not in ("input", "ideal")})
    ideal = value["ideal"]
    right = " | ".join(map(text_of, ideal)) if isinstance(ideal, list) else text_of(ideal)
    if isinstance(value["input"], str):
        return {"input": value["input"], "ideal": right, **further}
    said = conversation(turns(value["input"], tally))
    return {**({"system": said.system} if said.system else {}), "input": said.asked, "ideal": right, **further}

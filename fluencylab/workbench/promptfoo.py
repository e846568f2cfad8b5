"""promptfoo: a configuration (YAML or JSON) with its prompts and tests, a list of tests, and the results of an evaluation.

vars become columns, an assertion that names the answer the reference, the other assertions a note, metadata tags
"""

import itertools
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from fluencylab.documents.refusal import Refused
from fluencylab.workbench.building import built
from fluencylab.workbench.evenly import Evenly
from fluencylab.workbench.found import Found, Role, Row, Tally, count
from fluencylab.workbench.promptfoo_settings import settings
from fluencylab.workbench.prompts import Template, found_prompt, is_chat_prompt, template_of_messages, template_of_text
from fluencylab.workbench.values import flat, numbered, object_in, objects_in, opened_json, text_of
from fluencylab.workbench.yaml_values import yaml_value

NAMES_THE_ANSWER = (
    "equals",
    "similar",
    "factuality",
    "model-graded-factuality",
    "is-equal",
    "answer-relevance",
    "context-recall",
    "rouge-n",
    "bleu",
)
VERDICT = 'The column "passed" says what assertions decided, and no person; choose the role "label" for it if their word should count.'
TYPES = {"grade": "llm-rubric", "fn": "javascript", "eval": "javascript"}
"""Short names of types in a table."""
MOST_COMBINATIONS = 500
"""Cases that one test with lists of values stands for."""
NAMED = 5
REFERENCE, CHECKS, MUST = "reference", "checks", "must not break"
ROLES: dict[str, Role] = {
    REFERENCE: "reference",
    CHECKS: "note",
    "output": "output",
    "passed": "ignore",
    "reason": "ignore",
    "description": "tags",
    MUST: "must_not_break",
}


def is_promptfoo(value: Any) -> bool:
    """A configuration, or what an evaluation gave."""
    if not isinstance(value, dict):
        return False
    if _results(value):
        return True
    return ("prompts" in value and ("tests" in value or "providers" in value or "targets" in value)) or (
        "providers" in value and "tests" in value
    )


def is_tests(value: Any) -> bool:
    """A list of tests by itself."""
    return isinstance(value, list) and bool(value) and all(isinstance(one, dict) and isinstance(one.get("vars"), dict) for one in value)


def promptfoo(value: Any, title: str, tally: Tally) -> Found:
    """Raises Refused where there is neither a test nor a prompt."""
    if isinstance(value, list):
        value = {"tests": value}
    if results := _results(value):
        return _evaluation(results, title, tally)
    prompts, elsewhere = _prompts(value.get("prompts"), tally)
    taken = Evenly[tuple[str, Row]]()
    notes: list[str] = []
    for number, test in enumerate(_tests(value, elsewhere), 1):
        for row in _rows(test, object_in(value.get("defaultTest")), elsewhere, notes):
            taken.add((f"{title}, test {number:,}", row))
    notes = list(dict.fromkeys(notes))
    if elsewhere:
        notes.append(_elsewhere(elsewhere))
    if len(prompts) > 1:
        notes.append(f"{count(len(prompts) - 1, 'further prompt')} {'was' if len(prompts) == 2 else 'were'} left out; the first was taken.")
    told, unsaid = settings(value) if prompts else ({}, ())
    notes += unsaid
    if prompts and not taken.kept:
        return found_prompt(prompts[0], title, tally, notes)._replace(settings=told)
    if not prompts and not taken.kept:
        raise Refused("is a configuration of promptfoo without a prompt or a test of its own.", "Choose the files that it names.")
    says = f"A promptfoo configuration of {count(len(prompts), 'prompt')} and {count(taken.seen, 'test')} ({title})."
    notes = [*(prompts[0].notes if prompts else ()), *notes]
    messages = prompts[0].messages if prompts else ()
    found = built("promptfoo", says, taken, tally, what="test", roles=_roles(taken), messages=messages, notes=notes)
    return found._replace(settings=told)


def _elsewhere(names: Sequence[str]) -> str:
    named = ", ".join(names[:NAMED]) + (" …" if len(names) > NAMED else "")
    if len(names) == 1:
        return f"A file that it names is not part of it and was not read: {named}; bring it in by itself."
    return f"{len(names):,} files that it names are not part of it and were not read: {named}; bring them in one by one."


def is_test_table(row: Row) -> bool:
    """A table of tests: `__expected` and its like are no variables."""
    return any(name.startswith("__expected") for name in row)


def test_table(found: Found, tally: Tally) -> Found:
    """What promptfoo makes of such a table: each `__expected` is an assertion, `__metadata:topic` a tag. Raises Refused."""
    taken = Evenly[tuple[str, Row]]()
    for place, given in zip(found.places, found.rows, strict=True):
        row = {name: text for name, text in given.items() if not name.startswith("__")}
        test: dict[str, Any] = {"assert": [_assertion(text) for name, text in given.items() if name.startswith("__expected") and text]}
        test["metadata"] = {name.partition(":")[2]: text for name, text in given.items() if name.startswith("__metadata:") and text}
        test["description"] = given.get("__description", "")
        row |= {numbered(name, row): text for name, text in _rest(test, {}).items()}
        taken.add((place, row))
    return built("promptfoo", found.says, taken, tally, what="test", roles=_roles(taken), notes=found.notes)


def _assertion(text: str) -> dict[str, str]:
    """ "contains: 30 days" is one of that type; a text without a type is what must be answered."""
    typed = re.fullmatch(r"((?:not-)?[a-z]+(?:-[a-z]+)*)(?:\([\d.]+\))?:\s*(.+)", text, re.DOTALL)
    return {"type": TYPES.get(typed[1], typed[1]), "value": typed[2]} if typed else {"type": "equals", "value": text}


def _roles(taken: Evenly[tuple[str, Row]]) -> dict[str, Role]:
    """A variable is an input, whatever it is called."""
    return {name: ROLES.get(name) or _role(name) for _, row in taken.kept for name in row}


def _role(name: str) -> Role:
    return "tags" if name.startswith("metadata.") else "ignore" if name.startswith("score ") else "input"


def _prompts(value: Any, tally: Tally) -> tuple[list[Template], list[str]]:
    """The prompts that stand in the file itself, and the names of files that hold others."""
    found: list[Template] = []
    elsewhere: list[str] = []
    for one in value if isinstance(value, list) else [value] if value else []:
        raw = one.get("raw") or one.get("id") or one.get("label") if isinstance(one, dict) else one
        words = text_of(raw)
        if words.startswith("file://") or (
            " " not in words.strip() and words.strip().endswith((".txt", ".json", ".yaml", ".yml", ".md", ".js", ".py"))
        ):
            elsewhere.append(words)
            continue
        chat = opened_json(words)
        chat = _yaml_chat(words) if chat is words or isinstance(chat, str) else chat
        found.append(template_of_messages(chat, tally) if is_chat_prompt(chat) else template_of_text(words, tally))
    return [one for one in found if one.messages], elsewhere


def _yaml_chat(words: str) -> Any:
    """Messages that were written as YAML within the text."""
    if "role:" not in words:
        return words
    try:
        return yaml_value(words)
    except Refused:
        return words


def _tests(value: Mapping[str, Any], elsewhere: list[str]) -> Iterator[dict[str, Any]]:
    tests = value.get("tests")
    for one in tests if isinstance(tests, list) else [tests] if tests else []:
        if isinstance(one, dict) and ("vars" in one or "assert" in one or "description" in one):
            yield one
        else:
            elsewhere.append(text_of(one.get("path") if isinstance(one, dict) else one) or "tests")
    for scenario in objects_in(value.get("scenarios")):
        for config in objects_in(scenario.get("config")) or [{}]:
            for test in objects_in(scenario.get("tests")) or [{}]:
                yield {**config, **test, "vars": {**object_in(config.get("vars")), **object_in(test.get("vars"))}}


def _rows(test: Mapping[str, Any], default: Mapping[str, Any], elsewhere: list[str], notes: list[str]) -> Iterator[Row]:
    """A test as rows: one, or one for each combination where variables have lists of values."""
    variables = {**object_in(default.get("vars")), **object_in(test.get("vars"))}
    if isinstance(test.get("vars"), str):
        elsewhere.append(test["vars"])
    lists = {
        name: one
        for name, one in variables.items()
        if isinstance(one, list) and one and not any(isinstance(inner, dict | list) for inner in one)
    }
    rest = _rest(test, default)
    combined = itertools.product(*lists.values())
    if (combinations := math.prod(map(len, lists.values()))) > MOST_COMBINATIONS:
        notes.append(f"A test stands for {combinations:,} combinations of its values; the first {MOST_COMBINATIONS} were taken.")
    for values in itertools.islice(combined, MOST_COMBINATIONS):
        row = {str(name): text_of(one) for name, one in {**variables, **dict(zip(lists, values, strict=True))}.items()}
        for name, text in row.items():
            if text.startswith("file://"):
                elsewhere.append(text)
                row[name] = ""
        yield {**row, **{numbered(name, row): text for name, text in rest.items()}}


def _rest(test: Mapping[str, Any], default: Mapping[str, Any]) -> Row:
    assertions = [*_assertions(test.get("assert")), *_assertions(default.get("assert"))]
    answers = [text_of(one.get("value")) for one in assertions if one.get("type") in NAMES_THE_ANSWER and one.get("value")]
    checks = [_check(one) for one in assertions if one.get("type") not in NAMES_THE_ANSWER or one.get("value") is None]
    row: Row = {REFERENCE: answers[0] if answers else "", CHECKS: "\n".join([*(f"also: {one}" for one in answers[1:]), *checks])}
    row |= {f"metadata.{name}": text for name, text in flat(object_in(test.get("metadata"))).items()}
    if test.get("description"):
        row["description"] = text_of(test["description"])
    return {name: text for name, text in row.items() if text}


def _assertions(value: Any) -> Iterator[dict[str, Any]]:
    for one in objects_in(value):
        if one.get("type") == "assert-set":
            yield from _assertions(one.get("assert"))
        else:
            yield one


def _check(assertion: Mapping[str, Any]) -> str:
    said = text_of(assertion.get("value"))
    bar = f" (threshold {text_of(assertion['threshold'])})" if assertion.get("threshold") is not None else ""
    return f"{text_of(assertion.get('type'))}{': ' if said else ''}{said}{bar}"


def _variables(given: Mapping[str, Any]) -> Row:
    """In a bundle of ours what goes in stands one object down, and its number is no part of it."""
    return {str(name): text_of(one) for name, one in (given["input"] if _is_of_bundle(given) else given).items()}


def _is_of_bundle(variables: Mapping[str, Any]) -> bool:
    return variables.keys() == {"case", "input"} and isinstance(variables["input"], dict)


def _of_bundle(result: Mapping[str, Any]) -> Row:
    """Its assertions are checks of the product that it came from: what they say is read, and not how."""
    must = object_in(object_in(result.get("testCase")).get("metadata")).get("must_not_break")
    return {MUST: "true"} if must is True else {}


def _metrics(graded: Mapping[str, Any]) -> Row:
    """What each assertion that has a name decided."""
    told = [(object_in(one.get("assertion")).get("metric"), one.get("pass")) for one in objects_in(graded.get("componentResults"))]
    return {f"score {name}": "pass" if passed else "fail" for name, passed in told if isinstance(name, str) and name}


def _results(value: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What `promptfoo eval -o results.json` wrote, in any of its versions."""
    inner = value.get("results")
    found = inner.get("results") if isinstance(inner, dict) else inner
    return [one for one in objects_in(found) if isinstance(one.get("vars"), dict) and ("response" in one or "gradingResult" in one)]


def _evaluation(results: Sequence[Mapping[str, Any]], title: str, tally: Tally) -> Found:
    taken = Evenly[tuple[str, Row]]()
    for number, result in enumerate(results, 1):
        graded = object_in(result.get("gradingResult"))
        row = _variables(object_in(result.get("vars")))
        more = _of_bundle(result) if _is_of_bundle(object_in(result.get("vars"))) else _rest(object_in(result.get("testCase")), {})
        more |= {"output": text_of(object_in(result.get("response")).get("output", result.get("error")))}
        more |= {"passed": text_of(graded.get("pass", result.get("success"))), "reason": text_of(graded.get("reason"))}
        more |= _metrics(graded)
        row |= {numbered(name, row): text for name, text in more.items()}
        taken.add((f"{title}, result {number:,}", row))
    prompts = {text_of(object_in(one.get("prompt")).get("raw", one.get("prompt"))) for one in results}
    notes = [VERDICT]
    if len(prompts) > 1:
        notes.append(f"The results come from {len(prompts):,} filled-in prompts; each case is in it as often as it was run.")
    says = f"{count(len(results), 'result')} of a promptfoo evaluation ({title})."
    return built("promptfoo", says, taken, tally, what="result", roles=_roles(taken), notes=notes)

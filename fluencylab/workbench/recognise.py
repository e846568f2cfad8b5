"""Which of the forms that tools give out a file is in: told by what stands in it, and by its name only where that says nothing."""

import json
import re
from typing import Any

from fluencylab.documents import kinds, plain
from fluencylab.documents.extract import extracted
from fluencylab.text.segmentation import count_words
from fluencylab.workbench import (
    bundle_cases,
    chats,
    inspect_logs,
    langfuse,
    objects,
    openai_evals,
    otlp,
    phoenix,
    promptfoo,
    prompts,
    tables,
)
from fluencylab.workbench.column_roles import columns_of
from fluencylab.workbench.found import Found, Tally, count
from fluencylab.workbench.json_items import Item, Items, items, looks_like_json
from fluencylab.workbench.letters import decoded
from fluencylab.workbench.spans import traces
from fluencylab.workbench.values import opened_json
from fluencylab.workbench.yaml_values import yaml_value

MOST_LETTERS = 1_000_000
"""Of a document."""
TEMPLATES = ("prompt", "jinja", "jinja2", "j2", "mustache", "hbs", "njk", "tmpl")
"""What the names of files with templates end in."""
ANSWERED = {"completion", "response", "output", "answer", "expected", "reference", "ideal"}
TABLES = ("csv", "xlsx", "ods")
UNPACK = "Tables in a packed archive are read as text; to bring in their rows as cases, unpack it and choose them one by one."


def of_bytes(title: str, data: bytes) -> Found:
    """Raises Refused."""
    if inspect_logs.is_packed(data):
        return inspect_logs.log(inspect_logs.unpacked(data), title, Tally())
    kind = kinds.kind_of_bytes(data, title)
    tally = Tally()
    if kind in ("xlsx", "ods"):
        return _exported(tables.workbook(data, kind, title, tally), title)
    if kind:
        return _document(title, data)
    text, notes = decoded(data, tally)
    text = text.removeprefix("\ufeff")
    if kinds.kind_of_text(text, title) in ("html", "flat"):
        return _document(title, data)
    found = _of_text(text, title, tally)
    return found._replace(notes=(*notes, *found.notes)) if found else _document(title, data)


def _of_text(text: str, title: str, tally: Tally) -> Found | None:
    """None for a text that is to be read and not to be run."""
    ending = kinds.ending(title)
    if looks_like_json(text) and (ending in ("json", "jsonl", "ndjson") or not prompts.is_prompt(text, title)):
        return _of_json(text, title, tally)
    if ending in ("json", "jsonl", "ndjson"):
        return _of_json(text, title, tally)
    if ending in ("yaml", "yml") or re.search(r"^(prompts|tests|providers):", text, re.MULTILINE):
        return _of_value(Items([], yaml_value(text)), title, tally)
    if ending in ("csv", "tsv", "tab", "xls", "xlsx") or (ending not in ("md", "markdown") and tables.is_table(text)):
        return _exported(tables.separated_values(text, title, tally), title)
    if tables.is_markdown_table(text):
        return tables.markdown_table(text, title, tally)
    if tables.is_list_of_questions(text):
        return tables.list_of_questions(text, title, tally)
    if ending in TEMPLATES or prompts.is_prompt(text, title):
        return prompts.found_prompt(prompts.template_of_text(text, tally), title, tally)
    return None


def _of_json(text: str, title: str, tally: Tally) -> Found:
    return _of_value(items(text, title, tally), title, tally)


def _of_value(given: Items, title: str, tally: Tally) -> Found:
    """Which export it is, by the names that its objects have."""
    whole, notes = given.whole, given.notes
    if promptfoo.is_promptfoo(whole) or promptfoo.is_tests(whole):
        return promptfoo.promptfoo(whole, title, tally)
    if inspect_logs.is_log(whole):
        return inspect_logs.log(whole, title, tally)
    if messages := _prompt_in(whole):
        template = prompts.template_of_messages(messages, tally)
        return prompts.found_prompt(template, title, tally)
    if prompts.is_chat_prompt(whole):
        given = Items([Item(title, {"messages": whole})], None)
    if not given.items:  # of YAML
        given = items(json.dumps(whole), title, tally)
    values = [item.value for item in given.items]
    sample = values[:20]
    if any(map(bundle_cases.is_case, sample)):
        return bundle_cases.cases(given.items, title, tally)
    if any(map(otlp.is_otlp, sample)):
        return traces("otlp", otlp.spans(values), title, tally, notes)
    if any(map(openai_evals.is_evals, sample)):
        return openai_evals.evals(given.items, title, tally, notes)
    if any(map(phoenix.is_phoenix, sample)):
        return traces("phoenix", phoenix.spans(values), title, tally, notes)
    if isinstance(whole, dict) and isinstance(whole.get("trace"), dict) and isinstance(whole.get("observations"), list):
        whole = {**whole["trace"], "observations": whole["observations"], "scores": whole.get("scores", [])}  # one trace, from its own page
        return langfuse.langfuse([given.items[0]._replace(value=whole)], title, tally, notes)
    if isinstance(whole, dict) and langfuse.kind_of(whole):
        return langfuse.langfuse([given.items[0]._replace(value=whole, place=title)], title, tally, notes)
    if any(map(langfuse.kind_of, sample)):
        return langfuse.langfuse(given.items, title, tally, notes)
    if sum(chats.chat_of(value) is not None for value in sample) * 2 > len(sample):
        return chats.chats(given.items, title, tally, notes)
    return objects.objects(given.items, title, tally, notes)


def _prompt_in(whole: Any) -> list[Any] | None:
    """The messages of a file that is one prompt: a list of them, a request to a model, or a prompt that a tool keeps by its name."""
    if isinstance(whole, dict) and isinstance(whole.get("prompt"), str) and not whole.keys() & ANSWERED:
        return [{"role": "system", "content": whole["prompt"]}]
    chat = chats.chat_of(whole)
    return chat.messages if chat and chat.messages[-1].get("role") not in ("assistant", "model", "tool") else None


def _exported(found: Found, title: str) -> Found:
    """A table that another tool wrote is read as what it is: its cells hold JSON, or its columns have names of that tool."""
    if found.rows and promptfoo.is_test_table(found.rows[0]):
        return promptfoo.test_table(found, Tally())
    if not any(phoenix.is_phoenix(row) or langfuse.kind_of(row) or chats.chat_of(row) for row in found.rows[:1]):
        return found
    listed = [{name: opened_json(text) for name, text in row.items()} for row in found.rows]
    again = _of_value(Items([Item(place, row) for place, row in zip(found.places, listed, strict=True)], None), title, Tally())
    return again._replace(notes=(*found.notes, *again.notes))


def _document(title: str, data: bytes) -> Found:
    """What is to be read: its words, one row for each document in the file."""
    read_ones = extracted(title, data, MOST_LETTERS)
    rows = tuple({"text": plain.clean(one.text)} for one in read_ones.documents)
    words = count(sum(count_words(row["text"]) for row in rows), "word")
    size = ", ".join(filter(None, [read_ones.documents[0].size if len(rows) == 1 else "", words]))
    says = f"{'A document' if len(rows) == 1 else count(len(rows), 'document')} of {size} ({title})."
    tables_in = [UNPACK] if len(rows) > 1 and any(one.kind in TABLES for one in read_ones.documents) else []
    notes = (*tables_in, *read_ones.notes, *(note for one in read_ones.documents for note in one.notes))
    return Found("document", says, columns_of(rows, {"text": "input"}), rows, tuple(one.name for one in read_ones.documents), (), notes)

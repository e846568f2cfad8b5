"""A prompt as messages with {{variables}}: from plain text, Markdown with a heading for each role, or the JSON of a chat.

System: You answer for {shop}.        ("system", "You answer for {{shop}}.")
User: {question}                      ("user", "{{question}}")
"""

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from fluencylab.workbench.found import Found, Tally, count
from fluencylab.workbench.turns import ROLES, is_conversation, turns
from fluencylab.workbench.values import kept, variable

NAME = r"[^\W\d]\w*(?:\.\w+)*"
DOUBLE = re.compile(r"\{\{-?\s*(" + NAME + r")\s*-?\}\}")
FILTERED = re.compile(r"\{\{-?\s*" + NAME + r"\s*\|[^{}]*\}\}")
SINGLE = re.compile(r"\{\{|\}\}|(?<!\$)\{(" + NAME + r")\}")
DOLLAR = re.compile(r"\$\{(" + NAME + r")\}|\$([^\W\d]\w*)\b(?![.,]?\d)")
LOGIC = re.compile(r"\{%[^{}]{0,300}%\}|\{\{[#/^>!][^{}]{0,300}\}\}")
HEADING = re.compile(
    r"^[ \t]*(?:\#{1,6}[ \t]*|\*\*|\[|<\|?(?:im_start\|>)?|---+[ \t]*)?"
    r"(system|developer|user|human|assistant|ai|model)(?:[ \t]+(?:prompt|message|instructions?|turn))?"
    r"[ \t]*(?:\*\*:?|\]:?|\|?>|:\*\*|:|---+)?[ \t]*(.*)$",
    re.IGNORECASE | re.MULTILINE,
)
"""A line that names a role: "## System", "**User:**", "[assistant]", "<system>", "Human: hello"."""
OPENINGS = re.compile(
    r"(you|your (task|job|role|goal)|act as|as an? |answer|write|summari[sz]e|translate|classify|extract|given|please|"
    r"du bist|sie sind|deine aufgabe|beantworte|fasse|tu es|vous êtes|réponds|eres|tu tarea|responde|sei un|você é|"
    r"je bent|jesteś|ты|あなたは|你是)\b",
    re.IGNORECASE,
)
MOST_LETTERS = 60_000
"""A text without variables or roles is a prompt up to a tenth of this, where it begins like one."""
NAMED = 8


class Template(NamedTuple):
    """`messages` with variables as {{name}} only; `notes` say what was recognised and what stands as written."""

    messages: tuple[tuple[str, str], ...]
    variables: tuple[str, ...]
    notes: tuple[str, ...]


def is_prompt(text: str, name: str) -> bool:
    """Is a text something that is sent to a model, and not something to be read? By its variables, its roles, its name, its first words."""
    if len(text) > MOST_LETTERS:
        return False
    if DOUBLE.search(text) or len(_by_role(text)) > 1 or "prompt" in name.lower():
        return True
    if len(text) <= MOST_LETTERS // 10 and any(found[1] for found in SINGLE.finditer(text)):
        return True
    return len(text) <= MOST_LETTERS // 10 and bool(OPENINGS.match(text.lstrip(" \t\n#*>-\"“'")))


def found_prompt(template: Template, title: str, tally: Tally, notes: Sequence[str] = ()) -> Found:
    says = f"A prompt of {count(len(template.messages), 'message')} and {count(len(template.variables), 'variable')} ({title})."
    return Found("prompt", says, (), (), (), template.messages, (*template.notes, *notes, *tally.notes()))


def template_of_text(text: str, tally: Tally) -> Template:
    return template(_by_role(kept(text, tally).strip()))


def template_of_messages(messages: Sequence[Any], tally: Tally) -> Template:
    """Of a chat in JSON: words only; a picture is named."""
    return template([(turn.role, turn.text) for turn in turns(messages, tally) if turn.text and turn.role != "tool"])


def is_chat_prompt(value: Any) -> bool:
    return is_conversation(value)


def template(messages: Sequence[tuple[str, str]]) -> Template:
    """Messages whose variables are all written {{name}}. The words of one alone, without a user's, get one that holds the case."""
    whole = "\n".join(text for _, text in messages)
    notes: list[str] = []
    if not DOUBLE.search(whole) and any(found[1] for found in SINGLE.finditer(whole)):
        messages = [(role, SINGLE.sub(_of_single, text)) for role, text in messages]
        notes.append(_recognised(messages, "{name}"))
    elif not DOUBLE.search(whole) and DOLLAR.search(whole):
        messages = [(role, DOLLAR.sub(lambda found: _written(found[1] or found[2]), text)) for role, text in messages]
        notes.append(_recognised(messages, "$name"))
    elif DOUBLE.search(whole):
        messages = [(role, DOUBLE.sub(lambda found: _written(found[1]), text)) for role, text in messages]
        notes.append(_recognised(messages, ""))
    notes += _as_written("\n".join(text for _, text in messages))
    if not any(role == "user" for role, _ in messages):
        if _variables(messages) and len(messages) == 1:
            messages = [("user", messages[0][1])]
        else:
            messages = [*(("system", text) if role == "user" else (role, text) for role, text in messages), ("user", "{{input}}")]
            notes.append("It says nothing in the user's name, so what each case asks follows it as the user's message, {{input}}.")
    return Template(tuple(messages), _variables(messages), tuple(notes))


def _of_single(found: re.Match[str]) -> str:
    """Where {name} is a variable, a brace that stands twice means one."""
    return _written(found[1]) if found[1] else found[0][0]


def _written(name: str) -> str:
    return "{{" + variable(name) + "}}"


def _variables(messages: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found[1] for _, text in messages for found in DOUBLE.finditer(text)))


def _recognised(messages: Sequence[tuple[str, str]], form: str) -> str:
    names = _variables(messages)
    named = ", ".join(f"{{{{{name}}}}}" for name in names[:NAMED]) + (" …" if len(names) > NAMED else "")
    written = f", written {form} in the file" if form else ""
    return f"{count(len(names), 'variable')} {'was' if len(names) == 1 else 'were'} recognised{written}: {named}."


def _as_written(text: str) -> list[str]:
    """What looks like the language of templates and is not carried out."""
    found = (
        (LOGIC.findall(text), "command of a template language", "commands of a template language"),
        (FILTERED.findall(text), "variable with a filter", "variables with a filter"),
        (["{{"] * (text.count("{{") - text.count("}}")), "pair of braces that is never closed", "pairs of braces that are never closed"),
    )
    return [_stands(parts, one, many) for parts, one, many in found if parts]


def _stands(parts: Sequence[str], one: str, many: str) -> str:
    if len(parts) == 1:
        return f"1 {one} stands as written and means nothing here: {parts[0][:40]}."
    return f"{len(parts):,} {many} stand as written and mean nothing here, such as {parts[0][:40]}."


def _by_role(text: str) -> list[tuple[str, str]]:
    """Parts of a text under lines that name a role; else all of it as one, in the system's name."""
    marks = [found for found in HEADING.finditer(text) if _is_heading(found)]
    if not marks or text[: marks[0].start()].strip():
        return [("system", text)]
    parts: list[tuple[str, str]] = []
    for at, mark in enumerate(marks):
        end = marks[at + 1].start() if at + 1 < len(marks) else len(text)
        body = f"{mark[2]}{text[mark.end() : end]}".strip()
        body = re.sub(rf"\s*(?:</{mark[1]}>|<\|im_end\|>)\s*$", "", body, flags=re.IGNORECASE).strip()
        if body:
            parts.append((ROLES[mark[1].lower()], body))
    return parts or [("system", text)]


def _is_heading(found: re.Match[str]) -> bool:
    """ "System: you are" names a role; "System requirements are" and "user" in a sentence do not."""
    before, after = found[0][: found.start(1) - found.start()].strip(), found[0][found.end(1) - found.start() :]
    rest = found[2].strip()
    closed = re.match(r"[ \t]*(?:(?:prompt|message|instructions?|turn)[ \t]*)?(?::|\*\*|\]|\|?>|-{3,})", after, re.IGNORECASE) is not None
    return closed or (bool(before) and not rest)

"""The prompts of a bundle: as they are, to read, and as promptfoo fills them.

for_promptfoo("Order {{order}}: {% raw")     'Order {{ input["order"] }}: {{ "{%" }} raw'

promptfoo fills prompts by nunjucks, to which more than {{names}} means something; what means nothing to us is written as a text there.
"""

import json
import re
from collections.abc import Iterator

from fluencylab.workbench.retrieval import PASSAGES
from fluencylab.workbench.tools import definitions_of, results_of
from fluencylab.workbench.version import Version

_PLACE = re.compile(r"(\{\{.*?\}\})", re.DOTALL)
_MEANT = re.compile(r"\{[%#]|#\}")


def as_json(version: Version) -> str:
    return _json([{"role": one.role, "content": one.content} for one in version.messages])


def as_markdown(version: Version) -> str:
    """A heading for each role; the text under it as it is, in a fence, so that nothing in it is markup. Then what it has besides."""
    parts: list[tuple[str, str]] = [(one.role, one.content) for one in version.messages]
    if version.retrieval:
        parts.append(("looked up", f"{version.retrieval.says}, by: {version.retrieval.query}"))
    if version.json_schema is not None:
        parts.append(("schema of the answer", _json(version.json_schema).rstrip()))
    if version.tools:
        parts += [("tools", definitions_of(version.tools)), ("what the tools answer", results_of(version.tools))]
    return "\n".join(f"# {name}\n\n{fenced(text)}\n" for name, text in parts)


def more(version: Version) -> Iterator[str]:
    """What it has besides its messages, each in a sentence."""
    if version.retrieval:
        yield f"It looks up {version.retrieval.says}."
    if version.json_schema is not None:
        yield "Its answers are to match a JSON schema."
    yield from (f"It may call {one.line()}." for one in version.tools)


def as_promptfoo(version: Version, number: int) -> str:
    """What was looked up differs from version to version, and stands beside what goes in."""
    found = number if version.retrieval else 0
    return _json([{"role": one.role, "content": for_promptfoo(one.content, found)} for one in version.messages])


def for_promptfoo(text: str, found: int = 0) -> str:
    """`found`: the version whose passages are meant; 0 where it looks nothing up."""
    return "".join(_place(part, found) if part.startswith("{{") else _MEANT.sub(_as_text, part) for part in _PLACE.split(text))


def fenced(text: str) -> str:
    """A text that Markdown leaves alone: in a fence longer than any in it."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{text}\n{fence}"


def escaped(text: str) -> str:
    """What somebody wrote, on one line of Markdown: nothing in it is markup, and no address in it becomes a link."""
    line = " ".join(text.split())
    plain = re.sub(r"(?i)(https?|ftp|www)([:.])", r"\1&#8203;\2", re.sub(r"([\\`*_\[\]<>|&~$#@])", r"\\\1", line))
    return re.sub(r"^(\d*)([.)+=-])", r"\1\\\2", plain)


def _place(place: str, found: int) -> str:
    name = place[2:-2].strip()
    return f'{{{{ passages["{found}"] }}}}' if found and name == PASSAGES else f'{{{{ input["{name}"] }}}}'


def _as_text(found: re.Match[str]) -> str:
    return f'{{{{ "{found[0]}" }}}}'


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"

"""A memo as Markdown that anybody can read, and that reads back in as the same memo.

A claim is a link whose words are its figure, and an assumption one that names its owner; the measurements stand at the end, each with its
conditions. What in the learner's own text looks like one of our headings or links is written with a backslash.
"""

import re

from fluencylab.errors import BadInput
from fluencylab.workbench.memo import HEADINGS, TAG, Claim, Measurements, Memo, Section, refusals, shown

MEASUREMENTS = "Measurements"
_MARKUP = re.compile(r"([\\`*_\[\]<>|&~$])")
_BRACKETS = re.compile(r"([\\`*_\[\]<>|&~$()])")
_OWN_HEADING = re.compile(r"^(\\*#{1,2}(?=\s|$))", re.MULTILINE)
_ESCAPED_HEADING = re.compile(r"^\\(\\*#{1,2}(?=\s|$))", re.MULTILINE)
_OWN_LINK = re.compile(r"(\]\\*)(?=\(#(?:m-|assumption\)))")
_ESCAPED_LINK = re.compile(r"(\]\\*)\\(?=\(#(?:m-|assumption\)))")
_WORDS = r"(?:[^\[\]()\\\n]|\\.)*"
_BEFORE = r"(?P<before>\\*)"
"""Backslashes before a tag are doubled, or the last would take the bracket of its link away."""
_TAG = re.compile(_BEFORE + TAG.pattern)
_CLAIM = re.compile(_BEFORE + r"\[(?:[^\[\]\\\n]|\\.)*\]\(#m-(?P<id>[\w.:/-]+)\)")
_ASSUMED = re.compile(rf"{_BEFORE}\[(?P<text>{_WORDS}) \(assumption(?:: (?P<owner>{_WORDS}))?\)\]\(#assumption\)")
_HEADING = re.compile(r"^##[ \t]+(.*?)[ \t]*$", re.MULTILINE)
_BOUND = re.compile(r"^- `(?P<id>[\w.:/-]+)` .*`(?P<digest>[0-9a-f]{12})`$", re.MULTILINE)


def to_markdown(memo: Memo, measures: Measurements, draft: bool = False) -> str:
    """Raises BadInput with the first refusal, unless it is a draft."""
    ready(memo, measures, draft)
    parts = [f"# {memo.title}"]
    parts += [f"## {heading}\n\n{_text(memo, section, measures)}".rstrip() for section, heading in HEADINGS.items()]
    if lines := [_measurement(id, memo, measures) for id in dict.fromkeys((*memo.claims, *memo.bound))]:
        parts.append(f"## {MEASUREMENTS}\n\n" + "\n".join(lines))
    return "\n\n".join(parts) + "\n"


def ready(memo: Memo, measures: Measurements, draft: bool = False) -> None:
    """Raises BadInput where the memo cannot be handed on."""
    found = [] if draft else refusals(memo, measures)
    if found:
        more = f"There {'is 1 more' if len(found) == 2 else f'are {len(found) - 1} more'}." if len(found) > 1 else ""
        raise BadInput(found[0], more)


def from_markdown(text: str) -> Memo:
    """Raises BadInput where it is no memo. A heading that is none of a memo's stays in the section before it, one level down."""
    even = re.sub(r"\r\n?", "\n", text.removeprefix("\ufeff"))
    title = re.search(r"\A\s*#(?:[ \t]+(.*))?$", even, re.MULTILINE)
    headings = list(_HEADING.finditer(even))
    names = {heading: section for section, heading in HEADINGS.items()}
    if not any(heading[1] in names for heading in headings):
        raise BadInput("This is no decision memo.", f"It has none of a memo's headings, such as “## {HEADINGS['decision']}”.")
    sections: dict[Section, list[str]] = {}
    bound: dict[str, str] = {}
    at: Section | None = None
    for heading, following in zip(headings, [*headings[1:], None], strict=True):
        words = even[heading.end() : following.start() if following else len(even)].strip()
        if heading[1] == MEASUREMENTS:
            bound = {line["id"]: line["digest"] for line in _BOUND.finditer(words)}
            continue
        if heading[1] not in names and at is None:
            raise BadInput(f"“{heading[1]}” stands before the memo's first section.", "Move it into one of them, and read the file again.")
        if heading[1] not in names:
            words = f"### {heading[1]}\n\n{words}"
        at = names.get(heading[1], at)
        assert at is not None
        sections.setdefault(at, []).append(_read(words))
    return Memo(
        title=(title[1] or "") if title else "",
        sections={section: "\n\n".join(filter(None, texts)) for section, texts in sections.items()},
        bound=bound,
    )


def _text(memo: Memo, section: Section, measures: Measurements) -> str:
    own = _OWN_LINK.sub(r"\1\\", _OWN_HEADING.sub(r"\\\1", memo.text(section)))
    return _TAG.sub(lambda tag: 2 * tag["before"] + _link(tag, memo, measures), own)


def _link(tag: re.Match[str], memo: Memo, measures: Measurements) -> str:
    if tag["id"]:
        return f"[{_plain(shown(Claim(tag['id']), memo, measures))}](#m-{tag['id']})"
    owner = "" if tag["owner"] is None else f": {_plain(tag['owner'], _BRACKETS)}"
    return f"[{_plain(tag['text'], _BRACKETS)} (assumption{owner})](#assumption)"


def _read(text: str) -> str:
    tagged = _CLAIM.sub(lambda link: f"{_halved(link)}[[m:{link['id']}]]", text)
    tagged = _ASSUMED.sub(lambda link: f"{_halved(link)}{_assumed(link)}", tagged)
    return _ESCAPED_HEADING.sub(r"\1", _ESCAPED_LINK.sub(r"\1", tagged))


def _halved(link: re.Match[str]) -> str:
    return link["before"][: len(link["before"]) // 2]


def _assumed(link: re.Match[str]) -> str:
    owner = "" if link["owner"] is None else f"|{_unescaped(link['owner'])}"
    return f"[[a:{_unescaped(link['text'])}{owner}]]"


def _measurement(id: str, memo: Memo, measures: Measurements) -> str:
    digest = f" `{memo.bound[id]}`" if id in memo.bound else ""
    if id not in measures:
        return f"- `{id}` no longer measured.{digest}"
    return f"- `{id}` {_plain(measures[id].told)}{digest}"


def _plain(text: str, markup: re.Pattern[str] = _MARKUP) -> str:
    """What somebody else wrote, as text: nothing in it is markup."""
    return markup.sub(r"\\\1", text)


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)

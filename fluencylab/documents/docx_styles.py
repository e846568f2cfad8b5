"""What a Word document says of a run or a paragraph: directly, by its style, or by a style that this one is based on."""

from collections.abc import Iterator
from xml.etree import ElementTree as Tree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
OFF = ("0", "false", "off", "none")


def value(element: Tree.Element | None, name: str = "val") -> str:
    return "" if element is None else element.get(W + name, "")


class Styles:
    def __init__(self, sheet: Tree.Element | None) -> None:
        found = [] if sheet is None else sheet.findall(f"{W}style")
        self._by_id = {value(style, "styleId"): style for style in found}
        standard = (style for style in found if value(style, "type") == "paragraph" and value(style, "default") not in ("", *OFF))
        self._standard = value(next(standard, None), "styleId")
        self._known: dict[tuple[str, str, str], str] = {}

    def chain(self, style: str) -> Iterator[Tree.Element]:
        """The style, then those it is based on."""
        seen: set[str] = set()
        while style in self._by_id and style not in seen:
            seen.add(style)
            yield self._by_id[style]
            style = value(self._by_id[style].find(f"{W}basedOn"))

    def of_paragraph(self, paragraph: Tree.Element) -> str:
        return value(paragraph.find(f"{W}pPr/{W}pStyle")) or self._standard

    def run_says(self, run: Tree.Element, paragraph_style: str, name: str) -> str:
        """The value of a property of a run, such as `strike` or `vertAlign`: "" where it is not set, "1" where it has no value."""
        properties = run.find(f"{W}rPr")
        if properties is not None:
            if (direct := properties.find(W + name)) is not None:
                return _worth(direct)
            if found := self._by_style(value(properties.find(f"{W}rStyle")), "rPr", name):
                return "" if found in OFF else found
        found = self._by_style(paragraph_style, "rPr", name)
        return "" if found in OFF else found

    def _by_style(self, style: str, part: str, name: str) -> str:
        if not style:
            return ""
        if (style, part, name) not in self._known:
            set_by = (one.find(f"{W}{part}/{W}{name}") for one in self.chain(style))
            direct = next((one for one in set_by if one is not None), None)
            self._known[style, part, name] = "" if direct is None else value(direct) or "1"
        return self._known[style, part, name]


def _worth(element: Tree.Element) -> str:
    said = value(element) or "1"
    return "" if said in OFF else said

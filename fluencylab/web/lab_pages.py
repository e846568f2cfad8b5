"""How each instrument looks: a lab's own `page.py`, found by its name, else a page drawn from its Params."""

from functools import cache

from fluencylab import labs
from fluencylab.instruments import instruments
from fluencylab.web.guest_page import GuestPage
from fluencylab.web.lab_page import LabPage
from fluencylab.web.pages import (
    assistant_sheet,
    capstone_sheet,
    clinic_sheet,
    drafting_sheet,
    evaluation_sheet,
    judging_sheet,
    repair_sheet,
)

MACHINERY: dict[str, LabPage] = {
    one.PAGE.name: one.PAGE
    for one in (assistant_sheet, capstone_sheet, clinic_sheet, drafting_sheet, evaluation_sheet, judging_sheet, repair_sheet)
}


@cache
def lab_pages() -> dict[str, LabPage]:
    """The page of every instrument, by its name."""
    return {name: _page(name) for name in instruments()}


def _page(name: str) -> LabPage:
    lab = labs.found().labs.get(name)
    module = labs.part(lab, "page") if lab else None
    own: LabPage = module.PAGE if module else MACHINERY.get(name) or LabPage(name)
    return GuestPage(lab, own) if lab and lab.wheel else own

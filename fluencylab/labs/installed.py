"""Labs that wheels bring along, by entry points of the group `fluencylab.labs`: which fit, and why another is hidden.

    [project.entry-points."fluencylab.labs"]
    order = "fluency_lab_order"         a package with a lab's files, and `INTERFACE = 1` in its __init__.py

All of a lab is imported here, so that what cannot be imported fails now, and takes nothing else with it.
"""

import contextlib
import importlib
import io
import re
import threading
import types
import typing
from collections.abc import Collection, Iterator
from importlib.metadata import distributions
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

from pydantic import BaseModel

from fluencylab.labs.guard import Endless, in_words, within
from fluencylab.labs.interface import INTERFACE
from fluencylab.labs.lab import HiddenLab, Lab, part, printable

GROUP = "fluencylab.labs"
NAME = re.compile("[a-z][a-z0-9]{1,39}")
PACKAGE = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*", re.ASCII)
TAKEN = ("assistant", "call", "capstone", "clinic", "drafting", "evaluation", "grader", "judging", "repair")
"""Names of instruments that are no labs."""
FORM = ("run", "show", "model", "origin", "as_json")
"""Fields of every lab's form, and options of its command: no parameter may be called so."""
CALLED = ("calls", "fact_names", "run", "conclude")
"""What `instrument.py` must have beside TITLE and Params; `instruments/base.py` says what each is."""
DRAWS = ("charts", "groups")
"""What `chart.py` must have."""
PATIENCE = 60.0
"""Seconds for the import of one lab."""
_here = threading.local()


class Found(NamedTuple):
    labs: dict[str, Lab]
    hidden: tuple[HiddenLab, ...]


class DoesNotFit(Exception):
    """Why, in a sentence."""


def of_wheels(taken: Collection[str]) -> Found:
    """The labs of all wheels. `taken`: names that are given already. Of two with one name the first wheel's is offered."""
    if getattr(_here, "importing", False):
        raise RuntimeError("it asks which labs there are while it is being imported")
    labs: dict[str, Lab] = {}
    hidden = []
    for name, value, wheel in sorted(set(_points())):
        try:
            if name in taken or name in labs:
                raise DoesNotFit(f"There is a lab called “{name}” already.")
            labs[name] = _fitting(name, value, wheel)
        except DoesNotFit as why:
            hidden.append(HiddenLab(printable(name, 60), wheel, str(why)))
    return Found(labs, tuple(hidden))


def _points() -> Iterator[tuple[str, str, str]]:
    """(name, value, wheel) of every entry point of ours. A package whose list cannot be read has none; of two versions the first counts."""
    seen = set()
    for found in distributions():
        with contextlib.suppress(Exception):
            points = [point for point in found.entry_points if point.group == GROUP]
            if points and found.name not in seen:  # the name takes long to read
                seen.add(found.name)
                wheel = printable(f"{found.name} {found.version}", 80)
                yield from [(point.name, point.value, wheel) for point in points]


def _fitting(name: str, package: str, wheel: str) -> Lab:
    """The lab, imported and looked through. Raises DoesNotFit."""
    if not NAME.fullmatch(name) or name in TAKEN:
        raise DoesNotFit(
            f"“{printable(name, 60)}” cannot be its name: a lab has one of 2 to 40 small letters and digits, and none of ours."
        )
    if not PACKAGE.fullmatch(package):
        raise DoesNotFit(f"Its entry point names “{printable(package, 60)}”, which is no package.")
    try:
        with contextlib.redirect_stdout(io.StringIO()):  # what it prints would come among what a program reads
            return within(PATIENCE, lambda: _looked_through(name, package, wheel))
    except DoesNotFit:
        raise
    except Endless:
        raise DoesNotFit(f"Its import did not come to an end within {PATIENCE:.0f} seconds.") from None
    except BaseException as error:  # a stranger's code: whatever goes wrong in it, the lab goes on
        raise DoesNotFit(f"It cannot be imported ({in_words(error)}).") from error


def _looked_through(name: str, package: str, wheel: str) -> Lab:
    _here.importing = True
    module = importlib.import_module(package)
    _version(getattr(module, "INTERFACE", None))
    if not (places := list(getattr(module, "__path__", ()))):
        raise DoesNotFit(f"{package} is a single file; a lab is a package, a folder with __init__.py and instrument.py.")
    lab = Lab(name, package, Path(places[0]), wheel)
    instrument, chart, page = (part(lab, file) for file in ("instrument", "chart", "page"))
    if instrument is None:
        raise DoesNotFit("It lacks instrument.py.")
    lacks = [f"{one} in {file}" for file, one in _lacks(instrument, chart, page)]
    if lacks:
        raise DoesNotFit(f"It lacks {', '.join(lacks)}.")
    if page and getattr(page.PAGE, "name", None) != name:
        raise DoesNotFit(f"PAGE in page.py is not the page of {name}: LabPage is given the lab's name.")
    _tried(instrument)
    return lab


def _version(made_for: object) -> None:
    if type(made_for) is int and made_for == INTERFACE:
        return
    said = f"was written for version {printable(made_for, 20)}" if made_for is not None else "does not say for which version"
    raise DoesNotFit(f"It {said} of what labs lean on; this is version {INTERFACE}.")


def _lacks(instrument: ModuleType, chart: ModuleType | None, page: ModuleType | None) -> Iterator[tuple[str, str]]:
    """(file, what is not there, or is something else)."""
    if not isinstance(getattr(instrument, "TITLE", None), str) or not instrument.TITLE.strip():
        yield "instrument.py", "TITLE"
    if not _is_form(getattr(instrument, "Params", None)):
        yield "instrument.py", "Params"
    yield from (("instrument.py", name) for name in CALLED if not callable(getattr(instrument, name, None)))
    yield from (("chart.py", name) for name in DRAWS if chart and not callable(getattr(chart, name, None)))
    if page and not hasattr(page, "PAGE"):
        yield "page.py", "PAGE"


def _is_form(params: object) -> bool:
    return isinstance(params, type) and issubclass(params, BaseModel)


def _tried(instrument: ModuleType) -> None:
    """A page without a run shows the form as it begins, and says what pressing the button would take."""
    for name, field in instrument.Params.model_fields.items():
        if name in FORM:
            raise DoesNotFit(f"Its form has a field called {name}, and every lab's form has one already.")
        if field.is_required():
            raise DoesNotFit(f"Every field of its form must have a default, and {name} has none.")
        if not _drawable(field.annotation):
            raise DoesNotFit(f"No form can draw its field {name}: {printable(field.annotation, 60)}.")
    planned = instrument.calls(instrument.Params())
    if type(planned) is not int:
        raise DoesNotFit(f"calls(Params()) gives {printable(planned, 60)}, and must give a whole number.")


def _drawable(annotation: object) -> bool:
    """The types of which `web/form.py` makes a field, and the command line an option."""
    origin, inner = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is tuple:
        return len(inner) == 2 and inner[1] is ... and (inner[0] in (str, int, float) or typing.get_origin(inner[0]) is typing.Literal)
    if origin in (typing.Union, types.UnionType):
        return len(inner) == 2 and inner[1] is type(None) and inner[0] in (int, float)
    return origin is typing.Literal or annotation in (str, int, float, bool)

"""The types of what a template asks for: an attribute as Jinja finds it, what a loop gives, what a value is unpacked into. Pure."""

import inspect
import re
import types
import typing
from collections.abc import Iterable, Mapping
from dataclasses import fields as dataclass_fields
from functools import cache, cached_property
from typing import Any, Literal, NamedTuple, Union

from sqlalchemy.orm import Mapped

Names = dict[str, Any]
MISSING = object()


class Narrowed(NamedTuple):
    """A class of which some attributes are known better than it says: a sheet whose `parts` are one lab's."""

    of: type
    known: tuple[tuple[str, Any], ...]

    @property
    def __name__(self) -> str:
        return self.of.__name__


class Method(NamedTuple):
    """What can be called, and what it gives back."""

    gives: Any


def given(of: Any) -> Names:
    """The names that a dataclass gives to its template."""
    if isinstance(of, Narrowed):
        return given(of.of) | dict(of.known)
    return {field.name: hints(of)[field.name] for field in dataclass_fields(of)}


def attribute(of: Any, name: str) -> Any:
    """The type of an attribute, as Jinja finds it: an item of a mapping counts. MISSING where there is none."""
    if isinstance(of, Narrowed):
        return dict(of.known).get(name) or attribute(of.of, name)
    if members := _members(of):
        found = [attribute(one, name) for one in members]
        return MISSING if MISSING in found else union(found)
    origin, given = typing.get_origin(of) or of, typing.get_args(of)
    if not isinstance(origin, type) or origin in (Any, object, types.NoneType):
        return Any
    if typing.is_typeddict(origin):
        return typing.get_type_hints(origin).get(name, MISSING)
    if issubclass(origin, Mapping):
        return Method(Any) if hasattr(origin, name) else given[1] if given else Any
    return _declared(origin, name)


def _declared(of: type, name: str) -> Any:
    declared = hints(of)
    if name in declared:
        return declared[name]
    found = inspect.getattr_static(of, name, MISSING)
    if isinstance(found, property | cached_property):
        return hints(found.fget if isinstance(found, property) else found.func).get("return", Any)
    if callable(found) or isinstance(found, classmethod | staticmethod):
        return Method(hints(found).get("return", Any) if inspect.isfunction(found) else Any)
    if found is MISSING:
        return Any if name in _set_by_itself(of) else MISSING
    return type(found)


@cache
def _set_by_itself(of: type) -> set[str]:
    """Attributes of which a class of ours speaks without an annotation, `self.message = …`; their types are not known."""
    ours = [one for one in of.__mro__ if one.__module__.startswith("fluencylab")]
    return {name for one in ours for name in re.findall(r"self\.(\w+)", inspect.getsource(one))}


@cache
def hints(of: Any) -> Names:
    """The types of its attributes, or of a function's parameters, by their names."""
    try:
        found = typing.get_type_hints(of)
    except NameError:  # an annotation that is there for the type checker alone
        return {}
    return {name: typing.get_args(one)[0] if typing.get_origin(one) is Mapped else one for name, one in found.items()}


def _members(of: Any) -> tuple[Any, ...]:
    """Of a union, less None; of a literal, the types of its values."""
    if typing.get_origin(of) in (Union, types.UnionType):
        return tuple(one for one in typing.get_args(of) if one is not types.NoneType)
    return tuple({type(one) for one in typing.get_args(of)}) if typing.get_origin(of) is Literal else ()


def union(found: Iterable[Any]) -> Any:
    """The one type of all of these; where they differ, nothing is known."""
    different = list(dict.fromkeys(found))
    return different[0] if len(different) == 1 else Any


def each(of: Any) -> Any:
    """The type of what a loop over it gives."""
    if members := _members(of):
        return union(each(one) for one in members)
    origin, given = typing.get_origin(of) or of, typing.get_args(of)
    if origin is tuple and given and given[-1] is not ...:
        return union(given)
    return given[0] if given and isinstance(origin, type) and issubclass(origin, Iterable) else {str: str, range: int}.get(origin, Any)


def unpacked(of: Any, n: int) -> list[Any]:
    """The types of `n` names that a value is unpacked into."""
    given = typing.get_args(of)
    if typing.get_origin(of) is tuple and len(given) == n and given[-1] is not ...:
        return list(given)
    return list(hints(of).values()) if isinstance(of, type) and hasattr(of, "_fields") else [Any] * n


def item(of: Any, at: int | None) -> Any:
    """The type behind a number in brackets; `at`: which, where it is known."""
    if members := _members(of):
        return union(item(one, at) for one in members)
    origin, inner = typing.get_origin(of), typing.get_args(of)
    if origin is tuple and inner and inner[-1] is not ...:
        return inner[at] if at is not None else union(inner)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return inner[1] if inner else Any
    return each(of)

"""What a template asks for, held against the types of what it is given: names, their attributes, and theirs in turn.

    Checker().page("mission.html", Frame, MissionPage)   ->  ["mission.html:12: MissionPage has no “tittle”"]

A template is walked as Jinja reads it: what it extends and includes, each macro with the types it is called with, every branch. Where a
type is not known (`Any`), anything may be asked. What may be None is taken to be there: only drawing shows whether somebody looked.
"""

import re
import types
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any, NamedTuple

from jinja2 import nodes

from fluencylab.web.render import environment
from web.template_types import MISSING, Method, Names, attribute, each, given, item, union, unpacked

OF_JINJA = {"loop", "caller", "self", "super", "varargs", "kwargs"}


class Called(NamedTuple):
    """A macro where it was defined, or the body that a call block hands to one."""

    node: nodes.Macro | nodes.CallBlock
    template: str
    scope: Names


class Checker:
    """`narrowed(template)`: names that one template is given with better types than those around it."""

    def __init__(self, narrowed: Callable[[str], Names] = lambda template: {}) -> None:
        self.narrowed = narrowed
        self.found: list[str] = []
        self._seen: set[Any] = set()
        self._alive: list[Names] = []
        """Whose ids stand in `_seen`"""
        self._blocks: dict[str, list[tuple[str, nodes.Block]]] = {}
        self._given: Names = {}
        self._modules: dict[str, Names] = {}
        self.names = environment().list_templates()

    def page(self, template: str, *shown: Any) -> list[str]:
        """What is wrong with a page that is given these dataclasses, or names with their types."""
        self.found, self._blocks, self._seen = [], {}, set()
        self._given = {name: one for part in shown for name, one in (part if isinstance(part, dict) else given(part)).items()}
        self._chain(template, {**dict.fromkeys(environment().globals, Any), **self._given})
        return sorted(set(self.found))

    def _chain(self, template: str, scope: Names) -> None:
        """A page and what it extends: names that are set outside of blocks are seen in all of them."""
        tree = _tree(template)
        for block in tree.find_all(nodes.Block):
            self._blocks.setdefault(block.name, []).append((template, block))
        above = next(tree.find_all(nodes.Extends), None)
        outside = [node for node in tree.body if not (above and isinstance(node, nodes.Block | nodes.Extends))]
        for node in outside:
            if isinstance(node, nodes.Assign) and isinstance(node.target, nodes.Name) and node.target.name in self._given:
                self._wrong(template, node, f"“{node.target.name}” hides what the page is given")
        self._all(outside, template, scope)
        if above:
            self._chain(_constant(above.template), scope)

    def _all(self, some: Iterable[nodes.Node], template: str, scope: Names) -> None:
        for node in some:
            self._node(node, template, scope)

    def _node(self, node: nodes.Node, template: str, scope: Names) -> None:
        match node:
            case nodes.Block():
                self._block(node.name, scope)
            case nodes.For():
                self._for(node, template, scope)
            case nodes.With():
                self._with(node, template, scope)
            case nodes.Assign():
                self._assign(node, template, scope)
            case nodes.AssignBlock():
                self._all(node.body, template, dict(scope))
                self._bind(node.target, str, scope)
            case nodes.Macro():
                scope[node.name] = Called(node, template, scope)
            case nodes.FromImport():
                self._from(node, template, scope)
            case nodes.Import():
                scope[node.target] = self._module(_constant(node.template))
            case nodes.Include():
                self._include(node, template, scope)
            case nodes.CallBlock():
                self._call(node.call, template, scope, Called(node, template, scope))
            case nodes.Expr():
                self.type_of(node, template, scope)
            case _:
                self._all(node.iter_child_nodes(), template, scope)

    def _block(self, name: str, scope: Names) -> None:
        """Every version of it: what a child puts in its place, and what `super()` draws."""
        for template, block in self._blocks.get(name, ()):
            self._all(block.body, template, dict(scope))

    def _for(self, node: nodes.For, template: str, scope: Names) -> None:
        inner = {**scope, "loop": Any}
        self._bind(node.target, each(self.type_of(node.iter, template, scope)), inner)
        self._all([*([node.test] if node.test else []), *node.body], template, inner)
        self._all(node.else_, template, scope)

    def _with(self, node: nodes.With, template: str, scope: Names) -> None:
        inner = dict(scope)
        for target, value in zip(node.targets, node.values, strict=True):
            self._bind(target, self.type_of(value, template, scope), inner)
        self._all(node.body, template, inner)

    def _assign(self, node: nodes.Assign, template: str, scope: Names) -> None:
        if isinstance(node.target, nodes.Tuple) and isinstance(node.node, nodes.Tuple):
            for target, value in zip(node.target.items, node.node.items, strict=True):
                self._bind(target, self.type_of(value, template, scope), scope)
        else:
            self._bind(node.target, self.type_of(node.node, template, scope), scope)

    def _bind(self, target: nodes.Node, of: Any, scope: Names) -> None:
        if isinstance(target, nodes.Tuple):
            for one, known in zip(target.items, unpacked(of, len(target.items)), strict=False):
                self._bind(one, known, scope)
        elif isinstance(target, nodes.Name):
            scope[target.name] = of

    def _from(self, node: nodes.FromImport, template: str, scope: Names) -> None:
        inside = self._module(_constant(node.template))
        for one in node.names:
            name, known = (one, one) if isinstance(one, str) else one
            scope[known] = inside.get(name, MISSING)
            if scope[known] is MISSING:
                self._wrong(template, node, f"{_constant(node.template)} has no macro “{name}”")

    def _module(self, template: str) -> Names:
        """The macros of a template, which see nothing of the page."""
        if template not in self._modules:
            scope = self._modules[template] = dict.fromkeys(environment().globals, Any)
            known = (nodes.Macro, nodes.FromImport, nodes.Import, nodes.Assign)
            self._all([node for node in _tree(template).body if isinstance(node, known)], template, scope)
        return self._modules[template]

    def _include(self, node: nodes.Include, template: str, scope: Names) -> None:
        """Of names that are put together only those that `narrowed` knows: the templates of single instruments."""
        for one in node.template.items if isinstance(node.template, nodes.List) else [node.template]:
            wanted = "".join(re.escape(part.value) if isinstance(part, nodes.Const) else "[^/]+" for part in getattr(one, "nodes", [one]))
            found = [name for name in self.names if re.fullmatch(wanted, name) and (isinstance(one, nodes.Const) or self.narrowed(name))]
            if not found:
                self._wrong(template, node, f"there is no template “{wanted}”")
            for name in found:
                self._all(_tree(name).body, name, {**scope, **self.narrowed(name)})

    # Expressions

    def type_of(self, node: nodes.Node, template: str, scope: Names) -> Any:
        match node:
            case nodes.Name():
                if node.name not in scope and node.name not in OF_JINJA:
                    self._wrong(template, node, f"nobody gives “{node.name}”")
                return scope.get(node.name, Any)
            case nodes.Getattr():
                return self._attribute(node, self.type_of(node.node, template, scope), node.attr, template)
            case nodes.Getitem():
                of, at = self.type_of(node.node, template, scope), node.arg
                if isinstance(at, nodes.Const) and isinstance(at.value, str):
                    return self._attribute(node, of, at.value, template)
                self._node(at, template, scope)
                return of if isinstance(at, nodes.Slice) else item(of, at.value if isinstance(at, nodes.Const) else None)
            case nodes.Call():
                return self._call(node, template, scope)
            case nodes.Const():
                return type(node.value)
            case nodes.CondExpr():
                self.type_of(node.test, template, scope)
                asked = [
                    one.node.name
                    for one in [node.test, *node.test.find_all(nodes.Test)]
                    if isinstance(one, nodes.Test) and isinstance(one.node, nodes.Name)
                ]
                parted = scope | dict.fromkeys(asked, Any) if asked else scope  # "x if x is string else x.label"
                sides = [self.type_of(one, template, parted) for one in (node.expr1, node.expr2) if one]
                return union(one for one in sides if one is not types.NoneType)
            case nodes.And() | nodes.Or():
                return union(one for one in [self.type_of(side, template, scope) for side in (node.left, node.right)] if one is not str)
            case nodes.Filter():
                return self._filter(node, template, scope)
            case nodes.Test():
                if node.name not in ("defined", "undefined"):
                    self._all(node.iter_child_nodes(), template, scope)
                return bool
            case nodes.List() | nodes.Tuple():
                found = [self.type_of(one, template, scope) for one in node.items]
                return list[union(found) if found else Any]  # type: ignore[misc]
        self._all(node.iter_child_nodes(), template, scope)
        return Any

    def _attribute(self, node: nodes.Node, of: Any, name: str, template: str) -> Any:
        if isinstance(of, dict):
            found = of.get(name, MISSING)
        elif isinstance(of, Called | Method):
            return Any
        else:
            found = attribute(of, name)
        if found is MISSING:
            self._wrong(template, node, f"{getattr(of, '__name__', None) or of} has no “{name}”")
            return Any
        return found

    def _filter(self, node: nodes.Filter, template: str, scope: Names) -> Any:
        if node.name == "default" and isinstance(node.node, nodes.Name) and node.node.name not in scope:
            return Any
        of = self.type_of(node.node, template, scope) if node.node else Any
        self._all([*node.args, *(one.value for one in node.kwargs)], template, scope)
        named = [one.value for one in node.kwargs if one.key == "attribute"] + (
            node.args[:1] if node.name in ("selectattr", "rejectattr") else []
        )
        if named and isinstance(named[0], nodes.Const) and node.name in ("map", "selectattr", "rejectattr"):
            inner = each(of)
            for name in str(named[0].value).split("."):
                inner = self._attribute(node, inner, name, template)
            return list[inner] if node.name == "map" else of  # type: ignore[valid-type]
        return of if node.name in ("list", "sort", "unique", "select", "reject", "reverse", "batch") else Any

    def _call(self, node: nodes.Call, template: str, scope: Names, caller: Called | None = None) -> Any:
        of = self.type_of(node.node, template, scope)
        given = [self.type_of(one, template, scope) for one in node.args]
        named = {one.key: self.type_of(one.value, template, scope) for one in node.kwargs}
        self._all([one for one in (node.dyn_args, node.dyn_kwargs) if one], template, scope)
        if isinstance(node.node, nodes.Getattr) and isinstance(node.node.node, nodes.Name) and node.node.node.name == "self":
            self._block(node.node.attr, scope)
        if isinstance(of, Called):
            self._enter(of, given, named, caller, None if node.dyn_args else node, template)
        elif caller:
            self._all(caller.node.body, template, dict(scope))
        return of.gives if isinstance(of, Method) else Any

    def _enter(self, of: Called, given: list[Any], named: Names, caller: Called | None, call: nodes.Call | None, template: str) -> None:
        """A macro, or the body of a call block, with the types it is called with; once for each."""
        wanted = [one.name for one in of.node.args]
        key = (of.template, of.node.lineno, id(of.scope), *map(_told, [*given, *named, *named.values()]), caller and caller.node.lineno)
        if key in self._seen:
            return
        self._seen.add(key)
        self._alive.append(of.scope)
        inner = {**of.scope, **dict.fromkeys(wanted, Any), **dict.fromkeys(("varargs", "kwargs"), Any)}
        for name, default in zip(reversed(wanted), reversed(of.node.defaults), strict=False):
            inner[name] = Any if isinstance(default, nodes.Const) else self.type_of(default, of.template, of.scope)
        if call and isinstance(of.node, nodes.Macro) and len(wanted) - len(of.node.defaults) > len(given) + len(set(named) & set(wanted)):
            self._wrong(template, call, f"the macro “{of.node.name}” wants more than it is given")
        inner |= dict(zip(wanted, given, strict=False)) | {name: one for name, one in named.items() if name in wanted}
        self._all(of.node.body, of.template, inner | ({"caller": caller} if caller else {}))

    def _wrong(self, template: str, node: nodes.Node, what: str) -> None:
        self.found.append(f"{template}:{node.lineno}: {what}")


@cache
def _tree(template: str) -> nodes.Template:
    source, *_ = environment().loader.get_source(environment(), template)  # type: ignore[union-attr]
    return environment().parse(source)


def _constant(node: nodes.Node) -> str:
    assert isinstance(node, nodes.Const)
    return str(node.value)


def _told(of: Any) -> str:
    """A type as a word; what is defined in templates by its place in memory."""
    return str(id(of)) if isinstance(of, dict | Called) else repr(of)

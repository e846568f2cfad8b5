"""YAML with every value as the text that stands there: `no` is not false, 12:30 is no number of seconds, and 1.10 keeps its nought."""

from collections.abc import Iterator
from typing import Any

import yaml

from fluencylab.documents.refusal import DEEP, Refused

MOST_LETTERS = 2_000_000
MOST_VALUES = 200_000
"""An alias stands for what it names each time, and a few lines of aliases can stand for more than any memory holds."""
FLATTER = "Write it out flatter, or choose the table or JSON its cases come from."


class _Loader(yaml.SafeLoader):  # type: ignore[misc]
    """Nothing is guessed but the merge of one mapping into another, and the empty value."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, expression) for tag, expression in pairs if tag in ("tag:yaml.org,2002:merge", "tag:yaml.org,2002:null")]
    for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_multi_constructor("", lambda loader, _tag, node: _untagged(loader, node))


def _untagged(loader: Any, node: yaml.Node) -> Any:
    """A tag that means something to another program only, as what it stands at."""
    if isinstance(node, yaml.ScalarNode):
        return loader.construct_scalar(node)
    return loader.construct_sequence(node, deep=True) if isinstance(node, yaml.SequenceNode) else loader.construct_mapping(node, deep=True)


def yaml_value(text: str) -> Any:
    """Raises Refused."""
    if len(text) > MOST_LETTERS:
        raise Refused(f"has {len(text):,} characters of YAML; {MOST_LETTERS:,} are read.", "Split it, or save its cases as CSV or JSONL.")
    try:
        value = yaml.load(text, _Loader)
    except yaml.MarkedYAMLError as error:
        at = error.problem_mark or error.context_mark
        where = f" in line {at.line + 1:,}" if at else ""
        said = f"cannot be read as YAML: it goes wrong{where}."
        raise Refused(said, "Look there at the spaces that a line begins with, and at colons and quotation marks within a text.") from error
    except yaml.YAMLError as error:
        raise Refused("cannot be read as YAML.", "Save it again as plain text in UTF-8, and choose that.") from error
    except RecursionError as error:
        raise Refused(DEEP, FLATTER) from error
    except (TypeError, ValueError) as error:
        raise Refused("cannot be read as YAML: a name in it is a list or an object.", FLATTER) from error
    for number, _ in enumerate(_within(value, 0)):
        if number > MOST_VALUES:
            raise Refused(f"stands for more than {MOST_VALUES:,} values.", FLATTER)
    return value


def _within(value: Any, depth: int) -> Iterator[Any]:
    """Every value, as often as it stands."""
    if depth > 100:
        raise Refused(DEEP, FLATTER)
    yield value
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for one in inner:
        yield from _within(one, depth + 1)

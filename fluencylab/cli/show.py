"""How things look in the terminal: words, tables, and JSON that nothing else is mixed with.

What a program may read goes to standard output; everything that moves or comments goes to standard error.
"""

import json
import re
import sys
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from fluencylab.text.terminal import harmless

if TYPE_CHECKING:
    from fluencylab.instruments.base import Result, Step

HALF = re.compile("[\ud800-\udfff]")
"""Half an emoji: no encoding writes it, and JSON has a way to say it."""
INTERRUPTED = 130
"""How a command ends after Ctrl-C."""


class Terminal(Console):
    """Prints no sign that could steer a terminal, whoever's words it is given."""

    def print(self, *objects: Any, **options: Any) -> None:
        super().print(*(harmless(one) if isinstance(one, str) else one for one in objects), **options)


out = Terminal(highlight=False, soft_wrap=True)
err = Terminal(stderr=True, highlight=False)


def json_out(data: Any) -> None:
    said = json.dumps(data, ensure_ascii=False, indent=1, default=str)
    sys.stdout.write(HALF.sub(lambda half: f"\\u{ord(half[0]):04x}", said) + "\n")
    sys.stdout.flush()


def measurement(result: "Result", signature: dict[str, Any], steps: "list[Step]") -> None:
    """What `--json` prints for a run, and nothing else."""
    json_out({"facts": result.facts(), "signature": signature, "steps": [step.model_dump(mode="json") for step in steps]})


def facts(result: "Result", lab: str) -> Table:
    """The measures of a result by name, each with its interval and the observations behind it, and by the name it has in content."""
    from fluencylab.results.words import called

    table = Table("measure", "measured", "95 % interval", "n", "fact", box=None, pad_edge=False, header_style="dim")
    for column in table.columns[1:4]:
        column.justify = "right"
    table.columns[4].style = "dim"
    for name, measure in result.measures.items():
        interval = f"{measure.low:.3g} – {measure.high:.3g}" if measure.n > 1 else "measured once"
        table.add_row(*(escape(harmless(one)) for one in (called(name, lab), f"{measure.value:.4g}", interval, str(measure.n), name)))
    return table


def conditions(signature: dict[str, Any]) -> str:
    """The grey line under a result: without its conditions a number means nothing."""
    params = ", ".join(f"{name} {_short(value)}" for name, value in signature["params"].items() if value not in ("", 0, [], None))
    sha = f" (sha256 {signature['sha256'][:8]}…)" if signature["sha256"] else ""
    model, steps, version = f"{signature['model']}{sha}", f"{signature['steps']} steps", f"fluencylab {signature['version']}"
    return " · ".join((model, signature["instrument"], steps, params, *signature.get("not_in_force", ()), version))


def _short(value: Any) -> str:
    """A setting, or how long it is: `--json` holds every word of it."""
    told = str(value)
    return told if len(told) <= 300 else f"of {len(told):,} characters"

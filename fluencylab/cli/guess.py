"""What `fluency check --guess` prints: how far the right options can be told by their style, kind by kind, and which items tell most."""

from rich.markup import escape
from rich.table import Table

from fluencylab.cli import show
from fluencylab.curriculum.loader import metric_goals, track
from fluencylab.practice.guess_report import ENOUGH, RANKER_BAR, RULE_BAR, Guessed, report
from fluencylab.practice.scored import scored_items
from fluencylab.stats import Measure

WORST = 12


def tell(as_json: bool) -> bool:
    """Do all kinds that are large enough keep to the bars?"""
    found = report(list(scored_items(track().concepts, metric_goals())))
    if as_json:
        bars = {"ranker": RANKER_BAR, "rule": RULE_BAR, "from": ENOUGH}
        show.json_out({"bars": bars, "kinds": [one.as_data(WORST) for one in found]})
    else:
        _print(found)
    return all(one.holds for one in found if one.counts)


def _print(found: list[Guessed]) -> None:
    table = Table("kind", "n", "chance", "ranker", "over chance", "best rule", "over chance", "", title="Guessed from the options alone")
    for one in found:
        mark = ("✓" if one.holds else "✗") if one.counts else "few"
        right = f"{100 * one.accuracy:.0f} %"
        table.add_row(one.kind, str(one.n), f"{100 * one.chance:.0f} %", right, _points(one.over), one.rule, _points(one.rule_over), mark)
    show.out.print(table)
    show.out.print("Points over chance, with their 95 % interval. The ranker learned from the options of the other concepts.", markup=False)
    show.out.print(f"Held to the bars ({100 * RANKER_BAR:.0f} and {100 * RULE_BAR:.0f} points) from {ENOUGH} items on.", markup=False)
    left = [one.kind for one in found if one.counts and not one.holds]
    show.out.print(f"Not there yet: {', '.join(left)}." if left else "All of them hold.", markup=False)
    for one in found[1:]:
        if not one.holds:
            show.out.print(f"\n[bold]{escape(one.kind)}[/]: the words that give a key away (+), or rule the others out (-)")
            for guess in one.worst[:WORST]:
                show.out.print(f"  {guess.item.id}  {', '.join(guess.words)}", markup=False)


def _points(measure: Measure) -> str:
    low, value, high = (100 * number for number in (measure.low, measure.value, measure.high))
    return f"{value:+.0f} ({low:+.0f} to {high:+.0f})"

"""Bars in the terminal, on standard error: how much of a file has come, how many steps of a run."""

import contextlib
from collections.abc import Callable, Iterator

from rich.progress import BarColumn, DownloadColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from fluencylab.cli.show import err


@contextlib.contextmanager
def bytes_bar(what: str) -> Iterator[Callable[[int, int], None]]:
    """Call what you are given with bytes done and bytes in all. A log gets a line for each tenth."""
    if not err.is_terminal:
        yield _tenths(what)
        return
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err) as progress:
        task = progress.add_task(what, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total or None)


def _tenths(what: str) -> Callable[[int, int], None]:
    told = 0

    def tell(done: int, total: int) -> None:
        nonlocal told
        tenth = 10 * done // total if total else 0
        if tenth > told:
            told = tenth
            err.print(f"{what}: {done / 1e6:,.0f} of {total / 1e6:,.0f} MB", markup=False)

    return tell


@contextlib.contextmanager
def steps_bar(what: str, total: int, quiet: bool = False) -> Iterator[Callable[[], None]]:
    """Call what you are given once for each step."""
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), TextColumn("left"))
    with Progress(*columns, console=err, disable=quiet or not err.is_terminal, transient=True) as progress:
        task = progress.add_task(what, total=total)
        yield lambda: progress.advance(task)

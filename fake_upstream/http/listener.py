"""Listening, from the first byte to a quick end: what every process here has in common."""

from __future__ import annotations

import asyncio
import errno
import json
import os
import signal
import sys
from pathlib import Path

from aiohttp import web


def end_asked() -> asyncio.Event:
    """Set once SIGTERM or SIGINT has come. Needs a running loop."""
    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    return ended


async def listen(app: web.Application, host: str, port: int) -> web.AppRunner:
    """Serve the application there; port 0 is any. OSError when the port can't be had, with what to do about it."""
    # Cancelling the handler of a caller who has gone is what a hung or slow request needs to end.
    runner = web.AppRunner(app, access_log=None, handler_cancellation=True)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as error:
        await runner.cleanup()
        if error.errno == errno.EADDRINUSE:
            cure = f"name another port than {port}, or 0 for any that is free"
            raise OSError(f"something listens at {host}:{port} already: {cure}") from error
        raise
    return runner


async def cut(runner: web.AppRunner) -> None:
    """Stop at once, whatever is open."""
    for site in list(runner.sites):
        await site.stop()
    for connection in runner.server.connections if runner.server is not None else ():
        if connection.transport is not None:
            connection.transport.abort()


def port_of(runner: web.AppRunner) -> int:
    """The port that it listens on."""
    port: int = runner.addresses[0][1]
    return port


def announce(ready: dict[str, object], file: Path | None) -> None:
    """Say on stdout, and in the file if there is one, that all is up: one line of JSON."""
    line = json.dumps(ready)
    if file is not None:
        unfinished = file.with_name(f".{file.name}.{os.getpid()}")
        unfinished.write_text(line + "\n")
        unfinished.replace(file)
    print(line, flush=True, file=sys.stdout)

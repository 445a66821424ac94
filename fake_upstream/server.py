"""Two listeners, from the first byte to a quick end."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from pathlib import Path

from aiohttp import web

from .app import make_app
from .control import make_control
from .pages import Pages
from .service import Options, build

CONTROL_HOST = "127.0.0.1"


async def serve(options: Options, token: str) -> None:
    """Serve until SIGTERM or SIGINT. OSError when a port can't be had, JournalError for a bad state file."""
    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    service = build(options)
    main = await _listen(make_app(service, Pages(options.page)), options.host, options.port)
    control = await _listen(make_control(service, token), CONTROL_HOST, options.control_port)
    _announce({"ready": True, "port": _port(main), "control_port": _port(control)}, options.ready_file)
    await ended.wait()
    for runner in (main, control):
        await _cut(runner)
    service.journal.close()


async def _listen(app: web.Application, host: str, port: int) -> web.AppRunner:
    # Cancelling the handler of a caller who has gone is what a hung or slow request needs to end.
    runner = web.AppRunner(app, access_log=None, handler_cancellation=True)
    await runner.setup()
    await web.TCPSite(runner, host, port).start()
    return runner


async def _cut(runner: web.AppRunner) -> None:
    for site in list(runner.sites):
        await site.stop()
    for connection in runner.server.connections if runner.server is not None else ():
        if connection.transport is not None:
            connection.transport.abort()


def _port(runner: web.AppRunner) -> int:
    port: int = runner.addresses[0][1]
    return port


def _announce(ready: dict[str, object], file: Path | None) -> None:
    line = json.dumps(ready)
    if file is not None:
        unfinished = file.with_name(f".{file.name}.{os.getpid()}")
        unfinished.write_text(line + "\n")
        unfinished.replace(file)
    print(line, flush=True, file=sys.stdout)

"""`python -m fake_upstream.around.elsewhere`: a host that is not the service: another site, and its status page."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from aiohttp import WSMsgType, web

from ..chat.accounts import MONITOR
from ..http.arguments import parser, seconds, url
from ..http.listener import announce, cut, end_asked, listen, port_of
from ..http.outgoing import client
from .probe import Monitor, converse
from .status import preferred_language
from .status_page import WATCH, Watch, data, page

_PURPOSE = (
    "A host that is not the service: an ordinary site, and a status page that talks with the service whenever "
    "someone looks. The monitor's password is read from FAKE_UPSTREAM_MONITOR."
)
_PASSWORD = "FAKE_UPSTREAM_MONITOR"
_CHUNK = b"0123456789abcde\n" * 1024
_SITE = """<!doctype html>
<html lang="{lang}"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title><style>body{{font:16px system-ui;margin:3rem auto;max-width:40rem;padding:0 1rem}}
:root{{color-scheme:light dark}}</style>
<main data-testid="site"><h1>{title}</h1><p>{line}</p></main>
</html>
"""
_WORDS = {
    "en": ("Another site", "This page comes from somewhere else. If you can read it, your connection works."),
    "ja": ("別のサイト", "これは別の場所にあるページです。読めていれば、インターネットには接続できています。"),
}


@dataclass(frozen=True, slots=True)
class Options:
    """How to run; `probe` is where to reach the service as its people do, `monitor` the name to log in with.

    `interval` is seconds between looks while nobody else looks, None: look only when someone does.
    """

    host: str
    port: int
    probe: str
    monitor: str
    interval: float | None
    ready_file: Path | None


async def site(request: web.Request) -> web.Response:
    """GET /"""
    lang = preferred_language(request.headers.get("Accept-Language", ""))
    title, line = _WORDS[lang]
    text = _SITE.format(lang=lang, title=title, line=line)
    return web.Response(text=text, content_type="text/html", headers={"Vary": "Accept-Language"})


async def large(request: web.Request) -> web.StreamResponse:
    """GET /large: more and more, in chunks of 16 KiB, until the caller goes."""
    reply = web.StreamResponse(headers={"Cache-Control": "no-store", "Content-Type": "text/plain; charset=utf-8"})
    with suppress(ConnectionError):
        await reply.prepare(request)
        while True:
            await reply.write(_CHUNK)
            await asyncio.sleep(0)  # a caller who takes all at once leaves the others their turn
    return reply


async def echo(request: web.Request) -> web.WebSocketResponse:
    """GET /echo: a WebSocket that sends every text back."""
    socket = web.WebSocketResponse(compress=False, max_msg_size=65536)
    await socket.prepare(request)
    async for message in socket:
        if message.type is WSMsgType.TEXT:
            await socket.send_str(message.data)
    return socket


async def serve(options: Options, password: str) -> None:
    """Serve until SIGTERM or SIGINT. OSError when the port can't be had."""
    ended, monitor = end_asked(), Monitor(options.monitor, password)
    async with client() as http:
        watch = Watch(lambda: converse(options.probe, monitor, http))
        app = web.Application()
        app[WATCH] = watch
        app.add_routes(_ROUTES)
        runner = await listen(app, options.host, options.port)
        announce({"ready": True, "port": port_of(runner)}, options.ready_file)
        looking = asyncio.ensure_future(watch.keep_looking(options.interval)) if options.interval else None
        await ended.wait()
        if looking is not None:
            looking.cancel()
        await cut(runner)


def main(arguments: list[str] | None = None) -> int:
    """Run the host; 0 after SIGTERM or SIGINT, 3 when it couldn't start."""
    options = Options(**vars(_parser().parse_args(arguments)))
    password = os.environ.get(_PASSWORD)
    if not password:
        _parser().error(f"the monitor's password must be in {_PASSWORD}")
    try:
        asyncio.run(serve(options, password))
    except OSError as error:
        print(f"fake_upstream.around.elsewhere: {error}", file=sys.stderr)
        return 3
    return 0


def _parser() -> argparse.ArgumentParser:
    made = parser("around.elsewhere", _PURPOSE)
    add = made.add_argument
    add("--probe", type=url, required=True, help="where people reach the service, such as http://127.0.0.1:8080")
    add("--monitor", default=MONITOR, help="the account to talk with the service as (default: %(default)s)")
    add("--interval", type=seconds, default=None, help="also look this often, in seconds (default: when looked at)")
    return made


_ROUTES = [
    web.get("/", site),
    web.get("/large", large, allow_head=False),
    web.get("/echo", echo),
    web.get("/status", page),
    web.get("/api/status", data),
]


if __name__ == "__main__":
    sys.exit(main())

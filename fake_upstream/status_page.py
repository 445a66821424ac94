"""`python -m fake_upstream.status_page`: a status page that stands when the service doesn't, and finds out itself."""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import aiohttp
from aiohttp import web

from .journal import Fields
from .listener import announce, cut, end_asked, listen, port_of
from .status import Status, preferred_language
from .wire import json_reply

_PURPOSE = "A status page of its own: it asks the service over HTTP whenever someone looks."
_PATIENCE = aiohttp.ClientTimeout(total=1.0)
_UNREACHABLE = {"en": "The service can't be reached", "ja": "サービスに接続できません"}
_SLOW = {"en": "The service does not answer in time", "ja": "サービスが時間内に応答しません"}
_ANSWERS = {"en": "The service answers with {}", "ja": "サービスがエラー {} を返しています"}


@dataclass(frozen=True, slots=True)
class Options:
    """How to run; `interval` is seconds between probes while nobody looks, None: probe only when someone does."""

    host: str
    port: int
    probe: str
    interval: float | None
    ready_file: Path | None


@dataclass(frozen=True, slots=True)
class Finding:
    """What a probe found: the incident's title in each language, None when the service works."""

    incident: dict[str, str] | None = None

    def status(self, lang: str) -> Status:
        """The finding as the service's own page would say it."""
        return Status("incident", self.incident[lang]) if self.incident is not None else Status()


class Watch:
    """Probes the service, and remembers since when (seconds since the epoch) it is as it is."""

    def __init__(self, url: str, http: aiohttp.ClientSession) -> None:
        self._url, self._http = url, http
        self._works: bool | None = None
        self.since = time.time()

    async def look(self) -> Finding:
        """Probe it now."""
        finding = await self._probe()
        works = finding.incident is None
        if works is not self._works:
            self._works, self.since = works, time.time()
        return finding

    async def keep_looking(self, interval: float) -> None:
        """Probe it for good, so that `since` is right even if nobody looks."""
        while True:
            await self.look()
            await asyncio.sleep(interval)

    async def _probe(self) -> Finding:
        try:
            async with self._http.get(self._url, allow_redirects=False) as reply:
                await reply.read()
        except TimeoutError:
            return Finding(_SLOW)
        except (aiohttp.ClientError, OSError):
            return Finding(_UNREACHABLE)
        if reply.status >= 500:
            return Finding({lang: title.format(reply.status) for lang, title in _ANSWERS.items()})
        return Finding()


_WATCH = web.AppKey("watch", Watch)


async def page(request: web.Request) -> web.Response:
    """GET /status"""
    lang = preferred_language(request.headers.get("Accept-Language", ""))
    finding = await request.app[_WATCH].look()
    headers = {"Cache-Control": "no-store", "Vary": "Accept-Language"}
    return web.Response(text=finding.status(lang).to_html(lang), content_type="text/html", headers=headers)


async def data(request: web.Request) -> web.Response:
    """GET /api/status: {state, since, incidents: [{title}]}"""
    watch = request.app[_WATCH]
    status: Fields = (await watch.look()).status("en").to_json()
    reply = json_reply({"state": status["state"], "since": watch.since, "incidents": status["incidents"]})
    reply.headers["Cache-Control"] = "no-store"
    return reply


async def serve(options: Options) -> None:
    """Serve until SIGTERM or SIGINT. OSError when the port can't be had."""
    ended = end_asked()
    # A connection that is kept could work when a new one would not.
    connector = aiohttp.TCPConnector(force_close=True)
    async with aiohttp.ClientSession(connector=connector, timeout=_PATIENCE) as http:
        app = web.Application()
        watch = app[_WATCH] = Watch(options.probe, http)
        app.add_routes([web.get("/status", page), web.get("/api/status", data)])
        runner = await listen(app, options.host, options.port)
        announce({"ready": True, "port": port_of(runner)}, options.ready_file)
        looking = asyncio.ensure_future(watch.keep_looking(options.interval)) if options.interval else None
        await ended.wait()
        if looking is not None:
            looking.cancel()
        await cut(runner)


def main(arguments: list[str] | None = None) -> int:
    """Run the status page; 0 after SIGTERM or SIGINT, 3 when it couldn't start."""
    options = Options(**vars(_parser().parse_args(arguments)))
    try:
        asyncio.run(serve(options))
    except OSError as error:
        print(f"fake_upstream.status_page: {error}", file=sys.stderr)
        return 3
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m fake_upstream.status_page", description=_PURPOSE)
    add = parser.add_argument
    add("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    add("--port", type=int, required=True, help="its port, 0 for any")
    add("--probe", type=_url, required=True, help="what to ask, such as http://127.0.0.1:8080/healthz")
    add("--interval", type=_seconds, default=None, help="also probe this often, in seconds (default: when looked at)")
    add("--ready-file", type=Path, default=None, help="file to write the ready line to as well")
    return parser


def _url(text: str) -> str:
    if not text.startswith(("http://", "https://")):
        raise argparse.ArgumentTypeError("must begin with http:// or https://")
    return text


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0.01 <= seconds < 3600:
        raise argparse.ArgumentTypeError("must be from 0.01 to 3600")
    return seconds


if __name__ == "__main__":
    sys.exit(main())

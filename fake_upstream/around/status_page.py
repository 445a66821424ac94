"""A status page that stands when the service doesn't, and finds out itself, whenever someone looks."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

from aiohttp import web

from ..http.wire import json_reply
from .probe import Finding
from .status import Status, preferred_language


class Watch:
    """Looks at the service, and remembers since when (seconds since the epoch) it is as it is."""

    def __init__(self, probe: Callable[[], Awaitable[Finding]]) -> None:
        self._probe = probe
        self._one_at_a_time = asyncio.Lock()
        self._works: bool | None = None
        self.since = time.time()

    async def look(self) -> Finding:
        """Look at it now."""
        async with self._one_at_a_time:
            finding = await self._probe()
        works = finding.incident is None
        if works is not self._works:
            self._works, self.since = works, time.time()
        return finding

    async def keep_looking(self, interval: float) -> None:
        """Look at it for good, so that `since` is right even if nobody looks."""
        while True:
            await self.look()
            await asyncio.sleep(interval)


WATCH = web.AppKey("watch", Watch)


async def page(request: web.Request) -> web.Response:
    """GET /status"""
    lang = preferred_language(request.headers.get("Accept-Language", ""))
    status = _status(await request.app[WATCH].look(), lang)
    headers = {"Cache-Control": "no-store", "Vary": "Accept-Language"}
    return web.Response(text=status.to_html(lang), content_type="text/html", headers=headers)


async def data(request: web.Request) -> web.Response:
    """GET /api/status: {state, since, incidents: [{title}], checks: [{name, ok, detail}]}"""
    watch = request.app[WATCH]
    finding = await watch.look()
    checks = [check.to_json() for check in finding.checks]
    reply = json_reply({**_status(finding, "en").to_json(), "since": watch.since, "checks": checks})
    reply.headers["Cache-Control"] = "no-store"
    return reply


def _status(finding: Finding, lang: str) -> Status:
    return Status("incident", finding.incident[lang]) if finding.incident is not None else Status()

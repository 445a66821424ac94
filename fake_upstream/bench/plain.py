"""The plain handler: it reads what it is asked as any handler does, and replies with what it was given."""

from __future__ import annotations

import json
from dataclasses import dataclass

from aiohttp import web

# aiohttp makes these by itself, for the plain handler as for anybody's.
_NOT_GIVEN = ("date", "server", "content-type", "content-length", "transfer-encoding", "connection")


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply that came from the service: its headers, and its events, or the one body that it has."""

    headers: dict[str, str]
    parts: tuple[bytes, ...]


def make_plain(path: str, reply: Reply) -> web.Application:
    """An application whose only door replies so: events each with a write of its own, a body as JSON made anew."""
    headers = {name: value for name, value in reply.headers.items() if name.lower() not in _NOT_GIVEN}

    async def handler(request: web.Request) -> web.StreamResponse:
        asked = await request.json()
        if not asked.get("stream"):
            return web.json_response(whole, headers=headers)
        stream = web.StreamResponse(headers={"Content-Type": "text/event-stream; charset=utf-8", **headers})
        await stream.prepare(request)
        for event in reply.parts:
            await stream.write(event)
        await stream.write_eof()
        return stream

    whole = json.loads(reply.parts[0]) if len(reply.parts) == 1 else None
    app = web.Application()
    app.router.add_post(path, handler)
    return app

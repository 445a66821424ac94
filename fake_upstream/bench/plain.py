"""The plain handler: it reads nothing, makes nothing, and writes the events that it was given, one after another."""

from __future__ import annotations

from aiohttp import web


def make_plain(events: list[bytes]) -> web.Application:
    """An application whose only door streams these events."""

    async def completions(request: web.Request) -> web.StreamResponse:
        reply = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-cache"})
        await reply.prepare(request)
        for event in events:
            await reply.write(event)
        await reply.write_eof()
        return reply

    app = web.Application()
    app.router.add_post("/v1/chat/completions", completions)
    return app

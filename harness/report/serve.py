"""A report over HTTP on loopback, with Playwright's own trace viewer beside it, so that its traces open by a click."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import playwright
from aiohttp import web

VIEWER = "/.viewer/"
LOCAL = ("127.0.0.1", "localhost")
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def viewer() -> Path:
    """The trace viewer that came with the installed driver."""
    return Path(playwright.__file__).parent / "driver" / "package" / "lib" / "vite" / "traceViewer"


def application(folder: Path) -> web.Application:
    """Serves a report's folder and the trace viewer, to this machine only."""
    app = web.Application(middlewares=[_own])
    root = folder.resolve()

    async def file(request: web.Request) -> web.StreamResponse:
        return _file(root, request.match_info["path"] or "index.html")

    async def view(request: web.Request) -> web.StreamResponse:
        return _file(viewer(), request.match_info["path"] or "index.html")

    app.router.add_get(VIEWER + "{path:.*}", view)
    app.router.add_get("/{path:.*}", file)
    return app


@web.middleware
async def _own(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Another site's page that leads a name of its own to this address gets nothing."""
    if request.url.host not in LOCAL:
        raise web.HTTPForbidden(text="this report is served to its own machine only")
    response = await handler(request)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _file(root: Path, name: str) -> web.StreamResponse:
    """A file below a folder; what is hidden or elsewhere isn't there."""
    path = (root / name).resolve()
    hidden = any(part.startswith(".") for part in Path(name).parts)
    if hidden or not path.is_relative_to(root.resolve()) or not path.is_file():
        raise web.HTTPNotFound(text="there is no such file in this report")
    if path.name == "index.html" and path.parent == root:
        html = path.read_text(encoding="utf-8", errors="replace")
        return web.Response(text=html.replace("<html ", f'<html data-viewer="{VIEWER}" ', 1), content_type="text/html")
    return web.FileResponse(path)

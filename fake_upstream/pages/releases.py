"""Which release of the page is served: the current one, or the previous one, which asks browsers to keep it."""

from __future__ import annotations

import json
import posixpath
import re

from aiohttp import web

from ..chat.journal import Fields, Journal
from ..http.wire import ApiError
from .files import Pages

CURRENT, PREVIOUS = "current", "previous"
RELEASES = (CURRENT, PREVIOUS)
# How the releases differ: the version that the page's calls tell.
_VERSIONED = "app/api.js"
_THIS, _LAST = b"CLIENT_VERSION = 2", b"CLIENT_VERSION = 1"
_KEEP = "public, max-age=604800"
_PRELOADED = re.compile(r'(?:href|src)="(/app/[^"]+)"')
_WORKER = """// Keeps the page's files as they were when it was installed, and answers with those.
const CACHE = "page-1";
const FILES = %s;

self.addEventListener("install", (event) => {
  const asTheyAre = FILES.map((path) => new Request(path, { cache: "reload" }));
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(asTheyAre)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { origin, pathname } = new URL(event.request.url);
  if (event.request.method !== "GET" || origin !== location.origin || !pathname.startsWith("/app/")) return;
  event.respondWith(caches.match(event.request).then((kept) => kept ?? fetch(event.request)));
});
"""


class Releases:
    """Serves the page's files as the present release has them. `present` is one of RELEASES."""

    def __init__(self, journal: Journal, pages: Pages) -> None:
        self._journal, self._pages = journal, pages
        self.present = CURRENT
        journal.on("release", self._apply)

    def set(self, release: str) -> None:
        """Serve this one from now on. ApiError 409 when the page's files don't say which release they are of."""
        if release == PREVIOUS and _THIS not in self._body(_VERSIONED):
            says = f"the page has no previous release: its {_VERSIONED} has no '{_THIS.decode()}'"
            raise ApiError(409, message=says)
        self._journal.commit("release", {"release": release})

    def forget(self) -> None:
        """The current one is served."""
        self.present = CURRENT

    def reply(self, path: str, if_none_match: str = "") -> web.Response | None:
        """The file at `path`, or 304 for a caller who has it; None when there is none."""
        path = posixpath.normpath(path)
        if self.present == PREVIOUS and path == "sw.js":
            headers = {"Cache-Control": "no-cache", "Content-Type": "text/javascript; charset=utf-8"}
            return web.Response(body=self._worker(), headers=headers)
        if self.present == CURRENT or not path.startswith("app/"):
            return self._pages.reply(path, if_none_match)
        return self._kept(path)

    def _kept(self, path: str) -> web.Response | None:
        file = self._pages.read(path)
        if file is None:
            return None
        body = file.body.replace(_THIS, _LAST) if path == _VERSIONED else file.body
        headers = {"Cache-Control": _KEEP, "Content-Type": file.kind, "X-Content-Type-Options": "nosniff"}
        return web.Response(body=body, headers=headers)

    def _worker(self) -> bytes:
        preloaded = dict.fromkeys(_PRELOADED.findall(self._body("index.html").decode("utf-8", "replace")))
        return (_WORKER % json.dumps(list(preloaded))).encode()

    def _body(self, path: str) -> bytes:
        file = self._pages.read(path)
        return file.body if file is not None else b""

    def _apply(self, fields: Fields) -> None:
        self.present = fields["release"]

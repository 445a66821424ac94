"""The page's files, read from a folder and kept in memory until they change on disk."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".webmanifest": "application/manifest+json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
    ".txt": "text/plain; charset=utf-8",
}


@dataclass(frozen=True, slots=True)
class _Kept:
    stamp: tuple[int, int]
    body: bytes
    etag: str


class Pages:
    """Serves what is inside the folder, and nothing outside."""

    def __init__(self, root: Path) -> None:
        self._root = root.resolve()
        self._kept: dict[Path, _Kept] = {}

    def reply(self, path: str, if_none_match: str = "") -> web.Response | None:
        """The file at `path` below the folder, or 304 for a caller who has it; None when there is none."""
        file = (self._root / path).resolve() if "\0" not in path else self._root
        if not file.is_relative_to(self._root) or not file.is_file():
            return None
        kept = self._read(file)
        headers = {"Cache-Control": "no-cache", "ETag": kept.etag}
        if if_none_match == "*" or kept.etag in _tags(if_none_match):
            return web.Response(status=304, headers=headers)
        headers["Content-Type"] = _TYPES.get(file.suffix, "application/octet-stream")
        return web.Response(body=kept.body, headers={**headers, "X-Content-Type-Options": "nosniff"})

    def _read(self, file: Path) -> _Kept:
        stat = file.stat()
        stamp = (stat.st_mtime_ns, stat.st_size)
        kept = self._kept.get(file)
        if kept is None or kept.stamp != stamp:
            body = file.read_bytes()
            kept = _Kept(stamp, body, f'"{hashlib.sha256(body).hexdigest()[:20]}"')
            self._kept[file] = kept
        return kept


def _tags(if_none_match: str) -> list[str]:
    return [tag.strip().removeprefix("W/") for tag in if_none_match.split(",")]

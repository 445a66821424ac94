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
class PageFile:
    """A file with its Content-Type; `stamp` is its time and size on disk, to see that it changed."""

    stamp: tuple[int, int]
    body: bytes
    kind: str
    etag: str


class Pages:
    """Serves what is inside the folder, and nothing outside."""

    def __init__(self, root: Path) -> None:
        self._root = root.resolve()
        self._kept: dict[Path, PageFile] = {}

    def reply(self, path: str, if_none_match: str = "") -> web.Response | None:
        """The file at `path` below the folder, or 304 for a caller who has it; None when there is none."""
        kept = self.read(path)
        if kept is None:
            return None
        headers = {"Cache-Control": "no-cache", "ETag": kept.etag}
        if if_none_match == "*" or kept.etag in _tags(if_none_match):
            return web.Response(status=304, headers=headers)
        headers = {**headers, "Content-Type": kept.kind, "X-Content-Type-Options": "nosniff"}
        return web.Response(body=kept.body, headers=headers)

    def read(self, path: str) -> PageFile | None:
        """The file at `path` below the folder; None when there is none."""
        file = (self._root / path).resolve() if "\0" not in path else self._root
        return self._read(file) if file.is_relative_to(self._root) and file.is_file() else None

    def _read(self, file: Path) -> PageFile:
        stat = file.stat()
        stamp = (stat.st_mtime_ns, stat.st_size)
        kept = self._kept.get(file)
        if kept is None or kept.stamp != stamp:
            body = file.read_bytes()
            kind = _TYPES.get(file.suffix, "application/octet-stream")
            kept = PageFile(stamp, body, kind, f'"{hashlib.sha256(body).hexdigest()[:20]}"')
            self._kept[file] = kept
        return kept


def _tags(if_none_match: str) -> list[str]:
    return [tag.strip().removeprefix("W/") for tag in if_none_match.split(",")]

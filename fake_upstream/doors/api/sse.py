"""Server-sent events, each written to the connection as soon as it is there, with one system call."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator, Mapping
from email.utils import formatdate
from functools import lru_cache

from aiohttp import HttpVersion11, web


class EventStream(web.StreamResponse):
    """A streamed reply that is on its way when a handler returns it.

    It writes to the connection itself: an event costs one write of one frame, the reply's head goes with the first
    event, and the end with the last. It never waits for a slow reader, since an answer is a few kilobytes.
    """

    def __init__(self, request: web.Request, headers: Mapping[str, str]) -> None:
        super().__init__()
        self._to = request.transport
        self._chunks = request.version >= HttpVersion11
        self._stays = self._chunks and request.keep_alive
        self._head = _head(headers, chunked=self._chunks, stays=self._stays)

    @property
    def keep_alive(self) -> bool | None:
        """Whether the connection is good for another request."""
        return self._stays

    def send(self, event: bytes, *, last: bool = False) -> None:
        """Write one event, or part of one. ConnectionResetError when the client is gone."""
        if self._to is None or self._to.is_closing():
            raise ConnectionResetError("the client is gone")
        frame = _frame(event) if self._chunks and event else event
        end = b"0\r\n\r\n" if last and self._chunks else b""
        self._to.write(self._head + frame + end)
        self._head = b""

    def send_all(self, events: Iterable[bytes]) -> None:
        """Write events that are there already, each by itself, and end. ConnectionError when the client is gone."""
        frames = [_frame(event) for event in events] if self._chunks else list(events)
        frames[0] = self._head + frames[0]
        self._head = b""
        if self._chunks:
            frames[-1] += b"0\r\n\r\n"
        self._write_each(iter(frames))

    def _write_each(self, frames: Iterator[bytes]) -> None:
        """Straight to the socket, which costs a fifth less than by the transport, until it takes no more at once."""
        to, write = self._to, os.write
        if to is None or to.is_closing():
            raise ConnectionResetError("the client is gone")
        if not to.get_write_buffer_size():
            socket = to.get_extra_info("socket").fileno()
            for frame in frames:
                try:
                    sent = write(socket, frame)
                except BlockingIOError:
                    sent = 0
                if sent < len(frame):
                    to.write(frame[sent:])
                    break
        for frame in frames:
            to.write(frame)

    def begin(self) -> None:
        """Write the head alone: the first event is some time away."""
        self.send(b"")

    def end(self) -> None:
        """End as a whole reply does."""
        self.send(b"", last=True)

    def cut(self) -> None:
        """Close the connection in the middle."""
        self._stays = False
        if self._to is not None:
            self._to.close()

    async def prepare(self, request: web.BaseRequest) -> None:
        """Nothing is left to do."""

    async def write_eof(self, data: bytes = b"") -> None:
        """Nothing is left to do."""


def _frame(event: bytes) -> bytes:
    """The event as one piece of a chunked body."""
    size = len(event)
    return (_SIZES[size] if size < _USUAL else b"%x\r\n" % size) + event + b"\r\n"


_USUAL = 4096
_SIZES = [b"%x\r\n" % size for size in range(_USUAL)]


def _head(headers: Mapping[str, str], *, chunked: bool, stays: bool) -> bytes:
    lines = [_start(int(time.time())), *[f"{name}: {value}" for name, value in headers.items()]]
    if chunked:
        lines.append("Transfer-Encoding: chunked")
    if not stays:
        lines.append("Connection: close")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("utf-8", "surrogateescape")


@lru_cache(maxsize=1)
def _start(second: int) -> str:
    """What all heads of this second begin with."""
    return (
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nCache-Control: no-cache\r\n"
        f"X-Accel-Buffering: no\r\nDate: {formatdate(second, usegmt=True)}"
    )

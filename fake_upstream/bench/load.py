"""Clients that ask for one answer after another, each on a connection of its own that stays open."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .plain import Reply

_QUESTION = "What is a fjord, and what do people do there in winter?"
_END = b"\r\n0\r\n\r\n"
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """A way of asking: the path, the body, and the bytes that only the last of a whole answer's events has."""

    name: str
    path: str
    body: Mapping[str, Any]
    last: bytes

    @property
    def streamed(self) -> bool:
        """Whether events come in reply, or one body."""
        return bool(self.body["stream"])


_CHAT = {"model": "fake-1", "messages": [{"role": "user", "content": _QUESTION}]}
_RESPONSE = {"model": "fake-1", "input": _QUESTION}
SHAPES = (
    Shape("chat", "/v1/chat/completions", {**_CHAT, "stream": True}, b"data: [DONE]"),
    Shape("responses", "/v1/responses", {**_RESPONSE, "stream": True}, b'"status":"completed"'),
    Shape("whole-chat", "/v1/chat/completions", {**_CHAT, "stream": False}, b'"usage":'),
    Shape("whole-responses", "/v1/responses", {**_RESPONSE, "stream": False}, b'"usage":'),
)


@dataclass(frozen=True, slots=True)
class Target:
    """Where to ask for what, and with which key."""

    port: int
    shape: Shape
    key: str = "none"


class _Client(asyncio.Protocol):
    """Asks again as soon as an answer is over, until it is told to stop."""

    def __init__(self, target: Target) -> None:
        self._shape = target.shape
        self._length = 0
        self.whole = 0
        self.heard = bytearray()
        self.stopped = False
        self.over: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        body = json.dumps(self._shape.body)
        self._asks = (
            f"POST {self._shape.path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {target.key}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}"
        ).encode()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._ask()

    def data_received(self, data: bytes) -> None:
        self.heard += data
        if not self._is_whole():
            return
        if self._shape.last not in self.heard:
            raise SystemExit(f"the answer to measure did not come: {self.heard[:200].decode(errors='replace')}")
        self.whole += 1
        if self.stopped:
            self._transport.close()
        else:
            self._ask()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.over.done():
            self.over.set_result(None)

    def _ask(self) -> None:
        self.heard.clear()
        self._length = 0
        self._transport.write(self._asks)

    def _is_whole(self) -> bool:
        if self._shape.streamed:
            return self.heard.endswith(_END)
        if not self._length and (head := self.heard.find(b"\r\n\r\n")) >= 0:
            told = _LENGTH.search(self.heard, 0, head + 2)
            self._length = head + 4 + int(told[1] if told is not None else 0)
        return 0 < self._length <= len(self.heard)


async def carried(target: Target, connections: int, seconds: float) -> tuple[float, int]:
    """Whole answers a second, and how many there were in all."""
    loop = asyncio.get_running_loop()
    clients = [_Client(target) for _ in range(connections)]
    for client in clients:
        await loop.create_connection(lambda client=client: client, "127.0.0.1", target.port)  # type: ignore[misc]
    began, before = time.perf_counter(), sum(client.whole for client in clients)
    await asyncio.sleep(seconds)
    rate = (sum(client.whole for client in clients) - before) / (time.perf_counter() - began)
    for client in clients:
        client.stopped = True
    async with asyncio.timeout(10):
        await asyncio.gather(*(client.over for client in clients))
    return rate, sum(client.whole for client in clients)


async def reply_of(target: Target) -> Reply:
    """One reply as it was sent: a stream's events each as a frame of its own, or the body."""
    loop = asyncio.get_running_loop()
    client = _Client(target)
    client.stopped = True
    await loop.create_connection(lambda: client, "127.0.0.1", target.port)
    async with asyncio.timeout(10):
        await client.over
    head, _, body = bytes(client.heard).partition(b"\r\n\r\n")
    lines = [line.partition(": ") for line in head.decode().split("\r\n")[1:]]
    parts = tuple(_frames(body)) if target.shape.streamed else (body,)
    return Reply({name: value for name, _, value in lines}, parts)


def _frames(body: bytes) -> list[bytes]:
    frames = []
    while (size := int(body[: body.index(b"\r\n")], 16)) > 0:
        start = body.index(b"\r\n") + 2
        frames.append(body[start : start + size])
        body = body[start + size + 2 :]
    return frames

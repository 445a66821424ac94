"""Clients that ask for one stream after another, each on a connection of its own that stays open."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass

END = b"0\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Target:
    """Where to ask, and with which key."""

    port: int
    key: str = "none"


class _Client(asyncio.Protocol):
    """Asks again as soon as a stream is over, until it is told to stop."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self.whole = 0
        self.last = bytearray()
        self.stopped = False
        self.over: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._ask()

    def data_received(self, data: bytes) -> None:
        self.last += data
        if not data.endswith(END) or b"data: [DONE]" not in self.last[-64:]:
            return
        self.whole += 1
        if self.stopped:
            self._transport.close()
        else:
            self._ask()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.over.done():
            self.over.set_result(None)

    def _ask(self) -> None:
        self.last.clear()
        question = "What is a fjord, and what do people do there in winter?"
        body = json.dumps({"model": "fake-1", "stream": True, "messages": [{"role": "user", "content": question}]})
        self._transport.write(
            f"POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {self._target.key}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()
        )


async def carried(target: Target, connections: int, seconds: float) -> tuple[float, int]:
    """Whole streams a second, and how many there were in all."""
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


async def events_of_one(target: Target) -> list[bytes]:
    """The events of one stream, as they were sent, each a frame of its own."""
    loop = asyncio.get_running_loop()
    client = _Client(target)
    client.stopped = True
    await loop.create_connection(lambda: client, "127.0.0.1", target.port)
    async with asyncio.timeout(10):
        await client.over
    head, _, body = bytes(client.last).partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200"):
        raise SystemExit(f"the stream to measure did not come: {head.splitlines()[0].decode()}")
    events = []
    while (size := int(body[: body.index(b"\r\n")], 16)) > 0:
        start = body.index(b"\r\n") + 2
        events.append(body[start : start + size])
        body = body[start + size + 2 :]
    return events

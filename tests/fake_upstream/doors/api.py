"""Helpers for live tests of the API's door: the official package, and bytes of one's own."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import openai

from tests.fake_upstream.live import Person, Process, start

MODEL = "fake-1"
ASKED = [{"role": "user", "content": "What is a fjord?"}]


@contextmanager
def serving(*options: str) -> Iterator[Process]:
    """A service of the packaged page, ended with this."""
    page = Path(__file__).parents[3] / "fake_upstream" / "page"
    process = start(page, "--piece-interval", "0.002", *options)
    try:
        yield process
    finally:
        process.end()


def client(someone: Person, retries: int = 0, **more: Any) -> openai.AsyncOpenAI:
    """The package's client with this person's key."""
    return openai.AsyncOpenAI(
        api_key=someone.api_key,
        base_url=f"{someone.process.base}/v1",
        max_retries=retries,
        timeout=5,
        http_client=openai.DefaultAsyncHttpxClient(trust_env=False),
        **more,
    )


async def raw(process: Process, request: bytes, *, until: bytes = b"") -> bytes:
    """What comes back for these bytes, up to the end of the connection or to `until`."""
    reader, writer = await asyncio.open_connection("127.0.0.1", process.port)
    writer.write(request)
    heard = b""
    try:
        while not (until and until in heard):
            data = await reader.read(65536)
            if not data:
                break
            heard += data
    except ConnectionResetError:
        pass
    finally:
        writer.close()
    return heard


def post(key: str, body: bytes, version: str = "1.1", path: str = "/v1/chat/completions", more: str = "") -> bytes:
    """A request of the API's, as bytes."""
    head = (
        f"POST {path} HTTP/{version}\r\nHost: x\r\nAuthorization: Bearer {key}\r\n"
        f"Content-Type: application/json\r\n{more}Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def ended(someone: Person, count: int = 1) -> dict[str, Any]:
    """The newest of the person's API requests, once so many are over."""
    while True:
        found = (await someone.control("GET", f"requests?account={someone.account}"))["requests"]
        over = [one for one in found if one["how"] is not None and one["ended"] is not None]
        if len(over) >= count:
            newest: dict[str, Any] = over[-1]
            return newest
        await asyncio.sleep(0.005)

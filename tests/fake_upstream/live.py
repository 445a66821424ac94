"""Helpers for live tests of the service: start it as a process, and be a person who uses it."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pytest
from aiohttp import ClientSession, DummyCookieJar
from multidict import CIMultiDictProxy

T = TypeVar("T")
ROOT = Path(__file__).parents[2]
TOKEN = "the-control-token"
AT_ONCE = 10.0
"""Seconds within which something comes that waits for nothing: a server that waits for what is open waits for 60."""


def run(work: Coroutine[Any, Any, T]) -> T:
    async def in_time() -> T:
        async with asyncio.timeout(20):
            return await work

    return asyncio.run(in_time())


@dataclass(frozen=True)
class Process:
    """A running service."""

    popen: subprocess.Popen[str]
    port: int
    control_port: int

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def end(self, how: signal.Signals = signal.SIGKILL) -> int:
        self.popen.send_signal(how)
        code = self.popen.wait(timeout=5)
        for pipe in (self.popen.stdout, self.popen.stderr):
            if pipe is not None:
                pipe.close()
        return code


def start(page: Path, *options: str, port: int = 0, token: str | None = TOKEN, monitor: str | None = None) -> Process:
    """Start a service; `token` and `monitor` are the secrets in its environment."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    for name, secret in (("FAKE_UPSTREAM_TOKEN", token), ("FAKE_UPSTREAM_MONITOR", monitor)):
        environment.pop(name, None)
        if secret is not None:
            environment[name] = secret
    command = [sys.executable, "-m", "fake_upstream", "--port", str(port), "--page", str(page), *options]
    popen = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert popen.stdout is not None
    line = popen.stdout.readline()
    if not line:
        assert popen.stderr is not None
        pytest.fail(f"the service did not start: {popen.stderr.read()}")
    ready = json.loads(line)
    assert ready["ready"] is True
    return Process(popen, ready["port"], ready["control_port"])


@dataclass(frozen=True)
class Reply:
    status: int
    headers: CIMultiDictProxy[str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)


class Person:
    """Someone with an account, and the hands of whoever runs the service."""

    def __init__(self, process: Process, http: ClientSession) -> None:
        self.process, self.http = process, http
        self.account = self.session = self.conversation = self.api_key = self.password = ""

    async def control(self, method: str, path: str, data: object = None) -> Any:
        url = f"http://127.0.0.1:{self.process.control_port}/control/{path}"
        headers = {"Authorization": f"Bearer {TOKEN}"}
        async with self.http.request(method, url, json=data, headers=headers) as reply:
            assert reply.status in (200, 201), await reply.text()
            return await reply.json()

    @property
    def cookie(self) -> dict[str, str]:
        return {"Cookie": f"session={self.session}"}

    async def call(self, method: str, path: str, data: object = None, **headers: str) -> Reply:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        everything = {**self.cookie, **named}
        url = self.process.base + path
        async with self.http.request(method, url, json=data, headers=everything) as reply:
            return Reply(reply.status, reply.headers, await reply.text())

    async def send(self, text: str = "Hello?", key: str = "k1", **headers: str) -> Reply:
        path = f"/api/conversations/{self.conversation}/messages"
        return await self.call("POST", path, {"text": text}, Idempotency_Key=key, **headers)

    async def arm(self, name: str, **fault: Any) -> None:
        await self.control("PUT", f"faults/{name}", {"account": self.account, **fault})

    async def lift(self, name: str) -> int:
        hits: int = (await self.control("DELETE", f"faults/{name}"))["hits"]
        return hits

    async def events(self, kind: str, **fields: Any) -> list[dict[str, Any]]:
        found = (await self.control("GET", "events?after=0"))["events"]
        wanted = {"kind": kind, **fields}
        return [event for event in found if wanted.items() <= event.items()]

    async def seen(self, kind: str, **fields: Any) -> dict[str, Any]:
        """The first such event, as soon as there is one."""
        found = await self.events(kind, **fields)
        while not found:
            await asyncio.sleep(0.005)
            found = await self.events(kind, **fields)
        return found[0]

    @asynccontextmanager
    async def stream(self) -> AsyncIterator[Any]:
        async with self.http.ws_connect(f"{self.process.base}/api/stream", headers=self.cookie) as socket:
            yield socket


@asynccontextmanager
async def person(process: Process) -> AsyncIterator[Person]:
    async with ClientSession(cookie_jar=DummyCookieJar()) as http:
        someone = Person(process, http)
        for name, value in (await someone.control("POST", "people", {})).items():
            setattr(someone, name, value)
        yield someone


async def whole(socket: Any, answer: str, after: int = 0) -> list[dict[str, Any]]:
    """Subscribe and hear the answer to its end."""
    await socket.send_json({"type": "subscribe", "answer": answer, "after": after})
    heard = [await socket.receive_json()]
    while heard[-1]["type"] == "piece":
        heard.append(await socket.receive_json())
    return heard


# -- the plain case -------------------------------------------------------------------------------------
